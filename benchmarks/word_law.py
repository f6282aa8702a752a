"""A law of word frequencies."""

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


ENGLISH = Law(s=1.15, q=2.08, break_rank=12_100, tail=1.98)
"""Fitted to 33 million tokens: the Brown corpus, newswire, novels."""
