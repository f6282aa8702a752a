"""Sentences and their tags as Python sequences: types, checks, columns of tokens.

What users pass to taggers starts here; `tagged_text` reads the same from files.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from itertools import chain
from typing import Any, TypeAlias

from brownclust._validation import must_be
from brownclust.text.rows import check_rows, tokens_of

Tokens: TypeAlias = Sequence[str] | Sequence[Sequence[str]]
"""One sentence: words; or, with further columns, a sequence (word, ...) per token."""

Tags: TypeAlias = Sequence[Sequence[str]]
"""The tags of each sentence."""

Data: TypeAlias = tuple[Sequence[Tokens], Tags]
"""Sentences and their tags."""

DevelopmentData: TypeAlias = (
    tuple[Iterable[Tokens], Iterable[Sequence[str]]]
    | tuple[Iterable[Tokens], Iterable[Sequence[str]], Iterable[Hashable] | None]
)
"""Sentences, their tags, and, if there are documents, the document of each."""


def check_sentences(
    sentences: Iterable[Tokens], name: str = "sentences"
) -> Sequence[Tokens]:
    """Return sentences as a list or tuple; raise ``TypeError`` for anything else."""
    return _check_lists(name, sentences, "tokens")


def _check_lists(name: str, values: Iterable[Any], what: str) -> Sequence[Any]:
    check_rows(name, values, f"lists of {what}")
    listed = values if isinstance(values, list | tuple) else list(values)
    if {*map(type, listed)} <= {list, tuple}:
        return listed
    rule = f"a list of {what}"
    return [tokens_of(row, f"{name}[{i}]", rule) for i, row in enumerate(listed)]


def check_data(
    sentences: Iterable[Tokens],
    tags: Iterable[Any],
    names: tuple[str, str] = ("sentences", "tags"),
) -> Data:
    """Return sentences and tags as lists, one tag for each token.

    Parameters
    ----------
    sentences, tags : iterables
        The data.
    names : tuple of str
        What error messages call the two.

    Raises
    ------
    TypeError
        If a string stands where a list should be, or a tag is not a string.
    ValueError
        If lengths differ, a tag is empty, or there are no tokens.
    """
    listed = check_sentences(sentences, names[0])
    listed_tags = _check_lists(names[1], tags, "tags")
    check_parallel(names[1], listed_tags, names[0], listed)
    check_tags(listed_tags, names[1])
    if not any(map(len, listed)):
        raise ValueError(must_be(names[0], "a list with at least one token", listed))
    return listed, listed_tags


def check_tags(tags: Sequence[Sequence[Any]], name: str = "tags") -> None:
    """Raise an error, with indices of sentence and token, unless tags are strings."""
    types = set(map(type, chain.from_iterable(tags)))
    if types <= {str} and all(chain.from_iterable(tags)):
        return
    for i, of_sentence in enumerate(tags):
        for j, tag in enumerate(of_sentence):
            if not isinstance(tag, str):
                raise TypeError(must_be(f"{name}[{i}][{j}]", "a string", tag))
            if not tag:
                rule = "a string that is not empty"
                raise ValueError(must_be(f"{name}[{i}][{j}]", rule, tag))


def check_parallel(
    name: str, values: Sequence[Any], other_name: str, others: Sequence[Any]
) -> None:
    """Raise an error unless numbers of sentences and their lengths are the same."""
    if len(values) != len(others):
        rule = f"{len(others)}, as len({other_name}) is"
        raise ValueError(must_be(f"len({name})", rule, len(values)))
    for i, (of_sentence, other) in enumerate(zip(values, others, strict=True)):
        if isinstance(of_sentence, str):
            raise TypeError(must_be(f"{name}[{i}]", "a list of tags", of_sentence))
        if len(of_sentence) != len(other):
            rule = f"{len(other)}, as len({other_name}[{i}]) is"
            raise ValueError(must_be(f"len({name}[{i}])", rule, len(of_sentence)))


def column_of_tokens(
    tokens: list[Any], column: int, columns: Sequence[str]
) -> list[str]:
    """Return one column of tokens; raise an error for a token without all columns."""
    values = tokens
    if len(columns) > 1:
        for token in tokens:
            has_order = not isinstance(token, str | bytes | Mapping | Set)
            if not has_order or len(token) != len(columns):
                rule = f"a sequence of {len(columns)} columns: {', '.join(columns)}"
                raise ValueError(must_be("token", rule, token))
        values = [token[column] for token in tokens]
    if set(map(type, values)) - {str}:
        for value in values:
            if not isinstance(value, str):
                raise TypeError(must_be("token", "a string", value))
    return values


def words_of(
    sentences: Sequence[Tokens], columns: Sequence[str]
) -> Sequence[Sequence[str]]:
    """Return the words of sentences whose tokens may have further columns."""
    if len(columns) == 1:
        return sentences  # type: ignore[return-value]
    return [[token[0] for token in sentence] for sentence in sentences]
