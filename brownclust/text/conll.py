"""Files with a token a line and blank lines between sentences (CoNLL, CoNLL-U).

Read in a stream, a sentence at a time, and written back as they were: what is added or
replaced is the only change.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, TypeVar

from brownclust._validation import must_be, shown
from brownclust.text.characters import BYTE_ORDER_MARK, SPACES, decode_word, encode_word

Thing = TypeVar("Thing")

Column = int | str
"""A number from 1, or from -1 back from the last column; or a name in any case."""

# fmt: off
CONLLU_NAMES = (
    "ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC",
)
# fmt: on

_DOCUMENT_START = "-DOCSTART-"
_CONLLU_FILE = re.compile(r"\.conllup?(?:\.(?:gz|xz|bz2|zst))?$", re.IGNORECASE)
_CONLLU_COMMENT = re.compile(rb"# ?(?:sent_id|newdoc|newpar|text)\b")
_GLOBAL_COLUMNS = re.compile(rb"#\s*global\.columns\s*=(.*)", re.DOTALL)
_NO_WORD = re.compile("[0-9]+[-.][0-9]+")
"""The ID of a multiword token, as 1-2, or of an empty node, as 8.1."""

# str.split() would part at white space that is not ASCII, too.
_split_at_white_space = re.compile(f"[^{SPACES}]+").findall


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a file's columns.

    Attributes
    ----------
    names : tuple of str
        Of the columns in order; none if they have no names.
    is_conllu : bool
        Whether the file is CoNLL-U or CoNLL-U Plus.

    Examples
    --------
    >>> layout = Layout(("word", "pos", "chunk"))
    >>> layout.index("POS"), layout.index(2), layout.index(-1)
    (1, 1, -1)
    """

    names: tuple[str, ...] = ()
    is_conllu: bool = False

    @property
    def token_column(self) -> Column:
        """Where tokens are unless one says otherwise: FORM, or else the first."""
        return "FORM" if self.has("FORM") else 1

    @property
    def label_column(self) -> Column:
        """Where labels are unless one says otherwise: UPOS, or else the last."""
        return "UPOS" if self.has("UPOS") else -1

    def has(self, name: str) -> bool:
        """Whether a column has this name, in upper or lower case."""
        return name.lower() in self._lowered

    def index(self, column: Column, option: str = "column") -> int:
        """Return where a column is in a list of fields, from 0, or from -1 back.

        Parameters
        ----------
        column : int or str
            Number or name.
        option : str
            What an error calls it.

        Raises
        ------
        TypeError
            If it is neither a number nor a name.
        ValueError
            If the number is 0, or no column has this name.
        """
        check_column(option, column)
        if isinstance(column, int):
            return column - 1 if column > 0 else column
        if self.has(column):
            return self._lowered.index(column.lower())
        rule = "a number, as the columns of this file have no names"
        if self.names:
            rule = f"a number or one of {', '.join(self.names)}"
        raise ValueError(must_be(option, rule, column))

    @property
    def _lowered(self) -> list[str]:
        return [name.lower() for name in self.names]


@dataclass(slots=True)
class Sentence:
    r"""Lines without a blank one between them, and the blank line that ends them.

    All that a file has is in one of its sentences. So a sentence may have no tokens,
    where there are comments alone, and no lines, before a blank line too many.

    Attributes
    ----------
    lines : list of str
        As they are, without line ends.
    ends : list of str
        The end of each line: ``"\n"``, ``"\r\n"``, or none where the file ends.
    rows : list of list of str, or None
        The fields of each line; None for a line that is no token.
    gap : str
        The blank line after it, as it is; none where the file ends.
    first_line : int
        Number in the file, from 1, of the first line.
    name : str
        Of the file.
    layout : Layout
        Of the file.
    """

    lines: list[str]
    ends: list[str]
    rows: list[list[str] | None]
    gap: str
    first_line: int
    name: str
    layout: Layout

    @property
    def tokens(self) -> list[list[str]]:
        """The fields of each token."""
        return [row for row in self.rows if row is not None]

    def column(self, column: Column, option: str = "column") -> list[str]:
        """Return one field of each token.

        Parameters
        ----------
        column : int or str
            Number or name.
        option : str
            What an error calls it.

        Raises
        ------
        TypeError, ValueError
            As `Layout.index` does.
        ValueError
            With file and line, if a token has too few columns.
        """
        index = self.layout.index(column, option)
        try:
            return [row[index] for row in self.rows if row is not None]
        except IndexError:
            raise self._too_short(index) from None

    def _too_short(self, index: int) -> ValueError:
        needed = -index if index < 0 else index + 1
        at = next(i for i, row in enumerate(self.rows) if row and len(row) < needed)
        rule = f"at least {needed} columns"
        return _line_error(self.name, self.first_line + at, rule, self.lines[at])


# --- Reading ------------------------------------------------------------------


def read_conll(
    file: Iterable[bytes],
    name: str,
    *,
    names: Iterable[str] | None = None,
    conllu: bool | None = None,
) -> Iterator[Sentence]:
    r"""Yield the sentences of a file.

    Columns are parted by tabs, or by other ASCII white space in sentences without
    tabs. A line whose first field is ``-DOCSTART-`` is no token, nor is a comment. In
    a sentence with tabs that is a line without one that begins with #. A sentence of
    nothing but lines that could be comments is of comments if the first that has
    other lines has tabs; else they are tokens.

    In CoNLL-U columns are parted by tabs alone, every token has all of them, and
    every line that begins with # is a comment. Multiword tokens (ID 1-2) and empty
    nodes (ID 8.1) are no tokens.

    Parameters
    ----------
    file : binary file, or other iterable of lines as bytes
        UTF-8; other bytes are kept. A byte order mark is not. Lines end in ``\n`` or
        ``\r\n``.
    name : str
        Of the file, for errors, and to know CoNLL-U by.
    names : iterable of str, optional
        Names of the columns, in place of those that CoNLL-U has, or that the first
        line of CoNLL-U Plus gives (``# global.columns = ID FORM ...``).
    conllu : bool, optional
        Whether it is CoNLL-U. If None it is when the name ends in .conllu or
        .conllup (or so and .gz, .xz, .bz2, .zst), when the first line is that of
        CoNLL-U Plus, or when the first line is a comment such as ``# sent_id = 1`` or
        ``# text = ...`` and the first that is none has ten columns.

    Yields
    ------
    Sentence
        All have the same `layout`.

    Raises
    ------
    TypeError, ValueError
        If `names` are not names that differ, upper and lower case being the same.
    ValueError
        With file and line, if a token of CoNLL-U has not as many columns as there
        are names.

    Notes
    -----
    Memory is that of a sentence; at first also that of comments before it. About a
    million tokens a second.

    Examples
    --------
    >>> import io
    >>> text = b"# text = Dogs\n1\tDogs\tdog\tNOUN" + 6 * b"\t_" + b"\n"
    >>> for sentence in read_conll(io.BytesIO(text), "dogs"):
    ...     print(sentence.column("form"), sentence.column(4))
    ['Dogs'] ['NOUN']
    """
    given = None if names is None else _check_names(names)
    return _read(file, name, given, conllu)


def check_column(option: str, column: Column) -> None:
    """Raise an error unless it is a number or name that a column can have."""
    rule = "a number from 1, from -1 back from the last, or a name"
    if isinstance(column, bool) or not isinstance(column, int | str):
        raise TypeError(must_be(option, rule, column))
    if not column:
        raise ValueError(must_be(option, rule, column))


def _check_names(names: Iterable[str]) -> tuple[str, ...]:
    rule = "names of columns, all different"
    if isinstance(names, str | bytes):
        raise TypeError(must_be("names", rule, names))
    listed = tuple(names)
    for one in listed:
        if not isinstance(one, str):
            raise TypeError(must_be("name", "a string", one))
    if not _are_names(listed):
        raise ValueError(must_be("names", rule, listed))
    return listed


def _are_names(names: Sequence[str]) -> bool:
    return bool(names) and all(names) and len({*map(str.lower, names)}) == len(names)


@dataclass(slots=True)
class _Block:
    """Lines that are not blank, and the blank one that ends them."""

    first_line: int
    lines: list[bytes]
    gap: bytes


def _read(
    file: Iterable[bytes],
    name: str,
    names: tuple[str, ...] | None,
    conllu: bool | None,
) -> Iterator[Sentence]:
    blocks = _blocks(file)
    # What stands first tells the layout; blocks of comments alone tell too little.
    opening: list[_Block] = []
    for block in blocks:
        opening.append(block)
        if not _may_be_comments(block.lines):
            break
    if not opening:
        return
    layout = _find_layout(opening, name, names, conllu)
    has_tabs = any(b"\t" in line for line in opening[-1].lines)
    for block in chain(opening, blocks):
        raw = list(map(decode_word, block.lines))
        lines = [line.rstrip("\r\n") for line in raw]
        ends = [line[len(text) :] for line, text in zip(raw, lines, strict=True)]
        start = block.first_line
        if layout.is_conllu:
            rows = _conllu_rows(lines, start, name, layout)
        else:
            rows = _rows(lines, is_aside=has_tabs and _may_be_comments(block.lines))
        gap = decode_word(block.gap)
        yield Sentence(lines, ends, rows, gap, start, name, layout)


def _blocks(file: Iterable[bytes]) -> Iterator[_Block]:
    raw = iter(file)
    first = next(raw, b"").removeprefix(BYTE_ORDER_MARK)
    lines: list[bytes] = []
    start = 1
    for number, line in enumerate(chain([first] if first else [], raw), start=1):
        if line.isspace():  # of ASCII white space alone, as everywhere
            yield _Block(start, lines, line)
            lines, start = [], number + 1
        else:
            lines.append(line)
    if lines:
        yield _Block(start, lines, b"")


def _may_be_comments(lines: list[bytes]) -> bool:
    """Whether all lines are comments, or the start of a document, in some file."""
    return all(
        line.startswith(b"-DOCSTART-") or (line.startswith(b"#") and b"\t" not in line)
        for line in lines
    )


def _find_layout(
    opening: list[_Block],
    name: str,
    names: tuple[str, ...] | None,
    conllu: bool | None,
) -> Layout:
    lines = [line for block in opening for line in block.lines]
    plus = _GLOBAL_COLUMNS.match(lines[0]) if lines else None
    if conllu is None:
        conllu = plus is not None or _CONLLU_FILE.search(name) is not None
        if not conllu and lines and _CONLLU_COMMENT.match(lines[0]):
            others = (line for line in lines if not line.startswith(b"#"))
            first = next(others, None)
            conllu = first is None or first.count(b"\t") == len(CONLLU_NAMES) - 1
    if names is None and conllu:
        names = CONLLU_NAMES
        if plus is not None:
            names = tuple(_split_at_white_space(decode_word(plus[1])))
            if not _are_names(names):
                at = next(block.first_line for block in opening if block.lines)
                rule = "names of columns, all different"
                raise _line_error(name, at, rule, decode_word(lines[0].strip()))
    return Layout(names or (), conllu)


def _rows(lines: list[str], *, is_aside: bool) -> list[list[str] | None]:
    """Return the fields of lines; `is_aside` if they are comments without a tab."""
    has_tabs = any("\t" in line for line in lines)
    rows: list[list[str] | None] = []
    for line in lines:
        row = line.split("\t") if has_tabs else _split_at_white_space(line)
        is_comment = line[0] == "#" and (is_aside or (has_tabs and len(row) == 1))
        rows.append(None if is_comment or row[0] == _DOCUMENT_START else row)
    return rows


def _conllu_rows(
    lines: list[str], first_line: int, name: str, layout: Layout
) -> list[list[str] | None]:
    n_columns = len(layout.names)
    # CoNLL-U Plus can be without IDs; then every line is a token.
    at = layout.index("ID") if layout.has("ID") else None
    rows: list[list[str] | None] = []
    for number, line in enumerate(lines, start=first_line):
        row = line.split("\t")
        if line[0] == "#" or row[0] == _DOCUMENT_START:
            rows.append(None)
            continue
        if len(row) != n_columns:
            rule = f"{n_columns} columns parted by tabs"
            raise _line_error(name, number, rule, line)
        rows.append(None if at is not None and _NO_WORD.fullmatch(row[at]) else row)
    return rows


def _line_error(name: str, number: int, rule: str, line: str) -> ValueError:
    return ValueError(f"{name}:{number}: expected {rule}, got {shown(line)}")


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Yield sentences, or lines, so many at a time."""
    each = iter(things)
    while batch := list(islice(each, size)):
        yield batch


# --- Writing ------------------------------------------------------------------


def write_sentence(
    file: BinaryIO,
    sentence: Sentence,
    values: Sequence[Sequence[str]] | None = None,
    *,
    replace: Column | None = None,
) -> None:
    """Write a sentence with columns added to its tokens, or one of them replaced.

    All else is written as it was read. Columns are added after a tab if the line has
    tabs or a single column, else after a space.

    Parameters
    ----------
    file : binary file
    sentence : Sentence
    values : sequence of sequences of str, optional
        For each token what to add to it.
    replace : int or str, optional
        The column in whose place the one value of each token is written instead.
        White space between columns without tabs then becomes a single space.

    Raises
    ------
    ValueError
        If there are not as many values as tokens, or, with file and line, a token
        does not have the column to replace.
    """
    lines = sentence.lines
    if values is not None:
        lines = _with_values(sentence, values, replace)
    text = "".join(chain.from_iterable(zip(lines, sentence.ends, strict=True)))
    file.write(encode_word(text + sentence.gap))


def _with_values(
    sentence: Sentence, values: Sequence[Sequence[str]], replace: Column | None
) -> list[str]:
    n_tokens = len(sentence.tokens)
    if len(values) != n_tokens:
        rule = f"{n_tokens}, the number of tokens"
        raise ValueError(must_be("len(values)", rule, len(values)))
    if replace is not None:
        sentence.column(replace, "replace")  # every token has it
    lines = []
    each = iter(values)
    for line, row in zip(sentence.lines, sentence.rows, strict=True):
        if row is None:
            lines.append(line)
            continue
        parts = [line, *next(each)]
        separator = "\t" if "\t" in line or len(row) == 1 else " "
        if replace is not None:
            if len(parts) != 2:
                rule = "one for each token where a column is replaced"
                raise ValueError(must_be("values", rule, parts[1:]))
            value, parts = parts[1], row.copy()
            parts[sentence.layout.index(replace)] = value
        lines.append(separator.join(parts))
    return lines
