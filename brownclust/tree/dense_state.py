"""The state of agglomeration in a dense window: allocated and filled."""

import numpy as np

from brownclust._kernels.tree import state as common
from brownclust._kernels.tree.dense import state as fields
from brownclust._kernels.tree.dense.groups import N_GROUPS
from brownclust._kernels.tree.dense.loading import (
    bound_all_pairs,
    bound_pairs_with_overlaps,
    fill_sketches,
    fill_terms,
)
from brownclust._kernels.tree.dense.state import DenseState
from brownclust._kernels.tree.dense.terms import N_TERM_ROWS, fill_term_table
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.state import State
from brownclust.counting.count_table import CountTable
from brownclust.tree.grouped_state import (
    Grouped,
    group_merged,
    group_state,
    set_merged,
    slots_by_cluster,
)
from brownclust.tree.state import (
    MAX_DENSE_SLOTS,
    MIN_DENSE_WORDS,
    Merges,
    entropies_of,
    merges_of,
)

MERGES_BETWEEN_LOOKS = 256
"""Merges after which to look again whether bounds of losses would cost less."""

LOSS_RATIO = 0.6
"""They do once half of the bounds are this many times what the last merges lost.

Times, because overlaps cost less where more counts are zero: the density of the counts.
"""

MIN_TERMS_LEFT = 200
"""Terms that overlaps would still take, for each pair of slots; fewer cost less than
the way from one kind of state to the other and back.
"""

LARGE_MEAN_COUNT = 1000
"""Bigrams for each pair of slots from which on many counts are above the table's."""

TERM_TABLE_SIZE = 2**14
"""Counts up to here have their terms looked up."""

MAX_NEAR = 256
"""Near pairs that a slot lists. Others stay far, however low their bounds."""

FIRST_WIDTH = 0.1
"""Of budgets; it adapts within some hundred merges."""

SLACK_PER_SLOT = 8
"""Units by which a loss may differ from the real number, for each slot.

A slot is a context twice, each time with three entropies rounded by half a unit: 3.
"""

SLACK = 4096
"""The same for everything else.

The self terms have nine entropies; the float64 errors of all entropies together are
below 800 units, those of the marginal term below 1,100, for any number of tokens.
"""


def can_be_dense(state: State | DenseState) -> bool:
    """Return whether words are still to enter a window that is not too wide."""
    n_slots: int = state.slots.shape[1]
    n_early: int = state.slot_of_word.size - (n_slots - 2)
    n_merged = int(state.progress[common.N_MERGED])
    return n_slots <= MAX_DENSE_SLOTS and n_merged < n_early


def is_dense_at_once(counts: CountTable, window: int) -> bool:
    """Return whether bounds of losses cost less than overlaps from the first word on.

    They do if counts are so large that overlaps take computed logarithms.
    """
    n_slots = window + 2
    has_large_counts = counts.n_bigrams >= LARGE_MEAN_COUNT * n_slots**2
    has_many_words = counts.n_rows - window >= MIN_DENSE_WORDS
    return has_large_counts and has_many_words and n_slots <= MAX_DENSE_SLOTS


def is_better_dense(state: State) -> bool:
    """Return whether bounds of losses would now cost less than overlaps.

    They do once most pairs lose many times more than the word that entered last, so
    that few losses have to be computed; and if enough work is left.
    """
    if not can_be_dense(state):
        return False
    n_slots = state.slots.shape[1]
    n_merged = state.progress[common.N_MERGED]
    n_left = state.slot_of_word.size - state.progress[common.N_ENTERED]
    if n_merged == 0 or n_left < MIN_DENSE_WORDS:
        return False
    terms_left = state.progress[common.N_TERMS] / MERGES_BETWEEN_LOOKS * n_left
    if terms_left < MIN_TERMS_LEFT * n_slots**2:
        return False
    last = state.losses[max(0, n_merged - MERGES_BETWEEN_LOOKS) : n_merged].mean()
    bounds = state.slots[common.BOUND, state.slots[common.CLUSTER] != common.FREE]
    density = state.progress[common.POOL_LIVE] / (2 * n_slots**2)
    return bool(np.median(bounds) * density > LOSS_RATIO * last)


def load_dense_state(
    merges: Merges, counts: CountTable, window: int, scale: int
) -> DenseState:
    """Return the state after some merges, or before the first.

    Parameters
    ----------
    merges : Merges
        The first merges of these counts, in this window; words are still to enter.
    counts : CountTable
        Counts of all words.
    window : int
        Clusters active at once.
    scale : int
        Binary digits of losses after the point.
    """
    grouped = group_merged(merges, counts, window)
    state = _load_grouped(grouped, merges, counts, window, scale)
    bound_all_pairs(state)
    return state


def load_dense_state_of(state: State, counts: CountTable, scale: int) -> DenseState:
    """Return the dense state of the same clusters; overlaps give its bounds.

    Parameters
    ----------
    state : State
        The clusters; no word is pending.
    counts : CountTable
        Counts of all words, of which only the totals are used.
    scale : int
        Binary digits of losses after the point.

    Notes
    -----
    Equal to what `load_dense_state` returns for the same merges, but for bounds, which
    are higher here.
    """
    window = state.slots.shape[1] - 2
    grouped = group_state(state, counts)
    dense = _load_grouped(grouped, merges_of(state), counts, window, scale)
    order = slots_by_cluster(state)
    bound_pairs_with_overlaps(dense, state.overlap[np.ix_(order, order)])
    return dense


def _load_grouped(
    grouped: Grouped, merges: Merges, counts: CountTable, window: int, scale: int
) -> DenseState:
    """Return the state of the clusters that the merges have left, without bounds."""
    state = _empty_state(counts, window, scale)
    _load_counts(state, grouped.classes, grouped.clusters.size)
    set_merged(state, grouped, merges)
    fill_terms(state)
    fill_sketches(state)
    return state


def _empty_state(counts: CountTable, window: int, scale: int) -> DenseState:
    """Return a state with every slot free."""
    n_words = counts.n_rows
    n = window + 2
    unit = 2.0**scale
    entropies = entropies_of(counts.n_tokens, scale)
    n_terms = min(TERM_TABLE_SIZE, counts.n_tokens + 1)
    term_table = np.zeros((N_TERM_ROWS, n_terms), dtype=np.uint16)
    fill_term_table(entropies, term_table)
    count_type = np.int32 if counts.n_bigrams < 2**31 else np.int64
    state = DenseState(
        entropies=entropies,
        term_table=term_table,
        slots=np.zeros((fields.N_SLOT_FIELDS, n), dtype=np.int64),
        reals=np.zeros((fields.N_REALS, n)),
        scales=np.zeros(fields.N_SCALES),
        counts=np.zeros((2, n, n), dtype=count_type),
        real_counts=np.zeros((2, n, n), dtype=np.float32),
        terms=np.zeros((2, N_TERM_ROWS, n, n), dtype=np.uint16),
        sketches=np.zeros((n, 2 * N_GROUPS), dtype=count_type),
        sketch_columns=np.zeros((2 * N_GROUPS, n), dtype=np.float32),
        pair_bounds=np.full((n, n), np.inf),
        low_slots=np.zeros(n + 1, dtype=np.int32),
        near_slots=np.zeros((n, min(MAX_NEAR, n)), dtype=np.int32),
        near_bounds=np.zeros((n, min(MAX_NEAR, n))),
        pending=np.zeros((2, n), dtype=count_type),
        touched=np.zeros(n, dtype=np.int32),
        small_sums=np.zeros(n, dtype=np.int32),
        large_sums=np.zeros(max(n, 2 * N_GROUPS), dtype=np.float32),
        kept_sums=np.zeros(n, dtype=np.float32),
        slot_of_word=np.zeros(n_words, dtype=np.int32),
        progress=np.zeros(fields.DENSE_PROGRESS_SIZE, dtype=np.int64),
        children=np.zeros((n_words - 1, 2), dtype=np.int64),
        losses=np.zeros(n_words - 1, dtype=np.int64),
    )
    state.scales[fields.SLACK] = 2 * (SLACK_PER_SLOT * n + SLACK) / unit
    state.scales[fields.WIDTH] = FIRST_WIDTH
    state.slots[common.CLUSTER] = common.FREE
    state.reals[fields.PENALTY] = np.inf
    state.reals[fields.BOUND] = np.inf
    state.reals[fields.FAR_BOUND] = np.inf
    return state


def _load_counts(state: DenseState, counts: CountTable, n_loaded: int) -> None:
    """Insert the first rows of the counts into the slots of the same numbers."""
    edge = state.slots.shape[1] - 1
    loaded = slice(0, n_loaded)
    rows = counts.successors
    end = rows.offsets[n_loaded]
    lefts = np.repeat(np.arange(n_loaded), np.diff(rows.offsets[: n_loaded + 1]))
    rights = rows.indices[:end]
    kept = rights < n_loaded
    state.counts[0, lefts[kept], rights[kept]] = rows.counts[:end][kept]
    state.counts[0, loaded, edge] = counts.edge_ends[loaded]
    state.counts[0, edge, loaded] = counts.edge_starts[loaded]
    state.counts[1] = state.counts[0].T
    state.real_counts[:] = state.counts
    totals = state.counts[:, loaded].astype(np.int64).sum(axis=(0, 2))
    sizes = counts.unigram_counts[loaded]
    selves = np.diagonal(state.counts[0])[loaded]
    state.slots[common.SIZE, loaded] = sizes
    state.slots[common.NEIGHBOUR_TOTAL, loaded] = totals
    state.slots[common.SELF_COUNT, loaded] = selves
    state.reals[fields.REAL_SIZE, loaded] = sizes
    state.reals[fields.REAL_TOTAL, loaded] = totals
    state.reals[fields.REAL_SELF, loaded] = selves
    state.reals[fields.LOG_SIZE, loaded] = [log2(float(size)) for size in sizes]
    state.reals[fields.RECIPROCAL, loaded] = 1.0 / sizes
    state.reals[fields.PENALTY, loaded] = 0.0
