"""Count pairs of words in hash tables.

`brownclust.counting.pair_table` allocates the tables and calls these kernels.
``pair_listing`` makes the keys, ``pair_sorting`` sorts what was counted.

Glossary:

- key: ``left << 31 | right`` of a pair of ids; keys sort as the pairs do
- rows of pairs: an array ``(n, 2)`` of keys and counts; count 0 marks an empty row
- table: a hash table with linear probing; its rows are rows of pairs
- probe start: the row where the search for a key begins, ``hash * n_rows >> 32``. It
  ascends with the hash, so that copying a table into a larger one reads and writes
  both from start to end
- shard: one of `N_SHARDS` tables; a hash of the left word chooses it

The caller allocates enough space for all that a call can add. Products and shifts stay
below 2**63, so that the arithmetic is the same with and without JIT.
"""

from brownclust._kernels.counting.array_types import Integers
from brownclust._kernels.counting.word_table import mixed_bits
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import prefetch

ID_BITS = 31
"""Bits of a word id: ids fit the int32 tokens, and two of them a positive int64."""
ID_MASK = (1 << ID_BITS) - 1

N_SHARDS = 32
"""Threads count different shards at the same time, and a shard grows on its own.

All pairs of a left word are in one shard, so that each can be sorted into rows on its
own. With more shards, fewer keys of each would be counted at a time, and tables would
have small pages for longer.
"""

UNKNOWN = -1
"""A token that is not in a closed vocabulary; it has no neighbours."""

PREFETCH_DISTANCE = 16
"""How many keys ahead of the one being counted the table rows are fetched.

Main memory answers only after several keys have been counted. A power of two.
"""

_PREFETCH_MASK = PREFETCH_DISTANCE - 1
_MASK_32 = (1 << 32) - 1
# Multipliers of xxHash and MurmurHash3: odd, so that multiplying loses no bit modulo
# 2**32, and below 2**32, so that a 31-bit id times one of them stays below 2**63.
_SHARD_SHIFT = 32 - (N_SHARDS.bit_length() - 1)
_LEFT_FACTOR = 0x9E3779B1
_RIGHT_FACTOR = 0x85EBCA6B


@inner_kernel
def shard_of_word(left: int) -> int:
    """The shard of the pairs of a left word."""
    return mixed_bits(left) >> _SHARD_SHIFT


@inner_kernel
def probe_start(key: int, n_rows: int) -> int:
    """The row where the search for a pair begins, in a table of `n_rows` rows.

    The upper bits of a 32-bit hash decide.
    """
    mixed = ((key >> ID_BITS) * _LEFT_FACTOR) ^ ((key & ID_MASK) * _RIGHT_FACTOR)
    return mixed_bits((mixed ^ (mixed >> 32)) & _MASK_32) * n_rows >> 32


@inner_kernel
def row_of_pair(key: int, row: int, table: Integers) -> int:
    """The table row of a pair, or the empty row where it belongs.

    `row` is its probe start. The table must have an empty row.
    """
    n_rows = len(table)
    while table[row, 1] != 0 and table[row, 0] != key:
        row += 1
        if row == n_rows:
            row = 0
    return row


@fast_kernel
def find_shards(keys: Integers, shards: Integers) -> None:
    """Set shards[i] to the shard of keys[i]."""
    for i in range(keys.size):
        shards[i] = shard_of_word(keys[i] >> ID_BITS)


@fast_kernel
def count_keys(
    keys: Integers,
    first: int,
    table: Integers,
    n_used: int,
    max_used: int,
    probe_starts: Integers,
) -> tuple[int, int]:
    """Add 1 to the count of each key from `first` on.

    Stops when `max_used` rows of the table are in use. Returns the position reached,
    and how many rows are. `probe_starts`, of `PREFETCH_DISTANCE` elements, is scratch.
    """
    n_rows = len(table)
    for i in range(first, min(first + PREFETCH_DISTANCE, keys.size)):
        start = probe_start(keys[i], n_rows)
        prefetch(table, 2 * start)
        probe_starts[i & _PREFETCH_MASK] = start
    for i in range(first, keys.size):
        if n_used >= max_used:
            return i, n_used
        row = row_of_pair(keys[i], probe_starts[i & _PREFETCH_MASK], table)
        n_used += table[row, 1] == 0
        table[row, 0] = keys[i]
        table[row, 1] += 1
        if i + PREFETCH_DISTANCE < keys.size:
            start = probe_start(keys[i + PREFETCH_DISTANCE], n_rows)
            prefetch(table, 2 * start)
            probe_starts[i & _PREFETCH_MASK] = start
    return keys.size, n_used


@fast_kernel
def add_counts(keys: Integers, counts: Integers, table: Integers, n_used: int) -> int:
    """Add counts of pairs; return how many rows of the table are in use."""
    for i in range(keys.size):
        row = row_of_pair(keys[i], probe_start(keys[i], len(table)), table)
        n_used += table[row, 1] == 0
        table[row, 0] = keys[i]
        table[row, 1] += counts[i]
    return n_used


@fast_kernel
def move_pairs(pairs: Integers, table: Integers) -> None:
    """Insert distinct pairs into an empty table with more rows than pairs."""
    for i in range(len(pairs)):
        if pairs[i, 1] != 0:
            row = row_of_pair(pairs[i, 0], probe_start(pairs[i, 0], len(table)), table)
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
