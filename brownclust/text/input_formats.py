"""Input formats with lines, other than plain text: CoNLL, CoNLL-U and JSON lines.

Each reader takes the lines of a file and yields lines of text, so that memory is that
of one sentence or record. Errors name file and line. `brownclust.text.text_blocks`
calls the readers, `TextFormat` checks its options here.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from brownclust._validation import expected, must_be, on_one_line, shown
from brownclust.text.characters import encode_word
from brownclust.text.column_format import (
    COLUMN_FORMATS,
    ColumnFormat,
    check_comment,
)
from brownclust.text.column_layout import Column, check_column
from brownclust.text.tokens import TokenError, join_words

FORMATS = ("text", *COLUMN_FORMATS, "jsonl", "arrow")


def check_columns_only(format: str, *, comment: str | None, lenient: bool) -> None:
    """Raise an error for options that a format without columns does not have."""
    check_comment(comment)
    if format not in COLUMN_FORMATS:
        rule = f"left out for format {format!r}"
        if comment is not None:
            raise ValueError(must_be("comment", rule, comment))
        if lenient:
            raise ValueError(must_be("lenient", rule, lenient))


def check_field(format: str, field: Column | None) -> Column | None:
    """Return the field of a format that has the text.

    Parameters
    ----------
    format : str
        One of `FORMATS`.
    field : int, str or None
        The field given by the user; None for the default.

    Returns
    -------
    int, str or None
        None with plain text, and where the reader chooses the column.

    Raises
    ------
    TypeError, ValueError
        If the format cannot have such a field.
    """
    if format == "text":
        if field is not None:
            raise ValueError(must_be("field", "left out for format 'text'", field))
    elif format == "jsonl":
        field = "text" if field is None else field
        if not isinstance(field, str):
            raise TypeError(must_be("field", "the name of a field", field))
    elif format == "arrow":
        if not isinstance(field, str | None):
            raise TypeError(must_be("field", "the name of a column", field))
    elif field is not None:
        check_column("field", field)
    return field


def read_json_lines(
    lines: Iterable[bytes], name: str, field: str, *, strict: bool
) -> Iterator[bytes]:
    """Yield the text of each record, or its list of tokens as one line.

    Parameters
    ----------
    lines : iterable of bytes
        One JSON object a line; blank lines are skipped.
    name : str
        Name of the file, for errors.
    field : str
        The field with the text: a string, or a list of tokens.
    strict : bool
        Whether escaped surrogates are an error; else they become the bytes that they
        stand for, as in Python's file names.

    Yields
    ------
    bytes
        Lines of text.

    Raises
    ------
    ValueError
        With file and line, if a line is not such a record.
    """
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        text = _text_of(line, field, f"{name}:{number}")
        try:
            yield text.encode("utf-8", "strict" if strict else "surrogateescape")
        except UnicodeEncodeError as error:
            raise ValueError(
                expected(f"{name}:{number}", "no lone surrogates", text[error.start])
            ) from None


def _text_of(line: bytes, field: str, place: str) -> str:
    source = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
    try:
        record = _parse(source)
    except json.JSONDecodeError as error:
        problem = error.msg.removesuffix(" at")  # of some messages of Python
        rule = f"a JSON object ({problem} at character {error.pos + 1})"
        raise ValueError(expected(place, rule, source)) from None
    except (RecursionError, ValueError):  # brackets; digits are read
        rule = "a JSON object (with fewer brackets inside each other)"
        raise ValueError(expected(place, rule, source)) from None
    if not isinstance(record, dict):
        raise ValueError(expected(place, "a JSON object", source))
    if field not in record:
        raise ValueError(f"{place}: expected a field {field!r}{_fields_of(record)}")
    value = record[field]
    if isinstance(value, str):
        return value + "\n"
    if not isinstance(value, list):
        rule = f"a string or a list of tokens in field {field!r}"
        raise ValueError(f"{place}: expected {rule}, got {_as_json(value)}")
    try:
        return join_words(value)
    except TokenError as error:
        rule = f"tokens, each {error.rule}"
        token = error.token
        found = shown(token) if isinstance(token, str) else _as_json(token)
        raise ValueError(f"{place}: expected {rule}, got {found}") from None


def _fields_of(record: dict[str, Any]) -> str:
    """Return the end of a message that names the fields of a record."""
    if not record:
        return ", got an object without fields"
    return f" (--field, field=), got {on_one_line(', '.join(map(repr, record)))}"


def _as_json(value: Any) -> str:
    """Return a value as JSON has it; lists and objects can be too deep for that."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return on_one_line(json.dumps(value, ensure_ascii=False, default=str))


def _parse(source: str) -> Any:
    try:
        return json.loads(source)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of more digits than Python converts to an int
        from decimal import Decimal

        return json.loads(source, parse_int=Decimal)


def read_conll_tokens(
    lines: Iterable[bytes], name: str, column_format: ColumnFormat
) -> Iterator[bytes]:
    """Yield the tokens of each sentence as one line.

    Whitespace inside a token, as in the numbers of some treebanks, becomes an
    underscore, so that the token stays one word; see `word_of`.

    Parameters
    ----------
    lines : iterable of bytes
        Lines of a file.
    name : str
        Name of the file, for errors and to recognise CoNLL-U.
    column_format : ColumnFormat
        How the file is read.

    Yields
    ------
    bytes
        A line for each sentence that has tokens.

    Raises
    ------
    TypeError, ValueError
        As `read_conll` does.
    """
    from brownclust.text.conll import read_conll

    for sentence in read_conll(
        lines, name, column_format, option="field", text_hint="--format text"
    ):
        if sentence.words:
            yield encode_word(join_words(sentence.words))
