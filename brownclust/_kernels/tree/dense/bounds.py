"""Bounds of the losses of inserted slots: near pairs one by one, far ones together."""

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.jit.intrinsics import lesser
from brownclust._kernels.tree.dense.losses import (
    bits_to_reach,
    bound_of_pair,
)
from brownclust._kernels.tree.dense.minima import (
    first_minimum,
    least_value,
    list_not_above,
    next_not_above,
)
from brownclust._kernels.tree.dense.sketches import sketch_row, sketched_loss
from brownclust._kernels.tree.dense.state import (
    BOUND,
    BUDGET,
    FAR_BOUND,
    FAR_BOUNDS,
    FAR_DROP,
    FAR_LIMIT,
    LARGEST_COUNT,
    LARGEST_RATE,
    LEVEL,
    N_NEAR,
    NEAR_DROP,
    PENALTY,
    RECIPROCAL,
    ROW_ESTIMATE,
    WIDTH,
    DenseState,
)
from brownclust._kernels.tree.state import CLUSTER, LARGEST, ZERO
from brownclust._kernels.tree.ties import precedes
from brownclust._kernels.tree.types import Reals, int64

MARGIN = 0.5
"""A far bound is to be above 1 + this * WIDTH times the mean loss of merges."""

MANY_LOW = 192
"""To sketch a whole row costs as much as to sketch so many pairs one by one."""

# The wider budgets are, the more pairs are near. WIDTH is changed by a fraction until
# slots have neither many near pairs nor few.
MANY_NEAR = 32
FEW_NEAR = 8
CHANGE_OF_WIDTH = 0.02
LEAST_WIDTH = 0.05
LARGEST_WIDTH = 8.0

BUDGET_OF_BOUND = 0.25
"""The budget of a slot whose far pairs lose more: this fraction of the least."""

HYSTERESIS = 1.5
"""A near pair becomes far again once it is as many times above what made it near."""


@inner_kernel
def find_near(state: DenseState, i: int, j: int) -> int:
    """Where j is in the list of slot i's near pairs; O(list)."""
    at = int64(0)
    while state.near_slots[i, at] != j:
        at += 1
    return at


@inner_kernel
def add_near(state: DenseState, i: int, j: int, bound: float) -> None:
    """Add j to the list of slot i's near pairs, which is not full."""
    at = state.slots[N_NEAR, i]
    state.near_slots[i, at] = j
    state.near_bounds[i, at] = bound
    state.slots[N_NEAR, i] = at + 1


@inner_kernel
def remove_near(state: DenseState, i: int, at: int) -> None:
    """Remove one of slot i's near pairs; the last takes its place."""
    last = state.slots[N_NEAR, i] - 1
    state.near_slots[i, at] = state.near_slots[i, last]
    state.near_bounds[i, at] = state.near_bounds[i, last]
    state.slots[N_NEAR, i] = last


@inner_kernel
def update_bound(state: DenseState, i: int) -> None:
    """Compute BOUND of slot i from its near pairs and FAR_BOUND; O(near pairs)."""
    drops = state.reals[NEAR_DROP]
    least = np.inf
    for at in range(state.slots[N_NEAR, i]):
        bound = state.near_bounds[i, at] - drops[state.near_slots[i, at]]
        least = min(least, bound)
    far = state.reals[FAR_BOUND, i] - state.reals[FAR_DROP, i]
    state.reals[BOUND, i] = min(least - drops[i], far)


@inner_kernel
def least_far_bound(row: Reals, drops: Reals) -> float:
    """The least bound of a row of far pairs, less the drops of the others; O(n)."""
    least = np.inf
    for j in range(row.size):
        least = lesser(least, row[j] - drops[j])
    return least


@inner_kernel
def fill_far_bounds(state: DenseState, i: int) -> None:
    """Set FAR_BOUNDS to the bounds of slot i's far pairs, less the others' budgets.

    O(n), vectorised.
    """
    row = state.pair_bounds[i]
    drops = state.reals[FAR_DROP]
    budgets = state.reals[BUDGET]
    bounds = state.reals[FAR_BOUNDS]
    own = drops[i]
    for j in range(row.size):
        bounds[j] = row[j] - own - drops[j] - budgets[j]


@inner_kernel
def demote_pairs(state: DenseState, i: int, limit: float) -> float:
    """Make far those of slot i's near pairs that have become so; O(near pairs).

    Returns the least of their bounds, less the budgets of the other slots.
    """
    reals = state.reals
    least = np.inf
    at = int64(0)
    while at < state.slots[N_NEAR, i]:
        j = int64(state.near_slots[i, at])
        bound = state.near_bounds[i, at] - reals[NEAR_DROP, i] - reals[NEAR_DROP, j]
        if bound > HYSTERESIS * (limit + reals[BUDGET, j]):
            remove_near(state, i, at)
            remove_near(state, j, find_near(state, j, i))
            least = min(least, bound - reals[BUDGET, j])
            bound += reals[FAR_DROP, i] + reals[FAR_DROP, j]
            state.pair_bounds[i, j] = bound
            state.pair_bounds[j, i] = bound
        else:
            at += 1
    return least


@inner_kernel
def promote_pair(state: DenseState, i: int, j: int, bound: float) -> bool:
    """Make a far pair near, if there is room in both lists; return whether there is."""
    capacity = state.near_slots.shape[1]
    if max(state.slots[N_NEAR, i], state.slots[N_NEAR, j]) == capacity:
        return False
    drops = state.reals[NEAR_DROP]
    add_near(state, i, j, bound + drops[i] + drops[j])
    add_near(state, j, i, bound + drops[i] + drops[j])
    state.pair_bounds[i, j] = np.inf
    state.pair_bounds[j, i] = np.inf
    state.reals[BOUND, j] = min(state.reals[BOUND, j], bound)
    return True


@inner_kernel
def set_bound_of_pair(state: DenseState, i: int, j: int, bound: float) -> None:
    """Set the bound of a far pair."""
    drops = state.reals[FAR_DROP]
    state.pair_bounds[i, j] = bound + drops[i] + drops[j]
    state.pair_bounds[j, i] = bound + drops[i] + drops[j]


@inner_kernel
def set_bound_of_near(state: DenseState, i: int, at: int, bound: float) -> None:
    """Set the bound of one of slot i's near pairs, in both lists."""
    drops = state.reals[NEAR_DROP]
    j = int64(state.near_slots[i, at])
    bound += drops[i] + drops[j]
    state.near_bounds[i, at] = bound
    state.near_bounds[j, find_near(state, j, i)] = bound


@inner_kernel
def budget_of_slot(state: DenseState, i: int) -> float:
    """What slot i's far drop may grow by; O(n), vectorised."""
    drops = state.reals[FAR_DROP]
    least = least_far_bound(state.pair_bounds[i], drops) - drops[i]
    budget: float = state.scales[WIDTH] * state.scales[LEVEL]
    if least < np.inf:
        budget = max(budget, BUDGET_OF_BOUND * least)
    return budget


@inner_kernel
def set_far_bound(state: DenseState, i: int, j: int, bound: float) -> None:
    """Set the bound of a far pair, less slot j's budget, for slot i alone."""
    drops = state.reals[FAR_DROP]
    budget = state.reals[BUDGET, j]
    state.reals[FAR_BOUNDS, j] = bound
    state.pair_bounds[i, j] = bound + budget + drops[i] + drops[j]


@inner_kernel
def list_low_pairs(state: DenseState, i: int, limit: float) -> int:
    """List in `low_slots` the far pairs of slot i with low FAR_BOUNDS; return how many.

    They are raised first to what the other slots have for them, where that is more.
    O(n), vectorised, and a cache miss for each.
    """
    bounds = state.reals[FAR_BOUNDS]
    n_listed = list_not_above(bounds, limit, state.low_slots)
    n_low = ZERO
    # A loop as short as this waits for many cache lines at a time.
    for t in range(n_listed):
        j = state.low_slots[t]
        gain = max(state.pair_bounds[j, i] - state.pair_bounds[i, j], 0.0)
        state.pair_bounds[i, j] += gain
        bounds[j] += gain
        state.low_slots[n_low] = j
        n_low += bounds[j] <= limit
    return n_low


@inner_kernel
def find_largest(state: DenseState, slot: int) -> None:
    """Compute the largest counts and rates of a slot's contexts again; O(n)."""
    reals = state.reals
    factors = reals[RECIPROCAL]
    for direction in range(2):
        row = state.counts[direction, slot]
        largest = 0.0
        largest_rate = 0.0
        for k in range(row.size - 1):  # all but the line edge
            if k != slot:
                largest = max(largest, float(row[k]))
                largest_rate = max(largest_rate, float(row[k]) * factors[k])
        reals[LARGEST_COUNT + direction, slot] = largest
        reals[LARGEST_RATE + direction, slot] = largest_rate


@inner_kernel
def raise_row(state: DenseState, i: int) -> None:
    """Raise bounds of slot i's far pairs to those by sketches.

    O(groups, times n), vectorised.
    """
    row = state.pair_bounds[i]
    drops = state.reals[FAR_DROP]
    estimates = state.reals[ROW_ESTIMATE]
    own = drops[i]
    sketch_row(state, i, estimates)
    find_largest(state, i)
    for j in range(row.size):
        if row[j] < np.inf:
            row[j] = max(row[j], estimates[j] + own + drops[j])


@inner_kernel
def refresh_far_bound(state: DenseState, i: int) -> None:
    """Compute slot i's far bound and budget again, and which of its pairs are near.

    Of two slots, the one refreshed last covers their pair: the drop of the other one
    since then is at most its budget, which is taken off here. O(n), vectorised, and
    the near pairs.
    """
    reals = state.reals
    bounds = reals[FAR_BOUNDS]
    level = state.scales[LEVEL]
    budget = budget_of_slot(state, i)
    limit = (1.0 + MARGIN * state.scales[WIDTH]) * level + budget
    fill_far_bounds(state, i)
    far = least_value(bounds)
    if far <= limit:
        n_low = list_low_pairs(state, i, limit)
        is_sketched = n_low > MANY_LOW
        if is_sketched:
            raise_row(state, i)
            fill_far_bounds(state, i)
            n_low = list_not_above(bounds, limit, state.low_slots)
        for t in range(n_low):
            j = int64(state.low_slots[t])
            bound = bounds[j]
            if not is_sketched:
                bound = max(bound, sketched_loss(state, i, j) - reals[BUDGET, j])
            if bound <= limit and promote_pair(state, i, j, bound + reals[BUDGET, j]):
                bound = np.inf
            set_far_bound(state, i, j, bound)
        far = least_value(bounds)
    reals[BUDGET, i] = budget
    n_near = state.slots[N_NEAR, i]
    width = state.scales[WIDTH]
    if n_near > MANY_NEAR:
        state.scales[WIDTH] = max(LEAST_WIDTH, width * (1.0 - CHANGE_OF_WIDTH))
    elif n_near < FEW_NEAR:
        state.scales[WIDTH] = min(LARGEST_WIDTH, width * (1.0 + CHANGE_OF_WIDTH / 8))
    far = min(far, demote_pairs(state, i, limit))
    reals[FAR_BOUND, i] = far + reals[FAR_DROP, i]
    reals[FAR_LIMIT, i] = budget + reals[FAR_DROP, i]
    update_bound(state, i)


@inner_kernel
def search_far_pairs(
    state: DenseState, i: int, a: int, b: int, best: int, first: int, second: int
) -> tuple[int, int, int, int, int]:
    """The best of the pair of slots (a, b) and of slot i's far pairs.

    As `search_slot`.
    """
    slots = state.slots
    bounds = state.reals[FAR_BOUNDS]
    own = slots[CLUSTER, i]
    fill_far_bounds(state, i)
    for j in range(bounds.size):
        bounds[j] += state.reals[BUDGET, j]
    j = next_not_above(bounds, ZERO, bits_to_reach(state, best))
    while j < bounds.size:
        bound, loss = bound_of_pair(state, i, j, best)
        set_bound_of_pair(state, i, j, bound)
        other = slots[CLUSTER, j]
        if loss < best or (loss == best and precedes(own, other, first, second)):
            a, b, best = i, j, loss
            first, second = own, other
        j = next_not_above(bounds, j + 1, bits_to_reach(state, best))
    return a, b, best, first, second


@inner_kernel
def search_slot(
    state: DenseState, i: int, a: int, b: int, best: int, first: int, second: int
) -> tuple[int, int, int, int, int]:
    """The best of the pair of slots (a, b) and of all pairs that slot i's bound covers.

    `best` is the loss of the former, `first` and `second` are its ids. Returns the same
    of the better one. Cost: O(n) for each pair whose bound is not above the best.
    """
    slots = state.slots
    reals = state.reals
    drops = reals[NEAR_DROP]
    own = slots[CLUSTER, i]
    if reals[FAR_BOUND, i] - reals[FAR_DROP, i] <= bits_to_reach(state, best):
        refresh_far_bound(state, i)
        if reals[FAR_BOUND, i] - reals[FAR_DROP, i] <= bits_to_reach(state, best):
            a, b, best, first, second = search_far_pairs(
                state, i, a, b, best, first, second
            )
            refresh_far_bound(state, i)
    for at in range(slots[N_NEAR, i]):
        j = int64(state.near_slots[i, at])
        bound = state.near_bounds[i, at] - drops[i] - drops[j]
        if bound <= bits_to_reach(state, best):
            bound, loss = bound_of_pair(state, i, j, best)
            set_bound_of_near(state, i, int64(at), bound)
            other = slots[CLUSTER, j]
            if loss < best or (loss == best and precedes(own, other, first, second)):
                a, b, best = i, j, loss
                first, second = own, other
    update_bound(state, i)
    return a, b, best, first, second


@inner_kernel
def find_better_pair(
    state: DenseState, a: int, b: int, best: int, first: int, second: int
) -> tuple[int, int, int]:
    """The best of the pair (a, b) and of all pairs of inserted slots, and its loss.

    Arguments as of `search_slot`; without a pair to compare with, `best` is LARGEST.
    O(n), and what the slots cost whose bounds are not above the best.
    """
    bounds = state.reals[BOUND]
    if best == LARGEST:
        i = first_minimum(bounds)
        a, b, best, first, second = search_slot(state, i, a, b, best, first, second)
    i = next_not_above(bounds, ZERO, bits_to_reach(state, best))
    while i < bounds.size:
        a, b, best, first, second = search_slot(state, i, a, b, best, first, second)
        i = next_not_above(bounds, i + 1, bits_to_reach(state, best))
    return a, b, best


@inner_kernel
def forget_pairs(state: DenseState, slot: int) -> None:
    """Remove all pairs of a slot that has been merged into another; O(n)."""
    reals = state.reals
    for at in range(state.slots[N_NEAR, slot]):
        j = int64(state.near_slots[slot, at])
        remove_near(state, j, find_near(state, j, slot))
    state.slots[N_NEAR, slot] = 0
    reals[PENALTY, slot] = np.inf
    reals[BOUND, slot] = np.inf
    reals[FAR_BOUND, slot] = np.inf
    reals[NEAR_DROP, slot] = 0.0
    reals[FAR_DROP, slot] = 0.0
    reals[BUDGET, slot] = 0.0
    for j in range(reals.shape[1]):
        state.pair_bounds[slot, j] = np.inf
        state.pair_bounds[j, slot] = np.inf
