"""Count pairs of words in tables, sort them into rows, merge sorted runs of them.

Glossary:

- key: of a pair, ``left << 31 | right``, which sorts as the pair does
- rows of pairs: an array ``(n, 2)`` of keys and counts; of count 0 where a table is
  empty
- table: open addressing, rows of pairs; a key's home is at the share of the table that
  its hash is of 2**32, so that what moves to a larger table keeps its order
- shard: a table of the pairs whose hash says so, small enough for a fast cache
- ``ranks``: the rank of each word, negative for words that are left out

The caller makes room for the most that a call can add. No product or shift reaches
2**63, so the arithmetic is the same with and without JIT.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.word_table import (
    LINE_EDGE,
    Integers,
    Tokens,
    scrambled,
)
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import prefetch

Indices = NDArray[np.int32]

ID_BITS = 31
ID_MASK = (1 << ID_BITS) - 1
N_SHARDS = 64
UNKNOWN = -1
"""A token that is no word of a closed vocabulary: neighbour of none."""

# No Python integers: of a callee given a literal, Numba compiles one more version.
_ONE: Any = np.int64(1)

_AHEAD = 12
"""Keys ahead of the one being counted whose rows are fetched."""

_HALF = (1 << 32) - 1
# Odd and below 2**32: an id of 31 bits times one of them stays below 2**63.
_LEFT_FACTOR = 0x9E3779B1
_RIGHT_FACTOR = 0x85EBCA6B


@inner_kernel
def hash_of_pair(key: int) -> int:
    """A number of 32 bits: the upper ones tell its home, the lowest its shard."""
    mixed = ((key >> ID_BITS) * _LEFT_FACTOR) ^ ((key & ID_MASK) * _RIGHT_FACTOR)
    return scrambled((mixed ^ (mixed >> 32)) & _HALF)


@inner_kernel
def shard_of(key: int) -> int:
    """The shard of a pair."""
    return hash_of_pair(key) & (N_SHARDS - 1)


@inner_kernel
def home_of_pair(key: int, n_rows: int) -> int:
    """The row of a table of so many where the search for a pair begins."""
    return hash_of_pair(key) * n_rows >> 32


@inner_kernel
def row_of_pair(key: int, table: Integers) -> int:
    """The row of the table that has a pair, or where it belongs."""
    n_rows = len(table)
    row = home_of_pair(key, n_rows)
    while table[row, 1] != 0 and table[row, 0] != key:
        row += 1
        if row == n_rows:
            row = 0
    return row


@inner_kernel
def add_pair(key: int, count: int, table: Integers) -> int:
    """Add to the count of a pair; return 1 if it is new, else 0."""
    row = row_of_pair(key, table)
    is_new = table[row, 1] == 0
    table[row, 0] = key
    table[row, 1] += count
    return int(is_new)


@fast_kernel
def list_pairs(
    tokens: Tokens,
    n_tokens: int,
    span: int,
    with_edges: bool,
    by_pair: bool,
    words: Integers,
    word_counts: Integers,
    keys: Integers,
    shard_sizes: Integers,
) -> tuple[int, int]:
    """Write the keys of all pairs of tokens up to `span` apart; count the words.

    The first `span` of the `n_tokens` tokens are those before, whose words and pairs
    among each other are counted already. Tokens below 0 become ``words[-token]``. No
    pair has a line edge between its words; with `with_edges` an edge is a word itself.
    A word counts once a token, or by `by_pair` once a pair. Adds to `shard_sizes` the
    pairs of each shard. Returns the number of keys and of all pairs, those of unknown
    words included.
    """
    n_keys = 0
    n_pairs = 0
    for i in range(span, n_tokens):
        right: Any = np.int64(tokens[i])
        if right < 0:
            right = words[-right]
            tokens[i] = right
        if right == LINE_EDGE or (right >= 0 and not by_pair):
            word_counts[right] += 1
        if right == LINE_EDGE and not with_edges:
            continue
        for j in range(i - 1, i - span - 1, -1):
            left: Any = np.int64(tokens[j])
            if left == LINE_EDGE and not with_edges:
                break
            n_pairs += 1
            if by_pair:
                if left >= 0:
                    word_counts[left] += 1
                if right >= 0:
                    word_counts[right] += 1
            if left >= 0 and right >= 0:
                key = left << ID_BITS | right
                keys[n_keys] = key
                n_keys += 1
                shard_sizes[shard_of(key)] += 1
    return n_keys, n_pairs


@fast_kernel
def scatter_keys(keys: Integers, shard_ends: Integers, sorted_keys: Integers) -> None:
    """Write keys shard by shard.

    ``shard_ends`` starts as the first position of each shard and becomes its end.
    """
    for i in range(keys.size):
        shard = shard_of(keys[i])
        sorted_keys[shard_ends[shard]] = keys[i]
        shard_ends[shard] += 1


@fast_kernel
def find_shards(keys: Integers, shards: Integers) -> None:
    """shards[i] = shard of keys[i]."""
    for i in range(keys.size):
        shards[i] = shard_of(keys[i])


@fast_kernel
def count_keys(keys: Integers, table: Integers, n_used: int) -> int:
    """Count pairs, once for each key; return how many rows of the table are used."""
    n_rows = len(table)
    n_ahead = keys.size - _AHEAD
    for i in range(keys.size):
        if i < n_ahead:
            prefetch(table, 2 * home_of_pair(keys[i + _AHEAD], n_rows))
        n_used += add_pair(keys[i], _ONE, table)
    return n_used


@fast_kernel
def add_counts(keys: Integers, counts: Integers, table: Integers, n_used: int) -> int:
    """Add counts of pairs; return how many rows of the table are used."""
    for i in range(keys.size):
        n_used += add_pair(keys[i], counts[i], table)
    return n_used


@fast_kernel
def move_pairs(pairs: Integers, table: Integers) -> None:
    """Put rows of pairs, all different, into an empty table that has room for them."""
    for i in range(len(pairs)):
        if pairs[i, 1] != 0:
            row = row_of_pair(pairs[i, 0], table)
            table[row, 0] = pairs[i, 0]
            table[row, 1] = pairs[i, 1]


@fast_kernel
def pack_pairs(table: Integers, packed: Integers) -> int:
    """Copy the rows of a table that are used; return how many."""
    n_packed = 0
    for i in range(len(table)):
        if table[i, 1] != 0:
            packed[n_packed, 0] = table[i, 0]
            packed[n_packed, 1] = table[i, 1]
            n_packed += 1
    return n_packed


@fast_kernel
def measure_rows(
    pairs: Integers,
    ranks: Integers,
    right_sizes: Integers,
    edge_starts: Integers,
    edge_ends: Integers,
) -> None:
    """Count the kept pairs by right word; collect those with the line edge.

    Adds to the three arrays, each of one entry a rank.
    """
    for i in range(len(pairs)):
        if pairs[i, 1] != 0:
            left = pairs[i, 0] >> ID_BITS
            right = pairs[i, 0] & ID_MASK
            if ranks[left] >= 0 and ranks[right] >= 0:
                right_sizes[ranks[right]] += 1
            elif left == LINE_EDGE and ranks[right] >= 0:
                edge_starts[ranks[right]] += pairs[i, 1]
            elif right == LINE_EDGE and ranks[left] >= 0:
                edge_ends[ranks[left]] += pairs[i, 1]


@fast_kernel
def scatter_pairs(
    pairs: Integers,
    ranks: Integers,
    row_ends: Integers,
    indices: Indices,
    counts: Integers,
) -> None:
    """Write the kept pairs into rows by right word; each row holds its left words.

    ``row_ends`` starts as the first position of each row and becomes its end.
    """
    for i in range(len(pairs)):
        if pairs[i, 1] != 0:
            left = ranks[pairs[i, 0] >> ID_BITS]
            right = ranks[pairs[i, 0] & ID_MASK]
            if left >= 0 and right >= 0:
                indices[row_ends[right]] = left
                counts[row_ends[right]] = pairs[i, 1]
                row_ends[right] += 1


@fast_kernel
def transpose(
    offsets: Integers,
    indices: Indices,
    counts: Integers,
    row_ends: Integers,
    new_indices: Indices,
    new_counts: Integers,
) -> None:
    """Write the transpose of sparse rows; its rows are ascending whatever these are.

    ``row_ends`` starts as the first position of each new row and becomes its end.
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
