"""A tree over the classes of a flat clustering."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._kernels.tree.exchange.merging import merge_within
from brownclust._kernels.tree.exchange.state import N_MOVES
from brownclust._kernels.tree.exchange.sweeping import visit_words
from brownclust._progress import ProgressOption, shows_progress
from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.blocks import Progress
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.dendrogram import Dendrogram
from brownclust.tree.exchange_state import load_exchange_state
from brownclust.tree.labels import check_labels_of_words
from brownclust.tree.state import entropies_of, losses_of_merges, scale_bits

LEVELS = (128, 64, 32, 16, 8, 4, 2, 1)
"""Numbers of clusters at which nodes are exchanged.

Between two levels, merges stay within the clusters of the lower one.
"""


@shows_progress
def class_tree(
    counts: BigramCounts,
    labels: ArrayLike,
    *,
    threads: int = 1,
    progress: ProgressOption = None,
) -> Dendrogram:
    """Return a tree whose leaves are the classes of a clustering.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    labels : array_like of int, shape (n_types,)
        The class of each word, by rank: all numbers from 0 to the number of classes
        less one.
    threads : int, default 1
        The most threads to use; the result is the same.
    progress : callable or bool, optional
        True: show bars of tqdm. A callable is called as
        ``progress("cluster", merges_done, merges_in_all)``.

    Returns
    -------
    Dendrogram
        Leaf *i* is class *i*, and all classes are active at once.

    Notes
    -----
    Classes are agglomerated, and at 128 clusters moved between these as words are in
    refinement, until no move gains. The 128 clusters are then agglomerated and moved
    between 64, and so on. So cuts at these numbers keep more information than those of
    agglomeration alone.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one for each word, or a class has no word.

    Examples
    --------
    >>> from brownclust import BigramCounts
    >>> lines = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]
    >>> counts = BigramCounts.from_sentences(line.split() for line in lines)
    >>> tree = class_tree(counts, [0, 1, 1, 2, 2, 0])
    >>> tree.n_leaves, tree.window
    (3, 3)
    """
    assert not isinstance(progress, bool)  # by the decorator
    array = check_labels_of_words(labels, counts.n_types)
    classes = np.unique(array)
    n_classes = classes.size
    if not np.array_equal(classes, np.arange(n_classes)):
        rule = "all numbers from 0 to the number of classes less one"
        raise ValueError(must_be("labels", rule, classes))
    table = counts.table.group(array, n_classes)
    scale = scale_bits(counts.n_tokens)
    merges = _nested_merges(table, threads, progress)
    children = np.array(merges, dtype=np.int64).reshape(-1, 2)
    return Dendrogram(
        children,
        losses_of_merges(children, table, n_classes, scale),
        scale=scale,
        window=n_classes,
        n_bigrams=counts.n_bigrams,
        ami_at_window=table.average_mutual_information(),
    )


def _nested_merges(
    table: CountTable, threads: int, progress: Progress | None
) -> list[tuple[int, int]]:
    """Return all merges of classes, from one level of the tree to the next."""
    merges: list[tuple[int, int]] = []
    n_classes = table.n_rows
    ids = list(range(n_classes))
    for level in LEVELS:
        if level >= table.n_rows:
            continue
        tree = tree_of_classes(table, threads=threads, progress=progress)
        labels = _exchange_nodes(table, tree.cut(level), level)
        ids = _merge_within(table, labels, level, ids, merges, n_classes)
        table = table.group(labels, level)
    return merges


def _exchange_nodes(
    table: CountTable, labels: NDArray[np.int32], n_clusters: int
) -> NDArray[np.int32]:
    """Return where nodes are once none gains by moving to another cluster."""
    is_fixed = np.zeros(table.n_rows, np.bool_)
    state = load_exchange_state(table, labels, n_clusters, is_fixed, 0)
    nodes = np.arange(table.n_rows)
    n_moves = -1
    while state.progress[N_MOVES] > n_moves:
        n_moves = int(state.progress[N_MOVES])
        visit_words(state, table, nodes, False)
    return state.labels


def _merge_within(
    table: CountTable,
    labels: NDArray[np.int32],
    n_clusters: int,
    ids: list[int],
    merges: list[tuple[int, int]],
    n_classes: int,
) -> list[int]:
    """Append the merges that join the nodes of each cluster; return their ids."""
    n_nodes = table.n_rows
    pairs = np.zeros((n_nodes - n_clusters, 2), np.int64)
    merge_within(
        entropies_of(table.n_tokens, scale_bits(table.n_tokens)),
        *_dense_counts(table),
        labels.astype(np.int64),
        np.zeros(n_nodes, np.int64),
        np.zeros(n_nodes, np.int64),
        pairs,
    )
    ids = ids.copy()
    for kept, merged in pairs.tolist():
        pair = ids[kept], ids[merged]
        ids[kept] = n_classes + len(merges)
        merges.append((min(pair), max(pair)))
    _, first = np.unique(labels, return_index=True)
    return [ids[node] for node in first.tolist()]


def _dense_counts(
    table: CountTable,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the counts of pairs, and the counts and totals of nodes."""
    n_nodes = table.n_rows
    sizes, lefts, rights, pair_counts = table.with_edge()
    counts = np.zeros((2, n_nodes + 1, n_nodes + 1), np.int64)
    counts[0, lefts, rights] = pair_counts
    counts[1] = counts[0].T
    return counts, sizes[:-1], counts.sum(axis=(0, 2))[:-1]


def tree_of_classes(
    classes: CountTable, *, threads: int = 1, progress: Progress | None = None
) -> Dendrogram:
    """Return the tree over classes of which there are counts; see `class_tree`."""
    names = Vocabulary.from_words([b"%d" % i for i in range(classes.n_rows)])
    return brown_cluster(
        BigramCounts(names, classes),
        window=classes.n_rows,
        threads=threads,
        progress=progress,
    )
