"""What is not a file of columns, such as running text.

A look at its first lines shows it, and reading on would give wrong words without any
error.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence

from brownclust._validation import expected
from brownclust.text.column_shapes import ASCII_WHITESPACE, split_at_whitespace

_SENTENCE_END = re.compile(r".*[.!?…]['\"”»)]*")
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html)\b", re.IGNORECASE)
_TREE = re.compile(r"\(\s*(?:\(\s*)*[\w.$:=|*-]*\s.*\)", re.DOTALL)
_SLASH_TAG = re.compile(r".+[/|](?:[A-Za-z][A-Za-z0-9$*+-]*|[^\w\s/_|]+)")
_WORD_WITH_TAG = re.compile(r".+[/_|](?:[A-Z][A-Z0-9$*+-]*|[^\w\s/_|]+)")
_LOWER_TAG = re.compile(r".+_(?:[a-z][a-z0-9$*+-]*|[^\w\s/_|]+)")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_LETTER_AND_TYPE = re.compile("[a-z]-", re.IGNORECASE)
_QUOTES = "'\"“”\u2018\u2019«».,;:!?()[]"

# fmt: off
_TAG_NAMES = frozenset((
    "adj", "adp", "adv", "art", "aux", "cconj", "conj", "det", "intj", "loc", "misc",
    "noun", "nns", "nnp", "num", "org", "part", "per", "prep", "pron", "propn", "prp",
    "punct", "sconj", "sym", "vbd", "vbg", "vbn", "vbp", "vbz", "verb",
))
# fmt: on
"""Tags that could be words by their letters."""

_MIN_TEXT = 5
"""Mean number of words of texts in a table; tokens with a space inside have fewer."""


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
        For running text, with or without a tag at each word, also in a column of a
        table; trees in brackets; JSON; CSV; XML.
    """
    what, hint = "", ""
    rows = list(map(split_at_whitespace, lines))
    if _is_json(lines):
        is_pretty = len(lines[0].strip()) == 1
        what = "JSON" if is_pretty else "JSON lines"
        found = "JSON with a record per line" if is_pretty else "them"
        hint = f"brownclust count reads {found} with --format jsonl"
    elif any("\t" in line.strip(ASCII_WHITESPACE) for line in lines):
        if not _is_table_of_texts(lines):
            return
        what = "a table with a column of texts"
        hint = text_hint and f"save that column alone and use {text_hint}"
    elif _MARKUP.match(lines[0]):
        what = "XML or HTML"
    elif _is_csv(lines, rows):
        what, hint = "comma-separated values", "separate columns with tabs"
    elif _has_words_with_tags(rows):
        what = "running text with tags, as in word/TAG"
        hint = "write each word and its tag on a line"
        hint += text_hint and f", or remove the tags and use {text_hint}"
    elif _are_trees(lines, rows):
        what = "trees in brackets"
        hint = "write each word and its tag on a line"
    elif is_running_text(rows):
        what, hint = "running text", text_hint and f"use {text_hint}"
    if what:
        raise ValueError(not_columns(place, what, hint, lines[0]))


def not_columns(place: str, what: str, hint: str, line: str) -> str:
    """Return the message for a file that has something else than columns."""
    ways = f"; {hint}" if hint else ""
    rule = (
        f"a token and its columns per line (this looks like {what}{ways}; --format "
        "columns reads it anyway)"
    )
    return expected(place, rule, line)


# --- Text ---------------------------------------------------------------------


def is_running_text(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are the words of lines of text rather than tokens with columns.

    Then most differ in number, but not because one of them lacks a tag; or end a
    sentence; or have ordinary words where tags would be.
    """
    widths = Counter(map(len, rows))
    [(_, n_usual)] = widths.most_common(1)
    if len(widths) > 1 and 2 * n_usual <= len(rows):
        after = [field for row in rows for field in row[1:]]
        return 2 * sum(map(_is_word, after)) >= len(after)
    ends = sum(
        len(row) > 2
        and any(map(str.isalpha, row[0]))
        and _SENTENCE_END.fullmatch(row[-1]) is not None
        for row in rows
    )
    return 2 * ends > len(rows) or (len(widths) == 1 and _are_words(rows))


def _are_words(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows of equal length have ordinary words where tags would be.

    A column of tags has no such words: all columns but one in four must have one. Three
    columns may be a word, its lemma, and a tag in lower case; then the second begins
    like the first, or the last has a value twice. Two may be words and their lemmas.
    """
    width = len(rows[0])
    if width < 3 or width * len(rows) < 4:
        return False
    columns = list(zip(*rows, strict=True))
    of_tags = sum(not any(map(_is_word, column)) for column in columns[1:])
    after = [field for row in rows for field in row[1:]]
    n_long = sum(_is_word(field) and _is_long(field) for field in after)
    if of_tags > width // 4 or 5 * n_long < 2 * len(after):
        return False
    if all(map(str.isdigit, columns[0])):
        return False
    n_alike = sum(row[0][:2].lower() == row[1][:2].lower() for row in rows)
    if 2 * n_alike >= len(rows):
        return False
    return width > 3 or len(set(columns[-1])) == len(rows)


def _is_word(field: str) -> bool:
    """Whether a field is an ordinary word; tags are mostly capitals, or have a dash."""
    word = field.strip(_QUOTES)
    if not _WORD.fullmatch(word) or _LETTER_AND_TYPE.match(word):
        return False
    is_tag = word.lower() in _TAG_NAMES
    return not is_tag and (word[1:] or word).lower() == (word[1:] or word)


def _is_long(field: str) -> bool:
    return len(field) > 2 or not field.isascii()


def _is_table_of_texts(lines: Sequence[str]) -> bool:
    """Whether a column has many words in each line; only a few tokens do."""
    columns = zip(*(line.split("\t") for line in lines), strict=False)
    return any(
        len(split_at_whitespace(" ".join(column))) >= _MIN_TEXT * len(lines)
        for column in columns
    )


def _has_words_with_tags(rows: Sequence[Sequence[str]]) -> bool:
    fields = [field for row in rows for field in row]
    if len(fields) < 2:
        return False
    if all(map(_WORD_WITH_TAG.fullmatch, fields)):
        return True
    if len(fields) == len(rows):  # single fields, such as and/or, may be words
        return False
    return any(  # some brackets may have no tags
        4 * sum(pattern.fullmatch(field) is not None for field in fields)
        >= 3 * len(fields)
        for pattern in (_SLASH_TAG, _WORD_WITH_TAG, _LOWER_TAG)
    )


def _are_trees(lines: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether lines are trees in brackets, or the first of a tree on several lines."""
    text = lines[0].strip(ASCII_WHITESPACE)
    n_open = text.count("(") - text.count(")")
    if len(rows[0]) > 2 and n_open == 0:
        return text.count("(") > 1 and _TREE.fullmatch(text) is not None
    return len(lines) > 1 and n_open > 0 and lines[1].lstrip().startswith("(")


# --- Other formats ------------------------------------------------------------


def _is_csv(lines: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether all lines have as many commas or semicolons, but not as many words.

    Or as many words, of which all but the last end in a comma.
    """
    if len(lines) < 2:
        return False
    for separator in ",;":
        counts = {line.count(separator) for line in lines}
        if len(counts) > 1 or counts == {0}:
            continue
        if all(_end_in(separator, row[:-1]) for row in rows):
            return True
        widths = set(map(len, rows))
        if len(widths) > 1 or widths == {1}:
            return any(map(str.isalnum, lines[0]))
    return False


def _end_in(separator: str, fields: Sequence[str]) -> bool:
    return bool(fields) and all(
        len(field) > 1 and field.endswith(separator) for field in fields
    )


def _is_json(lines: Sequence[str]) -> bool:
    text = lines[0].strip(ASCII_WHITESPACE)
    if len(text) == 1:
        after = lines[1].lstrip()[:1] if len(lines) > 1 else ""
        return (text == "{" and after == '"') or (
            text == "[" and after in ('"', "{", "[") and len(lines[1].strip()) > 1
        )
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]") or len(text) < 3:
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return text[:2] == '{"'
