"""Sort counted pairs into sparse rows, and merge sorted runs of them.

`brownclust.counting.sorting` allocates the arrays and calls these kernels.

Glossary: that of ``pair_table``, and

- group: entries that have all pairs of their left words, such as a shard
- ``ranks``: the rank of each word id, negative for words that are left out
"""

from typing import Any

import numpy as np

from brownclust._kernels.counting.array_types import Indices, Integers
from brownclust._kernels.counting.pair_table import count_bits_of
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._kernels.jit.compilation import fast_kernel

DIGIT_BITS = 11
"""Bits by which `sort_by_digit` sorts at a time: 2048 places to write to, which the
caches hold, and two passes for four million words."""

N_DIGITS = 1 << DIGIT_BITS


@fast_kernel
def rank_pairs(
    entries: Integers,
    id_bits: int,
    ranks: Indices,
    row_sizes: Integers,
    edge_starts: Integers,
    edge_ends: Integers,
) -> int:
    """Replace ids by ranks, and move the pairs of kept words to the front.

    The ranks need no more than `id_bits`. Counts these pairs by left word, and adds up
    those with a line edge, in the last three arrays, which have one element a rank:
    only in elements of the left words, or, for pairs whose left word is the edge, of
    all words. Returns the number of pairs kept.
    """
    count_bits = count_bits_of(id_bits)
    id_mask = (1 << id_bits) - 1
    count_mask = (1 << count_bits) - 1
    n_ranked = 0
    for i in range(entries.size):
        if entries[i] != 0:
            count = entries[i] & count_mask
            pair = entries[i] >> count_bits
            left: Any = np.int64(ranks[pair >> id_bits])
            right: Any = np.int64(ranks[pair & id_mask])
            if left >= 0 and right >= 0:
                entries[n_ranked] = (left << id_bits | right) << count_bits | count
                row_sizes[left] += 1
                n_ranked += 1
            elif pair >> id_bits == LINE_EDGE and right >= 0:
                edge_starts[right] += count
            elif pair & id_mask == LINE_EDGE and left >= 0:
                edge_ends[left] += count
    return n_ranked


@fast_kernel
def sort_by_digit(
    entries: Integers, shift: int, digit_ends: Integers, sorted_entries: Integers
) -> None:
    """Sort entries by their `DIGIT_BITS` bits from `shift` on; stable.

    `digit_ends`, of `N_DIGITS` elements, is scratch. Cost: two steps an entry.
    """
    digit_ends[:] = 0
    for i in range(entries.size):
        digit_ends[(entries[i] >> shift) & (N_DIGITS - 1)] += 1
    end = entries.size
    for digit in range(N_DIGITS - 1, -1, -1):  # ends become starts
        end -= digit_ends[digit]
        digit_ends[digit] = end
    for i in range(entries.size):
        digit = (entries[i] >> shift) & (N_DIGITS - 1)
        sorted_entries[digit_ends[digit]] = entries[i]
        digit_ends[digit] += 1


@fast_kernel
def scatter_rows(
    entries: Integers,
    id_bits: int,
    row_ends: Integers,
    indices: Indices,
    counts: Integers,
) -> None:
    """Write ranked pairs as sparse rows: of a left word, its right words, in order.

    On entry ``row_ends`` holds where each row starts, on return where it ends.
    """
    count_bits = count_bits_of(id_bits)
    id_mask = (1 << id_bits) - 1
    count_mask = (1 << count_bits) - 1
    for i in range(entries.size):
        pair = entries[i] >> count_bits
        left = pair >> id_bits
        position = row_ends[left]
        indices[position] = pair & id_mask
        counts[position] = entries[i] & count_mask
        row_ends[left] = position + 1


@fast_kernel
def transpose(
    offsets: Integers,
    indices: Indices,
    counts: Integers,
    row_ends: Integers,
    new_indices: Indices,
    new_counts: Integers,
) -> None:
    """Write the transpose of sparse rows; its rows ascend even if these do not.

    On entry ``row_ends`` holds where each new row starts, on return where it ends.
    """
    for row in range(offsets.size - 1):
        for i in range(offsets[row], offsets[row + 1]):
            column = indices[i]
            new_indices[row_ends[column]] = row
            new_counts[row_ends[column]] = counts[i]
            row_ends[column] += 1


@fast_kernel
def merge_sorted(one: Integers, other: Integers, merged: Integers) -> int:
    """Merge rows of pairs sorted by key, adding the counts of equal keys.

    `merged` needs capacity for the rows of both. Returns how many it has then.
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
