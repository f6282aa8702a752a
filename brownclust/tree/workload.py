"""How much work clustering is: what it depends on, and estimates of its parts.

The estimates follow from counts, or from expected counts of a text that does not exist;
how long a unit of each part takes is measured: see `brownclust.tree.planning`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust.counting.counts import BigramCounts
from brownclust.tree.state import ENTROPY_TABLE_SIZE

Floats = NDArray[np.float64]

COOCCURRENCE_RATIO = 6
"""Bigrams of two clusters, in multiples of what independent clusters would have.

Used for frequent pairs only. The best fit among a few values.
"""

SAMPLING_RATIO = 0.8
"""The last merges are sampled at numbers of clusters that decrease by this factor."""

PARTS = (
    "runs (always 1)",
    "distinct bigrams",
    "entering words",
    "slots scanned for entering words",
    "slots in rows of the contexts of entering words",
    "clusters that share these contexts",
    "contexts of the clusters that entering words join",
    "slots scanned for the last merges",
    "clusters that share contexts, when loading and in the last merges",
    "clusters that share contexts, with large counts",
)
"""The parts of the work, in the order of `amount_of_work`."""


@dataclass(frozen=True)
class ClusteringSize:
    """What the cost of clustering depends on.

    Attributes
    ----------
    n_words, n_tokens, n_bigrams : float
        Words kept; all tokens; distinct bigrams of words kept.
    sizes : ndarray of float64, shape (window,)
        Tokens of each cluster, once all words have entered.
    loaded : ndarray of float64, shape (2, window)
        Distinct successors and predecessors of the first words among themselves.
    entering : ndarray of float64, shape (2, window)
        Those among words that enter later.
    n_both_late : float
        Distinct bigrams of two words that enter later.
    n_contexts : float
        Clusters that are neighbours of an entering word, over all these words.
    """

    n_words: float
    n_tokens: float
    n_bigrams: float
    sizes: Floats
    loaded: Floats
    entering: Floats
    n_both_late: float
    n_contexts: float

    @property
    def window(self) -> int:
        """Clusters active at once (not a context window)."""
        return self.sizes.size

    @property
    def n_late(self) -> float:
        """Words that are not in the window at the start."""
        return self.n_words - self.window


def clustering_size(counts: BigramCounts, n_words: int, window: int) -> ClusteringSize:
    """Return what the cost depends on, for the first words of counts.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    n_words, window : int
        Number of words kept, the first by rank; clusters active at once.

    Returns
    -------
    ClusteringSize
        Its arrays.

    Notes
    -----
    O(distinct bigrams + words).
    """
    lefts, rights = bigrams_of_words(counts, n_words)
    sides = np.stack([np.bincount(side, minlength=n_words) for side in (lefts, rights)])
    is_loaded = (lefts < window) & (rights < window)
    loaded = np.stack(
        [np.bincount(s[is_loaded], minlength=window) for s in (lefts, rights)]
    )
    entering = sides[:, :window] - loaded
    # The contexts of a word that enters are words that entered before.
    n_contexts = 0.0
    for words in (lefts[lefts > rights], rights[rights > lefts]):
        n_before = np.bincount(words, minlength=n_words)[window:]
        n_contexts += float(filled_slots(n_before, window).sum())
    return ClusteringSize(
        n_words=n_words,
        n_tokens=counts.n_tokens,
        n_bigrams=lefts.size,
        sizes=spread(counts.unigram_counts[:n_words], window),
        loaded=loaded.astype(np.float64),
        entering=entering.astype(np.float64),
        n_both_late=float(lefts.size - loaded[0].sum() - entering.sum()),
        n_contexts=n_contexts,
    )


def n_bigrams_of_words(counts: BigramCounts, n_words: int) -> int:
    """Return the number of distinct bigrams of the first words."""
    rights = counts.successors.indices[: counts.successors.offsets[n_words]]
    return int(np.count_nonzero(rights < n_words))


def bigrams_of_words(
    counts: BigramCounts, n_words: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the left and the right words of all distinct bigrams of the first words.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    n_words : int
        Number of words kept, the first by rank.

    Returns
    -------
    lefts, rights : ndarray of int32, shape (n_bigrams,)
        Ranks.
    """
    offsets = counts.successors.offsets[: n_words + 1]
    rights = counts.successors.indices[: offsets[-1]]
    lefts = np.repeat(np.arange(n_words, dtype=np.int32), np.diff(offsets))
    is_kept = rights < n_words
    return lefts[is_kept], rights[is_kept]


def amount_of_work(size: ClusteringSize) -> Floats:
    """Estimate the number of operations of each kind that clustering takes.

    Parameters
    ----------
    size : ClusteringSize
        What is clustered, in which window.

    Returns
    -------
    ndarray of float64, shape (10,)
        Numbers of operations, in the order of `PARTS`.

    Notes
    -----
    For every context of a merged cluster, one row entry is updated per cluster that
    shares the context. Their number depends on the tree. The estimate assumes that
    entering words spread evenly over the clusters and their bigrams over the slots: d
    bigrams fill n (1 - exp(-d / n)) of n slots. This hardly matters for frequent words,
    which are most contexts: they fill their slots in any tree.
    """
    window = size.window
    # Once all words have entered. A successor of an early word has it as predecessor.
    of_late = size.entering.sum(axis=1, keepdims=True)[::-1] + size.n_both_late
    degrees = size.loaded + size.entering + of_late / window
    lists = filled_slots(degrees, window)
    large = np.minimum(lists, _slots_with_large_counts(size.sizes, size.n_tokens))
    n_met = float(size.entering.sum()) + 2 * size.n_both_late
    # Several bigrams of an entering word may be with the same cluster.
    of_contexts = size.n_contexts / n_met if n_met else 0.0

    def met(lengths: Floats) -> float:
        """Return the sum of lengths over the contexts of all entering words."""
        early = float((size.entering * lengths).sum())
        return of_contexts * (early + 2 * size.n_both_late * float(lengths.mean()))

    work = np.array(
        [
            1,
            size.n_bigrams,
            size.n_late,
            size.n_late * window,
            size.n_contexts * window,
            met(lists),
            size.n_contexts * lists.mean(),
            0,
            np.square(size.loaded).sum(),
            met(large),
        ]
    )
    # The last merges: at some numbers of clusters, the cost of an average merge.
    n_clusters, sizes = window, size.sizes
    while n_clusters > 1:
        n_after = max(1, int(SAMPLING_RATIO * n_clusters))
        sizes = spread(sizes, n_clusters)
        lists = filled_slots(spread(degrees, n_clusters), n_clusters)
        large = np.minimum(lists, _slots_with_large_counts(sizes, size.n_tokens))
        per_merge = (n_clusters, 2 * (lists**2).mean(), 2 * (lists * large).mean())
        work[-3:] += (n_clusters - n_after) * np.array(per_merge)
        n_clusters = n_after
    return work


def spread(amounts: NDArray[Any], n_clusters: int) -> Floats:
    """Return the amounts of the first clusters after all others join them evenly."""
    others = amounts[..., n_clusters:].sum(axis=-1, keepdims=True)
    return np.asarray(amounts[..., :n_clusters] + others / n_clusters)


def filled_slots(n_bigrams: NDArray[Any], n_slots: int) -> Floats:
    """Return how many slots are expected to fill if bigrams go to random slots."""
    return np.asarray(-n_slots * np.expm1(-n_bigrams / n_slots))


def _slots_with_large_counts(sizes: Floats, n_tokens: float) -> NDArray[np.int64]:
    """For each cluster, with how many its bigram count exceeds the entropy table."""
    min_size = ENTROPY_TABLE_SIZE / COOCCURRENCE_RATIO * n_tokens / sizes
    return sizes.size - np.searchsorted(sizes[::-1], min_size)
