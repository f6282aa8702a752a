"""Text on its way in pieces: cut where it may be cut, collected into blocks."""

import os
from collections.abc import Callable, Iterable, Iterator

PathLike = str | os.PathLike[str]

Progress = Callable[[str, int, int | None], None]
"""Called as ``progress(stage, done, total)``; ``total`` is None while unknown."""

BLOCK_SIZE = 1 << 18


def cut_after(
    separators: tuple[bytes, ...], pieces: Iterable[bytes]
) -> Iterator[bytearray]:
    """Cut a text anew: each piece ends in a separator, the last in a newline.

    What stands after the last separator is carried over to the next piece.
    """
    text = bytearray()
    for piece in pieces:
        end = 1 + max(piece.rfind(separator) for separator in separators)
        text += piece[:end]
        if end:
            yield text
            text = bytearray()
        text += piece[end:]
    text += b"\n"
    yield text


def collect(pieces: Iterable[bytes], block_size: int) -> Iterator[bytearray]:
    """Put pieces together until they reach the size of a block."""
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= block_size:
            yield block
            block = bytearray()
    if block:
        yield block
