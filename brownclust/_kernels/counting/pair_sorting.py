"""Sort counted pairs into sparse rows, and merge sorted runs of them.

`brownclust.counting.sorting` allocates the arrays and calls these kernels.

Glossary: that of ``pair_table``, and

- group: rows of pairs that has all pairs of its left words, such as a shard
- ``ranks``: the rank of each word id, negative for words that are left out
"""

from brownclust._kernels.counting.array_types import Indices, Integers
from brownclust._kernels.counting.pair_table import ID_BITS, ID_MASK
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._kernels.jit.compilation import fast_kernel

DIGIT_BITS = 11
"""Bits by which `sort_by_digit` sorts at a time: 2048 places to write to, which the
caches hold, and two passes for four million words."""

N_DIGITS = 1 << DIGIT_BITS


@fast_kernel
def measure_rows(
    pairs: Integers,
    ranks: Integers,
    row_sizes: Integers,
    edge_starts: Integers,
    edge_ends: Integers,
) -> None:
    """Count the pairs of kept words by left word, and add up those with a line edge.

    Adds to the last three arrays, which have one entry a rank: only to entries of the
    left words, or, for pairs whose left word is the edge, of all words.
    """
    for i in range(len(pairs)):
        if pairs[i, 1] != 0:
            left = ranks[pairs[i, 0] >> ID_BITS]
            right = ranks[pairs[i, 0] & ID_MASK]
            if left >= 0 and right >= 0:
                row_sizes[left] += 1
            elif pairs[i, 0] >> ID_BITS == LINE_EDGE and right >= 0:
                edge_starts[right] += pairs[i, 1]
            elif pairs[i, 0] & ID_MASK == LINE_EDGE and left >= 0:
                edge_ends[left] += pairs[i, 1]


@fast_kernel
def rank_pairs(pairs: Integers, ranks: Integers, ranked: Integers) -> int:
    """Copy the pairs of kept words, with ranks for ids in the keys; return how many."""
    n_ranked = 0
    for i in range(len(pairs)):
        if pairs[i, 1] != 0:
            left = ranks[pairs[i, 0] >> ID_BITS]
            right = ranks[pairs[i, 0] & ID_MASK]
            if left >= 0 and right >= 0:
                ranked[n_ranked, 0] = left << ID_BITS | right
                ranked[n_ranked, 1] = pairs[i, 1]
                n_ranked += 1
    return n_ranked


@fast_kernel
def sort_by_digit(
    pairs: Integers, shift: int, digit_ends: Integers, sorted_pairs: Integers
) -> None:
    """Sort rows by the `DIGIT_BITS` bits of their keys from `shift` on; stable.

    `digit_ends`, of `N_DIGITS` elements, is scratch. Cost: two steps a row.
    """
    digit_ends[:] = 0
    for i in range(len(pairs)):
        digit_ends[(pairs[i, 0] >> shift) & (N_DIGITS - 1)] += 1
    end = len(pairs)
    for digit in range(N_DIGITS - 1, -1, -1):  # ends become starts
        end -= digit_ends[digit]
        digit_ends[digit] = end
    for i in range(len(pairs)):
        digit = (pairs[i, 0] >> shift) & (N_DIGITS - 1)
        position = digit_ends[digit]
        sorted_pairs[position, 0] = pairs[i, 0]
        sorted_pairs[position, 1] = pairs[i, 1]
        digit_ends[digit] = position + 1


@fast_kernel
def scatter_rows(
    pairs: Integers, row_ends: Integers, indices: Indices, counts: Integers
) -> None:
    """Write ranked pairs as sparse rows: of a left word, its right words, in order.

    On entry ``row_ends`` holds where each row starts, on return where it ends.
    """
    for i in range(len(pairs)):
        left = pairs[i, 0] >> ID_BITS
        position = row_ends[left]
        indices[position] = pairs[i, 0] & ID_MASK
        counts[position] = pairs[i, 1]
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
