"""A law of word frequencies, and text drawn from it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

Floats = NDArray[np.float64]

# Ranks are grouped: the first groups hold one rank each, later ones more and more. All
# ranks of a group have the probability of its middle. There are more ranks than words
# in any text.
GROUP_EDGES = np.unique(np.geomspace(1, 1e15, 1500).round().astype(np.int64))
GROUP_WIDTHS = np.diff(GROUP_EDGES).astype(np.float64)
GROUP_RANKS = np.where(
    GROUP_WIDTHS < 2,
    GROUP_EDGES[:-1],
    np.sqrt(1.0 * GROUP_EDGES[:-1] * GROUP_EDGES[1:]),
)

FOLLOWER_SKEW = 1.5
"""The k-th favourite next word has a weight of about k^(-1 - 1 / FOLLOWER_SKEW)."""

SENTENCE_TOKENS = 21
"""Length of a drawn sentence: the mean of the English texts."""

BATCH_SENTENCES = 1 << 16
"""How many sentences are drawn at a time; another value gives another text."""


@dataclass(frozen=True)
class Law:
    """Probability of a word by rank r: (r + q)^-s, beyond the break (r + q)^-tail."""

    s: float
    q: float
    break_rank: float
    tail: float

    def probabilities(self) -> Floats:
        """Return the probability of a word in each group of ranks."""
        log_rank = np.log(GROUP_RANKS + self.q)
        beyond = np.maximum(log_rank - np.log(self.break_rank + self.q), 0)
        weights = np.exp(-self.s * log_rank - (self.tail - self.s) * beyond)
        return np.asarray(weights / (weights @ GROUP_WIDTHS))

    def types(self, n_tokens: float, min_count: int) -> float:
        """Return the expected number of words that occur `min_count` times or more."""
        is_seen = gammainc(min_count, n_tokens * self.probabilities())
        return float(GROUP_WIDTHS @ is_seen)

    def bigrams(self, n_positions: float, n_tokens: float, min_count: int) -> float:
        """Return the expected number of distinct bigrams of independent draws.

        Parameters
        ----------
        n_positions : float
            Number of bigrams drawn.
        n_tokens, min_count : float, int
            Only words that occur `min_count` times in `n_tokens` are kept.
        """
        p = self.probabilities()
        words = (
            GROUP_WIDTHS * gammainc(min_count, n_tokens * p)
            if min_count > 1
            else GROUP_WIDTHS
        )
        return float(words @ -np.expm1(-n_positions * np.outer(p, p)) @ words)

    def draw(self, uniform: Floats) -> NDArray[np.int64]:
        """Return the ranks for uniform random numbers from 0 to 1."""
        ends = np.cumsum(self.probabilities() * GROUP_WIDTHS)
        groups = np.searchsorted(ends / ends[-1], uniform, side="right")
        starts = np.concatenate([[0.0], ends]) / ends[-1]
        groups = np.minimum(groups, GROUP_WIDTHS.size - 1)
        position = (uniform - starts[groups]) / (starts[groups + 1] - starts[groups])
        return np.asarray(
            GROUP_EDGES[groups] + (position * GROUP_WIDTHS[groups]).astype(np.int64)
        )


ENGLISH = Law(s=1.15, q=2.08, break_rank=12_100, tail=1.98)
"""Fitted to 33 million tokens: the Brown corpus, newswire, novels."""


def sentences(
    law: Law, n_tokens: int, *, dependence: float = 0.0, seed: int = 0
) -> Iterator[bytes]:
    """Yield the sentences of a text drawn from a law; a word is spelled as its rank.

    Parameters
    ----------
    law : Law
        The word frequencies.
    n_tokens : int
        Number of tokens; rounded down to whole sentences, at least one.
    dependence : float
        The fraction of frequent words that are drawn from the favourites of the word
        before, from 0 to 1. A hash of the word gives its favourites, so the frequencies
        of words do not change. 0 gives independent words: the most distinct bigrams.
    seed : int
        Seed of NumPy's generator.
    """
    generator = np.random.default_rng(seed)
    p = law.probabilities()
    head = float((p * GROUP_WIDTHS)[law.break_rank >= GROUP_RANKS].sum())
    n_left = max(1, n_tokens // SENTENCE_TOKENS)
    while n_left:
        n_batch = min(n_left, BATCH_SENTENCES)
        n_left -= n_batch
        words = np.empty((SENTENCE_TOKENS, n_batch), np.int64)
        words[0] = law.draw(generator.random(n_batch))
        for position in range(1, SENTENCE_TOKENS):
            uniform = generator.random(n_batch)
            favourite = np.floor(generator.random(n_batch) ** -FOLLOWER_SKEW)
            follows = (generator.random(n_batch) < dependence) & (uniform < head)
            of_favourite = head * _hash(words[position - 1], favourite)
            words[position] = law.draw(np.where(follows, of_favourite, uniform))
        for sentence in words.T.tolist():
            yield " ".join(map(str, sentence)).encode() + b"\n"


def _hash(words: NDArray[np.int64], favourites: Floats) -> Floats:
    """Return a number from 0 to 1 for each word and number of favourite."""
    value = words.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    value ^= np.minimum(favourites, 1e15).astype(np.uint64) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
        value ^= value >> np.uint64(29)
        value *= np.uint64(factor)
    return np.asarray((value >> np.uint64(11)).astype(np.float64) / 2.0**53)
