"""Recognise the layout of a file of columns by the shape of its first sentence."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from brownclust._validation import expected
from brownclust.text.characters import WHITESPACE_CHARACTERS
from brownclust.text.column_format import ColumnFormat
from brownclust.text.column_layout import (
    CONLL2009_COLUMNS,
    CONLL2012_COLUMNS,
    CONLLU_COLUMNS,
    Layout,
    are_names,
)

ASCII_WHITESPACE = " \n\t\r\v\f"

# str.split() would also separate fields at whitespace that is not ASCII.
split_at_whitespace = re.compile(f"[^{WHITESPACE_CHARACTERS}]+").findall

NON_TOKEN_ID = re.compile("[0-9]+[-.][0-9]+")
"""The ID of a multiword token, as 1-2, or of an empty node, as 8.1."""

DOCUMENT_START = re.compile(
    rf"[{WHITESPACE_CHARACTERS}]*(?:[0-9]+[{WHITESPACE_CHARACTERS}]+)?-DOCSTART-"
    rf"(?:[{WHITESPACE_CHARACTERS}]|$)",
    re.IGNORECASE,
)
"""A line of -DOCSTART-, also after the number of a token."""

DOCUMENT_MARK = re.compile(r"#(?:begin|end) document(?:[ \t(;]|$)")

_DOCUMENT_COMMENT = re.compile(r"# ?newdoc\b|#begin document(?:[ \t(;]|$)")


def starts_document(line: str) -> bool:
    """Whether a line that is not a token is the first one of a document.

    These are ``-DOCSTART-``, ``# newdoc`` (CoNLL-U) and ``#begin document``.
    """
    is_mark = DOCUMENT_START.match(line) or _DOCUMENT_COMMENT.match(line)
    return is_mark is not None


_CONLLU_FILE = re.compile(r"\.conllup?(?:\.(?:gz|xz|bz2|zst))?$", re.IGNORECASE)
_CONLLU_COMMENT = re.compile(r"# ?(?:sent_id|newdoc|newpar|text)\b")
_GLOBAL_COLUMNS = re.compile(r"#\s*global\.columns\s*=(.*)", re.DOTALL)
_MARKUP_LINE = re.compile(r"</?[A-Za-z][^\t]*>")
_NUMBER = re.compile("[0-9]{1,9}")
_LABEL = re.compile(r"((?:.*[^0-9])?)([0-9]{1,9})([^0-9]*)", re.DOTALL)
_HEAD = re.compile("[0-9]+|_|")
# fmt: off
_HEADER_WORDS = frozenset((
    "id", "index", "idx", "sentence", "sentence_id", "sent_id", "sent", "doc", "doc_id",
    "word", "words", "token", "tokens", "form", "lemma", "pos", "pos_tag", "upos",
    "xpos", "tag", "tags", "chunk", "chunk_tag", "ner", "ner_tag", "entity",
    "label", "labels", "feats", "head", "deprel", "deps", "misc", "ne", "entities",
    "text", "gold", "iob", "bio",
))
# fmt: on
_HEADER_OF_WORDS = frozenset(("word", "words", "token", "tokens", "form", "text"))
_HEADER_OF_TAGS = re.compile("(?:pos|xpos|upos|chunk|ne|ner|nel|entity)_[a-z_]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """How the rows of a file are separated into fields.

    Attributes
    ----------
    layout : Layout
        The columns.
    separator : str
        A tab, or a space for any ASCII whitespace.
    width : int, optional
        Number of columns; None if it differs between sentences.
    header : str, optional
        The line that names the columns, the first of the tokens.
    """

    layout: Layout
    separator: str
    width: int | None
    header: str | None = None


def find_shape(
    lines: Sequence[str],
    tokens: Sequence[str],
    place: str,
    column_format: ColumnFormat,
) -> Shape:
    """Return the shape of a file.

    Parameters
    ----------
    lines : sequence of str
        All lines up to the first blank line after a token.
    tokens : sequence of str
        Those of them that are tokens, or a header.
    place : str
        ``path:line`` of the first line; the path may show that the file is CoNLL-U.
    column_format : ColumnFormat
        The user's options.

    Raises
    ------
    ValueError
        If the names that CoNLL-U Plus gives are not distinct.
    """
    names = column_format.names
    if column_format.format == "columns":
        return Shape(Layout(names or ()), separator_of(tokens), None)
    header = tokens[0] if tokens and is_header(tokens[0]) else None
    # A header may be separated otherwise, and has no names of columns added later.
    separator = separator_of(tokens if header is None else tokens[1:] or tokens)
    if header is not None:
        tokens = tokens[1:]
    rows = _usual_rows(tokens, separator)
    width = len(rows[0]) if rows else None
    plus = _GLOBAL_COLUMNS.match(lines[0]) if lines else None
    is_conllu = (
        column_format.format == "conllu"
        or plus is not None
        or _CONLLU_FILE.search(place.rpartition(":")[0]) is not None
    )
    if not is_conllu and _is_conllu(lines, tokens, rows, separator):
        is_conllu = names is None or len(names) == width
    if is_conllu:
        if names is None:
            names = CONLLU_COLUMNS
            if plus is not None:
                names = _names_of_plus(plus[1], place, lines[0])
        return Shape(Layout(names, "conllu"), "\t", len(names), header)
    if names is None and separator == "\t" and _is_conll2009(rows):
        return Shape(Layout(CONLL2009_COLUMNS, "conll2009"), "\t", None, header)
    if names is None and _is_conll2012(rows):
        return Shape(Layout(CONLL2012_COLUMNS, "conll2012"), separator, None)
    if names is None and header is not None:
        names = _names_of_header(header, separator)
    return Shape(Layout(names or ()), separator, width, header)


# --- Fields -------------------------------------------------------------------


def fields_of(line: str, separator: str) -> list[str]:
    """Return the fields of a line, without whitespace around them."""
    if separator != "\t":
        return split_at_whitespace(line)
    return [field.strip(ASCII_WHITESPACE) for field in line.split("\t")]


def separator_of(lines: Sequence[str]) -> str:
    """Return a tab if it separates fields in all lines, else a space.

    If only some have tabs between fields, the separator is the one by which all lines
    have the same number of fields; but what begins with a character such as % before
    several lines with tabs may be a comment.
    """
    has_tab = ["\t" in line.strip(ASCII_WHITESPACE) for line in lines]
    n_tabs = sum(has_tab)
    if n_tabs in (0, len(lines)):
        return "\t" if n_tabs else " "
    first = has_tab.index(True)
    is_before_all = n_tabs > 1 and all(has_tab[first:])
    if is_before_all and not any(line[0].isalnum() for line in lines[:first]):
        return "\t"
    by_space = {len(split_at_whitespace(line)) for line in lines}
    by_tab = {line.count("\t") for line in lines}
    is_space = len(by_space) == 1 < len(by_tab)
    return " " if is_space else "\t"


def _usual_rows(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Return the rows that have the most frequent number of fields.

    Fields at the end that are empty in all rows are left out.
    """
    others = [line for line in lines if not is_markup(line)]
    rows = [fields_of(line, separator) for line in others or lines]
    while rows and all(len(row) > 1 and not row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    if not rows:
        return []
    width = usual_width(map(len, rows))
    return [row for row in rows if len(row) == width]


def usual_width(widths: Iterable[int]) -> int:
    """Return the most frequent width, the largest of several."""
    counts = Counter(widths)
    return max(counts, key=lambda width: (counts[width], width))


def is_markup(line: str) -> bool:
    """Whether a line is an XML tag alone, such as <s> before a sentence."""
    return line[0] == "<" and _MARKUP_LINE.fullmatch(line) is not None


def is_header(line: str) -> bool:
    """Whether a line has names of columns, one of which is that of words."""
    found = _header_words(line, separator_of([line]))
    return (
        len(found) > 1
        and all(map(_is_header_word, found))
        and not _HEADER_OF_WORDS.isdisjoint(found)
    )


def _is_header_word(word: str) -> bool:
    return word in _HEADER_WORDS or _HEADER_OF_TAGS.fullmatch(word) is not None


def _names_of_header(line: str, separator: str) -> tuple[str, ...] | None:
    found = tuple(_header_words(line, separator))
    return found if are_names(found) else None


def _header_words(line: str, separator: str) -> list[str]:
    return [
        re.sub(r"[\s_#-]+", "_", field.lower()).strip("_:")
        for field in fields_of(line, separator)
        if field
    ]


# --- Known formats ------------------------------------------------------------


def are_ids(values: Sequence[str]) -> bool:
    """Whether values number the tokens of a sentence, from 0 or 1.

    Multiword tokens and empty nodes, as in CoNLL-U, may come between.
    """
    numbers = [value for value in values if not NON_TOKEN_ID.fullmatch(value)]
    if not numbers or numbers[0] not in ("0", "1"):
        return False
    start = int(numbers[0])
    return numbers == list(map(str, range(start, start + len(numbers))))


def number_column(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the last column of numbers before words; None for none.

    They number the tokens; or, of three tokens and more, do not descend; or they are
    labels with numbers, such as 1-1 or w1. Other columns before have the same value in
    all rows, as the ID of a document.
    """
    found = None
    for index in range(min(3, len(rows[0]) - 1)):
        values = [row[index] for row in rows]
        is_ascending = len(rows) > 2 and _are_ascending(values)
        if are_ids(values) or is_ascending or _are_labels(values, len(rows[0])):
            found = index
        elif len(set(values)) > 1:
            break
    return found


def _are_labels(values: Sequence[str], n_columns: int) -> bool:
    """Whether values differ only in a number, which counts the tokens.

    Of three tokens and more it may start anywhere, or be that of the sentence. Of two
    it starts at 0 or 1, before a word and its tag.
    """
    found = [_LABEL.fullmatch(value) for value in values]
    parts = [match.groups() for match in found if match is not None]
    if len(parts) < len(values) or len({(a, b) for a, _, b in parts}) > 1:
        return False
    numbers = [int(number) for _, number, _ in parts]
    if not any(parts[0][::2]):
        return False
    if len(values) == 2 and (numbers[0] not in (0, 1) or n_columns < 3):
        return False
    steps = {b - a for a, b in pairwise(numbers)}
    return steps <= {1} or (len(values) > 2 and steps == {0})


def _are_ascending(values: Sequence[str]) -> bool:
    """Whether all values are numbers, none below the one before."""
    if not all(map(_NUMBER.fullmatch, values)):
        return False
    return all(int(a) <= int(b) for a, b in pairwise(values))


def _is_conllu(
    lines: Sequence[str], tokens: Sequence[str], rows: list[list[str]], separator: str
) -> bool:
    has_comment = any(map(_CONLLU_COMMENT.match, lines))
    if not rows:
        return has_comment
    if len(rows[0]) < len(CONLLU_COLUMNS):  # the last may be empty in all rows
        rows = [fields_of(line, separator) for line in tokens]
    if separator != "\t" or len(rows[0]) != len(CONLLU_COLUMNS):
        return False
    ids = [row[0] for row in rows if not NON_TOKEN_ID.fullmatch(row[0])]
    if has_comment:
        return all(map(_NUMBER.fullmatch, ids))
    return (
        ids[:1] == ["1"]
        and len(set(ids)) == len(ids)
        and _are_ascending(ids)
        and all(len(row) == len(rows[0]) and _HEAD.fullmatch(row[6]) for row in rows)
    )


def _is_conll2009(rows: list[list[str]]) -> bool:
    return (
        bool(rows)
        and len(rows[0]) >= len(CONLL2009_COLUMNS)
        and are_ids([row[0] for row in rows])
        and all(_HEAD.fullmatch(row[8]) and _HEAD.fullmatch(row[9]) for row in rows)
        and all(row[12] in ("_", "Y") for row in rows)
    )


def _is_conll2012(rows: list[list[str]]) -> bool:
    return (
        bool(rows)
        and len(rows[0]) >= len(CONLL2012_COLUMNS)
        and len({row[0] for row in rows}) == 1
        and all(row[1].isdigit() for row in rows)
        and [row[2] for row in rows] == list(map(str, range(len(rows))))
    )


def _names_of_plus(listed: str, place: str, line: str) -> tuple[str, ...]:
    names = tuple(split_at_whitespace(listed))
    if not are_names(names):
        raise ValueError(expected(place, "distinct names of columns", line.strip()))
    return names
