"""The steps of exact agglomeration: words enter, and the least pair is merged."""

import numpy as np

from brownclust._kernels.bounds import (
    bound_all_pairs,
    bound_own_pairs,
    bound_share,
    lower_bounds,
    take_least_bound,
    take_new_bounds,
    take_own_falls,
)
from brownclust._kernels.compilation import (
    Array,
    Int,
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.context_lists import (
    add_count,
    admit_contexts,
    find,
    list_end,
    move_list,
    pool_is_full,
    remove_context,
)
from brownclust._kernels.entropy import log2, shared
from brownclust._kernels.growth import grow_cells, grow_own_pairs, grow_row, grow_share
from brownclust._kernels.losses import (
    estimate_losses,
    forget_counts,
    loss_of_attached,
    two_least_losses,
)
from brownclust._kernels.search import beats_all_pairs, least_pair, rescan_share
from brownclust._kernels.team import (
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
    add_release,
    begin_round,
    end_round,
    is_shared,
    wait_for,
)
from brownclust._kernels.window import (
    BOUND,
    CLOCK,
    CLUSTER,
    COUNT,
    EARLY_DROP,
    ENTRANT,
    FREE,
    LARGEST,
    LEAST,
    LEAST_NEW,
    LIST_CAPACITY,
    LIST_LENGTH,
    LIST_MOST,
    LIST_START,
    MASS,
    N_ATTACHED,
    N_ENTERED,
    N_MERGED,
    ONE,
    POOL_LIVE,
    PREDECESSORS,
    ROW,
    SEGMENT_BITS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    WRITTEN,
    ZERO,
    Corpus,
    Window,
)

# --- Loading the first words --------------------------------------------------


@inner_kernel
def load_list(
    window: Window,
    direction: Int,
    word: Int,
    indices: Array,
    counts: Array,
    n_words: Int,
) -> None:
    """Make a word's context list from its bigrams with the first words."""
    slots = window.slots
    pool = window.pool
    length = 0
    while length < indices.size and indices[length] < n_words:
        length += 1
    move_list(slots, pool, window.progress, direction, word, length + 1)
    start = slots[LIST_START + direction, word]
    most = slots[LIST_MOST + direction, word]
    for t in range(length):
        pool[SLOT, start + t] = indices[t]
        pool[COUNT, start + t] = counts[t]
        slots[MASS, word] += counts[t]
        most = max(most, counts[t])
        if indices[t] == word:
            slots[SELF_COUNT, word] = counts[t]
    slots[LIST_MOST + direction, word] = most
    slots[LIST_LENGTH + direction, word] = length
    window.progress[POOL_LIVE] += length


@fast_kernel
def load_contexts(window: Window, corpus: Corpus, n_words: Int) -> None:
    """Attach words 0 ... n_words - 1 to the slots of the same numbers.

    All but the affinities; the pool must have room for all their bigrams.
    """
    slots = window.slots
    pool = window.pool
    progress = window.progress
    edge = slots.shape[1] - 1
    for direction in range(2):
        move_list(slots, pool, progress, direction, edge, n_words)
    for word in range(n_words):
        slots[CLUSTER, word] = word
        slots[SIZE, word] = corpus.unigram_counts[word]
        window.log_size[word] = log2(float(corpus.unigram_counts[word]))
        window.slot_of_word[word] = word
        begin = corpus.offsets[SUCCESSORS, word]
        end = corpus.offsets[SUCCESSORS, word + 1]
        load_list(
            window,
            SUCCESSORS,
            word,
            corpus.successors[begin:end],
            corpus.successor_counts[begin:end],
            n_words,
        )
        begin = corpus.offsets[PREDECESSORS, word]
        end = corpus.offsets[PREDECESSORS, word + 1]
        load_list(
            window,
            PREDECESSORS,
            word,
            corpus.predecessors[begin:end],
            corpus.predecessor_counts[begin:end],
            n_words,
        )
        for direction in range(2):
            count = corpus.edge_counts[direction, word]
            if count > 0:
                add_count(slots, pool, progress, direction, word, edge, count)
                add_count(slots, pool, progress, 1 - direction, edge, word, count)
                slots[MASS, word] += count
    progress[N_ENTERED] = n_words


@fast_kernel
def load_affinities(window: Window, thread: Int, begin: Int, stop: Int) -> None:
    """Fill rows begin ... stop - 1 of the affinities, and settle them.

    Cost: over the contexts k of these rows, the slots before that have k.
    """
    slots = window.slots
    pool = window.pool
    for slot in range(begin, stop):
        for direction in range(2):
            opposite = 1 - direction
            start = slots[LIST_START + direction, slot]
            for t in range(start, list_end(slots, direction, slot)):
                context = np.int64(pool[SLOT, t])
                first = slots[LIST_START + opposite, context]
                end = find(slots, pool, opposite, context, slot)
                grow_cells(
                    window.entropies,
                    ZERO,
                    np.int64(pool[COUNT, t]),
                    slots[LIST_MOST + opposite, context],
                    pool[SLOT, first:end],
                    pool[COUNT, first:end],
                    window.affinity[slot],
                )
        for segment in range((slot >> window.progress[SEGMENT_BITS]) + 1):
            bound_own_pairs(window, window.scratch[thread], segment, slot)
        take_least_bound(slots, window.bounds, slot)


# --- Entering -----------------------------------------------------------------


@inner_kernel
def gather_contexts(
    window: Window,
    direction: Int,
    word: Int,
    slot: Int,
    indices: Array,
    counts: Array,
) -> None:
    """Make the slot's context list from a word's bigrams with words before it.

    A bigram with itself goes to the slot's self count. Cost: the word's
    bigrams, and O(n).
    """
    slots = window.slots
    pool = window.pool
    row = window.scratch[0, ROW]
    length = 0
    for t in range(indices.size):
        if indices[t] >= word:
            if indices[t] == word:
                slots[SELF_COUNT, slot] = counts[t]
            break
        context = np.int64(window.slot_of_word[indices[t]])
        if row[context] == 0:
            length += 1
        row[context] += counts[t]
    window.progress[POOL_LIVE] += length - slots[LIST_LENGTH + direction, slot]
    slots[LIST_LENGTH + direction, slot] = 0
    if slots[LIST_CAPACITY + direction, slot] <= length:
        move_list(slots, pool, window.progress, direction, slot, 2 * length + 4)
    at = slots[LIST_START + direction, slot]
    slots[LIST_LENGTH + direction, slot] = length
    end = at + length
    most = ZERO
    k = 0
    while at < end:
        if row[k] > 0:
            pool[SLOT, at] = k
            pool[COUNT, at] = row[k]
            most = max(most, row[k])
            row[k] = 0
            at += 1
        k += 1
    slots[LIST_MOST + direction, slot] = most


@inlined_kernel
def enter(window: Window, corpus: Corpus, word: Int, slot: Int) -> None:
    """Put a word into a slot, detached, and count it in the others' mass."""
    slots = window.slots
    edge = slots.shape[1] - 1
    slots[SIZE, slot] = corpus.unigram_counts[word]
    slots[SELF_COUNT, slot] = 0
    window.log_size[slot] = log2(float(corpus.unigram_counts[word]))
    begin = corpus.offsets[SUCCESSORS, word]
    end = corpus.offsets[SUCCESSORS, word + 1]
    gather_contexts(
        window,
        SUCCESSORS,
        word,
        slot,
        corpus.successors[begin:end],
        corpus.successor_counts[begin:end],
    )
    begin = corpus.offsets[PREDECESSORS, word]
    end = corpus.offsets[PREDECESSORS, word + 1]
    gather_contexts(
        window,
        PREDECESSORS,
        word,
        slot,
        corpus.predecessors[begin:end],
        corpus.predecessor_counts[begin:end],
    )
    mass = 2 * slots[SELF_COUNT, slot]
    for direction in range(2):
        if corpus.edge_counts[direction, word] > 0:
            add_count(
                slots,
                window.pool,
                window.progress,
                direction,
                slot,
                edge,
                corpus.edge_counts[direction, word],
            )
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            mass += window.pool[COUNT, t]
            slots[MASS, window.pool[SLOT, t]] += window.pool[COUNT, t]
    slots[MASS, slot] = mass


@inlined_kernel
def affinities_of_detached(window: Window, slot: Int) -> None:
    """Add S(slot, .) to the scratch row, the slot's own context included.

    Cost: over the slot's contexts k, the slots that have k too.
    """
    slots = window.slots
    pool = window.pool
    row = window.scratch[0, ROW]
    entropies = window.entropies
    own = slots[SELF_COUNT, slot]
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            context = np.int64(pool[SLOT, t])
            count = np.int64(pool[COUNT, t])
            grow_row(entropies, slots, pool, direction, context, ZERO, count, row)
            if own > 0:
                row[context] += shared(entropies, own, count)


@inlined_kernel
def attach_entrant(window: Window) -> None:
    """Make the last word to enter, whose affinities the scratch row holds, known.

    Cost: the square of its contexts, and O(n).
    """
    slot = window.progress[ENTRANT]
    slots = window.slots
    pool = window.pool
    progress = window.progress
    row = window.scratch[0, ROW]
    edge = slots.shape[1] - 1
    progress[CLOCK] += 1
    for direction in range(2):
        names = pool[SLOT, slots[LIST_START + direction, slot] :]
        counts = pool[COUNT, slots[LIST_START + direction, slot] :]
        most = slots[LIST_MOST + direction, slot]
        for t in range(slots[LIST_LENGTH + direction, slot]):
            context = np.int64(names[t])
            count = np.int64(counts[t])
            if context != edge:
                grow_own_pairs(
                    window.entropies,
                    window.bounds,
                    progress[SEGMENT_BITS],
                    window.affinity[context],
                    context,
                    ZERO,
                    count,
                    most,
                    names[:t],
                    counts[:t],
                )
                slots[WRITTEN, context] = progress[CLOCK]
                take_own_falls(slots, window.bounds, context)
            add_count(slots, pool, progress, 1 - direction, context, slot, count)
    if slots[SELF_COUNT, slot] > 0:
        for direction in range(2):
            own = slots[SELF_COUNT, slot]
            add_count(slots, pool, progress, direction, slot, slot, own)
    slots[CLUSTER, slot] = progress[N_ENTERED] - 1
    for j in range(slots.shape[1]):
        window.affinity[slot, j] = row[j]
        window.affinity[j, slot] = 0
        row[j] = 0
    bound_all_pairs(window, slot)
    progress[N_ATTACHED] += 1


# --- Folding ------------------------------------------------------------------


@inlined_kernel
def work_of_fold(window: Window, a: Int, b: Int) -> Int:
    """Terms D of folding b into a: for every context, its slots and a's contexts."""
    slots = window.slots
    total = ZERO
    for direction in range(2):
        start = slots[LIST_START + direction, b]
        length = slots[LIST_LENGTH + direction, b]
        for t in range(start, start + length):
            total += slots[LIST_LENGTH + 1 - direction, window.pool[SLOT, t]]
        total += length * slots[LIST_LENGTH + direction, a]
    return total


@inlined_kernel
def divide_contexts(window: Window, b: Int, n_threads: Int) -> None:
    """Give each thread a range of slots with as many contexts of b.

    A context costs about the same whether it is frequent or rare: more terms are
    in caches. O(contexts).
    """
    slots = window.slots
    pool = window.pool
    team = window.team
    n = slots.shape[1]
    out = slots[LIST_START + SUCCESSORS, b]
    out_end = list_end(slots, SUCCESSORS, b)
    back = slots[LIST_START + PREDECESSORS, b]
    back_end = list_end(slots, PREDECESSORS, b)
    n_left = out_end - out + back_end - back
    end = ZERO
    for thread in range(1, n_threads):
        n_after = n_left - n_left // (n_threads - thread + 1)
        while n_left > n_after:
            follower = np.int64(pool[SLOT, out]) if out < out_end else np.int64(n)
            leader = np.int64(pool[SLOT, back]) if back < back_end else np.int64(n)
            end = min(follower, leader) + 1
            if follower < end:
                out += 1
                n_left -= 1
            if leader < end:
                back += 1
                n_left -= 1
        team[SHARE + thread] = end
    team[SHARE + n_threads] = n


@inlined_kernel
def grow_affinities(window: Window, a: Int, b: Int, is_attached: Int) -> None:
    """Make all moves of a fold of b into a, and let the bounds follow."""
    slots = window.slots
    n = slots.shape[1]
    n_threads = window.scratch.shape[0]
    team = window.team
    work = work_of_fold(window, a, b) if n_threads > 1 else ZERO
    if is_shared(team, n_threads, work):
        divide_contexts(window, b, n_threads)
        begin_round(team, GROW, a, b, is_attached)
        grow_share(window, ZERO, a, b, is_attached, ZERO, team[SHARE + 1])
        end_round(team, n_threads)
    else:
        n_threads = 1
        grow_share(window, ZERO, a, b, is_attached, ZERO, np.int64(n))
    for direction in range(2):
        start = slots[LIST_START + direction, b]
        for t in range(start, list_end(slots, direction, b)):
            take_own_falls(slots, window.bounds, np.int64(window.pool[SLOT, t]))
    for thread in range(n_threads):
        scratch = window.scratch[thread]
        begin = team[SHARE + thread]
        for direction in range(2):
            start = slots[LIST_START + direction, a]
            names = window.pool[SLOT, start : list_end(slots, direction, a)]
            lower_bounds(
                slots,
                window.bounds,
                scratch[LEAST_NEW],
                begin >> window.progress[SEGMENT_BITS],
                names,
                scratch[EARLY_DROP + direction],
            )
        take_new_bounds(slots[BOUND], scratch[LEAST_NEW])


@inner_kernel
def fold(window: Window, a: Int, b: Int, is_attached: Int) -> None:
    """Fold slot b into a, and free it; b is known to the others or not.

    Cost: that of `grow_share`, and O(n).
    """
    slots = window.slots
    pool = window.pool
    progress = window.progress
    progress[CLOCK] += 1
    own = slots[SELF_COUNT, b]
    for direction in range(2):
        remove_context(slots, pool, progress, direction, b, b)
        remove_context(slots, pool, progress, direction, a, b)
        admit_contexts(window, direction, a, b)
    grow_affinities(window, a, b, is_attached)
    for direction in range(2):
        opposite = 1 - direction
        start = slots[LIST_START + direction, b]
        for t in range(start, list_end(slots, direction, b)):
            context = np.int64(pool[SLOT, t])
            count = np.int64(pool[COUNT, t])
            if context == a:
                own += count
                continue
            if is_attached:
                remove_context(slots, pool, progress, opposite, context, b)
            add_count(slots, pool, progress, opposite, context, a, count)
    if own > 0:
        before = slots[SELF_COUNT, a]
        for direction in range(2):
            grow_row(
                window.entropies,
                slots,
                pool,
                direction,
                a,
                before,
                before + own,
                window.scratch[0, ROW],
            )
            add_count(slots, pool, progress, direction, a, a, own)
        slots[SELF_COUNT, a] = before + own
    slots[MASS, a] += slots[MASS, b]
    slots[SIZE, a] += slots[SIZE, b]
    window.log_size[a] = log2(float(slots[SIZE, a]))
    slots[CLUSTER, b] = FREE
    slots[BOUND, b] = LARGEST
    for segment in range(window.bounds.shape[1]):
        window.bounds[LEAST, segment, b] = LARGEST
    bound_all_pairs(window, a)


# --- Steps --------------------------------------------------------------------


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


# --- Words for clusters that stay -------------------------------------------------


@fast_kernel
def place_words(
    window: Window, corpus: Corpus, begin: Int, partners: Array, losses: Array
) -> Int:
    """Find the slots that words `begin`, ... had best join; return how many were found.

    Each alone, the slots as they are; they need no affinities. Fewer than all if the
    context lists have to be packed first.
    """
    slots = window.slots
    slot = window.progress[ENTRANT]
    row = window.scratch[0, ROW]
    for i in range(partners.size):
        if pool_is_full(window):
            return i
        partner, loss = partner_of_entrant(window, corpus, np.int64(begin + i), slot)
        partners[i] = partner
        losses[i] = loss
        for direction in range(2):
            start = slots[LIST_START + direction, slot]
            for t in range(start, list_end(slots, direction, slot)):
                slots[MASS, window.pool[SLOT, t]] -= window.pool[COUNT, t]
        for j in range(row.size):
            row[j] = 0
    return partners.size


@fast_kernel
def replay_merges(window: Window, pairs: Array, losses: Array) -> Int:
    """Merge pairs of slots, the first to stay; return how many were merged.

    Fewer than all if the context lists have to be packed first.
    """
    for step in range(losses.size):
        if pool_is_full(window):
            return step
        losses[step] = loss_of_attached(window, pairs[step, 0], pairs[step, 1])
        fold(window, pairs[step, 0], pairs[step, 1], ONE)
    return losses.size


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
