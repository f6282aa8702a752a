"""The state of exchange: allocated, and filled with the counts of a clustering."""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.exchange import state as fields
from brownclust._kernels.tree.exchange.annealing import N_NOISE, fill_gumbel
from brownclust._kernels.tree.exchange.arithmetic import fill_few_steps
from brownclust._kernels.tree.exchange.loading import load_clusters
from brownclust._kernels.tree.exchange.state import ExchangeState
from brownclust._kernels.tree.workers import CHUNK_START, MIN_WORK
from brownclust.counting.count_table import CountTable
from brownclust.tree.state import entropies_of, scale_bits

MAX_SCALE = 24
"""Binary digits of the objective after the point, at most: steps are 32-bit numbers."""

LANES = 16
"""Rows are filled up to a multiple of this many numbers: of AVX-512, and of others."""

FEW = 16
"""Counts of contexts below this have their steps looked up."""

FEW_TABLE_SIZE = 2**14
"""For cluster counts below this: 15 (14 + 1.45) bits in units of 2**-24 fit 32 bits."""

MIN_SHARED_WORK = 20_000
"""Columns are divided among threads if a visit adds this many steps.

They take some microseconds; a round costs one or two.
"""

GOLDEN = 0x9E3779B97F4A7C15
"""2**64 divided by the golden ratio: seeds side by side get numbers far apart."""


def exchange_scale(n_tokens: int) -> int:
    """Return how many binary digits the objective has after the point.

    The largest step that is looked up is h(n + 2) - h(n), at most 2 log2(n + 2) + 2.9
    bits; two of them, or four of x = 1, must fit 31 bits: so 24 digits, while n is
    below 2**30.
    """
    digits = 31 - int(np.ceil(log2(4 * log2(2.0 * n_tokens + 2.0) + 8.0)))
    return min(MAX_SCALE, digits, scale_bits(n_tokens))


def first_random(seed: int) -> NDArray[np.uint64]:
    """Return the state of random numbers that a seed gives; never 0, which would stay.

    The finalizer of splitmix64 (Steele, Lea and Flood 2014).
    """
    mask = 2**64 - 1
    z = (seed + 1) * GOLDEN & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return np.array([(z ^ z >> 31) or 1], dtype=np.uint64)


def load_exchange_state(
    counts: CountTable,
    labels: NDArray[np.int32],
    n_clusters: int,
    is_fixed: NDArray[np.bool_],
    seed: int,
    threads: int = 1,
) -> ExchangeState:
    """Return the state of a clustering.

    Parameters
    ----------
    counts : CountTable
        Counts of all words.
    labels : int32 array (V,)
        The cluster of each word, from 0 to ``n_clusters - 1``; none is empty.
    n_clusters : int
        Number of clusters.
    is_fixed : bool array (V,)
        Words that are never moved.
    seed : int
        Of the random numbers.
    threads : int, default 1
        Threads that add steps.
    """
    scale = exchange_scale(counts.n_tokens)
    n_contexts = n_clusters + 2  # the spare cluster, the edge
    width = -(-(n_clusters + 1) // LANES) * LANES
    n_blocks = -(-width // fields.BLOCK)
    entropies = entropies_of(counts.n_tokens, scale)
    n_few = min(FEW_TABLE_SIZE, 2 * counts.n_tokens)
    few_steps = np.zeros((FEW, n_few), np.uint32)
    fill_few_steps(entropies, few_steps)
    random = first_random(seed)
    gumbel = np.zeros(N_NOISE, np.int32)
    fill_gumbel(gumbel, random)
    count_type = np.int32 if counts.n_bigrams < 2**31 else np.int64
    n_rows = 2 * fields.N_STEPS * n_contexts + 1
    state = ExchangeState(
        entropies=entropies,
        few_steps=few_steps,
        counts=np.zeros((2, n_contexts, width), count_type),
        steps=np.zeros((n_rows, width), np.int32),
        is_large=np.zeros((2, n_contexts, n_blocks + 1), np.uint8),
        clusters=np.zeros((fields.N_CLUSTER_FIELDS, width), np.int64),
        context_counts=np.zeros((2, n_contexts), np.int64),
        contexts=np.zeros((2, n_contexts), np.int32),
        rows=np.zeros((fields.N_STEPS + 1, 2 * n_contexts + 4), np.int32),
        labels=labels.astype(np.int32),
        word_totals=totals_of_words(counts),
        is_fixed=is_fixed.astype(np.uint8),
        gumbel=gumbel,
        noise=np.zeros(N_NOISE + width, np.uint32),
        random=random,
        n_targets=n_clusters,
        progress=np.zeros(fields.PROGRESS_SIZE, np.int64),
        workers=np.zeros(CHUNK_START + threads + 1, np.int64),
        n_threads=threads,
    )
    state.workers[MIN_WORK] = MIN_SHARED_WORK
    chunk = -(-n_blocks // threads) * fields.BLOCK
    starts = np.arange(threads + 1) * chunk
    state.workers[CHUNK_START:] = np.minimum(starts, width)
    load_clusters(state, counts)
    return state


def totals_of_words(counts: CountTable) -> NDArray[np.int64]:
    """Return m(w), the bigrams of each word with all words and the edge, both ways."""
    totals = counts.edge_starts + counts.edge_ends
    return totals + sum(rows.row_totals() for rows in counts.neighbours)
