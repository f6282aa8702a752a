"""The structured averaged perceptron while it learns, in integers."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

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
    TokenTable,
    WeightTable,
    train_sentences,
)
from brownclust._validation import must_be
from brownclust.tagger.weights import (
    FORBIDDEN,
    Weights,
    entry_room,
    place_entries,
    reach_of,
)

_FIRST_ROOM = 1 << 16


class TrainingText(NamedTuple):
    """Sentences to learn from.

    Attributes
    ----------
    table : TokenTable
        The sentences, their features and right tags.
    n_features : int
        As many as a token has at most.
    outside : int
        The tag of what is in no span; -1 if tags are not of spans.
    """

    table: TokenTable
    n_features: int
    outside: int

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Tokens of each sentence."""
        bounds: NDArray[np.int64] = self.table.bounds
        return bounds[:, 1] - bounds[:, 0]


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
        n_tags = ends.size
        if n_tags > SIZE_MASK:
            raise ValueError(must_be("tags", f"at most {SIZE_MASK:,}", f"{n_tags:,}"))
        self.unit = unit
        self.headers = np.zeros(n_features, np.int64)
        self.entry_tags = np.zeros(_FIRST_ROOM, np.int32)
        self.entry_weights = np.zeros(_FIRST_ROOM, np.int32)
        self.totals = np.zeros(_FIRST_ROOM, np.int64)
        self.transitions = transitions.copy()
        self.transition_totals = np.zeros(transitions.shape, np.int64)
        self.ends = ends
        self.state = np.zeros(4, np.int64)

    @classmethod
    def from_weights(cls, weights: Weights, unit: int) -> Self:
        """Return a state that goes on from averaged weights, rounded to 1 / unit."""
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
        room = entry_room(sizes, n_tags)
        starts, at = place_entries(weights, room)
        is_full = room == n_tags
        state.headers = starts[:-1] << SIZE_BITS | np.where(is_full, n_tags, sizes)
        while state.totals.size < starts[-1]:
            state._grow()
        full_at = starts[:-1][is_full][:, None] + np.arange(n_tags)
        state.entry_tags[full_at] = np.arange(n_tags)
        state.entry_tags[at] = weights.tags
        state.entry_weights[at] = np.rint(weights.values * np.float64(unit))
        state.state[N_ENTRIES] = starts[-1]
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
        state.entry_tags = arrays["entry_tags"].astype(np.int32, casting="safe")
        state.entry_weights = arrays["entry_weights"].astype(np.int32, casting="safe")
        state.totals = arrays["totals"].astype(np.int64, casting="safe")
        state.transition_totals = arrays["transition_totals"].astype(
            np.int64, casting="safe"
        )
        state.state = arrays["state"].astype(np.int64, casting="safe")
        n_tags, n_entries = state.ends.size, state.entry_tags.size
        square: tuple[int, ...] = (n_tags + 1, n_tags)
        firsts, sizes = state.headers >> SIZE_BITS, state.headers & SIZE_MASK
        full = firsts[sizes == n_tags][:, None] + np.arange(n_tags)
        if (
            state.unit < 1
            or state.headers.ndim != 1
            or state.headers.min(initial=0) < 0
            or (firsts + sizes).max(initial=0) > n_entries
            or sizes.max(initial=0) > n_tags
            or state.entry_tags.shape != (n_entries,)
            or state.entry_weights.shape != (n_entries,)
            or state.totals.shape != (n_entries,)
            or state.entry_tags.min(initial=0) < 0
            or state.entry_tags.max(initial=0) >= n_tags
            or (state.entry_tags[full] != np.arange(n_tags)).any()
            or state.ends.ndim != 1
            or tuple(state.transitions.shape) != square
            or tuple(state.transition_totals.shape) != square
            or state.state.shape != (4,)
            or state.state[N_ENTRIES] != n_entries
            or state.state[STEP] < 0
        ):
            raise ValueError("a state of training that does not fit together")
        return state

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all there is as named arrays, for a file."""
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

    def moved(self, moved: NDArray[np.int64], n_features: int) -> "PerceptronState":
        """Return a copy with more features; number i becomes ``moved[i]``."""
        state = PerceptronState.from_arrays(self.arrays())
        state.headers = np.zeros(n_features, np.int64)
        state.headers[moved] = self.headers
        return state

    @property
    def has_weights(self) -> NDArray[np.bool_]:
        """Whether each feature has any."""
        return (self.headers & SIZE_MASK) > 0

    def _learner(self) -> WeightTable:
        return WeightTable(
            headers=self.headers,
            entry_tags=self.entry_tags,
            entry_weights=self.entry_weights,
            totals=self.totals,
            transitions=self.transitions,
            transition_totals=self.transition_totals,
            ends=self.ends,
            follower_ranges=reach_of(self.transitions),
            state=self.state,
        )

    def _grow(self) -> None:
        """Double the room for entries, at least."""
        for name in ("entry_tags", "entry_weights", "totals"):
            old = getattr(self, name)
            more = np.zeros(max(old.size, 1), old.dtype)
            setattr(self, name, np.concatenate([old, more]))

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
                self._learner(),
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
            self._grow()
        self._check_range(data, margin + recall_margin)
        return int(self.state[N_UPDATED_SENTENCES]), int(self.state[N_UPDATED_TOKENS])

    def _check_range(self, data: TrainingText, margin: int) -> None:
        """Raise if scores of 32 bits can have overflowed."""
        used = self.entry_weights[: self.state[N_ENTRIES]]
        allowed = self.transitions > FORBIDDEN // 2
        largest = max(
            int(np.abs(used).max(initial=0)),
            int(np.abs(self.transitions[allowed]).max(initial=0)),
            margin * self.unit,
        )
        if largest * (data.n_features + 2) >= -FORBIDDEN:
            rule = "smaller, or sentences shorter: weights must fit 32 bits"
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
