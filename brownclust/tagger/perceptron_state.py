"""The state of perceptron training: integer weights, and the sums for averages.

It trains on a `training_text`, and gives the averaged `weights` of a tagger.
"""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.perceptron import (
    N_ENTRIES,
    N_UPDATED_SENTENCES,
    N_UPDATED_TOKENS,
    SIZE_BITS,
    SIZE_MASK,
    STEP,
    Scratch,
    WeightTable,
    train_sentences,
)
from brownclust._validation import must_be
from brownclust.tagger.training_text import TrainingText
from brownclust.tagger.weights import (
    FORBIDDEN,
    Weights,
    entry_capacities,
    entry_places,
    follower_ranges,
)

MAX_UNIT = 64
"""Training that starts from averaged weights rounds them to multiples of 1 / 64."""

_INITIAL_CAPACITY = 1 << 16
"""Entries; the arrays double when they are full."""


class PerceptronState:
    """Weights in training, and the sums that give their averages exactly.

    Parameters
    ----------
    n_features : int
        Number of features of the space.
    transitions, ends : int32 arrays
        As from `TagSet.penalties`.
    unit : int, default 1
        What an update adds to a weight: weights are integers, in units of 1 / unit.
    """

    def __init__(
        self,
        n_features: int,
        transitions: NDArray[np.int32],
        ends: NDArray[np.int32],
        unit: int = 1,
    ) -> None:
        n_tags = ends.size
        if n_tags > SIZE_MASK:
            rule = f"at most {SIZE_MASK} different tags"
            raise ValueError(must_be("tags", rule, n_tags))
        self.unit = unit
        self.headers = np.zeros(n_features, np.int64)
        self.entry_tags = np.zeros(_INITIAL_CAPACITY, np.int32)
        self.entry_weights = np.zeros(_INITIAL_CAPACITY, np.int32)
        self.totals = np.zeros(_INITIAL_CAPACITY, np.int64)
        self.transitions = transitions.copy()
        self.transition_totals = np.zeros(transitions.shape, np.int64)
        self.ends = ends
        self.state = np.zeros(4, np.int64)

    @classmethod
    def from_weights(cls, weights: Weights, unit: int) -> Self:
        """Return a state that continues from averages, rounded to 1 / unit."""
        transitions = np.rint(weights.transitions * np.float64(unit))
        forbidden = weights.transitions <= FORBIDDEN // 2
        transitions[forbidden] = weights.transitions[forbidden]
        state = cls(
            weights.entry_starts.size - 1,
            transitions.astype(np.int32),
            weights.ends.astype(np.int32),
            unit,
        )
        n_tags = weights.ends.size
        sizes = np.diff(weights.entry_starts)
        capacities = entry_capacities(sizes, n_tags)
        starts, at = entry_places(weights, capacities)
        is_dense = capacities == n_tags
        state.headers = starts[:-1] << SIZE_BITS | np.where(is_dense, n_tags, sizes)
        while state.totals.size < starts[-1]:
            state._enlarge()
        dense_at = starts[:-1][is_dense][:, None] + np.arange(n_tags)
        state.entry_tags[dense_at] = np.arange(n_tags)
        state.entry_tags[at] = weights.tags
        state.entry_weights[at] = np.rint(weights.values * np.float64(unit))
        state.state[N_ENTRIES] = starts[-1]
        return state

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the state that `arrays` returned.

        Raises
        ------
        LookupError, TypeError, ValueError
            If an array is missing, has another type, or does not fit the others.
        """

        def array(name: str, dtype: type) -> NDArray[Any]:
            return arrays[name].astype(dtype, order="C", casting="safe")

        state = cls(
            arrays["headers"].size,
            array("transitions", np.int32),
            array("ends", np.int32),
            array("unit", np.int64).item(),
        )
        state.headers = array("headers", np.int64)
        state.entry_tags = array("entry_tags", np.int32)
        state.entry_weights = array("entry_weights", np.int32)
        state.totals = array("totals", np.int64)
        state.transition_totals = array("transition_totals", np.int64)
        state.state = array("state", np.int64)
        n_tags, n_entries = state.ends.size, state.entry_tags.size
        square: tuple[int, ...] = (n_tags + 1, n_tags)
        firsts, sizes = state.headers >> SIZE_BITS, state.headers & SIZE_MASK
        dense_at = firsts[sizes == n_tags][:, None] + np.arange(n_tags)
        if (
            not 1 <= state.unit <= MAX_UNIT
            or state.headers.ndim != 1
            or state.headers.min(initial=0) < 0
            or (firsts + sizes).max(initial=0) > n_entries
            or sizes.max(initial=0) > n_tags
            or state.entry_tags.shape != (n_entries,)
            or state.entry_weights.shape != (n_entries,)
            or state.totals.shape != (n_entries,)
            or state.entry_tags.min(initial=0) < 0
            or state.entry_tags.max(initial=0) >= n_tags
            or (state.entry_tags[dense_at] != np.arange(n_tags)).any()
            or state.ends.ndim != 1
            or tuple(state.transitions.shape) != square
            or tuple(state.transition_totals.shape) != square
            or state.state.shape != (4,)
            or state.state[N_ENTRIES] != n_entries
            or state.state[STEP] < 0
            or not _are_apart(firsts, sizes, n_tags, n_entries)
            or _largest(state.entry_weights) > -FORBIDDEN
            or _largest(state.transitions) > -FORBIDDEN
        ):
            raise ValueError("a training state whose arrays do not fit together")
        return state

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the state as named arrays, for a file."""
        n_used = self.state[N_ENTRIES]
        return {
            "unit": np.array(self.unit),
            "headers": self.headers,
            "entry_tags": self.entry_tags[:n_used],
            "entry_weights": self.entry_weights[:n_used],
            "totals": self.totals[:n_used],
            "transitions": self.transitions,
            "transition_totals": self.transition_totals,
            "ends": self.ends,
            "state": self.state,
        }

    def renumbered(
        self, new_numbers: NDArray[np.int64], n_features: int
    ) -> "PerceptronState":
        """Return a copy for more features; number i becomes ``new_numbers[i]``."""
        state = PerceptronState.from_arrays(self.arrays())
        state.headers = np.zeros(n_features, np.int64)
        state.headers[new_numbers] = self.headers
        return state

    @property
    def has_weights(self) -> NDArray[np.bool_]:
        """Whether each feature has any weight."""
        return (self.headers & SIZE_MASK) > 0

    def _weight_table(self) -> WeightTable:
        return WeightTable(
            headers=self.headers,
            entry_tags=self.entry_tags,
            entry_weights=self.entry_weights,
            totals=self.totals,
            transitions=self.transitions,
            transition_totals=self.transition_totals,
            ends=self.ends,
            follower_ranges=follower_ranges(self.transitions),
            state=self.state,
        )

    def _enlarge(self) -> None:
        """Double the capacity for entries."""
        for name in ("entry_tags", "entry_weights", "totals"):
            old = getattr(self, name)
            more = np.zeros(max(old.size, 1), old.dtype)  # old may be of size 0
            setattr(self, name, np.concatenate([old, more]))

    def run_epoch(
        self,
        data: TrainingText,
        order: NDArray[np.int64],
        margin: int,
        recall_margin: int,
    ) -> tuple[int, int]:
        """Train on sentences; return how many sentences and tokens caused an update.

        Parameters
        ----------
        data : TrainingText
            The sentences.
        order : int64 array
            Numbers of sentences in the order of training; none may be empty.
        margin : int
            Added to the scores of wrong tags, in updates of one weight.
        recall_margin : int
            Added to the score of ``O`` as well, where that is wrong.
        """
        longest = int(data.sizes.max(initial=0))
        n_tags = self.ends.size
        scratch = Scratch(
            features=np.empty(data.n_features, np.int32),
            scores=np.empty((longest, n_tags), np.int32),
            best=np.empty(n_tags, np.int32),
            back=np.empty((longest, n_tags), np.int32),
            tags=np.empty(longest, np.int32),
        )
        self.state[N_UPDATED_SENTENCES] = self.state[N_UPDATED_TOKENS] = 0
        done = 0
        while True:
            done = train_sentences(
                data.table,
                self._weight_table(),
                order,
                done,
                self.unit,
                margin * self.unit,
                data.outside,
                recall_margin * self.unit,
                scratch,
            )
            if done == order.size:
                break
            self._enlarge()
        self._check_range(data, margin + recall_margin)
        return int(self.state[N_UPDATED_SENTENCES]), int(self.state[N_UPDATED_TOKENS])

    def _check_range(self, data: TrainingText, margin: int) -> None:
        """Raise an error if scores may have overflowed 32 bits."""
        used = self.entry_weights[: self.state[N_ENTRIES]]
        allowed = self.transitions > FORBIDDEN // 2
        largest = max(
            int(np.abs(used).max(initial=0)),
            int(np.abs(self.transitions[allowed]).max(initial=0)),
            margin * self.unit,
        )
        # A score adds up a weight for each feature, a transition and a margin.
        limit = -(FORBIDDEN // (data.n_features + 2))
        if largest >= limit:
            rule = f"smaller: weights must stay below {limit} to fit 32 bits"
            raise ValueError(must_be("margin", rule, largest))

    def averaged(self) -> Weights:
        """Return the weights, averaged over all sentences seen so far."""
        steps = max(int(self.state[STEP]), 1)
        scale = steps * self.unit
        firsts, sizes = self.headers >> SIZE_BITS, self.headers & SIZE_MASK
        starts = np.zeros(sizes.size + 1, np.int64)
        np.cumsum(sizes, out=starts[1:])
        at = np.repeat(firsts - starts[:-1], sizes) + np.arange(int(starts[-1]))
        values = self.entry_weights[at].astype(np.int64) * steps - self.totals[at]
        is_kept = values != 0
        n_kept = np.concatenate([[0], np.cumsum(is_kept)])
        transitions = self.transitions * np.int64(steps) - self.transition_totals
        forbidden = self.transitions <= FORBIDDEN // 2
        return Weights(
            n_kept[starts],
            self.entry_tags[at[is_kept]],
            (values[is_kept] / scale).astype(np.float32),
            np.where(forbidden, self.transitions, transitions / scale).astype(
                np.float32
            ),
            self.ends.astype(np.float32),
        )


def _are_apart(
    firsts: NDArray[np.int64], sizes: NDArray[np.int64], n_tags: int, n_entries: int
) -> bool:
    """Whether features have their capacity of entries each, and none in common."""
    capacities = np.full(sizes.size, 2)
    while (is_small := capacities < sizes).any():
        capacities[is_small] *= 2
    capacities[sizes == n_tags] = n_tags
    order = np.argsort(firsts[sizes > 0])
    starts = firsts[sizes > 0][order]
    ends = starts + capacities[sizes > 0][order]
    return bool((ends <= np.append(starts[1:], n_entries)[: ends.size]).all())


def _largest(weights: NDArray[np.int32]) -> int:
    """Return the largest absolute value."""
    return max(int(weights.max(initial=0)), -int(weights.min(initial=0)))
