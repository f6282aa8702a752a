"""Text inside of other formats: CoNLL and CoNLL-U, JSON lines.

Each reader takes a file's lines and yields lines of text, so that memory is that of a
sentence or record. Errors name file and line.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from brownclust._validation import must_be, shown
from brownclust.text.characters import SPACES, encode_word
from brownclust.text.conll import Column, check_column, read_conll
from brownclust.text.tokens import NoToken, join_tokens

_find_words = re.compile(f"[^{SPACES}]+").findall

FORMATS = ("text", "conll", "conllu", "jsonl")


def check_field(format: str, field: Column | None) -> Column | None:
    """Return the field of a format where text is; None if the reader is to know.

    Raises
    ------
    TypeError, ValueError
        If there cannot be such a field.
    """
    if format == "text":
        if field is not None:
            raise ValueError(must_be("field", "left out for format 'text'", field))
    elif format == "jsonl":
        field = "text" if field is None else field
        if not isinstance(field, str):
            raise TypeError(must_be("field", "the name of a field", field))
    elif field is not None:
        check_column("field", field)
    return field


def read_json_lines(
    lines: Iterable[bytes], name: str, field: str, *, strict: bool
) -> Iterator[bytes]:
    """Yield the text of each record, or its list of tokens as one line.

    Blank lines are skipped. If not `strict`, escaped surrogates stand for bytes, as in
    Python's names of files.
    """
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        text = _text_of(line, field, f"{name}:{number}")
        try:
            yield text.encode("utf-8", "strict" if strict else "surrogateescape")
        except UnicodeEncodeError as error:
            wrong = text[error.start]
            raise _error(f"{name}:{number}", "no lone surrogate", wrong) from None


def _text_of(line: bytes, field: str, place: str) -> str:
    source = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
    try:
        record = json.loads(source)
    except json.JSONDecodeError as error:
        rule = f"a JSON object ({error.msg} at character {error.pos + 1})"
        raise _error(place, rule, source) from None
    except (RecursionError, ValueError) as error:  # brackets, digits without end
        raise _error(place, f"a JSON object ({error})", source) from None
    if not isinstance(record, dict):
        raise _error(place, "a JSON object", record)
    if field not in record:
        raise _error(place, f"a field {field!r}", list(record))
    value = record[field]
    if isinstance(value, str):
        return value + "\n"
    if not isinstance(value, list):
        rule = f"a string or a list of tokens in field {field!r}"
        raise _error(place, rule, value)
    try:
        return join_tokens(value)
    except NoToken as error:
        raise _error(place, f"tokens, each {error.rule}", error.token) from None


def read_conll_tokens(
    lines: Iterable[bytes], name: str, column: Column | None, *, conllu: bool
) -> Iterator[bytes]:
    """Yield the tokens of each sentence that has any as a line.

    What is a token `read_conll` tells. It also finds out whether a file is CoNLL-U, if
    that is not said. White space inside of a token, as in numbers of CoNLL-U, becomes
    an underscore, so that it stays one word; empty tokens are left out. Both occur in
    treebanks and the like that one does not want to edit.
    """
    for sentence in read_conll(lines, name, conllu=conllu or None):
        layout = sentence.layout
        tokens = sentence.column(
            layout.token_column if column is None else column, "field"
        )
        if not tokens:
            continue
        try:
            text = join_tokens(tokens)
        except NoToken:
            text = join_tokens(list(filter(None, map(_as_word, tokens))))
        yield encode_word(text)


def _as_word(token: str) -> str:
    return "_".join(_find_words(token))


def _error(place: str, rule: str, value: Any) -> ValueError:
    return ValueError(f"{place}: expected {rule}, got {shown(value)}")
