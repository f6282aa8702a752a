"""One cluster is folded into another: counts, affinities, bounds."""

import numpy as np

from brownclust._kernels.jit.compilation import (
    Int,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.bounds import (
    bound_all_pairs,
    lower_bounds,
    take_new_bounds,
    take_own_falls,
)
from brownclust._kernels.tree.context_lists import (
    add_count,
    admit_contexts,
    list_end,
    remove_context,
)
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.state import (
    BOUND,
    CLOCK,
    CLUSTER,
    COUNT,
    EARLY_DROP,
    FREE,
    LARGEST,
    LEAST,
    LEAST_NEW,
    LIST_LENGTH,
    LIST_START,
    MASS,
    PREDECESSORS,
    ROW,
    SEGMENT_BITS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    ZERO,
    Window,
)
from brownclust._kernels.tree.updates import grow_row, grow_share
from brownclust._kernels.tree.workers import (
    GROW,
    SHARE,
    begin_round,
    end_round,
    is_shared,
)


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
