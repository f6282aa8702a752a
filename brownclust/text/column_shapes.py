"""Recognise the layout of a file of columns by the shape of its first sentence.

What is not a file of columns, such as running text, is an error here: a look at its
first lines shows it, and reading on would give wrong words without any error.
"""

import json
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

_CONLLU_FILE = re.compile(r"\.conllup?(?:\.(?:gz|xz|bz2|zst))?$", re.IGNORECASE)
_CONLLU_COMMENT = re.compile(r"# ?(?:sent_id|newdoc|newpar|text)\b")
_GLOBAL_COLUMNS = re.compile(r"#\s*global\.columns\s*=(.*)", re.DOTALL)
_NUMBER = re.compile("[0-9]{1,9}")
_HEAD = re.compile("[0-9]+|_|")
# fmt: off
_HEADER_WORDS = frozenset((
    "id", "index", "idx", "sentence", "sentence_id", "sent_id", "sent", "doc", "doc_id",
    "word", "words", "token", "tokens", "form", "lemma", "pos", "pos_tag", "upos",
    "xpos", "tag", "tags", "chunk", "chunk_tag", "ner", "ner_tag", "entity",
    "label", "labels", "feats", "head", "deprel", "deps", "misc",
))
# fmt: on
_HEADER_OF_WORDS = frozenset(("word", "words", "token", "tokens", "form"))
_SENTENCE_END = re.compile(r".*[.!?…]['\"”»)]*")
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html)\b", re.IGNORECASE)
_WORD_WITH_TAG = re.compile(r".+[/_|](?:[A-Z][A-Z0-9$*+-]*|[^\w\s/_|]+)")


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
    separator = separator_of(tokens)
    if column_format.format == "columns":
        return Shape(Layout(names or ()), separator, None)
    header = tokens[0] if tokens and is_header(tokens[0]) else None
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
    if not is_conllu and _is_conllu(lines, rows, separator):
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
    have the same number of fields.
    """
    n_tabs = sum("\t" in line.strip(ASCII_WHITESPACE) for line in lines)
    if n_tabs in (0, len(lines)):
        return "\t" if n_tabs else " "
    by_space = {len(split_at_whitespace(line)) for line in lines}
    by_tab = {line.count("\t") for line in lines}
    is_space = len(by_space) == 1 < len(by_tab)
    return " " if is_space else "\t"


def _usual_rows(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Return the rows that have the most frequent number of fields.

    Fields at the end that are empty in all rows are left out.
    """
    rows = [fields_of(line, separator) for line in lines]
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


def is_header(line: str) -> bool:
    """Whether a line has names of columns, one of which is that of words."""
    found = _header_words(line, separator_of([line]))
    return (
        len(found) > 1
        and _HEADER_WORDS.issuperset(found)
        and not _HEADER_OF_WORDS.isdisjoint(found)
    )


def _names_of_header(line: str, separator: str) -> tuple[str, ...] | None:
    found = tuple(_header_words(line, separator))
    return found if are_names(found) else None


def _header_words(line: str, separator: str) -> list[str]:
    return [
        re.sub(r"[\s_#]+", "_", field.lower()).strip("_:")
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

    They number the tokens; or, of three tokens and more, do not descend. Other columns
    before have the same value in all rows, as the ID of a document.
    """
    found = None
    for index in range(min(3, len(rows[0]) - 1)):
        values = [row[index] for row in rows]
        if are_ids(values) or (len(rows) > 2 and _are_ascending(values)):
            found = index
        elif len(set(values)) > 1:
            break
    return found


def _are_ascending(values: Sequence[str]) -> bool:
    """Whether all values are numbers, none below the one before."""
    if not all(map(_NUMBER.fullmatch, values)):
        return False
    return all(int(a) <= int(b) for a, b in pairwise(values))


def _is_conllu(lines: Sequence[str], rows: list[list[str]], separator: str) -> bool:
    has_comment = any(map(_CONLLU_COMMENT.match, lines))
    if not rows:
        return has_comment
    if separator != "\t" or len(rows[0]) != len(CONLLU_COLUMNS):
        return False
    ids = [row[0] for row in rows if not NON_TOKEN_ID.fullmatch(row[0])]
    if has_comment:
        return all(map(_NUMBER.fullmatch, ids))
    return (
        ids[:1] == ["1"]
        and len(set(ids)) == len(ids)
        and _are_ascending(ids)
        and all(_HEAD.fullmatch(row[6]) for row in rows)
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


# --- What is not a file of columns --------------------------------------------


def check_columns(lines: Sequence[str], place: str, text_hint: str) -> None:
    """Raise an error if the lines of a sentence are something else than columns.

    Parameters
    ----------
    lines : sequence of str
        The tokens of the first sentence.
    place : str
        ``path:line`` of the first.
    text_hint : str
        The option that reads running text, such as ``"--tokens"``; may be empty.

    Raises
    ------
    ValueError
        For running text, with or without a tag at each word; JSON; CSV; XML.
    """
    what, hint = "", ""
    rows = list(map(split_at_whitespace, lines))
    if _is_json(lines[0]):
        what = "JSON lines"
        hint = "brownclust count reads them with --format jsonl"
    elif any("\t" in line.strip(ASCII_WHITESPACE) for line in lines):
        return
    elif _MARKUP.match(lines[0]):
        what = "XML or HTML"
    elif _is_csv(lines, rows):
        what, hint = "comma-separated values", "separate columns with tabs"
    elif _has_words_with_tags(rows):
        what = "running text with tags, as in word/TAG"
        hint = "write each word and its tag on a line"
        hint += text_hint and f", or remove the tags and use {text_hint}"
    elif is_running_text(rows):
        what, hint = "running text", text_hint and f"use {text_hint}"
    if what:
        raise ValueError(not_columns(place, what, hint, lines[0]))


def not_columns(place: str, what: str, hint: str, line: str) -> str:
    """Return the message for a file that has something else than columns."""
    ways = f"; {hint}" if hint else ""
    rule = (
        f"a token and its columns per line (this looks like {what}{ways}; --format "
        "columns reads it all the same)"
    )
    return expected(place, rule, line)


def is_running_text(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are the words of lines of text rather than tokens with columns.

    Then most differ in number, or end a sentence.
    """
    widths = Counter(map(len, rows))
    [(_, n_usual)] = widths.most_common(1)
    if len(widths) > 1 and 2 * n_usual <= len(rows):
        return True
    ends = sum(
        len(row) > 2
        and any(map(str.isalpha, row[0]))
        and _SENTENCE_END.fullmatch(row[-1]) is not None
        for row in rows
    )
    return 2 * ends > len(rows)


def _has_words_with_tags(rows: Sequence[Sequence[str]]) -> bool:
    fields = [field for row in rows for field in row]
    return len(fields) > 1 and all(map(_WORD_WITH_TAG.fullmatch, fields))


def _is_csv(lines: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether all lines have as many commas or semicolons, but not as many words."""
    widths = set(map(len, rows))
    if len(lines) < 2 or (len(widths) == 1 and widths != {1}):
        return False
    for separator in ",;":
        counts = {line.count(separator) for line in lines}
        if len(counts) == 1 and counts != {0}:
            return any(map(str.isalnum, lines[0]))
    return False


def _is_json(line: str) -> bool:
    text = line.strip(ASCII_WHITESPACE)
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]") or len(text) < 3:
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return text[:2] == '{"'
