"""A word moves from one cluster to another."""

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.tree.exchange.arithmetic import update_marginal
from brownclust._kernels.tree.exchange.loading import count_of_pair, set_pair
from brownclust._kernels.tree.exchange.state import (
    GAIN,
    GAINED,
    N_CONTEXTS,
    N_MOVES,
    N_WORDS,
    OWN_COUNT,
    SIZE,
    TOTAL,
    ExchangeState,
)
from brownclust._kernels.tree.types import int64


@inner_kernel
def add_word(
    state: ExchangeState, cluster: int, size: int, total: int, sign: int
) -> None:
    """Add the visited word to a cluster (sign 1), or take it out (-1); O(contexts)."""
    for direction in range(2):
        for at in range(state.progress[N_CONTEXTS + direction]):
            context = int64(state.contexts[direction, at])
            x = sign * state.context_counts[direction, context]
            left, right = (cluster, context) if direction == 0 else (context, cluster)
            set_pair(state, left, right, count_of_pair(state, left, right) + x)
    own = sign * state.progress[OWN_COUNT]
    if own != 0:
        count = count_of_pair(state, cluster, cluster)
        set_pair(state, cluster, cluster, count + own)
    clusters = state.clusters
    clusters[SIZE, cluster] += sign * size
    clusters[TOTAL, cluster] += sign * total
    clusters[N_WORDS, cluster] += sign
    update_marginal(state, cluster)


@inner_kernel
def move(
    state: ExchangeState, word: int, own: int, target: int, size: int, total: int
) -> None:
    """Move the visited word from its own cluster to another; O(contexts)."""
    add_word(state, own, size, total, int64(-1))
    add_word(state, target, size, total, int64(1))
    state.labels[word] = target
    state.progress[N_MOVES] += 1
    state.progress[GAINED] += state.clusters[GAIN, target] - state.clusters[GAIN, own]
