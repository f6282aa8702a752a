"""Share words out by their bytes."""

from brownclust._kernels.counting.word_table import (
    Bytes,
    Integers,
    hash_of_tag,
    scrambled,
    tag_of,
)
from brownclust._kernels.jit.compilation import fast_kernel


@fast_kernel
def share_out(
    buffer: Bytes, offsets: Integers, n_partitions: int, partitions: Integers
) -> None:
    """partitions[i] = that of word i, by a hash of its bytes alone; up to 2**30.

    Scrambled once more, or the words of a partition would all belong in one stretch of
    the table in which they are merged, and be searched for along it.
    """
    for word in range(partitions.size):
        tag = tag_of(buffer, offsets[word], offsets[word + 1])
        partitions[word] = scrambled(hash_of_tag(tag)) * n_partitions >> 32
