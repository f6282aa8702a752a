"""The state of a refinement after a sweep, for progress and checkpoints."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._archive import integer_of, number_of
from brownclust._validation import check_integer, must_be
from brownclust.counting.sparse_rows import check_array
from brownclust.tree.labels import check_labels_of_words

ANNEALING, BEFORE_ROUND, ROUND, LAST_SWEEPS = range(4)
"""Stages of refining: annealed sweeps; without these, rounds of merges and splits, and
the sweeps before each; the sweeps at the end."""

MAX_NUMBER = 2**62
"""Of a file: what kernels add to it cannot wrap."""


class Sweep(NamedTuple):
    """What refining continues from.

    Attributes
    ----------
    labels : int32 array (n_words,)
        The cluster of each word, by rank.
    ami_before, ami : float
        Average mutual information at the start and now, in bits.
    n_sweeps, n_moves : int
        Sweeps made, and words moved in them, so far.
    gained, gain : int
        What the objective gained in all sweeps, and in the last one, in units of
        exchange.
    random : int
        State of the random numbers.
    stage : int
        What is being done: `ANNEALING`, `BEFORE_ROUND`, `ROUND` or `LAST_SWEEPS`.
    labels_before : int32 array (n_words,)
        The clusters that refining goes back to unless it gains: those of the start, or
        those before a round of merges and splits.
    gained_before : int
        What the objective had gained there.
    """

    labels: NDArray[np.int32]
    ami_before: float
    ami: float
    n_sweeps: int
    n_moves: int
    gained: int
    gain: int
    random: int
    stage: int
    labels_before: NDArray[np.int32]
    gained_before: int

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.labels.max()) + 1

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], n_words: int) -> Self:
        """Return the state that a file holds.

        Parameters
        ----------
        arrays : mapping of str to array
            What `_asdict` returned, as arrays.
        n_words : int
            Number of words.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is not the state of a refinement of so many words.
        """
        labels, labels_before = arrays["labels"], arrays["labels_before"]
        n_clusters = set()
        for name in ("labels", "labels_before"):
            check_array(name, arrays[name], np.int32, n_words)
            n_clusters.add(int(check_labels(arrays[name], n_words).max()) + 1)
        if len(n_clusters) > 1:
            rule = "of as many clusters as labels"
            raise ValueError(must_be("labels_before", rule, labels_before))
        sweep = cls(
            labels,
            number_of(arrays, "ami_before"),
            number_of(arrays, "ami"),
            _integer(arrays, "n_sweeps", 1, MAX_NUMBER),
            _integer(arrays, "n_moves", 0, MAX_NUMBER),
            _integer(arrays, "gained", -MAX_NUMBER, MAX_NUMBER),
            _integer(arrays, "gain", -MAX_NUMBER, MAX_NUMBER),
            _integer(arrays, "random", 1, 2**64 - 1),
            _integer(arrays, "stage", ANNEALING, LAST_SWEEPS),
            labels_before,
            _integer(arrays, "gained_before", -MAX_NUMBER, MAX_NUMBER),
        )
        for name in ("ami_before", "ami"):
            if not np.isfinite(getattr(sweep, name)):
                raise ValueError(must_be(name, "finite", getattr(sweep, name)))
        return sweep


OnSweep: TypeAlias = Callable[[Sweep], None]
"""Called after each sweep."""


def _integer(
    arrays: Mapping[str, NDArray[Any]], name: str, minimum: int, maximum: int
) -> int:
    number = integer_of(arrays, name)
    return check_integer(name, number, minimum=minimum, maximum=maximum)


def check_labels(labels: ArrayLike, n_words: int) -> NDArray[np.int32]:
    """Return labels that number clusters, of which none is empty.

    Parameters
    ----------
    labels : array_like of int, shape (n_words,)
        The cluster of each word.
    n_words : int
        Number of words.

    Raises
    ------
    TypeError, ValueError
        If they are not integers, one for each word, or a number from 0 to the largest
        one is left out.
    """
    array = check_labels_of_words(labels, n_words)
    found = np.unique(array)
    if not np.array_equal(found, np.arange(found.size)):
        wrong = found[found != np.arange(found.size)][0]
        rule = "numbers from 0 on, with a word for each"
        raise ValueError(must_be("labels", rule, int(wrong)))
    return array.astype(np.int32)
