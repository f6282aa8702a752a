"""The structured averaged perceptron while it learns, in integers."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.perceptron import (
    N_ENTRIES,
    N_WRONG_SENTENCES,
    N_WRONG_TOKENS,
    SIZE_BITS,
    SIZE_MASK,
    STEP,
    train_sentences,
)
from brownclust._kernels.tagging import COUNT
from brownclust._validation import must_be
from brownclust.tagger.feature_space import EncodedText, Ids
from brownclust.tagger.weights import Weights

_MOST = 2**29
"""Scores beyond it could be taken for forbidden ones."""


class TrainingText(NamedTuple):
    """Sentences to learn from.

    Attributes
    ----------
    text : EncodedText
        The sentences.
    groups : int64 array (n_groups, 5)
        See `_kernels.tagging`.
    features : int32 array
        Of all rows, end to end.
    starts : int64 array (n_rows,)
        Where each row's features start.
    gold : int32 array (n_positions,)
        The right tag at each position of a token.
    outside : int
        The tag of what is in no span; -1 if tags are not of spans.
    """

    text: EncodedText
    groups: NDArray[np.int64]
    features: Ids
    starts: NDArray[np.int64]
    gold: Ids
    outside: int

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Tokens of each sentence."""
        sizes: NDArray[np.int64] = self.text.bounds[:, 1] - self.text.bounds[:, 0]
        return sizes


class PerceptronState:
    """Weights, and the sums from which their averages follow exactly.

    Parameters
    ----------
    n_features : int
        Of the space.
    transitions, ends : int32 arrays
        As `TagSet.penalties` gives them.
    unit : int, default 1
        By how much a weight changes at a time.
    """

    def __init__(
        self,
        n_features: int,
        transitions: NDArray[np.int32],
        ends: NDArray[np.int32],
        unit: int = 1,
    ) -> None:
        self.unit = unit
        self.headers = np.zeros(n_features, np.int64)
        self.entries = np.zeros((1 << 16, 2), np.int32)
        self.totals = np.zeros(1 << 16, np.int64)
        self.transitions = transitions.copy()
        self.transition_totals = np.zeros(transitions.shape, np.int64)
        self.ends = ends
        self.state = np.zeros(4, np.int64)

    @classmethod
    def from_weights(cls, weights: Weights, unit: int) -> Self:
        """Return a state that goes on from averaged weights, rounded to 1 / unit."""
        transitions = np.rint(weights.transitions * np.float64(unit))
        forbidden = weights.transitions <= -_MOST
        transitions[forbidden] = weights.transitions[forbidden]
        state = cls(
            weights.row_starts.size - 1,
            transitions.astype(np.int32),
            weights.ends.astype(np.int32),
            unit,
        )
        sizes = np.diff(weights.row_starts)
        # As much room as the kernel would have made: the next power of two.
        room = np.where(sizes > 0, 2, 0)
        while (room < sizes).any():
            room = np.where(room < sizes, 2 * room, room)
        firsts = np.cumsum(room) - room
        state.headers = firsts << SIZE_BITS | sizes
        while len(state.entries) < room.sum():
            state._grow()
        at = np.repeat(firsts - weights.row_starts[:-1], sizes) + np.arange(
            len(weights)
        )
        state.entries[at, 0] = weights.tags
        state.entries[at, 1] = np.rint(weights.values * np.float64(unit))
        state.state[N_ENTRIES] = room.sum()
        return state

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the state that `arrays` returned; errors of many kinds."""
        state = cls(
            arrays["headers"].size,
            arrays["transitions"].astype(np.int32, casting="safe"),
            arrays["ends"].astype(np.int32, casting="safe"),
            int(arrays["unit"]),
        )
        state.headers = arrays["headers"].astype(np.int64, casting="safe")
        state.entries = arrays["entries"].astype(np.int32, casting="safe")
        state.totals = arrays["totals"].astype(np.int64, casting="safe")
        state.transition_totals = arrays["transition_totals"].astype(
            np.int64, casting="safe"
        )
        state.state = arrays["state"].astype(np.int64, casting="safe")
        ends = (state.headers >> SIZE_BITS) + (state.headers & SIZE_MASK)
        used = state.entries[:, 0]
        if (
            state.entries.shape != (state.state[N_ENTRIES], 2)
            or state.totals.shape != used.shape
            or ends.max(initial=0) > used.size
            or not 0 <= used.min(initial=0) <= used.max(initial=0) < state.ends.size
        ):
            raise ValueError("a state of training that does not fit together")
        return state

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all there is as named arrays, for a file."""
        n_used = self.state[N_ENTRIES]
        return {
            "unit": np.array(self.unit),
            "headers": self.headers,
            "entries": self.entries[:n_used],
            "totals": self.totals[:n_used],
            "transitions": self.transitions,
            "transition_totals": self.transition_totals,
            "ends": self.ends,
            "state": self.state,
        }

    def moved(self, moved: NDArray[np.int64], n_features: int) -> "PerceptronState":
        """Return a copy with more features; number i becomes ``moved[i]``."""
        state = PerceptronState.from_arrays(self.arrays())
        state.headers = np.zeros(n_features, np.int64)
        state.headers[moved] = self.headers
        return state

    @property
    def has_weights(self) -> NDArray[np.bool_]:
        """Whether each feature has any."""
        return self.headers > 0

    def _grow(self) -> None:
        """Double the room for entries."""
        more = len(self.entries)
        self.entries = np.concatenate([self.entries, np.zeros((more, 2), np.int32)])
        self.totals = np.concatenate([self.totals, np.zeros(more, np.int64)])

    def run_epoch(
        self,
        data: TrainingText,
        order: NDArray[np.int64],
        margin: int,
        recall_margin: int,
    ) -> tuple[int, int]:
        """Learn from sentences in an order; return how many, and tokens, were wrong.

        Parameters
        ----------
        data : TrainingText
            What to learn from.
        order : int64 array
            Numbers of sentences, none of them empty.
        margin : int
            By how many changes of a weight the right tags must be better than others.
        recall_margin : int
            By how many more than "outside", where that is wrong.
        """
        longest = int(data.sizes.max(initial=0))
        n_tags = self.ends.size
        scratch = [
            np.empty(shape, np.int32)
            for shape in ((longest, n_tags), n_tags, (longest, n_tags), longest)
        ]
        self.state[N_WRONG_SENTENCES] = self.state[N_WRONG_TOKENS] = 0
        done = 0
        while True:
            done = train_sentences(
                order,
                done,
                data.text.bounds,
                data.gold,
                data.text.types,
                data.groups,
                data.starts,
                data.features,
                data.text.token_starts,
                data.text.token_features,
                self.transitions,
                self.transition_totals,
                self.ends,
                self.headers,
                self.entries,
                self.totals,
                self.state,
                self.unit,
                margin * self.unit,
                data.outside,
                recall_margin * self.unit,
                *scratch,
            )
            if done == order.size:
                break
            self._grow()
        self._check_range(data, margin + recall_margin)
        return int(self.state[N_WRONG_SENTENCES]), int(self.state[N_WRONG_TOKENS])

    def _check_range(self, data: TrainingText, margin: int) -> None:
        """Raise before scores of 32 bits could overflow."""
        used = self.entries[: self.state[N_ENTRIES], 1]
        largest = max(int(np.abs(used).max(initial=0)), margin * self.unit)
        n_others = int(np.diff(data.text.token_starts).max(initial=0))
        n_features = int(data.groups[:, COUNT].sum()) + n_others
        if largest * (n_features + 2) >= _MOST:
            raise OverflowError(must_be("weights", "within 32 bits", largest))

    def averaged(self) -> Weights:
        """Return the weights, averaged over all sentences seen so far."""
        steps = max(int(self.state[STEP]), 1)
        scale = steps * self.unit
        firsts, sizes = self.headers >> SIZE_BITS, self.headers & SIZE_MASK
        starts = np.zeros(sizes.size + 1, np.int64)
        np.cumsum(sizes, out=starts[1:])
        at = np.repeat(firsts - starts[:-1], sizes) + np.arange(int(starts[-1]))
        values = self.entries[at, 1].astype(np.int64) * steps - self.totals[at]
        is_kept = values != 0
        n_kept = np.concatenate([[0], np.cumsum(is_kept)])
        transitions = self.transitions * np.int64(steps) - self.transition_totals
        forbidden = self.transitions <= -(_MOST // 2)
        return Weights(
            n_kept[starts],
            self.entries[at[is_kept], 0],
            (values[is_kept] / scale).astype(np.float32),
            np.where(forbidden, self.transitions, transitions / scale).astype(
                np.float32
            ),
            self.ends.astype(np.float32),
        )
