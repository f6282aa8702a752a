"""Counts of pairs in memory, divided into shards.

`brownclust.counting.counter` fills a table and empties it into sparse rows or, when it
is full, into a file of `brownclust.counting.spill`.
"""

from collections.abc import Iterator
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import N_SHARDS, find_shards
from brownclust.counting.pair_shard import BYTES_PER_PAIR, PairShard
from brownclust.counting.sorting import EdgeCounts, Map, sort_pairs
from brownclust.counting.sparse_rows import SparseRows

Indices = NDArray[np.int32]
Integers = NDArray[np.int64]

_MIN_ROWS = [int(1024 * 2 ** (shard / N_SHARDS)) for shard in range(N_SHARDS)]
"""Rows of each empty shard, from 1024 to 2025.

They differ, so that shards, which double, do not all double at the same time.
"""

_BYTES_PER_EXCESS = 200
"""About what a count that does not fit in an entry takes: two integers in Python."""


class PairTable:
    """How often each pair of word ids occurs.

    Notes
    -----
    Memory: 16 bytes a pair on average. An entry takes 8 bytes, and three eighths to
    three quarters of the rows of a shard are in use. While a shard doubles, its old
    rows take memory too.
    """

    def __init__(self) -> None:
        self._shards = [PairShard(n_rows) for n_rows in _MIN_ROWS]
        self._locks = [Lock() for _ in range(N_SHARDS)]

    @property
    def n_pairs(self) -> int:
        """Number of distinct pairs."""
        return sum(shard.n_pairs for shard in self._shards)

    @property
    def n_bytes(self) -> int:
        """Memory, about."""
        n_excess = sum(shard.n_excess for shard in self._shards)
        return self.n_pairs * BYTES_PER_PAIR + n_excess * _BYTES_PER_EXCESS

    def count(self, shard: int, keys: Integers) -> None:
        """Add 1 to the count of each key.

        Several threads may do so at the same time.

        Parameters
        ----------
        shard : int
            The shard of all the keys.
        keys : int64 array
            Pairs; a key counts as often as it occurs.
        """
        with self._locks[shard]:
            self._shards[shard].count(keys)

    def add(self, shard: int, keys: Integers, counts: Integers) -> None:
        """Add counts of pairs of a shard; several threads may do so."""
        with self._locks[shard]:
            self._shards[shard].add(keys, counts)

    def add_mixed(self, keys: Integers, counts: Integers) -> None:
        """Add counts of pairs of any shards."""
        shards = np.empty(keys.size, np.int64)
        find_shards(keys, shards)
        order = np.argsort(shards, kind="stable")
        bounds = np.searchsorted(shards[order], np.arange(N_SHARDS + 1))
        for shard in range(N_SHARDS):
            here = order[bounds[shard] : bounds[shard + 1]]
            self.add(shard, keys[here], counts[here])

    def pop_pairs(self) -> Iterator[Integers]:
        """Yield all pairs and counts, one array (n, 2) a shard, and empty the table."""
        for shard in self._pop_shards():
            yield shard.rows(shard.n_pairs)

    def pop_rows(
        self, ranks: Indices, n_ranks: int, map_: Map = map
    ) -> tuple[SparseRows, EdgeCounts]:
        """Return all pairs as `sort_pairs` does, and empty the table."""
        return sort_pairs(self._shards, self._pop_shards(), ranks, n_ranks, map_)

    def _pop_shards(self) -> Iterator[PairShard]:
        """Yield each shard; its memory is freed before the next one is yielded."""
        for i in range(N_SHARDS):
            shard, self._shards[i] = self._shards[i], PairShard(_MIN_ROWS[i])
            yield shard
            del shard
