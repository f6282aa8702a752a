"""What a trained tagger has learnt: a weight for each feature and tag that has one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.perceptron import DENSE_FACTOR

FORBIDDEN = -(2**29)
"""A weight below all scores together; twice as much still fits 32 bits."""


@dataclass(frozen=True)
class Weights:
    """Averaged weights, by feature.

    Attributes
    ----------
    entry_starts : int64 array (n_features + 1,)
        Feature f has entries from ``entry_starts[f]`` up to ``entry_starts[f + 1]``.
    tags : int32 array (n_entries,)
        Tag of each entry.
    values : float32 array (n_entries,)
        Its weight.
    transitions : float32 array (n_tags + 1, n_tags)
        Weight of a tag and the tag after it; the last row is for the first tag of a
        sentence. Very low where it is forbidden.
    ends : float32 array (n_tags,)
        0 for a tag that may end a sentence, very low for others.
    """

    entry_starts: NDArray[np.int64]
    tags: NDArray[np.int32]
    values: NDArray[np.float32]
    transitions: NDArray[np.float32]
    ends: NDArray[np.float32]

    @property
    def n_features(self) -> int:
        """How many features there are, with weights or without."""
        return self.entry_starts.size - 1

    def __len__(self) -> int:
        """Return the number of entries."""
        return self.values.size

    def without_small(self, threshold: float) -> "Weights":
        """Return the weights without those whose size is at most the threshold."""
        is_kept = np.abs(self.values) > threshold
        n_kept = np.concatenate([[0], np.cumsum(is_kept)])
        return replace(
            self,
            entry_starts=n_kept[self.entry_starts],
            tags=self.tags[is_kept],
            values=self.values[is_kept],
        )

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the weights that `arrays` returned; errors of many kinds."""
        sizes = arrays["entry_counts"].astype(np.int64, casting="safe")
        tags = arrays["tags"].astype(np.int32, casting="safe")
        values, transitions, ends = (
            np.ascontiguousarray(arrays[name].astype(np.float32, casting="safe"))
            for name in ("values", "transitions", "ends")
        )
        n_tags, n_entries = ends.size, values.size
        if (
            ends.shape != (n_tags,)
            or values.shape != (n_entries,)
            or tags.shape != (n_entries,)
            or transitions.shape != (n_tags + 1, n_tags)
            or sizes.ndim != 1
            or not 0 <= sizes.min(initial=0) <= sizes.max(initial=0) <= n_tags
            or sizes.sum() != n_entries
            or not 0 <= tags.min(initial=0) <= tags.max(initial=0) < n_tags
        ):
            raise ValueError("weights that do not fit together")
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return cls(starts, tags, values, transitions, ends)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all there is as named arrays, for a file: small ones."""
        sizes = np.diff(self.entry_starts)
        return {
            "entry_counts": sizes.astype(np.min_scalar_type(int(sizes.max(initial=0)))),
            "tags": self.tags.astype(np.min_scalar_type(self.ends.size)),
            "values": self.values,
            "transitions": self.transitions,
            "ends": self.ends,
        }

    def moved(self, moved: NDArray[np.int64], n_features: int) -> "Weights":
        """Return the same for more features; number i becomes ``moved[i]``.

        Their order must stay.
        """
        sizes = np.zeros(n_features, np.int64)
        sizes[moved] = np.diff(self.entry_starts)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return replace(self, entry_starts=starts)

    @property
    def has_weights(self) -> NDArray[np.bool_]:
        """Whether each feature has any."""
        return self.entry_starts[1:] > self.entry_starts[:-1]

    def of_features(self, features: NDArray[np.int64]) -> "Weights":
        """Return the weights of these features, which must ascend, numbered anew."""
        sizes = np.diff(self.entry_starts)
        is_kept = np.zeros(sizes.size, bool)
        is_kept[features] = True
        entries = np.repeat(is_kept, sizes)
        starts = np.concatenate([[0], np.cumsum(sizes[features])])
        return replace(
            self,
            entry_starts=starts,
            tags=self.tags[entries],
            values=self.values[entries],
        )

    def filled(self) -> "Weights":
        """Return the same, with zeros for all tags where there are weights for enough.

        Those for all tags, in order, are added up much faster than single ones.
        """
        n_tags = self.ends.size
        sizes = np.diff(self.entry_starts)
        room = entry_room(sizes, n_tags)
        is_full = room == n_tags
        starts, at = place_entries(self, np.where(is_full, n_tags, sizes))
        tags = np.zeros(int(starts[-1]), np.int32)
        values = np.zeros(tags.size, np.float32)
        tags[starts[:-1][is_full][:, None] + np.arange(n_tags)] = np.arange(n_tags)
        tags[at] = self.tags
        values[at] = self.values
        return replace(self, entry_starts=starts, tags=tags, values=values)

    @property
    def reach(self) -> NDArray[np.int64]:
        """First tag that may follow each tag, and the one after the last."""
        return reach_of(self.transitions)


def entry_room(sizes: NDArray[np.int64], n_tags: int) -> NDArray[np.int64]:
    """Return the room for entries as training makes it: 2, 4, ..., or all tags."""
    room = np.where(sizes > 0, 2, 0)
    while (is_small := room < np.minimum(sizes, n_tags)).any():
        room[is_small] *= 2
    return np.where((sizes > 0) & (DENSE_FACTOR * room >= n_tags), n_tags, room)


def place_entries(
    weights: Weights, sizes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where features start that have other room, and each entry's place.

    Where there is room for all tags it is that of its tag.
    """
    n_tags = weights.ends.size
    starts = np.concatenate([[0], np.cumsum(sizes)])
    of_entry = np.repeat(np.arange(sizes.size), np.diff(weights.entry_starts))
    in_feature = np.arange(len(weights)) - weights.entry_starts[of_entry]
    is_full = sizes[of_entry] == n_tags
    return starts, starts[of_entry] + np.where(is_full, weights.tags, in_feature)


def reach_of(transitions: NDArray[Any]) -> NDArray[np.int64]:
    """Return for each tag the first that may follow it, and the one after the last.

    Parameters
    ----------
    transitions : array (n_tags + 1, n_tags)
        Very low where they are forbidden.

    Returns
    -------
    int64 array (n_tags, 2)
    """
    may_follow = transitions[:-1] > FORBIDDEN // 2
    n_tags = transitions.shape[1]
    first = may_follow.argmax(axis=1)
    end = n_tags - may_follow[:, ::-1].argmax(axis=1)
    return np.stack([first, end], axis=1).astype(np.int64)
