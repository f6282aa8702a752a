"""The tree of a refined clustering: words below their clusters, and clusters joined."""

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.tree.dendrogram import BLANK_LOSS, Dendrogram


def tree_of_words(class_tree: Dendrogram, labels: NDArray[np.int32]) -> Dendrogram:
    """Return the tree over words, given the tree over their clusters.

    Parameters
    ----------
    class_tree : Dendrogram
        The tree over the clusters, all active at once.
    labels : int32 array (n_words,)
        The cluster of each word, by rank. Each cluster has a word.

    Returns
    -------
    Dendrogram
        Its window is the number of clusters. Each word but the first of a cluster is
        merged with those before it, by rank; these merges have no loss. The merges of
        the clusters follow.

    Raises
    ------
    ValueError
        If the labels are not those of all leaves of `class_tree`.

    Examples
    --------
    Words 0 and 2 are one cluster, word 1 is another:

    >>> import numpy as np
    >>> pair = Dendrogram([[0, 1]], [5], scale=0, window=2, n_bigrams=4,
    ...                   ami_at_window=1.25)
    >>> tree_of_words(pair, np.array([0, 1, 0], np.int32)).children
    array([[0, 2],
           [1, 3]])
    """
    n_words, n_clusters = labels.size, class_tree.n_leaves
    found, first_words = np.unique(labels, return_index=True)
    if not np.array_equal(found, np.arange(n_clusters)):
        rule = f"0 to {n_clusters - 1}, each at least once"
        raise ValueError(must_be("labels", rule, labels))
    n_joined = n_words - n_clusters
    is_joined = np.ones(n_words, np.bool_)
    is_joined[first_words] = False
    joined = np.flatnonzero(is_joined)
    # By cluster, then by rank: each word is merged with the node made for the one
    # before it, or with the first word of the cluster.
    order = np.argsort(labels[joined], kind="stable")
    clusters = labels[joined][order]
    is_second = np.ones(n_joined, np.bool_)
    is_second[1:] = clusters[1:] != clusters[:-1]
    nodes = n_words + np.arange(n_joined)
    before = np.empty(n_joined, np.int64)
    before[order] = np.where(is_second, first_words[clusters], nodes[np.roll(order, 1)])
    roots = first_words.astype(np.int64)
    roots[labels[joined]] = nodes  # the last one of each cluster stays
    ids = np.concatenate([roots, n_words + n_joined + np.arange(n_clusters - 1)])
    children = np.concatenate(
        [np.column_stack([before, joined]), ids[class_tree.children]]
    )
    children.sort(axis=1)  # bit 0 is the lower id, as in all trees
    return Dendrogram(
        children,
        np.concatenate([np.full(n_joined, BLANK_LOSS), class_tree.losses]),
        scale=class_tree.scale,
        window=n_clusters,
        n_bigrams=class_tree.n_bigrams,
        ami_at_window=class_tree.ami_at_window,
    )
