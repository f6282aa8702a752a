"""Average mutual information and merge losses, in floating point.

Agglomeration computes losses in integers, so that ties are exact. The formulas here
are for reports, and for evaluating any flat clustering, from any program.
"""

from math import fsum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.tree.labels import check_labels_of_words


def average_mutual_information(counts: BigramCounts, labels: ArrayLike) -> float:
    r"""Return the mutual information between the clusters of adjacent words.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    labels : array_like of int, shape (n_types,)
        The cluster of each word, by rank.

    Returns
    -------
    float
        Average mutual information in bits per bigram; 0.0 if there are no bigrams.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one label for each word.

    Notes
    -----
    .. math:: \sum_{ij} p(i,j) \log_2 \frac{p(i,j)}{p(i) \, p(j)}

    with :math:`p(i) = n(i) / T` and :math:`p(i,j) = c(i,j) / P`, where *T* is
    ``n_tokens`` and *P* is ``n_bigrams``: both include removed words.
    With ``boundary="mark"`` the line edge is one more class, a symbol that occurs
    once per line: *T* is then ``n_tokens + n_lines``.

    Time and memory are linear in the number of distinct bigrams. The sum itself is
    exact (`math.fsum`): only the single terms are rounded.

    References
    ----------
    Brown et al. (1992), "Class-based n-gram models of natural language",
    Computational Linguistics 18(4), section 3.

    Examples
    --------
    The words of rank 0, 1 and 2 are c, a and b:

    >>> from brownclust import BigramCounts
    >>> counts = BigramCounts.from_sentences([["a", "c"], ["b", "c"]])
    >>> average_mutual_information(counts, [0, 1, 1])
    2.0
    """
    return _count_classes(counts, labels)[1].average_mutual_information()


def merge_loss(
    counts: BigramCounts, labels: ArrayLike, first: int, second: int
) -> float:
    r"""Return the average mutual information lost by merging two clusters.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    labels : array_like of int, shape (n_types,)
        The cluster of each word, by rank.
    first, second : int
        Two different values of `labels`.

    Returns
    -------
    float
        The loss in bits per bigram; 0.0 if there are no bigrams.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one label for each word, or if `first` and `second` are not
        two different labels in use.

    Notes
    -----
    .. math:: \sum_{ij} p(i,j)
        \log_2 \frac{c(i,j)}{c'(i,j)} \frac{n'(i)}{n(i)} \frac{n'(j)}{n(j)}

    where :math:`c'` and :math:`n'` are the counts after the merge. Terms of pairs
    that the merge does not change are zero. Time and memory are linear in the number
    of distinct bigrams.

    Examples
    --------
    Merging words with the same neighbours and the same counts loses nothing:

    >>> from brownclust import BigramCounts
    >>> counts = BigramCounts.from_sentences([["a", "c"], ["b", "c"]])
    >>> merge_loss(counts, [0, 1, 2], 1, 2)  # a and b
    0.0
    """
    values, classes = _count_classes(counts, labels)
    if first == second or not np.isin([first, second], values).all():
        rule = "two different labels in use"
        raise ValueError(must_be("first and second", rule, (first, second)))
    kept, dropped = np.searchsorted(values, [first, second])
    sizes, lefts, rights, pair_counts = classes.with_edge()
    if not pair_counts.size:
        return 0.0

    label_after = np.arange(sizes.size)
    label_after[dropped] = kept
    merged_sizes = np.bincount(label_after, weights=sizes)[label_after]
    _, pair = np.unique(
        label_after[lefts] * label_after.size + label_after[rights], return_inverse=True
    )
    merged_pair_counts = np.bincount(pair, weights=pair_counts)[pair]
    ratios = pair_counts / merged_pair_counts
    for side in (lefts, rights):
        ratios *= merged_sizes[side] / sizes[side]
    joint = pair_counts / counts.n_bigrams
    return fsum((joint * np.log2(ratios)).tolist())


def number_labels(
    counts: BigramCounts, labels: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Check labels, and number them.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    labels : array_like of int, shape (n_types,)
        The cluster of each word, by rank.

    Returns
    -------
    values : int64 array (n_classes,)
        The labels in use, ascending.
    classes : int64 array (n_types,)
        The number of each word's label: its index in `values`.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one label for each word.
    """
    array = check_labels_of_words(labels, counts.n_types)
    values, classes = np.unique(array.astype(np.int64), return_inverse=True)
    return values, classes.astype(np.int64, copy=False)


def _count_classes(
    counts: BigramCounts, labels: ArrayLike
) -> tuple[NDArray[np.int64], CountTable]:
    """Return the labels in use, ascending, and the counts of each."""
    values, classes = number_labels(counts, labels)
    return values, counts.table.group(classes, values.size)
