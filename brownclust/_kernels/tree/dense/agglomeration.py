"""The steps of exact agglomeration in a dense window."""

from typing import TYPE_CHECKING

import numpy as np

from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.agglomeration import record_merge, relabel
from brownclust._kernels.tree.dense.bounds import (
    find_better_pair,
    forget_pairs,
    refresh_far_bound,
    set_bound_of_pair,
)
from brownclust._kernels.tree.dense.counts import (
    add_counts,
    clear_pending,
    enter,
    insert_counts,
    prefetch_counts,
    remove_counts,
)
from brownclust._kernels.tree.dense.drops import lower_bounds
from brownclust._kernels.tree.dense.losses import (
    add_context,
    bits_to_reach,
    estimate_row,
    loss_of_pending,
    prefetch_terms,
)
from brownclust._kernels.tree.dense.minima import first_minimum, next_not_above
from brownclust._kernels.tree.dense.state import (
    ESTIMATE,
    FAR_DROP,
    N_TOUCHED,
    NEAR_DROP,
    PENALTY,
    SLACK,
    DenseState,
)
from brownclust._kernels.tree.entropy import overlap_term
from brownclust._kernels.tree.state import (
    CLUSTER,
    ENTRANT,
    FREE,
    LARGEST,
    N_ENTERED,
    N_INSERTED,
    N_MERGED,
    ONE,
    SELF_COUNT,
    SIZE,
    ZERO,
)
from brownclust._kernels.tree.ties import precedes
from brownclust._kernels.tree.types import int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inlined_kernel
def estimate_pending(state: DenseState, slot: int) -> None:
    """Set ESTIMATE to bounds of the losses of the pending word with all slots.

    Cost: its contexts, times n; vectorised.
    """
    pending = state.pending
    n = pending.shape[1]
    own = state.slots[SELF_COUNT, slot]
    n_contexts = ZERO
    n_touched = state.progress[N_TOUCHED]
    for t in range(n_touched):
        context = int64(state.touched[t])
        prefetch_terms(state, int64(state.touched[min(t + 1, n_touched - 1)]))
        for direction in range(2):
            count = int64(pending[direction, context])
            if count > 0:
                n_contexts += 1
                add_context(state, int64(direction), context, count, n)
                if own > 0:
                    # The word is a context of both itself and this one.
                    term = overlap_term(state.entropies, own, count)
                    bits = -float(term) / state.entropies.unit
                    state.large_sums[context] += np.float32(bits)
    estimate_row(
        state, slot, pending[0], pending[1], n_contexts + 2, state.reals[ESTIMATE]
    )


@inlined_kernel
def best_partner(state: DenseState, word: int, slot: int) -> tuple[int, int]:
    """The slot that the pending word had best join, and the loss.

    Ties go to the lower ids. O(n), and a loss for few of the slots.
    """
    slots = state.slots
    estimates = state.reals[ESTIMATE]
    touched = state.touched[: state.progress[N_TOUCHED]]
    start = first_minimum(estimates)
    partner = start
    best = loss_of_pending(state, slot, touched, partner)
    limit = bits_to_reach(state, best)
    j = next_not_above(estimates, ZERO, limit)
    while j < estimates.size:
        if j != start:
            loss = loss_of_pending(state, slot, touched, j)
            if loss < best or (
                loss == best
                and precedes(word, slots[CLUSTER, j], word, slots[CLUSTER, partner])
            ):
                partner = j
                best = loss
                limit = bits_to_reach(state, best)
        j = next_not_above(estimates, j + 1, limit)
    return partner, best


@inner_kernel
def insert_entrant(state: DenseState) -> None:
    """Insert the pending word, which as a new context lowers no loss; O(n)."""
    slot = state.progress[ENTRANT]
    reals = state.reals
    insert_counts(state, slot)
    clear_pending(state)
    state.slots[CLUSTER, slot] = state.progress[N_ENTERED] - 1
    state.progress[N_INSERTED] += 1
    reals[FAR_DROP, slot] = 0.0
    reals[NEAR_DROP, slot] = 0.0
    for j in range(reals.shape[1]):
        if reals[PENALTY, j] == 0.0 and j != slot:
            bound = reals[ESTIMATE, j] - state.scales[SLACK]
            set_bound_of_pair(state, slot, int64(j), bound)
    refresh_far_bound(state, slot)


@inner_kernel
def list_contexts(state: DenseState, slot: int) -> int:
    """List an inserted slot's contexts in `touched`, and return how many; O(n)."""
    length = ZERO
    for k in range(state.touched.size):
        state.touched[length] = k
        if state.counts[0, slot, k] > 0 or state.counts[1, slot, k] > 0:
            length += 1
    return length


@inlined_kernel
def fold(state: DenseState, a: int, b: int, loss: int, is_inserted: int) -> None:
    """Fold slot b into a, and free it; b is inserted or pending.

    O(n), and for each context of b its near pairs.
    """
    if is_inserted:
        touched = state.touched[: list_contexts(state, b)]
        added = state.counts[:, b]
        forget_pairs(state, b)
        add_counts(state, a, b, added, touched)
        lower_bounds(state, a, added, touched, loss, is_inserted)
        remove_counts(state, b, touched)
    else:
        touched = state.touched[: state.progress[N_TOUCHED]]
        add_counts(state, a, b, state.pending, touched)
        lower_bounds(state, a, state.pending, touched, loss, is_inserted)


@inlined_kernel
def choose_pair(
    state: DenseState, counts: "CountTable"
) -> tuple[int, int, int, int, int]:
    """Let the next word enter, if one is due, and choose the pair of least loss.

    Returns the slot to keep, the slot to fold, its id, the loss, and whether the second
    slot is inserted. Nearly always it is that of the word which enters, and then it
    need not be inserted. If it has to be, the slot to keep is -1, and the next call
    chooses.
    """
    slots = state.slots
    progress = state.progress
    n_words = state.slot_of_word.size
    n_clusters = slots.shape[1] - 2  # between two words that enter
    n_active = progress[N_ENTERED] - progress[N_MERGED]
    slot = progress[ENTRANT]
    a = int64(-1)
    b = int64(-1)
    loss = int64(LARGEST)
    word = int64(-1)
    if n_active <= n_clusters and progress[N_ENTERED] < n_words:
        word = progress[N_ENTERED]
        enter(state, counts, word, slot)
        estimate_pending(state, slot)
        a, loss = best_partner(state, word, slot)
        prefetch_counts(state, a, state.touched[: progress[N_TOUCHED]])
        progress[N_ENTERED] = word + 1
        state.slot_of_word[word] = slot
        a, b, loss = find_better_pair(state, a, slot, loss, slots[CLUSTER, a], word)
        if b != slot:
            a = int64(-1)
        return a, b, word, loss, ZERO
    if n_active > n_clusters and slots[CLUSTER, slot] == FREE:
        insert_entrant(state)
    a, b, loss = find_better_pair(state, a, b, loss, word, word)
    if slots[SIZE, a] < slots[SIZE, b]:
        a, b = b, a
    return a, b, slots[CLUSTER, b], loss, ONE


@fast_kernel
def advance_dense(state: DenseState, counts: "CountTable", n_merges: int) -> None:
    """Let words enter and merge pairs, until `n_merges` more merges have been made.

    Stops earlier once all words have entered, and only the window is left.
    """
    progress = state.progress
    n_words = state.slot_of_word.size
    n_early = n_words - (state.slots.shape[1] - 2)
    end = min(progress[N_MERGED] + n_merges, n_early)
    while progress[N_MERGED] < end:
        a, b, id_b, loss, is_inserted = choose_pair(state, counts)
        if a < 0:
            continue
        record_merge(state, a, id_b, loss)
        fold(state, a, b, loss, is_inserted)
        if is_inserted == 0:
            state.slot_of_word[id_b] = a
        else:
            relabel(state.slot_of_word[: progress[N_ENTERED]], a, b)
        progress[ENTRANT] = b
