"""Count pairs of words in hash tables, sort them into rows, merge sorted runs of them.

`brownclust.counting.pair_table`, ``sorting`` and ``chunk`` allocate the arrays and call
these kernels.

Glossary:

- key: ``left << 31 | right`` of a pair of ids; keys sort as the pairs do
- rows of pairs: an array ``(n, 2)`` of keys and counts; count 0 marks an empty row
- table: a hash table with linear probing; its rows are rows of pairs
- probe start: the row where the search for a key begins, ``hash * n_rows >> 32``. It
  ascends with the hash, so that copying a table into a larger one reads and writes
  both from start to end
- shard: one of `N_SHARDS` tables; the lowest bits of a key's hash choose it
- ``ranks``: the rank of each word id, negative for words that are left out

The caller allocates enough space for all that a call can add. Products and shifts stay
below 2**63, so that the arithmetic is the same with and without JIT.
"""

from typing import Any

import numpy as np

from brownclust._kernels.counting.array_types import Indices, Integers, Tokens
from brownclust._kernels.counting.word_table import LINE_EDGE, mixed_bits
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import prefetch

ID_BITS = 31
"""Bits of a word id: ids fit the int32 tokens, and two of them a positive int64."""
ID_MASK = (1 << ID_BITS) - 1

N_SHARDS = 64
"""Two million pairs make shards of about 1 MB, which a second-level cache holds.

Threads count different shards at the same time, and a shard grows on its own.
"""

UNKNOWN = -1
"""A token that is not in a closed vocabulary; it has no neighbours."""

# np.int64, not a Python integer: Numba compiles a callee again for a literal argument.
_ONE: Any = np.int64(1)

_PREFETCH_DISTANCE = 12
"""How many keys ahead of the one being counted the table rows are fetched.

Main memory answers only after several keys have been counted. Measured: a quarter off
counting (``benchmarks/NOTES.md``).
"""

_MASK_32 = (1 << 32) - 1
# Multipliers of xxHash and MurmurHash3: odd, so that multiplying loses no bit modulo
# 2**32, and below 2**32, so that a 31-bit id times one of them stays below 2**63.
_LEFT_FACTOR = 0x9E3779B1
_RIGHT_FACTOR = 0x85EBCA6B


@inner_kernel
def hash_of_pair(key: int) -> int:
    """A 32-bit hash: its upper bits give the probe start, its lowest bits the shard."""
    mixed = ((key >> ID_BITS) * _LEFT_FACTOR) ^ ((key & ID_MASK) * _RIGHT_FACTOR)
    return mixed_bits((mixed ^ (mixed >> 32)) & _MASK_32)


@inner_kernel
def shard_of(key: int) -> int:
    """The shard of a pair."""
    return hash_of_pair(key) & (N_SHARDS - 1)


@inner_kernel
def probe_start(key: int, n_rows: int) -> int:
    """The row where the search for a pair begins, in a table of `n_rows` rows."""
    return hash_of_pair(key) * n_rows >> 32


@inner_kernel
def row_of_pair(key: int, table: Integers) -> int:
    """The table row of a pair, or the empty row where it belongs.

    The table must have an empty row.
    """
    n_rows = len(table)
    row = probe_start(key, n_rows)
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
    """Write the keys of all pairs of tokens at most `span` apart, and count the words.

    The first `span` of the `n_tokens` tokens precede this text; they and the pairs
    among them are counted already. A token below 0 becomes ``words[-token]``. Pairs do
    not cross a line edge; with `with_edges` an edge forms pairs as a word does. A word
    is counted once per token, or with `by_pair` once per pair that it is in. Adds the
    number of keys of each shard to `shard_sizes`. Returns the number of keys, and the
    number of all pairs, those with unknown words included. Cost: `span` steps a token.
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
    """Copy keys into `sorted_keys`, grouped by shard.

    On entry ``shard_ends`` holds where each shard starts, on return where it ends.
    """
    for i in range(keys.size):
        shard = shard_of(keys[i])
        sorted_keys[shard_ends[shard]] = keys[i]
        shard_ends[shard] += 1


@fast_kernel
def find_shards(keys: Integers, shards: Integers) -> None:
    """Set shards[i] to the shard of keys[i]."""
    for i in range(keys.size):
        shards[i] = shard_of(keys[i])


@fast_kernel
def count_keys(keys: Integers, table: Integers, n_used: int) -> int:
    """Add 1 to the count of each key; return how many rows of the table are in use."""
    n_rows = len(table)
    n_prefetched = keys.size - _PREFETCH_DISTANCE
    for i in range(keys.size):
        if i < n_prefetched:  # a row has two elements
            prefetch(table, 2 * probe_start(keys[i + _PREFETCH_DISTANCE], n_rows))
        n_used += add_pair(keys[i], _ONE, table)
    return n_used


@fast_kernel
def add_counts(keys: Integers, counts: Integers, table: Integers, n_used: int) -> int:
    """Add counts of pairs; return how many rows of the table are in use."""
    for i in range(keys.size):
        n_used += add_pair(keys[i], counts[i], table)
    return n_used


@fast_kernel
def move_pairs(pairs: Integers, table: Integers) -> None:
    """Insert distinct pairs into an empty table with more rows than pairs."""
    for i in range(len(pairs)):
        if pairs[i, 1] != 0:
            row = row_of_pair(pairs[i, 0], table)
            table[row, 0] = pairs[i, 0]
            table[row, 1] = pairs[i, 1]


@fast_kernel
def pack_pairs(table: Integers, packed: Integers) -> int:
    """Copy the rows of a table that are in use; return how many."""
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
    """Count the pairs of kept words by right word, and add up those with a line edge.

    Adds to the last three arrays, which have one entry a rank.
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
    """Write the pairs of kept words as sparse rows: of a right word, its left words.

    On entry ``row_ends`` holds where each row starts, on return where it ends. The left
    words of a row come in the order of the table, not sorted.
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
