"""Tables as HTML, for notebooks; the text of every cell is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

_BITS = ' style="text-align: left; font-family: monospace"'
_LEFT = ' style="text-align: left"'


def html_table(
    caption: str, heading: Sequence[str], rows: Iterable[Sequence[str]]
) -> str:
    """Return a table as HTML.

    Parameters
    ----------
    caption : str
        What stands above it; nothing if empty.
    heading : sequence of str
        The heading of each column.
    rows : iterable of sequences of str
        The cells. The first column is in a fixed-width font; columns of numbers are
        aligned right.

    Returns
    -------
    str
        An element without style sheet or script.
    """
    listed = [tuple(row) for row in rows]
    styles = [
        _BITS if not i else "" if all(map(_is_number, column)) else _LEFT
        for i, column in enumerate(zip(*listed, strict=True))
    ] or [""] * len(heading)
    lines = ["<table>"]
    if caption:
        lines.append(f"<caption{_LEFT}>{escape(caption)}</caption>")
    lines.append(f"<thead>{_row('th', heading, styles)}</thead>")
    lines += ["<tbody>", *(_row("td", row, styles) for row in listed), "</tbody>"]
    return "\n".join([*lines, "</table>"])


def _row(tag: str, cells: Sequence[str], styles: Sequence[str]) -> str:
    """Return a row; a name of a column in a fixed-width font has the font of others."""
    return "".join(
        [
            "<tr>",
            *(
                f"<{tag}{_LEFT if tag == 'th' and style == _BITS else style}>"
                f"{escape(cell)}</{tag}>"
                for cell, style in zip(cells, styles, strict=True)
            ),
            "</tr>",
        ]
    )


def _is_number(cell: str) -> bool:
    return not cell.strip("0123456789,.%")
