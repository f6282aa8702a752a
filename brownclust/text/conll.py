"""Read files with a token a line and blank lines between sentences (CoNLL, CoNLL-U).

A sentence at a time, so that memory does not grow with the file; and written back
unchanged but for columns that are added or replaced. Counting reads tokens through
`brownclust.text.input_formats`; the tagger and ``brownclust features`` read and write
sentences.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from brownclust._validation import expected, must_be
from brownclust.text.characters import (
    BYTE_ORDER_MARK,
    WHITESPACE_CHARACTERS,
    decode_word,
    encode_word,
)
from brownclust.text.column_format import ColumnFormat
from brownclust.text.column_layout import (
    CONLLU_COLUMNS,
    Column,
    Layout,
    are_names,
)

_DOCUMENT_START = "-DOCSTART-"
_CONLLU_FILE = re.compile(r"\.conllup?(?:\.(?:gz|xz|bz2|zst))?$", re.IGNORECASE)
_CONLLU_COMMENT = re.compile(rb"# ?(?:sent_id|newdoc|newpar|text)\b")
_GLOBAL_COLUMNS = re.compile(rb"#\s*global\.columns\s*=(.*)", re.DOTALL)
_NON_TOKEN_ID = re.compile("[0-9]+[-.][0-9]+")
"""The ID of a multiword token, as 1-2, or of an empty node, as 8.1."""

# str.split() would also separate fields at whitespace that is not ASCII.
_split_at_whitespace = re.compile(f"[^{WHITESPACE_CHARACTERS}]+").findall


@dataclass(slots=True)
class Sentence:
    r"""Lines of a file up to a blank line, and that blank line.

    Every line of a file is in one of its sentences. So a sentence may have no tokens,
    if all lines are comments, and no lines, if a blank line follows a blank line.

    Attributes
    ----------
    lines : list of str
        The lines, without line ends.
    ends : list of str
        The end of each line: ``"\n"``, ``"\r\n"``, or ``""`` at the file's end.
    rows : list of list of str, or None
        The fields of each line; None for a line that is not a token.
    gap : str
        The blank line after the sentence, with its end; ``""`` at the file's end.
    first_line : int
        Number in the file, from 1, of the first line.
    name : str
        Name of the file, for errors.
    layout : Layout
        Columns of the file.
    word_column : int or str
        The column of words.
    """

    lines: list[str]
    ends: list[str]
    rows: list[list[str] | None]
    gap: str
    first_line: int
    name: str
    layout: Layout
    word_column: Column

    @property
    def words(self) -> list[str]:
        """The word of each token."""
        return self.column(self.word_column, "word")

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
            Name of the argument in errors.

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
        place = f"{self.name}:{self.first_line + at}"
        rule = f"at least {needed} columns"
        return ValueError(expected(place, rule, self.lines[at]))


# --- Reading ------------------------------------------------------------------


def read_conll(
    file: Iterable[bytes],
    name: str,
    column_format: ColumnFormat | None = None,
    *,
    option: str = "word",
    text_hint: str = "",
) -> Iterator[Sentence]:
    r"""Yield the sentences of a file.

    Columns are separated by tabs or, in a sentence without tabs, by other ASCII
    whitespace. Comments, and lines whose first field is ``-DOCSTART-``, are not tokens.
    In a sentence with tabs, a comment is a line that begins with # and has no tab. A
    sentence without tabs has no comments, with one exception: lines that all begin with
    # are comments if the first sentence with other lines has tabs.

    In CoNLL-U columns are separated by tabs only, every token has all columns, and
    every line that begins with # is a comment. Multiword tokens (ID 1-2) and empty
    nodes (ID 8.1) are not tokens.

    Parameters
    ----------
    file : binary file, or other iterable of lines as bytes
        UTF-8; other bytes are kept as escaped surrogates. A byte order mark is dropped.
        Lines end in ``\n`` or ``\r\n``.
    name : str
        Name of the file, for errors and to recognise CoNLL-U.
    column_format : ColumnFormat, optional
        How the file is read; `ColumnFormat` () if None.
    option : str, default "word"
        What the caller's users know the column of words by, for errors that tell them
        to name it: ``--word 2 (word=2)``.
    text_hint : str, default ""
        What to do if the file has running text instead of columns, for errors.

    Yields
    ------
    Sentence
        All have the same `layout`.

    Raises
    ------
    TypeError, ValueError
        If `names` are not distinct names; they do not differ by upper and lower case
        alone.
    ValueError
        With file and line, if a token of CoNLL-U does not have as many columns as there
        are names.

    Notes
    -----
    About a million tokens a second. Memory is that of one sentence; at the start also
    that of the comments before the first token.

    Examples
    --------
    >>> import io
    >>> text = b"# text = Dogs\n1\tDogs\tdog\tNOUN" + 6 * b"\t_" + b"\n"
    >>> for sentence in read_conll(io.BytesIO(text), "dogs"):
    ...     print(sentence.column("form"), sentence.column(4))
    ['Dogs'] ['NOUN']
    """
    chosen = column_format or ColumnFormat()
    conllu = {"conllu": True, "columns": False}.get(chosen.format)
    return _read(file, name, chosen, conllu, option)


@dataclass(slots=True)
class _RawSentence:
    """Lines that are not blank, and the blank line after them."""

    first_line: int
    lines: list[bytes]
    gap: bytes


def _read(
    file: Iterable[bytes],
    name: str,
    chosen: ColumnFormat,
    conllu: bool | None,
    option: str,
) -> Iterator[Sentence]:
    names = chosen.names
    sentences = _split_sentences(file)
    # Comments alone do not show the layout: read up to the first other line.
    opening: list[_RawSentence] = []
    for sentence in sentences:
        opening.append(sentence)
        if not _may_be_comments(sentence.lines):
            break
    if not opening:
        return
    layout = _find_layout(opening, name, names, conllu)
    word = layout.token_column if chosen.word is None else chosen.word
    layout.index(word, option)  # raises if there is no such column
    has_tabs = any(b"\t" in line for line in opening[-1].lines)
    for sentence in chain(opening, sentences):
        raw = list(map(decode_word, sentence.lines))
        lines = [line.rstrip("\r\n") for line in raw]
        ends = [line[len(text) :] for line, text in zip(raw, lines, strict=True)]
        start = sentence.first_line
        if layout.is_conllu:
            rows = _conllu_rows(lines, start, name, layout)
        else:
            are_comments = has_tabs and _may_be_comments(sentence.lines)
            rows = _rows(lines, are_comments=are_comments)
        gap = decode_word(sentence.gap)
        yield Sentence(lines, ends, rows, gap, start, name, layout, word)


def _split_sentences(file: Iterable[bytes]) -> Iterator[_RawSentence]:
    raw = iter(file)
    first = next(raw, b"").removeprefix(BYTE_ORDER_MARK)
    lines: list[bytes] = []
    start = 1
    for number, line in enumerate(chain([first] if first else [], raw), start=1):
        if line.isspace():  # of bytes: ASCII whitespace only
            yield _RawSentence(start, lines, line)
            lines, start = [], number + 1
        else:
            lines.append(line)
    if lines:
        yield _RawSentence(start, lines, b"")


def _may_be_comments(lines: list[bytes]) -> bool:
    """Whether every line is a comment, or the start of a document, in some file."""
    return all(
        line.startswith(b"-DOCSTART-") or (line.startswith(b"#") and b"\t" not in line)
        for line in lines
    )


def _find_layout(
    opening: list[_RawSentence],
    name: str,
    names: tuple[str, ...] | None,
    conllu: bool | None,
) -> Layout:
    lines = [line for sentence in opening for line in sentence.lines]
    plus = _GLOBAL_COLUMNS.match(lines[0]) if lines else None
    if conllu is None:
        conllu = plus is not None or _CONLLU_FILE.search(name) is not None
        if not conllu and lines and _CONLLU_COMMENT.match(lines[0]):
            others = (line for line in lines if not line.startswith(b"#"))
            first = next(others, None)
            conllu = first is None or first.count(b"\t") == len(CONLLU_COLUMNS) - 1
    if names is None and conllu:
        names = CONLLU_COLUMNS
        if plus is not None:
            names = tuple(_split_at_whitespace(decode_word(plus[1])))
            if not are_names(names):
                at = next(one.first_line for one in opening if one.lines)
                rule, line = "distinct names of columns", decode_word(lines[0].strip())
                raise ValueError(expected(f"{name}:{at}", rule, line))
    return Layout(names or (), conllu)


def _rows(lines: list[str], *, are_comments: bool) -> list[list[str] | None]:
    """Return the fields of lines; `are_comments` if those that begin with # are."""
    has_tabs = any("\t" in line for line in lines)
    rows: list[list[str] | None] = []
    for line in lines:
        row = line.split("\t") if has_tabs else _split_at_whitespace(line)
        is_comment = line[0] == "#" and (are_comments or (has_tabs and len(row) == 1))
        rows.append(None if is_comment or row[0] == _DOCUMENT_START else row)
    return rows


def _conllu_rows(
    lines: list[str], first_line: int, name: str, layout: Layout
) -> list[list[str] | None]:
    n_columns = len(layout.names)
    # CoNLL-U Plus may have no column of IDs; then every line is a token.
    at = layout.index("ID") if layout.has("ID") else None
    rows: list[list[str] | None] = []
    for number, line in enumerate(lines, start=first_line):
        row = line.split("\t")
        if line[0] == "#" or row[0] == _DOCUMENT_START:
            rows.append(None)
            continue
        if len(row) != n_columns:
            rule = f"{n_columns} columns separated by tabs"
            raise ValueError(expected(f"{name}:{number}", rule, line))
        is_token = at is None or not _NON_TOKEN_ID.fullmatch(row[at])
        rows.append(row if is_token else None)
    return rows


# --- Writing ------------------------------------------------------------------


def write_sentence(
    file: BinaryIO,
    sentence: Sentence,
    values: Sequence[Sequence[str]] | None = None,
    *,
    replace: Column | None = None,
) -> None:
    """Write a sentence with columns added to its tokens, or one column replaced.

    All else is written as it was read. An added column follows a tab if the line has
    tabs or a single column, else a space.

    Parameters
    ----------
    file : binary file
        Where to write.
    sentence : Sentence
        As `read_conll` yields it.
    values : sequence of sequences of str, optional
        For each token the fields to add.
    replace : int or str, optional
        A column to replace; `values` then has one field for each token. Whitespace
        between columns that are not separated by tabs becomes a single space.

    Raises
    ------
    TypeError, ValueError
        As `Layout.index` does.
    ValueError
        If there are not as many values as tokens, or not one field each to replace a
        column; or, with file and line, if a token lacks that column.
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
        sentence.column(replace, "replace")  # raises if a token lacks it
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
                rule = "one value for each token to replace a column"
                raise ValueError(must_be("values", rule, parts[1:]))
            value, parts = parts[1], row.copy()
            parts[sentence.layout.index(replace)] = value
        lines.append(separator.join(parts))
    return lines
