"""Words join clusters that stay, and merges that are known are made again."""

import numpy as np

from brownclust._kernels.jit.compilation import (
    Array,
    Int,
    fast_kernel,
)
from brownclust._kernels.tree.agglomeration import partner_of_entrant
from brownclust._kernels.tree.context_lists import (
    list_end,
    pool_is_full,
)
from brownclust._kernels.tree.folding import fold
from brownclust._kernels.tree.losses import (
    loss_of_attached,
)
from brownclust._kernels.tree.state import (
    COUNT,
    ENTRANT,
    LIST_START,
    MASS,
    ONE,
    ROW,
    SLOT,
    Corpus,
    Window,
)


@fast_kernel
def place_words(
    window: Window, corpus: Corpus, begin: Int, partners: Array, losses: Array
) -> Int:
    """Find the slots that words `begin`, ... had best join; return how many were found.

    Each alone, the slots as they are; they need no affinities. Fewer than all if the
    context lists have to be packed first.
    """
    slots = window.slots
    slot = window.progress[ENTRANT]
    row = window.scratch[0, ROW]
    for i in range(partners.size):
        if pool_is_full(window):
            return i
        partner, loss = partner_of_entrant(window, corpus, np.int64(begin + i), slot)
        partners[i] = partner
        losses[i] = loss
        for direction in range(2):
            start = slots[LIST_START + direction, slot]
            for t in range(start, list_end(slots, direction, slot)):
                slots[MASS, window.pool[SLOT, t]] -= window.pool[COUNT, t]
        for j in range(row.size):
            row[j] = 0
    return partners.size


@fast_kernel
def replay_merges(window: Window, pairs: Array, losses: Array) -> Int:
    """Merge pairs of slots, the first to stay; return how many were merged.

    Fewer than all if the context lists have to be packed first.
    """
    for step in range(losses.size):
        if pool_is_full(window):
            return step
        losses[step] = loss_of_attached(window, pairs[step, 0], pairs[step, 1])
        fold(window, pairs[step, 0], pairs[step, 1], ONE)
    return losses.size
