"""Losses by sketches: bounds that are cheap, of one pair or of all pairs of a slot.

A sketch of a slot has its counts with groups of contexts. A merge of contexts lowers no
loss (law 1 in `drops`). To merge i and j as what comes first, and then as what comes
second, is to merge them. The first loses at least what the groups of direction 0 give.
In the second, i and j are one context, so that their groups would have to be one:
these are left out, which raises no loss.
"""

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.tree.dense.groups import (
    N_GROUPS,
    N_SHARED,
    N_SINGLE,
    group_of,
)
from brownclust._kernels.tree.dense.state import (
    LEFT_OUT,
    LOG_SIZE,
    N_TOUCHED,
    OWN_LEFT_OUT,
    PENALTY,
    REAL_SIZE,
    REAL_TOTAL,
    SLACK,
    DenseState,
    Floats,
)
from brownclust._kernels.tree.dense.terms import (
    ADDITIONS_OF_ROW,
    RELATIVE_TERM_SLACK,
    SLACK_OF_SUM,
    add_terms,
    add_terms_of_rows,
    approximate_term,
    take_sum,
)
from brownclust._kernels.tree.entropy import LOG2_E, log2
from brownclust._kernels.tree.losses import RELATIVE_SLACK
from brownclust._kernels.tree.state import NEIGHBOUR_TOTAL
from brownclust._kernels.tree.types import Reals, int64


@inner_kernel
def total_without_pending(state: DenseState, slot: int) -> int:
    """m(slot), without the counts with the pending word."""
    total = state.slots[NEIGHBOUR_TOTAL, slot]
    total -= int64(state.pending[0, slot]) + int64(state.pending[1, slot])
    return int64(total)


@inner_kernel
def sketched_loss(state: DenseState, i: int, j: int) -> float:
    """A bound of the loss of two inserted slots by their sketches; O(groups).

    A merge of contexts lowers no loss. To merge i and j as what comes first, and then
    as what comes second, is to merge them: the first loses what the sketches of
    direction 0 give. In the second i and j are one context, so their groups would have
    to be one: they are left out, which no loss is lower for.
    """
    row = state.sketches[i]
    other = state.sketches[j]
    own_group = N_GROUPS + group_of(i)
    other_group = N_GROUPS + group_of(j)
    # The sum of all terms but those of the two groups.
    sums = state.large_sums[: row.size]
    add_terms_of_rows(row, other, sums)
    bits = -float(take_sum(sums))
    bits += float(
        approximate_term(np.float32(row[own_group]), np.float32(other[own_group]))
    )
    total = total_without_pending(state, i) - int64(row[own_group])
    other_total = total_without_pending(state, j) - int64(other[own_group])
    if own_group != other_group:
        bits += float(
            approximate_term(
                np.float32(row[other_group]), np.float32(other[other_group])
            )
        )
        total -= int64(row[other_group])
        other_total -= int64(other[other_group])
    bits *= 1.0 + RELATIVE_TERM_SLACK + SLACK_OF_SUM * ADDITIONS_OF_ROW
    size = state.reals[REAL_SIZE, i]
    other_size = state.reals[REAL_SIZE, j]
    log = log2(size + other_size)
    marginals = float(total) * (log - state.reals[LOG_SIZE, i])
    marginals += float(other_total) * (log - state.reals[LOG_SIZE, j])
    bits += marginals * (1.0 - RELATIVE_SLACK)
    bound: float = bits - 2.0 * state.scales[SLACK]
    return bound


@inner_kernel
def add_group(
    state: DenseState, direction: int, group: int, count: int, sums: Floats
) -> None:
    """Add the terms of one group to the sums, but in direction 1 not to its own slots.

    Their counts with the group are noted as left out. O(n), vectorised.
    """
    row = state.sketch_columns[direction * N_GROUPS + group]
    reals = state.reals
    kept = state.kept_sums
    step = 1 if group < N_SINGLE else N_SHARED
    end = min(group + 1, row.size) if group < N_SINGLE else row.size
    if direction == 1:
        for j in range(group, end, step):
            reals[OWN_LEFT_OUT, j] += float(count)
            reals[LEFT_OUT, j] += float(state.sketches[j, N_GROUPS + group])
            kept[j] = sums[j]
    if count > 0:
        add_terms(row, count, sums)
    if direction == 1:
        for j in range(group, end, step):
            sums[j] = kept[j]


@inner_kernel
def sketch_row(state: DenseState, slot: int, estimates: Reals) -> None:
    """Set estimates[j] to at most the loss of two inserted slots, in bits, for all j.

    O(groups, times n), vectorised.
    """
    reals = state.reals
    own_left_out = reals[OWN_LEFT_OUT]
    left_out = reals[LEFT_OUT]
    sketch = state.sketches[slot]
    sums = state.large_sums[: estimates.size]
    own_group = group_of(slot)
    for j in range(estimates.size):
        own_left_out[j] = float(sketch[N_GROUPS + own_group])
        left_out[j] = float(state.sketches[j, N_GROUPS + own_group])
    for group in range(N_GROUPS):
        add_group(state, int64(0), int64(group), int64(sketch[group]), sums)
    for group in range(N_GROUPS):
        if group != own_group:
            count = int64(sketch[N_GROUPS + group])
            add_group(state, int64(1), int64(group), count, sums)
    for t in range(state.progress[N_TOUCHED]):
        j = state.touched[t]
        left_out[j] += float(state.pending[0, j]) + float(state.pending[1, j])
    own_total = float(total_without_pending(state, slot))
    size = reals[REAL_SIZE, slot]
    own_log = reals[LOG_SIZE, slot]
    sizes = reals[REAL_SIZE]
    totals = reals[REAL_TOTAL]
    logs = reals[LOG_SIZE]
    penalties = reals[PENALTY]
    slack = 2.0 * state.scales[SLACK]
    unit = 1.0 + RELATIVE_TERM_SLACK + SLACK_OF_SUM * float(2 * N_GROUPS)
    for j in range(estimates.size):
        # As in `estimate_losses` of other windows, which explains it.
        total = own_total - own_left_out[j]
        other_total = totals[j] - left_out[j]
        small = min(size, sizes[j])
        large = max(size, sizes[j])
        small_total = total if size < sizes[j] else other_total
        tail = 2.0 * LOG2_E * small / (2.0 * large + small)
        bits = small_total * abs(logs[j] - own_log) + (total + other_total) * tail
        overlap = float(sums[j]) * unit
        estimates[j] = bits * (1.0 - RELATIVE_SLACK) - overlap - slack + penalties[j]
        sums[j] = np.float32(0.0)
    estimates[slot] = np.inf
