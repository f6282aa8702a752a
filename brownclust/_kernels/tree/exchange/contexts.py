"""The contexts of the visited word."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.tree.exchange.state import (
    N_CONTEXTS,
    OWN_COUNT,
    ExchangeState,
)
from brownclust._kernels.tree.types import int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inner_kernel
def add_context(state: ExchangeState, direction: int, context: int, count: int) -> None:
    """Add to the visited word's count with a context, listed if it is new."""
    before = state.context_counts[direction, context]
    if before == 0:
        n_contexts = state.progress[N_CONTEXTS + direction]
        state.contexts[direction, n_contexts] = context
        state.progress[N_CONTEXTS + direction] = n_contexts + 1
    state.context_counts[direction, context] = before + count


@inner_kernel
def collect_contexts(state: ExchangeState, counts: "CountTable", word: int) -> None:
    """List a word's contexts and their counts; O(bigrams of the word)."""
    edge = int64(state.context_counts.shape[1] - 1)
    state.progress[OWN_COUNT] = 0
    for direction in range(2):
        state.progress[N_CONTEXTS + direction] = 0
        rows = counts.neighbours[direction]
        for at in range(rows.offsets[word], rows.offsets[word + 1]):
            neighbour = rows.indices[at]
            count = rows.counts[at]
            if neighbour == word:
                state.progress[OWN_COUNT] = count
            else:
                context = int64(state.labels[neighbour])
                add_context(state, int64(direction), context, count)
        count = counts.edges[direction][word]
        if count > 0:
            add_context(state, int64(direction), edge, count)


@inner_kernel
def clear_contexts(state: ExchangeState) -> None:
    """Zero the counts of the contexts; O(contexts)."""
    for direction in range(2):
        for at in range(state.progress[N_CONTEXTS + direction]):
            state.context_counts[direction, state.contexts[direction, at]] = 0
