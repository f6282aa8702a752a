"""Count pairs of words in hash tables.

`brownclust.counting.pair_shard` allocates the tables and calls these kernels.
``pair_listing`` makes the keys, ``pair_sorting`` sorts what was counted.

Glossary:

- key: ``left << 31 | right`` of a pair of ids; keys sort as the pairs do
- rows of pairs: an array ``(n, 2)`` of keys and counts
- entry: a pair and its count in one integer, ``(left << id_bits | right) << count_bits
  | count``. The ids have as many bits as the largest needs, and the count has what is
  left of 63. A count is from 1 to `max_count`; what is above that, the caller keeps
- table: a hash table of entries with linear probing; 0 marks an empty row
- probe start: the row where the search for a pair begins, ``hash * n_rows >> 32``. It
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

ENTRY_BITS = 63
"""Bits of an entry, which is positive."""

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
def count_bits_of(id_bits: int) -> int:
    """Bits of an entry for the count, at least one."""
    return ENTRY_BITS - 2 * id_bits


@inner_kernel
def probe_start(left: int, right: int, n_rows: int) -> int:
    """The row where the search for a pair begins, in a table of `n_rows` rows.

    The upper bits of a 32-bit hash decide.
    """
    mixed = (left * _LEFT_FACTOR) ^ (right * _RIGHT_FACTOR)
    return mixed_bits((mixed ^ (mixed >> 32)) & _MASK_32) * n_rows >> 32


@inner_kernel
def row_of_pair(pair: int, count_bits: int, row: int, table: Integers) -> int:
    """The table row of ``left << id_bits | right``, or the empty row where it belongs.

    `row` is its probe start. The table must have an empty row.
    """
    n_rows = table.size
    while table[row] != 0 and table[row] >> count_bits != pair:
        row += 1
        if row == n_rows:
            row = 0
    return row


@inner_kernel
def excess_of(count: int, max_count: int) -> int:
    """What is to be kept elsewhere of a count: a multiple of `max_count`, often 0."""
    return 0 if count <= max_count else (count - 1) // max_count * max_count


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
    id_bits: int,
    n_used: int,
    max_used: int,
    probe_starts: Integers,
) -> tuple[int, int]:
    """Add 1 to the count of each key from `first` on.

    Stops when `max_used` rows of the table are in use, at an id of more than `id_bits`,
    and at a count that is the largest for its bits. Returns the position reached, and
    how many rows are in use. `probe_starts`, of `PREFETCH_DISTANCE` elements, is
    scratch.
    """
    n_rows = table.size
    count_bits = count_bits_of(id_bits)
    max_count = (1 << count_bits) - 1
    for i in range(first, min(first + PREFETCH_DISTANCE, keys.size)):
        start = probe_start(keys[i] >> ID_BITS, keys[i] & ID_MASK, n_rows)
        prefetch(table, start)
        probe_starts[i & _PREFETCH_MASK] = start
    for i in range(first, keys.size):
        left = keys[i] >> ID_BITS
        right = keys[i] & ID_MASK
        if n_used >= max_used or (left | right) >> id_bits != 0:
            return i, n_used
        pair = left << id_bits | right
        row = row_of_pair(pair, count_bits, probe_starts[i & _PREFETCH_MASK], table)
        count = table[row] & max_count
        if count == max_count:
            return i, n_used
        n_used += count == 0
        table[row] = (pair << count_bits | count) + 1
        if i + PREFETCH_DISTANCE < keys.size:
            key = keys[i + PREFETCH_DISTANCE]
            start = probe_start(key >> ID_BITS, key & ID_MASK, n_rows)
            prefetch(table, start)
            probe_starts[i & _PREFETCH_MASK] = start
    return keys.size, n_used


@fast_kernel
def add_counts(
    keys: Integers,
    counts: Integers,
    table: Integers,
    id_bits: int,
    n_used: int,
    excess: Integers,
) -> int:
    """Add counts, at least 1, of pairs whose ids have at most `id_bits`.

    Sets ``excess[i]`` to what of counts[i] the entry has no bits for. Returns how many
    rows of the table are in use.
    """
    count_bits = count_bits_of(id_bits)
    max_count = (1 << count_bits) - 1
    for i in range(keys.size):
        left = keys[i] >> ID_BITS
        right = keys[i] & ID_MASK
        pair = left << id_bits | right
        start = probe_start(left, right, table.size)
        row = row_of_pair(pair, count_bits, start, table)
        before = table[row] & max_count
        n_used += before == 0
        count = before + counts[i]
        excess[i] = excess_of(count, max_count)
        table[row] = pair << count_bits | count - excess[i]
    return n_used


@fast_kernel
def move_pairs(entries: Integers, id_bits: int, table: Integers) -> None:
    """Insert distinct pairs into an empty table with more rows than pairs."""
    count_bits = count_bits_of(id_bits)
    id_mask = (1 << id_bits) - 1
    for i in range(entries.size):
        if entries[i] != 0:
            pair = entries[i] >> count_bits
            start = probe_start(pair >> id_bits, pair & id_mask, table.size)
            table[row_of_pair(pair, count_bits, start, table)] = entries[i]


@fast_kernel
def widen_ids(
    entries: Integers, first: int, id_bits: int, new_id_bits: int, max_count: int
) -> int:
    """Give the ids more bits in the entries from `first` on, and the counts fewer.

    Stops at a count above `max_count`, the largest for its bits then. Returns the
    position reached.
    """
    count_bits = count_bits_of(id_bits)
    new_count_bits = count_bits_of(new_id_bits)
    id_mask = (1 << id_bits) - 1
    count_mask = (1 << count_bits) - 1
    for i in range(first, entries.size):
        pair = entries[i] >> count_bits
        count = entries[i] & count_mask
        if count > max_count:
            return i
        pair = pair >> id_bits << new_id_bits | pair & id_mask
        entries[i] = pair << new_count_bits | count
    return entries.size


@fast_kernel
def pack_pairs(
    pairs: Integers, id_bits: int, entries: Integers, excess: Integers
) -> None:
    """Write rows of pairs as entries, and what these have no bits for as excess."""
    count_bits = count_bits_of(id_bits)
    max_count = (1 << count_bits) - 1
    for i in range(len(pairs)):
        pair = pairs[i, 0] >> ID_BITS << id_bits | pairs[i, 0] & ID_MASK
        excess[i] = excess_of(pairs[i, 1], max_count)
        entries[i] = pair << count_bits | pairs[i, 1] - excess[i]


@fast_kernel
def unpack_pairs(entries: Integers, id_bits: int, pairs: Integers) -> int:
    """Write the entries that are not 0 as rows of pairs; return how many."""
    count_bits = count_bits_of(id_bits)
    id_mask = (1 << id_bits) - 1
    count_mask = (1 << count_bits) - 1
    n_pairs = 0
    for i in range(entries.size):
        if entries[i] != 0:
            pair = entries[i] >> count_bits
            pairs[n_pairs, 0] = pair >> id_bits << ID_BITS | pair & id_mask
            pairs[n_pairs, 1] = entries[i] & count_mask
            n_pairs += 1
    return n_pairs
