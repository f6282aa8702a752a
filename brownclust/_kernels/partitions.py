"""Share words out by their bytes, and merge sorted rows of pairs.

Rows of pairs: an array ``(n, 2)`` of keys ``left << 31 | right`` and counts.
"""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.compilation import fast_kernel
from brownclust._kernels.counting import HASH_FACTOR, HASH_MASK, HASH_START

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]


@fast_kernel
def share_out(
    buffer: Bytes, offsets: Integers, n_partitions: int, partitions: Integers
) -> None:
    """partitions[i] = that of word i, by a hash of its bytes alone."""
    for word in range(partitions.size):
        hash_ = HASH_START
        for i in range(offsets[word], offsets[word + 1]):
            hash_ = ((hash_ ^ int(buffer[i])) * HASH_FACTOR) & HASH_MASK
        # The low bits of FNV-1a are its poorest.
        partitions[word] = (hash_ * n_partitions) >> 32


@fast_kernel
def merge_sorted(one: Integers, other: Integers, merged: Integers) -> int:
    """Merge rows of pairs sorted by key, adding the counts of equal keys.

    Room in `merged`: for both. Returns how many rows it has.
    """
    n_merged = 0
    i = 0
    j = 0
    while i < len(one) or j < len(other):
        is_one = i < len(one) and (j == len(other) or one[i, 0] <= other[j, 0])
        is_other = j < len(other) and (i == len(one) or other[j, 0] <= one[i, 0])
        merged[n_merged, 0] = one[i, 0] if is_one else other[j, 0]
        merged[n_merged, 1] = 0
        if is_one:
            merged[n_merged, 1] += one[i, 1]
            i += 1
        if is_other:
            merged[n_merged, 1] += other[j, 1]
            j += 1
        n_merged += 1
    return n_merged
