"""Losses of the pairs of one slot, and which of them are the least.

The loss of a pair is its overlap, plus the terms of the two with themselves, plus the
marginal term. `estimate_losses` bounds it from below for many pairs at once, without a
logarithm or a look at a table. The loss itself is computed only for pairs that could be
the least by that bound.
"""

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.tree.context_lists import (
    count_of_context,
    find_context,
    list_end,
)
from brownclust._kernels.tree.entropy import LOG2_E, Entropies, marginal, self_terms
from brownclust._kernels.tree.state import (
    CLUSTER,
    COUNT,
    COUNTS,
    ESTIMATE,
    FREE,
    LARGEST,
    NEIGHBOUR_TOTAL,
    PREDECESSORS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    State,
)
from brownclust._kernels.tree.ties import precedes
from brownclust._kernels.tree.types import Pool, Reals, Row, Scratch, Slots, int64

# What keeps an estimate below a loss although both are rounded. The proofs are in
# docs/algorithm.md, section "Rounding slack".

RELATIVE_SLACK = 1e-11
"""Fraction by which the estimated marginal term is lowered.

The float64 operations of both sides err by less than 2e-14 of that term, but for one:
1 + n/N is rounded to 2**-53, so that its logarithm errs by N/n times that. This covers
it while n/N > 1.2e-5.
"""

ROUNDING_SLACK = 16
"""Units, for 1 + n/N where n/N is smaller: there the loss can err by 185 / log2(T).

So small a fraction needs T > 83,000 tokens, hence at most 11.4 units. Rounding to units
needs no slack: the loss rounds to the nearest, the estimate down.
"""

SELF_TERMS_SLACK = 8
"""Units. The self terms are nine entropies, each rounded by half a unit: 4.5.

The rest covers their float64 errors while the sum of the four counts, times 2**scale,
is below 2**51.
"""


@inner_kernel
def lower_by_self_terms(
    slots: Slots,
    pool: Pool,
    unit: float,
    scratch: Scratch,
    slot: int,
    begin: int,
    end: int,
) -> None:
    """Lower the estimates of pairs that have self terms, by the most these can be.

    The self terms are minus the mutual information of a table of two by two, which is
    at most one bit, times the sum of the table. They are zero unless both slots have a
    count with themselves, or each follows the other. O(contexts in begin ... end - 1),
    and O(end - begin) if the slot has a count with itself.
    """
    estimates = scratch[ESTIMATE]
    selves = slots[SELF_COUNT]
    clusters = slots[CLUSTER]
    own = selves[slot]
    bits = int64(unit)
    if own > 0:
        for j in range(begin, end):
            if selves[j] > 0 and clusters[j] != FREE:
                estimates[j] -= (own + selves[j]) * bits + SELF_TERMS_SLACK
    preceding = scratch[COUNTS]
    first = find_context(slots, pool, PREDECESSORS, slot, begin)
    stop = list_end(slots, PREDECESSORS, slot)
    at = first
    while at < stop and pool[SLOT, at] < end:
        preceding[pool[SLOT, at]] = pool[COUNT, at]
        at += 1
    t = find_context(slots, pool, SUCCESSORS, slot, begin)
    list_stop = list_end(slots, SUCCESSORS, slot)
    while t < list_stop and pool[SLOT, t] < end:
        j = int64(pool[SLOT, t])
        if clusters[j] != FREE:
            has_own = min(own, selves[j]) > 0
            if preceding[j] > 0 and not has_own:
                estimates[j] -= (own + selves[j]) * bits + SELF_TERMS_SLACK
            if preceding[j] > 0 or has_own:
                estimates[j] -= int64(pool[COUNT, t]) * bits
                # Now the other direction, and not once more below.
                estimates[j] -= preceding[j] * bits
                preceding[j] = 0
        t += 1
    for u in range(first, at):
        j = int64(pool[SLOT, u])
        if min(own, selves[j]) > 0 and clusters[j] != FREE:
            estimates[j] -= preceding[j] * bits
        preceding[j] = 0


@inner_kernel
def estimate_losses(
    slots: Slots,
    pool: Pool,
    log_size: Reals,
    unit: float,
    scratch: Scratch,
    row: Row,
    slot: int,
    begin: int,
    end: int,
) -> None:
    """Set scratch[ESTIMATE, j] <= loss of the pair with j, begin <= j < end.

    row[j] is S(slot, j). LARGEST for the slot itself and for slots without a cluster.
    O(end - begin), vectorised, and O(contexts there).
    """
    size = float(slots[SIZE, slot])
    total = float(slots[NEIGHBOUR_TOTAL, slot])
    own_log = log_size[slot]
    unit_below = unit * (1.0 - RELATIVE_SLACK)
    # Slices that start at `begin` spare Numba its test for negative indices.
    clusters = slots[CLUSTER, begin:end]
    sizes = slots[SIZE, begin:end]
    totals = slots[NEIGHBOUR_TOTAL, begin:end]
    log_sizes = log_size[begin:end]
    overlaps = row[begin:end]
    estimates = scratch[ESTIMATE, begin:end]
    for t in range(clusters.size):
        # The marginal term needs log2(1 + N/n) and log2(1 + n/N), n the smaller size.
        # The first is log2 N - log2 n + log2(1 + n/N), of logarithms that are stored.
        # And log2(1 + x) >= 2 / ln 2 * x / (2 + x), the first term of a series of
        # positive ones: exact for small x, 4 % too low for x = 1.
        other = float(sizes[t])
        other_total = float(totals[t])
        small = min(size, other)
        large = max(size, other)
        small_total = total if size < other else other_total
        tail = 2.0 * LOG2_E * small / (2.0 * large + small)
        bits = small_total * abs(log_sizes[t] - own_log) + (total + other_total) * tail
        value = overlaps[t] + int64(bits * unit_below) - ROUNDING_SLACK
        estimates[t] = value if clusters[t] != FREE else LARGEST
    lower_by_self_terms(slots, pool, unit, scratch, slot, begin, end)
    if begin <= slot < end:
        scratch[ESTIMATE, slot] = LARGEST


@inner_kernel
def loss_of_pair(
    entropies: Entropies,
    slots: Slots,
    slot: int,
    j: int,
    overlap: int,
    forward: int,
    backward: int,
) -> int:
    """The loss of two slots, given S, c(slot, j) and c(j, slot)."""
    loss = overlap + marginal(
        slots[SIZE, slot],
        slots[NEIGHBOUR_TOTAL, slot],
        slots[SIZE, j],
        slots[NEIGHBOUR_TOTAL, j],
        entropies.unit,
    )
    own = slots[SELF_COUNT, slot]
    other = slots[SELF_COUNT, j]
    if min(own, other) > 0 or min(forward, backward) > 0:
        loss += self_terms(entropies, own, forward, backward, other)
    return loss


@inner_kernel
def loss_in_row(
    entropies: Entropies, slots: Slots, pool: Pool, row: Row, slot: int, j: int
) -> int:
    """The loss of two slots, row[j] being S(slot, j); O(log length)."""
    return loss_of_pair(
        entropies,
        slots,
        slot,
        j,
        row[j],
        count_of_context(slots, pool, SUCCESSORS, slot, j),
        count_of_context(slots, pool, PREDECESSORS, slot, j),
    )


@inner_kernel
def loss_of_inserted(state: State, i: int, j: int) -> int:
    """The loss of two inserted slots, computed from the state; O(log length)."""
    slots = state.slots
    return loss_of_pair(
        state.entropies,
        slots,
        i,
        j,
        state.overlap[i, j] + state.overlap[j, i],
        count_of_context(slots, state.pool, SUCCESSORS, i, j),
        count_of_context(slots, state.pool, PREDECESSORS, i, j),
    )


@inner_kernel
def first_minimum(values: Row) -> int:
    """Where the least value first is, -1 if none is below LARGEST."""
    least = LARGEST
    for t in range(values.size):
        least = min(least, values[t])
    if least < LARGEST:
        for t in range(values.size):
            if values[t] == least:
                return t
    return -1


@inner_kernel
def two_best_losses(
    entropies: Entropies,
    slots: Slots,
    pool: Pool,
    scratch: Scratch,
    row: Row,
    slot: int,
    own: int,
    begin: int,
    end: int,
    n_wanted: int,
) -> tuple[int, int, int]:
    """The best partner j, begin <= j < end; its loss; the second best loss.

    Ties go to the lower ids, `own` being the id of the slot's cluster. If only one is
    wanted, the second best loss may be too high. Partner -1 and LARGEST if there is
    none. Uses up the estimates. O(end - begin), and a loss for few of the pairs.
    """
    estimates = scratch[ESTIMATE, begin:end]
    partner = int64(-1)
    best = LARGEST
    second_best = LARGEST
    n_seen = 0
    t = 0
    while True:
        # The pairs of least estimate first: their losses rule out nearly all others.
        if n_seen < n_wanted:
            at = first_minimum(estimates)
            if at < 0:
                break
        else:
            limit = min(LARGEST - 1, second_best if n_wanted > 1 else best)
            while t < estimates.size and estimates[t] > limit:
                t += 1
            if t == estimates.size:
                break
            at = t
        n_seen += 1
        estimates[at] = LARGEST
        j = begin + at
        loss = loss_in_row(entropies, slots, pool, row, slot, j)
        cluster = slots[CLUSTER, j]
        if loss < best or (
            loss == best and precedes(own, cluster, own, slots[CLUSTER, partner])
        ):
            partner = int64(j)
            second_best = best
            best = loss
        else:
            second_best = min(second_best, loss)
    return partner, best, second_best
