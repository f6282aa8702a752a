"""Losses of pairs in a dense window: bounded for a whole row, or one by one."""

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.jit.intrinsics import prefetch
from brownclust._kernels.tree.dense.sketches import sketched_loss
from brownclust._kernels.tree.dense.state import (
    LOG_SIZE,
    PENALTY,
    REAL_SELF,
    REAL_SIZE,
    REAL_TOTAL,
    SLACK,
    CountRow,
    DenseState,
)
from brownclust._kernels.tree.dense.terms import (
    ADDITIONS_OF_ROW,
    N_TERM_ROWS,
    RELATIVE_TERM_SLACK,
    SLACK_OF_SUM,
    TERMS_PER_BIT,
    add_small_terms,
    add_terms,
    add_terms_of_rows,
    log2_above,
    take_sum,
)
from brownclust._kernels.tree.entropy import LOG2_E, overlap_term
from brownclust._kernels.tree.losses import RELATIVE_SLACK, loss_of_pair
from brownclust._kernels.tree.state import (
    LARGEST,
    MINUS_ONE,
    N_ENTERED,
    NEIGHBOUR_TOTAL,
    ONE,
    SELF_COUNT,
    ZERO,
)
from brownclust._kernels.tree.types import Reals, int64

TERMS_PER_LINE = 32
"""Of 2 bytes, in a cache line."""

SKETCH_MARGIN = 2.0
"""A sketch does if its bound is above this many times the loss sought.

Below, the bound would soon be needed again.
"""


@inner_kernel
def prefetch_terms(state: DenseState, context: int) -> None:
    """Fetch the rows of terms of the pending word's counts with a context."""
    for direction in range(2):
        count = int64(state.pending[direction, context])
        if 0 < count <= N_TERM_ROWS:
            row = state.terms[1 - direction, count - 1, context]
            for j in range(0, row.size, TERMS_PER_LINE):
                prefetch(row, int64(j))


@inner_kernel
def add_context(
    state: DenseState, direction: int, context: int, count: int, end: int
) -> None:
    """Add to the sums what a slot's count with a context adds to -S(slot, j), j < end.

    O(end), vectorised.
    """
    # Rows of terms are kept while words enter.
    has_terms = state.progress[N_ENTERED] < state.slot_of_word.size
    if count <= N_TERM_ROWS and has_terms:
        add_small_terms(
            state.terms[1 - direction, count - 1, context, :end],
            state.small_sums[:end],
        )
    else:
        add_terms(
            state.real_counts[1 - direction, context, :end],
            count,
            state.large_sums[:end],
        )


@inner_kernel
def most_self_terms(caa: float, cab: float, cba: float, cbb: float) -> float:
    """At most so many bits do the self terms of a pair take off its loss.

    They are the mutual information of a table of two by two, times its sum N. It is at
    most a bit, and at most the entropy of the rows, or of the columns: with m the least
    sum of a row or column, at most m (log2(N / m) + log2 e) / N. Zero unless caa and
    cbb are positive, or cab and cba.
    """
    both = max(min(caa, cbb), min(cab, cba))
    total = caa + cab + cba + cbb
    least = min(caa + cab, cba + cbb, caa + cba, cab + cbb)
    bits = least * (log2_above(total / max(least, 1.0)) + LOG2_E)
    return min(bits, total) if both > 0.0 else 0.0


@inner_kernel
def estimate_row(
    state: DenseState,
    slot: int,
    forward: CountRow,
    backward: CountRow,
    n_contexts: int,
    estimates: Reals,
) -> None:
    """Set estimates[j] to at most the loss of the slot and j, in bits.

    The sums of `add_context` hold the slot's terms, and are zeroed; `forward` and
    `backward` are c(slot, .) and c(., slot). Infinity for slots without a cluster, and
    for the slot itself. O(estimates), vectorised.
    """
    end = estimates.size
    small_sums = state.small_sums[:end]
    large_sums = state.large_sums[:end]
    sizes = state.reals[REAL_SIZE, :end]
    totals = state.reals[REAL_TOTAL, :end]
    selves = state.reals[REAL_SELF, :end]
    logs = state.reals[LOG_SIZE, :end]
    penalties = state.reals[PENALTY, :end]
    size = state.reals[REAL_SIZE, slot]
    total = state.reals[REAL_TOTAL, slot]
    own = state.reals[REAL_SELF, slot]
    own_log = state.reals[LOG_SIZE, slot]
    slack = state.scales[SLACK]
    large_unit = 1.0 + RELATIVE_TERM_SLACK + SLACK_OF_SUM * float(n_contexts)
    for j in range(end):
        overlap = float(small_sums[j]) * (1.0 / TERMS_PER_BIT)
        overlap += float(large_sums[j]) * large_unit
        small_sums[j] = 0
        large_sums[j] = np.float32(0.0)
        # As in `estimate_losses` of other windows, which explains it.
        small = min(size, sizes[j])
        large = max(size, sizes[j])
        small_total = total if size < sizes[j] else totals[j]
        tail = 2.0 * LOG2_E * small / (2.0 * large + small)
        bits = small_total * abs(logs[j] - own_log) + (total + totals[j]) * tail
        value = bits * (1.0 - RELATIVE_SLACK) - overlap - slack
        followed = float(forward[j])
        preceded = float(backward[j])
        value -= most_self_terms(own, followed, preceded, selves[j])
        estimates[j] = value + penalties[j]
    if slot < end:
        estimates[slot] = np.inf


@inner_kernel
def bits_to_reach(state: DenseState, loss: int) -> float:
    """A bound above this is of a pair that loses more than this, ties included."""
    bits: float = float(loss) / state.entropies.unit + state.scales[SLACK]
    return bits


# --- The pending word -----------------------------------------------------------


@inner_kernel
def loss_of_pending(state: DenseState, slot: int, touched: CountRow, j: int) -> int:
    """The loss of the pending word, in `slot`, and j; O(contexts of the word)."""
    overlap = ZERO
    pending = state.pending
    for direction in range(2):
        counts = state.counts[direction, j]
        for t in range(touched.size):
            count = pending[direction, touched[t]]
            if count > 0:
                overlap += overlap_term(
                    state.entropies, int64(count), int64(counts[touched[t]])
                )
    # If the word follows itself, it is a context of both itself and j.
    own = state.slots[SELF_COUNT, slot]
    forward = int64(pending[0, j])
    backward = int64(pending[1, j])
    if own > 0:
        overlap += overlap_term(state.entropies, own, forward)
        overlap += overlap_term(state.entropies, own, backward)
    return loss_of_pair(
        state.entropies, state.slots, slot, j, overlap, forward, backward
    )


# --- Inserted slots -------------------------------------------------------------


@inner_kernel
def exact_overlap(state: DenseState, i: int, j: int) -> int:
    """S(i, j) of inserted slots; O(n)."""
    overlap = ZERO
    for direction in range(2):
        row = state.counts[direction, i]
        other = state.counts[direction, j]
        for k in range(row.size):
            if min(row[k], other[k]) > 0:
                overlap += overlap_term(state.entropies, int64(row[k]), int64(other[k]))
    return overlap


@inner_kernel
def bound_of_overlap(state: DenseState, i: int, j: int) -> int:
    """At most S(i, j) of inserted slots; O(n), vectorised."""
    sums = state.large_sums[: state.counts.shape[1]]
    for direction in range(2):
        rows = state.real_counts[direction]
        add_terms_of_rows(rows[i], rows[j], sums)
    unit = state.entropies.unit
    unit *= 1.0 + RELATIVE_TERM_SLACK + SLACK_OF_SUM * ADDITIONS_OF_ROW
    return -int64(np.ceil(take_sum(sums) * unit))


@inner_kernel
def loss_of_slots(state: DenseState, i: int, j: int, overlap: int) -> int:
    """The loss of two inserted slots, given S, with the totals that slots have."""
    return loss_of_pair(
        state.entropies,
        state.slots,
        i,
        j,
        overlap,
        int64(state.counts[0, i, j]),
        int64(state.counts[0, j, i]),
    )


@inner_kernel
def add_pending_total(state: DenseState, slot: int, sign: int) -> None:
    """Add the counts with the pending word, if any, to a slot's neighbour total."""
    count = int64(state.pending[0, slot]) + int64(state.pending[1, slot])
    state.slots[NEIGHBOUR_TOTAL, slot] += sign * count


@inner_kernel
def bound_of_pair(state: DenseState, i: int, j: int, limit: int) -> tuple[float, int]:
    """A bound of the loss of two inserted slots, in bits, and how much they lose.

    The loss has the pending word, if any, as a context, the bound has not. If the bound
    shows that the loss is above the limit, the loss is not computed: LARGEST. O(n).
    """
    slack = state.scales[SLACK]
    unit = state.entropies.unit
    sketched = sketched_loss(state, i, j)
    if sketched > SKETCH_MARGIN * bits_to_reach(state, limit):
        return sketched, LARGEST
    add_pending_total(state, i, MINUS_ONE)
    add_pending_total(state, j, MINUS_ONE)
    bound = float(loss_of_slots(state, i, j, bound_of_overlap(state, i, j))) / unit
    loss = LARGEST
    overlap = ZERO
    is_exact = bound - slack <= bits_to_reach(state, limit)
    if is_exact:
        overlap = exact_overlap(state, i, j)
        bound = float(loss_of_slots(state, i, j, overlap)) / unit
    add_pending_total(state, i, ONE)
    add_pending_total(state, j, ONE)
    if is_exact:
        for direction in range(2):
            counts = state.pending[direction]
            overlap += overlap_term(state.entropies, int64(counts[i]), int64(counts[j]))
        loss = loss_of_slots(state, i, j, overlap)
    return bound - slack, loss


@inner_kernel
def estimate_inserted(state: DenseState, slot: int, estimates: Reals) -> None:
    """Bound the losses of an inserted slot with the first slots; no word is pending.

    Cost: the contexts, times the estimates; vectorised.
    """
    end = estimates.size
    n_contexts = ZERO
    for direction in range(2):
        row = state.counts[direction, slot]
        for k in range(row.size):
            if row[k] > 0:
                n_contexts += 1
                add_context(state, int64(direction), int64(k), int64(row[k]), end)
    estimate_row(
        state,
        slot,
        state.counts[0, slot],
        state.counts[1, slot],
        n_contexts,
        estimates,
    )
