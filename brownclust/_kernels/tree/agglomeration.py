"""The steps of exact agglomeration: words enter, and the least pair is merged."""

import numpy as np

from brownclust._kernels.jit.compilation import (
    Array,
    Int,
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.jit.intrinsics import add_release
from brownclust._kernels.tree.bounds import (
    bound_share,
)
from brownclust._kernels.tree.context_lists import (
    pool_is_full,
)
from brownclust._kernels.tree.entering import (
    affinities_of_detached,
    attach_entrant,
    enter,
)
from brownclust._kernels.tree.folding import fold
from brownclust._kernels.tree.losses import (
    estimate_losses,
    forget_counts,
    two_least_losses,
)
from brownclust._kernels.tree.search import beats_all_pairs, least_pair, rescan_share
from brownclust._kernels.tree.state import (
    CLUSTER,
    ENTRANT,
    FREE,
    LIST_LENGTH,
    N_ENTERED,
    N_MERGED,
    ONE,
    PREDECESSORS,
    ROW,
    SUCCESSORS,
    ZERO,
    Corpus,
    Window,
)
from brownclust._kernels.tree.updates import grow_share
from brownclust._kernels.tree.workers import (
    BOUND_PAIRS,
    FIRST,
    GROW,
    JOB,
    N_DONE,
    QUIT,
    RESCAN,
    ROUND,
    SECOND,
    SHARE,
    THIRD,
    begin_round,
    wait_for,
)


@inlined_kernel
def record_merge(window: Window, a: Int, id_b: Int, loss: Int) -> None:
    """Write down that the cluster `id_b` joins the one in slot a."""
    step = window.progress[N_MERGED]
    id_a = window.slots[CLUSTER, a]
    window.children[step, 0] = min(id_a, id_b)
    window.children[step, 1] = max(id_a, id_b)
    window.losses[step] = loss
    window.slots[CLUSTER, a] = window.slot_of_word.size + step
    window.progress[N_MERGED] = step + 1


@inner_kernel
def relabel(slot_of_word: Array, a: Int, b: Int) -> None:
    """Words of slot b are in slot a now; O(words), vectorised."""
    for word in range(slot_of_word.size):
        if slot_of_word[word] == b:
            slot_of_word[word] = a


@inlined_kernel
def choose_pair(window: Window) -> tuple[Int, Int, Int, Int]:
    """The pair of least loss: the slot that stays, that which goes, its id, the loss.

    Cost: that of finding the pair.
    """
    slots = window.slots
    a, b, loss = least_pair(window)
    if (
        slots[LIST_LENGTH + SUCCESSORS, a] + slots[LIST_LENGTH + PREDECESSORS, a]
        < slots[LIST_LENGTH + SUCCESSORS, b] + slots[LIST_LENGTH + PREDECESSORS, b]
    ):
        a, b = b, a
    return a, b, slots[CLUSTER, b], loss


@inlined_kernel
def partner_of_entrant(
    window: Window, corpus: Corpus, word: Int, slot: Int
) -> tuple[Int, Int]:
    """Put a word into a slot, detached: the slot it had best join, and the loss.

    Its affinities are in the scratch row then. Cost: over its contexts, the slots that
    have them too, and O(n).
    """
    slots = window.slots
    scratch = window.scratch[0]
    row = scratch[ROW]
    n = slots.shape[1]
    enter(window, corpus, word, slot)
    affinities_of_detached(window, slot)
    estimate_losses(
        slots,
        window.pool,
        window.log_size,
        window.entropies.unit,
        scratch,
        row,
        slot,
        ZERO,
        n,
    )
    partner, loss, _ = two_least_losses(
        window.entropies, slots, scratch, row, slot, word, ZERO, n, ONE
    )
    forget_counts(scratch, ZERO, n)
    return partner, loss


@inlined_kernel
def choose_partner(window: Window, corpus: Corpus) -> tuple[Int, Int, Int, Int]:
    """Let the next word enter: the slot it joins, its own, its id, the loss.

    Nearly always it is one of the pair of least loss, and need not be attached. Else
    the slot to join is -1, and the word is left in its own, detached.
    """
    word = window.progress[N_ENTERED]
    slot = window.progress[ENTRANT]
    partner, loss = partner_of_entrant(window, corpus, word, slot)
    window.progress[N_ENTERED] = word + 1
    window.slot_of_word[word] = slot
    if beats_all_pairs(window, slot, loss):
        row = window.scratch[0, ROW]
        for j in range(row.size):
            row[j] = 0
    else:
        partner = np.int64(-1)
    return partner, slot, word, loss


@fast_kernel
def advance(window: Window, corpus: Corpus, n_merges: Int) -> None:
    """Let words enter and merge pairs, until so many more merges have been made.

    Ends before if the context lists have to be packed first.
    """
    slots = window.slots
    slot_of_word = window.slot_of_word
    progress = window.progress
    n_words = slot_of_word.size
    n_clusters = slots.shape[1] - 2  # between two words that enter
    end = progress[N_MERGED] + n_merges
    while progress[N_MERGED] < end and not pool_is_full(window):
        n_active = progress[N_ENTERED] - progress[N_MERGED]
        is_attached = ONE
        if n_active <= n_clusters and progress[N_ENTERED] < n_words:
            is_attached = ZERO
            a, b, id_b, loss = choose_partner(window, corpus)
            if a < 0:
                continue
        elif n_active > n_clusters and slots[CLUSTER, progress[ENTRANT]] == FREE:
            attach_entrant(window)
            continue
        else:
            a, b, id_b, loss = choose_pair(window)
        record_merge(window, a, id_b, loss)
        fold(window, a, b, is_attached)
        if is_attached == 0:
            slot_of_word[id_b] = a
        elif progress[N_MERGED] <= n_words - n_clusters:
            relabel(slot_of_word[: progress[N_ENTERED]], a, b)
        progress[ENTRANT] = b


# --- Threads ------------------------------------------------------------------


@fast_kernel
def dismiss_team(team: Array) -> None:
    """Let the threads that `assist` return."""
    begin_round(team, QUIT, ZERO, ZERO, ZERO)


@fast_kernel
def assist(window: Window, thread: Int) -> None:
    """Do this thread's shares of all jobs until the first thread says that it ends."""
    team = window.team
    n_threads = window.scratch.shape[0]
    n_rounds = ZERO
    while True:
        n_rounds += 1
        wait_for(team, ROUND, n_rounds)
        if team[JOB] == GROW:
            grow_share(
                window,
                thread,
                team[FIRST],
                team[SECOND],
                team[THIRD],
                team[SHARE + thread],
                team[SHARE + thread + 1],
            )
        elif team[JOB] == BOUND_PAIRS:
            bound_share(window, thread, team[FIRST], n_threads)
        elif team[JOB] == RESCAN:
            rescan_share(window, thread, team[FIRST], team[SECOND], n_threads)
        else:
            return
        add_release(team, N_DONE)
