"""What a minimum count leaves of counts, and the cost of clustering it.

The amount of work follows from the counts; `SECONDS_PER_UNIT` is the speed of one
machine. ``python -m benchmarks.planning`` fits it to runs, and shows how well it fits.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer
from brownclust.counting.counts import BigramCounts
from brownclust.tree.state import ENTROPY_TABLE_SIZE, memory_needed

REFERENCE_MACHINE = "one core of an Intel Xeon at 2.6 GHz"

SECONDS_PER_UNIT = (9.3e-3, 2.8e-7, 2.55e-9, 9.07e-10, 7.04e-8, 1.76e-9, 1.84e-8)
"""Seconds for one unit of each kind of `amount_of_work`, on the reference machine."""

COOCCURRENCE_RATIO = 6
"""Bigrams of two clusters, in multiples of what independent clusters would have.

Used for frequent pairs only. The best fit among a few values.
"""

SAMPLING_RATIO = 0.8
"""The last merges are sampled at numbers of clusters that decrease by this factor."""

PROCESS_BYTES = 174_000_000
"""Python, NumPy, SciPy and Numba with all kernels loaded (Linux, Python 3.11)."""

READING_BYTES = (45, 215)
"""Bytes per distinct bigram and per word, while counts are read and checked."""

CLUSTERING_BYTES = (24, 100)
"""Bytes per distinct bigram and per word while clustering, without the window."""


@dataclass(frozen=True)
class Coverage:
    """What remains of counts without rare words.

    Attributes
    ----------
    min_count : int
        Words that occur less often are removed.
    n_types : int
        Number of words kept.
    token_fraction : float
        Fraction of all tokens that are kept words, from 0 to 1.
    n_distinct_bigrams : int
        Number of distinct bigrams of two kept words.
    """

    min_count: int
    n_types: int
    token_fraction: float
    n_distinct_bigrams: int


@dataclass(frozen=True)
class Cost:
    """The cost of clustering on one thread.

    Attributes
    ----------
    seconds : float
        Processor time of clustering alone, without reading, loading kernels and
        writing, on `REFERENCE_MACHINE`.
    memory_bytes : int
        Peak memory of ``brownclust cluster`` on these counts.
    """

    seconds: float
    memory_bytes: int


def coverage(counts: BigramCounts, *, min_count: int = 1) -> Coverage:
    """Return what remains of counts without words below `min_count`.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    min_count : int, default 1
        Remove words that occur less often. Unlike in `BigramCounts.select`, no word
        need be left.

    Returns
    -------
    Coverage
        Words, fraction of tokens, and distinct bigrams.

    Notes
    -----
    O(distinct bigrams of kept words).

    Examples
    --------
    >>> counts = BigramCounts.from_sentences([["a", "rose", "is", "a", "rose"]])
    >>> coverage(counts, min_count=2)
    Coverage(min_count=2, n_types=2, token_fraction=0.8, n_distinct_bigrams=1)
    """
    n_words = _words_kept(counts, min_count)
    n_tokens = int(counts.unigram_counts[:n_words].sum())
    n_pairs = int(_degrees(counts, n_words)[0].sum())
    return Coverage(min_count, n_words, n_tokens / counts.n_tokens, n_pairs)


def clustering_cost(counts: BigramCounts, window: int, *, min_count: int = 1) -> Cost:
    """Estimate the time and memory of clustering.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    window : int
        Clusters active at once; by default `n_clusters`.
    min_count : int, default 1
        Remove words that occur less often.

    Returns
    -------
    Cost
        Correct within a factor of two, on a machine like the reference.

    Raises
    ------
    ValueError
        If the window exceeds the number of words kept.

    Notes
    -----
    O(distinct bigrams + words).

    Examples
    --------
    >>> lines = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]
    >>> counts = BigramCounts.from_sentences(line.split() for line in lines)
    >>> clustering_cost(counts, 3).seconds < 0.1
    True
    """
    n_words = _words_kept(counts, min_count)
    window = check_integer("window", window, minimum=1, maximum=n_words)
    work = amount_of_work(counts, n_words, window)
    return Cost(
        float(np.dot(SECONDS_PER_UNIT, work)),
        memory_of_clustering(counts, n_words, window),
    )


def memory_of_clustering(counts: BigramCounts, n_words: int, window: int) -> int:
    """Return the peak memory of ``brownclust cluster`` on counts, in bytes.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus. They are read and checked before rare words are removed.
    n_words, window : int
        Number of words kept, the first by rank; clusters active at once.

    Returns
    -------
    int
        Bytes.
    """
    n_pairs = int(_degrees(counts, n_words)[0].sum())
    reading = _bytes(READING_BYTES, counts.successors.indices.size, counts.n_types)
    clustering = _bytes(CLUSTERING_BYTES, n_pairs, n_words)
    clustering += memory_needed(window, n_pairs)
    return PROCESS_BYTES + max(reading, clustering)


def amount_of_work(
    counts: BigramCounts, n_words: int, window: int
) -> NDArray[np.float64]:
    """Estimate the number of operations of each kind that clustering takes.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    n_words, window : int
        Number of words kept, the first by rank; clusters active at once.

    Returns
    -------
    ndarray of float64, shape (7,)
        Runs (always 1); distinct bigrams; slots scanned for entering words, times the
        fourth root of the window, because wide windows exceed the caches; row entries
        updated for the contexts of entering words; slots scanned for the last merges,
        which merge the clusters of the window; row entries updated for these merges and
        when the window is loaded; row entries whose update computes entropies of large
        counts, instead of looking up those of small ones.

    Notes
    -----
    For every context of a merged cluster, one row entry is updated per cluster that
    shares the context. Their number depends on the tree. The estimate assumes that
    entering words spread evenly over the clusters and their bigrams over the slots: d
    bigrams fill n (1 - exp(-d / n)) of n slots. This hardly matters for frequent words,
    which are most contexts: they fill their slots in any tree.
    """
    loaded = _degrees(counts, window)
    degrees = _degrees(counts, n_words)
    entering = degrees[:, :window] - loaded
    n_both_late = degrees[0].sum() - loaded[0].sum() - entering.sum()
    sizes = _spread(counts.unigram_counts[:n_words], window)
    lists = _filled_slots(_spread(degrees, window), window)
    large = np.minimum(lists, _slots_with_large_counts(sizes, counts.n_tokens))
    work = np.array(
        [
            1,
            degrees[0].sum(),
            (n_words - window) * window**1.25,
            (entering * lists).sum() + 2 * n_both_late * lists.mean(),
            0,
            np.square(loaded, dtype=np.float64).sum(),
            (entering * large).sum() + 2 * n_both_late * large.mean(),
        ]
    )
    # The last merges: at some numbers of clusters, the cost of an average merge.
    n_clusters = window
    while n_clusters > 1:
        n_after = max(1, int(SAMPLING_RATIO * n_clusters))
        sizes = _spread(sizes, n_clusters)
        lists = _filled_slots(_spread(degrees, n_clusters), n_clusters)
        large = np.minimum(lists, _slots_with_large_counts(sizes, counts.n_tokens))
        per_merge = (n_clusters, (lists**2).mean(), (lists * large).mean())
        work[4:] += (n_clusters - n_after) * np.array(per_merge) * (1, 2, 2)
        n_clusters = n_after
    return work


def _spread(amounts: NDArray[Any], n_clusters: int) -> NDArray[np.float64]:
    """Return the amounts of the first clusters after all others join them evenly."""
    others = amounts[..., n_clusters:].sum(axis=-1, keepdims=True)
    return np.asarray(amounts[..., :n_clusters] + others / n_clusters)


def _slots_with_large_counts(
    sizes: NDArray[np.float64], n_tokens: int
) -> NDArray[np.int64]:
    """For each cluster, with how many its bigram count exceeds the entropy table."""
    min_size = ENTROPY_TABLE_SIZE / COOCCURRENCE_RATIO * n_tokens / sizes
    return sizes.size - np.searchsorted(sizes[::-1], min_size)


def _filled_slots(n_bigrams: NDArray[np.float64], n_slots: int) -> NDArray[np.float64]:
    """Return how many slots are expected to fill if bigrams go to random slots."""
    return -n_slots * np.expm1(-n_bigrams / n_slots)


def _bytes(per_item: tuple[int, int], n_bigrams: int, n_words: int) -> int:
    return per_item[0] * n_bigrams + per_item[1] * n_words


def _words_kept(counts: BigramCounts, min_count: int) -> int:
    check_integer("min_count", min_count, minimum=1)
    return int(np.count_nonzero(counts.unigram_counts >= min_count))


def _degrees(counts: BigramCounts, n_words: int) -> NDArray[np.int64]:
    """Numbers of distinct successors and predecessors, among the first words only."""
    offsets = counts.successors.offsets[: n_words + 1]
    rights = counts.successors.indices[: offsets[-1]]
    lefts = np.repeat(np.arange(n_words, dtype=np.int32), np.diff(offsets))
    is_kept = rights < n_words
    sides = (lefts[is_kept], rights[is_kept])
    return np.stack([np.bincount(side, minlength=n_words) for side in sides])
