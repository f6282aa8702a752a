"""What exchange works on: a flat clustering, and the counts of its clusters.

Glossary
--------
objective
    The sum of h(c(i, j)) over all pairs of clusters, line edge included, less the sum
    of G(m(i), n(i)) over all clusters: average mutual information, times the number of
    bigrams, but for a constant. An integer, in units of 2**-scale bits.
G(m, n)
    m log2 n in units, rounded once.
visit
    Of a word: its gain with every cluster is computed, and it moves to the best, or to
    one drawn at random.
gain
    Of a cluster: what the objective gains if the word, taken out of its own cluster, is
    put into this one. The word's own cluster has one, too.
context
    Of the visited word: a cluster, or the edge, that follows it (direction 0) or
    precedes it (direction 1). Its count leaves out the word beside itself.
step
    h(c + x) - h(c) for a count c in the table of clusters, x = 1 or 2. Rows of steps
    are kept, because most contexts of a word have such a count x.
spare cluster
    The last: it is empty but while another one is tried to be split.
rates
    Of words with the same n(w) and m(w): G(m(i) + m(w), n(i) + n(w)) - G(m(i), n(i)).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.record import Record
from brownclust._kernels.tree.entropy import Entropies
from brownclust._kernels.tree.types import Indices, Integers

Counts = NDArray[Any]  # int32 or int64 (2, k + 1, width)
CountRow = NDArray[Any]  # (width,)
Steps = NDArray[np.int32]
FewSteps = NDArray[np.uint32]

N_STEPS = 2
"""Rows of steps are kept for x = 1 ... this: four fifths of the contexts of words."""

BLOCK = 64
"""Clusters whose steps are computed one by one if a count among them is large."""

# Rows of `ExchangeState.clusters`
SIZE = 0  # n(i)
TOTAL = 1  # m(i): the sum of its counts with all clusters and the edge, both directions
N_WORDS = 2
MARGINAL = 3  # G(m(i), n(i))
RATE = 4  # of the words whose n(w) and m(w) are in `ExchangeState.progress`
GAIN = 5  # of the visited word; anything between visits
N_CLUSTER_FIELDS = 6

# Positions in `ExchangeState.progress`
N_MOVES = 0
GAINED = 1  # what all moves have added to the objective, in units
RATE_SIZE = 2  # n(w), m(w) of the words that `RATE` is for; 0 before the first
RATE_TOTAL = 3
OWN_COUNT = 4  # of the visited word: its count with itself
N_CONTEXTS = 5  # + direction: of the visited word
N_ROWS = 7  # + x - 1: rows of steps to be added; + N_STEPS: rows of counts
NOISE_SHIFT = 10  # noise is in units of 2**NOISE_SHIFT
PROGRESS_SIZE = 11


@dataclass(frozen=True)
class ExchangeState(Record):
    """The clusters of words, k with the spare one; every array is changed in place.

    Rows of pairs have a number for each of k clusters, and zeros up to `width`, so that
    vector instructions leave no rest.
    """

    entropies: Entropies
    few_steps: FewSteps  # [x, n] is h(n + x) - h(n), for small x and n
    counts: Counts  # [0, i, j] is c(i, j), [1, i, j] is c(j, i); i = k is the edge
    steps: Steps  # (n, width): rows at `step_row`, and a last one of zeros
    is_large: NDArray[np.uint8]  # (2, k + 1, n_blocks + 1): see `add_in_blocks`
    clusters: Integers  # (N_CLUSTER_FIELDS, width)
    context_counts: Integers  # (2, k + 1): zeros between visits
    contexts: Indices  # (2, k + 1): those with a count
    rows: Indices  # (N_STEPS + 1, 2 * (k + 1) + 4): rows of steps, rows of counts
    labels: Indices  # (V,): the cluster of each word
    word_totals: Integers  # (V,): m(w)
    is_fixed: NDArray[np.uint8]  # (V,): never moved
    gumbel: Indices  # (N_NOISE,): see `annealing`
    noise: NDArray[np.uint32]  # (N_NOISE + width,): the same, times the temperature
    random: NDArray[np.uint64]  # (1,): state of the random numbers
    n_targets: int  # words move to the first clusters; beyond them is the spare one
    progress: Integers  # (PROGRESS_SIZE,)
    workers: Integers  # what threads tell each other; positions in `workers`
    n_threads: int
