"""Counts of pairs in a hash table in memory, divided into shards.

`brownclust.counting.counter` fills one and empties it into sparse rows or, when it is
full, into a file of `brownclust.counting.spill`. The kernels are in
`brownclust._kernels.counting.pair_table`.
"""

import mmap
from collections.abc import Iterator
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import (
    N_SHARDS,
    PREFETCH_DISTANCE,
    add_counts,
    count_keys,
    find_shards,
    move_pairs,
    pack_pairs,
)
from brownclust.counting.pages import touch_pages
from brownclust.counting.sorting import EdgeCounts, Map, sort_pairs
from brownclust.counting.sparse_rows import SparseRows

Integers = NDArray[np.int64]

_MIN_ROWS = [int(1024 * 2 ** (shard / N_SHARDS)) for shard in range(N_SHARDS)]
"""Rows of each empty shard, from 1024 to 2025.

They differ, so that shards, which double, do not all double at the same time.
"""

_BYTES_PER_ROW = 16
"""A key and a count, int64 each."""

_MAX_LOAD_FACTOR = 0.75
"""Load at which a shard doubles.

Looking for a new pair takes ``(1 + 1 / (1 - load)**2) / 2`` probes on average: 1.8 just
after doubling, 8.5 at this load, 50 at 0.9.
"""

BYTES_PER_PAIR = 31
"""Memory, on average over the shards.

A pair takes ``16 / load`` bytes. The loads of the shards are spread evenly, on a log
scale, from 3/8 to 3/4: the mean is ``16 * (8 / 3 - 4 / 3) / ln(2)``, 30.8.
"""


class PairTable:
    """How often each pair of word ids occurs.

    Notes
    -----
    Memory: 31 bytes a pair on average. A row takes 16 bytes, and three eighths to three
    quarters of the rows of a shard are in use. While a shard doubles, its old rows take
    memory too.
    """

    def __init__(self) -> None:
        self._shards = [_allocate_rows(n_rows) for n_rows in _MIN_ROWS]
        self._n_used = [0] * N_SHARDS
        self._locks = [Lock() for _ in range(N_SHARDS)]

    @property
    def n_pairs(self) -> int:
        """Number of distinct pairs."""
        return sum(self._n_used)

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
        probe_starts = np.empty(PREFETCH_DISTANCE, np.int64)
        position = 0
        with self._locks[shard]:
            while position < keys.size:
                self._reserve(shard, 1)
                table = self._shards[shard]
                position, self._n_used[shard] = count_keys(
                    keys,
                    position,
                    table,
                    self._n_used[shard],
                    int(len(table) * _MAX_LOAD_FACTOR),
                    probe_starts,
                )

    def add(self, shard: int, keys: Integers, counts: Integers) -> None:
        """Add counts of pairs of a shard; several threads may do so."""
        with self._locks[shard]:
            self._reserve(shard, keys.size)
            self._n_used[shard] = add_counts(
                keys, counts, self._shards[shard], self._n_used[shard]
            )

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
        for n_used, shard in zip(tuple(self._n_used), self._pop_shards(), strict=True):
            pairs = np.empty((n_used, 2), np.int64)
            pack_pairs(shard, pairs)
            yield pairs

    def pop_rows(
        self, ranks: Integers, n_ranks: int, map_: Map = map
    ) -> tuple[SparseRows, EdgeCounts]:
        """Return all pairs as `sort_pairs` does, and empty the table."""
        return sort_pairs(self._shards, self._pop_shards(), ranks, n_ranks, map_)

    def _pop_shards(self) -> Iterator[Integers]:
        """Yield each shard; its memory is freed before the next one is yielded."""
        for i in range(N_SHARDS):
            shard, self._shards[i] = self._shards[i], _allocate_rows(_MIN_ROWS[i])
            self._n_used[i] = 0
            yield shard

    def _reserve(self, shard: int, n_new: int) -> None:
        """Enlarge a shard for `n_new` more pairs."""
        table = self._shards[shard]
        n_rows = int((self._n_used[shard] + n_new) / _MAX_LOAD_FACTOR) + 1
        if n_rows > len(table):
            size = len(table)
            while size < n_rows:
                size *= 2
            if size >= 2 * _ROWS_PER_HUGE_PAGE:
                size = -(-size // _ROWS_PER_HUGE_PAGE) * _ROWS_PER_HUGE_PAGE
            larger = _allocate_rows(size)
            move_pairs(table, larger)
            self._shards[shard] = larger


_HUGE_PAGE_BYTES = 1 << 21
_ROWS_PER_HUGE_PAGE = _HUGE_PAGE_BYTES // _BYTES_PER_ROW
"""Linux puts tables of a multiple of this size in huge pages.

To find a small page in memory takes as long as to fetch a row, and to get one from the
system costs twice as much a byte.
"""

_PRIVATE: dict[str, Any] = (
    {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS}
    if hasattr(mmap, "MAP_PRIVATE")  # not on Windows
    else {}
)
"""Pages of this process alone: huge ones can be had, and new ones take less time."""


def _allocate_rows(n_rows: int) -> Integers:
    """Return rows of zeros whose memory goes back to the system when they are freed.

    An allocator would keep most of it for the process, in fragments.
    """
    memory = mmap.mmap(-1, n_rows * _BYTES_PER_ROW, **_PRIVATE)
    if len(memory) % _HUGE_PAGE_BYTES == 0 and hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    rows = np.frombuffer(memory, np.int64).reshape(n_rows, 2)
    touch_pages(rows)
    return rows
