"""A word enters the window: its context lists, its overlaps, and its insertion."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import inlined_kernel, inner_kernel
from brownclust._kernels.tree.bounds import (
    apply_above_deltas,
    apply_own_deltas,
    bound_all_pairs,
)
from brownclust._kernels.tree.context_lists import (
    SPARE_CONTEXTS,
    add_count,
    list_end,
    move_list,
)
from brownclust._kernels.tree.entropy import log2, overlap_term
from brownclust._kernels.tree.state import (
    ABOVE,
    ABOVE_DELTA,
    CLOCK,
    CLUSTER,
    COUNT,
    ENTRANT,
    LIST_CAPACITY,
    LIST_LENGTH,
    LIST_MAX,
    LIST_START,
    N_ENTERED,
    N_INSERTED,
    NEIGHBOUR_TOTAL,
    ONE,
    PENDING_ROW,
    POOL_LIVE,
    ROW,
    SEGMENT_BITS,
    SELF_COUNT,
    SIZE,
    SLOT,
    WRITTEN_AT,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import Indices, Integers, int64
from brownclust._kernels.tree.updates import update_own_pairs, update_row
from brownclust._kernels.tree.workers import (
    PENDING_OVERLAPS,
    begin_round,
    end_round,
    finish_chunk,
    is_parallel,
    take_chunk,
)

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inner_kernel
def gather_contexts(
    state: State,
    direction: int,
    word: int,
    slot: int,
    indices: Indices,
    counts: Integers,
) -> None:
    """Make the slot's context list from a word's bigrams with words before it.

    The count of the word with itself goes to the slot's self count instead: a pending
    slot is in no list, its own neither. O(bigrams of the word), and O(n).
    """
    slots = state.slots
    pool = state.pool
    row = state.scratch[0, ROW]
    length = 0
    for t in range(indices.size):
        if indices[t] >= word:
            if indices[t] == word:
                slots[SELF_COUNT, slot] = counts[t]
            break
        context = int64(state.slot_of_word[indices[t]])
        if row[context] == 0:
            length += 1
        row[context] += counts[t]
    state.progress[POOL_LIVE] += length - slots[LIST_LENGTH + direction, slot]
    slots[LIST_LENGTH + direction, slot] = 0
    # With capacity for one more: the line edge comes last.
    if slots[LIST_CAPACITY + direction, slot] <= length:
        capacity = 2 * length + SPARE_CONTEXTS
        move_list(slots, pool, state.progress, direction, slot, capacity)
    at = slots[LIST_START + direction, slot]
    slots[LIST_LENGTH + direction, slot] = length
    end = at + length
    largest = ZERO
    k = 0
    while at < end:
        if row[k] > 0:
            pool[SLOT, at] = k
            pool[COUNT, at] = row[k]
            largest = max(largest, row[k])
            row[k] = 0
            at += 1
        k += 1
    slots[LIST_MAX + direction, slot] = largest


@inlined_kernel
def enter(state: State, counts: "CountTable", word: int, slot: int) -> None:
    """Put a word into a slot, pending, and add its counts to its neighbours' totals.

    O(bigrams of the word), and O(n).
    """
    slots = state.slots
    edge = slots.shape[1] - 1
    slots[SIZE, slot] = counts.unigram_counts[word]
    slots[SELF_COUNT, slot] = 0
    state.log_size[slot] = log2(float(counts.unigram_counts[word]))
    for direction in range(2):
        rows = counts.neighbours[direction]
        begin = rows.offsets[word]
        end = rows.offsets[word + 1]
        gather_contexts(
            state,
            direction,
            word,
            slot,
            rows.indices[begin:end],
            rows.counts[begin:end],
        )
    total = 2 * slots[SELF_COUNT, slot]
    for direction in range(2):
        count = counts.edges[direction][word]
        if count > 0:
            add_count(slots, state.pool, state.progress, direction, slot, edge, count)
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            total += state.pool[COUNT, t]
            slots[NEIGHBOUR_TOTAL, state.pool[SLOT, t]] += state.pool[COUNT, t]
    slots[NEIGHBOUR_TOTAL, slot] = total


@inner_kernel
def add_overlaps_of_chunk(state: State, chunk: int, slot: int, n_chunks: int) -> None:
    """Add a part of S(slot, .) to the chunk's scratch row: of every n-th context.

    Cost: over these contexts k, the slots that have k too.
    """
    slots = state.slots
    pool = state.pool
    row = state.scratch[chunk, PENDING_ROW]
    entropies = state.entropies
    own = slots[SELF_COUNT, slot]
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start + chunk, list_end(slots, direction, slot), n_chunks):
            context = int64(pool[SLOT, t])
            count = int64(pool[COUNT, t])
            update_row(entropies, slots, pool, direction, context, ZERO, count, row)
            # If the slot follows itself, it is a context of both itself and this one.
            if own > 0:
                row[context] += overlap_term(entropies, own, count)


@inlined_kernel
def work_of_overlaps(state: State, slot: int) -> int:
    """How many terms D the overlaps of a pending slot take; O(its contexts)."""
    slots = state.slots
    total = ZERO
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            total += slots[LIST_LENGTH + 1 - direction, state.pool[SLOT, t]]
    return total


@inlined_kernel
def overlaps_of_pending(state: State, slot: int) -> None:
    """Add S(slot, .) to the scratch row, the slot's own context included.

    Cost: over the slot's contexts k, the slots that have k too.
    """
    workers = state.workers
    n_threads = state.scratch.shape[0]
    work = work_of_overlaps(state, slot) if n_threads > 1 else ZERO
    if not is_parallel(workers, n_threads, work):
        add_overlaps_of_chunk(state, ZERO, slot, ONE)
        return
    begin_round(workers, PENDING_OVERLAPS, n_threads, slot, ZERO, ZERO)
    chunk = take_chunk(workers)
    while chunk >= 0:
        add_overlaps_of_chunk(state, chunk, slot, n_threads)
        chunk = finish_chunk(workers)
    end_round(workers)
    row = state.scratch[0, PENDING_ROW]
    for thread in range(1, n_threads):
        part = state.scratch[thread, PENDING_ROW]
        for j in range(row.size):
            row[j] += part[j]
            part[j] = 0


@inlined_kernel
def insert_entrant(state: State) -> None:
    """Insert the pending word: into the lists of its contexts, and into the overlaps.

    The scratch row holds its overlaps. As a context, it changes the overlaps of all
    pairs of its contexts. Cost: the square of their number, and O(n).
    """
    slot = state.progress[ENTRANT]
    slots = state.slots
    pool = state.pool
    progress = state.progress
    row = state.scratch[0, PENDING_ROW]
    edge = slots.shape[1] - 1
    progress[CLOCK] += 1
    for direction in range(2):
        contexts = pool[SLOT, slots[LIST_START + direction, slot] :]
        counts = pool[COUNT, slots[LIST_START + direction, slot] :]
        max_count = slots[LIST_MAX + direction, slot]
        for t in range(slots[LIST_LENGTH + direction, slot]):
            context = int64(contexts[t])
            count = int64(counts[t])
            if context != edge:
                update_own_pairs(
                    state.entropies,
                    state.bounds,
                    progress[SEGMENT_BITS],
                    state.overlap[context],
                    context,
                    ZERO,
                    count,
                    max_count,
                    contexts[:t],
                    counts[:t],
                    state.scratch[0, ABOVE_DELTA + direction],
                )
                slots[WRITTEN_AT, context] = progress[CLOCK]
                apply_own_deltas(slots, state.bounds, context)
            add_count(slots, pool, progress, 1 - direction, context, slot, count)
        apply_above_deltas(
            slots[ABOVE],
            contexts[: slots[LIST_LENGTH + direction, slot]],
            state.scratch[0, ABOVE_DELTA + direction],
        )
    if slots[SELF_COUNT, slot] > 0:
        for direction in range(2):
            own = slots[SELF_COUNT, slot]
            add_count(slots, pool, progress, direction, slot, slot, own)
    slots[CLUSTER, slot] = progress[N_ENTERED] - 1
    for j in range(slots.shape[1]):
        state.overlap[slot, j] = row[j]
        state.overlap[j, slot] = 0
        row[j] = 0
    bound_all_pairs(state, slot)
    progress[N_INSERTED] += 1
