"""Tables as text: columns aligned with spaces, or separated by tabs."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import BinaryIO

from .options import DASH


def aligned(rows: Sequence[Sequence[str]], *, n_left: int = 0) -> Iterator[str]:
    """Yield lines of a table.

    Parameters
    ----------
    rows : sequence of sequences of str
        The cells of each line, the headings first.
    n_left : int
        How many columns, the first, are aligned left; all others are aligned right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            f"{cell:<{width}}" if i < n_left else f"{cell:>{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def tab_separated(output: str | None, rows: Iterable[Sequence[object]]) -> None:
    """Write rows with tabs between their cells to a file, None for standard output."""
    from brownclust._atomic import atomic_write
    from brownclust.text.characters import encode_word

    with ExitStack() as stack:
        file: BinaryIO = sys.stdout.buffer
        if output not in {None, DASH}:
            file = stack.enter_context(atomic_write(str(output), "wb"))
        for row in rows:
            file.write(encode_word("\t".join(map(str, row)) + "\n"))
        file.flush()  # so that a closed pipe raises here, not at exit
