"""The first counts of clusters, and what follows from them."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.exchange.arithmetic import step, update_marginal
from brownclust._kernels.tree.exchange.state import (
    BLOCK,
    N_STEPS,
    N_WORDS,
    SIZE,
    TOTAL,
    ExchangeState,
)
from brownclust._kernels.tree.types import int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inner_kernel
def step_row(n_contexts: int, direction: int, x: int, context: int) -> int:
    """Where in `ExchangeState.steps` the row for x added to a context's counts is."""
    return (direction * N_STEPS + x - 1) * n_contexts + context


@inner_kernel
def set_pair(state: ExchangeState, left: int, right: int, count: int) -> None:
    """Set c(left, right), one of which may be the edge, and its steps."""
    n_contexts = state.context_counts.shape[1]
    edge = n_contexts - 1
    steps = state.steps
    if right < edge:
        state.counts[0, left, right] = count
    if left < edge:
        state.counts[1, right, left] = count
    for x in range(1, N_STEPS + 1):
        value = step(state, count, int64(x))
        if right < edge:
            steps[step_row(n_contexts, int64(0), int64(x), left), right] = value
        if left < edge:
            steps[step_row(n_contexts, int64(1), int64(x), right), left] = value
    if count >= state.few_steps.shape[1]:
        set_large(state, int64(0), left, right)
        set_large(state, int64(1), right, left)


@inner_kernel
def set_large(state: ExchangeState, direction: int, context: int, i: int) -> None:
    """Note that steps of cluster i with a context may be beyond `few_steps`."""
    state.is_large[direction, context, i // BLOCK] = 1
    state.is_large[direction, context, -1] = 1


@inner_kernel
def count_of_pair(state: ExchangeState, left: int, right: int) -> int:
    """c(left, right), one of which may be the edge."""
    if right < state.context_counts.shape[1] - 1:
        return int64(state.counts[0, left, right])
    return int64(state.counts[1, right, left])


@fast_kernel
def load_clusters(state: ExchangeState, counts: "CountTable") -> None:
    """Count the clusters of all words anew; O(bigrams + k**2)."""
    n_clusters = state.context_counts.shape[1] - 1
    edge = int64(n_clusters)
    clusters = state.clusters
    for word in range(state.labels.size):
        i = int64(state.labels[word])
        clusters[SIZE, i] += counts.unigram_counts[word]
        clusters[TOTAL, i] += state.word_totals[word]
        clusters[N_WORDS, i] += 1
        rows = counts.neighbours[0]
        for at in range(rows.offsets[word], rows.offsets[word + 1]):
            j = state.labels[rows.indices[at]]
            state.counts[0, i, j] += rows.counts[at]
        state.counts[1, edge, i] += counts.edges[0][word]
        state.counts[0, edge, i] += counts.edges[1][word]
    for i in range(n_clusters):
        for j in range(n_clusters):
            set_pair(state, int64(i), int64(j), int64(state.counts[0, i, j]))
        set_pair(state, edge, int64(i), int64(state.counts[0, edge, i]))
        set_pair(state, int64(i), edge, int64(state.counts[1, edge, i]))
        update_marginal(state, int64(i))
