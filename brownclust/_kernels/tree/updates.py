"""Updates of overlaps when a count changes: what everything else is made of.

When the count c(i, k) changes from `before` to `after`, then for every slot j that has
the context k too

    S(i, j) += D(after, c(j, k)) - D(before, c(j, k))

and, with directions exchanged, the same holds for k and the slots that follow i. A word
that enters and a slot that is folded into another are sequences of such changes, and
since all terms are integers, their order does not matter.

h(after) - h(before) is common to all j, so one update takes two look-ups:

    D(after, q) - D(before, q) = h(after) - h(before) + h(before + q) - h(after + q)

In real numbers it is never positive if the count grows; rounded, it may be. Deltas are
therefore taken no higher than 0: a bound that rose would hide the other pairs it holds
for.
"""

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.tree.bounds import decrease_bounds
from brownclust._kernels.tree.context_lists import list_end
from brownclust._kernels.tree.entropy import Entropies, entropy
from brownclust._kernels.tree.state import (
    ABOVE,
    ABOVE_DELTA,
    CLOCK,
    COUNT,
    DELTA,
    FIRST_DELTA,
    LIST_LENGTH,
    LIST_MAX,
    LIST_START,
    NEW_BOUND,
    OWN_DELTA,
    ROW,
    SEGMENT_BITS,
    SLOT,
    WRITTEN_AT,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import Bounds, Pool, PoolRow, Row, Slots, int64


@inner_kernel
def update_cells(
    entropies: Entropies,
    before: int,
    after: int,
    max_count: int,
    neighbours: PoolRow,
    counts: PoolRow,
    cells: Row,
) -> int:
    """Add D(after, q) - D(before, q) to each neighbour's cell, q its count.

    Returns the least of these changes, or 0 if none is negative. No count is above
    `max_count`, so one test tells whether the table has all entropies. O(neighbours):
    the inner loop of clustering.
    """
    table = entropies.table
    base = entropy(entropies, after) - entropy(entropies, before)
    least = ZERO
    if max(before, after) + max_count < table.size:
        # Unsigned indices into slices spare Numba its test for negative ones, which
        # took two thirds of the time.
        old = table[before:]
        new = table[after:]
        for t in range(counts.size):
            q = np.uint32(counts[t])
            change = base + old[q] - new[q]
            cells[np.uint32(neighbours[t])] += change
            least = min(least, change)
    else:
        for t in range(counts.size):
            count = int64(counts[t])
            change = base + entropy(entropies, before + count)
            change -= entropy(entropies, after + count)
            cells[np.uint32(neighbours[t])] += change
            least = min(least, change)
    return least


@inner_kernel
def update_cells_and_deltas(
    entropies: Entropies,
    before: int,
    after: int,
    max_count: int,
    neighbours: PoolRow,
    counts: PoolRow,
    cells: Row,
    deltas: Row,
) -> int:
    """As `update_cells`, but with a delta for each neighbour: the least change so far.

    Each neighbour has a bound of its own to lower.
    """
    table = entropies.table
    base = entropy(entropies, after) - entropy(entropies, before)
    least = ZERO
    if max(before, after) + max_count < table.size:
        old = table[before:]
        new = table[after:]
        for t in range(counts.size):
            q = np.uint32(counts[t])
            j = np.uint32(neighbours[t])
            change = base + old[q] - new[q]
            cells[j] += change
            deltas[j] = min(deltas[j], change)
            least = min(least, change)
    else:
        for t in range(counts.size):
            count = int64(counts[t])
            j = np.uint32(neighbours[t])
            change = base + entropy(entropies, before + count)
            change -= entropy(entropies, after + count)
            cells[j] += change
            deltas[j] = min(deltas[j], change)
            least = min(least, change)
    return least


@inner_kernel
def update_row(
    entropies: Entropies,
    slots: Slots,
    pool: Pool,
    direction: int,
    context: int,
    before: int,
    after: int,
    row: Row,
) -> None:
    """Add D(after, q) - D(before, q) to row[j] for all j with the context, q its count.

    `direction` is the list of the row's own slot that holds the context; the slots with
    that context are in the context's list of the other direction. O(their number).
    """
    opposite = 1 - direction
    start = slots[LIST_START + opposite, context]
    end = list_end(slots, opposite, context)
    update_cells(
        entropies,
        before,
        after,
        slots[LIST_MAX + opposite, context],
        pool[SLOT, start:end],
        pool[COUNT, start:end],
        row,
    )


@inner_kernel
def update_own_pairs(
    entropies: Entropies,
    bounds: Bounds,
    bits: int,
    cells: Row,
    slot: int,
    before: int,
    after: int,
    max_count: int,
    neighbours: PoolRow,
    counts: PoolRow,
    above_deltas: Row,
) -> None:
    """Update S(slot, j) for neighbours j that are all before the slot; O(neighbours).

    The slot owns these pairs. Their least changes add up in OWN_DELTA, by segment,
    until `apply_own_deltas`; no pair's own changes add up to less. Those of each j go
    to `above_deltas`.
    """
    begin = 0
    while begin < neighbours.size:
        segment = int64(neighbours[begin]) >> bits
        end = neighbours.size
        if neighbours[end - 1] >> bits != segment:
            end = begin + 1
            while neighbours[end] >> bits == segment:
                end += 1
        least = update_cells_and_deltas(
            entropies,
            before,
            after,
            max_count,
            neighbours[begin:end],
            counts[begin:end],
            cells,
            above_deltas,
        )
        bounds[OWN_DELTA, segment, slot] += least
        begin = end


@inner_kernel
def update_chunk(
    state: State,
    thread: int,
    a: int,
    b: int,
    is_inserted: int,
    begin: int,
    end: int,
) -> None:
    """Update overlaps for a fold of b into a: the part of contexts begin ... end - 1.

    a's lists have b's contexts and counts already. What is to be added to S(a, .) goes
    to the thread's scratch row; rows of the contexts are changed in place. If b is
    inserted, it is removed as a context of theirs. Cost: over the contexts k of b, the
    slots that have k and the length of a's list.
    """
    slots = state.slots
    pool = state.pool
    overlap = state.overlap
    bounds = state.bounds
    entropies = state.entropies
    row = state.scratch[thread, ROW]
    segment_deltas = state.scratch[thread, DELTA]
    new_bounds = state.scratch[thread, NEW_BOUND]
    edge = slots.shape[1] - 1
    bits = state.progress[SEGMENT_BITS]
    first_segment = begin >> bits
    for direction in range(2):
        neighbours = pool[SLOT, slots[LIST_START + direction, a] :]
        neighbours = neighbours[: slots[LIST_LENGTH + direction, a]]
        counts_after = pool[COUNT, slots[LIST_START + direction, a] :]
        counts_before = state.counts_before[direction]
        max_count = slots[LIST_MAX + direction, a]
        n_pairs = neighbours.size  # less one if the line edge, the last slot, is there
        if n_pairs > 0 and neighbours[n_pairs - 1] == edge:
            n_pairs -= 1
        contexts = pool[SLOT, slots[LIST_START + direction, b] :]
        counts = pool[COUNT, slots[LIST_START + direction, b] :]
        # The thread before may lower bounds in the first segment of this chunk, too, so
        # deltas there wait until both have finished.
        first_deltas = state.scratch[thread, FIRST_DELTA + direction]
        above_deltas = state.scratch[thread, ABOVE_DELTA + direction]
        segment = int64(-1)  # of `segment_deltas`
        for u in range(slots[LIST_LENGTH + direction, b] - 1, -1, -1):
            context = int64(contexts[u])
            if context >= end:
                continue
            if context < begin:
                break
            count = int64(counts[u])
            slots[WRITTEN_AT, context] = state.progress[CLOCK]
            if is_inserted and context != edge:
                # Two contexts of b no longer have b in common.
                update_own_pairs(
                    entropies,
                    bounds,
                    bits,
                    overlap[context],
                    context,
                    count,
                    ZERO,
                    slots[LIST_MAX + direction, b],
                    contexts[:u],
                    counts[:u],
                    above_deltas,
                )
            if context == a:
                continue
            # The context's count with a grows from `old` by `count`.
            position = state.positions[direction, u]
            old = int64(counts_before[position])
            update_row(
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
                if segment > first_segment:
                    decrease_bounds(
                        slots, bounds, new_bounds, segment, neighbours, segment_deltas
                    )
                segment = context >> bits
            deltas = segment_deltas if segment > first_segment else first_deltas
            # As if counts changed from the first context to the last: those before
            # this one have changed, those after it have not. Any order would do, but
            # each pair of contexts must be updated by one and the same.
            slots[ABOVE, context] += update_cells_and_deltas(
                entropies,
                old,
                old + count,
                max_count,
                neighbours[position + 1 : n_pairs],
                counts_before[position + 1 : n_pairs],
                overlap[context],
                deltas,
            )
            update_own_pairs(
                entropies,
                bounds,
                bits,
                overlap[context],
                context,
                old,
                old + count,
                max_count,
                neighbours[:position],
                counts_after[:position],
                above_deltas,
            )
        if segment > first_segment:
            decrease_bounds(
                slots, bounds, new_bounds, segment, neighbours, segment_deltas
            )
