"""The state that kernels work on: allocated, and filled before or between merges."""

import os
from dataclasses import replace
from itertools import pairwise
from queue import SimpleQueue
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree import state as fields
from brownclust._kernels.tree.context_lists import pack_lists
from brownclust._kernels.tree.dense.state import DenseState
from brownclust._kernels.tree.entropy import (
    Entropies,
    fill_entropies,
    log2,
    logarithms_of_centres,
)
from brownclust._kernels.tree.loading import load_contexts, load_overlaps
from brownclust._kernels.tree.overlap_tiles import N_TILE_ROWS, TILE_COLUMNS
from brownclust._kernels.tree.state import State
from brownclust._kernels.tree.verification import compute_losses
from brownclust._kernels.tree.workers import CHUNK_START, MIN_WORK
from brownclust._threads import thread_pool
from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable


class Merges(NamedTuple):
    """Merges in order: all of a state that does not follow from the counts.

    Attributes
    ----------
    children : int64 array (n, 2)
        The ids of the clusters merged, the lower first.
    losses : int64 array (n,)
        What each merge loses, in units of ``2**-scale`` bits.
    """

    children: NDArray[np.int64]
    losses: NDArray[np.int64]


SEGMENT_BITS = 9
"""Slots are bounded 512 at a time.

In larger segments a bound of no use would cost a longer scan, of 4 KiB here; smaller
ones are more bounds to keep.
"""

MIN_SHARED_WORK = 4_000
"""A job is divided among threads if it has this many terms D.

A term takes about a nanosecond; less than four microseconds are not worth a round.
"""

ENTROPY_TABLE_SIZE = 2**16
"""Counts up to here are looked up, larger ones are computed.

Most counts are small, and 512 KiB of h(n) stay in a second-level cache.
"""

BLOCKS_PER_THREAD = 16
"""Blocks of slots in which overlaps are loaded.

Later slots have more slots before them. With many blocks, each thread takes the next
one as it gets free, and all end at about the same time.
"""

BLOCKS_OF_TILES = 4
"""The same in narrow windows, where the slots of a block share terms: more is better.
"""

# Capacity of a new pool, for each context listed and for each slot. It must be more
# than the packed lists take (1.25 and 0) and one step may need (2 and 16, see
# `ENTRIES_PER_SLOT`); what is above that postpones the next packing by many steps.
POOL_PER_CONTEXT = 4
POOL_PER_SLOT = 64

FIRST_DROP_LIMIT = 2**30
"""Units; it adapts within some hundred merges."""

MAX_DENSE_SLOTS = 2048
"""In wider windows most counts are zero, and lists of contexts cost less."""

MIN_DENSE_WORDS = 2**14
"""Words still to enter from which on a dense window is worth it.

The fewer words of a small text take a second either way, and on a first run the kernels
of dense windows would have to be compiled as well: some seconds.
"""

DENSE_BYTES_PER_PAIR = 48
"""Of slots: counts, terms and bounds of a dense window, and overlaps to make it from.

40 with int32 counts.
"""

DENSE_BYTES_PER_SLOT = 2**12
"""Near pairs and sketches."""

NUMBERS_PER_SLOT = 64
"""Of 8 bytes: the fields of a slot, and its columns in the scratch of a few threads."""


def scale_bits(n_tokens: int) -> int:
    """Return how many binary digits losses have after the point: all that int64 holds.

    The largest s with ``8 T max(1, log2 T) 2**s < 2**62``. Entropies h(n) are needed up
    to n = 2T, where they are at most 4 T max(1, log2 T) bits, so below 2**61 units. An
    overlap is smaller: the entropies of parts are together at most that of their sum.
    """
    largest = 8.0 * n_tokens * max(1.0, log2(float(n_tokens)))
    scale = 62
    while largest * 2.0**scale >= 2.0**62:
        scale -= 1
    return scale


def memory_needed(window: int, n_bigrams: int, n_words: int) -> int:
    """Return how many bytes clustering takes beyond the counts, at most.

    Parameters
    ----------
    window : int
        Clusters active at once.
    n_bigrams, n_words : int
        Distinct bigrams and words of the corpus.
    """
    n_slots = window + 2
    n_listed = 2 * min(n_bigrams + 2 * n_slots, n_slots**2)
    n_bounds = fields.N_BOUND_FIELDS * (n_slots >> SEGMENT_BITS)
    by_slot = 8 * n_slots * (NUMBERS_PER_SLOT + n_bounds)
    needed = 8 * n_slots**2 + 2 * 8 * _pool_capacity(n_listed, n_slots) + by_slot
    # While one state follows from the other, there are both.
    if n_slots <= MAX_DENSE_SLOTS and n_words - window >= MIN_DENSE_WORDS:
        needed += DENSE_BYTES_PER_PAIR * n_slots**2 + DENSE_BYTES_PER_SLOT * n_slots
    return needed


def check_memory(window: int, counts: CountTable) -> None:
    """Raise MemoryError now, if clustering would run out of memory after minutes."""
    needed = memory_needed(window, counts.successors.indices.size, counts.n_rows)
    check_available("window", window, needed)


def check_available(name: str, size: int, needed: int) -> None:
    """Raise MemoryError if this machine has less memory than a size needs, in bytes."""
    available = _physical_memory()
    if available is not None and needed > available:
        rule = (
            f"small enough for {available / 2**30:,.0f} GiB of memory "
            f"(it takes {needed / 2**30:,.0f})"
        )
        raise MemoryError(must_be(name, rule, size))


def _physical_memory() -> int | None:
    """Return the bytes of memory that this machine has; None if it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):  # as on Windows
        return None


def load_state_without_overlaps(
    counts: CountTable, window: int, scale: int, threads: int
) -> State:
    """Return a state with the first words as clusters, but no overlaps or bounds.

    Words can be placed in it, but none of its clusters merged.
    """
    state = empty_state(counts, window, window, counts.n_rows, scale, threads)
    load_contexts(state, counts, window)
    return with_packed_pool(state)


def load_state(counts: CountTable, window: int, scale: int, threads: int) -> State:
    """Return the state before the first merge: the first words are clusters."""
    state = load_state_without_overlaps(counts, window, scale, threads)
    load_all_overlaps(state, window)
    return state


def losses_of_merges(
    children: NDArray[np.int64], counts: CountTable, window: int, scale: int
) -> NDArray[np.int64]:
    """Return what merges lose, in units of ``2**-scale`` bits.

    Parameters
    ----------
    children : int64 array (n_merges, 2)
        The first merges of these counts, of which `check_merges` finds no fault.
    counts : CountTable
        Counts of all words.
    window, scale : int
        As for `load_state`.

    Notes
    -----
    Costs far less than finding the merges: for each the contexts of its clusters, and
    for each word that enters a pass over the window.
    """
    state = load_state_without_overlaps(counts, window, scale, 1)
    losses = np.zeros(len(children), np.int64)
    parents = np.arange(counts.n_rows + losses.size)
    slot_of_node = parents.copy()
    while True:
        compute_losses(state, counts, children, losses, parents, slot_of_node)
        if state.progress[fields.N_MERGED] == losses.size:
            return losses
        state = with_packed_pool(state)


def merges_of(state: State | DenseState) -> Merges:
    """Return the merges that have been made."""
    n_merged = state.progress[fields.N_MERGED]
    return Merges(state.children[:n_merged], state.losses[:n_merged])


def load_all_overlaps(state: State, n_clusters: int) -> None:
    """Compute the overlaps and bounds of the first slots, on all threads."""
    threads = state.scratch.shape[0]
    is_narrow = state.slots.shape[1] <= MAX_DENSE_SLOTS
    n_blocks = (BLOCKS_OF_TILES if is_narrow else BLOCKS_PER_THREAD) * threads
    blocks = np.linspace(0, n_clusters, min(n_clusters, n_blocks) + 1).astype(int)
    n_rows = N_TILE_ROWS if is_narrow else 0
    tiles = np.zeros((threads, n_rows, TILE_COLUMNS), dtype=np.int64)
    idle = SimpleQueue[int]()
    for thread in range(threads):
        idle.put(thread)

    def load(begin: int, stop: int) -> None:
        thread = idle.get()
        load_overlaps(state, thread, tiles[thread], begin, stop)
        idle.put(thread)

    if threads == 1:
        for block in pairwise(blocks):
            load(*block)
        return
    with thread_pool(threads) as pool:
        for job in [pool.submit(load, *block) for block in pairwise(blocks)]:
            job.result()


def entropies_of(n_tokens: int, scale: int) -> Entropies:
    """Return h(n) as kernels take it, for a corpus of so many tokens."""
    table = np.empty(min(ENTROPY_TABLE_SIZE, 2 * n_tokens + 1), dtype=np.int64)
    fill_entropies(table, 2.0**scale)
    return Entropies(table, 2.0**scale, logarithms_of_centres())


def empty_state(
    counts: CountTable,
    n_loaded: int,
    window: int,
    n_words: int,
    scale: int,
    threads: int,
) -> State:
    """Return a state for clusters of `n_words` words, with every slot free.

    Its pool has the capacity for the first `n_loaded` rows of the counts.
    """
    n_slots = window + 2
    n_segments = (n_slots - 1 >> SEGMENT_BITS) + 1
    # Bigrams of the first rows, in both directions. For each row, two more for the line
    # edge in its own lists, and two for it in the edge's lists.
    n_listed = sum(
        int((rows.indices[: rows.offsets[n_loaded]] < n_loaded).sum()) + 2 * n_loaded
        for rows in (counts.successors, counts.predecessors)
    )
    # No cluster's count with a context exceeds the bigrams of the corpus.
    count_type = np.int32 if counts.n_bigrams < 2**31 else np.int64
    state = State(
        entropies=entropies_of(counts.n_tokens, scale),
        slots=np.zeros((fields.N_SLOT_FIELDS, n_slots), dtype=np.int64),
        log_size=np.zeros(n_slots),
        pool=np.zeros((2, n_listed + 2 * n_slots), dtype=count_type),
        overlap=np.zeros((n_slots, n_slots), dtype=np.int64),
        bounds=np.zeros((fields.N_BOUND_FIELDS, n_segments, n_slots), dtype=np.int64),
        counts_before=np.zeros((2, n_slots), dtype=count_type),
        positions=np.zeros((2, n_slots), dtype=np.int64),
        scratch=np.zeros((threads, fields.N_SCRATCH, n_slots), dtype=np.int64),
        workers=np.zeros(CHUNK_START + threads + 1, dtype=np.int64),
        slot_of_word=np.zeros(n_words, dtype=np.int32),
        progress=np.zeros(fields.PROGRESS_SIZE, dtype=np.int64),
        children=np.zeros((n_words - 1, 2), dtype=np.int64),
        losses=np.zeros(n_words - 1, dtype=np.int64),
    )
    state.slots[fields.CLUSTER] = fields.FREE
    state.slots[fields.BOUND] = fields.LARGEST
    state.slots[fields.COLLECTED_ABOVE_AT] = -1
    # Not bounded yet, as each slot is once it has taken a word.
    state.slots[fields.ABOVE] = -fields.LARGEST // 4
    state.bounds[fields.BEST] = fields.LARGEST
    state.bounds[fields.SECOND_BEST] = fields.LARGEST
    state.bounds[fields.PARTNER] = -1
    state.scratch[:, fields.NEW_BOUND] = fields.LARGEST
    state.workers[MIN_WORK] = MIN_SHARED_WORK
    state.progress[fields.ENTRANT] = window
    state.progress[fields.SEGMENT_BITS] = SEGMENT_BITS
    state.progress[fields.DROP_LIMIT] = FIRST_DROP_LIMIT
    return state


def _pool_capacity(n_listed: int, n_slots: int) -> int:
    """Return the size of a new pool: for many steps, or for good if that is smaller."""
    enough = POOL_PER_CONTEXT * n_listed + POOL_PER_SLOT * n_slots
    return min(enough, 2 * n_slots**2)  # two full lists for every slot


def with_packed_pool(state: State) -> State:
    """Return the state with its context lists, without gaps, in a new pool."""
    n_listed = int(state.progress[fields.POOL_LIVE])
    n_pool = _pool_capacity(n_listed, state.slots.shape[1])
    pool = np.zeros((2, n_pool), dtype=state.pool.dtype)
    pack_lists(state.slots, state.pool, state.progress, pool)
    return replace(state, pool=pool)
