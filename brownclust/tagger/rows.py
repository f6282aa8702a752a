"""Rows: the distinct words of a text, numbered, with the values of their attributes.

The attributes of a word are computed once for each distinct word, or for each distinct
value of another column. Each of these is a *row*; from then on a token is the number of
its row. `values` fills the rows; `encoding` and `decoder` use them.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.int32]


class GrowableArray:
    """An array to append to, whose capacity doubles when it is full."""

    def __init__(self, dtype: Any) -> None:
        self.size = 0
        self._buffer = np.empty(1024, dtype)

    def append(self, more: NDArray[Any]) -> None:
        """Append the elements of `more`."""
        first = self.size
        self.size += more.size
        if self.size > self._buffer.size:
            buffer = np.empty(max(self.size, 2 * self._buffer.size), self._buffer.dtype)
            buffer[:first] = self._buffer[:first]
            self._buffer = buffer
        self._buffer[first : self.size] = more

    @property
    def array(self) -> NDArray[Any]:
        """The elements so far; a view that the next `append` may invalidate."""
        return self._buffer[: self.size]


class _RowNumbers(dict[str, int]):
    """Row numbers of tokens; a new token gets the next number and is listed as new."""

    def __init__(self, counter: Iterator[int]) -> None:
        self._counter = counter
        self.new: list[str] = []

    def __missing__(self, token: str) -> int:
        number = self[token] = next(self._counter)
        self.new.append(token)
        return number


class Rows:
    """The distinct words, and distinct values of other columns, seen so far.

    Parameters
    ----------
    edges : sequence of int32 arrays (2, width)
        For each field (the word, then the further columns) the values of the places
        before and after a sentence; these are the first two rows of the field.
    values_of : callable
        Called with a field and its new tokens; returns their values, an int32 array
        (n_tokens, width).

    Attributes
    ----------
    edges : list of (int, int)
        For each field, the rows before and after a sentence.
    values : GrowableArray of int32
        The values of all rows, one row after the other.
    starts : GrowableArray of int64
        Where the values of each row start.
    fields : GrowableArray of int32
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
        self.values = GrowableArray(np.int32)
        self.starts = GrowableArray(np.int64)
        self.fields = GrowableArray(np.int32)
        self.edges = []
        for field, of_edges in enumerate(edges):
            self.edges.append((next(counter), next(counter)))
            self._append(field, of_edges)
        self._numbers = [_RowNumbers(counter) for _ in edges]

    def __len__(self) -> int:
        """Return the number of rows, including the edges of sentences."""
        return self.starts.size

    def number(self, field: int, tokens: Sequence[str]) -> NDArray[np.int32]:
        """Return the row of each token, creating rows for new tokens."""
        numbers = self._numbers[field]
        found = np.fromiter(map(numbers.__getitem__, tokens), np.int32, len(tokens))
        if numbers.new:
            self._append(field, self._values_of(field, numbers.new))
            numbers.new.clear()
        return found

    def of_field(self, field: int, first: int = 0) -> tuple[NDArray[np.int64], Values]:
        """Return the rows of a field from number `first` on, and their values.

        The values have the shape (n_rows, width).
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
