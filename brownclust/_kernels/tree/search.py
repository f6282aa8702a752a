"""Which pair is least: bounds that stand in doubt are settled, lowest first."""

import numpy as np

from brownclust._kernels.jit.compilation import (
    Array,
    Bool,
    Int,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.bounds import (
    collect_shares,
    estimate_segment,
    take_least_bound,
)
from brownclust._kernels.tree.context_lists import list_end
from brownclust._kernels.tree.entropy import Entropies, shared
from brownclust._kernels.tree.losses import (
    forget_counts,
    loss_of_attached,
    precedes,
    two_least_losses,
)
from brownclust._kernels.tree.state import (
    BOUND,
    CLOCK,
    CLUSTER,
    COLLECTED,
    COUNT,
    FOUND,
    FREE,
    GROUP_LEAST,
    LARGEST,
    LEAST,
    LIST_START,
    N_RESCANS,
    ONE,
    PARTNER,
    REST,
    SEGMENT_BITS,
    SETTLED,
    SLOT,
    TWO,
    WRITTEN,
    ZERO,
    Window,
)
from brownclust._kernels.tree.workers import (
    COST_OF_SLOT,
    RESCAN,
    begin_round,
    end_round,
    is_shared,
)

GROUP = 64  # slots


@inner_kernel
def rescan_share(
    window: Window, thread: Int, segment: Int, slot: Int, n_threads: Int
) -> None:
    """Find the two least losses of the slot's own pairs in a part of a segment."""
    bits = window.progress[SEGMENT_BITS]
    begin = segment << bits
    n_own = min(1 << bits, slot - begin)
    first = begin + n_own * thread // n_threads
    end = begin + n_own * (thread + 1) // n_threads
    scratch = window.scratch[thread]
    collect_shares(
        window.affinity,
        window.slots[WRITTEN],
        slot,
        first,
        end,
        window.bounds[COLLECTED, segment, slot],
    )
    estimate_segment(window, scratch, slot, first, end)
    own = window.slots[CLUSTER, slot]
    row = window.affinity[slot]
    partner, least, rest = two_least_losses(
        window.entropies, window.slots, scratch, row, slot, own, first, end, TWO
    )
    forget_counts(scratch, first, end)
    scratch[FOUND, 0] = partner
    scratch[FOUND, 1] = least
    scratch[FOUND, 2] = rest


@inlined_kernel
def rescan(window: Window, segment: Int, slot: Int) -> None:
    """Find the least loss of the slot's own pairs in a segment; O(its slots).

    The row now has shares that others had: it counts as written.
    """
    slots = window.slots
    bounds = window.bounds
    progress = window.progress
    n_threads = window.scratch.shape[0]
    n_own = min(1 << progress[SEGMENT_BITS], slot - (segment << progress[SEGMENT_BITS]))
    progress[CLOCK] += 1
    if is_shared(window.team, n_threads, COST_OF_SLOT * n_own):
        begin_round(window.team, RESCAN, segment, slot, ZERO)
        rescan_share(window, ZERO, segment, slot, n_threads)
        end_round(window.team, n_threads)
    else:
        n_threads = 1
        rescan_share(window, ZERO, segment, slot, ONE)
    partner = np.int64(-1)
    least = LARGEST
    rest = LARGEST
    for thread in range(n_threads):
        found = window.scratch[thread, FOUND]
        if found[1] < least or (
            found[1] == least
            and found[0] >= 0
            and slots[CLUSTER, found[0]] < slots[CLUSTER, partner]
        ):
            rest = min(least, found[2])
            partner = found[0]
            least = found[1]
        else:
            rest = min(rest, found[1])
    bounds[PARTNER, segment, slot] = partner
    bounds[LEAST, segment, slot] = least
    bounds[REST, segment, slot] = rest
    bounds[SETTLED, segment, slot] = 1
    bounds[COLLECTED, segment, slot] = progress[CLOCK]
    slots[WRITTEN, slot] = progress[CLOCK]
    progress[N_RESCANS] += 1


@inner_kernel
def settle(window: Window, segment: Int, slot: Int) -> None:
    """Raise the bound in a segment as far as is cheap; settle it if it is a loss.

    A look at the partner, O(log length), mostly does; else a rescan.
    """
    bounds = window.bounds
    partner = bounds[PARTNER, segment, slot]
    loss = LARGEST
    if partner >= 0 and window.slots[CLUSTER, partner] != FREE:
        loss = loss_of_attached(window, slot, partner)
    if bounds[SETTLED, segment, slot] == 0 or loss != bounds[LEAST, segment, slot]:
        rest = bounds[REST, segment, slot]
        if loss < rest:
            bounds[LEAST, segment, slot] = loss
            bounds[SETTLED, segment, slot] = 1
        elif bounds[LEAST, segment, slot] < rest:
            bounds[LEAST, segment, slot] = rest
            bounds[SETTLED, segment, slot] = 0
        else:
            rescan(window, segment, slot)


@inner_kernel
def has_loss_within(window: Window, slot: Int, limit: Int) -> Bool:
    """Whether a pair of the slot's own has a loss <= `limit`; else its bound is above.

    Costs a `settle` or a few for every segment whose bound is not above the limit.
    """
    bounds = window.bounds
    is_found = False
    for segment in range((slot >> window.progress[SEGMENT_BITS]) + 1):
        while bounds[LEAST, segment, slot] <= limit and not is_found:
            settle(window, segment, slot)
            is_found = (
                bounds[SETTLED, segment, slot] == 1
                and bounds[LEAST, segment, slot] <= limit
            )
    take_least_bound(window.slots, bounds, slot)
    return is_found


@inner_kernel
def least_bound(bound: Array) -> Int:
    """The least bound of all slots; O(n), vectorised."""
    least = LARGEST
    for i in range(bound.size):
        least = min(least, bound[i])
    return least


@inlined_kernel
def settle_least(window: Window, slot: Int, least: Int) -> Int:
    """Settle what bounds of a slot are `least`; the partner of such a loss, or -1.

    Returns -2 if a bound turned out not to be a loss. Ties go to the lesser ids.
    """
    slots = window.slots
    bounds = window.bounds
    partner = np.int64(-1)
    is_settled = True
    for segment in range((slot >> window.progress[SEGMENT_BITS]) + 1):
        if bounds[LEAST, segment, slot] == least:
            settle(window, segment, slot)
            found = bounds[PARTNER, segment, slot]
            if (
                bounds[SETTLED, segment, slot] == 0
                or bounds[LEAST, segment, slot] != least
            ):
                is_settled = False
            elif partner < 0 or slots[CLUSTER, found] < slots[CLUSTER, partner]:
                partner = found
    take_least_bound(slots, bounds, slot)
    return partner if is_settled else np.int64(-2)


@inlined_kernel
def least_pair(window: Window) -> tuple[Int, Int, Int]:
    """The pair of least loss, of all, and that loss.

    A bound that is not settled may hide a tie, so settle until every one that is
    least is a loss; ties go to the lesser ids. O(n), and for every bound settled the
    groups of slots and one group.
    """
    slots = window.slots
    bound = slots[BOUND]
    n = bound.size
    n_groups = (n + GROUP - 1) // GROUP
    groups = window.scratch[0, GROUP_LEAST, :n_groups]
    for group in range(n_groups):
        groups[group] = least_bound(bound[group * GROUP : (group + 1) * GROUP])
    while True:
        least = least_bound(groups)
        best = np.int64(-1)
        partner = np.int64(-1)
        all_settled = True
        for group in range(n_groups):
            if groups[group] != least:
                continue
            for i in range(group * GROUP, min((group + 1) * GROUP, n)):
                if bound[i] == least:
                    j = settle_least(window, np.int64(i), least)
                    if j == -2:
                        all_settled = False
                    elif best < 0 or precedes(
                        slots[CLUSTER, i],
                        slots[CLUSTER, j],
                        slots[CLUSTER, best],
                        slots[CLUSTER, partner],
                    ):
                        best = np.int64(i)
                        partner = j
            groups[group] = least_bound(bound[group * GROUP : (group + 1) * GROUP])
        if all_settled:
            return best, partner, least


@inlined_kernel
def worst_fall(entropies: Entropies, slots: Array, pool: Array, slot: Int) -> Int:
    """The most that a detached slot, as a context, takes off a pair's loss."""
    fall = 0
    for direction in range(2):
        first = ZERO
        second = ZERO
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            count = np.int64(pool[COUNT, t])
            if count > first:
                second = first
                first = count
            elif count > second:
                second = count
        fall += shared(entropies, first, second) - 4
    return fall


@inlined_kernel
def beats_all_pairs(window: Window, slot: Int, loss: Int) -> Bool:
    """Whether no pair of attached slots loses as little as `loss`.

    A detached slot, as a context, brings closer only pairs of its own
    contexts. Bounds that leave a doubt are settled.
    """
    slots = window.slots
    pool = window.pool
    if least_bound(slots[BOUND]) <= loss:
        for i in range(slots.shape[1]):
            if slots[BOUND, i] <= loss and has_loss_within(window, np.int64(i), loss):
                return False
    limit = loss - worst_fall(window.entropies, slots, pool, slot)
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            context = np.int64(pool[SLOT, t])
            if slots[BOUND, context] <= limit and has_loss_within(
                window, context, limit
            ):
                return False
    return True
