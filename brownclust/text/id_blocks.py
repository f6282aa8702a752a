"""Corpora of integers as blocks of ids.

`BigramCounts.from_ids` counts them. `brownclust.text.id_arrays` and ``id_files`` read
arrays of any type; here they are checked, and become int32.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import expected, must_be

MAX_ID = (1 << 27) - 1
"""The largest id: a table of all smaller ones takes 4 bytes each, 512 MiB."""

IDS = f"integers from 0 to {MAX_ID}"
"""The rule for ids, in errors."""

BLOCK_IDS = 1 << 18
"""Ids of a block, which a cache holds while they are looked up and counted."""

_EDGE = -1
"""What a separator becomes that is not an id."""

Integers = NDArray[np.int64]


class Piece(NamedTuple):
    """Some ids as they are read, of any integer type."""

    values: NDArray[Any]
    line_ends: Integers
    """Ascending positions up to ``values.size``; a line may continue after the last."""


class IdBlock(NamedTuple):
    """Ids that have been checked."""

    ids: NDArray[np.int32]
    """From 0; or negative, where a line ends."""
    line_ends: Integers
    """Ascending positions up to ``ids.size`` where a line ends as well."""
    separator: int
    """An id that ends a line and is not counted; -1 for none."""

    def is_open_after(self, line_is_open: bool) -> bool:
        """Whether the last line continues after the block.

        Parameters
        ----------
        line_is_open : bool
            Whether a line that began before it has ids and has not ended.
        """
        if self.line_ends.size and self.line_ends[-1] == self.ids.size:
            return False
        if not self.ids.size:
            return line_is_open
        last = int(self.ids[-1])
        return last >= 0 and last != self.separator


def split_piece(piece: Piece) -> Iterator[Piece]:
    """Yield a piece in parts of at most `BLOCK_IDS` ids."""
    for start in range(0, max(1, piece.values.size), BLOCK_IDS):
        yield _part(piece, start, min(start + BLOCK_IDS, piece.values.size))


def join_blocks(blocks: Iterable[IdBlock]) -> Iterator[IdBlock]:
    """Yield blocks joined to blocks of at least `BLOCK_IDS` ids, except the last."""
    pending: list[IdBlock] = []
    n_ids = 0
    for block in blocks:
        pending.append(block)
        n_ids += block.ids.size
        if n_ids >= BLOCK_IDS:
            yield _joined(pending)
            pending, n_ids = [], 0
    if pending:
        yield _joined(pending)


def _part(piece: Piece, start: int, stop: int) -> Piece:
    """Return some of the ids, and the ends of lines after each of them."""
    ends = piece.line_ends
    first = np.searchsorted(ends, start, "right") if start else 0
    last = np.searchsorted(ends, stop, "right")
    return Piece(piece.values[start:stop], ends[first:last] - start)


def _joined(blocks: list[IdBlock]) -> IdBlock:
    if len(blocks) == 1:
        return blocks[0]
    starts = np.cumsum([0, *(block.ids.size for block in blocks)])
    ends = [b.line_ends + start for b, start in zip(blocks, starts, strict=False)]
    ids = np.concatenate([block.ids for block in blocks])
    return IdBlock(ids, np.concatenate(ends), blocks[0].separator)


def check_piece(
    piece: Piece, separator: int | None, name: str | None, position: int
) -> IdBlock:
    """Return ids as a block.

    Parameters
    ----------
    piece : Piece
        Ids of any integer type.
    separator : int or None
        An integer that ends a line; it need not be an id.
    name : str or None
        The file, for errors; None for ids from Python.
    position : int
        How many ids come before, for errors.

    Raises
    ------
    ValueError
        If another integer is not an id.
    """
    values = piece.values
    limits = np.iinfo(values.dtype)
    is_edge = None
    if values.size and (limits.min < 0 or limits.max > MAX_ID):
        # Without signs, negative ids are the largest: one pass finds both.
        unsigned = values.view(f"{values.dtype.byteorder}u{values.itemsize}")
        if int(unsigned.max()) > min(MAX_ID, limits.max):
            is_edge = np.zeros(values.size, bool)
            if separator is not None and limits.min <= separator <= limits.max:
                is_edge = values == separator
            wrong = ((values < 0) | (values > MAX_ID)) & ~is_edge
            if wrong.any():
                at = int(wrong.argmax())
                raise ValueError(_wrong_id(int(values[at]), name, position + at))
    ids = np.ascontiguousarray(values.astype(np.int32, copy=False))
    if is_edge is not None:
        ids = np.where(is_edge, np.int32(_EDGE), ids)
    is_id = separator is not None and 0 <= separator <= MAX_ID
    return IdBlock(ids, piece.line_ends, cast(int, separator) if is_id else _EDGE)


def _wrong_id(value: int, name: str | None, position: int) -> str:
    hint = ""
    if value < 0:
        hint = f"; if {value} is padding, name it: --separator {value} (separator=)"
    if name is None:
        hint = hint.replace(f"--separator {value} (separator=)", f"separator={value}")
        return must_be("ids", f"{IDS} (at {position}{hint})", value)
    if value > MAX_ID:
        hint = "; is the type of the integers right? --dtype (dtype=)"
    return expected(name, f"{IDS} (at {position}{hint})", value)
