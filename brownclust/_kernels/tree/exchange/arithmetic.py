"""The terms of the objective, and how they change."""

import numpy as np

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.entropy import Entropies, entropy, log2_parts
from brownclust._kernels.tree.exchange.state import (
    MARGINAL,
    RATE,
    RATE_SIZE,
    RATE_TOTAL,
    SIZE,
    TOTAL,
    ExchangeState,
    FewSteps,
)
from brownclust._kernels.tree.types import int64


@inner_kernel
def weighted_log(total: int, size: int, unit: float) -> int:
    """G(total, size) = total log2 size in units, 0 of an empty cluster.

    The whole part of the logarithm is multiplied in integers, as in `rounded_entropy`.
    """
    if size == 0:
        return int64(0)
    exponent, fraction = log2_parts(float(size))
    return total * exponent * int64(unit) + int64(
        np.floor(float(total) * fraction * unit + 0.5)
    )


@inner_kernel
def computed_step(entropies: Entropies, count: int, x: int) -> int:
    """h(count + x) - h(count)."""
    return entropy(entropies, count + x) - entropy(entropies, count)


@inner_kernel
def step(state: ExchangeState, count: int, x: int) -> int:
    """h(count + x) - h(count): looked up while both are small."""
    few_steps = state.few_steps
    if x < few_steps.shape[0] and count < few_steps.shape[1]:
        return int64(few_steps[x, count])
    return computed_step(state.entropies, count, x)


@fast_kernel
def fill_few_steps(entropies: Entropies, few_steps: FewSteps) -> None:
    """Set few_steps[x, n] = h(n + x) - h(n) where that fits; O(few_steps)."""
    for x in range(few_steps.shape[0]):
        for n in range(few_steps.shape[1]):
            few_steps[x, n] = computed_step(entropies, int64(n), int64(x))


@inner_kernel
def update_marginal(state: ExchangeState, i: int) -> None:
    """Compute again what follows from the size and the total of a cluster."""
    clusters = state.clusters
    progress = state.progress
    unit = state.entropies.unit
    size = clusters[SIZE, i]
    total = clusters[TOTAL, i]
    marginal = weighted_log(total, size, unit)
    clusters[MARGINAL, i] = marginal
    clusters[RATE, i] = (
        weighted_log(total + progress[RATE_TOTAL], size + progress[RATE_SIZE], unit)
        - marginal
    )


@inner_kernel
def needs_rates(state: ExchangeState, size: int, total: int) -> bool:
    """Let rates be those of words with this count and total: whether they were not."""
    progress = state.progress
    if progress[RATE_SIZE] == size and progress[RATE_TOTAL] == total:
        return False
    progress[RATE_SIZE] = size
    progress[RATE_TOTAL] = total
    return True


@inner_kernel
def set_rates(state: ExchangeState, begin: int, end: int) -> None:
    """Compute rates[begin:end] anew; O(end - begin)."""
    clusters = state.clusters
    size = state.progress[RATE_SIZE]
    total = state.progress[RATE_TOTAL]
    unit = state.entropies.unit
    for i in range(begin, min(end, state.context_counts.shape[1] - 1)):
        clusters[RATE, i] = (
            weighted_log(clusters[TOTAL, i] + total, clusters[SIZE, i] + size, unit)
            - clusters[MARGINAL, i]
        )


@fast_kernel
def objective(state: ExchangeState) -> int:
    """The objective, from the counts of the clusters; O(k**2)."""
    n_clusters = state.context_counts.shape[1] - 1
    sum_of_terms = int64(0)
    for i in range(n_clusters + 1):
        for j in range(n_clusters):
            sum_of_terms += entropy(state.entropies, int64(state.counts[0, i, j]))
    for j in range(n_clusters):
        sum_of_terms += entropy(state.entropies, int64(state.counts[1, n_clusters, j]))
        sum_of_terms -= weighted_log(
            state.clusters[TOTAL, j], state.clusters[SIZE, j], state.entropies.unit
        )
    return sum_of_terms
