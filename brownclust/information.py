"""The formulas in floating point: average mutual information and merge losses.

Agglomeration counts in integers, so that ties are ties; these formulas are for
reports, and for judging any flat clustering, whoever made it.
"""

from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from brownclust._validation import must_be
from brownclust.counts import BigramCounts


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
    _, clusters = _check_labels(counts, labels)
    classes = _count_classes(counts, clusters)
    if not classes.pair_counts.size:
        return 0.0
    joint = classes.pair_counts / counts.n_bigrams
    n_symbols = counts.n_tokens + int(classes.counts[-1])
    shares = classes.counts / n_symbols
    ratios = joint / shares[classes.lefts] / shares[classes.rights]
    return fsum((joint * np.log2(ratios)).tolist())


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
    values, clusters = _check_labels(counts, labels)
    if first == second or not np.isin([first, second], values).all():
        rule = "two different labels in use"
        raise ValueError(must_be("first and second", rule, (first, second)))
    kept, dropped = np.searchsorted(values, [first, second])
    classes = _count_classes(counts, clusters)
    if not classes.pair_counts.size:
        return 0.0

    becomes = np.arange(classes.counts.size)
    becomes[dropped] = kept
    merged_counts = np.bincount(becomes, weights=classes.counts)[becomes]
    _, pair = np.unique(
        becomes[classes.lefts] * becomes.size + becomes[classes.rights],
        return_inverse=True,
    )
    merged_pair_counts = np.bincount(pair, weights=classes.pair_counts)[pair]
    ratios = classes.pair_counts / merged_pair_counts
    for side in (classes.lefts, classes.rights):
        ratios *= merged_counts[side] / classes.counts[side]
    joint = classes.pair_counts / counts.n_bigrams
    return fsum((joint * np.log2(ratios)).tolist())


class _ClassCounts(NamedTuple):
    """Counts by class; pairs that never occur are left out."""

    counts: NDArray[np.int64]
    lefts: NDArray[np.int64]
    rights: NDArray[np.int64]
    pair_counts: NDArray[np.int64]


def _check_labels(
    counts: BigramCounts, labels: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the labels in use, ascending, and the place of each word's in them."""
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise TypeError(must_be("labels", "integers", array.dtype.name))
    if array.shape != (counts.n_types,):
        rule = f"of shape ({counts.n_types},), one for each word"
        raise ValueError(must_be("labels", rule, array.shape))
    values, clusters = np.unique(array.astype(np.int64), return_inverse=True)
    return values, clusters.astype(np.int64)


def _count_classes(counts: BigramCounts, clusters: NDArray[np.int64]) -> _ClassCounts:
    """Sum the counts by cluster; the last class is the line edge."""
    edge = int(clusters.max(initial=-1)) + 1
    class_counts = np.zeros(edge + 1, dtype=np.int64)
    np.add.at(class_counts, clusters, counts.unigram_counts)
    class_counts[edge] = counts.n_lines if counts.boundary == "mark" else 0

    rows = counts.successors
    # No array of 64-bit numbers as long as the table of bigrams
    successors_by_class = sparse.csr_array(
        (rows.counts, clusters.astype(np.int32)[rows.indices], rows.offsets),
        shape=(counts.n_types, edge + 1),
    )
    words_by_class = sparse.csr_array(
        (np.ones(counts.n_types, np.int64), (clusters, np.arange(counts.n_types))),
        shape=(edge + 1, counts.n_types),
    )
    at_edge = np.full(counts.n_types, edge)
    edges = sparse.coo_array(
        (
            np.concatenate([counts.edge_starts, counts.edge_ends]),
            (
                np.concatenate([at_edge, clusters]),
                np.concatenate([clusters, at_edge]),
            ),
        ),
        shape=(edge + 1, edge + 1),
    )
    pairs = words_by_class @ successors_by_class + edges.tocsr()
    pairs.eliminate_zeros()
    summed = pairs.tocoo()
    return _ClassCounts(
        counts=class_counts,
        lefts=summed.row.astype(np.int64),
        rights=summed.col.astype(np.int64),
        pair_counts=summed.data,
    )
