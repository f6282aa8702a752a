"""Overlaps of many slots from scratch, in tiles that stay in a cache.

S(i, j) is a sum over contexts k. In a narrow window most slots have most of the
contexts, so it pays to let the slots i of a tile that have k equally often share a row
of terms D(x, c(j, k)), zeros included: the term is looked up once and then added by
vector instructions.
"""

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.tree.context_lists import find_context, list_end
from brownclust._kernels.tree.state import (
    COUNT,
    LIST_MAX,
    SLOT,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import Integers, Row, int64
from brownclust._kernels.tree.updates import update_cells

TILE_COLUMNS = 512
"""With as many rows as a block of slots has, some 250, a tile of S takes 1 MiB."""

N_TERM_ROWS = 32
"""Rows of terms are shared for x = 1 ... this: nine tenths of all counts."""

MIN_FILLED = 8
"""Zeros are included if one in so many of the counts is not zero."""

# Rows of the scratch of a tile, beyond row x of the terms of x
COUNTS = N_TERM_ROWS + 1  # c(j, k) of the columns
ENTROPIES = N_TERM_ROWS + 2  # h of these
HAS_TERMS = N_TERM_ROWS + 3  # at x: whether row x holds terms of the context at hand
N_TILE_ROWS = N_TERM_ROWS + 4


@inner_kernel
def set_terms(table: Row, x: int, counts: Row, entropies: Row, terms: Row) -> None:
    """Set terms[j] to D(x, q) for each count q; O(counts)."""
    own = table[x]
    sums = table[x:]
    for j in range(terms.size):
        terms[j] = own + entropies[j] - sums[np.uint32(counts[j])]


@inner_kernel
def add_terms(table: Row, x: int, counts: Row, entropies: Row, cells: Row) -> None:
    """Add D(x, q) to cells[j] for each count q; O(counts)."""
    own = table[x]
    sums = table[x:]
    for j in range(cells.size):
        cells[j] += own + entropies[j] - sums[np.uint32(counts[j])]


@inner_kernel
def add_row(terms: Row, cells: Row) -> None:
    """Add terms to cells; O(cells), vectorised."""
    for j in range(cells.size):
        cells[j] += terms[j]


@inner_kernel
def add_context_to_tile(
    state: State,
    tile: Integers,
    direction: int,
    context: int,
    begin: int,
    stop: int,
    first: int,
    last: int,
) -> None:
    """Add the terms of a context to S(i, j), begin <= i < stop, first <= j < last, i.

    `direction` is that in which the context has the slots. O(slots i that have the
    context, times columns) or less.
    """
    slots = state.slots
    pool = state.pool
    table = state.entropies.table
    end = list_end(slots, direction, context)
    t_begin = find_context(slots, pool, direction, context, begin)
    column_begin = find_context(slots, pool, direction, context, first)
    column_end = find_context(slots, pool, direction, context, last)
    if t_begin == end or column_begin == column_end:
        return
    largest = slots[LIST_MAX + direction, context]
    is_full = (column_end - column_begin) * MIN_FILLED >= last - first
    is_shared = is_full and 2 * largest < table.size
    width = last - first
    counts = tile[COUNTS, :width]
    entropies = tile[ENTROPIES, :width]
    if is_shared:
        counts[:] = 0
        entropies[:] = 0
        for t in range(column_begin, column_end):
            j = int64(pool[SLOT, t]) - first
            counts[j] = pool[COUNT, t]
            entropies[j] = table[pool[COUNT, t]]
        tile[HAS_TERMS, : N_TERM_ROWS + 1] = 0
    for t in range(t_begin, end):
        i = int64(pool[SLOT, t])
        if i >= stop:
            break
        x = int64(pool[COUNT, t])
        if not is_shared:
            before = min(column_end, t)
            update_cells(
                state.entropies,
                ZERO,
                x,
                largest,
                pool[SLOT, column_begin:before],
                pool[COUNT, column_begin:before],
                state.overlap[i],
            )
            continue
        cells = state.overlap[i, first : min(last, i)]
        if x > N_TERM_ROWS:
            add_terms(table, x, counts, entropies, cells)
            continue
        if tile[HAS_TERMS, x] == 0:
            tile[HAS_TERMS, x] = 1
            set_terms(table, x, counts, entropies, tile[x, :width])
        add_row(tile[x], cells)


@inner_kernel
def add_overlaps_before(state: State, tile: Integers, begin: int, stop: int) -> None:
    """Add S(i, j) to the rows of slots i in begin ... stop - 1, for j < i.

    Cost: for each context, the slots here that have it, times the slots before.
    """
    n = state.slots.shape[1]
    for first in range(0, stop, TILE_COLUMNS):
        last = min(first + TILE_COLUMNS, stop)
        for direction in range(2):
            for context in range(n):
                add_context_to_tile(
                    state,
                    tile,
                    int64(direction),
                    int64(context),
                    begin,
                    stop,
                    int64(first),
                    int64(last),
                )
