"""Sort pairs into sparse rows, and merge sorted runs of pairs into one.

`brownclust.counting.pair_table` and ``spill`` use both, the workers of
`brownclust.distributed` the merging.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_sorting import (
    DIGIT_BITS,
    N_DIGITS,
    measure_rows,
    merge_sorted,
    rank_pairs,
    scatter_rows,
    sort_by_digit,
)
from brownclust._kernels.counting.pair_table import ID_BITS
from brownclust.counting.sparse_rows import SparseRows, offsets_from_sizes

Integers = NDArray[np.int64]

BATCH_SIZE = 1 << 19
"""Pairs read, merged or written at a time: 8 MiB, so that disks and NumPy work well."""

EdgeCounts = tuple[Integers, Integers]
"""How often each word follows, and how often it precedes, a line edge."""


Map = Callable[..., Iterable[Any]]
"""Python's `map`, or one that calls the function on several threads."""


def sort_pairs(
    groups: Iterable[Integers],
    groups_again: Iterable[Integers],
    ranks: Integers,
    n_ranks: int,
    map_: Map = map,
) -> tuple[SparseRows, EdgeCounts]:
    """Sort the pairs among ranked words by left word, and add up those with line edges.

    Parameters
    ----------
    groups, groups_again : iterables of int64 arrays (n, 2)
        Keys and counts, each pair once, all pairs of a left word in one array; both
        iterables have the same arrays. The second may free them as it is read.
    ranks : int64 array
        Rank of each word id, -1 for words that are left out.
    n_ranks : int
        Number of ranks.
    map_ : callable
        `map`, or one that works on several groups at the same time: they have
        different rows.

    Returns
    -------
    rows : SparseRows
        Of each left word, its right words.
    edges : EdgeCounts
        By rank.

    Notes
    -----
    Linear in the number of pairs: each group is sorted by the digits of its right
    words, in the caches if it fits, then written to its rows. Memory: 12 bytes a pair,
    and 32 a pair of a group.
    """
    sizes, starts, ends = (np.zeros(n_ranks, np.int64) for _ in range(3))

    def measure(group: Integers) -> None:
        measure_rows(group, ranks, sizes, starts, ends)

    list(map_(measure, groups))
    offsets = offsets_from_sizes(sizes)
    indices = np.empty(offsets[-1], np.int32)
    counts = np.empty(offsets[-1], np.int64)
    row_ends = offsets[:-1].copy()

    idle = [_GroupSorter(ranks, n_ranks)]

    def scatter(group: Integers) -> None:
        try:
            sorter = idle.pop()
        except IndexError:  # all are in use, each on a thread
            sorter = _GroupSorter(ranks, n_ranks)
        ranked = sorter.sort_by_right(group)
        scatter_rows(ranked, row_ends, indices, counts)
        idle.append(sorter)

    list(map_(scatter, groups_again))
    return SparseRows(offsets, indices, counts), (starts, ends)


class _GroupSorter:
    """Sorts one group after the other, with arrays that are allocated once."""

    def __init__(self, ranks: Integers, n_ranks: int) -> None:
        self._ranks = ranks
        self._shifts = range(0, max(1, n_ranks - 1).bit_length(), DIGIT_BITS)
        self._digit_ends = np.empty(N_DIGITS, np.int64)
        self._scratch = np.empty((2, 0, 2), np.int64)

    def sort_by_right(self, group: Integers) -> Integers:
        """Return the pairs of kept words in the order of their right words."""
        n_pairs = int(np.count_nonzero(group[:, 1]))
        if n_pairs > self._scratch.shape[1]:
            self._scratch = np.empty((2, n_pairs + n_pairs // 4, 2), np.int64)
        pairs, other = self._scratch
        n_pairs = rank_pairs(group, self._ranks, pairs)
        pairs, other = pairs[:n_pairs], other[:n_pairs]
        for shift in self._shifts:
            sort_by_digit(pairs, shift, self._digit_ends, other)
            pairs, other = other, pairs
        return pairs


def iter_pairs(rows: SparseRows) -> Iterator[Integers]:
    """Yield sparse rows as pairs sorted by key, arrays (n, 2), a batch at a time."""
    for start in range(0, rows.indices.size, BATCH_SIZE):
        end = min(start + BATCH_SIZE, rows.indices.size)
        pairs = np.empty((end - start, 2), np.int64)
        positions = np.arange(start, end)
        lefts = np.searchsorted(rows.offsets, positions, "right") - 1
        pairs[:, 0] = lefts << ID_BITS | rows.indices[start:end]
        pairs[:, 1] = rows.counts[start:end]
        yield pairs


class SortedRun(Protocol):
    """Pairs sorted by key, which are read from the start."""

    def __len__(self) -> int:
        """Return the number of rows not yet read."""

    def head(self, n_rows: int) -> Integers:
        """Return the next `n_rows` rows, or fewer at the end; they stay unread."""

    def skip(self, n_rows: int) -> None:
        """Mark the next `n_rows` rows as read."""


def merge_runs(runs: Sequence[SortedRun], n_rows: int) -> Iterator[Integers]:
    """Merge sorted runs of pairs, adding the counts of equal keys.

    Parameters
    ----------
    runs : sequence of SortedRun
        Read to their ends.
    n_rows : int
        Approximate number of pairs held in memory at a time, in a few copies.

    Yields
    ------
    int64 array (n, 2)
        Sorted keys, larger than all keys before, and their counts.
    """
    step = max(1, n_rows // max(1, len(runs)))
    while runs := [run for run in runs if len(run)]:
        heads = [run.head(step) for run in runs]
        # What follows a head in its run has larger keys. So the heads hold all keys up
        # to the smallest last key of a head that is not the end of its run.
        last_keys = [head[-1, 0] for head in heads]
        continues = [len(run) > step for run in runs]
        limit = min(compress(last_keys, continues), default=max(last_keys))
        for i, run in enumerate(runs):
            n_here = int(np.searchsorted(heads[i][:, 0], limit, "right"))
            heads[i] = heads[i][:n_here]
            run.skip(n_here)
        yield merge_arrays(heads)


def merge_arrays(runs: Sequence[Integers]) -> Integers:
    """Merge sorted arrays of pairs into one, adding the counts of equal keys.

    Parameters
    ----------
    runs : sequence of int64 arrays (n, 2)
        At least one; keys ascend in each.

    Returns
    -------
    int64 array (n, 2)
        May be a view of a larger array, or the only run itself.

    Notes
    -----
    Merges two at a time: log2 of their number steps a pair.
    """
    while len(runs) > 1:
        runs = [_merge_two(*runs[i : i + 2]) for i in range(0, len(runs), 2)]
    return runs[0]


def _merge_two(one: Integers, other: Integers | None = None) -> Integers:
    if other is None:  # the last of an odd number
        return one
    result = np.empty((len(one) + len(other), 2), np.int64)
    return result[: merge_sorted(one, other, result)]
