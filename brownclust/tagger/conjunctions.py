"""Numbers for combinations of values, for templates with several terms.

The values are those of `rows`; the numbers become features in `feature_space`.
"""

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
from brownclust._validation import must_be
from brownclust.tagger.rows import Rows

MAX_TEMPLATES = NEXT

_TRAINING_BATCH = 500
"""Sentences; bounds the memory reserved for combinations that could all be new."""

# Bits of a key below the number of the combination so far, and below the template.
_PREFIX_SHIFT = VALUE_BITS
_TEMPLATE_SHIFT = 2 * VALUE_BITS


def check_keys(keys: NDArray[np.int64], n_values: Sequence[Sequence[int]]) -> None:
    """Raise ``ValueError`` unless keys are of combinations of known values.

    Parameters
    ----------
    keys : int64 array
        Keys, by number, as a file holds them.
    n_values : sequence of sequences of int
        For each template, the number of known values of each of its terms.
    """
    if keys.ndim != 1 or np.unique(keys).size < keys.size or keys.min(initial=0) < 0:
        raise ValueError(must_be("conjunctions", "distinct keys", keys))
    left, right = keys >> _PREFIX_SHIFT & (MAX_VALUES - 1), keys & (MAX_VALUES - 1)
    templates = keys >> _TEMPLATE_SHIFT
    is_extension = templates == NEXT
    longest = max(map(len, n_values), default=2)
    # One row more than templates, for keys of none of them.
    sizes = np.zeros((len(n_values) + 1, longest + 1), np.int64)
    for template, of_terms in enumerate(n_values):
        sizes[template, : len(of_terms)] = of_terms
    # The template of a key with three values or more is that of the key it extends,
    # which has a lower number: known after as many rounds as templates have terms.
    templates[is_extension] = len(n_values)
    templates = np.minimum(templates, len(n_values))
    n_terms = np.where(is_extension, 0, 2)
    is_right = (left < sizes[templates, 0]) & (right < sizes[templates, 1])
    is_right &= ~is_extension
    for size in range(2, longest):
        is_next = is_extension & (n_terms == 0) & (left < np.arange(keys.size))
        extended = np.where(is_next, left, 0)
        is_next &= is_right[extended] & (n_terms[extended] == size)
        is_next &= right < sizes[templates[extended], size]
        templates[is_next] = templates[extended[is_next]]
        n_terms[is_next] = size + 1
        is_right |= is_next
    if not is_right.all():
        wrong = keys[~is_right]
        raise ValueError(must_be("conjunctions", "keys of known values", wrong))


class Conjunctions:
    """Combinations of values, numbered exactly: no two share a number.

    Parameters
    ----------
    terms : sequence of sequences of (field, offset, column)
        The terms of each template, at least two; the column is that of a row's values.
    keys : int64 array, optional
        Keys of the known combinations; see `brownclust._kernels.tagger.conjunctions`.
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
        self._key_buffer = np.zeros(0, np.int64) if keys is None else keys
        self._n_keys = self._key_buffer.size
        self._clear_table(0)
        self._reserve(0)

    @property
    def keys(self) -> NDArray[np.int64]:
        """The key of each combination, by number."""
        return self._key_buffer[: self._n_keys]

    def __len__(self) -> int:
        """Return the number of known combinations."""
        return self._n_keys

    def _reserve(self, n_more: int) -> None:
        """Make space for more keys, with a load factor of at most a half."""
        needed = self._n_keys + n_more
        if needed > self._key_buffer.size:
            buffer = np.zeros(max(needed, 2 * self._key_buffer.size), np.int64)
            buffer[: self._n_keys] = self.keys
            self._key_buffer = buffer
        n_slots = 1 << (2 * needed + 1).bit_length()
        if n_slots > self._slots.size:
            self._clear_table(n_slots)
            insert_keys(self.keys, self._slots, self._marks)

    def _clear_table(self, n_slots: int) -> None:
        self._slots = np.zeros(n_slots, np.int32)
        self._marks = np.zeros(n_slots, np.uint8)

    def find(
        self,
        bounds: NDArray[np.int64],
        types: NDArray[np.int32],
        rows: Rows,
        *,
        is_open: bool,
    ) -> NDArray[np.int32]:
        """Return the number of each template's combination at each position.

        Parameters
        ----------
        bounds, types : arrays
            As in `EncodedText`.
        rows : Rows
            The rows that `types` refers to.
        is_open : bool
            Whether new combinations get numbers.

        Returns
        -------
        int32 array (n_positions, n_templates)
            -1 where there is none.
        """
        found = np.full((types.shape[1], self.sizes.size), -1, np.int32)
        if not self.sizes.size:
            return found
        n_sentences = _TRAINING_BATCH if is_open else len(bounds)
        for first in range(0, len(bounds), max(n_sentences, 1)):
            batch = bounds[first : first + n_sentences]
            n_positions = int((batch[:, 1] - batch[:, 0]).sum())
            if is_open:
                self._reserve(n_positions * int((self.sizes - 1).sum()))
            self._n_keys = find_conjunctions(
                batch,
                types,
                rows.values.array,
                rows.starts.array,
                self.terms,
                self.sizes,
                self._key_buffer,
                self._slots,
                self._marks,
                self._n_keys,
                is_open,
                np.empty(self.sizes.size, np.int64),
                np.empty(self.sizes.size, np.int64),
                found,
            )
        if len(self) >= MAX_VALUES:
            raise ValueError(
                f"templates must have at most {MAX_VALUES:,} combinations of values, "
                "got more: raise their min=, or use hash_size"
            )
        return found

    def select(self, is_kept: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Remove all other combinations; return the new number of each, -1 if removed.

        A combination that a kept one extends is kept, too.
        """
        is_kept = is_kept.copy()
        is_extension = self.keys >> _TEMPLATE_SHIFT == NEXT
        prefixes = self.keys >> _PREFIX_SHIFT & (MAX_VALUES - 1)
        for _ in range(self.terms.shape[1]):
            is_kept[prefixes[is_kept & is_extension]] = True
        numbers = np.where(is_kept, np.cumsum(is_kept) - 1, -1).astype(np.int32)
        keys = self.keys[is_kept]
        is_extension = is_extension[is_kept]
        prefixes = prefixes[is_kept]
        moved_by = numbers[prefixes[is_extension]] - prefixes[is_extension]
        keys[is_extension] += moved_by << _PREFIX_SHIFT
        self._key_buffer, self._n_keys = keys, keys.size
        self._clear_table(0)
        self._reserve(0)
        return numbers

    def values_of(self, number: int) -> tuple[int, list[int]]:
        """Return the template of a combination, and its values."""
        key = int(self.keys[number])
        value = key & (MAX_VALUES - 1)
        first = key >> _PREFIX_SHIFT & (MAX_VALUES - 1)
        if key >> _TEMPLATE_SHIFT != NEXT:
            return key >> _TEMPLATE_SHIFT, [first, value]
        template, values = self.values_of(first)
        return template, [*values, value]
