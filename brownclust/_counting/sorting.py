"""Pairs in rows of sparse counts, and sorted runs of pairs merged into one."""

from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.pairs import (
    measure_rows,
    merge_sorted,
    scatter_pairs,
    transpose,
)
from brownclust.sparse_rows import SparseRows

Integers = NDArray[np.int64]

Edges = tuple[Integers, Integers]
"""How often each word follows and precedes a line edge."""


def sort_pairs(
    tables: list[Integers], ranks: Integers, n_ranks: int
) -> tuple[SparseRows, Edges]:
    """Return the pairs among ranked words by left word, and those with the line edge.

    Parameters
    ----------
    tables : list of int64 arrays (n, 2)
        Pairs of ids and their counts, each pair once; the list is emptied.
    ranks : int64 array
        Rank of each id, -1 if it is left out.
    n_ranks : int
        Number of ranks.

    Notes
    -----
    Memory: 24 bytes a pair, besides the tables half of the time.
    """
    sizes, starts, ends = (np.zeros(n_ranks, np.int64) for _ in range(3))
    for table in tables:
        measure_rows(table, ranks, sizes, starts, ends)
    offsets = _offsets(sizes)
    indices = np.empty(offsets[-1], np.int32)
    counts = np.empty(offsets[-1], np.int64)
    row_ends = offsets[:-1].copy()
    while tables:
        scatter_pairs(tables.pop(), ranks, row_ends, indices, counts)
    # By right word now. Transposing sorts.
    return transposed(SparseRows(offsets, indices, counts)), (starts, ends)


def transposed(rows: SparseRows) -> SparseRows:
    """Return the transpose of square rows, each of its rows ascending."""
    sizes = np.bincount(rows.indices, minlength=rows.offsets.size - 1)
    offsets = _offsets(sizes)
    indices, counts = np.empty_like(rows.indices), np.empty_like(rows.counts)
    transpose(
        rows.offsets, rows.indices, rows.counts, offsets[:-1].copy(), indices, counts
    )
    return SparseRows(offsets, indices, counts)


def merge_runs(runs: Sequence[Integers], n_rows: int) -> Iterator[Integers]:
    """Merge runs of pairs that are sorted by key, adding the counts of equal keys.

    Parameters
    ----------
    runs : sequence of int64 arrays (n, 2)
        Keys and counts; mapped files, say.
    n_rows : int
        Pairs in memory at a time, about, several times over.

    Yields
    ------
    int64 array (n, 2)
        Sorted keys, each above all before, and counts.
    """
    step = max(1, n_rows // max(1, len(runs)))
    while runs := [run for run in runs if len(run)]:
        heads = [np.array(run[:step]) for run in runs]
        # All that is up to here is among the heads, whatever run it is in.
        last_keys = [head[-1, 0] for head in heads]
        goes_on = [len(run) > step for run in runs]
        limit = min(compress(last_keys, goes_on), default=max(last_keys))
        sizes = [int(np.searchsorted(head[:, 0], limit, "right")) for head in heads]
        yield merged([head[:size] for head, size in zip(heads, sizes, strict=True)])
        runs = [run[size:] for run, size in zip(runs, sizes, strict=True)]


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


def _offsets(sizes: Integers) -> Integers:
    offsets = np.zeros(sizes.size + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets
