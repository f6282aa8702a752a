"""Gains of the visited word with every cluster.

The word stays where it is meanwhile. So for other clusters than its own, counts with
its own cluster as a context are too high by those of the word, and are corrected; for
its own cluster, the gain is what taking the word out would lose.
"""

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.tree.entropy import Entropies
from brownclust._kernels.tree.exchange.arithmetic import set_rates, step, weighted_log
from brownclust._kernels.tree.exchange.loading import count_of_pair, step_row
from brownclust._kernels.tree.exchange.state import (
    GAIN,
    MARGINAL,
    N_CONTEXTS,
    N_ROWS,
    N_STEPS,
    OWN_COUNT,
    RATE,
    SIZE,
    TOTAL,
    CountRow,
    ExchangeState,
    FewSteps,
    Steps,
)
from brownclust._kernels.tree.types import Integers, int64


@inner_kernel
def add_four_rows(
    first: Steps, second: Steps, third: Steps, fourth: Steps, gains: Integers
) -> None:
    """Add rows of steps, of which four fit 32 bits, to gains; vectorised."""
    for j in range(gains.size):
        gains[j] += np.int32(
            np.int32(first[j] + second[j]) + np.int32(third[j] + fourth[j])
        )


@inner_kernel
def add_two_rows(first: Steps, second: Steps, gains: Integers) -> None:
    """Add rows of steps, of which two fit 32 bits, to gains; vectorised."""
    for j in range(gains.size):
        gains[j] += np.int32(first[j] + second[j])


@inner_kernel
def add_few(few_steps: FewSteps, counts: CountRow, gains: Integers) -> None:
    """Add h(c + x) - h(c), all of them in the table, to gains."""
    for j in range(gains.size):
        gains[j] += few_steps[np.uint32(counts[j])]


@inner_kernel
def add_steps(entropies: Entropies, counts: CountRow, x: int, gains: Integers) -> None:
    """Add h(c + x) - h(c) for any counts to gains."""
    for j in range(gains.size):
        gains[j] += step(entropies, int64(counts[j]), x)


@inner_kernel
def add_context_steps(state: ExchangeState, direction: int, context: int) -> None:
    """Add to gains what the counts with one context gain, or list the row that does."""
    x = state.context_counts[direction, context]
    opposite = 1 - direction
    if x <= N_STEPS:
        n_rows = state.progress[N_ROWS + x - 1]
        row = step_row(state.context_counts.shape[1], opposite, x, context)
        state.rows[x - 1, n_rows] = row
        state.progress[N_ROWS + x - 1] = n_rows + 1
        return
    gains = state.clusters[GAIN]
    counts = state.counts[opposite, context]
    if x < state.few_steps.shape[0] and state.is_large[opposite, context] == 0:
        add_few(state.few_steps[x], counts, gains)
    else:
        add_steps(state.entropies, counts, x, gains)


@inner_kernel
def add_listed_rows(state: ExchangeState) -> None:
    """Add all rows of steps that have been listed to gains; vectorised."""
    gains = state.clusters[GAIN]
    steps = state.steps
    zeros = steps.shape[0] - 1
    for x in range(N_STEPS):
        rows = state.rows[x]
        n_rows = state.progress[N_ROWS + x]
        rows[n_rows : n_rows + 3] = zeros
        if x == 0:
            for at in range(0, n_rows, 4):
                add_four_rows(
                    steps[rows[at]],
                    steps[rows[at + 1]],
                    steps[rows[at + 2]],
                    steps[rows[at + 3]],
                    gains,
                )
        else:
            for at in range(0, n_rows, 2):
                add_two_rows(steps[rows[at]], steps[rows[at + 1]], gains)


@inner_kernel
def correct_own_context(state: ExchangeState, own: int) -> None:
    """Correct gains for counts with the word's own cluster, which the word leaves."""
    entropies = state.entropies
    gains = state.clusters[GAIN]
    n_clusters = state.context_counts.shape[1] - 1
    for direction in range(2):
        x = state.context_counts[direction, own]
        opposite = 1 - direction
        if x == 0:
            continue
        for at in range(state.progress[N_CONTEXTS + opposite]):
            i = int64(state.contexts[opposite, at])
            if i < n_clusters:
                count = int64(state.counts[opposite, own, i])
                taken = state.context_counts[opposite, i]
                gains[i] += step(entropies, count - taken, x)
                gains[i] -= step(entropies, count, x)


@inner_kernel
def correct_self_count(state: ExchangeState, i: int) -> None:
    """Correct the gain of a cluster whose count with itself the word would add to."""
    entropies = state.entropies
    count = int64(state.counts[0, i, i])
    right = state.context_counts[0, i]
    left = state.context_counts[1, i]
    own = state.progress[OWN_COUNT]
    state.clusters[GAIN, i] += (
        step(entropies, count, right + left + own)
        - step(entropies, count, right)
        - step(entropies, count, left)
    )


@inner_kernel
def correct_self_counts(state: ExchangeState) -> None:
    """The same for all clusters to which that applies."""
    n_clusters = state.context_counts.shape[1] - 1
    if state.progress[OWN_COUNT] > 0:
        for i in range(n_clusters):
            correct_self_count(state, int64(i))
        return
    for at in range(state.progress[N_CONTEXTS]):
        i = int64(state.contexts[0, at])
        if i < n_clusters and state.context_counts[1, i] > 0:
            correct_self_count(state, i)


@inner_kernel
def gain_of_own(state: ExchangeState, own: int, size: int, total: int) -> int:
    """The gain of the word's own cluster; O(contexts)."""
    entropies = state.entropies
    clusters = state.clusters
    gain = (
        weighted_log(
            clusters[TOTAL, own] - total, clusters[SIZE, own] - size, entropies.unit
        )
        - clusters[MARGINAL, own]
    )
    for direction in range(2):
        for at in range(state.progress[N_CONTEXTS + direction]):
            i = int64(state.contexts[direction, at])
            if i != own:
                x = state.context_counts[direction, i]
                left, right = (own, i) if direction == 0 else (i, own)
                count = count_of_pair(state, left, right)
                gain += step(entropies, count - x, x)
    x = (
        state.context_counts[0, own]
        + state.context_counts[1, own]
        + state.progress[OWN_COUNT]
    )
    gain += step(entropies, int64(state.counts[0, own, own]) - x, x)
    return int64(gain)


@inner_kernel
def compute_gains(state: ExchangeState, own: int, size: int, total: int) -> None:
    """Compute the gains of all clusters with a word whose contexts are collected.

    `own` is its cluster, `size` and `total` are n(w) and m(w). O(contexts times k).
    """
    clusters = state.clusters
    set_rates(state, size, total)
    gains = clusters[GAIN]
    rates = clusters[RATE]
    for i in range(gains.size):
        gains[i] = -rates[i]
    for x in range(N_STEPS):
        state.progress[N_ROWS + x] = 0
    for direction in range(2):
        for at in range(state.progress[N_CONTEXTS + direction]):
            context = int64(state.contexts[direction, at])
            add_context_steps(state, int64(direction), context)
    add_listed_rows(state)
    correct_own_context(state, own)
    correct_self_counts(state)
    gains[own] = gain_of_own(state, own, size, total)
