"""The different words of a text, numbered, with what is known of each.

Attributes are computed once for each different word, or value of another column (a
*row*); tokens are numbers of rows from then on.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.int32]


class Growing:
    """An array that rows are appended to, with room that doubles."""

    def __init__(self, dtype: Any) -> None:
        self.size = 0
        self._room = np.empty(1024, dtype)

    def append(self, more: NDArray[Any]) -> None:
        """Put `more` at the end."""
        first = self.size
        self.size += more.size
        if self.size > self._room.size:
            room = np.empty(max(self.size, 2 * self._room.size), self._room.dtype)
            room[:first] = self._room[:first]
            self._room = room
        self._room[first : self.size] = more

    @property
    def array(self) -> NDArray[Any]:
        """What it holds."""
        return self._room[: self.size]


class _Numbers(dict[str, int]):
    """Numbers of strings; of one that is not there, the next, noting that it is new."""

    def __init__(self, counter: Iterator[int]) -> None:
        self._counter = counter
        self.new: list[str] = []

    def __missing__(self, token: str) -> int:
        number = self[token] = next(self._counter)
        self.new.append(token)
        return number


class Rows:
    """The different words, and values of other columns, met so far.

    Parameters
    ----------
    edges : sequence of int32 arrays (2, width)
        For each field (the word, further columns) what is known of the places before
        and after a sentence; these are its first two rows.
    values_of : callable
        Called with a field and the tokens that are new there; returns an int32 array
        (n_tokens, width) of what is to be known of them.

    Attributes
    ----------
    edges : list of (int, int)
        For each field, the rows before and after a sentence.
    values : Growing of int32
        What is known of each row, end to end.
    starts : Growing of int64
        Where each row's values start.
    fields : Growing of int32
        The field of each row.
    """

    def __init__(
        self,
        edges: Sequence[Values],
        values_of: Callable[[int, list[str]], Values],
    ) -> None:
        self._values_of = values_of
        self._widths = [of_edges.shape[1] for of_edges in edges]
        counter = count()
        self.values = Growing(np.int32)
        self.starts = Growing(np.int64)
        self.fields = Growing(np.int32)
        self.edges = []
        for field, of_edges in enumerate(edges):
            self.edges.append((next(counter), next(counter)))
            self._append(field, of_edges)
        self._numbers = [_Numbers(counter) for _ in edges]

    def __len__(self) -> int:
        """Return how many there are, edges of sentences among them."""
        return self.starts.size

    def number(self, field: int, tokens: Sequence[str]) -> NDArray[np.int32]:
        """Return the row of each token, after making those that are new."""
        numbers = self._numbers[field]
        found = np.fromiter(map(numbers.__getitem__, tokens), np.int32, len(tokens))
        if numbers.new:
            self._append(field, self._values_of(field, numbers.new))
            numbers.new.clear()
        return found

    def of_field(self, field: int, first: int = 0) -> tuple[NDArray[np.int64], Values]:
        """Return the rows of a field, and their values, shape (n_rows, width).

        Only rows from number `first` on.
        """
        rows = first + np.flatnonzero(self.fields.array[first:] == field)
        starts = self.starts.array[rows]
        width = self._widths[field]
        return rows, self.values.array[starts[:, None] + np.arange(width)]

    def _append(self, field: int, values: Values) -> None:
        n_rows, width = values.shape
        self.fields.append(np.full(n_rows, field))
        self.starts.append(self.values.size + width * np.arange(n_rows))
        self.values.append(values.ravel())
