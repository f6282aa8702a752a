"""Numbers for values that occur together, as templates of several terms ask."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.conjunctions import (
    MAX_VALUES,
    NEXT,
    VALUE_BITS,
    find_conjunctions,
    insert_keys,
)
from brownclust.tagger.rows import Rows

MOST_TEMPLATES = NEXT
_PARENT = VALUE_BITS
_TEMPLATE = 2 * VALUE_BITS


class Conjunctions:
    """Combinations of values, by exact look-up.

    Parameters
    ----------
    terms : sequence of sequences of (field, offset, column)
        The terms of each template, two at least; the column is that of a row's values.
    keys : int64 array, optional
        Combinations that are known; see the kernel.
    """

    def __init__(
        self,
        terms: Sequence[Sequence[tuple[int, int, int]]],
        keys: NDArray[np.int64] | None = None,
    ) -> None:
        longest = max(map(len, terms), default=0)
        self.terms = np.zeros((len(terms), longest, 3), np.int64)
        for i, of_template in enumerate(terms):
            self.terms[i, : len(of_template)] = of_template
        self.sizes = np.array(list(map(len, terms)), np.int64)
        self._room = np.zeros(0, np.int64) if keys is None else keys
        self._n_keys = self._room.size
        self._slots = np.zeros(0, np.int32)
        self._make_room(0)

    @property
    def keys(self) -> NDArray[np.int64]:
        """The key of each combination, by number."""
        return self._room[: self._n_keys]

    def __len__(self) -> int:
        """Return how many combinations are known."""
        return self._n_keys

    def _make_room(self, more: int) -> None:
        """Have room for more keys, and slots for all, twice as many as before."""
        needed = self._n_keys + more
        if needed > self._room.size:
            room = np.zeros(max(needed, 2 * self._room.size), np.int64)
            room[: self._n_keys] = self.keys
            self._room = room
        n_slots = 1 << (2 * needed + 1).bit_length()
        if n_slots > self._slots.size:
            self._slots = np.zeros(n_slots, np.int32)
            insert_keys(self.keys, self._slots)

    def find(
        self,
        bounds: NDArray[np.int64],
        types: NDArray[np.int32],
        rows: Rows,
        *,
        is_open: bool,
    ) -> NDArray[np.int32]:
        """Return the number of each template's values at each position.

        Parameters
        ----------
        bounds, types : arrays
            As of `EncodedText`.
        rows : Rows
            What `types` are numbers of.
        is_open : bool
            Whether what is not known gets a number.

        Returns
        -------
        int32 array (n_positions, n_templates)
            -1 where there is none.
        """
        found = np.full((types.shape[1], self.sizes.size), -1, np.int32)
        if not self.sizes.size:
            return found
        # A batch at a time: room is made for the most that there can be.
        n_sentences = len(bounds) if not is_open else 500
        for first in range(0, len(bounds), max(n_sentences, 1)):
            batch = bounds[first : first + n_sentences]
            n_positions = int((batch[:, 1] - batch[:, 0]).sum())
            if is_open:
                self._make_room(n_positions * int((self.sizes - 1).sum()))
            self._n_keys = find_conjunctions(
                batch,
                types,
                rows.values.array,
                rows.starts.array,
                self.terms,
                self.sizes,
                self._room,
                self._slots,
                self._n_keys,
                is_open,
                np.empty(self.sizes.size, np.int64),
                found,
            )
        if len(self) >= MAX_VALUES:
            raise ValueError(
                f"templates must be of at most {MAX_VALUES:,} combinations, got more: "
                "raise their min=, or use hash_size"
            )
        return found

    def select(self, is_kept: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Forget all other combinations; return the new numbers of all, -1 for none.

        The beginnings of those that are kept are kept too.
        """
        is_kept = is_kept.copy()
        is_longer = self.keys >> _TEMPLATE == NEXT
        parents = self.keys >> _PARENT & (MAX_VALUES - 1)
        for _ in range(self.terms.shape[1]):
            is_kept[parents[is_kept & is_longer]] = True
        numbers = np.where(is_kept, np.cumsum(is_kept) - 1, -1).astype(np.int32)
        keys = self.keys[is_kept]
        is_longer = is_longer[is_kept]
        parents = parents[is_kept]
        keys[is_longer] += (numbers[parents[is_longer]] - parents[is_longer]) << _PARENT
        self._room, self._n_keys = keys, keys.size
        self._slots = np.zeros(0, np.int32)
        self._make_room(0)
        return numbers

    def values_of(self, number: int) -> tuple[int, list[int]]:
        """Return the template of a combination, and its values so far."""
        key = int(self.keys[number])
        value = key & (MAX_VALUES - 1)
        first = key >> _PARENT & (MAX_VALUES - 1)
        if key >> _TEMPLATE != NEXT:
            return key >> _TEMPLATE, [first, value]
        template, values = self.values_of(first)
        return template, [*values, value]
