"""Exact agglomerative clustering: `BigramCounts` to `Dendrogram`."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from queue import SimpleQueue
from time import perf_counter

import numpy as np

from brownclust._kernels import agglomeration as kernels
from brownclust._kernels import window as fields
from brownclust._kernels.compilation import IS_COMPILED
from brownclust._kernels.context_lists import pack_lists, pool_is_full
from brownclust._kernels.entropy import Entropies, fill_entropies, log2
from brownclust._kernels.team import LEAST_WORK, SHARE
from brownclust._kernels.window import Corpus, Window
from brownclust._validation import check_integer, must_be
from brownclust.corpus import Progress
from brownclust.counts import BigramCounts
from brownclust.dendrogram import Dendrogram
from brownclust.information import average_mutual_information

SEGMENT_BITS = 9
"""512 slots are bounded at a time: a scan of 4 KiB, and few bounds at small windows."""

LEAST_SHARED_WORK = 4_000
"""Terms of a step, at about a nanosecond each, that are worth waking other threads."""

ENTROPY_TABLE_SIZE = 2**16
"""Most counts in a corpus are small; 512 KiB of h(n) stay in a second-level cache."""

SECONDS_BETWEEN_REPORTS = 0.2


def brown_cluster(
    counts: BigramCounts,
    *,
    window: int,
    threads: int = 1,
    progress: Progress | None = None,
) -> Dendrogram:
    """Cluster the words of a corpus exactly, as Brown et al. define it.

    The `window` most frequent words start as clusters. Each further word, by
    rank, enters as a cluster, and then the two clusters are merged whose merge
    loses the least average mutual information. At the end the remaining clusters
    are merged down to one. With ``window=counts.n_types`` this is full
    agglomeration, the original definition.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus, of at least one word.
    window : int
        Clusters active at once, from 1 to the number of words (not a context
        window). A wider one serves cuts at more sizes, and costs time and memory;
        by average mutual information it is not better.
    threads : int, default 1
        The result is the same with any number.
    progress : callable, optional
        Called as ``progress("cluster", merges_done, merges_in_all)``.

    Returns
    -------
    Dendrogram
        Every merge and its loss.

    Raises
    ------
    ValueError
        If `window` is out of bounds.
    MemoryError
        If this machine has less memory than the window takes.

    Notes
    -----
    A tie in loss goes to the pair with the smaller (lower id, higher id); words
    have ids by rank, the i-th merge makes id ``n_types + i``. All losses are
    integers, so the tree is a function of the counts alone.

    A step costs about the number of neighbours of the rarer cluster times those
    of its neighbours; memory is ``8 * window**2`` bytes and a few times the
    distinct bigrams of the window.

    References
    ----------
    Brown et al. (1992), "Class-based n-gram models of natural language",
    Computational Linguistics 18(4), section 3; Liang (2005), "Semi-supervised
    learning for natural language", section 4.2 (the window).

    Examples
    --------
    >>> from brownclust import BigramCounts
    >>> lines = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]
    >>> counts = BigramCounts.from_sentences(line.split() for line in lines)
    >>> tree = brown_cluster(counts, window=3)
    >>> dict(zip(counts.vocabulary, tree.bit_strings(3)))
    {'a': '11', 'cat': '0', 'dog': '0', 'ran': '10', 'sat': '10', 'the': '11'}
    """
    n_words = counts.n_types
    window = check_integer("window", window, minimum=1, maximum=n_words)
    threads = check_integer("threads", threads, minimum=1)
    if not IS_COMPILED:  # no instructions to wait for each other with
        threads = 1
    _check_memory(window, counts)
    corpus = _as_corpus(counts)
    scale = scale_bits(counts.n_tokens)
    state = _load_window(counts, corpus, window, scale, threads)
    _merge_all(state, corpus, progress)
    labels = state.slot_of_word
    return Dendrogram(
        state.children,
        state.losses,
        scale=scale,
        window=window,
        n_bigrams=counts.n_bigrams,
        ami_at_window=average_mutual_information(counts, labels),
    )


def scale_bits(n_tokens: int) -> int:
    """Binary digits after the point of losses: as many as int64 has room for.

    The largest s with ``8 T max(1, log2 T) 2**s < 2**62``: sums of the entropies
    of counts up to 2T then stay within an int64.
    """
    largest = 8.0 * n_tokens * max(1.0, log2(float(n_tokens)))
    scale = 62
    while largest * 2.0**scale >= 2.0**62:
        scale -= 1
    return scale


def memory_needed(window: int, n_bigrams: int) -> int:
    """Bytes that clustering takes beyond the counts, at most.

    Parameters
    ----------
    window : int
        Clusters active at once.
    n_bigrams : int
        Distinct bigrams of the corpus.
    """
    n_slots = window + 2
    n_listed = 2 * min(n_bigrams + 2 * n_slots, n_slots**2)
    n_pool = min(4 * n_listed + 64 * n_slots, 2 * n_slots**2)
    by_slot = 8 * n_slots * (64 + fields.N_BOUND_FIELDS * (n_slots >> SEGMENT_BITS))
    return 8 * n_slots**2 + 2 * 8 * n_pool + by_slot


def _check_memory(window: int, counts: BigramCounts) -> None:
    """Refuse at once what would fail, or be killed, after minutes."""
    available = _physical_memory()
    needed = memory_needed(window, counts.successors.indices.size)
    if available is not None and needed > available:
        rule = (
            f"small enough for {available / 2**30:,.0f} GiB of memory "
            f"(it takes {needed / 2**30:,.0f})"
        )
        raise MemoryError(must_be("window", rule, window))


def _physical_memory() -> int | None:
    """Bytes of memory that this machine has; None where it cannot be asked."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):  # as on Windows
        return None


def _as_corpus(counts: BigramCounts) -> Corpus:
    return Corpus(
        unigram_counts=counts.unigram_counts,
        offsets=np.stack([counts.successors.offsets, counts.predecessors.offsets]),
        successors=counts.successors.indices,
        successor_counts=counts.successors.counts,
        predecessors=counts.predecessors.indices,
        predecessor_counts=counts.predecessors.counts,
        edge_counts=np.stack([counts.edge_ends, counts.edge_starts]),
    )


def _load_window(
    counts: BigramCounts,
    corpus: Corpus,
    window: int,
    scale: int,
    threads: int,
) -> Window:
    """Return the state before the first merge."""
    state = _empty_window(counts, window, scale, threads)
    kernels.load_contexts(state, corpus, window)
    state = _with_packed_pool(state)
    blocks = np.linspace(0, window, min(window, 16 * threads) + 1).astype(int)
    idle = SimpleQueue[int]()
    for thread in range(threads):
        idle.put(thread)

    def load(begin: int, stop: int) -> None:
        thread = idle.get()
        kernels.load_affinities(state, thread, begin, stop)
        idle.put(thread)

    with _executor(threads) as executor:
        for job in [executor.submit(load, *block) for block in pairwise(blocks)]:
            job.result()
    return state


def _empty_window(
    counts: BigramCounts, window: int, scale: int, threads: int
) -> Window:
    n_words = counts.n_types
    n_slots = window + 2
    n_segments = (n_slots - 1 >> SEGMENT_BITS) + 1
    # Bigrams of the first words, in both directions, and the line edges.
    n_listed = sum(
        int((rows.indices[: rows.offsets[window]] < window).sum()) + 2 * window
        for rows in (counts.successors, counts.predecessors)
    )
    table = np.empty(min(ENTROPY_TABLE_SIZE, 2 * counts.n_tokens + 1), dtype=np.int64)
    fill_entropies(table, 2.0**scale)
    # No cluster's count with a context exceeds the bigrams of the corpus.
    count_type = np.int32 if counts.n_bigrams < 2**31 else np.int64
    state = Window(
        entropies=Entropies(table, 2.0**scale),
        slots=np.zeros((fields.N_SLOT_FIELDS, n_slots), dtype=np.int64),
        log_size=np.zeros(n_slots),
        pool=np.zeros((2, n_listed + 2 * n_slots), dtype=count_type),
        affinity=np.zeros((n_slots, n_slots), dtype=np.int64),
        bounds=np.zeros((fields.N_BOUND_FIELDS, n_segments, n_slots), dtype=np.int64),
        before=np.zeros((2, n_slots), dtype=count_type),
        places=np.zeros((2, n_slots), dtype=np.int64),
        scratch=np.zeros((threads, fields.N_SCRATCH, n_slots), dtype=np.int64),
        team=np.zeros(SHARE + threads + 1, dtype=np.int64),
        slot_of_word=np.zeros(n_words, dtype=np.int32),
        progress=np.zeros(fields.PROGRESS_SIZE, dtype=np.int64),
        children=np.zeros((n_words - 1, 2), dtype=np.int64),
        losses=np.zeros(n_words - 1, dtype=np.int64),
    )
    state.slots[fields.CLUSTER] = fields.FREE
    state.slots[fields.BOUND] = fields.LARGEST
    state.slots[fields.COLLECTED_ABOVE] = -1
    state.bounds[fields.LEAST] = fields.LARGEST
    state.bounds[fields.REST] = fields.LARGEST
    state.bounds[fields.PARTNER] = -1
    state.scratch[:, fields.LEAST_NEW] = fields.LARGEST
    state.team[LEAST_WORK] = LEAST_SHARED_WORK
    state.progress[fields.ENTRANT] = window
    state.progress[fields.SEGMENT_BITS] = SEGMENT_BITS
    return state


def _with_packed_pool(state: Window) -> Window:
    """Return the window with its context lists side by side in a new pool.

    With room for a while, or for good where that is no more.
    """
    live = int(state.progress[fields.POOL_LIVE])
    n_slots = state.slots.shape[1]
    n_pool = min(4 * live + 64 * n_slots, 2 * n_slots**2)
    pool = np.zeros((2, n_pool), dtype=state.pool.dtype)
    pack_lists(state.slots, state.pool, state.progress, pool)
    return replace(state, pool=pool)


def _merge_all(state: Window, corpus: Corpus, progress: Progress | None) -> None:
    """Make all merges, reporting a few times a second."""
    n_merges = state.losses.size
    n_steps = 16
    with _executor(state.scratch.shape[0] - 1) as helpers:
        while state.progress[fields.N_MERGED] < n_merges:
            start = perf_counter()
            state = _advance(state, corpus, n_steps, helpers)
            seconds = perf_counter() - start
            if progress is not None:
                progress("cluster", int(state.progress[fields.N_MERGED]), n_merges)
            if seconds < SECONDS_BETWEEN_REPORTS:
                n_steps *= 2
            elif seconds > 2 * SECONDS_BETWEEN_REPORTS:
                n_steps = max(1, n_steps // 2)


def _advance(
    state: Window, corpus: Corpus, n_merges: int, helpers: ThreadPoolExecutor
) -> Window:
    """Make so many merges, or all; return the window, perhaps with a new pool."""
    end = min(int(state.progress[fields.N_MERGED]) + n_merges, state.losses.size)
    while (n_merged := int(state.progress[fields.N_MERGED])) < end:
        if pool_is_full(state):
            state = _with_packed_pool(state)
        with _assistance(state, helpers):
            kernels.advance(state, corpus, end - n_merged)
    return state


@contextmanager
def _assistance(state: Window, helpers: ThreadPoolExecutor) -> Iterator[None]:
    """Let other threads, if the window is for several, help with what is called."""
    n_threads = state.scratch.shape[0]
    state.team[:LEAST_WORK] = 0
    jobs = [
        helpers.submit(kernels.assist, state, thread) for thread in range(1, n_threads)
    ]
    yield
    if jobs:
        kernels.dismiss_team(state.team)
    for job in jobs:
        job.result()


def _executor(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, threads), thread_name_prefix="brownclust")
