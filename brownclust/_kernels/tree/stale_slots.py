"""Slots that have taken a word need not have all their pairs bounded again at once.

If w joins a with the loss L, then no loss of a pair of a drops by more than L. So while
the bounds of a are far above the losses of merges, they are lowered by that, and the
slot is *stale*. To bound its pairs would cost a pass over all slots, and a cache miss
for each of them. Proof: docs/algorithm.md, section "Stale slots".
"""

from brownclust._kernels.jit.compilation import inlined_kernel, inner_kernel
from brownclust._kernels.tree.bounds import bound_all_pairs, decrease_bound, min_bound
from brownclust._kernels.tree.context_lists import count_of_context, list_end
from brownclust._kernels.tree.entropy import Entropies, overlap_term
from brownclust._kernels.tree.state import (
    ABOVE,
    BOUND,
    CLOCK,
    COUNT,
    DROP,
    DROP_LIMIT,
    LARGEST,
    LIST_START,
    ROW,
    WRITTEN_AT,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import Pool, Row, Slots, int64

CONTEXT_SLACK = 32
"""Units for each direction in which a pending word is a context.

D(x, y) falls as x or y grows, so D of the two largest counts is the lowest. As
computed, each of the two D is a sum of three entropies, each rounded by half a unit: 3
in all. Their float64 errors are below 35 / (window + 1) units, as the pending word is
the rarest. Proof: docs/algorithm.md, section "Rounding slack".
"""


SLACK_PER_SLOT = 24
"""Units by which three losses may differ from the real numbers, for each slot.

A slot is a context twice, each time with three entropies rounded by half a unit: 9.
"""

SLACK = 3 * 4096
"""The same for everything else: see `dense_state.SLACK`."""

STEP_OF_LIMIT = 5
"""The limit of drops changes by 1 in 2**STEP_OF_LIMIT."""

LEAST_LIMIT = 2**10
"""Units. From far less it could not grow again."""


@inlined_kernel
def worst_delta(entropies: Entropies, slots: Slots, pool: Pool, slot: int) -> int:
    """A bound of what a pending slot, as a context, adds to any overlap; negative.

    From the two largest counts of each of its lists. O(contexts).
    """
    delta = 0
    for direction in range(2):
        first = ZERO
        second = ZERO
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            count = int64(pool[COUNT, t])
            if count > first:
                second = first
                first = count
            elif count > second:
                second = count
        delta += overlap_term(entropies, first, second) - CONTEXT_SLACK
    return delta


@inlined_kernel
def drop_of_merge(state: State, a: int, b: int, loss: int) -> int:
    """How far losses of pairs of slot a may drop when the pending slot b joins it.

    Bounds may be of overlaps that do not have b as a context yet: of such a pair, b's
    worst delta is a part of the drop.
    """
    slots = state.slots
    drop: int = max(loss, ZERO) + SLACK_PER_SLOT * slots.shape[1] + SLACK
    for direction in range(2):
        if count_of_context(slots, state.pool, int64(direction), b, a) > 0:
            drop -= worst_delta(state.entropies, slots, state.pool, b)
            break
    return drop


@inner_kernel
def may_be_stale(state: State, a: int, loss: int, drop: int) -> bool:
    """Whether slot a may stay stale, or become so, when its bounds drop by so much.

    Its drop must stay below a limit, since by the largest drop bounds of pairs of two
    stale slots may be too high; and its bounds above what merges lose. The limit grows
    with every slot that it stops, and falls with every slot that has to be bounded
    again all the same. O(n).
    """
    slots = state.slots
    limit = state.progress[DROP_LIMIT]
    if slots[DROP, a] + drop > limit:
        state.progress[DROP_LIMIT] = limit + (limit >> STEP_OF_LIMIT)
        return False
    reach = max(min_bound(slots[BOUND]), 2 * loss)
    is_high: bool = min(slots[BOUND, a], slots[ABOVE, a]) - drop > reach
    return is_high


@inlined_kernel
def stay_stale(state: State, a: int, loss: int, drop: int) -> bool:
    """Lower the bounds of slot a by a drop, if they stay high enough.

    What is to be added to its row is taken from the scratch rows of all threads. O(n).
    """
    slots = state.slots
    if not may_be_stale(state, a, loss, drop):
        return False
    row = state.overlap[a]
    for thread in range(state.scratch.shape[0]):
        changes = state.scratch[thread, ROW]
        for j in range(row.size):
            row[j] += changes[j]
            changes[j] = 0
    slots[WRITTEN_AT, a] = state.progress[CLOCK]
    for segment in range(state.bounds.shape[1]):
        decrease_bound(state.bounds, int64(segment), a, -drop)
    slots[BOUND, a] -= drop
    slots[ABOVE, a] -= drop
    slots[DROP, a] += drop
    return True


@inner_kernel
def find_stale(above: Row, drops: Row, limit: int) -> int:
    """The stale slot with the least ABOVE, if that may not cover a loss of `limit`.

    Else -1. Of two stale slots, the one bounded first has dropped since the other was.
    O(n), vectorised.
    """
    most = ZERO
    least = LARGEST
    for j in range(above.size):
        most = max(most, drops[j])
        least = min(least, above[j] if drops[j] > 0 else LARGEST)
    if least - most > limit:
        return int64(-1)
    for j in range(above.size):
        if drops[j] > 0 and above[j] == least:
            return int64(j)
    return int64(-1)


@inner_kernel
def bound_stale_slots(state: State, limit: int) -> bool:
    """Bound stale slots again until ABOVE covers all pairs that lose at most `limit`.

    Returns whether there was any such slot. O(n) for each.
    """
    slots = state.slots
    is_any = False
    while True:
        slot = find_stale(slots[ABOVE], slots[DROP], limit)
        if slot < 0:
            return is_any
        # Halves move into the slot's row, which another may have collected just now.
        state.progress[CLOCK] += 1
        bound_all_pairs(state, slot)
        limit = state.progress[DROP_LIMIT]
        if limit > LEAST_LIMIT:
            state.progress[DROP_LIMIT] = limit - (limit >> STEP_OF_LIMIT)
        is_any = True
