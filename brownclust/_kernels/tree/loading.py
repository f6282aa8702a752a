"""The first words of a corpus become the clusters of the window."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.bounds import bound_own_pairs, update_bound_of_slot
from brownclust._kernels.tree.context_lists import (
    add_count,
    find_context,
    list_end,
    move_list,
)
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.overlap_tiles import add_overlaps_before
from brownclust._kernels.tree.state import (
    CLUSTER,
    COUNT,
    LIST_LENGTH,
    LIST_MAX,
    LIST_START,
    N_ENTERED,
    NEIGHBOUR_TOTAL,
    POOL_LIVE,
    SEGMENT_BITS,
    SELF_COUNT,
    SIZE,
    SLOT,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import Indices, Integers, int64
from brownclust._kernels.tree.updates import update_cells

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inner_kernel
def load_list(
    state: State,
    direction: int,
    word: int,
    indices: Indices,
    counts: Integers,
    n_words: int,
) -> None:
    """Make a word's context list from its bigrams with the first words; O(those)."""
    slots = state.slots
    pool = state.pool
    length = 0
    while length < indices.size and indices[length] < n_words:
        length += 1
    # With capacity for one more: the line edge comes last.
    move_list(slots, pool, state.progress, direction, word, length + 1)
    start = slots[LIST_START + direction, word]
    largest = slots[LIST_MAX + direction, word]
    for t in range(length):
        pool[SLOT, start + t] = indices[t]
        pool[COUNT, start + t] = counts[t]
        slots[NEIGHBOUR_TOTAL, word] += counts[t]
        largest = max(largest, counts[t])
        if indices[t] == word:
            slots[SELF_COUNT, word] = counts[t]
    slots[LIST_MAX + direction, word] = largest
    slots[LIST_LENGTH + direction, word] = length
    state.progress[POOL_LIVE] += length


@fast_kernel
def load_contexts(state: State, counts: "CountTable", n_words: int) -> None:
    """Insert words 0 ... n_words - 1 into the slots of the same numbers.

    All but their overlaps and bounds. The pool must have capacity for all their
    bigrams and edges. O(bigrams).
    """
    slots = state.slots
    pool = state.pool
    progress = state.progress
    edge = slots.shape[1] - 1
    for direction in range(2):
        move_list(slots, pool, progress, direction, edge, n_words)
    for word in range(n_words):
        slots[CLUSTER, word] = word
        slots[SIZE, word] = counts.unigram_counts[word]
        state.log_size[word] = log2(float(counts.unigram_counts[word]))
        state.slot_of_word[word] = word
        for direction in range(2):
            rows = counts.neighbours[direction]
            begin = rows.offsets[word]
            end = rows.offsets[word + 1]
            load_list(
                state,
                direction,
                word,
                rows.indices[begin:end],
                rows.counts[begin:end],
                n_words,
            )
        for direction in range(2):
            count = counts.edges[direction][word]
            if count > 0:
                add_count(slots, pool, progress, direction, word, edge, count)
                add_count(slots, pool, progress, 1 - direction, edge, word, count)
                slots[NEIGHBOUR_TOTAL, word] += count
    progress[N_ENTERED] = n_words


@inner_kernel
def add_row_of_overlaps(state: State, slot: int) -> None:
    """Add S(slot, j) to the slot's row, for all j < slot.

    Cost: over the contexts k of the slot, the slots before that have k.
    """
    slots = state.slots
    pool = state.pool
    for direction in range(2):
        opposite = 1 - direction
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            context = int64(pool[SLOT, t])
            first = slots[LIST_START + opposite, context]
            end = find_context(slots, pool, opposite, context, slot)
            update_cells(
                state.entropies,
                ZERO,
                int64(pool[COUNT, t]),
                slots[LIST_MAX + opposite, context],
                pool[SLOT, first:end],
                pool[COUNT, first:end],
                state.overlap[slot],
            )


@fast_kernel
def load_overlaps(
    state: State, thread: int, tile: Integers, begin: int, stop: int
) -> None:
    """Compute S(i, j) and bounds for all pairs of slots i in begin ... stop - 1, j < i.

    In tiles, unless there is no scratch for one.
    """
    if tile.size:
        add_overlaps_before(state, tile, int64(begin), int64(stop))
    for slot in range(begin, stop):
        if not tile.size:
            add_row_of_overlaps(state, int64(slot))
        for segment in range((slot >> state.progress[SEGMENT_BITS]) + 1):
            bound_own_pairs(state, state.scratch[thread], segment, slot)
        update_bound_of_slot(state.slots, state.bounds, slot)
