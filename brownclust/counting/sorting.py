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
    merge_sorted,
    scatter_rows,
    sort_by_digit,
)
from brownclust._kernels.counting.pair_table import ID_BITS, ID_MASK
from brownclust.counting.packed_pairs import PackedPairs, PairSums
from brownclust.counting.sparse_rows import SparseRows, offsets_from_sizes

Indices = NDArray[np.int32]
Integers = NDArray[np.int64]

BATCH_SIZE = 1 << 19
"""Pairs read, merged or written at a time: 8 MiB, so that disks and NumPy work well."""

EdgeCounts = tuple[Integers, Integers]
"""How often each word follows, and how often it precedes, a line edge."""


Map = Callable[..., Iterable[Any]]
"""Python's `map`, or one that calls the function on several threads."""


def sort_pairs(
    groups: Iterable[PackedPairs],
    groups_again: Iterable[PackedPairs],
    ranks: Indices,
    n_ranks: int,
    map_: Map = map,
) -> tuple[SparseRows, EdgeCounts]:
    """Sort the pairs among ranked words by left word, and add up those with line edges.

    Parameters
    ----------
    groups, groups_again : iterables of PackedPairs
        Each pair once, all pairs of a left word in one group; both iterables have the
        same groups. The second may free them as it is read.
    ranks : int32 array
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
    and 8 a pair of a group.
    """
    sums = PairSums.zeros(n_ranks)
    list(map_(lambda group: group.rank(ranks, sums), groups))
    offsets = offsets_from_sizes(sums.row_sizes)
    indices = np.empty(offsets[-1], np.int32)
    counts = np.empty(offsets[-1], np.int64)
    row_ends = offsets[:-1].copy()
    # Groups that were read again are ranked again; their sums are known.
    unused_sums = PairSums.zeros(n_ranks)
    idle = [_GroupSorter(n_ranks)]

    def scatter(group: PackedPairs) -> None:
        try:
            sorter = idle.pop()
        except IndexError:  # all are in use, each on a thread
            sorter = _GroupSorter(n_ranks)
        group.rank(ranks, unused_sums)
        ordered = sorter.sort_by_right(group)
        scatter_rows(ordered, group.id_bits, row_ends, indices, counts)
        for key, excess in zip(*group.excess(), strict=True):
            left, right = key >> ID_BITS, key & ID_MASK
            row = indices[offsets[left] : offsets[left + 1]]
            counts[offsets[left] + np.searchsorted(row, right)] += excess
        idle.append(sorter)

    list(map_(scatter, groups_again))
    return SparseRows(offsets, indices, counts), (sums.edge_starts, sums.edge_ends)


class _GroupSorter:
    """Sorts one group after the other, with an array that is allocated once."""

    def __init__(self, n_ranks: int) -> None:
        self._digit_starts = range(0, max(1, n_ranks - 1).bit_length(), DIGIT_BITS)
        self._digit_ends = np.empty(N_DIGITS, np.int64)
        self._scratch = np.empty(0, np.int64)

    def sort_by_right(self, group: PackedPairs) -> Integers:
        """Return the entries of ranked pairs in the order of their right words."""
        entries = group.entries
        if entries.size > self._scratch.size:
            self._scratch = np.empty(entries.size + entries.size // 4, np.int64)
        other = self._scratch[: entries.size]
        for digit_start in self._digit_starts:
            shift = group.count_bits + digit_start
            sort_by_digit(entries, shift, self._digit_ends, other)
            entries, other = other, entries
        return entries


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
