"""The weights of a trained perceptron: one for each feature and tag that needs one.

`perceptron_state` averages them in training, and `decoder` tags with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.perceptron import DENSE_FACTOR
from brownclust._validation import must_be

FORBIDDEN = -(2**29)
"""Weight of a transition that is not allowed: lower than all scores together.

Viterbi adds two of these at most, and -2**30 still fits 32 bits.
"""


@dataclass(frozen=True)
class Weights:
    """Averaged weights, by feature.

    Attributes
    ----------
    entry_starts : int64 array (n_features + 1,)
        Feature f has the entries from ``entry_starts[f]`` up to
        ``entry_starts[f + 1]``.
    tags : int32 array (n_entries,)
        Tag of each entry.
    values : float32 array (n_entries,)
        Weight of each entry.
    transitions : float32 array (n_tags + 1, n_tags)
        Weight of a tag and the following tag; the last row is for the first tag of a
        sentence. About `FORBIDDEN` where the transition is not allowed.
    ends : float32 array (n_tags,)
        0 for a tag that may end a sentence, `FORBIDDEN` for others.
    """

    entry_starts: NDArray[np.int64]
    tags: NDArray[np.int32]
    values: NDArray[np.float32]
    transitions: NDArray[np.float32]
    ends: NDArray[np.float32]

    @property
    def n_features(self) -> int:
        """Number of features, including those without weights."""
        return self.entry_starts.size - 1

    def __len__(self) -> int:
        """Return the number of entries."""
        return self.values.size

    def without_small(self, threshold: float) -> "Weights":
        """Return the weights whose absolute value is above the threshold."""
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
        """Return the weights that `arrays` returned.

        Raises
        ------
        LookupError, TypeError, ValueError
            If an array is missing, has another type, or does not fit the others.
        """
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
            raise ValueError("weights whose arrays do not fit together")
        for array in (values, transitions, ends):
            # Comparisons with NaN are false.
            if not (np.abs(array) <= -FORBIDDEN).all():
                raise ValueError(must_be("weights", f"up to {-FORBIDDEN}", array))
        places = np.repeat(np.arange(sizes.size), sizes) * n_tags + tags
        if np.unique(places).size < n_entries:
            raise ValueError("weights with two entries for a feature and tag")
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return cls(starts, tags, values, transitions, ends)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the weights as named arrays of the smallest types, for a file."""
        sizes = np.diff(self.entry_starts)
        return {
            "entry_counts": sizes.astype(np.min_scalar_type(int(sizes.max(initial=0)))),
            "tags": self.tags.astype(np.min_scalar_type(self.ends.size)),
            "values": self.values,
            "transitions": self.transitions,
            "ends": self.ends,
        }

    def renumbered(self, new_numbers: NDArray[np.int64], n_features: int) -> "Weights":
        """Return the same weights for more features; i becomes ``new_numbers[i]``.

        The new numbers must be ascending, since entries stay where they are.
        """
        sizes = np.zeros(n_features, np.int64)
        sizes[new_numbers] = np.diff(self.entry_starts)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return replace(self, entry_starts=starts)

    @property
    def has_weights(self) -> NDArray[np.bool_]:
        """Whether each feature has any weight."""
        return self.entry_starts[1:] > self.entry_starts[:-1]

    def strongest(
        self, n: int, tag: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the entries with the largest absolute weights, and their features.

        Parameters
        ----------
        n : int
            How many; fewer if there are not as many.
        tag : int, optional
            Only entries of this tag.

        Returns
        -------
        features, entries : int64 arrays
            The largest first; of equal ones the first.
        """
        entries = np.arange(len(self))
        if tag is not None:
            entries = np.flatnonzero(self.tags == tag)
        order = np.argsort(-np.abs(self.values[entries]), kind="stable")[:n]
        entries = entries[order]
        features = np.searchsorted(self.entry_starts, entries, side="right") - 1
        return features, entries

    def of_features(self, features: NDArray[np.int64]) -> "Weights":
        """Return the weights of some features, ascending, which are renumbered."""
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

    def with_dense_features(self) -> "Weights":
        """Return the same weights, with features of many tags made dense.

        A dense feature has an entry for each tag, in order, which the decoding kernel
        adds up with vector instructions; the new entries are zeros.
        """
        n_tags = self.ends.size
        sizes = np.diff(self.entry_starts)
        is_dense = entry_capacities(sizes, n_tags) == n_tags
        starts, at = entry_places(self, np.where(is_dense, n_tags, sizes))
        tags = np.zeros(int(starts[-1]), np.int32)
        values = np.zeros(tags.size, np.float32)
        tags[starts[:-1][is_dense][:, None] + np.arange(n_tags)] = np.arange(n_tags)
        tags[at] = self.tags
        values[at] = self.values
        return replace(self, entry_starts=starts, tags=tags, values=values)


def check_penalties(
    transitions: NDArray[Any],
    ends: NDArray[Any],
    penalties: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> None:
    """Raise ``ValueError`` unless weights forbid what `TagSet.penalties` does."""
    of_transitions, of_ends = penalties
    forbidden = transitions <= FORBIDDEN // 2
    if (forbidden != (of_transitions < 0)).any() or (ends != of_ends).any():
        raise ValueError("weights of other tags or of another scheme")


def entry_capacities(sizes: NDArray[np.int64], n_tags: int) -> NDArray[np.int64]:
    """Return the capacity that training gives to features of these sizes.

    That is 2, 4, 8, ... entries, or an entry for each tag; see `move_feature`.
    """
    capacities = np.where(sizes > 0, 2, 0)
    while (is_small := capacities < np.minimum(sizes, n_tags)).any():
        capacities[is_small] *= 2
    is_dense = (sizes > 0) & (DENSE_FACTOR * capacities >= n_tags)
    return np.where(is_dense, n_tags, capacities)


def entry_places(
    weights: Weights, capacities: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where features with these capacities start, and each entry's place.

    A feature with an entry for each tag has its entries in the order of tags.
    """
    n_tags = weights.ends.size
    starts = np.concatenate([[0], np.cumsum(capacities)])
    of_entry = np.repeat(np.arange(capacities.size), np.diff(weights.entry_starts))
    in_feature = np.arange(len(weights)) - weights.entry_starts[of_entry]
    is_dense = capacities[of_entry] == n_tags
    return starts, starts[of_entry] + np.where(is_dense, weights.tags, in_feature)


def follower_ranges(transitions: NDArray[Any]) -> NDArray[np.int64]:
    """Return for each tag the first tag that may follow it, and the last plus one.

    Parameters
    ----------
    transitions : array (n_tags + 1, n_tags)
        About `FORBIDDEN` where they are not allowed.

    Returns
    -------
    int64 array (n_tags, 2)
    """
    may_follow = transitions[:-1] > FORBIDDEN // 2
    n_tags = transitions.shape[1]
    first = may_follow.argmax(axis=1)
    end = n_tags - may_follow[:, ::-1].argmax(axis=1)
    return np.stack([first, end], axis=1).astype(np.int64)
