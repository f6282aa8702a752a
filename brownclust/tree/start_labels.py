"""A clustering of other words as a start for refining: labels for the words of counts.

Words of the counts that it does not have join the cluster where they lose the least
average mutual information, as new words of `extend_model` do.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be
from brownclust.counting.counts import BigramCounts
from brownclust.tree.extend import place
from brownclust.tree.state import check_memory, scale_bits


class StartLabels(NamedTuple):
    """The cluster of each word of counts.

    Attributes
    ----------
    labels : int32 array (n_types,)
        The cluster of each word, by rank, from 0; none is empty.
    n_placed : int
        Words that had no cluster, and were placed.
    n_dropped : int
        Words that had a cluster, but are not in the counts.
    n_empty : int
        Clusters of which all words were dropped.
    """

    labels: NDArray[np.int32]
    n_placed: int
    n_dropped: int
    n_empty: int


def start_labels(
    counts: BigramCounts, words: Sequence[str], clusters: ArrayLike
) -> StartLabels:
    """Return labels for the words of counts that follow a clustering of other words.

    Parameters
    ----------
    counts : BigramCounts
        The counts.
    words : sequence of str
        Words, all different.
    clusters : array_like of int, shape (len(words),)
        The cluster of each, any integers.

    Returns
    -------
    StartLabels
        The labels, and how many words and clusters the two do not share.

    Raises
    ------
    ValueError
        If no word is in the counts.
    MemoryError
        If this machine has less memory than so many clusters take.

    Notes
    -----
    All new words are compared with the clusters of the known ones, so that their order
    does not matter. Costs as much as `extend_model`.

    Examples
    --------
    >>> lines = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]
    >>> counts = BigramCounts.from_sentences(line.split() for line in lines)
    >>> start = start_labels(counts, ["the", "a", "cat", "sat", "gnu"], [7, 7, 5, 3, 2])
    >>> dict(zip(counts.vocabulary, start.labels.tolist()))
    {'a': 2, 'cat': 1, 'dog': 1, 'ran': 0, 'sat': 0, 'the': 2}
    >>> start.n_placed, start.n_dropped, start.n_empty
    (2, 1, 1)
    """
    ranks = counts.vocabulary.look_up(words)
    numbers = np.asarray(clusters)
    is_known = ranks >= 0
    if not is_known.any():
        raise ValueError(must_be("words", "words of the counts", list(words[:3])))
    has_cluster = np.zeros(counts.n_types, np.bool_)
    has_cluster[ranks[is_known]] = True
    given = np.zeros(counts.n_types, np.int64)
    given[ranks[is_known]] = numbers[is_known]
    used, known_labels = np.unique(given[has_cluster], return_inverse=True)
    labels = np.empty(counts.n_types, np.int64)
    labels[has_cluster] = known_labels
    if not has_cluster.all():
        labels[~has_cluster] = _placed(counts, labels, ~has_cluster, used.size)
    return StartLabels(
        labels.astype(np.int32),
        n_placed=int(np.count_nonzero(~has_cluster)),
        n_dropped=int(np.count_nonzero(~is_known)),
        n_empty=np.unique(numbers).size - used.size,
    )


def _placed(
    counts: BigramCounts,
    labels: NDArray[np.int64],
    is_new: NDArray[np.bool_],
    n_clusters: int,
) -> NDArray[np.int64]:
    """Return the clusters of words that have none."""
    n_new = int(np.count_nonzero(is_new))
    classes = labels.copy()
    classes[is_new] = n_clusters + np.arange(n_new)
    both = counts.table.group(classes, n_clusters + n_new)
    check_memory(n_clusters, both)
    return place(both, n_clusters, scale_bits(counts.n_tokens)).labels
