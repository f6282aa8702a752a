"""What agglomeration in a dense window works on: counts, and bounds of losses.

Glossary, beside that of `brownclust._kernels.tree.state`:

context
    Of slot i in direction 0: every slot k with c(i, k) > 0. In direction 1: every k
    with c(k, i) > 0. ``counts[d, i, k]`` is the count of context k in direction d, so
    ``counts[1 - d, k]`` has the counts of all slots with that context.
bits
    Bounds and drops are float64 numbers of bits. Losses are integers in units, as
    everywhere; only bounds that fail are replaced by losses.
loss
    Of a pair of inserted slots, here: without the pending word as a context. With it
    no loss is lower (law 1 in `drops`).
drop
    By how much the losses of a slot's pairs may have fallen, in all, so far. A loss is
    at least its bound less the drops of both slots since. There are two sums of drops:
    of a slot's near pairs, and of its far ones.
near, far
    Pairs with low bounds are near: both slots list them, so that each can be bounded
    by itself. All others are far: a slot has one bound for all of them.
sketch
    Of a slot: its counts with groups of contexts, instead of single ones. Losses by
    sketches are lower than losses, and cheap.
budget
    What the far drop of a slot may grow by before its far bound is computed again.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.record import Record
from brownclust._kernels.tree.entropy import Entropies
from brownclust._kernels.tree.types import Indices, Integers, Progress, Reals, Slots

Counts = NDArray[Any]  # int32 or int64 (2, n, n)
CountRow = NDArray[Any]  # (n,), or part of it
Terms = NDArray[np.uint16]  # (2, N_TERM_ROWS, n, n)
Floats = NDArray[np.float32]

# Rows of `DenseState.slots`: the first four of `brownclust._kernels.tree.state`, and
N_NEAR = 4  # pairs in the slot's list of near ones
N_SLOT_FIELDS = 5

# Rows of `DenseState.reals`
REAL_SIZE = 0  # n(i)
REAL_TOTAL = 1  # m(i)
REAL_SELF = 2  # c(i, i)
LOG_SIZE = 3  # log2 n(i)
RECIPROCAL = 4  # 1 / n(i); 0 of the line edge
PENALTY = 5  # 0 of a slot with a cluster, else infinity
BOUND = 6  # of the losses of the slot's pairs, but for those that others cover
NEAR_DROP = 7
FAR_DROP = 8
FAR_BOUND = 9  # of the far pairs, plus the slot's far drop
FAR_LIMIT = 10  # the far drop from which on FAR_BOUND must be computed again
BUDGET = 11
ESTIMATE = 12  # of the losses with the pending word; anything between uses
LARGEST_COUNT = 13  # + direction: no other slot's count with the slot is larger
LARGEST_RATE = 18  # + direction: nor is that by the other slot's size
OWN_LEFT_OUT = 15  # counts of a slot that a sketched loss leaves out; as ESTIMATE
LEFT_OUT = 16  # the same of the other slots of its pairs
ROW_ESTIMATE = 17  # of a slot's losses; as ESTIMATE
FAR_BOUNDS = 20  # of one slot's far pairs, less budgets; as ESTIMATE
N_REALS = 21

# Positions in `DenseState.scales`
LEVEL = 0  # the mean loss of the last merges, in bits
SLACK = 1  # bits: from the integer that a loss is to the real number, and back
WIDTH = 2  # the least budget of a slot, as a multiple of the mean loss
N_SCALES = 3


@dataclass(frozen=True)
class DenseState(Record):
    """The clusters in the window; every array is changed in place.

    There are n slots: the window, one for the word that enters, one for the line edge.
    """

    entropies: Entropies
    term_table: NDArray[np.uint16]  # (N_TERM_ROWS, n_table): terms of small counts
    slots: Slots  # (N_SLOT_FIELDS, n)
    reals: Reals  # (N_REALS, n)
    scales: Reals  # (N_SCALES,)
    counts: Counts
    real_counts: Floats  # (2, n, n): the same, to 24 bits
    terms: Terms
    sketches: Counts  # (n, 2 * N_GROUPS): counts with groups of contexts
    sketch_columns: Floats  # (2 * N_GROUPS, n): the same, to 24 bits
    pair_bounds: Reals  # (n, n): bounds of far pairs plus far drops; else infinity
    low_slots: Indices  # (n + 1,): far pairs to look at; anything between uses
    near_slots: Indices  # (n, MAX_NEAR)
    near_bounds: Reals  # (n, MAX_NEAR): bounds of near pairs plus near drops
    pending: Counts  # (2, n): counts of the pending word with its contexts; else zeros
    touched: Indices  # (n,): its contexts
    small_sums: Indices  # (n,); zeros between uses, like the next
    large_sums: Floats  # at least (n,)
    kept_sums: Floats  # (n,): anything between uses
    slot_of_word: Indices
    progress: Progress  # positions of `brownclust._kernels.tree.state`, and
    children: Integers
    losses: Integers


N_TOUCHED = 9
DENSE_PROGRESS_SIZE = 10
"""Positions in `DenseState.progress` beyond those of other states."""
