"""The state that kernels work on: made, filled, packed anew."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree import state as fields
from brownclust._kernels.tree.context_lists import pack_lists
from brownclust._kernels.tree.entropy import Entropies, fill_entropies, log2
from brownclust._kernels.tree.loading import load_affinities, load_contexts
from brownclust._kernels.tree.state import Corpus, Window
from brownclust._kernels.tree.workers import LEAST_WORK, SHARE
from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable

SEGMENT_BITS = 9
"""512 slots are bounded at a time: a scan of 4 KiB, and few bounds at small windows."""

LEAST_SHARED_WORK = 4_000
"""Terms of a step, at about a nanosecond each, that are worth waking other threads."""

ENTROPY_TABLE_SIZE = 2**16
"""Most counts in a corpus are small; 512 KiB of h(n) stay in a second-level cache."""


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


def check_memory(window: int, counts: CountTable) -> None:
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


def as_corpus(counts: CountTable) -> Corpus:
    """Return counts as the kernels see them."""
    return Corpus(
        unigram_counts=counts.unigram_counts,
        offsets=np.stack([counts.successors.offsets, counts.predecessors.offsets]),
        successors=counts.successors.indices,
        successor_counts=counts.successors.counts,
        predecessors=counts.predecessors.indices,
        predecessor_counts=counts.predecessors.counts,
        edge_counts=np.stack([counts.edge_ends, counts.edge_starts]),
    )


def load_counts(
    counts: CountTable,
    corpus: Corpus,
    window: int,
    scale: int,
    threads: int,
) -> Window:
    """Return a state without affinities: what words can be placed in, not merged."""
    state = _empty_window(counts, window, scale, threads)
    load_contexts(state, corpus, window)
    return with_packed_pool(state)


def load_window(
    counts: CountTable,
    corpus: Corpus,
    window: int,
    scale: int,
    threads: int,
) -> Window:
    """Return the state before the first merge."""
    state = load_counts(counts, corpus, window, scale, threads)
    blocks = np.linspace(0, window, min(window, 16 * threads) + 1).astype(int)
    idle = SimpleQueue[int]()
    for thread in range(threads):
        idle.put(thread)

    def load(begin: int, stop: int) -> None:
        thread = idle.get()
        load_affinities(state, thread, begin, stop)
        idle.put(thread)

    with thread_pool(threads) as pool:
        for job in [pool.submit(load, *block) for block in pairwise(blocks)]:
            job.result()
    return state


def _empty_window(counts: CountTable, window: int, scale: int, threads: int) -> Window:
    n_words = counts.unigram_counts.size
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


def with_packed_pool(state: Window) -> Window:
    """Return the window with its context lists side by side in a new pool.

    With room for a while, or for good where that is no more.
    """
    live = int(state.progress[fields.POOL_LIVE])
    n_slots = state.slots.shape[1]
    n_pool = min(4 * live + 64 * n_slots, 2 * n_slots**2)
    pool = np.zeros((2, n_pool), dtype=state.pool.dtype)
    pack_lists(state.slots, state.pool, state.progress, pool)
    return replace(state, pool=pool)


def window_arrays(state: Window) -> dict[str, NDArray[Any]]:
    """Return what must be kept of a window, between two merges, to go on later.

    All else is room to work in, zeros between uses, or follows from the counts.
    """
    n_merged = state.progress[fields.N_MERGED]
    return {
        "slots": state.slots,
        "log_size": state.log_size,
        "pool": state.pool[:, : state.progress[fields.POOL_USED]],
        "affinity": state.affinity,
        "bounds": state.bounds,
        "slot_of_word": state.slot_of_word,
        "progress": state.progress,
        "children": state.children[:n_merged],
        "losses": state.losses[:n_merged],
    }


def restore_window(
    arrays: Mapping[str, NDArray[np.generic]],
    counts: CountTable,
    window: int,
    scale: int,
    threads: int,
) -> Window:
    """Return the window that `window_arrays` was given, for any number of threads.

    Raises
    ------
    KeyError, ValueError
        If the arrays cannot be those of a window of these counts.
    """
    state = _empty_window(counts, window, scale, threads)
    state.progress[:] = _like(state.progress, "progress", arrays["progress"])
    n_merged = int(state.progress[fields.N_MERGED])
    if not 0 <= n_merged <= state.losses.size:
        rule = f"from 0 to {state.losses.size}"
        raise ValueError(must_be("number of merges", rule, n_merged))
    kept: dict[str, Any] = {
        name: _like(array, name, arrays[name])
        for name, array in window_arrays(state).items()
        if name != "pool"  # whose size is another in every window
    }
    state.children[:n_merged] = kept.pop("children")
    state.losses[:n_merged] = kept.pop("losses")
    pool = np.ascontiguousarray(arrays["pool"], dtype=state.pool.dtype)
    if pool.shape != (2, state.progress[fields.POOL_USED]):
        rule = f"of shape (2, {state.progress[fields.POOL_USED]})"
        raise ValueError(must_be("pool", rule, pool.shape))
    return with_packed_pool(replace(state, pool=pool, **kept))


def _like(pattern: NDArray[Any], name: str, array: NDArray[np.generic]) -> NDArray[Any]:
    """Return the array, as kernels need it, if its shape and type are the pattern's."""
    if (array.shape, array.dtype) != (pattern.shape, pattern.dtype):
        rule = f"{pattern.dtype} of shape {pattern.shape}"
        raise ValueError(must_be(name, rule, f"{array.dtype} {array.shape}"))
    return np.ascontiguousarray(array)


def thread_pool(threads: int) -> ThreadPoolExecutor:
    """Return threads of ours."""
    return ThreadPoolExecutor(max(1, threads), thread_name_prefix="brownclust")
