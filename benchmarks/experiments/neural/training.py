"""Training with early stopping, and tagging."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.experiments.common.tasks import Data
from benchmarks.experiments.neural.batches import Flat, batches
from benchmarks.experiments.neural.inputs import Inputs
from benchmarks.experiments.neural.model import Network
from benchmarks.experiments.neural.output import CRF, Output

MAX_NORM = 5.0
"""Largest norm of the gradient of the LSTM."""

TOKENS_AT_ONCE = 4096
"""Tokens of a batch in tagging, which has no gradients to keep."""


@dataclass(frozen=True)
class Training:
    """How to train; the same for all inputs and all amounts of labels.

    Attributes
    ----------
    hidden : int
        Cells of the LSTM in each direction.
    dropout, word_dropout : float
        See `Network`.
    rate : float
        Learning rate of Adam.
    n_tokens : int
        Tokens of a batch, at most.
    min_batches : int
        Batches of a round, at least: a round is one pass over the training data, or as
        many as give so many batches.
    max_rounds : int
        Rounds, at most.
    patience : int
        Rounds without a better score on development data that end training, once there
        is a score above 0: with few labels, all tags are O at first.
    """

    hidden: int = 64
    dropout: float = 0.33
    word_dropout: float = 0.25
    rate: float = 5e-3
    n_tokens: int = 1024
    min_batches: int = 50
    max_rounds: int = 10
    patience: int = 2


class NeuralTagger:
    """A Bi-LSTM with its inputs and tags; `fit` trains it.

    Parameters
    ----------
    inputs : Inputs
        What it reads.
    training : Training
        How to train it.
    is_crf : bool
        Whether the output is a CRF.
    seed : int
        Seed of the weights, of dropout and of the order of the batches.

    Attributes
    ----------
    n_rounds : int
        Rounds of training.
    best_round : int
        The round, from 1, whose weights were kept.
    """

    def __init__(
        self, inputs: Inputs, training: Training, *, is_crf: bool, seed: int
    ) -> None:
        self._inputs = inputs
        self._training = training
        self._is_crf = is_crf
        self._seed = seed
        self.n_rounds = self.best_round = 0

    def fit(
        self,
        data: Data,
        dev: Data,
        score: Callable[["NeuralTagger", Data], float],
        on_round: Callable[[int, float], None] = lambda *_: None,
    ) -> "NeuralTagger":
        """Train until the score no longer improves; return self.

        Parameters
        ----------
        data : sentences and tags
            The training data.
        dev : sentences and tags
            Development data. Of rounds with equal scores, the one with the lower loss
            is better: few sentences have few different scores.
        score : callable
            Returns the score of this tagger on data: more is better.
        on_round : callable
            Called with the number and the score of each round.
        """
        how = self._training
        self._tags = sorted(set(chain.from_iterable(data[1])))
        with torch.random.fork_rng():
            torch.manual_seed(self._seed)
            random = np.random.default_rng(self._seed)
            output: Output = (CRF if self._is_crf else Output)(len(self._tags))
            self._network = Network(
                self._inputs.groups,
                output,
                self._inputs.word_counts,
                hidden=how.hidden,
                dropout=how.dropout,
                word_dropout=how.word_dropout,
            )
            weights = self._network.parameters()
            optimiser = torch.optim.Adam(weights, how.rate, fused=True)
            flat, flat_dev = self._flat(data), self._flat(dev)
            best = (-1.0, 0.0)
            state = copy.deepcopy(self._network.state_dict())
            while self.n_rounds < how.max_rounds:
                self._round(flat, optimiser, random)
                self.n_rounds += 1
                found = score(self, dev), -self._loss(flat_dev)
                on_round(self.n_rounds, found[0])
                if found > best:
                    best, self.best_round = found, self.n_rounds
                    state = copy.deepcopy(self._network.state_dict())
                elif best[0] > 0 and self.n_rounds - self.best_round >= how.patience:
                    break
            self._network.load_state_dict(state)
        return self

    def predict(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the tags of each sentence."""
        flat = self._flat((list(map(list, sentences)), None))
        found = np.empty(len(flat.rows), np.int64)
        self._network.eval()
        with torch.no_grad():
            for batch in _any_batches(flat):
                places = flat.places(batch)
                scores = self._network(torch.from_numpy(flat.rows[places]))
                found[places] = self._network.output.best(scores).numpy()
        tags = iter([self._tags[i] for i in found.tolist()])
        return [[next(tags) for _ in sentence] for sentence in sentences]

    def _round(
        self,
        flat: Flat,
        optimiser: torch.optim.Optimizer,
        random: np.random.Generator,
    ) -> None:
        """Train on the data once, or as often as `min_batches` asks."""
        self._network.train()
        n_batches = 0
        while n_batches < self._training.min_batches:
            of_pass = batches(flat.lengths, self._training.n_tokens, random)
            n_batches += len(of_pass)
            # Every token has the same weight, in whatever batch it is.
            mean_tokens = len(flat.rows) / len(of_pass)
            for batch in of_pass:
                loss = self._batch_loss(flat, batch) / mean_tokens
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self._network.lstm.parameters(), MAX_NORM)
                optimiser.step()

    def _loss(self, flat: Flat) -> float:
        """Return the loss of data in nats."""
        self._network.eval()
        with torch.no_grad():
            return sum(float(self._batch_loss(flat, b)) for b in _any_batches(flat))

    def _batch_loss(self, flat: Flat, batch: np.ndarray) -> Tensor:
        places = flat.places(batch)
        scores = self._network(torch.from_numpy(flat.rows[places]))
        tags = torch.from_numpy(flat.tags[places])
        loss: Tensor = self._network.output.loss(scores, tags)
        return loss

    def _flat(self, data: tuple[list[list[str]], list[list[str]] | None]) -> Flat:
        """Return data as numbers; a tag that training has not seen is the first one."""
        sentences, tags = data
        number = {tag: i for i, tag in enumerate(self._tags)}
        rows = self._inputs.rows([*chain.from_iterable(sentences)])
        flat_tags = chain.from_iterable(tags or ())
        return Flat(
            rows,
            np.array([number.get(tag, 0) for tag in flat_tags], np.int64),
            np.array([*map(len, sentences)], np.int64),
        )


def _any_batches(flat: Flat) -> list[np.ndarray]:
    """Return batches for data whose order does not matter."""
    return batches(flat.lengths, TOKENS_AT_ONCE, np.random.default_rng(0))
