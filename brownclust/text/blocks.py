"""Text as a stream: split at separators, joined to blocks, in batches."""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

PathLike = str | os.PathLike[str]

Progress = Callable[[str, int, int | None], None]
"""Called as ``progress(stage, done, total)``; ``total`` is None while unknown."""

BLOCK_SIZE = 1 << 18
"""Bytes read at a time: a block stays in a cache while it is hashed and checked."""


def split_after(
    separators: tuple[bytes, ...], pieces: Iterable[bytes]
) -> Iterator[bytearray]:
    """Divide a text into other pieces, each of which ends in a separator.

    Parameters
    ----------
    separators : tuple of bytes
        Of one byte each.
    pieces : iterable of bytes
        The text, divided anywhere.

    Yields
    ------
    bytearray
        A piece for each one given, without what follows its last separator, which goes
        to the next. The last piece ends in an added newline.
    """
    text = bytearray()
    for piece in pieces:
        end = 0
        for separator in separators:  # from where another one has been found
            end = max(end, 1 + piece.rfind(separator, end))
        text += piece[:end]
        if end:
            yield text
            text = bytearray()
        text += piece[end:]
    text += b"\n"
    yield text


MAX_LINE_BYTES = 1 << 28
"""The longest word, and the longest line where lines are read whole."""


def check_lengths(
    separators: tuple[bytes, ...], pieces: Iterable[bytes], name: str
) -> Iterator[bytes]:
    """Yield pieces of a text, and raise an error for a stretch too long to read.

    Parameters
    ----------
    separators : tuple of bytes
        What ends a stretch: newlines, or all whitespace.
    pieces : iterable of bytes
        The text, divided anywhere.
    name : str
        Name of the file, for the error.

    Raises
    ------
    ValueError
        If there is no separator in about `MAX_LINE_BYTES`; with file and line, if lines
        are read, whose number is known.
    """
    is_lines = separators == (b"\n",)
    n_lines = length = 0
    for piece in pieces:
        if any(separator in piece for separator in separators):
            if is_lines:
                n_lines += piece.count(b"\n")
            length = 0
        else:
            length += len(piece)
        if length > MAX_LINE_BYTES:
            place = f"{name}:{n_lines + 1}" if is_lines else name
            what = "a line" if is_lines else "a word"
            rule = f"{what} of at most {MAX_LINE_BYTES:,} bytes"
            raise ValueError(f"{place}: expected {rule}, got a longer one")
        yield piece


def join_pieces(pieces: Iterable[bytes], block_size: int) -> Iterator[bytearray]:
    """Yield pieces joined to blocks of at least `block_size` bytes, except the last."""
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= block_size:
            yield block
            block = bytearray()
    if block:
        yield block


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items, the last of which may be shorter."""
    each = iter(items)
    while batch := list(islice(each, size)):
        yield batch
