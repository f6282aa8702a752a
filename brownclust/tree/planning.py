"""What a minimum count leaves of counts, and the cost of clustering it.

The amount of work follows from the counts; `SECONDS_PER_UNIT` is the speed of one
machine. ``python -m benchmarks.planning`` fits it to runs, and shows how well it fits.
"""

from dataclasses import dataclass

import numpy as np

from brownclust._kernels.tree.exchange.state import N_STEPS
from brownclust._validation import check_integer
from brownclust.counting.counts import BigramCounts
from brownclust.tree.exchange_state import FEW_TABLE_SIZE, exchange_memory_needed
from brownclust.tree.state import memory_needed
from brownclust.tree.workload import (
    ClusteringSize,
    Floats,
    amount_of_work,
    bigrams_of_words,
    clustering_size,
    filled_slots,
    n_bigrams_of_words,
)

REFERENCE_MACHINE = "an Intel Xeon at 2.6 GHz"

SECONDS_PER_UNIT = (
    (0.0241, 1.02e-07, 1.21e-06, 1.07e-08, 5.11e-10, 0, 0, 1.06e-09, 1.4e-09, 5.12e-09),
    (0, 3.7e-08, 0, 0, 0, 0, 0, 4.94e-08, 1.51e-09, 0),
)
"""Seconds for one unit of each part of the work, on the reference machine.

The first row is for work of one thread, the second for work divided among all threads.
"""

SECONDS_PER_SWEEP = (3.92e-10, 1.92e-08, 3.84e-08)
"""Seconds for one unit of each part of `work_of_sweep`, on the reference machine.

``python -m benchmarks.planning_refinement`` fits it to runs.
"""

LAST_SWEEPS = 12
"""Sweeps that follow the annealed ones until they gain nothing."""

SWEEPS_ALONE = 35
"""Sweeps until they gain nothing, without annealed ones before them."""

CALIBRATION_SECONDS = 0.388
"""What `brownclust.tree.calibration` measures on the reference machine."""

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
    """The cost of clustering.

    Attributes
    ----------
    seconds : float
        Time of clustering alone, without reading, loading kernels and writing.
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
    n_pairs = n_bigrams_of_words(counts, n_words)
    return Coverage(min_count, n_words, n_tokens / counts.n_tokens, n_pairs)


def clustering_cost(
    counts: BigramCounts,
    window: int,
    *,
    refine: int | None = None,
    min_count: int = 1,
    threads: int = 1,
    slowdown: float = 1.0,
) -> Cost:
    """Estimate the time and memory of clustering.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    window : int
        Clusters active at once; by default `n_clusters`.
    refine : int, optional
        Annealed sweeps that refine the clusters.
    min_count : int, default 1
        Remove words that occur less often.
    threads : int, default 1
        Number of threads, each on a core of its own.
    slowdown : float, default 1.0
        How many times as long as `REFERENCE_MACHINE` this machine takes:
        `brownclust.tree.calibration.measure_slowdown` measures it.

    Returns
    -------
    Cost
        Correct within a factor of two, and of 1.5 with a measured `slowdown`.

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
    size = clustering_size(counts, n_words, window)
    work = per_thread(amount_of_work(size), threads)
    seconds = float(np.dot(np.ravel(SECONDS_PER_UNIT), work))
    memory = memory_of_clustering(counts, n_words, window)
    if refine is not None:
        sweep = work_of_sweep(counts, size)
        seconds += expected_sweeps(refine) * float(np.dot(SECONDS_PER_SWEEP, sweep))
        memory = max(memory, _memory_of_refining(counts, n_words, window))
    return Cost(slowdown * seconds, memory)


def expected_sweeps(refine: int) -> int:
    """Return how many sweeps refining takes in all, given the annealed ones."""
    n_annealed = check_integer("refine", refine, minimum=0)
    return n_annealed + LAST_SWEEPS if n_annealed else SWEEPS_ALONE


def work_of_sweep(counts: BigramCounts, size: ClusteringSize) -> Floats:
    """Estimate how much work a sweep of refining is.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    size : ClusteringSize
        The words that are kept, and the clusters.

    Returns
    -------
    ndarray of float64, shape (3,)
        Terms: the clusters next to each word, over all words, times the number of
        clusters. Those with large counts, which take logarithms. Bigrams of each word.
    """
    n_contexts, n_bigrams, n_words = 0.0, 0, int(size.n_words)
    for side in bigrams_of_words(counts, n_words):
        of_words = np.bincount(side, minlength=n_words)
        n_contexts += float(filled_slots(of_words, size.sizes.size).sum())
        n_bigrams += side.size
    n_terms = n_contexts * size.sizes.size
    return np.array([n_terms, n_terms * _large_fraction(counts, size), n_bigrams])


def _large_fraction(counts: BigramCounts, size: ClusteringSize) -> float:
    """Estimate how many of the terms neither rows of steps nor tables have.

    A frequent cluster is next to more words; pairs of clusters are as many as if they
    were independent.
    """
    pairs = np.outer(size.sizes, size.sizes / size.sizes.sum())
    are_large = (pairs >= FEW_TABLE_SIZE).mean(axis=1)
    of_clusters = float(np.average(are_large, weights=size.sizes))
    repeated = np.mean(counts.successors.counts > N_STEPS) if counts.n_bigrams else 0.0
    return of_clusters * float(repeated)


def per_thread(work: Floats, threads: int) -> Floats:
    """Return work as `SECONDS_PER_UNIT` counts it: on one thread, and divided."""
    return np.concatenate([work, work / threads])


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
    n_pairs = n_bigrams_of_words(counts, n_words)
    reading = _bytes(READING_BYTES, counts.successors.indices.size, counts.n_types)
    clustering = _bytes(CLUSTERING_BYTES, n_pairs, n_words)
    clustering += memory_needed(window, n_pairs, n_words)
    return PROCESS_BYTES + max(reading, clustering)


def _memory_of_refining(counts: BigramCounts, n_words: int, n_clusters: int) -> int:
    n_pairs = n_bigrams_of_words(counts, n_words)
    refining = _bytes(CLUSTERING_BYTES, n_pairs, n_words)
    return PROCESS_BYTES + refining + exchange_memory_needed(n_clusters)


def _bytes(per_item: tuple[int, int], n_bigrams: int, n_words: int) -> int:
    return per_item[0] * n_bigrams + per_item[1] * n_words


def _words_kept(counts: BigramCounts, min_count: int) -> int:
    check_integer("min_count", min_count, minimum=1)
    return int(np.count_nonzero(counts.unigram_counts >= min_count))
