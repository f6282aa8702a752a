"""Counts in a dense window: a word enters, is inserted, or is added to a cluster."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import inlined_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import prefetch
from brownclust._kernels.tree.dense.groups import N_GROUPS, group_of
from brownclust._kernels.tree.dense.state import (
    LARGEST_COUNT,
    LARGEST_RATE,
    LOG_SIZE,
    N_TOUCHED,
    PENALTY,
    REAL_SELF,
    REAL_SIZE,
    REAL_TOTAL,
    RECIPROCAL,
    CountRow,
    DenseState,
)
from brownclust._kernels.tree.dense.terms import N_TERM_ROWS, term_of_count
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.state import (
    CLUSTER,
    FREE,
    N_ENTERED,
    NEIGHBOUR_TOTAL,
    SELF_COUNT,
    SIZE,
    ZERO,
)
from brownclust._kernels.tree.types import int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inner_kernel
def touch(state: DenseState, direction: int, context: int, count: int) -> None:
    """Add to the pending word's count with a context, listed if it is new."""
    if state.pending[0, context] == 0 and state.pending[1, context] == 0:
        state.touched[state.progress[N_TOUCHED]] = context
        state.progress[N_TOUCHED] += 1
    state.pending[direction, context] += count


@inner_kernel
def set_size(state: DenseState, slot: int, size: int) -> None:
    """Set n(slot), and what follows from it."""
    state.slots[SIZE, slot] = size
    state.reals[REAL_SIZE, slot] = float(size)
    state.reals[RECIPROCAL, slot] = 1.0 / float(size)
    state.reals[LOG_SIZE, slot] = log2(float(size))


@inner_kernel
def set_total(state: DenseState, slot: int, total: int) -> None:
    """Set m(slot)."""
    state.slots[NEIGHBOUR_TOTAL, slot] = total
    state.reals[REAL_TOTAL, slot] = float(total)


@inner_kernel
def set_self_count(state: DenseState, slot: int, count: int) -> None:
    """Set c(slot, slot), but not in the counts."""
    state.slots[SELF_COUNT, slot] = count
    state.reals[REAL_SELF, slot] = float(count)


@inlined_kernel
def enter(state: DenseState, counts: "CountTable", word: int, slot: int) -> None:
    """Put a word into a slot, pending, and add its counts to its neighbours' totals.

    O(bigrams of the word).
    """
    slots = state.slots
    edge = slots.shape[1] - 1
    state.progress[N_TOUCHED] = 0
    set_size(state, slot, counts.unigram_counts[word])
    set_self_count(state, slot, ZERO)
    for direction in range(2):
        rows = counts.neighbours[direction]
        for t in range(rows.offsets[word], rows.offsets[word + 1]):
            neighbour = int64(rows.indices[t])
            if neighbour >= word:
                if neighbour == word:
                    set_self_count(state, slot, int64(rows.counts[t]))
                break
            context = int64(state.slot_of_word[neighbour])
            touch(state, direction, context, int64(rows.counts[t]))
        count = int64(counts.edges[direction][word])
        if count > 0:
            touch(state, direction, edge, count)
    total = 2 * slots[SELF_COUNT, slot]
    for t in range(state.progress[N_TOUCHED]):
        context = int64(state.touched[t])
        count = int64(state.pending[0, context]) + int64(state.pending[1, context])
        total += count
        set_total(state, context, slots[NEIGHBOUR_TOTAL, context] + count)
    set_total(state, slot, total)


@inner_kernel
def clear_pending(state: DenseState) -> None:
    """Zero the counts of the pending word; O(its contexts)."""
    for t in range(state.progress[N_TOUCHED]):
        for direction in range(2):
            state.pending[direction, state.touched[t]] = 0
    state.progress[N_TOUCHED] = 0


@inner_kernel
def raise_largest(
    state: DenseState, direction: int, slot: int, context: int, count: int
) -> None:
    """Let a slot know its count with another one, which may be its largest."""
    reals = state.reals
    if context not in (slot, reals.shape[1] - 1):
        row = LARGEST_COUNT + direction
        reals[row, slot] = max(reals[row, slot], float(count))
        rate = float(count) * reals[RECIPROCAL, context]
        row = LARGEST_RATE + direction
        reals[row, slot] = max(reals[row, slot], rate)


@inner_kernel
def set_count(
    state: DenseState, direction: int, slot: int, context: int, count: int
) -> None:
    """Set a slot's count with a context, and its terms while words enter."""
    opposite = 1 - direction
    growth = count - int64(state.counts[direction, slot, context])
    group = direction * N_GROUPS + group_of(context)
    state.sketches[slot, group] += growth
    state.sketch_columns[group, slot] = float(state.sketches[slot, group])
    group = opposite * N_GROUPS + group_of(slot)
    state.sketches[context, group] += growth
    state.sketch_columns[group, context] = float(state.sketches[context, group])
    state.counts[direction, slot, context] = count
    state.counts[opposite, context, slot] = count
    state.real_counts[direction, slot, context] = float(count)
    state.real_counts[opposite, context, slot] = float(count)
    raise_largest(state, direction, slot, context, count)
    raise_largest(state, opposite, context, slot, count)
    if state.progress[N_ENTERED] == state.slot_of_word.size:
        return
    for x in range(N_TERM_ROWS):
        term = term_of_count(state.entropies, state.term_table, int64(x + 1), count)
        state.terms[direction, x, slot, context] = term
        state.terms[opposite, x, context, slot] = term


@inlined_kernel
def insert_counts(state: DenseState, slot: int) -> None:
    """Insert the pending word into the counts; O(its contexts)."""
    for direction in range(2):
        state.reals[LARGEST_COUNT + direction, slot] = 0.0
        state.reals[LARGEST_RATE + direction, slot] = 0.0
    for t in range(state.progress[N_TOUCHED]):
        context = int64(state.touched[t])
        for direction in range(2):
            count = int64(state.pending[direction, context])
            if count > 0:
                set_count(state, direction, slot, context, count)
    own = state.slots[SELF_COUNT, slot]
    if own > 0:
        set_count(state, ZERO, slot, slot, own)
    state.reals[PENALTY, slot] = 0.0


@inner_kernel
def prefetch_counts(state: DenseState, slot: int, touched: CountRow) -> None:
    """Fetch what `add_counts` writes to rows of contexts: a cache line in each."""
    for t in range(touched.size):
        context = int64(touched[t])
        for direction in range(2):
            if state.pending[1 - direction, context] > 0:
                prefetch(state.counts[direction, context], slot)
                prefetch(state.real_counts[direction, context], slot)
                for x in range(N_TERM_ROWS):
                    prefetch(state.terms[direction, x, context], slot)


@inner_kernel
def add_counts(
    state: DenseState, a: int, b: int, added: CountRow, touched: CountRow
) -> None:
    """Add slot b's counts to those of slot a; O(contexts of b).

    What a and b have with each other, and b with itself, becomes a's own count.
    """
    slots = state.slots
    for t in range(touched.size):
        context = int64(touched[t])
        if context in (a, b):
            continue
        for direction in range(2):
            count = int64(added[direction, context])
            if count > 0:
                count += int64(state.counts[direction, a, context])
                set_count(state, direction, a, context, count)
    own = slots[SELF_COUNT, b] + int64(added[0, a]) + int64(added[1, a])
    if own > 0:
        own += slots[SELF_COUNT, a]
        set_self_count(state, a, own)
        set_count(state, ZERO, a, a, own)
    set_total(state, a, slots[NEIGHBOUR_TOTAL, a] + slots[NEIGHBOUR_TOTAL, b])
    set_size(state, a, slots[SIZE, a] + slots[SIZE, b])
    slots[CLUSTER, b] = FREE


@inner_kernel
def remove_counts(state: DenseState, slot: int, touched: CountRow) -> None:
    """Zero the counts of a slot that has been merged into another."""
    for t in range(touched.size):
        context = int64(touched[t])
        for direction in range(2):
            if state.counts[direction, slot, context] > 0:
                set_count(state, direction, slot, context, ZERO)
