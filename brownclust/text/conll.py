"""Read files with a token a line and blank lines between sentences (CoNLL, CoNLL-U).

A sentence at a time, so that memory does not grow with the file; and written back
unchanged but for columns that are added or replaced. Counting reads tokens through
`brownclust.text.input_formats`; the tagger and ``brownclust features`` read and write
sentences.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from brownclust._validation import expected, must_be
from brownclust.text.characters import decode_word, encode_word
from brownclust.text.column_format import ColumnFormat, LeftOutWarning
from brownclust.text.column_layout import Column, Layout
from brownclust.text.column_rows import Row, RowError, RowReader, is_mark
from brownclust.text.column_shapes import (
    ASCII_WHITESPACE,
    fields_of,
    find_shape,
    is_header,
    starts_document,
)
from brownclust.text.other_files import check_columns, not_columns
from brownclust.text.sentence_lines import (
    RawSentence,
    check_carriage_returns,
    split_lines,
    split_sentences,
)
from brownclust.text.word_column import WordColumn


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
    words : list of str
        The word of each token; none is empty.
    gap : str
        The blank line after the sentence, with its end; ``""`` at the file's end.
    first_line : int
        Number in the file, from 1, of the first line.
    name : str
        Name of the file, for errors.
    layout : Layout
        Columns of the file.
    separator : str
        What separates fields: a tab, or a space for any ASCII whitespace.
    """

    lines: list[str]
    ends: list[str]
    rows: list[Row | None]
    words: list[str]
    gap: str
    first_line: int
    name: str
    layout: Layout
    separator: str

    @property
    def tokens(self) -> list[Row]:
        """The fields of each token."""
        return [row for row in self.rows if row is not None]

    @property
    def starts_document(self) -> bool:
        """Whether one of the lines is the mark of a new document."""
        if None not in self.rows:
            return False
        return any(
            row is None and starts_document(line)
            for row, line in zip(self.rows, self.lines, strict=True)
        )

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

    The first sentence shows whether tabs or other ASCII whitespace separate columns,
    how many there are, and which format it is:

    - CoNLL-U, of which CoNLL-X is read as a kind: ten columns separated by tabs, the
      first of which numbers the tokens from 1; or the name of the file ends in .conllu
      or .conllup (before .gz, .xz, .bz2 or .zst); or there is a comment such as
      ``# sent_id = 1``; or the first line is that of CoNLL-U Plus. Multiword tokens (ID
      1-2) and empty nodes (ID 8.1) are not tokens.
    - CoNLL-2009: numbered tokens in 14 or more columns, as many in all lines of a
      sentence; FORM and POS are words and labels.
    - CoNLL-2012: document, part, numbers from 0, and at least eight further columns.
    - Others: all lines of a file have the same number of columns. A first line such as
      ``word TAB pos`` names them.

    Whitespace around fields is removed, also an empty field after the last column.
    Lines that begin with -DOCSTART-, #begin document or #end document are not tokens;
    nor are, in files whose tokens are numbered, other lines that begin with #. In
    other files such a line is a comment if it is before the first token of a sentence
    and has not the columns of a token: another number of them, or fields unlike those
    of other tokens, as in ``# http://... [date]``.

    Parameters
    ----------
    file : binary file, or other iterable of lines as bytes
        UTF-8; other bytes are kept as escaped surrogates. A byte order mark is dropped.
        Lines end in ``\n`` or ``\r\n``.
    name : str
        Name of the file, for errors and to recognise CoNLL-U.
    column_format : ColumnFormat, optional
        The user's options; all as by default if None. Decoding is not done here.
    option : str, default "word"
        What the user names the column of words by, for errors: ``--word 2 (word=2)``.
    text_hint : str, default ""
        The option that reads running text, such as ``--tokens``, for errors.

    Yields
    ------
    Sentence
        All have the same `layout`.

    Raises
    ------
    TypeError, ValueError
        If there is no such column of words.
    ValueError
        With file and line: if a line has not the columns of other lines, a word is
        empty, a line may be a comment or a token; or if the file is something else,
        such as running text, or its column of words has numbers of tokens.

    Warns
    -----
    LeftOutWarning
        At the end, if the format is lenient and sentences with such lines were left
        out: their lines come without rows and words.

    Notes
    -----
    About a million tokens a second. Memory is that of one sentence; at the start also
    that of the comments before the first token.

    Examples
    --------
    >>> import io
    >>> text = b"# text = Dogs\n1\tDogs\tdog\tNOUN" + 6 * b"\t_" + b"\n"
    >>> for sentence in read_conll(io.BytesIO(text), "dogs"):
    ...     print(sentence.words, sentence.column("upos"), sentence.column(3))
    ['Dogs'] ['NOUN'] ['dog']
    """
    reader = _Reader(name, column_format or ColumnFormat(), option, text_hint)
    return reader.read(file)


class _Reader:
    """The sentences of one file."""

    def __init__(
        self, name: str, column_format: ColumnFormat, option: str, text_hint: str
    ) -> None:
        self._name = name
        self._format = column_format
        self._option = option
        self._text_hint = text_hint
        self._may_be_text = False
        self._n_left_out = 0
        self._first_problem = ""

    def read(self, file: Iterable[bytes]) -> Iterator[Sentence]:
        """Yield the sentences; at the end warn of those that were left out."""
        sentences = split_sentences(file, self._name)
        # Comments and names do not show the layout: read up to the first other line.
        opening: list[RawSentence] = []
        for raw in sentences:
            opening.append(raw)
            lines = self._lines_of(raw)
            if not all(
                is_mark(line, self._format) or is_header(line) for line in lines
            ):
                break
        if not opening:
            return
        self._open(opening)
        for raw in chain(opening, sentences):
            yield self._sentence(raw)
        if self._n_left_out:
            n_others = self._n_left_out - 1
            more = f" and {n_others} more" if n_others else ""
            problem = f"{self._first_problem}: this sentence{more} left out"
            warnings.warn(problem, LeftOutWarning, stacklevel=2)

    def _open(self, opening: list[RawSentence]) -> None:
        """Find the shape of the file; raise an error if it does not have columns."""
        for raw in opening:
            try:
                check_carriage_returns(self._lines_of(raw))
            except RowError as error:
                self._handle(error, raw, [])
        numbered = [
            (number, line)
            for raw in opening
            for number, line in enumerate(self._lines_of(raw), raw.first_line)
        ]
        lines = [line for _, line in numbered]
        certain = [line for line in lines if not is_mark(line, self._format)]
        tokens = certain
        if not certain:  # a file of comments, or of words that begin with #
            hashes = [line for line in lines if line.startswith("#")]
            tokens = [line for line in hashes if "\t" in line] or hashes
        place = f"{self._name}:{numbered[0][0] if numbered else 1}"
        shape = find_shape(lines, tokens, place, self._format)
        if shape.header is not None:
            certain = certain[1:]
        layout = self._layout = shape.layout
        is_open = layout.kind == "columns" and self._format.format != "columns"
        if certain and is_open:
            at = next(number for number, line in numbered if line == certain[0])
            check_columns(certain, f"{self._name}:{at}", self._text_hint)
            self._may_be_text = shape.separator != "\t"
        example = [fields_of(line, shape.separator) for line in certain]
        self._rows = RowReader(shape, self._format, example)
        self._words = WordColumn(
            layout, self._format.word, self._option, may_have_ids=is_open
        )

    def _is_before_tokens(self, line: str) -> bool:
        return is_mark(line, self._format) or is_header(line)

    def _lines_of(self, raw: RawSentence) -> list[str]:
        return [decode_word(line).rstrip("\r\n") for line in raw.lines]

    def _sentence(self, raw: RawSentence) -> Sentence:
        """Return a sentence with its rows and words."""
        text = decode_word(b"".join(raw.lines))
        lines, ends = split_lines(text)
        rows: list[Row | None] = []
        words: list[str] = []
        separator = "\t"
        try:
            if "\r" in text:
                check_carriage_returns(lines)
                text = "\n".join(lines)
            if lines:
                rows, separator = self._rows.read(text.rstrip("\n"), lines)
                words = self._words.of(rows, lines)
                self._may_be_text = self._may_be_text and len(words) < 2
        except RowError as error:
            self._handle(error, raw, lines)
            rows, words = [None] * len(lines), []
        return Sentence(
            lines,
            ends,
            rows,
            words,
            decode_word(raw.gap),
            raw.first_line,
            self._name,
            self._layout,
            separator,
        )

    def _handle(self, error: RowError, raw: RawSentence, lines: list[str]) -> None:
        """Raise an error with file and line, or remember a sentence left out."""
        place = f"{self._name}:{raw.first_line + error.index}"
        if self._may_be_text and len(lines) == 1:  # so have been all before
            line = lines[error.index]
            hint = self._text_hint and f"use {self._text_hint}"
            raise ValueError(not_columns(place, "running text", hint, line)) from None
        problem = f"{place}: {error.problem}"
        if error.is_of_file:
            raise ValueError(problem) from None
        if not self._format.lenient:
            way = "--lenient (lenient=True) leaves such sentences out"
            raise ValueError(f"{problem} ({way})") from None
        self._n_left_out += 1
        self._first_problem = self._first_problem or problem


# --- Writing ------------------------------------------------------------------


def write_sentence(
    file: BinaryIO,
    sentence: Sentence,
    values: Sequence[Sequence[str]] | None = None,
    *,
    replace: Column | Sequence[Column | None] | None = None,
    before_last: bool = False,
) -> None:
    """Write a sentence with columns added to its tokens, or one column replaced.

    All else is written as it was read. An added column follows a tab if tabs separate
    columns or there is a single column, else a space.

    Parameters
    ----------
    file : binary file
        Where to write.
    sentence : Sentence
        As `read_conll` yields it.
    values : sequence of sequences of str, optional
        For each token the fields to add.
    replace : int or str, or sequence of these and None, optional
        A column to replace; `values` then has one field for each token. Several: the
        column for each field of a token, None for one to add. Whitespace between
        columns that are not separated by tabs becomes a single space.
    before_last : bool, default False
        Add columns before the last one, where CRF++ and Wapiti expect the label.

    Raises
    ------
    TypeError, ValueError
        As `Layout.index` does.
    ValueError
        If there are not as many values as tokens, or not one field for each column to
        replace; or, with file and line, if a token lacks that column.
    """
    lines = sentence.lines
    if values is not None:
        lines = _with_values(sentence, values, replace, before_last=before_last)
    text = "".join(chain.from_iterable(zip(lines, sentence.ends, strict=True)))
    file.write(encode_word(text + sentence.gap))


def _with_values(
    sentence: Sentence,
    values: Sequence[Sequence[str]],
    replace: Column | Sequence[Column | None] | None,
    *,
    before_last: bool,
) -> list[str]:
    n_tokens = len(sentence.words)
    if len(values) != n_tokens:
        rule = f"{n_tokens}, the number of tokens"
        raise ValueError(must_be("len(values)", rule, len(values)))
    places = [replace] if isinstance(replace, int | str) else list(replace or ())
    replaced = [place for place in places if place is not None]
    for place in replaced:
        sentence.column(place, "replace")  # raises if a token lacks it
    if before_last and not replaced:
        sentence.column(-2)  # raises if a token has a single column
    lines = []
    each = iter(values)
    for line, row in zip(sentence.lines, sentence.rows, strict=True):
        if row is None:
            lines.append(line)
            continue
        more = list(next(each))
        if not replaced:
            add = _with_fields_before_last if before_last else _with_fields
            lines.append(add(line, row, more, sentence.separator))
            continue
        if len(more) != len(places):
            rule = "one value for each token to replace a column"
            raise ValueError(must_be("values", rule, more))
        is_tabbed = sentence.separator == "\t"
        fields = line.split("\t")[: len(row)] if is_tabbed else row.copy()
        added = []
        for column, value in zip(places, more, strict=True):
            if column is None:
                added.append(value)
            else:
                fields[sentence.layout.index(column)] = value
        lines.append(sentence.separator.join([*fields, *added]))
    return lines


def _with_fields(line: str, row: Row, more: list[str], separator: str) -> str:
    """Return a line with fields added after its last column."""
    if not more:
        return line
    if separator == "\t":  # without an empty field after the last column
        return "\t".join([*line.split("\t")[: len(row)], *more])
    start = line.rstrip(ASCII_WHITESPACE)
    return ("\t" if len(row) == 1 else " ").join([start, *more])


def _with_fields_before_last(
    line: str, row: Row, more: list[str], separator: str
) -> str:
    """Return a line with fields added before the last of its two or more columns."""
    if not more:
        return line
    if separator == "\t":
        *first, last = line.split("\t")[: len(row)]
        return "\t".join([*first, *more, last])
    start = line.rstrip(ASCII_WHITESPACE).removesuffix(row[-1])
    return " ".join([start.rstrip(ASCII_WHITESPACE), *more, row[-1]])
