"""Counts of pairs in a hash table that grows.

`brownclust.counting.pair_table` has several. The kernels are in
`brownclust._kernels.counting.pair_table`.
"""

import mmap

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import (
    ID_BITS,
    ID_MASK,
    PREFETCH_DISTANCE,
    add_counts,
    count_keys,
    move_pairs,
)
from brownclust.counting.packed_pairs import PackedPairs, PairSums
from brownclust.counting.pages import HUGE_PAGE_BYTES, new_memory, touch_pages

Indices = NDArray[np.int32]
Integers = NDArray[np.int64]

_MAX_LOAD_FACTOR = 0.75
"""Load at which a table doubles.

Looking for a new pair takes ``(1 + 1 / (1 - load)**2) / 2`` probes on average: 1.8 just
after doubling, 8.5 at this load, 50 at 0.9.
"""

BYTES_PER_PAIR = 16
"""Memory, on average over tables of all sizes.

A pair takes ``8 / load`` bytes. If the loads are spread evenly, on a log scale, from
3/8 to 3/4, the mean is ``8 * (8 / 3 - 4 / 3) / ln(2)``, 15.4.
"""


class PairShard(PackedPairs):
    """How often each of some pairs of word ids occurs.

    Parameters
    ----------
    n_rows : int
        Rows of the table, which doubles when it is full.

    Attributes
    ----------
    n_pairs : int
        Number of distinct pairs.
    """

    def __init__(self, n_rows: int) -> None:
        self._memory = _new_table(n_rows)
        super().__init__(_rows_of(self._memory))
        self.n_pairs = 0

    def count(self, keys: Integers) -> None:
        """Add 1 to the count of each key; one counts as often as it occurs."""
        probe_starts = np.empty(PREFETCH_DISTANCE, np.int64)
        position = 0
        while position < keys.size:
            self._reserve(1)
            position, self.n_pairs = count_keys(
                keys,
                position,
                self.entries,
                self.id_bits,
                self.n_pairs,
                int(self.entries.size * _MAX_LOAD_FACTOR),
                probe_starts,
            )
            if position < keys.size:  # full, or this id or its count is too large
                self.add(keys[position : position + 1], np.ones(1, np.int64))
                position += 1

    def add(self, keys: Integers, counts: Integers) -> None:
        """Add counts, at least 1, of pairs."""
        largest = int(np.max((keys >> ID_BITS) | (keys & ID_MASK), initial=0))
        self.reserve_ids(largest + 1)
        self._reserve(keys.size)
        excess = np.empty(keys.size, np.int64)
        self.n_pairs = add_counts(
            keys, counts, self.entries, self.id_bits, self.n_pairs, excess
        )
        self.add_excess(keys, excess)

    def rank(self, ranks: Indices, sums: PairSums) -> None:
        """Rank the pairs as `PackedPairs` does, and free the memory after them."""
        super().rank(ranks, sums)
        n_bytes = self.entries.nbytes
        start = n_bytes + -n_bytes % mmap.PAGESIZE
        if start < len(self._memory) and hasattr(mmap, "MADV_DONTNEED"):
            self._memory.madvise(mmap.MADV_DONTNEED, start)

    def _reserve(self, n_new: int) -> None:
        """Enlarge the table for `n_new` more pairs."""
        n_rows = int((self.n_pairs + n_new) / _MAX_LOAD_FACTOR) + 1
        size = self.entries.size
        if n_rows <= size:
            return
        while size < n_rows:
            size *= 2
        if size >= 2 * _ROWS_PER_HUGE_PAGE:
            size = -(-size // _ROWS_PER_HUGE_PAGE) * _ROWS_PER_HUGE_PAGE
        memory = _new_table(size)
        larger = _rows_of(memory)
        move_pairs(self.entries, self.id_bits, larger)
        self.entries, self._memory = larger, memory


_ROWS_PER_HUGE_PAGE = HUGE_PAGE_BYTES // 8
"""Linux puts tables of a multiple of this size in huge pages.

To find a small page in memory takes as long as to fetch a row.
"""


def _new_table(n_rows: int) -> mmap.mmap:
    """Return memory for a table, all zeros."""
    memory = new_memory(8 * n_rows)
    touch_pages(_rows_of(memory))
    return memory


def _rows_of(memory: mmap.mmap) -> Integers:
    """Return memory as an array."""
    return np.frombuffer(memory, np.int64)
