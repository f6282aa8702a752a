"""Unlabelled attachment scores, and the difference of two parsers on the same trees."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments.parsing.treebank import Heads, Tree

N_BOOTSTRAP = 2000

Counts = NDArray[np.int64]
"""For each sentence: tokens, those with the right head; the same without punctuation.

Shape (n_sentences, 4).
"""


def count_right_heads(trees: Sequence[Tree], parses: Iterable[Heads]) -> Counts:
    """Return how many tokens of each sentence have the head of its gold tree."""
    rows = []
    for tree, heads in zip(trees, parses, strict=True):
        is_right = heads[1:] == tree.heads[1:]
        is_word = ~tree.is_punctuation
        rows.append(
            [is_right.size, is_right.sum(), is_word.sum(), is_right[is_word].sum()]
        )
    return np.array(rows, np.int64)


def attachment_scores(counts: Counts) -> tuple[float, float]:
    """Return two scores in percent: of words without punctuation, and of all tokens."""
    n_tokens, n_right, n_words, n_right_words = counts.sum(axis=0).tolist()
    return 100 * n_right_words / max(n_words, 1), 100 * n_right / n_tokens


def bootstrap_difference(
    without: Sequence[Counts], with_clusters: Sequence[Counts]
) -> tuple[float, float, float]:
    """Return the gain in score, of words without punctuation, and its 95 % interval.

    Parameters
    ----------
    without, with_clusters : sequences of Counts, one for each seed
        Of the same sentences.

    Returns
    -------
    tuple of float
        The mean over seeds, in points; the interval of bootstrap samples of sentences.
    """
    n_words = without[0][:, 2]
    gains = _right_words(with_clusters) - _right_words(without)
    random = np.random.default_rng(0)
    samples = np.empty(N_BOOTSTRAP)
    for i in range(N_BOOTSTRAP):
        drawn = random.integers(n_words.size, size=n_words.size)
        samples[i] = gains[drawn].sum() / max(n_words[drawn].sum(), 1)
    low, high = np.quantile(samples, [0.025, 0.975])
    return (
        float(100 * gains.sum() / max(n_words.sum(), 1)),
        float(100 * low),
        float(100 * high),
    )


def _right_words(of_seeds: Sequence[Counts]) -> NDArray[np.float64]:
    """Return how many words of each sentence have the right head, mean of seeds."""
    mean: NDArray[np.float64] = np.mean([counts[:, 3] for counts in of_seeds], axis=0)
    return mean
