"""The network: embeddings, a Bi-LSTM, and a score for each tag, in PyTorch."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.experiments.neural.inputs import UNKNOWN, Group
from benchmarks.experiments.neural.output import Output


class Embeddings(nn.Module):
    """The embeddings of a group of columns, added up.

    Parameters
    ----------
    group : Group
        The columns.
    """

    def __init__(self, group: Group) -> None:
        super().__init__()
        n_columns = len(group.sizes)
        self.bag = nn.EmbeddingBag(sum(group.sizes), group.dimension, mode="sum")
        # A vector of variance 1 / n_dimensions, however many are added up
        bound = (3 / (group.dimension * n_columns)) ** 0.5
        nn.init.uniform_(self.bag.weight, -bound, bound)
        starts = np.cumsum(group.sizes) - group.sizes
        self.register_buffer("starts", torch.from_numpy(starts))

    def forward(self, rows: Tensor) -> Tensor:
        """Return vectors for rows of shape (n_tokens, n_columns)."""
        vectors: Tensor = self.bag(rows + self.starts)
        return vectors


class LockedDropout(nn.Module):
    """Dropout with one mask for all tokens of a sentence (Gal and Ghahramani 2016).

    Parameters
    ----------
    rate : float
        The fraction of the dimensions that is dropped.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, vectors: Tensor) -> Tensor:
        """Return vectors (n_sentences, length, dimension), some dimensions zero."""
        if not self.training:
            return vectors
        mask = torch.rand(vectors.shape[0], 1, vectors.shape[2]) >= self.rate
        return vectors * (mask / (1 - self.rate))


class Network(nn.Module):
    """A Bi-LSTM tagger.

    Parameters
    ----------
    groups : sequence of Group
        The columns of the input.
    output : Output
        The last layer: how scores become a loss, and tags.
    word_counts : int64 array or None
        How often each word of the first column occurs in training. In training a word
        is replaced by the unknown word with probability
        ``word_dropout / (word_dropout + count)`` (Kiperwasser and Goldberg 2016).
    hidden : int
        Cells of the LSTM in each direction.
    dropout : float
        Of the vectors that the LSTM reads and writes.
    word_dropout : float
        See `word_counts`.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        output: Output,
        word_counts: np.ndarray | None,
        *,
        hidden: int,
        dropout: float,
        word_dropout: float,
    ) -> None:
        super().__init__()
        self.embeddings = nn.ModuleList(map(Embeddings, groups))
        self.lstm = nn.LSTM(
            sum(group.dimension for group in groups),
            hidden,
            batch_first=True,
            bidirectional=True,
        )
        self.scores = nn.Linear(2 * hidden, output.n_tags)
        self.output = output
        self.dropout = LockedDropout(dropout)
        self._n_columns = [len(group.sizes) for group in groups]
        self._drop: Tensor | None = None
        if word_counts is not None:
            drop = word_dropout / (word_dropout + np.maximum(word_counts, 1))
            self._drop = torch.from_numpy(drop.astype(np.float32))

    def forward(self, rows: Tensor) -> Tensor:
        """Return the scores of all tags, (n_sentences, length, n_tags).

        Parameters
        ----------
        rows : int64 tensor (n_sentences, length, n_columns)
            The numbers of the tokens of sentences of one length.
        """
        if self.training and self._drop is not None:
            rows = rows.clone()
            words = rows[..., 0]
            words[torch.rand(words.shape) < self._drop[words]] = UNKNOWN
        columns = rows.flatten(0, 1).split(self._n_columns, dim=1)
        pairs = zip(self.embeddings, columns, strict=True)
        vectors = torch.cat([layer(column) for layer, column in pairs], dim=1)
        vectors = self.dropout(vectors.view(*rows.shape[:2], -1))
        states, _ = self.lstm(vectors)
        scores: Tensor = self.scores(self.dropout(states))
        return scores
