"""Check that what stands for sentences or documents in Python are lists of tokens.

Tables and rows of other libraries can be iterated over, too, but give the names of
their columns. No library is imported: its objects are recognised by their attributes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from brownclust._validation import must_be
from brownclust.text.tokens import is_phrase

SENTENCES = "an iterable of lists of tokens"
"""The rule for sentences, in errors."""

WORDS_OR_SENTENCES = "words, or lists of words"
"""The rule where a string is a word, in errors."""

_TOKENS = "a list of tokens"


def check_rows(name: str, values: Any, rule: str = SENTENCES) -> None:
    """Check that a value can be an iterable of sentences, documents or words.

    Parameters
    ----------
    name : str
        The argument, for the message.
    values : object
        An iterable. Its items are not checked: `tokens_of` does that for sentences.
    rule : str
        What it must be.

    Raises
    ------
    TypeError
        If it is a string or bytes, cannot be iterated over, or is a dict or a table.
        The message says how to take a column.
    """
    if type(values) in {list, tuple}:
        return
    if (column := _column_of(values)) is not None:
        rule += f" (one column: table[{column!r}], or row[{column!r}] of each row)"
        raise TypeError(must_be(name, rule, values))
    _check_iterable(name, values, rule)


def tokens_of(sentence: Any, name: str = "sentence", rule: str = _TOKENS) -> list[Any]:
    """Return the tokens of one sentence or document, which the caller then checks.

    Parameters
    ----------
    sentence : iterable of str
        A list is returned as it is. An array or a scalar of pyarrow is converted.
    name : str
        What the message calls it.
    rule : str
        What it must be.

    Raises
    ------
    TypeError
        If it is a string, bytes or a set, cannot be iterated over, or is a dict, a
        table, or another row with named fields, whose names are not tokens.

    Examples
    --------
    >>> tokens_of(("the", "cat"))
    ['the', 'cat']
    >>> tokens_of({"id": 7, "tokens": ["the", "cat"]})
    Traceback (most recent call last):
    TypeError: sentence must be a list of tokens (one field: row['tokens'] for row in \
rows), got {'id': 7, 'tokens': ['the', 'cat']}
    """
    if type(sentence) is list:
        return sentence
    if type(sentence) is tuple:
        return list(sentence)
    if (column := _column_of(sentence)) is not None:
        rule += f" (one field: row[{column!r}] for row in rows)"
        raise TypeError(must_be(name, rule, sentence))
    value = python_value(sentence)
    if value is not sentence:
        return tokens_of(value, name, rule)
    if isinstance(sentence, set | frozenset):
        raise TypeError(must_be(name, f"{rule} in order, not a set", sentence))
    _check_iterable(name, sentence, rule)
    return list(sentence)


def check_is_word(name: str, value: str) -> None:
    """Check a word that was not found: it must not be a text.

    Parameters
    ----------
    name : str
        The argument, for the message.
    value : str
        A string given in place of a word. Only one that was not found is checked: a
        word of a text may have been counted with underscores in place of spaces.

    Raises
    ------
    ValueError
        If it is several words.
    """
    if is_phrase(value):
        rule = f"{WORDS_OR_SENTENCES} (of a text: text.split())"
        raise ValueError(must_be(name, rule, value))


def python_value(value: Any) -> Any:
    """Return a value, converted if it is a scalar or array of pyarrow."""
    for convert in ("as_py", "to_pylist"):
        if hasattr(value, convert):
            return getattr(value, convert)()
    return value


def _check_iterable(name: str, values: Any, rule: str) -> None:
    is_text = isinstance(values, str | bytes | bytearray | memoryview)
    if is_text or not isinstance(values, Iterable):
        raise TypeError(must_be(name, rule, values))
    try:
        iter(values)
    except TypeError:  # an array of NumPy without dimensions
        raise TypeError(must_be(name, rule, values)) from None


def _column_of(values: Any) -> Any:
    """Return the name of a column if a value is a table, or a row with names.

    That of a column of lists if there is one, as it may be the one that is wanted;
    None if it is neither.
    """
    if isinstance(values, Mapping):
        of_lists = (key for key, value in values.items() if isinstance(value, list))
        return next(of_lists, next(iter(values), "COLUMN"))
    names = getattr(values, "_fields", None)  # of a named tuple
    for attribute in ("column_names", "columns"):  # of a table of any library
        if names is None:
            names = getattr(values, attribute, None)
    if names is None:
        names = getattr(getattr(values, "dtype", None), "names", None)  # of NumPy
    if names is None and hasattr(values, "iloc"):  # a series of pandas
        labels = list(values.index[:1])
        names = labels if labels and isinstance(labels[0], str) else None
    elif names is None and not hasattr(values, "dtype"):
        names = getattr(values, "keys", None)
    if names is None or isinstance(values, set | frozenset):
        return None
    listed = list(names() if callable(names) else names)
    return str(listed[0]) if listed else "COLUMN"
