"""Losses of the pairs of one slot, and which of them are least.

What a pair loses is its affinity, the terms of the two with themselves, and the
marginals' term. `estimate_losses` bounds it for many pairs at once without a logarithm
or a look at a table, and the loss itself is computed only where that leaves a chance.
"""

import numpy as np

from brownclust._kernels.jit.compilation import Array, Bool, Int, inner_kernel
from brownclust._kernels.tree.context_lists import count_at, find, list_end
from brownclust._kernels.tree.entropy import Entropies, marginal, self_terms
from brownclust._kernels.tree.state import (
    BACKWARD,
    CLUSTER,
    COUNT,
    ESTIMATE,
    FORWARD,
    FREE,
    LARGEST,
    MASS,
    PREDECESSORS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    Window,
)


@inner_kernel
def spread_counts(
    slots: Array,
    pool: Array,
    direction: Int,
    slot: Int,
    begin: Int,
    end: Int,
    row: Array,
) -> None:
    """row[k] = the count with context k, begin <= k < end; O(contexts there)."""
    at = find(slots, pool, direction, slot, begin)
    stop = list_end(slots, direction, slot)
    while at < stop and pool[SLOT, at] < end:
        row[pool[SLOT, at]] = pool[COUNT, at]
        at += 1


@inner_kernel
def estimate_losses(
    slots: Array,
    pool: Array,
    log_size: Array,
    unit: float,
    scratch: Array,
    row: Array,
    slot: Int,
    begin: Int,
    end: Int,
) -> None:
    """scratch[ESTIMATE, j] <= loss of the pair with j, begin <= j < end, S in row[j].

    For n <= N: log2(1 + N/n) = log2 N - log2 n + log2(1 + n/N), and
    log2(1 + x) >= 2 / ln 2 * x / (2 + x), short by x**3 / 12 of it. The self terms,
    less the mutual information of a table of two by two, take off no more than a bit
    for each of its counts. O(end - begin), vectorised; leaves the counts with j in
    FORWARD and BACKWARD.
    """
    forward = scratch[FORWARD]
    backward = scratch[BACKWARD]
    spread_counts(slots, pool, SUCCESSORS, slot, begin, end, forward)
    spread_counts(slots, pool, PREDECESSORS, slot, begin, end, backward)
    size = float(slots[SIZE, slot])
    mass = float(slots[MASS, slot])
    own = slots[SELF_COUNT, slot]
    own_log = log_size[slot]
    unit_below = unit * (1.0 - 1e-11)
    # Slices that start at `begin` spare Numba its test for negative indices.
    clusters = slots[CLUSTER, begin:end]
    sizes = slots[SIZE, begin:end]
    masses = slots[MASS, begin:end]
    self_counts = slots[SELF_COUNT, begin:end]
    log_sizes = log_size[begin:end]
    followed = forward[begin:end]
    preceded = backward[begin:end]
    affinities = row[begin:end]
    estimates = scratch[ESTIMATE, begin:end]
    for t in range(clusters.size):
        other = float(sizes[t])
        other_mass = float(masses[t])
        small = min(size, other)
        large = max(size, other)
        small_mass = mass if size < other else other_mass
        tail = 2.8853900817779268 * small / (2.0 * large + small)
        bits = small_mass * abs(log_sizes[t] - own_log) + (mass + other_mass) * tail
        value = affinities[t] + np.int64(bits * unit_below) - 1
        both = min(followed[t], preceded[t])
        selves = min(own, self_counts[t])
        together = followed[t] + preceded[t] + own + self_counts[t]
        if max(both, selves) > 0:
            value -= np.int64(float(together) * unit) + 8
        estimates[t] = value if clusters[t] != FREE else LARGEST
    if begin <= slot < end:
        scratch[ESTIMATE, slot] = LARGEST


@inner_kernel
def forget_counts(scratch: Array, begin: Int, end: Int) -> None:
    """Zero what `estimate_losses` left behind."""
    for k in range(begin, end):
        scratch[FORWARD, k] = 0
        scratch[BACKWARD, k] = 0


@inner_kernel
def loss_of_pair(
    entropies: Entropies,
    slots: Array,
    slot: Int,
    j: Int,
    affinity: Int,
    forward: Int,
    backward: Int,
) -> Int:
    """The loss of two slots, given S, c(slot, j) and c(j, slot)."""
    loss = affinity + marginal(
        slots[SIZE, slot],
        slots[MASS, slot],
        slots[SIZE, j],
        slots[MASS, j],
        entropies.unit,
    )
    own = slots[SELF_COUNT, slot]
    other = slots[SELF_COUNT, j]
    if min(own, other) > 0 or min(forward, backward) > 0:
        loss += self_terms(entropies, own, forward, backward, other)
    return loss


@inner_kernel
def loss_in_row(
    entropies: Entropies, slots: Array, scratch: Array, row: Array, slot: Int, j: Int
) -> Int:
    """The loss of the pair with j, once its loss has been estimated."""
    return loss_of_pair(
        entropies, slots, slot, j, row[j], scratch[FORWARD, j], scratch[BACKWARD, j]
    )


@inner_kernel
def loss_of_attached(window: Window, i: Int, j: Int) -> Int:
    """The loss of two attached slots, afresh; O(log length)."""
    slots = window.slots
    return loss_of_pair(
        window.entropies,
        slots,
        i,
        j,
        window.affinity[i, j] + window.affinity[j, i],
        count_at(slots, window.pool, SUCCESSORS, i, j),
        count_at(slots, window.pool, PREDECESSORS, i, j),
    )


@inner_kernel
def precedes(a: Int, b: Int, c: Int, d: Int) -> Bool:
    """Whether the pair of ids (a, b) comes before (c, d) in a tie."""
    return min(a, b) < min(c, d) or (min(a, b) == min(c, d) and max(a, b) < max(c, d))


@inner_kernel
def first_least(values: Array) -> Int:
    """Where the least value stands first, -1 if none is below LARGEST."""
    least = LARGEST
    for t in range(values.size):
        least = min(least, values[t])
    if least < LARGEST:
        for t in range(values.size):
            if values[t] == least:
                return t
    return -1


@inner_kernel
def two_least_losses(
    entropies: Entropies,
    slots: Array,
    scratch: Array,
    row: Array,
    slot: Int,
    own: Int,
    begin: Int,
    end: Int,
    n_wanted: Int,
) -> tuple[Int, Int, Int]:
    """The partner of least loss, begin <= partner < end; the loss; the second least.

    Ties go to the lesser ids, `own` being that of the slot's cluster. Of one or two
    wanted, those of least estimate are looked at first; their losses leave few others
    a chance. Uses up the estimates. Partner -1 and LARGEST if there is none.
    """
    estimates = scratch[ESTIMATE, begin:end]
    partner = np.int64(-1)
    best = LARGEST
    second = LARGEST
    n_seen = 0
    t = 0
    while True:
        if n_seen < n_wanted:
            at = first_least(estimates)
            if at < 0:
                break
        else:
            limit = min(LARGEST - 1, second if n_wanted > 1 else best)
            while t < estimates.size and estimates[t] > limit:
                t += 1
            if t == estimates.size:
                break
            at = t
        n_seen += 1
        estimates[at] = LARGEST
        j = begin + at
        loss = loss_in_row(entropies, slots, scratch, row, slot, j)
        cluster = slots[CLUSTER, j]
        if loss < best or (
            loss == best and precedes(own, cluster, own, slots[CLUSTER, partner])
        ):
            partner = np.int64(j)
            second = best
            best = loss
        else:
            second = min(second, loss)
    return partner, best, second
