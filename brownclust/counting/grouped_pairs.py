"""The pairs of neighbours that one thread has counted, grouped by right word.

`brownclust.counting.id_counter` has one for each thread. The kernels are in
`brownclust._kernels.counting.pair_groups`.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_groups import (
    collect_neighbours,
    count_groups,
    count_rights,
    fill_rows,
    group_lefts,
    link_groups,
    merge_groups,
    size_rows,
    take_cells,
)
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust.counting.chunk import TokenChunk
from brownclust.counting.packed_pairs import PairSums
from brownclust.counting.pages import new_array
from brownclust.counting.pair_collector import MAX_UNMOVED, N_FREQUENT
from brownclust.counting.sorting import EdgeCounts
from brownclust.counting.sparse_rows import SparseRows, offsets_from_sizes
from brownclust.counting.word_table import enlarge_array

Indices = NDArray[np.int32]
Integers = NDArray[np.int64]

_MAX_KEYS = 1 << 23
"""Pairs listed before they are grouped, of 8 bytes each."""

_MAX_UNMERGED = 2
"""How many times as many pairs there may be as after the last merging.

More take memory, fewer take time: each pair is merged twice on average.
"""

_MIN_MERGED = 3 << 21
"""Pairs that are never merged before the end, 72 MiB."""


_MAX_SCANNED = 4
"""Words for each key up to which looking at all words is faster than sorting some."""


class Groups(NamedTuple):
    """Pairs as the kernels have them; the arrays may be longer than what is in use."""

    rights: Indices
    """Right word of each group."""
    ends: Integers
    """Where the left words of each group end."""
    lefts: Indices
    """Left words, those of one group after the other."""
    counts: Integers
    """How often each occurs to the left of the right word, at least once."""

    @classmethod
    def empty(cls, n_groups: int, n_pairs: int) -> Self:
        """Return arrays of these sizes."""
        return cls(
            new_array(n_groups, np.int32),
            new_array(n_groups, np.int64),
            new_array(n_pairs, np.int32),
            new_array(n_pairs, np.int64),
        )

    def enlarged(self, n_groups: int, n_pairs: int) -> "Groups":
        """Return copies of these sizes."""
        larger = Groups.empty(n_groups, n_pairs)
        larger.rights[: self.rights.size] = self.rights
        larger.ends[: self.ends.size] = self.ends
        larger.lefts[: self.lefts.size] = self.lefts
        larger.counts[: self.counts.size] = self.counts
        return larger

    def first(self, n_groups: int, n_pairs: int) -> "Groups":
        """Return the part in use, as views."""
        return Groups(
            self.rights[:n_groups],
            self.ends[:n_groups],
            self.lefts[:n_pairs],
            self.counts[:n_pairs],
        )


class GroupedPairs:
    """The words and pairs of neighbours that one thread has counted.

    It takes the place of a `PairCollector` where only adjacent words are pairs, no word
    is unknown, and memory is not limited.

    Parameters
    ----------
    with_edges : bool
        Whether a line edge forms pairs as a word does.

    Attributes
    ----------
    n_pairs : int
        All pairs so far.
    are_merged : bool
        Whether each pair is in one group only, after `move_pairs`.

    Notes
    -----
    Memory: 64 MiB for pairs that are not in groups yet, and 32 while they are moved
    there; 24 bytes for each pair, or 12, if it occurs in a part of the corpus only.
    """

    def __init__(self, with_edges: bool) -> None:
        self.n_pairs = 0
        self._with_edges = with_edges
        self._word_counts = np.zeros(2, np.int64)
        self.are_merged = True
        self._n_unmoved = 0
        self._lows = new_array(N_FREQUENT**2, np.uint8)
        self._highs = new_array(N_FREQUENT**2, np.int32)
        self._groups = Groups.empty(0, 0)
        self._n_groups = self._n_entries = 0
        self._max_entries = _MIN_MERGED
        self._keys = new_array(_MAX_KEYS, np.int64)
        self._n_keys = 0

    @property
    def word_counts(self) -> Integers:
        """Occurrences by word id, int64; can be replaced by a longer array."""
        self.move_pairs()
        return self._word_counts

    @word_counts.setter
    def word_counts(self, counts: Integers) -> None:
        self._word_counts = counts

    def pop_groups(self) -> Groups:
        """Return all groups, of which a right word may have several; keep none."""
        self.move_pairs()
        groups = self._groups.first(self._n_groups, self._n_entries)
        self._groups = Groups.empty(0, 0)
        self._n_groups = self._n_entries = 0
        return groups

    def collect(self, chunk: TokenChunk, ids: Integers, n_words: int) -> None:
        """Count the words and pairs of a chunk, as `PairCollector.collect` does."""
        tokens = chunk.tokens
        n_unmoved = self._n_unmoved + tokens.size
        if n_unmoved > MAX_UNMOVED or self._n_keys + tokens.size > self._keys.size:
            self.move_pairs()
        self._enlarge(tokens.size, n_words)
        first_is_edge = tokens[0] == LINE_EDGE
        self._n_keys, n_edges = collect_neighbours(
            tokens,
            ids,
            self._lows,
            self._highs,
            N_FREQUENT,
            self._keys,
            self._n_keys,
        )
        self._n_unmoved += tokens.size
        self.n_pairs += tokens.size - 1
        if not self._with_edges:  # each but the last is in two pairs
            last_is_edge = tokens[-1] == LINE_EDGE
            self.n_pairs -= 2 * n_edges + int(first_is_edge) - int(last_is_edge)

    def move_pairs(self) -> None:
        """Move all pairs to the groups, which `rows_of` takes."""
        if not self._n_unmoved:
            return
        self._merge_if_many()
        self.are_merged = not self._n_groups
        keys, n_words = self._keys[: self._n_keys], self._word_counts.size
        sizes, totals = np.zeros((2, n_words), np.int32)
        rights = np.empty(keys.size, np.int32)
        n_rights = count_rights(keys, sizes, rights)
        # In the order of ids, so that merging reads each part from start to end.
        if n_words <= _MAX_SCANNED * keys.size:
            rights = np.flatnonzero(sizes).astype(np.int32)
        else:
            rights = np.sort(rights[:n_rights])
        grouped = new_array(keys.size, np.int32)
        group_lefts(keys, rights, sizes, grouped)
        self._reserve(n_rights + N_FREQUENT + 1, keys.size + N_FREQUENT**2 + 1)
        self._n_groups, self._n_entries = count_groups(
            grouped,
            rights,
            sizes,
            self._with_edges,
            self._word_counts,
            totals,
            *self._groups,
            self._n_groups,
            self._n_entries,
        )
        self._n_groups, self._n_entries = take_cells(
            self._lows,
            self._highs,
            N_FREQUENT,
            self._with_edges,
            self._word_counts,
            *self._groups,
            self._n_groups,
            self._n_entries,
        )
        self._n_unmoved = self._n_keys = 0

    def _enlarge(self, n_tokens: int, n_words: int) -> None:
        """Provide capacity for the tokens of a chunk, and for all words."""
        counts = self._word_counts
        self._word_counts = enlarge_array(counts, counts.size, n_words)
        if self._n_keys + n_tokens > self._keys.size:  # there are none
            self._keys = new_array(n_tokens, np.int64)

    def _merge_if_many(self) -> None:
        """Merge the groups if there are many pairs."""
        if self._n_entries > self._max_entries:
            groups = self._groups.first(self._n_groups, self._n_entries)
            self._groups = groups = merged([groups], self._word_counts.size)
            self._n_groups, self._n_entries = groups.rights.size, groups.lefts.size
            self._max_entries = max(_MIN_MERGED, _MAX_UNMERGED * self._n_entries)

    def _reserve(self, n_new_groups: int, n_new: int) -> None:
        """Make space for more groups and pairs.

        Most of it is not used, and then takes no memory.
        """
        groups = self._groups
        n_groups, n_entries = self._n_groups + n_new_groups, self._n_entries + n_new
        if n_groups > groups.rights.size or n_entries > groups.lefts.size:
            groups = groups.first(self._n_groups, self._n_entries)
            capacity = max(self._max_entries + n_new, n_entries)
            self._groups = groups.enlarged(max(2 * n_groups, capacity // 4), capacity)


def merged(parts: Sequence[Groups], n_words: int) -> Groups:
    """Merge the groups of each right word.

    Parameters
    ----------
    parts : sequence of Groups
        Of words below `n_words`.
    n_words : int
        Number of word ids.

    Returns
    -------
    Groups
        One of each right word, in the order of their ids.
    """
    rights, ends, lefts, counts = parts[0] if len(parts) == 1 else _joined(parts)
    heads = np.full(n_words, -1, np.int64)
    links = np.empty(rights.size, np.int64)
    link_groups(rights, heads, links)
    # One pair more: the kernel writes each before it is known to be a new one.
    result = Groups.empty(min(n_words, rights.size), lefts.size + 1)
    totals = np.zeros(n_words, np.int64)
    n_groups, n_pairs = merge_groups(heads, links, ends, lefts, counts, totals, *result)
    return result.first(n_groups, n_pairs)


def _joined(parts: Sequence[Groups]) -> Groups:
    starts = offsets_from_sizes(np.array([part.lefts.size for part in parts]))
    return Groups(
        np.concatenate([part.rights for part in parts]),
        np.concatenate([p.ends + s for p, s in zip(parts, starts, strict=False)]),
        np.concatenate([part.lefts for part in parts]),
        np.concatenate([part.counts for part in parts]),
    )


def rows_of(
    parts: Sequence[Groups], ranks: Indices, n_ranks: int, *, are_merged: bool
) -> tuple[SparseRows, EdgeCounts]:
    """Return all pairs among ranked words as sparse rows, as `sort_pairs` does.

    Parameters
    ----------
    parts : sequence of Groups
        Of all threads.
    ranks : int32 array (n_words,)
        Rank of each word id, -1 for words that are left out.
    n_ranks : int
        Number of ranks.
    are_merged : bool
        Whether each pair is in one group only.

    Returns
    -------
    rows : SparseRows
        Of each left word, its right words.
    edges : EdgeCounts
        By rank.
    """
    groups = parts[0] if are_merged else merged(parts, ranks.size)
    sums = PairSums.zeros(n_ranks)
    size_rows(*groups, ranks, *sums)
    offsets = offsets_from_sizes(sums.row_sizes)
    indices = new_array(int(offsets[-1]), np.int32)
    counts = new_array(int(offsets[-1]), np.int64)
    rights = ranks[groups.rights]
    order = np.flatnonzero(rights >= 0)
    order = order[np.argsort(rights[order], kind="stable")]
    fill_rows(order, *groups, ranks, offsets[:-1].copy(), indices, counts)
    return SparseRows(offsets, indices, counts), (sums.edge_starts, sums.edge_ends)
