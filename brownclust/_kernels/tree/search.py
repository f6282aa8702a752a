"""Find the pair of least loss: bounds in doubt are tightened, the lowest first."""

from brownclust._kernels.jit.compilation import inlined_kernel, inner_kernel
from brownclust._kernels.tree.bounds import (
    collect_halves,
    estimate_segment,
    min_bound,
    update_bound_of_slot,
)
from brownclust._kernels.tree.context_lists import list_end
from brownclust._kernels.tree.losses import (
    loss_of_inserted,
    two_best_losses,
)
from brownclust._kernels.tree.stale_slots import bound_stale_slots, worst_delta
from brownclust._kernels.tree.state import (
    BEST,
    BOUND,
    CLOCK,
    CLUSTER,
    COLLECTED_AT,
    FOUND,
    FREE,
    GROUP_MIN,
    IS_EXACT,
    LARGEST,
    LIST_START,
    N_RESCANS,
    ONE,
    PARTNER,
    SECOND_BEST,
    SEGMENT_BITS,
    SLOT,
    TWO,
    WRITTEN_AT,
    ZERO,
    State,
)
from brownclust._kernels.tree.ties import precedes
from brownclust._kernels.tree.types import int64
from brownclust._kernels.tree.workers import (
    COST_OF_SLOT,
    RESCAN,
    begin_round,
    end_round,
    finish_chunk,
    is_parallel,
    take_chunk,
)

GROUP = 64
"""Slots whose least bound is kept while a pair is sought.

After a bound has risen, the least of all is found among the groups and one group: 80
numbers, not 1000, at a window of 1000.
"""

NOT_EXACT = -2
"""In place of a partner: there may be one, or none."""


@inner_kernel
def rescan_chunk(
    state: State, thread: int, segment: int, slot: int, n_threads: int
) -> None:
    """Find the two best losses of the slot's own pairs in a thread's part of a segment.

    They go to FOUND in the thread's scratch. O(slots of the part).
    """
    bits = state.progress[SEGMENT_BITS]
    begin = segment << bits
    n_own = min(1 << bits, slot - begin)
    first = begin + n_own * thread // n_threads
    end = begin + n_own * (thread + 1) // n_threads
    scratch = state.scratch[thread]
    collect_halves(
        state.overlap,
        state.slots[WRITTEN_AT],
        slot,
        first,
        end,
        state.bounds[COLLECTED_AT, segment, slot],
    )
    estimate_segment(state, scratch, slot, first, end)
    own = state.slots[CLUSTER, slot]
    row = state.overlap[slot]
    partner, best, second_best = two_best_losses(
        state.entropies,
        state.slots,
        state.pool,
        scratch,
        row,
        slot,
        own,
        first,
        end,
        TWO,
    )
    scratch[FOUND, 0] = partner
    scratch[FOUND, 1] = best
    scratch[FOUND, 2] = second_best


@inlined_kernel
def rescan(state: State, segment: int, slot: int) -> None:
    """Compute the slot's bounds in a segment again, from all losses; O(its slots).

    Halves move from other rows into the slot's row, which therefore counts as written.
    The clock goes up first: a row collected at the time it shows would miss them.
    """
    slots = state.slots
    bounds = state.bounds
    progress = state.progress
    n_threads = state.scratch.shape[0]
    n_own = min(1 << progress[SEGMENT_BITS], slot - (segment << progress[SEGMENT_BITS]))
    progress[CLOCK] += 1
    if is_parallel(state.workers, n_threads, COST_OF_SLOT * n_own):
        begin_round(state.workers, RESCAN, n_threads, segment, slot, ZERO)
        chunk = take_chunk(state.workers)
        while chunk >= 0:
            rescan_chunk(state, chunk, segment, slot, n_threads)
            chunk = finish_chunk(state.workers)
        end_round(state.workers)
    else:
        n_threads = 1
        rescan_chunk(state, ZERO, segment, slot, ONE)
    own = slots[CLUSTER, slot]
    partner = int64(-1)
    best = LARGEST
    second_best = LARGEST
    for thread in range(n_threads):
        found = state.scratch[thread, FOUND]
        if found[1] < best or (
            found[1] == best
            and found[0] >= 0
            and precedes(own, slots[CLUSTER, found[0]], own, slots[CLUSTER, partner])
        ):
            second_best = min(best, found[2])
            partner = found[0]
            best = found[1]
        else:
            second_best = min(second_best, found[1])
    bounds[PARTNER, segment, slot] = partner
    bounds[BEST, segment, slot] = best
    bounds[SECOND_BEST, segment, slot] = second_best
    bounds[IS_EXACT, segment, slot] = 1
    bounds[COLLECTED_AT, segment, slot] = progress[CLOCK]
    slots[WRITTEN_AT, slot] = progress[CLOCK]
    progress[N_RESCANS] += 1


@inner_kernel
def tighten(state: State, segment: int, slot: int) -> None:
    """Raise a slot's bound in a segment, or find that it is exact.

    A look at the partner, O(log length), mostly does: its loss is exact if it is below
    the second bound, and else the second bound is the new one. Only if that has been
    used up are all losses computed again.
    """
    bounds = state.bounds
    partner = bounds[PARTNER, segment, slot]
    loss = LARGEST
    if partner >= 0 and state.slots[CLUSTER, partner] != FREE:
        loss = loss_of_inserted(state, slot, partner)
    if bounds[IS_EXACT, segment, slot] == 0 or loss != bounds[BEST, segment, slot]:
        second_best = bounds[SECOND_BEST, segment, slot]
        if loss < second_best:
            bounds[BEST, segment, slot] = loss
            bounds[IS_EXACT, segment, slot] = 1
        elif bounds[BEST, segment, slot] < second_best:
            bounds[BEST, segment, slot] = second_best
            bounds[IS_EXACT, segment, slot] = 0
        else:
            rescan(state, segment, slot)


@inner_kernel
def has_loss_within(state: State, slot: int, limit: int) -> bool:
    """Whether a pair that the slot owns has a loss <= limit.

    If not, the slot's bound is above the limit afterwards. Costs a few calls of
    `tighten` for every segment whose bound is at most the limit.
    """
    bounds = state.bounds
    is_found = False
    for segment in range((slot >> state.progress[SEGMENT_BITS]) + 1):
        while bounds[BEST, segment, slot] <= limit and not is_found:
            tighten(state, segment, slot)
            is_found = (
                bounds[IS_EXACT, segment, slot] == 1
                and bounds[BEST, segment, slot] <= limit
            )
    update_bound_of_slot(state.slots, bounds, slot)
    return is_found


@inlined_kernel
def tighten_least(state: State, slot: int, least: int) -> int:
    """Tighten those bounds of a slot that are `least`.

    Returns the partner of a pair with that loss, of the lowest id if there are several.
    Returns NOT_EXACT if any such bound was too low.
    """
    slots = state.slots
    bounds = state.bounds
    own = slots[CLUSTER, slot]
    partner = int64(-1)
    all_exact = True
    for segment in range((slot >> state.progress[SEGMENT_BITS]) + 1):
        if bounds[BEST, segment, slot] == least:
            tighten(state, segment, slot)
            found = bounds[PARTNER, segment, slot]
            if (
                bounds[IS_EXACT, segment, slot] == 0
                or bounds[BEST, segment, slot] != least
            ):
                all_exact = False
            elif partner < 0 or precedes(
                own, slots[CLUSTER, found], own, slots[CLUSTER, partner]
            ):
                partner = found
    update_bound_of_slot(slots, bounds, slot)
    return partner if all_exact else int64(NOT_EXACT)


@inner_kernel
def find_best_bounded_pair(state: State) -> tuple[int, int, int]:
    """The pair of least loss, and that loss; without the pairs that only ABOVE bounds.

    A bound that is not exact may hide a tie, so bounds are tightened until all that are
    least are losses. Ties go to the lower ids. O(n), and for every slot whose bounds
    were tightened the groups and one group.
    """
    slots = state.slots
    bound = slots[BOUND]
    n = bound.size
    n_groups = (n + GROUP - 1) // GROUP
    groups = state.scratch[0, GROUP_MIN, :n_groups]
    for group in range(n_groups):
        groups[group] = min_bound(bound[group * GROUP : (group + 1) * GROUP])
    while True:
        least = min_bound(groups)
        best = int64(-1)
        partner = int64(-1)
        all_exact = True
        for group in range(n_groups):
            if groups[group] != least:
                continue
            for i in range(group * GROUP, min((group + 1) * GROUP, n)):
                if bound[i] == least:
                    j = tighten_least(state, int64(i), least)
                    if j == NOT_EXACT:
                        all_exact = False
                    elif best < 0 or precedes(
                        slots[CLUSTER, i],
                        slots[CLUSTER, j],
                        slots[CLUSTER, best],
                        slots[CLUSTER, partner],
                    ):
                        best = int64(i)
                        partner = j
            groups[group] = min_bound(bound[group * GROUP : (group + 1) * GROUP])
        if all_exact:
            return best, partner, least


@inlined_kernel
def find_best_pair(state: State) -> tuple[int, int, int]:
    """The pair of least loss of all inserted slots, and that loss.

    Cost: that of `find_best_bounded_pair`, and of bounding some stale slots.
    """
    while True:
        best, partner, least = find_best_bounded_pair(state)
        if not bound_stale_slots(state, least):
            return best, partner, least


@inlined_kernel
def beats_all_pairs(state: State, slot: int, loss: int) -> bool:
    """Whether `loss`, of a pair with the pending slot, is below all other pairs'.

    Their overlaps do not have the pending slot as a context yet. It would lower only
    those of pairs of its own contexts, and by no more than `worst_delta`. So all bounds
    must be above `loss`, those of its contexts by that much; bounds that are not are
    tightened. O(n), and what tightening costs.
    """
    slots = state.slots
    pool = state.pool
    limit = loss - worst_delta(state.entropies, slots, pool, slot)
    bound_stale_slots(state, limit)
    if min_bound(slots[BOUND]) <= loss:
        for i in range(slots.shape[1]):
            if slots[BOUND, i] <= loss and has_loss_within(state, int64(i), loss):
                return False
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            context = int64(pool[SLOT, t])
            if slots[BOUND, context] <= limit and has_loss_within(
                state, context, limit
            ):
                return False
    return True
