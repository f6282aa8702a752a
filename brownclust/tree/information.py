"""The formulas in floating point: average mutual information and merge losses.

Agglomeration counts in integers, so that ties are ties; these formulas are for
reports, and for judging any flat clustering, whoever made it.
"""

from math import fsum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts


def average_mutual_information(counts: BigramCounts, labels: ArrayLike) -> float:
    r"""Return how many bits the cluster of a word tells about that of the next.

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
    ``n_tokens`` and *P* is ``n_bigrams``: removed words have their share in both.
    With ``boundary="mark"`` the line edge is one more class, a symbol that occurs
    once a line: *T* is then ``n_tokens + n_lines``.

    Time and memory are linear in the number of distinct bigrams. The terms are
    summed exactly, so only the rounding of each counts.

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
    r"""Return how much average mutual information merging two clusters loses.

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
        If there is not one label for each word, or `first` and `second` are not
        two of them.

    Notes
    -----
    .. math:: \sum_{ij} p(i,j)
        \log_2 \frac{c(i,j)}{c'(i,j)} \frac{n'(i)}{n(i)} \frac{n'(j)}{n(j)}

    where :math:`c'` and :math:`n'` are the counts after merging, so that clusters
    the merge does not touch add nothing. Time and memory are linear in the number
    of distinct bigrams.

    Examples
    --------
    Words that have the same neighbours equally often are merged for nothing:

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

    becomes = np.arange(sizes.size)
    becomes[dropped] = kept
    merged_sizes = np.bincount(becomes, weights=sizes)[becomes]
    _, pair = np.unique(
        becomes[lefts] * becomes.size + becomes[rights], return_inverse=True
    )
    merged_pair_counts = np.bincount(pair, weights=pair_counts)[pair]
    ratios = pair_counts / merged_pair_counts
    for side in (lefts, rights):
        ratios *= merged_sizes[side] / sizes[side]
    joint = pair_counts / counts.n_bigrams
    return fsum((joint * np.log2(ratios)).tolist())


def _count_classes(
    counts: BigramCounts, labels: ArrayLike
) -> tuple[NDArray[np.int64], CountTable]:
    """Return the labels in use, ascending, and the counts of each."""
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise TypeError(must_be("labels", "integers", array.dtype.name))
    if array.shape != (counts.n_types,):
        rule = f"of shape ({counts.n_types},), one for each word"
        raise ValueError(must_be("labels", rule, array.shape))
    values, classes = np.unique(array.astype(np.int64), return_inverse=True)
    return values, counts.table.group(classes, values.size)
