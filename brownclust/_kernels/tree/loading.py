"""The first words of a corpus as clusters of the window."""

import numpy as np

from brownclust._kernels.jit.compilation import (
    Array,
    Int,
    fast_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.bounds import (
    bound_own_pairs,
    take_least_bound,
)
from brownclust._kernels.tree.context_lists import (
    add_count,
    find,
    list_end,
    move_list,
)
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.state import (
    CLUSTER,
    COUNT,
    LIST_LENGTH,
    LIST_MOST,
    LIST_START,
    MASS,
    N_ENTERED,
    POOL_LIVE,
    PREDECESSORS,
    SEGMENT_BITS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    ZERO,
    Corpus,
    Window,
)
from brownclust._kernels.tree.updates import grow_cells


@inner_kernel
def load_list(
    window: Window,
    direction: Int,
    word: Int,
    indices: Array,
    counts: Array,
    n_words: Int,
) -> None:
    """Make a word's context list from its bigrams with the first words."""
    slots = window.slots
    pool = window.pool
    length = 0
    while length < indices.size and indices[length] < n_words:
        length += 1
    move_list(slots, pool, window.progress, direction, word, length + 1)
    start = slots[LIST_START + direction, word]
    most = slots[LIST_MOST + direction, word]
    for t in range(length):
        pool[SLOT, start + t] = indices[t]
        pool[COUNT, start + t] = counts[t]
        slots[MASS, word] += counts[t]
        most = max(most, counts[t])
        if indices[t] == word:
            slots[SELF_COUNT, word] = counts[t]
    slots[LIST_MOST + direction, word] = most
    slots[LIST_LENGTH + direction, word] = length
    window.progress[POOL_LIVE] += length


@fast_kernel
def load_contexts(window: Window, corpus: Corpus, n_words: Int) -> None:
    """Attach words 0 ... n_words - 1 to the slots of the same numbers.

    All but the affinities; the pool must have room for all their bigrams.
    """
    slots = window.slots
    pool = window.pool
    progress = window.progress
    edge = slots.shape[1] - 1
    for direction in range(2):
        move_list(slots, pool, progress, direction, edge, n_words)
    for word in range(n_words):
        slots[CLUSTER, word] = word
        slots[SIZE, word] = corpus.unigram_counts[word]
        window.log_size[word] = log2(float(corpus.unigram_counts[word]))
        window.slot_of_word[word] = word
        begin = corpus.offsets[SUCCESSORS, word]
        end = corpus.offsets[SUCCESSORS, word + 1]
        load_list(
            window,
            SUCCESSORS,
            word,
            corpus.successors[begin:end],
            corpus.successor_counts[begin:end],
            n_words,
        )
        begin = corpus.offsets[PREDECESSORS, word]
        end = corpus.offsets[PREDECESSORS, word + 1]
        load_list(
            window,
            PREDECESSORS,
            word,
            corpus.predecessors[begin:end],
            corpus.predecessor_counts[begin:end],
            n_words,
        )
        for direction in range(2):
            count = corpus.edge_counts[direction, word]
            if count > 0:
                add_count(slots, pool, progress, direction, word, edge, count)
                add_count(slots, pool, progress, 1 - direction, edge, word, count)
                slots[MASS, word] += count
    progress[N_ENTERED] = n_words


@fast_kernel
def load_affinities(window: Window, thread: Int, begin: Int, stop: Int) -> None:
    """Fill rows begin ... stop - 1 of the affinities, and settle them.

    Cost: over the contexts k of these rows, the slots before that have k.
    """
    slots = window.slots
    pool = window.pool
    for slot in range(begin, stop):
        for direction in range(2):
            opposite = 1 - direction
            start = slots[LIST_START + direction, slot]
            for t in range(start, list_end(slots, direction, slot)):
                context = np.int64(pool[SLOT, t])
                first = slots[LIST_START + opposite, context]
                end = find(slots, pool, opposite, context, slot)
                grow_cells(
                    window.entropies,
                    ZERO,
                    np.int64(pool[COUNT, t]),
                    slots[LIST_MOST + opposite, context],
                    pool[SLOT, first:end],
                    pool[COUNT, first:end],
                    window.affinity[slot],
                )
        for segment in range((slot >> window.progress[SEGMENT_BITS]) + 1):
            bound_own_pairs(window, window.scratch[thread], segment, slot)
        take_least_bound(slots, window.bounds, slot)
