"""Sentences in batches of equal length, which need neither padding nor masks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Flat:
    """Sentences as one row for each token.

    Attributes
    ----------
    rows : int64 array (n_tokens, n_columns)
        The numbers of each token, as `Inputs.rows` gives them.
    tags : int64 array (n_tokens,)
        The number of each tag.
    lengths : int64 array (n_sentences,)
        Tokens of each sentence: at least one.
    """

    rows: Indices
    tags: Indices
    lengths: Indices

    def places(self, batch: Indices) -> Indices:
        """Return the rows of sentences of one length: (len(batch), length)."""
        starts = np.cumsum(self.lengths) - self.lengths
        return starts[batch, None] + np.arange(self.lengths[batch[0]])


def batches(
    lengths: Sequence[int] | Indices, n_tokens: int, random: np.random.Generator
) -> list[Indices]:
    """Return all sentences once, in batches of equal length, in random order.

    Parameters
    ----------
    lengths : sequence of int
        Tokens of each sentence.
    n_tokens : int
        Tokens of a batch, at most; a batch has one sentence or more.
    random : Generator
        Shuffles sentences of a length, and the batches.

    Returns
    -------
    list of int64 array
        The sentences of each batch.
    """
    found = [*_in_order(np.asarray(lengths), n_tokens, random)]
    return [found[i] for i in random.permutation(len(found)).tolist()]


def _in_order(
    lengths: Indices, n_tokens: int, random: np.random.Generator
) -> Iterator[Indices]:
    for length in np.unique(lengths):
        sentences = random.permutation(np.flatnonzero(lengths == length))
        size = max(1, n_tokens // int(length))
        for start in range(0, len(sentences), size):
            yield sentences[start : start + size]
