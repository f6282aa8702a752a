"""What agglomeration works on: the active clusters, and the corpus they come from.

Glossary
--------
slot
    a column of `Window.slots`: holds an active cluster, the line edge, or nothing
context list
    ``SUCCESSORS`` of slot i: the slots k with c(i, k) > 0, ascending, and the
    counts; ``PREDECESSORS`` of slot k: the slots i with c(i, k) > 0, likewise
affinity
    S(i, j) of two slots: the sum of D over all contexts that they share, in both
    directions, in integer units of 2**-scale bits. It is kept in two shares, one
    in each slot's row, affinity[i, j] + affinity[j, i], so that a change that
    starts from one slot writes along its row only
segment
    a run of 2**b slots, the unit in which pairs are bounded and rows collected
bound
    of slot i in a segment: no pair (i, j) with j < i in the segment has a smaller
    loss; of slot i: the least of those
detached
    said of a slot with context lists of its own that no other slot knows of
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from brownclust._kernels.jit.compilation import Array
from brownclust._kernels.jit.record import Record
from brownclust._kernels.tree.entropy import Entropies

# NumPy integers: Numba would compile its callers once for each literal.
SUCCESSORS: Any = np.int64(0)
PREDECESSORS: Any = np.int64(1)
ZERO: Any = np.int64(0)
ONE: Any = np.int64(1)
TWO: Any = np.int64(2)

FREE = -1  # cluster id of a slot that holds no cluster
LARGEST = np.iinfo(np.int64).max

# Rows of `Window.slots`
CLUSTER = 0  # id in the tree, or FREE
SIZE = 1  # n(i)
MASS = 2  # m(i): counts with all slots, both directions
SELF_COUNT = 3  # c(i, i)
BOUND = 4
WRITTEN = 5  # the clock when the row of affinities was last written
COLLECTED_ABOVE = 6  # the clock when shares of the slots after it were taken over
LIST_START = 7  # + direction: where the context list starts in the pool
LIST_LENGTH = 9  # + direction
LIST_CAPACITY = 11  # + direction
LIST_MOST = 13  # + direction: no count in the list has ever been larger
N_SLOT_FIELDS = 15

# First index of `Window.bounds`
LEAST = 0  # the slot's bound in the segment
PARTNER = 1  # the slot that promises it
REST = 2  # no pair with another slot of the segment has a smaller loss; >= LEAST
SETTLED = 3  # 1 if the bound was the partner's loss, and the least, when it was set
COLLECTED = 4  # the clock when the segment's shares, of slots before, were taken over
OWN_FALL = 5  # what changes of the slot's own row take off LEAST and REST, else 0
N_BOUND_FIELDS = 6

# Rows of `Window.pool`
SLOT = 0
COUNT = 1

# Rows of a thread's `Window.scratch`; but for four, zeros between uses
ROW = 0  # what one slot's affinities grow by
ESTIMATE = 1  # lower bounds of one slot's losses; anything between uses
LEAST_NEW = 2  # bounds that fell, else LARGEST
FORWARD = 3  # c(i, .) of one slot
BACKWARD = 4  # c(., i)
DROP = 5  # what a fold takes off bounds in the segment in hand
EARLY_DROP = 6  # + direction: the same in the first segment of a thread's share
GROUP_LEAST = 8  # least bounds of groups of slots; anything between uses
FOUND = 9  # in its first three: partner, least and second least loss of a rescan
N_SCRATCH = 10

# Positions in `Window.progress`
N_ENTERED = 0  # words that have entered
N_MERGED = 1  # merges made
ENTRANT = 2  # the slot that the next word takes
POOL_USED = 3  # entries of the pool handed out
POOL_LIVE = 4  # entries of the pool that hold a count
N_RESCANS = 5  # segments of rows looked at again
N_ATTACHED = 6  # words that needed a slot of their own
CLOCK = 7  # counts the attachments and folds
SEGMENT_BITS = 8  # a segment is 2**SEGMENT_BITS slots
PROGRESS_SIZE = 9


@dataclass(frozen=True)
class Window(Record):
    """The active clusters; every array is changed in place.

    ``n`` slots: the window, one for the entering word, one for the line edge.
    """

    entropies: Entropies
    slots: Array  # int64 (N_SLOT_FIELDS, n)
    log_size: Array  # float64 (n,): log2 n(i)
    pool: Array  # int32 or int64 (2, n_pool): the context lists
    affinity: Array  # int64 (n, n): shares
    bounds: Array  # int64 (N_BOUND_FIELDS, n_segments, n)
    before: Array  # int32 or int64 (2, n): counts of a growing slot before the fold
    places: Array  # int64 (2, n): where the other slot's contexts stand in its lists
    scratch: Array  # int64 (n_threads, N_SCRATCH, n)
    team: Array  # int64: see `team`
    slot_of_word: Array  # int32 (V,): until the window's clusters are all there is
    progress: Array  # int64 (PROGRESS_SIZE,)
    children: Array  # int64 (V - 1, 2)
    losses: Array  # int64 (V - 1,)


@dataclass(frozen=True)
class Corpus(Record):
    """`BigramCounts` as the kernels see them, words by rank."""

    unigram_counts: Array  # int64 (V,)
    offsets: Array  # int64 (2, V + 1): of successors and predecessors
    successors: Array  # int32
    successor_counts: Array  # int64
    predecessors: Array  # int32
    predecessor_counts: Array  # int64
    edge_counts: Array  # int64 (2, V): c(w, edge) and c(edge, w)
