"""Bounds of losses, by segment.

A pair belongs to the slot of the greater number. For every segment of slots before it,
a slot has a lower bound of the losses of its pairs there, the partner that promises it,
and a bound of the rest. Whatever changes an affinity lowers what it touches; a bound
that has sunk too far to be of use is found anew by `search`.
"""

import numpy as np

from brownclust._kernels.jit.compilation import Array, Int, inlined_kernel, inner_kernel
from brownclust._kernels.tree.entropy import Entropies
from brownclust._kernels.tree.losses import (
    estimate_losses,
    forget_counts,
    loss_in_row,
    two_least_losses,
)
from brownclust._kernels.tree.state import (
    BOUND,
    CLOCK,
    CLUSTER,
    COLLECTED,
    COLLECTED_ABOVE,
    ESTIMATE,
    FREE,
    LARGEST,
    LEAST,
    OWN_FALL,
    PARTNER,
    REST,
    ROW,
    SEGMENT_BITS,
    SETTLED,
    TWO,
    WRITTEN,
    ZERO,
    Window,
)
from brownclust._kernels.tree.workers import (
    BOUND_PAIRS,
    COST_OF_SLOT,
    begin_round,
    end_round,
    is_shared,
)


@inner_kernel
def lower_bound(bounds: Array, segment: Int, slot: Int, fall: Int) -> Int:
    """Lower a bound by `fall` <= 0, and return it."""
    bounds[LEAST, segment, slot] += fall
    bounds[REST, segment, slot] += fall
    bounds[SETTLED, segment, slot] = 0
    return bounds[LEAST, segment, slot]


@inner_kernel
def lower_bounds(
    slots: Array,
    bounds: Array,
    least_new: Array,
    segment: Int,
    names: Array,
    drops: Array,
) -> None:
    """Lower the bounds of the named slots by their drops, and zero these.

    The slots' own bounds follow with `take_new_bounds`. O(names).
    """
    for t in range(names.size):
        j = np.int64(names[t])
        if drops[j] < 0:
            if slots[CLUSTER, j] != FREE:
                bound = lower_bound(bounds, segment, j, drops[j])
                least_new[j] = min(least_new[j], bound)
            drops[j] = 0


@inner_kernel
def take_own_falls(slots: Array, bounds: Array, slot: Int) -> None:
    """Lower a slot's bounds by what changes of its own row took off; O(segments)."""
    for segment in range(bounds.shape[1]):
        fall = bounds[OWN_FALL, segment, slot]
        if fall < 0:
            bounds[OWN_FALL, segment, slot] = 0
            if slots[CLUSTER, slot] != FREE:
                bound = lower_bound(bounds, segment, slot, fall)
                slots[BOUND, slot] = min(slots[BOUND, slot], bound)


@inner_kernel
def take_new_bounds(bound: Array, least_new: Array) -> None:
    """Let the slots' bounds fall with those in segments; O(n), vectorised."""
    for i in range(bound.size):
        bound[i] = min(bound[i], least_new[i])
        least_new[i] = LARGEST


@inner_kernel
def collect_shares(
    affinity: Array, written: Array, slot: Int, begin: Int, end: Int, since: Int
) -> None:
    """Take the shares of S(slot, begin ... end - 1) in those rows into its own.

    O(end - begin), but only rows written since then cost a cache line each.
    """
    for j in range(begin, end):
        if written[j] > since:
            affinity[slot, j] += affinity[j, slot]
            affinity[j, slot] = 0


@inner_kernel
def settle_own_pairs(
    entropies: Entropies,
    slots: Array,
    bounds: Array,
    scratch: Array,
    row: Array,
    slot: Int,
    segment: Int,
    begin: Int,
    end: Int,
) -> None:
    """Settle the pairs of a slot with those of a segment before it, once estimated."""
    own = slots[CLUSTER, slot]
    partner, loss, rest = two_least_losses(
        entropies, slots, scratch, row, slot, own, begin, end, TWO
    )
    bounds[PARTNER, segment, slot] = partner
    bounds[LEAST, segment, slot] = loss
    bounds[REST, segment, slot] = rest
    bounds[SETTLED, segment, slot] = 1


@inner_kernel
def bound_others_pairs(
    entropies: Entropies,
    slots: Array,
    bounds: Array,
    scratch: Array,
    row: Array,
    slot: Int,
    segment: Int,
    begin: Int,
    end: Int,
) -> None:
    """Bound the pairs of a slot, of this segment, with those after it, once estimated.

    The loss is computed where it could be the other slot's least or second, or as
    little as the least: then the two may have to be told apart by their ids.
    """
    estimates = scratch[ESTIMATE]
    least = bounds[LEAST, segment]
    rest = bounds[REST, segment]
    partner = bounds[PARTNER, segment]
    settled = bounds[SETTLED, segment]
    for j in range(begin, end):
        if slots[CLUSTER, j] == FREE:
            continue
        is_partner = partner[j] == slot or slots[CLUSTER, max(partner[j], ZERO)] == FREE
        may_matter = estimates[j] < rest[j] or estimates[j] <= least[j]
        if not is_partner and not may_matter:
            continue
        loss = loss_in_row(entropies, slots, scratch, row, slot, j)
        if loss < least[j]:
            if not is_partner:
                rest[j] = least[j]
            least[j] = loss
            partner[j] = slot
            settled[j] = 1
            slots[BOUND, j] = min(slots[BOUND, j], loss)
        elif is_partner:
            partner[j] = slot
            settled[j] = 0
        else:
            rest[j] = min(rest[j], loss)
            if loss == least[j]:
                settled[j] = 0


@inner_kernel
def estimate_segment(
    window: Window, scratch: Array, slot: Int, begin: Int, end: Int
) -> None:
    """Estimate the losses of an attached slot's pairs with begin ... end - 1."""
    estimate_losses(
        window.slots,
        window.pool,
        window.log_size,
        window.entropies.unit,
        scratch,
        window.affinity[slot],
        slot,
        begin,
        end,
    )


@inner_kernel
def bound_own_pairs(window: Window, scratch: Array, segment: Int, slot: Int) -> None:
    """Settle the pairs of a slot with slots of a segment before it; O(their number)."""
    bits = window.progress[SEGMENT_BITS]
    begin = segment << bits
    end = min(begin + (1 << bits), slot)
    estimate_segment(window, scratch, slot, begin, end)
    settle_own_pairs(
        window.entropies,
        window.slots,
        window.bounds,
        scratch,
        window.affinity[slot],
        slot,
        segment,
        begin,
        end,
    )
    forget_counts(scratch, begin, end)


@inlined_kernel
def bound_segment(window: Window, scratch: Array, segment: Int, slot: Int) -> None:
    """Bring the slot's row up to date in a segment, and bound its pairs there afresh.

    What the row grows by is taken from the scratch rows of all threads, and zeroed.
    O(slots of the segment).
    """
    slots = window.slots
    row = window.affinity[slot]
    bits = window.progress[SEGMENT_BITS]
    begin = segment << bits
    end = min(begin + (1 << bits), row.size)
    below_end = max(begin, min(end, slot))
    above_begin = max(begin, slot + 1)
    collect_shares(
        window.affinity,
        slots[WRITTEN],
        slot,
        begin,
        below_end,
        window.bounds[COLLECTED, segment, slot],
    )
    collect_shares(
        window.affinity,
        slots[WRITTEN],
        slot,
        above_begin,
        end,
        slots[COLLECTED_ABOVE, slot],
    )
    window.bounds[COLLECTED, segment, slot] = window.progress[CLOCK]
    cells = row[begin:end]
    for thread in range(window.scratch.shape[0]):
        growth = window.scratch[thread, ROW, begin:end]
        for t in range(cells.size):
            cells[t] += growth[t]
            growth[t] = 0
    estimate_segment(window, scratch, slot, begin, end)
    if begin < slot:
        settle_own_pairs(
            window.entropies,
            slots,
            window.bounds,
            scratch,
            row,
            slot,
            segment,
            begin,
            below_end,
        )
    bound_others_pairs(
        window.entropies,
        slots,
        window.bounds,
        scratch,
        row,
        slot,
        slot >> bits,
        above_begin,
        end,
    )
    forget_counts(scratch, begin, end)


@inner_kernel
def take_least_bound(slots: Array, bounds: Array, slot: Int) -> None:
    """Make the slot's bound the least of those in segments; O(segments)."""
    least = LARGEST
    for segment in range(bounds.shape[1]):
        least = min(least, bounds[LEAST, segment, slot])
    slots[BOUND, slot] = least


@inner_kernel
def bound_share(window: Window, thread: Int, slot: Int, n_threads: Int) -> None:
    """Bound a slot's pairs afresh in every so-manieth segment."""
    segment = thread
    while segment < window.bounds.shape[1]:
        bound_segment(window, window.scratch[thread], segment, slot)
        segment += n_threads


@inner_kernel
def bound_all_pairs(window: Window, slot: Int) -> None:
    """Bring the row of a slot up to date, and bound all its pairs afresh; O(n)."""
    slots = window.slots
    team = window.team
    n_threads = window.scratch.shape[0]
    if is_shared(team, n_threads, COST_OF_SLOT * slots.shape[1]):
        begin_round(team, BOUND_PAIRS, slot, ZERO, ZERO)
        bound_share(window, ZERO, slot, n_threads)
        end_round(team, n_threads)
    else:
        bound_share(window, ZERO, slot, np.int64(1))
    slots[COLLECTED_ABOVE, slot] = window.progress[CLOCK]
    slots[WRITTEN, slot] = window.progress[CLOCK]
    take_least_bound(slots, window.bounds, slot)
