"""What agglomeration works on: the clusters in the window, and the counts they have.

Glossary
--------
slot
    A column of `State.slots`. It holds a cluster, or the line edge (always the last
    slot), or nothing. Slots are reused; clusters have ids in the tree.
c(i, k)
    How often slot k directly follows slot i.
context list
    Every slot has two. `SUCCESSORS` of i: the slots k with c(i, k) > 0, ascending, and
    these counts. `PREDECESSORS` of k: the slots i with c(i, k) > 0, likewise.
overlap
    S(i, j): the sum over all slots k of D(c(i, k), c(j, k)) + D(c(k, i), c(k, j)), in
    integer units of 2**-scale bits. Never positive: D(x, y) is at most -2 bits if x and
    y are both positive, and 0 otherwise. The more two slots have in common, the lower.
half
    S(i, j) is stored as overlap[i, j] + overlap[j, i]. A change that starts from slot i
    is added to row i alone, so that writes run along one row. A half may have any sign.
segment
    2**b consecutive slots. Pairs are bounded, and halves collected, by segment.
bound
    Of slot i in a segment: no pair (i, j) with j < i in that segment has a smaller
    loss. Of slot i: the smallest of its bounds in all segments.
partner
    The slot j whose pair with i gave i its bound in a segment.
pending
    Said of the word that entered last, until it is merged or inserted: it has context
    lists, but is in no other slot's lists and has no row of overlaps.
inserted
    Said of every other slot that holds a cluster.
stale
    Said of an inserted slot that has taken words since its pairs were last bounded. Its
    own bounds have been lowered by the losses of these merges. Those of the slots after
    it do not cover their pairs with it: ABOVE does.
delta
    What a bound must be lowered by because overlaps have changed; never positive.
"""

from dataclasses import dataclass

import numpy as np

from brownclust._kernels.jit.record import Record
from brownclust._kernels.tree.entropy import Entropies
from brownclust._kernels.tree.types import (
    Bounds,
    Indices,
    Integers,
    Overlap,
    Pool,
    PoolRow,
    Progress,
    Reals,
    Slots,
    int64,
)

# NumPy integers: of a literal argument Numba would compile one version for each value.
SUCCESSORS = int64(0)
PREDECESSORS = int64(1)
ZERO = int64(0)
ONE = int64(1)
TWO = int64(2)
MINUS_ONE = int64(-1)

FREE = -1  # cluster id of a slot that holds no cluster
LARGEST = np.iinfo(np.int64).max  # where there is no loss, or none left to look at

# Rows of `State.slots`
CLUSTER = 0  # id in the tree, or FREE
SIZE = 1  # n(i)
NEIGHBOUR_TOTAL = 2  # m(i): the sum of its counts with all slots, both directions
SELF_COUNT = 3  # c(i, i)
BOUND = 4  # the smallest of its bounds in segments
WRITTEN_AT = 5  # the clock when its row of overlaps was last written
COLLECTED_ABOVE_AT = 6  # the clock when it collected halves from the slots after it
LIST_START = 7  # + direction: where the context list starts in the pool
LIST_LENGTH = 9  # + direction
LIST_CAPACITY = 11  # + direction
LIST_MAX = 13  # + direction: no count in the list has ever been larger
ABOVE = 15  # no pair with a slot after it loses less, but for drops of that slot
DROP = 16  # what bounds of a stale slot have been lowered by; 0 if it is not stale
N_SLOT_FIELDS = 17

# First index of `State.bounds`
BEST = 0  # the slot's bound in the segment
PARTNER = 1  # the slot whose pair gave that bound, -1 for none
SECOND_BEST = 2  # no pair with another slot than the partner loses less; >= BEST
IS_EXACT = 3  # 1 if BEST was set to the partner's loss, and the partner wins all ties
COLLECTED_AT = 4  # the clock when halves were collected from the segment's slots before
OWN_DELTA = 5  # delta of BEST and SECOND_BEST from writes to the slot's own row, else 0
N_BOUND_FIELDS = 6

# Rows of `State.pool`
SLOT = 0
COUNT = 1

# Rows of a thread's scratch. Zeros between uses, but for those that say otherwise
ROW = 0  # what is to be added to one slot's row of overlaps
ESTIMATE = 1  # lower bounds of one slot's losses; anything between uses
NEW_BOUND = 2  # bounds of slots that have been lowered; LARGEST between uses
COUNTS = 3  # counts of one slot with others
DELTA = 4  # deltas of bounds in the segment at hand
FIRST_DELTA = 5  # + direction: the same in the first segment of a thread's chunk
GROUP_MIN = 7  # smallest bounds of groups of slots; anything between uses
FOUND = 8  # at 0, 1, 2: partner, best and second best loss; anything between uses
PENDING_ROW = 9  # overlaps of the pending word
ABOVE_DELTA = 10  # + direction: deltas of ABOVE
N_SCRATCH = 12

# Positions in `State.progress`
N_ENTERED = 0  # words that have entered
N_MERGED = 1  # merges made
ENTRANT = 2  # the slot that the next word takes
POOL_USED = 3  # entries of the pool handed out
POOL_LIVE = 4  # entries of the pool that hold a count
N_RESCANS = 5  # scans of a segment because its bound was of no use
N_INSERTED = 6  # words that could not be merged at once
CLOCK = 7  # goes up with every insertion, fold and rescan
SEGMENT_BITS = 8  # a segment is 2**SEGMENT_BITS slots
DROP_LIMIT = 9  # no slot is stale whose drop is larger; > 0
N_TERMS = 10  # terms D that folds have taken since the last look at the other kind
PROGRESS_SIZE = 11


@dataclass(frozen=True)
class State(Record):
    """The clusters in the window; every array is changed in place.

    There are n slots: the window, one for the word that enters, one for the line edge.
    """

    entropies: Entropies
    slots: Slots
    log_size: Reals  # log2 n(i)
    pool: Pool  # the context lists
    overlap: Overlap
    bounds: Bounds
    # While slot b is folded into a, for both directions; as long as a's list, and b's:
    counts_before: PoolRow  # int32 or int64 (2, n): a's counts before the fold
    positions: Integers  # (2, n): where b's contexts are in a's list
    scratch: Integers  # (n_threads, N_SCRATCH, n)
    workers: Integers  # what threads tell each other; positions in `workers`
    slot_of_word: Indices  # (V,); as of the time when only the window is left
    progress: Progress
    children: Integers  # (V - 1, 2): ids of the clusters merged, the lower first
    losses: Integers  # (V - 1,)
