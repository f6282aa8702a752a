"""The one move of which all else is made: a count grows, and affinities with it.

When the count c(i, k) grows from ``before`` to ``after``, then for every j that has the
context k too

    S(i, j) += D(after, c(j, k)) - D(before, c(j, k))

and, with directions exchanged, the same holds for k and the slots that follow i. A word
that enters and a slot that is folded into another are sequences of that move, and
integers give the same bits in any order.
"""

import numpy as np

from brownclust._kernels.jit.compilation import Array, Int, inner_kernel
from brownclust._kernels.tree.bounds import lower_bounds
from brownclust._kernels.tree.context_lists import list_end
from brownclust._kernels.tree.entropy import Entropies, entropy
from brownclust._kernels.tree.state import (
    CLOCK,
    COUNT,
    DROP,
    EARLY_DROP,
    LEAST_NEW,
    LIST_LENGTH,
    LIST_MOST,
    LIST_START,
    OWN_FALL,
    ROW,
    SEGMENT_BITS,
    SLOT,
    WRITTEN,
    ZERO,
    Window,
)


@inner_kernel
def grow_cells(
    entropies: Entropies,
    before: Int,
    after: Int,
    most: Int,
    names: Array,
    counts: Array,
    cells: Array,
) -> Int:
    """cells[names[t]] += D(after, counts[t]) - D(before, counts[t]); the least.

    No count is above `most`. Unsigned indices into views that start at `before`
    and `after` spare Numba its test for negative ones: two thirds of the time.
    """
    table = entropies.table
    base = entropy(entropies, after) - entropy(entropies, before)
    least = ZERO
    if max(before, after) + most < table.size:
        old = table[before:]
        new = table[after:]
        for t in range(counts.size):
            q = np.uint32(counts[t])
            change = base + old[q] - new[q]
            cells[np.uint32(names[t])] += change
            least = min(least, change)
    else:
        for t in range(counts.size):
            count = np.int64(counts[t])
            change = base + entropy(entropies, before + count)
            change -= entropy(entropies, after + count)
            cells[np.uint32(names[t])] += change
            least = min(least, change)
    return least


@inner_kernel
def grow_others_cells(
    entropies: Entropies,
    before: Int,
    after: Int,
    most: Int,
    names: Array,
    counts: Array,
    cells: Array,
    drops: Array,
) -> None:
    """As `grow_cells`, with the least by name: drops[names[t]]."""
    table = entropies.table
    base = entropy(entropies, after) - entropy(entropies, before)
    if max(before, after) + most < table.size:
        old = table[before:]
        new = table[after:]
        for t in range(counts.size):
            q = np.uint32(counts[t])
            j = np.uint32(names[t])
            change = base + old[q] - new[q]
            cells[j] += change
            drops[j] = min(drops[j], change)
    else:
        for t in range(counts.size):
            count = np.int64(counts[t])
            j = np.uint32(names[t])
            change = base + entropy(entropies, before + count)
            change -= entropy(entropies, after + count)
            cells[j] += change
            drops[j] = min(drops[j], change)


@inner_kernel
def grow_row(
    entropies: Entropies,
    slots: Array,
    pool: Array,
    direction: Int,
    context: Int,
    before: Int,
    after: Int,
    row: Array,
) -> None:
    """row[j] += D(after, q) - D(before, q), q the count of j with the context.

    `direction` is the list of the row's own slot that holds the context.
    Cost: the slots with that context.
    """
    opposite = 1 - direction
    start = slots[LIST_START + opposite, context]
    end = list_end(slots, opposite, context)
    grow_cells(
        entropies,
        before,
        after,
        slots[LIST_MOST + opposite, context],
        pool[SLOT, start:end],
        pool[COUNT, start:end],
        row,
    )


@inner_kernel
def grow_own_pairs(
    entropies: Entropies,
    bounds: Array,
    bits: Int,
    cells: Array,
    slot: Int,
    before: Int,
    after: Int,
    most: Int,
    names: Array,
    counts: Array,
) -> None:
    """Make the move for S(slot, j), j in `names`, all before the slot.

    What that takes off the slot's bounds gathers in OWN_FALL, segment by segment, until
    `take_own_falls`. O(names).
    """
    begin = 0
    while begin < names.size:
        segment = np.int64(names[begin]) >> bits
        end = names.size
        if names[end - 1] >> bits != segment:
            end = begin + 1
            while names[end] >> bits == segment:
                end += 1
        least = grow_cells(
            entropies,
            before,
            after,
            most,
            names[begin:end],
            counts[begin:end],
            cells,
        )
        bounds[OWN_FALL, segment, slot] += least
        begin = end


@inner_kernel
def grow_share(
    window: Window,
    thread: Int,
    a: Int,
    b: Int,
    is_attached: Int,
    begin: Int,
    end: Int,
) -> None:
    """Make the moves of a fold of b into a, as far as contexts begin ... end - 1 go.

    a's lists have been extended by b's already. What S(a, .) grows by goes to the
    thread's scratch row; rows of the contexts grow in place. If b is attached, it is
    taken away as a context of theirs. Cost: over the contexts k of b, the slots that
    have k and those that have a as a context.
    """
    slots = window.slots
    pool = window.pool
    affinity = window.affinity
    bounds = window.bounds
    entropies = window.entropies
    row = window.scratch[thread, ROW]
    drop = window.scratch[thread, DROP]
    least_new = window.scratch[thread, LEAST_NEW]
    edge = slots.shape[1] - 1
    bits = window.progress[SEGMENT_BITS]
    for direction in range(2):
        names = pool[SLOT, slots[LIST_START + direction, a] :]
        names = names[: slots[LIST_LENGTH + direction, a]]
        after = pool[COUNT, slots[LIST_START + direction, a] :]
        before = window.before[direction]
        most = slots[LIST_MOST + direction, a]
        theirs = pool[SLOT, slots[LIST_START + direction, b] :]
        their_counts = pool[COUNT, slots[LIST_START + direction, b] :]
        early_drop = window.scratch[thread, EARLY_DROP + direction]
        segment = np.int64(-1)  # of the drops in hand
        for u in range(slots[LIST_LENGTH + direction, b] - 1, -1, -1):
            context = np.int64(theirs[u])
            if context >= end:
                continue
            if context < begin:
                break
            count = np.int64(their_counts[u])
            slots[WRITTEN, context] = window.progress[CLOCK]
            if is_attached and context != edge:
                grow_own_pairs(
                    entropies,
                    bounds,
                    bits,
                    affinity[context],
                    context,
                    count,
                    ZERO,
                    slots[LIST_MOST + direction, b],
                    theirs[:u],
                    their_counts[:u],
                )
            if context == a:
                continue
            place = window.places[direction, u]
            old = np.int64(before[place])
            grow_row(
                entropies,
                slots,
                pool,
                direction,
                context,
                old,
                old + count,
                row,
            )
            if context == edge:
                continue
            if context >> bits != segment:
                if segment > begin >> bits:
                    lower_bounds(slots, bounds, least_new, segment, names, drop)
                segment = context >> bits
            # Another thread may lower the same bounds in the share's first segment.
            drops = drop if segment > begin >> bits else early_drop
            grow_others_cells(
                entropies,
                old,
                old + count,
                most,
                names[place + 1 :],
                before[place + 1 : names.size],
                affinity[context],
                drops,
            )
            grow_own_pairs(
                entropies,
                bounds,
                bits,
                affinity[context],
                context,
                old,
                old + count,
                most,
                names[:place],
                after[:place],
            )
        if segment > begin >> bits:
            lower_bounds(slots, bounds, least_new, segment, names, drop)
