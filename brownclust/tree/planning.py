"""What is left when rare words are left out, and what clustering the rest will take.

The counts say how much work there is; `SECONDS_PER_UNIT` says how fast one machine does
it. ``python -m benchmarks.planning`` fits it to runs, and shows how well it holds.
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
"""Of each item of `amount_of_work`, on the reference machine."""

TIMES_BY_CHANCE = 6
"""How much more often clusters meet than chance would have it, where that matters.

Of a few values the one that fits best.
"""

STEP_DOWN = 0.8
"""From one number of clusters to the next at which the last merges are looked at."""

PROCESS_BYTES = 174_000_000
"""Python, NumPy, SciPy and Numba with all kernels loaded (Linux, Python 3.11)."""

READING_BYTES = (45, 215)
"""A distinct bigram and a word, while counts are read and checked."""

CLUSTERING_BYTES = (24, 100)
"""A distinct bigram and a word, beside the window."""


@dataclass(frozen=True)
class Coverage:
    """What is left of counts when rare words are left out.

    Attributes
    ----------
    min_count : int
        The least count of a word that is kept.
    n_types : int
        Words kept.
    share_of_tokens : float
        Their part of all tokens, from 0 to 1.
    n_distinct_bigrams : int
        Different pairs of neighbours of which both are kept.
    """

    min_count: int
    n_types: int
    share_of_tokens: float
    n_distinct_bigrams: int


@dataclass(frozen=True)
class Cost:
    """What clustering takes on one thread.

    Attributes
    ----------
    seconds : float
        Processor time of clustering alone, without reading, loading kernels and
        writing, on `REFERENCE_MACHINE`.
    memory_bytes : int
        Most memory that ``brownclust cluster`` holds when it is given the counts.
    """

    seconds: float
    memory_bytes: int


def coverage(counts: BigramCounts, *, min_count: int = 1) -> Coverage:
    """Return what is left when words seen less than `min_count` times are left out.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    min_count : int
        As in `BigramCounts.select`. Unlike there it may leave no word.

    Notes
    -----
    One step a distinct bigram of kept words.

    Examples
    --------
    >>> counts = BigramCounts.from_sentences([["a", "rose", "is", "a", "rose"]])
    >>> coverage(counts, min_count=2)
    Coverage(min_count=2, n_types=2, share_of_tokens=0.8, n_distinct_bigrams=1)
    """
    n_words = _words_kept(counts, min_count)
    n_tokens = int(counts.unigram_counts[:n_words].sum())
    n_pairs = int(_degrees(counts, n_words)[0].sum())
    return Coverage(min_count, n_words, n_tokens / counts.n_tokens, n_pairs)


def clustering_cost(counts: BigramCounts, window: int, *, min_count: int = 1) -> Cost:
    """Estimate the time and the memory that clustering will take.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    window : int
        Clusters active at once: `n_clusters`, if nothing else is asked for.
    min_count : int
        Leave out words that occur less often.

    Returns
    -------
    Cost
        Within a factor of two, if the machine is like the reference.

    Raises
    ------
    ValueError
        If the window is wider than the number of words kept.

    Notes
    -----
    A few steps a distinct bigram and a word.

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
    """Return the most bytes that ``brownclust cluster`` holds, given the counts.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus, which are read and checked before words are left out.
    n_words, window : int
        Words kept, the first by rank; clusters active at once.
    """
    n_pairs = int(_degrees(counts, n_words)[0].sum())
    reading = _bytes(READING_BYTES, counts.successors.indices.size, counts.n_types)
    clustering = _bytes(CLUSTERING_BYTES, n_pairs, n_words)
    clustering += memory_needed(window, n_pairs)
    return PROCESS_BYTES + max(reading, clustering)


def amount_of_work(
    counts: BigramCounts, n_words: int, window: int
) -> NDArray[np.float64]:
    """Return how often the things are done that clustering spends its time on.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    n_words, window : int
        Words kept, the first by rank; clusters active at once.

    Returns
    -------
    ndarray of float64, shape (7,)
        Runs (one); distinct bigrams; slots scanned for words that enter, weighed with
        the fourth root of the window, since wider ones leave the caches; entries of
        rows updated for the contexts of words that enter; slots scanned for the last
        merges, those of the window; entries updated for these, and when the window is
        loaded; entries updated with entropies of large counts, which are computed where
        those of small ones are looked up.

    Notes
    -----
    For every context of a cluster that is merged, its row of overlaps is updated at
    every cluster with that context. How many these are depends on the tree. Here words
    that enter are thought to be spread evenly over the clusters, and likewise their
    bigrams over the slots: d bigrams take n (1 - exp(-d / n)) of n. Frequent words,
    which most contexts are, fill their slots whatever the tree is.
    """
    loaded = _degrees(counts, window)
    degrees = _degrees(counts, n_words)
    entering = degrees[:, :window] - loaded
    n_both_late = degrees[0].sum() - loaded[0].sum() - entering.sum()
    sizes = _spread(counts.unigram_counts[:n_words], window)
    lists = _slots_taken(_spread(degrees, window), window)
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
    # The last merges: at a few numbers of clusters, one of an average cluster.
    n_clusters = window
    while n_clusters > 1:
        n_after = max(1, int(STEP_DOWN * n_clusters))
        sizes = _spread(sizes, n_clusters)
        lists = _slots_taken(_spread(degrees, n_clusters), n_clusters)
        large = np.minimum(lists, _slots_with_large_counts(sizes, counts.n_tokens))
        of_a_merge = (n_clusters, (lists**2).mean(), (lists * large).mean())
        work[4:] += (n_clusters - n_after) * np.array(of_a_merge) * (1, 2, 2)
        n_clusters = n_after
    return work


def _spread(amounts: NDArray[Any], n_clusters: int) -> NDArray[np.float64]:
    """Return what the first clusters have if the rest joins them, evenly."""
    rest = amounts[..., n_clusters:].sum(axis=-1, keepdims=True)
    return np.asarray(amounts[..., :n_clusters] + rest / n_clusters)


def _slots_with_large_counts(
    sizes: NDArray[np.float64], n_tokens: int
) -> NDArray[np.int64]:
    """For every cluster, how many it stands beside too often for a table."""
    min_size = ENTROPY_TABLE_SIZE / TIMES_BY_CHANCE * n_tokens / sizes
    return sizes.size - np.searchsorted(sizes[::-1], min_size)


def _slots_taken(n_bigrams: NDArray[np.float64], n_slots: int) -> NDArray[np.float64]:
    """How many slots so many bigrams fill when each may go to any."""
    return -n_slots * np.expm1(-n_bigrams / n_slots)


def _bytes(of_each: tuple[int, int], n_bigrams: int, n_words: int) -> int:
    return of_each[0] * n_bigrams + of_each[1] * n_words


def _words_kept(counts: BigramCounts, min_count: int) -> int:
    check_integer("min_count", min_count, minimum=1)
    return int(np.count_nonzero(counts.unigram_counts >= min_count))


def _degrees(counts: BigramCounts, n_words: int) -> NDArray[np.int64]:
    """Different successors and predecessors of the first words among themselves."""
    offsets = counts.successors.offsets[: n_words + 1]
    rights = counts.successors.indices[: offsets[-1]]
    lefts = np.repeat(np.arange(n_words, dtype=np.int32), np.diff(offsets))
    is_kept = rights < n_words
    sides = (lefts[is_kept], rights[is_kept])
    return np.stack([np.bincount(side, minlength=n_words) for side in sides])
