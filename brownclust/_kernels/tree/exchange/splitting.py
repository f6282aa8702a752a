"""Clusters are split in two by way of the spare one, and words moved as decided."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.exchange.annealing import next_random
from brownclust._kernels.tree.exchange.contexts import clear_contexts, collect_contexts
from brownclust._kernels.tree.exchange.gains import gain_of_other, gain_of_own
from brownclust._kernels.tree.exchange.moves import move
from brownclust._kernels.tree.exchange.state import (
    GAIN,
    GAINED,
    N_MOVES,
    N_WORDS,
    ExchangeState,
)
from brownclust._kernels.tree.types import Integers, int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable

LAST_BIT = np.uint64(63)


@inner_kernel
def compare(
    state: ExchangeState, counts: "CountTable", word: int, target: int, is_decided: bool
) -> None:
    """Move a word to another cluster if that gains, or anyway; O(contexts)."""
    own = int64(state.labels[word])
    size = counts.unigram_counts[word]
    total = state.word_totals[word]
    gains = state.clusters[GAIN]
    collect_contexts(state, counts, word)
    gains[own] = gain_of_own(state, own, size, total)
    gains[target] = gain_of_other(state, own, target, size, total)
    if is_decided or gains[target] > gains[own]:
        move(state, word, own, target, size, total)
    clear_contexts(state)


@fast_kernel
def move_words(
    state: ExchangeState, counts: "CountTable", words: Integers, target: int
) -> None:
    """Move words, none of which is there, to a cluster; O(contexts)."""
    for at in range(words.size):
        compare(state, counts, words[at], target, True)


@fast_kernel
def try_split(
    state: ExchangeState,
    counts: "CountTable",
    words: Integers,
    n_passes: int,
    is_moved: NDArray[np.bool_],
) -> int:
    """What splitting a cluster in two would gain, and which of its words would leave.

    Halves are drawn at random, and words move between the two; then all return.
    O(contexts of the words, times passes).
    """
    cluster = int64(state.labels[words[0]])
    spare = int64(state.n_targets)
    before = state.progress[GAINED]
    n_moves = state.progress[N_MOVES]
    for at in range(words.size):
        if next_random(state.random) >> LAST_BIT != 0:
            compare(state, counts, words[at], spare, True)
    for _ in range(n_passes):
        for at in range(words.size):
            own = int64(state.labels[words[at]])
            if state.clusters[N_WORDS, own] > 1:
                other = spare if own == cluster else cluster
                compare(state, counts, words[at], other, False)
    gain = state.progress[GAINED] - before
    for at in range(words.size):
        is_moved[at] = state.labels[words[at]] == spare
        if is_moved[at]:
            compare(state, counts, words[at], cluster, True)
    state.progress[N_MOVES] = n_moves
    return int64(gain)
