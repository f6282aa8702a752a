"""Counts of pairs in memory, in shards that grow one by one."""

import mmap
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import (
    N_SHARDS,
    add_counts,
    count_keys,
    find_shards,
    move_pairs,
    pack_pairs,
)
from brownclust.counting.sorting import Edges, sort_pairs
from brownclust.counting.sparse_rows import SparseRows

Integers = NDArray[np.int64]

_LEAST = [int(1024 * 2 ** (shard / N_SHARDS)) for shard in range(N_SHARDS)]
"""Rows of each empty shard, so that they do not all double at the same time."""

_ROW_BYTES = 16
_FULL = 0.75

BYTES_PER_PAIR = 31
"""Memory, on average."""


class PairTable:
    """How often pairs of ids occurred.

    Memory: 31 bytes a pair on average: 16 a row, from three eighths to three quarters
    of the rows of each shard in use. Growing takes a shard's worth more.
    """

    def __init__(self) -> None:
        self._shards = [_empty(n_rows) for n_rows in _LEAST]
        self._n_used = [0] * N_SHARDS

    @property
    def n_pairs(self) -> int:
        """Number of distinct pairs."""
        return sum(self._n_used)

    def count(self, shard: int, keys: Integers) -> None:
        """Count pairs of one shard, once for each key; shards may be called at once."""
        self._make_room(shard, keys.size)
        self._n_used[shard] = count_keys(keys, self._shards[shard], self._n_used[shard])

    def add(self, keys: Integers, counts: Integers) -> None:
        """Add counts of pairs of any shards."""
        shards = np.empty(keys.size, np.int64)
        find_shards(keys, shards)
        order = np.argsort(shards, kind="stable")
        bounds = np.searchsorted(shards[order], np.arange(N_SHARDS + 1))
        for shard in range(N_SHARDS):
            here = order[bounds[shard] : bounds[shard + 1]]
            self._make_room(shard, here.size)
            self._n_used[shard] = add_counts(
                keys[here], counts[here], self._shards[shard], self._n_used[shard]
            )

    def pop_pairs(self) -> Iterator[Integers]:
        """Iterate over rows of pairs, each pair once, while emptying the table."""
        for n_used, shard in zip(tuple(self._n_used), self._pop_shards(), strict=True):
            pairs = np.empty((n_used, 2), np.int64)
            pack_pairs(shard, pairs)
            yield pairs

    def pop_rows(self, ranks: Integers, n_ranks: int) -> tuple[SparseRows, Edges]:
        """As `sort_pairs`, of all pairs here; the table is empty afterwards."""
        return sort_pairs(self._shards, self._pop_shards(), ranks, n_ranks)

    def _pop_shards(self) -> Iterator[Integers]:
        """Iterate over the shards, each of them gone before the next comes."""
        for i in range(N_SHARDS):
            shard, self._shards[i] = self._shards[i], _empty(_LEAST[i])
            self._n_used[i] = 0
            yield shard

    def _make_room(self, shard: int, n_new: int) -> None:
        table = self._shards[shard]
        n_rows = int((self._n_used[shard] + n_new) / _FULL) + 1
        if n_rows > len(table):
            size = len(table)
            while size < n_rows:
                size *= 2
            larger = _empty(size)
            move_pairs(table, larger)
            self._shards[shard] = larger


def _empty(n_rows: int) -> Integers:
    """Return rows of zeros, in memory that is the system's again when they go.

    That of an allocator would mostly stay the process's, in pieces.
    """
    memory = mmap.mmap(-1, n_rows * _ROW_BYTES)
    return np.frombuffer(memory, np.int64).reshape(n_rows, 2)
