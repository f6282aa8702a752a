"""A dependency parser: first-order, projective, an averaged perceptron."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments.parsing.arc_features import (
    ArcWeights,
    sentence_keys,
    template_table,
)
from benchmarks.experiments.parsing.eisner import best_tree
from benchmarks.experiments.parsing.templates import Template
from benchmarks.experiments.parsing.treebank import Heads

Values = NDArray[np.int32]
"""A sentence, as `Encoder.encode` returns it."""


@dataclass
class Parser:
    """First-order projective parser, trained as an averaged perceptron.

    Parameters
    ----------
    templates : sequence of Template
        The features of arcs.
    n_epochs : int
        Passes through the training data.
    margin : int
        Added in training to the scores of all wrong arcs, so that a gold tree must win
        clearly; an update changes a weight by 1. 0 is the perceptron of Collins.
    table_bits : int
        There are ``2 ** table_bits`` weights.
    random_state : int
        Seed for the order of sentences.

    Notes
    -----
    Where the best tree of a sentence is wrong, training adds 1 to the weights of the
    features of the gold arcs that it lacks, and subtracts 1 from those of its wrong
    arcs. The trained weights are averages over all steps (Collins 2002, "Discriminative
    training methods for hidden Markov models").
    """

    templates: Sequence[Template]
    n_epochs: int = 10
    margin: int = 0
    table_bits: int = 22
    random_state: int = 0

    def fit(
        self,
        sentences: Sequence[Values],
        trees: Sequence[Heads],
        on_epoch: Callable[[int, "Parser"], None] | None = None,
    ) -> "Parser":
        """Train on sentences and projective trees."""
        self._table = template_table(self.templates)
        weights = ArcWeights(self.table_bits)
        random = np.random.default_rng(self.random_state)
        for epoch in range(1, self.n_epochs + 1):
            for i in random.permutation(len(sentences)):
                self._learn(weights, sentences[i], trees[i])
            if on_epoch is not None or epoch == self.n_epochs:
                self._weights = weights.averaged()
            if on_epoch is not None:
                on_epoch(epoch, self)
        return self

    def _learn(self, weights: ArcWeights, sentence: Values, gold: Heads) -> None:
        keys = sentence_keys(sentence, self._table)
        scores = weights.score(keys)
        tokens = np.arange(1, gold.size)
        if self.margin:
            scores += self.margin
            scores[gold[1:], tokens] -= self.margin
        found = best_tree(scores)
        for token in tokens[found[1:] != gold[1:]]:
            weights.add(keys, gold[token], token, 1)
            weights.add(keys, found[token], token, -1)
        weights.step += 1

    def parse(self, sentence: Values) -> Heads:
        """Return the best projective tree of a sentence."""
        return best_tree(self._weights.score(sentence_keys(sentence, self._table)))
