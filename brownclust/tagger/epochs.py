"""Epochs of training: what is recorded after each, and what resuming needs.

`perceptron` keeps its progress in a `TrainingProgress`; every tagger records `Epoch`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import inf
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import arrays_under, named_arrays, pack_text, unpack_text
from brownclust._validation import check_integer, must_be
from brownclust.tagger.perceptron_state import PerceptronState
from brownclust.tagger.weights import check_penalties


@dataclass(frozen=True)
class Epoch:
    """A record of one pass through the training data.

    Attributes
    ----------
    number : int
        From 1.
    n_updated_sentences, n_updated_tokens : int or None
        How many sentences and tokens changed the weights, because they were wrong or
        did not win by the margin.
    dev_score : float or None
        `Tagger.score` on the development data after this epoch.
    seconds : float or None
        Duration, without that of the score; not kept in files.
    loss : float or None
        Value of the training objective, if the algorithm has one.
    """

    number: int
    n_updated_sentences: int | None = None
    n_updated_tokens: int | None = None
    dev_score: float | None = None
    seconds: float | None = None
    loss: float | None = None


def epochs_of(records: Any) -> list[Epoch]:
    """Return the epochs of a training that a file holds; raise an error for others."""
    names = {field.name for field in fields(Epoch)}
    rule = "records of epochs"
    if not isinstance(records, list):
        raise TypeError(must_be("epochs", rule, records))
    for record in records:
        if not isinstance(record, dict) or not {"number"} <= record.keys() <= names:
            raise ValueError(must_be("epochs", rule, record))
    epochs = [Epoch(**record) for record in records]
    for number, epoch in enumerate(epochs, start=1):
        check_integer("number", epoch.number, minimum=number, maximum=number)
        for name in ("n_updated_sentences", "n_updated_tokens"):
            if (count := getattr(epoch, name)) is not None:
                check_integer(name, count, minimum=0)
        for name, limit in (("dev_score", 1.0), ("loss", inf), ("seconds", inf)):
            value = getattr(epoch, name)
            is_number = isinstance(value, int | float)
            if value is not None and not (is_number and -limit <= value <= limit):
                raise ValueError(must_be(name, f"a number up to {limit}", value))
    return epochs


@dataclass
class TrainingProgress:
    """Training of a perceptron that has not ended: what a checkpoint contains.

    Attributes
    ----------
    state : PerceptronState
        Weights and sums.
    epochs : list of Epoch
        The epochs so far.
    digest : str
        Hash of data and settings: training resumes only with the same.
    """

    state: PerceptronState
    epochs: list[Epoch]
    digest: str

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return state and digest as named arrays, for a file; epochs are apart."""
        arrays = named_arrays("state", self.state.arrays())
        return arrays | {"digest": pack_text(self.digest)}

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        epochs: list[Epoch],
        sizes: tuple[int, int],
        penalties: tuple[NDArray[np.int32], NDArray[np.int32]],
    ) -> Self | None:
        """Return what `arrays` returned; None if there is nothing of that.

        Parameters
        ----------
        arrays : mapping of str to array
            All of a file.
        epochs : list of Epoch
            The epochs so far.
        sizes : tuple (int, int)
            Numbers of features and tags.
        penalties : tuple of arrays
            As `TagSet.penalties` returns them.

        Raises
        ------
        LookupError, TypeError, ValueError
            If the arrays are not those of a training with these sizes and tags.
        """
        found = arrays_under("state", arrays)
        if not found:
            return None
        digest = unpack_text(arrays["digest"])
        state = PerceptronState.from_arrays(found)
        if (state.headers.size, state.ends.size) != sizes:
            raise ValueError("a training state of other features")
        check_penalties(state.transitions, state.ends, penalties)
        return cls(state, epochs, digest)

    @property
    def best(self) -> Epoch | None:
        """The first epoch with the highest score; None without scores."""
        scored = [epoch for epoch in self.epochs if epoch.dev_score is not None]
        return max(scored, key=lambda epoch: epoch.dev_score or 0, default=None)

    @property
    def n_without_gain(self) -> int:
        """Number of epochs since the best one."""
        best = self.best
        return 0 if best is None else len(self.epochs) - best.number
