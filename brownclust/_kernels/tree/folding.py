"""One cluster is folded into another: counts, overlaps, bounds."""

from brownclust._kernels.jit.compilation import inlined_kernel, inner_kernel
from brownclust._kernels.tree.bounds import (
    apply_above_deltas,
    apply_new_bounds,
    apply_own_deltas,
    bound_all_pairs,
    decrease_bounds,
)
from brownclust._kernels.tree.context_lists import (
    add_count,
    add_list,
    list_end,
    remove_context,
)
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.stale_slots import drop_of_merge, stay_stale
from brownclust._kernels.tree.state import (
    ABOVE,
    ABOVE_DELTA,
    BEST,
    BOUND,
    CLOCK,
    CLUSTER,
    COUNT,
    DROP,
    FIRST_DELTA,
    FREE,
    LARGEST,
    LIST_LENGTH,
    LIST_START,
    N_TERMS,
    NEIGHBOUR_TOTAL,
    NEW_BOUND,
    PREDECESSORS,
    ROW,
    SECOND_BEST,
    SEGMENT_BITS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import int64
from brownclust._kernels.tree.updates import update_chunk, update_row
from brownclust._kernels.tree.workers import (
    CHUNK_START,
    UPDATE,
    begin_round,
    end_round,
    finish_chunk,
    is_parallel,
    take_chunk,
)


@inlined_kernel
def work_of_fold(state: State, a: int, b: int) -> int:
    """How many terms D folding b into a takes; O(contexts of b).

    For every context of b: the slots that have it, and a's contexts.
    """
    slots = state.slots
    total = ZERO
    for direction in range(2):
        start = slots[LIST_START + direction, b]
        length = slots[LIST_LENGTH + direction, b]
        for t in range(start, start + length):
            total += slots[LIST_LENGTH + 1 - direction, state.pool[SLOT, t]]
        total += length * slots[LIST_LENGTH + direction, a]
    return total


@inlined_kernel
def divide_contexts(state: State, b: int, n_threads: int) -> None:
    """Give each thread a range of slots with equally many contexts of b; O(contexts).

    A context costs about the same whether it is frequent or rare: a frequent one has
    more terms, but more of them are in caches.
    """
    slots = state.slots
    pool = state.pool
    workers = state.workers
    n = slots.shape[1]
    # Both lists are walked in the order of slots, as if they were one.
    successor = slots[LIST_START + SUCCESSORS, b]
    successor_end = list_end(slots, SUCCESSORS, b)
    predecessor = slots[LIST_START + PREDECESSORS, b]
    predecessor_end = list_end(slots, PREDECESSORS, b)
    n_left = successor_end - successor + predecessor_end - predecessor
    end = ZERO
    for thread in range(1, n_threads):
        n_after = n_left - n_left // (n_threads - thread + 1)
        while n_left > n_after:
            follower = int64(n)
            if successor < successor_end:
                follower = int64(pool[SLOT, successor])
            leader = int64(n)
            if predecessor < predecessor_end:
                leader = int64(pool[SLOT, predecessor])
            end = min(follower, leader) + 1
            if follower < end:
                successor += 1
                n_left -= 1
            if leader < end:
                predecessor += 1
                n_left -= 1
        workers[CHUNK_START + thread] = end
    workers[CHUNK_START + n_threads] = n


@inlined_kernel
def update_overlaps(state: State, a: int, b: int, is_inserted: int) -> None:
    """Update overlaps for a fold of b into a, on all threads, and lower bounds."""
    slots = state.slots
    n = slots.shape[1]
    n_threads = state.scratch.shape[0]
    workers = state.workers
    work = work_of_fold(state, a, b)
    state.progress[N_TERMS] += work
    if is_parallel(workers, n_threads, work):
        divide_contexts(state, b, n_threads)
        begin_round(workers, UPDATE, n_threads, a, b, is_inserted)
        chunk = take_chunk(workers)
        while chunk >= 0:
            begin = workers[CHUNK_START + chunk]
            end = workers[CHUNK_START + chunk + 1]
            update_chunk(state, chunk, a, b, is_inserted, begin, end)
            chunk = finish_chunk(workers)
        end_round(workers)
    else:
        n_threads = 1
        update_chunk(state, ZERO, a, b, is_inserted, ZERO, int64(n))
    for direction in range(2):
        start = slots[LIST_START + direction, b]
        for t in range(start, list_end(slots, direction, b)):
            apply_own_deltas(slots, state.bounds, int64(state.pool[SLOT, t]))
    for thread in range(n_threads):
        scratch = state.scratch[thread]
        begin = workers[CHUNK_START + thread]
        for direction in range(2):
            start = slots[LIST_START + direction, a]
            neighbours = state.pool[SLOT, start : list_end(slots, direction, a)]
            deltas = scratch[ABOVE_DELTA + direction]
            apply_above_deltas(slots[ABOVE], neighbours, deltas)
            decrease_bounds(
                slots,
                state.bounds,
                scratch[NEW_BOUND],
                begin >> state.progress[SEGMENT_BITS],
                neighbours,
                scratch[FIRST_DELTA + direction],
            )
        apply_new_bounds(slots[BOUND], scratch[NEW_BOUND])


@inlined_kernel
def add_lists(state: State, a: int, b: int) -> int:
    """Add b's lists to a's, without a and b as contexts of b and of each other.

    Returns b's count with itself. What a and b have with each other, and b with itself,
    becomes a's own count. O(lengths).
    """
    for direction in range(2):
        remove_context(state.slots, state.pool, state.progress, direction, b, b)
        remove_context(state.slots, state.pool, state.progress, direction, a, b)
        add_list(state, direction, a, b)
    return int64(state.slots[SELF_COUNT, b])


@inlined_kernel
def replace_context(state: State, a: int, b: int, is_inserted: int) -> int:
    """Replace b by a in the lists of b's contexts; return b's counts with a.

    Cost: the lengths of these lists.
    """
    slots = state.slots
    pool = state.pool
    progress = state.progress
    counts_with_a = ZERO
    for direction in range(2):
        opposite = 1 - direction
        start = slots[LIST_START + direction, b]
        for t in range(start, list_end(slots, direction, b)):
            context = int64(pool[SLOT, t])
            count = int64(pool[COUNT, t])
            if context == a:
                counts_with_a += count
                continue
            if is_inserted:
                remove_context(slots, pool, progress, opposite, context, b)
            add_count(slots, pool, progress, opposite, context, a, count)
    return counts_with_a


@inner_kernel
def fold(state: State, a: int, b: int, is_inserted: int, loss: int) -> None:
    """Fold slot b into a, and free it; b is inserted or pending.

    Cost: that of `update_chunk`, and O(n).
    """
    slots = state.slots
    pool = state.pool
    progress = state.progress
    progress[CLOCK] += 1
    drop = drop_of_merge(state, a, b, loss)
    own = add_lists(state, a, b)
    update_overlaps(state, a, b, is_inserted)
    own += replace_context(state, a, b, is_inserted)
    if own > 0:
        before = slots[SELF_COUNT, a]
        for direction in range(2):
            update_row(
                state.entropies,
                slots,
                pool,
                direction,
                a,
                before,
                before + own,
                state.scratch[0, ROW],
            )
            add_count(slots, pool, progress, direction, a, a, own)
        slots[SELF_COUNT, a] = before + own
    slots[NEIGHBOUR_TOTAL, a] += slots[NEIGHBOUR_TOTAL, b]
    slots[SIZE, a] += slots[SIZE, b]
    state.log_size[a] = log2(float(slots[SIZE, a]))
    slots[CLUSTER, b] = FREE
    slots[BOUND, b] = LARGEST
    slots[ABOVE, b] = LARGEST
    slots[DROP, b] = 0
    for segment in range(state.bounds.shape[1]):
        state.bounds[BEST, segment, b] = LARGEST
        state.bounds[SECOND_BEST, segment, b] = LARGEST
    if is_inserted or not stay_stale(state, a, loss, drop):
        bound_all_pairs(state, a)
