"""A word enters the window: its context lists and affinities."""

import numpy as np

from brownclust._kernels.jit.compilation import (
    Array,
    Int,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.bounds import (
    bound_all_pairs,
    take_own_falls,
)
from brownclust._kernels.tree.context_lists import (
    add_count,
    list_end,
    move_list,
)
from brownclust._kernels.tree.entropy import log2, shared
from brownclust._kernels.tree.state import (
    CLOCK,
    CLUSTER,
    COUNT,
    ENTRANT,
    LIST_CAPACITY,
    LIST_LENGTH,
    LIST_MOST,
    LIST_START,
    MASS,
    N_ATTACHED,
    N_ENTERED,
    POOL_LIVE,
    PREDECESSORS,
    ROW,
    SEGMENT_BITS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    WRITTEN,
    ZERO,
    Corpus,
    Window,
)
from brownclust._kernels.tree.updates import grow_own_pairs, grow_row


@inner_kernel
def gather_contexts(
    window: Window,
    direction: Int,
    word: Int,
    slot: Int,
    indices: Array,
    counts: Array,
) -> None:
    """Make the slot's context list from a word's bigrams with words before it.

    A bigram with itself goes to the slot's self count. Cost: the word's
    bigrams, and O(n).
    """
    slots = window.slots
    pool = window.pool
    row = window.scratch[0, ROW]
    length = 0
    for t in range(indices.size):
        if indices[t] >= word:
            if indices[t] == word:
                slots[SELF_COUNT, slot] = counts[t]
            break
        context = np.int64(window.slot_of_word[indices[t]])
        if row[context] == 0:
            length += 1
        row[context] += counts[t]
    window.progress[POOL_LIVE] += length - slots[LIST_LENGTH + direction, slot]
    slots[LIST_LENGTH + direction, slot] = 0
    if slots[LIST_CAPACITY + direction, slot] <= length:
        move_list(slots, pool, window.progress, direction, slot, 2 * length + 4)
    at = slots[LIST_START + direction, slot]
    slots[LIST_LENGTH + direction, slot] = length
    end = at + length
    most = ZERO
    k = 0
    while at < end:
        if row[k] > 0:
            pool[SLOT, at] = k
            pool[COUNT, at] = row[k]
            most = max(most, row[k])
            row[k] = 0
            at += 1
        k += 1
    slots[LIST_MOST + direction, slot] = most


@inlined_kernel
def enter(window: Window, corpus: Corpus, word: Int, slot: Int) -> None:
    """Put a word into a slot, detached, and count it in the others' mass."""
    slots = window.slots
    edge = slots.shape[1] - 1
    slots[SIZE, slot] = corpus.unigram_counts[word]
    slots[SELF_COUNT, slot] = 0
    window.log_size[slot] = log2(float(corpus.unigram_counts[word]))
    begin = corpus.offsets[SUCCESSORS, word]
    end = corpus.offsets[SUCCESSORS, word + 1]
    gather_contexts(
        window,
        SUCCESSORS,
        word,
        slot,
        corpus.successors[begin:end],
        corpus.successor_counts[begin:end],
    )
    begin = corpus.offsets[PREDECESSORS, word]
    end = corpus.offsets[PREDECESSORS, word + 1]
    gather_contexts(
        window,
        PREDECESSORS,
        word,
        slot,
        corpus.predecessors[begin:end],
        corpus.predecessor_counts[begin:end],
    )
    mass = 2 * slots[SELF_COUNT, slot]
    for direction in range(2):
        if corpus.edge_counts[direction, word] > 0:
            add_count(
                slots,
                window.pool,
                window.progress,
                direction,
                slot,
                edge,
                corpus.edge_counts[direction, word],
            )
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            mass += window.pool[COUNT, t]
            slots[MASS, window.pool[SLOT, t]] += window.pool[COUNT, t]
    slots[MASS, slot] = mass


@inlined_kernel
def affinities_of_detached(window: Window, slot: Int) -> None:
    """Add S(slot, .) to the scratch row, the slot's own context included.

    Cost: over the slot's contexts k, the slots that have k too.
    """
    slots = window.slots
    pool = window.pool
    row = window.scratch[0, ROW]
    entropies = window.entropies
    own = slots[SELF_COUNT, slot]
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            context = np.int64(pool[SLOT, t])
            count = np.int64(pool[COUNT, t])
            grow_row(entropies, slots, pool, direction, context, ZERO, count, row)
            if own > 0:
                row[context] += shared(entropies, own, count)


@inlined_kernel
def attach_entrant(window: Window) -> None:
    """Make the last word to enter, whose affinities the scratch row holds, known.

    Cost: the square of its contexts, and O(n).
    """
    slot = window.progress[ENTRANT]
    slots = window.slots
    pool = window.pool
    progress = window.progress
    row = window.scratch[0, ROW]
    edge = slots.shape[1] - 1
    progress[CLOCK] += 1
    for direction in range(2):
        names = pool[SLOT, slots[LIST_START + direction, slot] :]
        counts = pool[COUNT, slots[LIST_START + direction, slot] :]
        most = slots[LIST_MOST + direction, slot]
        for t in range(slots[LIST_LENGTH + direction, slot]):
            context = np.int64(names[t])
            count = np.int64(counts[t])
            if context != edge:
                grow_own_pairs(
                    window.entropies,
                    window.bounds,
                    progress[SEGMENT_BITS],
                    window.affinity[context],
                    context,
                    ZERO,
                    count,
                    most,
                    names[:t],
                    counts[:t],
                )
                slots[WRITTEN, context] = progress[CLOCK]
                take_own_falls(slots, window.bounds, context)
            add_count(slots, pool, progress, 1 - direction, context, slot, count)
    if slots[SELF_COUNT, slot] > 0:
        for direction in range(2):
            own = slots[SELF_COUNT, slot]
            add_count(slots, pool, progress, direction, slot, slot, own)
    slots[CLUSTER, slot] = progress[N_ENTERED] - 1
    for j in range(slots.shape[1]):
        window.affinity[slot, j] = row[j]
        window.affinity[j, slot] = 0
        row[j] = 0
    bound_all_pairs(window, slot)
    progress[N_ATTACHED] += 1
