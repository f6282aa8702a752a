"""Context lists: which slots stand beside a slot, and how often.

All lists live in one pool, each with some capacity. A list that outgrows its own moves
to the end of the pool and leaves a gap. When the pool is full, `pack_lists` copies all
lists into a new one.
"""

from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.state import (
    COUNT,
    LIST_CAPACITY,
    LIST_LENGTH,
    LIST_MAX,
    LIST_START,
    POOL_LIVE,
    POOL_USED,
    SLOT,
    State,
)
from brownclust._kernels.tree.types import Pool, Progress, Slots, int64

SPARE_CONTEXTS = 4
"""A full list moves to twice its length and these, or short lists would often move."""

ENTRIES_PER_SLOT = 16
"""What one step takes from the pool, beyond twice the contexts listed, for each slot.

A step moves each list of b's contexts at most once, to twice its length and four more:
8 for each slot, as there are two lists. The lists of the word that enters take 4, the
two of a 2, and two of a's own count 2. Nothing is checked while a step runs.
"""


@inner_kernel
def find_context(
    slots: Slots, pool: Pool, direction: int, slot: int, context: int
) -> int:
    """Where the context is in the pool, or would be inserted; O(log length)."""
    low: int = slots[LIST_START + direction, slot]
    high = low + slots[LIST_LENGTH + direction, slot]
    while low < high:
        middle = (low + high) >> 1
        if pool[SLOT, middle] < context:
            low = middle + 1
        else:
            high = middle
    return low


@inner_kernel
def list_end(slots: Slots, direction: int, slot: int) -> int:
    """Where the context list ends in the pool."""
    start: int = slots[LIST_START + direction, slot]
    length: int = slots[LIST_LENGTH + direction, slot]
    return start + length


@inner_kernel
def count_of_context(
    slots: Slots, pool: Pool, direction: int, slot: int, context: int
) -> int:
    """The count of the context, 0 if it is not listed; O(log length)."""
    at = find_context(slots, pool, direction, slot, context)
    if at < list_end(slots, direction, slot) and pool[SLOT, at] == context:
        return int64(pool[COUNT, at])
    return int64(0)


@inner_kernel
def move_list(
    slots: Slots,
    pool: Pool,
    progress: Progress,
    direction: int,
    slot: int,
    capacity: int,
) -> None:
    """Move the list to the end of the pool, where it gets this capacity; O(length)."""
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
    slots: Slots,
    pool: Pool,
    progress: Progress,
    direction: int,
    slot: int,
    context: int,
    count: int,
) -> None:
    """Add to the count of a context, which is inserted if it is new; O(length)."""
    at = find_context(slots, pool, direction, slot, context)
    length = slots[LIST_LENGTH + direction, slot]
    start = slots[LIST_START + direction, slot]
    n_new = 0
    if at == start + length or pool[SLOT, at] != context:
        if length == slots[LIST_CAPACITY + direction, slot]:
            capacity = min(2 * length + SPARE_CONTEXTS, slots.shape[1])
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
    largest = max(slots[LIST_MAX + direction, slot], int64(pool[COUNT, at]))
    slots[LIST_MAX + direction, slot] = largest
    slots[LIST_LENGTH + direction, slot] += n_new
    progress[POOL_LIVE] += n_new


@inner_kernel
def remove_context(
    slots: Slots,
    pool: Pool,
    progress: Progress,
    direction: int,
    slot: int,
    context: int,
) -> None:
    """Remove a context from the list, if it is there; O(length)."""
    at = find_context(slots, pool, direction, slot, context)
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
def add_list(state: State, direction: int, slot: int, other: int) -> None:
    """Add the other slot's contexts and counts to a slot's list; O(lengths).

    `State.counts_before` gets the counts before that, at the positions they have after
    it; `State.positions` gets, for each context of the other slot, its position in this
    slot's list. The slot itself, as a context of the other, is left out.
    """
    slots = state.slots
    pool = state.pool
    positions = state.positions[direction]
    length = slots[LIST_LENGTH + direction, slot]
    theirs = slots[LIST_START + direction, other]
    n_theirs = slots[LIST_LENGTH + direction, other]
    start = slots[LIST_START + direction, slot]
    n_new = 0
    for u in range(n_theirs):
        context = int64(pool[SLOT, theirs + u])
        at = find_context(slots, pool, direction, slot, context) - start
        positions[u] = at
        if context != slot and (at == length or pool[SLOT, start + at] != context):
            n_new += 1
    if length + n_new > slots[LIST_CAPACITY + direction, slot]:
        capacity = min(2 * (length + n_new), slots.shape[1])
        move_list(slots, pool, state.progress, direction, slot, capacity)
        start = slots[LIST_START + direction, slot]
    slots[LIST_LENGTH + direction, slot] = length + n_new
    state.progress[POOL_LIVE] += n_new
    # From the end, so that every context is shifted once, by the new ones before it.
    end = length  # of what has not been shifted yet
    for u in range(n_theirs - 1, -1, -1):
        if n_new == 0:
            break
        context = int64(pool[SLOT, theirs + u])
        at = positions[u]
        positions[u] = at + n_new
        is_new = at == length or pool[SLOT, start + at] != context
        if context != slot and is_new:
            for t in range(end - 1, at - 1, -1):
                pool[SLOT, start + t + n_new] = pool[SLOT, start + t]
                pool[COUNT, start + t + n_new] = pool[COUNT, start + t]
            end = at
            n_new -= 1
            positions[u] = at + n_new
            pool[SLOT, start + at + n_new] = context
            pool[COUNT, start + at + n_new] = 0
    length = slots[LIST_LENGTH + direction, slot]
    counts_before = state.counts_before[direction]
    largest = slots[LIST_MAX + direction, slot]
    for t in range(length):
        counts_before[t] = pool[COUNT, start + t]
    for u in range(n_theirs):
        if pool[SLOT, theirs + u] != slot:
            pool[COUNT, start + positions[u]] += pool[COUNT, theirs + u]
            largest = max(largest, int64(pool[COUNT, start + positions[u]]))
    slots[LIST_MAX + direction, slot] = largest


@fast_kernel
def pack_lists(slots: Slots, pool: Pool, progress: Progress, new_pool: Pool) -> None:
    """Copy all context lists into a new pool, each with capacity for a quarter more.

    If the new pool is as large as two full lists for every slot, each list gets the
    capacity of a full one, and none will move again. O(contexts listed).
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
def pool_is_full(state: State) -> bool:
    """Whether one more step might need more than the pool has left.

    It never does where every list has the capacity of a full one.
    """
    n = state.slots.shape[1]
    n_pool = state.pool.shape[1]
    n_left: int = n_pool - state.progress[POOL_USED]
    n_needed: int = 2 * state.progress[POOL_LIVE] + ENTRIES_PER_SLOT * n
    return n_pool < 2 * n * n and n_left < n_needed
