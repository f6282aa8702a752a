"""How much of a text a clustering covers, and the sizes of its clusters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from brownclust._validation import must_be
from brownclust.counting.count_table import exact_sum
from brownclust.counting.counts import BigramCounts
from brownclust.tree.information import number_labels
from brownclust.tree.labels import check_integers


@dataclass(frozen=True)
class Coverage:
    """How much of a text has a cluster.

    Attributes
    ----------
    types : float
        Fraction of the different words that have a cluster.
    tokens : float
        Fraction of all tokens, removed words included, whose word has one.
    ami : float
        Average mutual information of the clusters, in bits per bigram. Words without a
        cluster are left out, as if they had been removed from the counts.
    """

    types: float
    tokens: float
    ami: float


def label_coverage(counts: BigramCounts, labels: ArrayLike) -> Coverage:
    """Return how much of a text a clustering covers, and its mutual information.

    Parameters
    ----------
    counts : BigramCounts
        Counts of the text.
    labels : array_like of int, shape (n_types,)
        The cluster of each word of the text, by rank; -1 for a word without one.

    Returns
    -------
    Coverage
        Fractions of words and tokens; average mutual information.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one label for each word.

    Notes
    -----
    Mutual information of clusters that cover different words cannot be compared: each
    further word raises it. Nor does it say which clusters help a tagger most.

    Examples
    --------
    >>> from brownclust import BigramCounts
    >>> counts = BigramCounts.from_sentences([["a", "c"], ["b", "c"]])
    >>> label_coverage(counts, [0, 1, 1])  # of c, a and b
    Coverage(types=1.0, tokens=1.0, ami=2.0)
    >>> label_coverage(counts, [0, 1, -1])
    Coverage(types=0.6666666666666666, tokens=0.75, ami=1.0)
    """
    values, classes = number_labels(counts, labels)
    ranks = np.flatnonzero(values[classes] >= 0)
    table = counts.table.select(ranks)
    ami = table.group(classes[ranks], values.size).average_mutual_information()
    n_tokens = exact_sum(table.unigram_counts)
    return Coverage(ranks.size / counts.n_types, n_tokens / counts.n_tokens, ami)


def cluster_sizes(labels: ArrayLike) -> tuple[int, float, int]:
    """Return the sizes of the smallest, the median and the largest cluster, in words.

    Parameters
    ----------
    labels : array_like of int, shape (n_words,)
        The cluster of each word; negative for a word without one.

    Returns
    -------
    smallest, median, largest : int, float, int
        Numbers of words.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If no word has a cluster.

    Examples
    --------
    >>> cluster_sizes([0, 0, 0, 1, 1, 2, -1])
    (1, 2.0, 3)
    """
    array = check_integers(labels)
    _, sizes = np.unique(array[array >= 0], return_counts=True)
    if not sizes.size:
        raise ValueError(must_be("labels", "of at least one cluster", labels))
    return int(sizes.min()), float(np.median(sizes)), int(sizes.max())
