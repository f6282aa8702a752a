"""The first bounds of losses in a dense window."""

import numpy as np

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.dense.bounds import (
    find_largest,
    refresh_far_bound,
    set_bound_of_pair,
)
from brownclust._kernels.tree.dense.groups import N_GROUPS, group_of
from brownclust._kernels.tree.dense.losses import estimate_inserted, estimate_row
from brownclust._kernels.tree.dense.minima import least_value
from brownclust._kernels.tree.dense.state import (
    ESTIMATE,
    LEVEL,
    PENALTY,
    SLACK,
    DenseState,
)
from brownclust._kernels.tree.dense.terms import N_TERM_ROWS, term_of_count
from brownclust._kernels.tree.state import ONE
from brownclust._kernels.tree.types import Overlap, Reals, int64


@fast_kernel
def fill_terms(state: DenseState) -> None:
    """Compute the terms of all counts; O(n**2)."""
    n = state.counts.shape[1]
    for direction in range(2):
        for slot in range(n):
            row = state.counts[direction, slot]
            for x in range(N_TERM_ROWS):
                terms = state.terms[direction, x, slot]
                for k in range(n):
                    terms[k] = term_of_count(
                        state.entropies, state.term_table, int64(x + 1), int64(row[k])
                    )


@fast_kernel
def fill_sketches(state: DenseState) -> None:
    """Compute the sketches of all slots from their counts; O(n**2)."""
    n = state.counts.shape[1]
    for direction in range(2):
        for slot in range(n):
            row = state.counts[direction, slot]
            for k in range(n):
                group = direction * N_GROUPS + group_of(int64(k))
                state.sketches[slot, group] += row[k]
            for group in range(direction * N_GROUPS, (direction + 1) * N_GROUPS):
                state.sketch_columns[group, slot] = float(state.sketches[slot, group])


@inner_kernel
def set_bounds_before(state: DenseState, slot: int, estimates: Reals) -> None:
    """Set the bounds of a slot's pairs with those before it; O(slots before)."""
    for j in range(slot):
        if estimates[j] < np.inf:
            bound = estimates[j] - state.scales[SLACK]
            set_bound_of_pair(state, slot, int64(j), bound)


@inner_kernel
def bound_all_slots(state: DenseState) -> None:
    """Compute the bounds of slots from those of all pairs; O(n**2), vectorised."""
    n = state.counts.shape[1]
    least = np.inf
    for slot in range(n):
        least = min(least, least_value(state.pair_bounds[slot]))
    state.scales[LEVEL] = max(least, 0.0) if least < np.inf else 0.0
    for slot in range(n):
        if state.reals[PENALTY, slot] == 0.0:
            find_largest(state, int64(slot))
            refresh_far_bound(state, int64(slot))


@fast_kernel
def bound_all_pairs(state: DenseState) -> None:
    """Bound the losses of all pairs of slots; O(contexts of all slots, times n)."""
    for slot in range(state.counts.shape[1]):
        if state.reals[PENALTY, slot] == 0.0:
            estimates = state.reals[ESTIMATE, :slot]
            estimate_inserted(state, int64(slot), estimates)
            set_bounds_before(state, int64(slot), estimates)
    bound_all_slots(state)


@fast_kernel
def bound_pairs_with_overlaps(state: DenseState, halves: Overlap) -> None:
    """The same, given S(i, j) in two halves, of the slots that have a cluster: O(n**2).

    These are the first slots.
    """
    unit = state.entropies.unit
    for slot in range(halves.shape[0]):
        for j in range(slot):
            overlap = halves[slot, j] + halves[j, slot]
            state.large_sums[j] = np.float32(-float(overlap) / unit)
        estimates = state.reals[ESTIMATE, :slot]
        forward = state.counts[0, slot]
        backward = state.counts[1, slot]
        estimate_row(state, int64(slot), forward, backward, ONE, estimates)
        set_bounds_before(state, int64(slot), estimates)
    bound_all_slots(state)
