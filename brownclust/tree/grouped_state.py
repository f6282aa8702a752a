"""States that follow from merges, or from a state of the other kind.

What a state holds of its clusters, but for bounds, follows from their counts: those of
all words, added up by cluster, or those that another state has already.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree import state as fields
from brownclust._kernels.tree.dense.state import DenseState
from brownclust._kernels.tree.loading import load_contexts
from brownclust._kernels.tree.state import State
from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.sparse_rows import SparseRows, offsets_from_sizes
from brownclust.tree.dendrogram import check_merges
from brownclust.tree.state import (
    Merges,
    empty_state,
    load_all_overlaps,
    merges_of,
    with_packed_pool,
)


class Grouped(NamedTuple):
    """Counts of the clusters that merges have left active.

    Attributes
    ----------
    classes : CountTable
        A row for each active cluster, and one for all words that have not entered.
    clusters : int64 array (n_active,)
        Their ids in the tree, ascending.
    labels : int64 array (n_entered,)
        Which of them the words that have entered are in; once all have entered, which
        of those they were in when only the window was left.
    """

    classes: CountTable
    clusters: NDArray[np.int64]
    labels: NDArray[np.int64]


def group_merged(merges: Merges, counts: CountTable, window: int) -> Grouped:
    """Return the counts of the clusters that are active after some merges.

    Parameters
    ----------
    merges : Merges
        The first merges of these counts, in this window.
    counts : CountTable
        Counts of all words.
    window : int
        Clusters active at once.

    Raises
    ------
    ValueError
        If these cannot be the first merges.
    """
    n_words, n_merged = counts.n_rows, merges.losses.size
    if merges.children.shape != (n_merged, 2) or n_merged >= n_words:
        rule = f"of shape ({n_merged}, 2), fewer than {n_words} rows"
        raise ValueError(must_be("children", rule, merges.children.shape))
    check_merges(merges.children, n_words, window)
    n_entered = min(window + n_merged, n_words)
    if n_merged == 0:
        return Grouped(counts, np.arange(n_entered), np.arange(n_entered))
    n_active = n_entered - n_merged
    # Words that have not entered yet are one more class, which is not loaded.
    labels = np.full(n_words, n_active)
    clusters, labels[:n_entered] = _clusters(merges.children, n_words, n_entered)
    classes = counts.group(labels, n_active + (n_entered < n_words))
    n_early = n_words - window
    if n_merged > n_early:
        _, labels = _clusters(merges.children[:n_early], n_words, n_words)
    return Grouped(classes, clusters, labels[:n_entered])


def group_state(state: State | DenseState, counts: CountTable) -> Grouped:
    """Return the counts of the clusters of a state, as `group_merged` does.

    Parameters
    ----------
    state : State or DenseState
        The clusters. No word is pending, and no merge has been made since all words
        have entered and only the window was left.
    counts : CountTable
        Counts of all words, of which only the totals are used.

    Notes
    -----
    Takes time and memory for all pairs of slots, whatever the size of the corpus. There
    is no row for words that have not entered.
    """
    order = slots_by_cluster(state)
    edge = state.slots.shape[1] - 1
    matrix = _count_matrix(state)
    table = matrix[np.ix_(order, order)]
    lefts, rights = np.nonzero(table)
    classes = replace(
        counts,
        unigram_counts=state.slots[fields.SIZE, order],
        successors=SparseRows(
            offsets_from_sizes(np.bincount(lefts, minlength=order.size)),
            rights.astype(np.int32),
            table[lefts, rights].astype(np.int64),
        ),
        edge_starts=matrix[edge, order].astype(np.int64),
        edge_ends=matrix[order, edge].astype(np.int64),
    )
    positions = np.zeros(edge + 1, np.int64)
    positions[order] = np.arange(order.size)
    n_entered = state.progress[fields.N_ENTERED]
    labels = positions[state.slot_of_word[:n_entered]]
    return Grouped(classes, state.slots[fields.CLUSTER, order], labels)


def slots_by_cluster(state: State | DenseState) -> NDArray[np.int64]:
    """Return the slots that hold a cluster, by its id."""
    ids = state.slots[fields.CLUSTER]
    taken = np.flatnonzero(ids != fields.FREE)
    return taken[np.argsort(ids[taken])]


def _count_matrix(state: State | DenseState) -> NDArray[Any]:
    """Return c(i, k) of all slots."""
    if isinstance(state, DenseState):
        counts: NDArray[Any] = state.counts[0]
        return counts
    n = state.slots.shape[1]
    lengths = state.slots[fields.LIST_LENGTH + fields.SUCCESSORS]
    starts = state.slots[fields.LIST_START + fields.SUCCESSORS]
    rows = np.repeat(np.arange(n), lengths)
    first = offsets_from_sizes(lengths)
    at = np.arange(first[-1]) + (starts - first[:-1])[rows]
    matrix = np.zeros((n, n), dtype=state.pool.dtype)
    matrix[rows, state.pool[fields.SLOT, at]] = state.pool[fields.COUNT, at]
    return matrix


def set_merged(state: State | DenseState, grouped: Grouped, merges: Merges) -> None:
    """Note the merges that have been made, and the clusters that they have left."""
    n_active, n_entered = grouped.clusters.size, grouped.labels.size
    n_merged = merges.losses.size
    state.slots[fields.CLUSTER, :n_active] = grouped.clusters
    n_entered = grouped.labels.size
    state.slot_of_word[:n_entered] = grouped.labels
    state.progress[fields.N_ENTERED] = n_entered
    state.progress[fields.N_MERGED] = n_merged
    state.progress[fields.ENTRANT] = n_active  # a free slot
    state.children[:n_merged] = merges.children
    state.losses[:n_merged] = merges.losses


def load_state_after(
    merges: Merges, counts: CountTable, window: int, scale: int, threads: int
) -> State:
    """Return the state after some merges: all of it but these follows from the counts.

    Parameters
    ----------
    merges : Merges
        The first merges of these counts, in this window.
    counts : CountTable
        Counts of all words.
    window, scale, threads : int
        As for `load_state`.

    Raises
    ------
    ValueError
        If these cannot be the first merges.

    Notes
    -----
    Clusters are in other slots, and bounds are tighter, than if the merges had been
    made one by one. The next merges do not depend on that. Costs as much as
    `load_state` of as many words that have the bigrams of these clusters.
    """
    grouped = group_merged(merges, counts, window)
    return _load_grouped(grouped, merges, counts.n_rows, window, scale, threads)


def load_state_of_dense(
    dense: DenseState, counts: CountTable, scale: int, threads: int
) -> State:
    """Return the state of the same clusters with overlaps instead of bounds alone.

    Parameters
    ----------
    dense : DenseState
        The clusters; no word is pending.
    counts : CountTable
        Counts of all words, of which only the totals are used.
    scale, threads : int
        As for `load_state`.

    Notes
    -----
    Equal to what `load_state_after` returns for the same merges.
    """
    window = dense.slots.shape[1] - 2
    grouped = group_state(dense, counts)
    merges = merges_of(dense)
    return _load_grouped(grouped, merges, counts.n_rows, window, scale, threads)


def _load_grouped(
    grouped: Grouped,
    merges: Merges,
    n_words: int,
    window: int,
    scale: int,
    threads: int,
) -> State:
    """Return the state of the clusters that the merges have left."""
    classes = grouped.classes
    n_active = grouped.clusters.size
    state = empty_state(classes, n_active, window, n_words, scale, threads)
    load_contexts(state, classes, n_active)
    state = with_packed_pool(state)
    set_merged(state, grouped, merges)
    load_all_overlaps(state, n_active)
    return state


def _clusters(
    children: NDArray[np.int64], n_words: int, n_entered: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids of the clusters after merges, and the one that each word is in."""
    parents = np.arange(n_words + len(children))
    parents[children] = n_words + np.arange(len(children))[:, np.newaxis]
    while not np.array_equal(roots := parents[parents], parents):
        parents = roots
    return np.unique(roots[:n_entered], return_inverse=True)
