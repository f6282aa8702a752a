"""How far the neighbours of a word are from those of its cluster, as in wcluster."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust.counting.counts import BigramCounts
from brownclust.tree.information import number_labels


class Divergences(NamedTuple):
    """A value for each word and side.

    Attributes
    ----------
    left, right : float64 array (n_types,)
        Divergence of the neighbours on this side of each word, in nats.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]


def neighbour_divergences(counts: BigramCounts, labels: ArrayLike) -> Divergences:
    r"""Return how far the neighbours of each word are from those of its cluster.

    The lower the value, the more typical the word is of its cluster.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    labels : array_like of int, shape (n_types,)
        The cluster of each word, by rank.

    Returns
    -------
    Divergences
        In nats; 0 where a word has no neighbour.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one label for each word.

    Notes
    -----
    On the right of a word *w* in cluster *i*:

    .. math:: \sum_j p(j \mid w) \ln \frac{p(j \mid w)}{q(j \mid i)}, \qquad
        q(j \mid i) = \frac{c(i, j)}{c(i, \cdot) + c(\cdot, i)}

    where *j* are clusters; on the left likewise. This is what wcluster writes to
    ``map``. It is not quite the Kullback-Leibler divergence: *q* is divided by the
    neighbours on both sides, so that the values are higher, by about :math:`\ln 2`, and
    by the same for all words of a cluster. With boundary "mark", line edges are left
    out.

    Time for sorting the distinct bigrams, and about 100 bytes for each.

    Examples
    --------
    >>> counts = BigramCounts.from_sentences([["a", "c"], ["b", "c"], ["a", "d"]])
    >>> list(counts.vocabulary)
    ['a', 'c', 'b', 'd']
    >>> neighbour_divergences(counts, [0, 1, 0, 1]).right.round(3).tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    values, classes = number_labels(counts, labels)
    n_classes = values.size
    rows = counts.successors
    lefts = np.repeat(np.arange(rows.n_rows), np.diff(rows.offsets))
    sides = (lefts, classes[rows.indices]), (rows.indices, classes[lefts])
    (right, left) = (
        _add_up(words, neighbours, n_classes, rows.counts)
        for words, neighbours in sides
    )
    pairs = _add_up(classes[lefts], classes[rows.indices], n_classes, rows.counts)
    reverse = _add_up(classes[rows.indices], classes[lefts], n_classes, rows.counts)
    totals = _sums(pairs.rows, pairs.counts, n_classes)
    totals += _sums(reverse.rows, reverse.counts, n_classes)
    return Divergences(
        _divergences(left, reverse, totals, classes),
        _divergences(right, pairs, totals, classes),
    )


class _Neighbours(NamedTuple):
    """How often a row has neighbours of a class, by row, then class."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    counts: NDArray[np.float64]
    keys: NDArray[np.int64]


def _add_up(
    rows: NDArray[np.integer[Any]],
    columns: NDArray[np.int64],
    n_columns: int,
    counts: NDArray[np.int64],
) -> _Neighbours:
    """Add up the counts of equal pairs of row and column."""
    keys, pair = np.unique(
        rows.astype(np.int64) * n_columns + columns, return_inverse=True
    )
    return _Neighbours(
        *np.divmod(keys, n_columns), _sums(pair, counts, keys.size), keys
    )


def _divergences(
    of_words: _Neighbours,
    of_clusters: _Neighbours,
    totals: NDArray[np.float64],
    classes: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the divergence of the neighbours of each word from those of its class."""
    words, clusters = of_words.rows, classes[of_words.rows]
    of_word = _sums(words, of_words.counts, classes.size)
    p = of_words.counts / of_word[words]
    keys = clusters * totals.size + of_words.columns
    found = np.searchsorted(of_clusters.keys, keys)
    q = of_clusters.counts[found] / totals[clusters]
    return _sums(words, p * np.log(p / q), classes.size)


def _sums(
    indices: NDArray[np.int64], weights: NDArray[Any], size: int
) -> NDArray[np.float64]:
    """Return the sum of the weights at each index."""
    sums = np.zeros(size)
    np.add.at(sums, indices, weights)
    return sums
