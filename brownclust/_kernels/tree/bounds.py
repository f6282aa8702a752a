"""Bounds of losses, by segment.

A pair (i, j) with j < i belongs to slot i. For every segment of slots before it, a slot
has a lower bound of the losses of its pairs there, the partner whose pair gave that
bound, and a second bound for all other pairs. Whatever changes an overlap lowers the
bounds it can touch, which costs less than computing losses. A bound that has become too
low to be of use is computed again by `search`.

A neighbour total that grows can only raise losses, so bounds need not follow it.
"""

import numpy as np

from brownclust._kernels.jit.compilation import inlined_kernel, inner_kernel
from brownclust._kernels.tree.entropy import Entropies
from brownclust._kernels.tree.losses import (
    estimate_losses,
    loss_in_row,
    two_best_losses,
)
from brownclust._kernels.tree.state import (
    ABOVE,
    BEST,
    BOUND,
    CLOCK,
    CLUSTER,
    COLLECTED_ABOVE_AT,
    COLLECTED_AT,
    DROP,
    ESTIMATE,
    FOUND,
    FREE,
    IS_EXACT,
    LARGEST,
    OWN_DELTA,
    PARTNER,
    ROW,
    SECOND_BEST,
    SEGMENT_BITS,
    TWO,
    WRITTEN_AT,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import (
    Bounds,
    Overlap,
    Pool,
    PoolRow,
    Row,
    Scratch,
    Slots,
    int64,
)
from brownclust._kernels.tree.workers import (
    BOUND_PAIRS,
    COST_OF_SLOT,
    begin_round,
    end_round,
    finish_chunk,
    is_parallel,
    take_chunk,
)


@inner_kernel
def decrease_bound(bounds: Bounds, segment: int, slot: int, delta: int) -> int:
    """Lower both bounds of a slot in a segment by delta <= 0; return the first.

    If no overlap of these pairs fell by more than that, both still hold.
    """
    bounds[BEST, segment, slot] += delta
    bounds[SECOND_BEST, segment, slot] += delta
    bounds[IS_EXACT, segment, slot] = 0
    bound: int = bounds[BEST, segment, slot]
    return bound


@inner_kernel
def decrease_bounds(
    slots: Slots,
    bounds: Bounds,
    new_bounds: Row,
    segment: int,
    neighbours: PoolRow,
    deltas: Row,
) -> None:
    """Lower the bounds of these neighbours in a segment by their deltas; zero those.

    The bounds of the slots as a whole follow with `apply_new_bounds`. O(neighbours).
    """
    for t in range(neighbours.size):
        j = int64(neighbours[t])
        if deltas[j] < 0:
            if slots[CLUSTER, j] != FREE:  # as the line edge is
                bound = decrease_bound(bounds, segment, j, deltas[j])
                new_bounds[j] = min(new_bounds[j], bound)
            deltas[j] = 0


@inner_kernel
def apply_own_deltas(slots: Slots, bounds: Bounds, slot: int) -> None:
    """Lower a slot's bounds by the deltas from writes to its own row; O(segments)."""
    for segment in range(bounds.shape[1]):
        delta = bounds[OWN_DELTA, segment, slot]
        if delta < 0:
            bounds[OWN_DELTA, segment, slot] = 0
            if slots[CLUSTER, slot] != FREE:
                bound = decrease_bound(bounds, segment, slot, delta)
                slots[BOUND, slot] = min(slots[BOUND, slot], bound)


@inner_kernel
def apply_new_bounds(bound: Row, new_bounds: Row) -> None:
    """Lower the bounds of slots to those that segments now have; O(n), vectorised."""
    for i in range(bound.size):
        bound[i] = min(bound[i], new_bounds[i])
        new_bounds[i] = LARGEST


@inner_kernel
def apply_above_deltas(above: Row, neighbours: PoolRow, deltas: Row) -> None:
    """Lower ABOVE of these neighbours by their deltas; zero those. O(neighbours)."""
    for t in range(neighbours.size):
        j = np.uint32(neighbours[t])
        above[j] += deltas[j]
        deltas[j] = 0


@inner_kernel
def min_bound(bound: Row) -> int:
    """The least of these bounds; O(their number), vectorised."""
    least = LARGEST
    for i in range(bound.size):
        least = min(least, bound[i])
    return least


@inner_kernel
def collect_halves(
    overlap: Overlap, written_at: Row, slot: int, begin: int, end: int, since: int
) -> None:
    """Move the other halves of S(slot, begin ... end - 1) into the slot's own row.

    O(end - begin), but only rows written since then cost a cache line each.
    """
    # Slices spare Numba its test for negative indices.
    row = overlap[slot, begin:end]
    column = overlap[begin:end, slot]
    written = written_at[begin:end]
    for t in range(row.size):
        if written[t] > since:
            row[t] += column[t]
            column[t] = 0


@inner_kernel
def bound_pairs_before(
    entropies: Entropies,
    slots: Slots,
    pool: Pool,
    bounds: Bounds,
    scratch: Scratch,
    row: Row,
    slot: int,
    segment: int,
    begin: int,
    end: int,
) -> None:
    """Compute a slot's bounds in a segment before it; its losses are estimated."""
    own = slots[CLUSTER, slot]
    partner, best, second_best = two_best_losses(
        entropies, slots, pool, scratch, row, slot, own, begin, end, TWO
    )
    bounds[PARTNER, segment, slot] = partner
    bounds[BEST, segment, slot] = best
    bounds[SECOND_BEST, segment, slot] = second_best
    bounds[IS_EXACT, segment, slot] = 1


@inner_kernel
def bound_pairs_after(
    entropies: Entropies,
    slots: Slots,
    pool: Pool,
    bounds: Bounds,
    scratch: Scratch,
    row: Row,
    slot: int,
    segment: int,
    begin: int,
    end: int,
) -> None:
    """Update the bounds, in the slot's segment, of the slots after it that own a pair.

    Their losses with the slot are estimated. One is computed only if it could change a
    bound, or if it could tie with the best: then ids must decide, which `search` does.
    """
    estimates = scratch[ESTIMATE]
    best = bounds[BEST, segment]
    second_best = bounds[SECOND_BEST, segment]
    partner = bounds[PARTNER, segment]
    is_exact = bounds[IS_EXACT, segment]
    for j in range(begin, end):
        if slots[CLUSTER, j] == FREE:
            continue
        # A partner that was merged away has no pair: the slot may take its place.
        is_partner = partner[j] == slot or slots[CLUSTER, max(partner[j], ZERO)] == FREE
        may_matter = estimates[j] < second_best[j] or estimates[j] <= best[j]
        if not is_partner and not may_matter:
            continue
        loss = loss_in_row(entropies, slots, pool, row, slot, j)
        if loss < best[j]:  # and so below all other losses: no tie
            if not is_partner:
                second_best[j] = best[j]
            best[j] = loss
            partner[j] = slot
            is_exact[j] = 1
            slots[BOUND, j] = min(slots[BOUND, j], loss)
        elif is_partner:
            partner[j] = slot
            is_exact[j] = 0
        else:
            second_best[j] = min(second_best[j], loss)
            if loss == best[j]:
                is_exact[j] = 0


@inner_kernel
def estimate_segment(
    state: State, scratch: Scratch, slot: int, begin: int, end: int
) -> None:
    """Estimate the losses of an inserted slot's pairs with begin ... end - 1."""
    estimate_losses(
        state.slots,
        state.pool,
        state.log_size,
        state.entropies.unit,
        scratch,
        state.overlap[slot],
        slot,
        begin,
        end,
    )


@inner_kernel
def bound_own_pairs(state: State, scratch: Scratch, segment: int, slot: int) -> None:
    """Compute a slot's bounds in a segment before it; O(slots of the segment).

    The slot's row must be up to date there.
    """
    bits = state.progress[SEGMENT_BITS]
    begin = segment << bits
    end = min(begin + (1 << bits), slot)
    estimate_segment(state, scratch, slot, begin, end)
    bound_pairs_before(
        state.entropies,
        state.slots,
        state.pool,
        state.bounds,
        scratch,
        state.overlap[slot],
        slot,
        segment,
        begin,
        end,
    )


@inlined_kernel
def bound_segment(state: State, scratch: Scratch, segment: int, slot: int) -> int:
    """Bring the slot's row up to date in a segment, and bound all its pairs there.

    What is to be added to the row is taken from the scratch rows of all threads, which
    are zeroed. Returns a bound of the pairs with slots after it. O(slots of the
    segment).
    """
    slots = state.slots
    above = slots[ABOVE]
    estimates = scratch[ESTIMATE]
    row = state.overlap[slot]
    bits = state.progress[SEGMENT_BITS]
    begin = segment << bits
    end = min(begin + (1 << bits), row.size)
    below_end = max(begin, min(end, slot))
    above_begin = max(begin, slot + 1)
    collect_halves(
        state.overlap,
        slots[WRITTEN_AT],
        slot,
        begin,
        below_end,
        state.bounds[COLLECTED_AT, segment, slot],
    )
    collect_halves(
        state.overlap,
        slots[WRITTEN_AT],
        slot,
        above_begin,
        end,
        slots[COLLECTED_ABOVE_AT, slot],
    )
    state.bounds[COLLECTED_AT, segment, slot] = state.progress[CLOCK]
    cells = row[begin:end]
    for thread in range(state.scratch.shape[0]):
        changes = state.scratch[thread, ROW, begin:end]
        for t in range(cells.size):
            cells[t] += changes[t]
            changes[t] = 0
    estimate_segment(state, scratch, slot, begin, end)
    for j in range(begin, below_end):
        above[j] = min(above[j], estimates[j])
    least = min_bound(estimates[above_begin : max(above_begin, end)])
    if begin < slot:
        bound_pairs_before(
            state.entropies,
            slots,
            state.pool,
            state.bounds,
            scratch,
            row,
            slot,
            segment,
            begin,
            below_end,
        )
    bound_pairs_after(
        state.entropies,
        slots,
        state.pool,
        state.bounds,
        scratch,
        row,
        slot,
        slot >> bits,
        above_begin,
        end,
    )
    return least


@inner_kernel
def update_bound_of_slot(slots: Slots, bounds: Bounds, slot: int) -> None:
    """Set the slot's bound to the smallest of its bounds in segments; O(segments)."""
    least = LARGEST
    for segment in range(bounds.shape[1]):
        least = min(least, bounds[BEST, segment, slot])
    slots[BOUND, slot] = least


@inner_kernel
def bound_chunk(state: State, thread: int, slot: int, n_threads: int) -> None:
    """Bound a slot's pairs in every segment of one thread: every n-th.

    A bound of the pairs with slots after it goes to FOUND in the thread's scratch.
    """
    scratch = state.scratch[thread]
    least = LARGEST
    segment = thread
    while segment < state.bounds.shape[1]:
        least = min(least, bound_segment(state, scratch, segment, slot))
        segment += n_threads
    scratch[FOUND, 0] = least


@inner_kernel
def bound_all_pairs(state: State, slot: int) -> None:
    """Bring the row of a slot up to date, and bound all its pairs; O(n).

    Done for the slot of a new cluster, at once or, while it is stale, later: all its
    losses are new.
    """
    slots = state.slots
    workers = state.workers
    n_threads = state.scratch.shape[0]
    if is_parallel(workers, n_threads, COST_OF_SLOT * slots.shape[1]):
        begin_round(workers, BOUND_PAIRS, n_threads, slot, ZERO, ZERO)
        chunk = take_chunk(workers)
        while chunk >= 0:
            bound_chunk(state, chunk, slot, n_threads)
            chunk = finish_chunk(workers)
        end_round(workers)
    else:
        n_threads = 1
        bound_chunk(state, ZERO, slot, int64(1))
    slots[ABOVE, slot] = LARGEST
    for thread in range(n_threads):
        least = state.scratch[thread, FOUND, 0]
        slots[ABOVE, slot] = min(slots[ABOVE, slot], least)
    slots[DROP, slot] = 0
    slots[COLLECTED_ABOVE_AT, slot] = state.progress[CLOCK]
    slots[WRITTEN_AT, slot] = state.progress[CLOCK]
    update_bound_of_slot(slots, state.bounds, slot)
