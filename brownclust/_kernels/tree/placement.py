"""Words join clusters that stay as they are, and known merges are made again."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import fast_kernel
from brownclust._kernels.tree.agglomeration import partner_of_entrant
from brownclust._kernels.tree.context_lists import list_end, pool_is_full
from brownclust._kernels.tree.folding import fold
from brownclust._kernels.tree.losses import loss_of_inserted
from brownclust._kernels.tree.state import (
    COUNT,
    ENTRANT,
    LIST_START,
    NEIGHBOUR_TOTAL,
    ONE,
    PENDING_ROW,
    SLOT,
    State,
)
from brownclust._kernels.tree.types import Integers, int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@fast_kernel
def place_words(
    state: State, counts: "CountTable", begin: int, partners: Integers, losses: Integers
) -> int:
    """Find the slot that each of the words `begin`, ... had best join, and its loss.

    Each word alone: the state is restored after it. No overlaps of slots are needed.
    Returns the number of words done: fewer than all if the context lists have to be
    packed first.
    """
    slots = state.slots
    slot = state.progress[ENTRANT]
    row = state.scratch[0, PENDING_ROW]
    for i in range(partners.size):
        if pool_is_full(state):
            return i
        partner, loss = partner_of_entrant(state, counts, int64(begin + i), slot)
        partners[i] = partner
        losses[i] = loss
        for direction in range(2):
            start = slots[LIST_START + direction, slot]
            for t in range(start, list_end(slots, direction, slot)):
                slots[NEIGHBOUR_TOTAL, state.pool[SLOT, t]] -= state.pool[COUNT, t]
        for j in range(row.size):
            row[j] = 0
    return partners.size


@fast_kernel
def replay_merges(state: State, pairs: Integers, losses: Integers) -> int:
    """Merge pairs of slots, of which the first stays, and note the losses.

    Returns the number of merges made: fewer than all if the context lists have to be
    packed first.
    """
    for step in range(losses.size):
        if pool_is_full(state):
            return step
        loss = loss_of_inserted(state, pairs[step, 0], pairs[step, 1])
        fold(state, pairs[step, 0], pairs[step, 1], ONE, loss)
        losses[step] = loss
    return losses.size
