"""Tables as text: columns aligned with spaces."""

from collections.abc import Iterator, Sequence


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
