"""Context lists: which slots stand beside a slot, and how often.

All live in one pool. A list that outgrows its room moves to the pool's end, and when
that is reached `pack_lists` copies all into a new one.
"""

import numpy as np

from brownclust._kernels.jit.compilation import (
    Array,
    Bool,
    Int,
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.state import (
    COUNT,
    LIST_CAPACITY,
    LIST_LENGTH,
    LIST_MOST,
    LIST_START,
    POOL_LIVE,
    POOL_USED,
    SLOT,
    Window,
)


@inner_kernel
def find(slots: Array, pool: Array, direction: Int, slot: Int, context: Int) -> Int:
    """Where the context stands in the pool, or would; O(log length)."""
    low = slots[LIST_START + direction, slot]
    high = low + slots[LIST_LENGTH + direction, slot]
    while low < high:
        middle = (low + high) >> 1
        if pool[SLOT, middle] < context:
            low = middle + 1
        else:
            high = middle
    return low


@inner_kernel
def list_end(slots: Array, direction: Int, slot: Int) -> Int:
    """Where the context list ends in the pool."""
    return slots[LIST_START + direction, slot] + slots[LIST_LENGTH + direction, slot]


@inner_kernel
def count_at(slots: Array, pool: Array, direction: Int, slot: Int, context: Int) -> Int:
    """The count of the context, 0 if absent; O(log length)."""
    at = find(slots, pool, direction, slot, context)
    if at < list_end(slots, direction, slot) and pool[SLOT, at] == context:
        return np.int64(pool[COUNT, at])
    return np.int64(0)


@inner_kernel
def move_list(
    slots: Array, pool: Array, progress: Array, direction: Int, slot: Int, capacity: Int
) -> None:
    """Give the list room for `capacity` contexts at the pool's end; O(length)."""
    old = slots[LIST_START + direction, slot]
    new = progress[POOL_USED]
    for t in range(slots[LIST_LENGTH + direction, slot]):
        pool[SLOT, new + t] = pool[SLOT, old + t]
        pool[COUNT, new + t] = pool[COUNT, old + t]
    slots[LIST_START + direction, slot] = new
    slots[LIST_CAPACITY + direction, slot] = capacity
    progress[POOL_USED] = new + capacity


@inner_kernel
def add_count(
    slots: Array,
    pool: Array,
    progress: Array,
    direction: Int,
    slot: Int,
    context: Int,
    count: Int,
) -> None:
    """Add to the count of a context, inserting it if new; O(length)."""
    at = find(slots, pool, direction, slot, context)
    length = slots[LIST_LENGTH + direction, slot]
    start = slots[LIST_START + direction, slot]
    n_new = 0
    if at == start + length or pool[SLOT, at] != context:
        if length == slots[LIST_CAPACITY + direction, slot]:
            capacity = min(2 * length + 4, slots.shape[1])
            move_list(slots, pool, progress, direction, slot, capacity)
            at += slots[LIST_START + direction, slot] - start
            start = slots[LIST_START + direction, slot]
        for t in range(start + length, at, -1):
            pool[SLOT, t] = pool[SLOT, t - 1]
            pool[COUNT, t] = pool[COUNT, t - 1]
        pool[SLOT, at] = context
        pool[COUNT, at] = 0
        n_new = 1
    pool[COUNT, at] += count
    most = max(slots[LIST_MOST + direction, slot], np.int64(pool[COUNT, at]))
    slots[LIST_MOST + direction, slot] = most
    slots[LIST_LENGTH + direction, slot] += n_new
    progress[POOL_LIVE] += n_new


@inner_kernel
def remove_context(
    slots: Array, pool: Array, progress: Array, direction: Int, slot: Int, context: Int
) -> None:
    """Take a context off the list, if it is there; O(length)."""
    at = find(slots, pool, direction, slot, context)
    end = list_end(slots, direction, slot)
    n_old = 0
    if at < end and pool[SLOT, at] == context:
        for t in range(at, end - 1):
            pool[SLOT, t] = pool[SLOT, t + 1]
            pool[COUNT, t] = pool[COUNT, t + 1]
        n_old = 1
    slots[LIST_LENGTH + direction, slot] -= n_old
    progress[POOL_LIVE] -= n_old


@inlined_kernel
def admit_contexts(window: Window, direction: Int, slot: Int, other: Int) -> None:
    """Give a slot's list the contexts of the other slot, and count them there.

    `Window.before` keeps the counts before, at the same positions; `Window.places` has
    the position of each context of the other's. The slot itself, as a context of the
    other, is passed over. O(lengths).
    """
    slots = window.slots
    pool = window.pool
    places = window.places[direction]
    length = slots[LIST_LENGTH + direction, slot]
    theirs = slots[LIST_START + direction, other]
    n_theirs = slots[LIST_LENGTH + direction, other]
    start = slots[LIST_START + direction, slot]
    n_new = 0
    for u in range(n_theirs):
        context = np.int64(pool[SLOT, theirs + u])
        at = find(slots, pool, direction, slot, context) - start
        places[u] = at
        if context != slot and (at == length or pool[SLOT, start + at] != context):
            n_new += 1
    if length + n_new > slots[LIST_CAPACITY + direction, slot]:
        capacity = min(2 * (length + n_new), slots.shape[1])
        move_list(slots, pool, window.progress, direction, slot, capacity)
        start = slots[LIST_START + direction, slot]
    slots[LIST_LENGTH + direction, slot] = length + n_new
    window.progress[POOL_LIVE] += n_new
    end = length  # of what has not been shifted
    for u in range(n_theirs - 1, -1, -1):
        if n_new == 0:
            break
        context = np.int64(pool[SLOT, theirs + u])
        at = places[u]
        places[u] = at + n_new
        is_new = at == length or pool[SLOT, start + at] != context
        if context != slot and is_new:
            for t in range(end - 1, at - 1, -1):
                pool[SLOT, start + t + n_new] = pool[SLOT, start + t]
                pool[COUNT, start + t + n_new] = pool[COUNT, start + t]
            end = at
            n_new -= 1
            places[u] = at + n_new
            pool[SLOT, start + at + n_new] = context
            pool[COUNT, start + at + n_new] = 0
    length = slots[LIST_LENGTH + direction, slot]
    before = window.before[direction]
    most = slots[LIST_MOST + direction, slot]
    for t in range(length):
        before[t] = pool[COUNT, start + t]
    for u in range(n_theirs):
        if pool[SLOT, theirs + u] != slot:
            pool[COUNT, start + places[u]] += pool[COUNT, theirs + u]
            most = max(most, np.int64(pool[COUNT, start + places[u]]))
    slots[LIST_MOST + direction, slot] = most


@fast_kernel
def pack_lists(slots: Array, pool: Array, progress: Array, new_pool: Array) -> None:
    """Copy all context lists into a new pool, with room for a quarter more.

    Or for all slots, if the pool is as large as that: then no list moves again.
    """
    n = slots.shape[1]
    is_for_good = new_pool.shape[1] == 2 * n * n
    used = 0
    for direction in range(2):
        for slot in range(slots.shape[1]):
            start = slots[LIST_START + direction, slot]
            length = slots[LIST_LENGTH + direction, slot]
            for t in range(length):
                new_pool[SLOT, used + t] = pool[SLOT, start + t]
                new_pool[COUNT, used + t] = pool[COUNT, start + t]
            capacity = n if is_for_good else length + length // 4
            slots[LIST_START + direction, slot] = used
            slots[LIST_CAPACITY + direction, slot] = capacity
            used += capacity
    progress[POOL_USED] = used


@fast_kernel
def pool_is_full(window: Window) -> Bool:
    """Whether one more step might need more than the pool has left."""
    n = window.slots.shape[1]
    n_pool = window.pool.shape[1]
    needed = 2 * window.progress[POOL_LIVE] + 16 * n
    return n_pool < 2 * n * n and n_pool - window.progress[POOL_USED] < needed
