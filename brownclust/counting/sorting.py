"""Pairs in rows of sparse counts, and sorted runs of pairs merged into one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import (
    ID_BITS,
    measure_rows,
    merge_sorted,
    scatter_pairs,
)
from brownclust.counting.sparse_rows import SparseRows, row_offsets

Integers = NDArray[np.int64]

BATCH = 1 << 19
"""Pairs read, merged or written at a time."""

Edges = tuple[Integers, Integers]
"""How often each word follows and precedes a line edge."""


def sort_pairs(
    pairs: Iterable[Integers],
    pairs_again: Iterable[Integers],
    ranks: Integers,
    n_ranks: int,
) -> tuple[SparseRows, Edges]:
    """Return the pairs among ranked words by left word, and those with the line edge.

    Parameters
    ----------
    pairs, pairs_again : iterables of int64 arrays (n, 2)
        Pairs of ids and their counts, each pair once; the same in both. What the second
        has given it can let go.
    ranks : int64 array
        Rank of each id, -1 if it is left out.
    n_ranks : int
        Number of ranks.

    Notes
    -----
    Memory: 24 bytes a pair, 12 of them while the second iterable is read.
    """
    sizes, starts, ends = (np.zeros(n_ranks, np.int64) for _ in range(3))
    for table in pairs:
        measure_rows(table, ranks, sizes, starts, ends)
    offsets = row_offsets(sizes)
    indices = np.empty(offsets[-1], np.int32)
    counts = np.empty(offsets[-1], np.int64)
    row_ends = offsets[:-1].copy()
    for table in pairs_again:
        scatter_pairs(table, ranks, row_ends, indices, counts)
    # By right word now. Transposing sorts.
    return SparseRows(offsets, indices, counts).transpose(), (starts, ends)


def keyed(rows: SparseRows) -> Iterator[Integers]:
    """Return sparse rows as pairs sorted by key, a batch at a time."""
    for start in range(0, rows.indices.size, BATCH):
        end = min(start + BATCH, rows.indices.size)
        pairs = np.empty((end - start, 2), np.int64)
        positions = np.arange(start, end)
        lefts = np.searchsorted(rows.offsets, positions, "right") - 1
        pairs[:, 0] = lefts << ID_BITS | rows.indices[start:end]
        pairs[:, 1] = rows.counts[start:end]
        yield pairs


class SortedRun(Protocol):
    """Pairs sorted by key, read from the start."""

    def __len__(self) -> int:
        """Return how many rows are left."""

    def head(self, n_rows: int) -> Integers:
        """Return the first rows, up to so many."""

    def skip(self, n_rows: int) -> None:
        """Go on behind so many rows."""


def merge_runs(runs: Sequence[SortedRun], n_rows: int) -> Iterator[Integers]:
    """Merge runs of pairs, adding the counts of equal keys.

    Parameters
    ----------
    runs : sequence of SortedRun
        Read to their ends.
    n_rows : int
        Pairs in memory at a time, about, several times over.

    Yields
    ------
    int64 array (n, 2)
        Sorted keys, each above all before, and counts.
    """
    step = max(1, n_rows // max(1, len(runs)))
    while runs := [run for run in runs if len(run)]:
        heads = [run.head(step) for run in runs]
        # All that is up to here is among the heads, whatever run it is in.
        last_keys = [head[-1, 0] for head in heads]
        goes_on = [len(run) > step for run in runs]
        limit = min(compress(last_keys, goes_on), default=max(last_keys))
        for i, run in enumerate(runs):
            n_here = int(np.searchsorted(heads[i][:, 0], limit, "right"))
            heads[i] = heads[i][:n_here]
            run.skip(n_here)
        yield merged(heads)


def merged(runs: Sequence[Integers]) -> Integers:
    """Return sorted runs of pairs as one; log2 of their number steps a pair."""
    while len(runs) > 1:
        runs = [_merged(*runs[i : i + 2]) for i in range(0, len(runs), 2)]
    return runs[0]


def _merged(one: Integers, other: Integers | None = None) -> Integers:
    if other is None:
        return one
    result = np.empty((len(one) + len(other), 2), np.int64)
    return result[: merge_sorted(one, other, result)]
