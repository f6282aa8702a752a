"""Split the lines of a sentence into rows of fields, and leave out comments.

The rules for lines that are not tokens are in `RowReader`; `brownclust.text.conll`
reads files with it.
"""

import re
from collections.abc import Callable, Sequence

from brownclust._validation import shown
from brownclust.text.column_format import ColumnFormat
from brownclust.text.column_shapes import (
    DOCUMENT_MARK,
    DOCUMENT_START,
    NON_TOKEN_ID,
    Shape,
    are_ids,
    fields_of,
    is_header,
    is_markup,
    separator_of,
    split_at_whitespace,
    usual_width,
)

Row = list[str]

_HASHTAG = re.compile(r"#\w+(?:[\s]|$)")
_COMMENT_WAYS = "--comment '#' if it is a comment, --format columns if it is a token"


class RowError(Exception):
    """Raised for a line that does not fit; the caller adds file and line.

    Attributes
    ----------
    index : int
        Index of the line in the sentence.
    problem : str
        What is expected and what is there.
    is_of_file : bool
        Whether the whole file is read wrongly, not only this sentence.
    """

    def __init__(self, index: int, problem: str, *, is_of_file: bool = False) -> None:
        super().__init__(problem)
        self.index = index
        self.problem = problem
        self.is_of_file = is_of_file


def is_mark(line: str, column_format: ColumnFormat) -> bool:
    """Whether a line may be a comment, or the start or end of a document."""
    prefix = column_format.comment
    if prefix is not None and line.startswith(prefix):
        return True
    if column_format.format == "columns":
        return False
    return line.startswith("#") or DOCUMENT_START.match(line) is not None


class RowReader:
    """The rows of the sentences of one file.

    Parameters
    ----------
    shape : Shape
        The shape of the file.
    column_format : ColumnFormat
        The user's options.
    example : list of list of str
        Rows of the first sentence, which show what fields are like.
    """

    def __init__(
        self, shape: Shape, column_format: ColumnFormat, example: Sequence[Row]
    ) -> None:
        self._separator = shape.separator
        self._width = shape.width
        self._header = shape.header
        self._format = column_format
        self._is_recognised = column_format.format != "columns"
        self._kind = shape.layout.kind
        self._n_names = len(shape.layout.names)
        self._example = example
        self._has_ids = self._kind != "columns" or (
            len(example) > 1 and are_ids([row[0] for row in example])
        )
        self._id_index: int | None = None
        if self._kind == "conllu" and shape.layout.has("ID"):
            self._id_index = shape.layout.index("ID")

    def read(self, text: str, lines: Sequence[str]) -> tuple[list[Row | None], str]:
        """Return the rows of a sentence, None for lines that are not tokens.

        Parameters
        ----------
        text : str
            The lines, separated by newlines.
        lines : sequence of str
            The lines.

        Returns
        -------
        rows : list of list of str, or None
            The fields of each line.
        separator : str
            Of the fields: a tab or a space.

        Raises
        ------
        RowError
            If a line does not have as many fields as others, or may be a comment as
            well as a token.
        """
        if self._width is not None:
            rows = self._quick_rows(text, lines)
            if {len(row) for row in rows if row is not None} == {self._width}:
                return self._without_ranges(rows), self._separator
        rows, separator = self._rows(lines)
        return self._without_ranges(rows), separator

    def _quick_rows(self, text: str, lines: Sequence[str]) -> list[Row | None]:
        """Return the rows of lines without special cases; none if there may be any."""
        is_tabbed = self._separator == "\t"
        if self._has_marks(text) or (is_tabbed and _has_spaces_to_strip(text)):
            return []
        if text[0] == "#" or "\n#" in text:
            if not (is_tabbed and self._has_ids):
                return []
            return [None if line[0] == "#" else line.split("\t") for line in lines]
        if is_tabbed:
            return [line.split("\t") for line in lines]
        return list(map(split_at_whitespace, lines))

    def _has_marks(self, text: str) -> bool:
        """Whether a line may be a header, the user's comment, or start a document."""
        if self._header is not None and self._header in text:
            return True
        prefix = self._format.comment
        if prefix is not None and (text.startswith(prefix) or f"\n{prefix}" in text):
            return True
        return self._is_recognised and ("-DOCSTART-" in text or "-docstart-" in text)

    def _rows(self, lines: Sequence[str]) -> tuple[list[Row | None], str]:
        """Return the rows and the separator of lines of any kind."""
        tokens = [i for i, line in enumerate(lines) if not self._is_mark(line)]
        hashes = [i for i in tokens if self._is_recognised and lines[i][0] == "#"]
        if hashes:
            tokens = sorted({*tokens} - {*hashes})
        separator, found = self._split([lines[i] for i in tokens])
        rows: list[Row | None] = [None] * len(lines)
        for i, row in zip(tokens, found, strict=True):
            rows[i] = row
        self._check_widths(lines, rows)
        if hashes:
            self._add_hashes(lines, rows, hashes, separator)
        return rows, separator

    def _is_mark(self, line: str) -> bool:
        """Whether a line is certainly not a token."""
        prefix = self._format.comment
        if prefix is not None and line.startswith(prefix):
            return True
        if not self._is_recognised:
            return False
        if line == self._header:  # also where files were joined
            return True
        if line[0] == "#" and (self._has_ids or DOCUMENT_MARK.match(line)):
            return True
        return DOCUMENT_START.match(line) is not None

    # --- Fields ---------------------------------------------------------------

    def _split(self, lines: Sequence[str]) -> tuple[str, list[Row]]:
        """Return the separator of a sentence, and its rows.

        A sentence may have the other separator than the file has if then all its rows
        have the right number of fields.
        """
        if self._width is None:
            separator = separator_of(lines)
            return separator, [fields_of(line, separator) for line in lines]
        rows = [self._trimmed(fields_of(line, self._separator)) for line in lines]
        if self._kind != "conllu" and not self._are_whole(rows):
            other = " " if self._separator == "\t" else "\t"
            has_tab = ["\t" in line for line in lines]
            if all(has_tab) if other == "\t" else not any(has_tab):
                others = [self._trimmed(fields_of(line, other)) for line in lines]
                if self._are_whole(others):
                    return other, others
        return self._separator, rows

    def _trimmed(self, row: Row) -> Row:
        """Return a row without empty fields beyond the last column."""
        while self._width is not None and len(row) > self._width and not row[-1]:
            row.pop()
        return row

    def _are_whole(self, rows: Sequence[Row]) -> bool:
        return all(len(row) == self._width for row in rows)

    def _check_widths(self, lines: Sequence[str], rows: Sequence[Row | None]) -> None:
        """Raise an error if rows differ in their number of fields."""
        widths = [len(row) for row in rows if row is not None]
        width = self._width
        if width is None:
            if len(set(widths)) <= 1 and (not widths or widths[0] >= self._n_least):
                return
            width = max(usual_width(widths), self._n_least)
        for i, row in enumerate(rows):
            if row is not None and len(row) != width:
                hint = ""
                if self._kind == "conllu" and "\t" not in lines[i]:
                    hint = " (CoNLL-U has tabs; --format columns reads other files)"
                elif len(widths) > 1 and len(set(widths)) == 1:
                    hint = " (--format columns lets sentences differ)"
                elif not lines[i].strip():
                    hint = " (a line that ends a sentence has only spaces and tabs)"
                elif is_markup(lines[i]):
                    hint = " (blank lines end sentences: sed 's/^<.*>$//' makes them)"
                elif len(row) == 1 and not lines[i][0].isalnum():
                    hint = f" (if it is a comment: --comment {lines[i][0]!r})"
                columns = f"{width} column" + ("s" if width > 1 else "")
                by = " separated by tabs" if self._separator == "\t" else ""
                found = f"{len(row)}: {shown(lines[i])}"
                raise RowError(i, f"expected {columns}{by}, got {found}{hint}")

    @property
    def _n_least(self) -> int:
        return self._n_names if self._kind in ("conll2009", "conll2012") else 0

    def _without_ranges(self, rows: list[Row | None]) -> list[Row | None]:
        """Return the rows without those of multiword tokens and empty nodes."""
        at = self._id_index
        if at is None or all(row is None or row[at].isdigit() for row in rows):
            return rows
        return [
            None if row is None or NON_TOKEN_ID.fullmatch(row[at]) else row
            for row in rows
        ]

    # --- Lines that begin with # ----------------------------------------------

    def _add_hashes(
        self,
        lines: Sequence[str],
        rows: list[Row | None],
        hashes: Sequence[int],
        separator: str,
    ) -> None:
        """Decide which lines that begin with # are tokens, and add their rows.

        Before the first other token, a line is a comment if it has another number of
        fields than tokens have, or if fields are unlike those of tokens; but not if it
        may be a word such as #tag without its other columns. Later it is a comment only
        if a space follows the #, and it has no other fields.
        """
        tokens = [i for i, row in enumerate(rows) if row is not None]
        others = [*self._example, *(row for row in rows if row is not None)]
        first = tokens[0] if tokens else len(lines)
        separator = separator if tokens else self._separator
        for i in hashes:
            line = lines[i]
            if is_header(line):
                continue
            row = self._trimmed(fields_of(line, separator))
            width = self._width or (len(others[-1]) if others else len(row))
            if len(row) == width and not _is_unlike(row, others):
                rows[i] = row
                continue
            is_word = tokens and _HASHTAG.match(line)
            if i < first and not is_word:
                continue
            if not (line.startswith("# ") and separator == "\t" and len(row) == 1):
                problem = (
                    f"expected {width} columns as other tokens have, got {shown(line)} "
                    f"({_COMMENT_WAYS})"
                )
                raise RowError(i, problem)


def _is_unlike(row: Row, others: Sequence[Row]) -> bool:
    """Whether a field has features that this column has in no other row.

    Such as the address in ``# http://... [date]`` before each sentence of GermEval.
    """
    return any(
        is_odd(field)
        and not any(is_odd(other[j]) for other in others if j < len(other))
        for j, field in enumerate(row)
        for is_odd in (_ODD if j else _ODD[:2])
    )


_ODD: tuple[Callable[[str], bool], ...] = (
    lambda field: "=" in field,
    lambda field: " " in field,
    lambda field: "://" in field or len(field) > 40,
    lambda field: field[:1] == "[",
    lambda field: field.isdigit(),
    lambda field: not field,
    lambda field: field.isalpha() and field.islower(),
)


def _has_spaces_to_strip(text: str) -> bool:
    """Whether there is whitespace around fields that are separated by tabs."""
    if "\v" in text or "\f" in text or "\r" in text:
        return True
    if " " not in text:
        return False
    return (
        " \t" in text
        or "\t " in text
        or " \n" in text
        or "\n " in text
        or text[0] == " "
        or text[-1] == " "
    )
