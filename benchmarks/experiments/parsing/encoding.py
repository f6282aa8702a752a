"""What tokens have as numbers, so that kernels can make features of arcs of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments.parsing.templates import (
    ATTRIBUTES,
    BETWEEN_ATTRIBUTES,
)
from brownclust import WordClusters
from brownclust._validation import must_be

BACKOFF = ("lowercase", "digits")
STEM_SIZE = 5

ABSENT, OUTSIDE, AT_ROOT = range(3)
"""Values that every attribute has: none; beyond the sentence; that of the root."""

MAX_BETWEEN = 64
"""Values of an attribute of tokens between: each is a bit of a word."""


class Encoder:
    """Turns sentences into arrays of numbers; words get them as they come.

    Parameters
    ----------
    clusters : WordClusters, optional
        Clusters of words.
    """

    def __init__(self, clusters: WordClusters | None = None) -> None:
        self._clusters = clusters
        self._numbers: dict[str, dict[str | None, int]] = {
            name: {None: ABSENT} for name in ATTRIBUTES
        }

    def encode(self, words: Sequence[str], tags: Sequence[str]) -> NDArray[np.int32]:
        """Return the values of each token and the root.

        Returns
        -------
        int32 array (n_tokens + 1, n_attributes)
            In the order of `ATTRIBUTES`.
        """
        bits: Sequence[str | None] = [None] * len(words)
        if self._clusters is not None:
            bits = self._clusters.bit_strings(words, backoff=BACKOFF)
        columns: dict[str, Sequence[str | None]] = {
            "word": words,
            "stem": [w[:STEM_SIZE] if len(w) > STEM_SIZE else None for w in words],
            "tag": tags,
            "full": bits,
            "c4": [b and b[:4] for b in bits],
            "c6": [b and b[:6] for b in bits],
        }
        values = np.full((len(words) + 1, len(ATTRIBUTES)), AT_ROOT, np.int32)
        for i, name in enumerate(ATTRIBUTES):
            numbers = self._numbers[name]
            for value in columns[name]:
                numbers.setdefault(value, len(numbers) + AT_ROOT)
            values[1:, i] = [numbers[value] for value in columns[name]]
            if name in BETWEEN_ATTRIBUTES and values[:, i].max() >= MAX_BETWEEN:
                rule = f"of at most {MAX_BETWEEN - AT_ROOT - 1} different values"
                raise ValueError(must_be(name, rule, len(numbers) - 1))
        return values
