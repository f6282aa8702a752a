"""Visits of words, one after the other."""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.exchange.annealing import best_cluster, drawn_cluster
from brownclust._kernels.tree.exchange.contexts import clear_contexts, collect_contexts
from brownclust._kernels.tree.exchange.gains import compute_gains
from brownclust._kernels.tree.exchange.moves import move
from brownclust._kernels.tree.exchange.state import N_WORDS, ExchangeState
from brownclust._kernels.tree.types import Integers, int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inner_kernel
def visit(
    state: ExchangeState, counts: "CountTable", word: int, is_annealed: bool
) -> None:
    """Move a word to the best cluster, or to one drawn at the temperature that was set.

    The last word of a cluster stays. O(contexts of the word, times k).
    """
    own = int64(state.labels[word])
    if state.clusters[N_WORDS, own] == 1 or state.is_fixed[word] != 0:
        return
    size = counts.unigram_counts[word]
    total = state.word_totals[word]
    collect_contexts(state, counts, word)
    compute_gains(state, own, size, total)
    target = drawn_cluster(state) if is_annealed else best_cluster(state, own)
    if target != own:
        move(state, word, own, target, size, total)
    clear_contexts(state)


@fast_kernel
def visit_words(
    state: ExchangeState, counts: "CountTable", words: Integers, is_annealed: bool
) -> None:
    """Visit words in this order."""
    for at in range(words.size):
        visit(state, counts, words[at], is_annealed)
