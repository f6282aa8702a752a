"""A tree over the classes of a flat clustering."""

import numpy as np
from numpy.typing import ArrayLike

from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.blocks import Progress
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.dendrogram import Dendrogram


def class_tree(
    counts: BigramCounts,
    labels: ArrayLike,
    *,
    threads: int = 1,
    progress: Progress | None = None,
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
    progress : callable, optional
        Called as ``progress("cluster", merges_done, merges_in_all)``.

    Returns
    -------
    Dendrogram
        Leaf *i* is class *i*, and all classes are active at once.

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
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise TypeError(must_be("labels", "integers", array.dtype.name))
    if array.shape != (counts.n_types,):
        rule = f"of shape ({counts.n_types},), one for each word"
        raise ValueError(must_be("labels", rule, array.shape))
    classes = np.unique(array)
    n_classes = classes.size
    if not np.array_equal(classes, np.arange(n_classes)):
        rule = "all numbers from 0 to the number of classes less one"
        raise ValueError(must_be("labels", rule, classes))
    table = counts.table.group(array, n_classes)
    return tree_of_classes(table, threads=threads, progress=progress)


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
