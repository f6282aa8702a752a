"""The steps of exact agglomeration: a word enters, the pair of least loss is merged."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.bounds import bound_chunk
from brownclust._kernels.tree.context_lists import pool_is_full
from brownclust._kernels.tree.dense.state import DenseState
from brownclust._kernels.tree.entering import (
    add_overlaps_of_chunk,
    enter,
    insert_entrant,
    overlaps_of_pending,
)
from brownclust._kernels.tree.folding import fold
from brownclust._kernels.tree.losses import (
    estimate_losses,
    two_best_losses,
)
from brownclust._kernels.tree.search import (
    beats_all_pairs,
    find_best_pair,
    rescan_chunk,
)
from brownclust._kernels.tree.state import (
    CLUSTER,
    ENTRANT,
    FREE,
    LIST_LENGTH,
    N_ENTERED,
    N_MERGED,
    ONE,
    PENDING_ROW,
    PREDECESSORS,
    SUCCESSORS,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import Indices, Integers, int64
from brownclust._kernels.tree.updates import update_chunk
from brownclust._kernels.tree.workers import (
    ARGUMENTS,
    BOUND_PAIRS,
    CHUNK_START,
    JOB,
    N_CHUNKS,
    RESCAN,
    STOP,
    UPDATE,
    begin_last_round,
    finish_chunk,
    take_chunk,
    wait_for_round,
)

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inlined_kernel
def record_merge(state: State | DenseState, a: int, id_b: int, loss: int) -> None:
    """Record that the cluster `id_b` joins the one in slot a, which gets a new id."""
    step = state.progress[N_MERGED]
    id_a = state.slots[CLUSTER, a]
    state.children[step, 0] = min(id_a, id_b)
    state.children[step, 1] = max(id_a, id_b)
    state.losses[step] = loss
    state.slots[CLUSTER, a] = state.slot_of_word.size + step
    state.progress[N_MERGED] = step + 1


@inner_kernel
def relabel(slot_of_word: Indices, a: int, b: int) -> None:
    """Set slot a for all words of slot b; O(words), vectorised."""
    for word in range(slot_of_word.size):
        if slot_of_word[word] == b:
            slot_of_word[word] = a


@inlined_kernel
def choose_pair(state: State) -> tuple[int, int, int, int]:
    """The pair of least loss: the slot to keep, the slot to fold, its id, the loss.

    The slot with fewer contexts is folded, since a fold costs as much as that slot has
    contexts. Cost: that of finding the pair.
    """
    slots = state.slots
    a, b, loss = find_best_pair(state)
    if (
        slots[LIST_LENGTH + SUCCESSORS, a] + slots[LIST_LENGTH + PREDECESSORS, a]
        < slots[LIST_LENGTH + SUCCESSORS, b] + slots[LIST_LENGTH + PREDECESSORS, b]
    ):
        a, b = b, a
    return a, b, slots[CLUSTER, b], loss


@inlined_kernel
def partner_of_entrant(
    state: State, counts: "CountTable", word: int, slot: int
) -> tuple[int, int]:
    """Let a word enter, pending: the slot it had best join, and the loss.

    Leaves its overlaps in the scratch row. Cost: over its contexts, the slots that have
    them too, and O(n).
    """
    slots = state.slots
    scratch = state.scratch[0]
    row = scratch[PENDING_ROW]
    n = slots.shape[1]
    enter(state, counts, word, slot)
    overlaps_of_pending(state, slot)
    estimate_losses(
        slots,
        state.pool,
        state.log_size,
        state.entropies.unit,
        scratch,
        row,
        slot,
        ZERO,
        n,
    )
    partner, loss, _ = two_best_losses(
        state.entropies, slots, state.pool, scratch, row, slot, word, ZERO, n, ONE
    )
    return partner, loss


@inlined_kernel
def choose_partner(state: State, counts: "CountTable") -> tuple[int, int, int, int]:
    """Let the next word enter: the slot it joins, its own slot, its id, the loss.

    Nearly always the pair of least loss is one with this word. Then it need not be
    inserted, which would cost the square of its contexts. Otherwise the slot to join is
    -1, and the word is left pending.
    """
    word = state.progress[N_ENTERED]
    slot = state.progress[ENTRANT]
    partner, loss = partner_of_entrant(state, counts, word, slot)
    state.progress[N_ENTERED] = word + 1
    state.slot_of_word[word] = slot
    if beats_all_pairs(state, slot, loss):
        row = state.scratch[0, PENDING_ROW]
        for j in range(row.size):
            row[j] = 0
    else:
        partner = int64(-1)
    return partner, slot, word, loss


@fast_kernel
def advance(state: State, counts: "CountTable", n_merges: int) -> None:
    """Let words enter and merge pairs, until `n_merges` more merges have been made.

    Stops earlier if the context lists have to be packed first.
    """
    slots = state.slots
    slot_of_word = state.slot_of_word
    progress = state.progress
    n_words = slot_of_word.size
    n_clusters = slots.shape[1] - 2  # between two words that enter
    end = progress[N_MERGED] + n_merges
    while progress[N_MERGED] < end and not pool_is_full(state):
        n_active = progress[N_ENTERED] - progress[N_MERGED]
        is_inserted = ONE
        if n_active <= n_clusters and progress[N_ENTERED] < n_words:
            is_inserted = ZERO
            a, b, id_b, loss = choose_partner(state, counts)
            if a < 0:
                continue
        elif n_active > n_clusters and slots[CLUSTER, progress[ENTRANT]] == FREE:
            # In a pass of its own: the pool has been checked for one step only.
            insert_entrant(state)
            continue
        else:
            a, b, id_b, loss = choose_pair(state)
        record_merge(state, a, id_b, loss)
        fold(state, a, b, is_inserted, loss)
        if is_inserted == 0:
            slot_of_word[id_b] = a
        elif progress[N_MERGED] <= n_words - n_clusters:
            # Until only the window is left: these are the labels of words there.
            relabel(slot_of_word[: progress[N_ENTERED]], a, b)
        progress[ENTRANT] = b


# --- Threads ------------------------------------------------------------------


@fast_kernel
def stop_workers(workers: Integers) -> None:
    """Let the threads in `worker_loop` return."""
    begin_last_round(workers)


@inlined_kernel
def do_chunk(state: State, chunk: int) -> None:
    """Do one chunk of the job of this round."""
    workers = state.workers
    n_chunks = workers[N_CHUNKS]
    first = workers[ARGUMENTS]
    second = workers[ARGUMENTS + 1]
    if workers[JOB] == UPDATE:
        begin = workers[CHUNK_START + chunk]
        end = workers[CHUNK_START + chunk + 1]
        is_inserted = workers[ARGUMENTS + 2]
        update_chunk(state, chunk, first, second, is_inserted, begin, end)
    elif workers[JOB] == BOUND_PAIRS:
        bound_chunk(state, chunk, first, n_chunks)
    elif workers[JOB] == RESCAN:
        rescan_chunk(state, chunk, first, second, n_chunks)
    else:
        add_overlaps_of_chunk(state, chunk, first, n_chunks)


@fast_kernel
def worker_loop(state: State) -> None:
    """Do chunks of all jobs, until the first thread ends the loop."""
    workers = state.workers
    n_rounds = ZERO
    while True:
        n_rounds = wait_for_round(workers, n_rounds + 1)
        chunk = take_chunk(workers)
        while chunk >= 0:
            if workers[JOB] == STOP:
                return
            do_chunk(state, chunk)
            chunk = finish_chunk(workers)
