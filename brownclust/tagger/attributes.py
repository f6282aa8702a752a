"""What a word looks like: attributes, computed once for each different word."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property

WORD = "word"
CLUSTER = "cluster"

Values = list[str | None]
"""A value for each word; None where a word has none."""

_RUN = re.compile(r"(.)\1+")
_DIGIT = re.compile(r"\d")


class _Shapes(dict[int, str]):
    """What each character becomes in a shape; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isupper():
            shape = "X"
        elif character.isdigit():
            shape = "0"
        elif character.isalpha():
            shape = "x"
        else:
            shape = character
        self[code] = shape
        return shape


_SHAPES = _Shapes()


class Words:
    """Words, and forms of them that several attributes start from.

    Parameters
    ----------
    words : list of str
        The words.
    """

    def __init__(self, words: list[str]) -> None:
        self.words = words

    @cached_property
    def lowered(self) -> list[str]:
        """In lower case."""
        return [word.lower() for word in self.words]

    @cached_property
    def shapes(self) -> list[str]:
        """With X, x and 0 for letters and digits."""
        return [word.translate(_SHAPES) for word in self.words]

    @cached_property
    def different_shapes(self) -> set[str]:
        """Each shape once: there are few."""
        return set(self.shapes)


def _short_shape(words: Words) -> Values:
    short = {shape: _RUN.sub(r"\1", shape) for shape in words.different_shapes}
    return [short[shape] for shape in words.shapes]


def _normal(words: Words) -> Values:
    return [_DIGIT.sub("0", word) for word in words.lowered]


def _where(condition: Callable[[str], bool]) -> Callable[[Words], Values]:
    """Return an attribute that has one value, where a shape meets a condition."""

    def flag(words: Words) -> Values:
        found = {s: "1" if condition(s) else None for s in words.different_shapes}
        return [found[shape] for shape in words.shapes]

    return flag


def _is_punctuation(shape: str) -> bool:
    return not any(letter in "Xx0" for letter in shape)


ATTRIBUTES: dict[str, Callable[[Words], Sequence[str | None]]] = {
    WORD: lambda words: words.words,
    "lower": lambda words: words.lowered,
    "normal": _normal,
    "shape": lambda words: words.shapes,
    "short_shape": _short_shape,
    "has_digit": _where(lambda shape: "0" in shape),
    "has_hyphen": _where(lambda shape: "-" in shape[1:-1]),
    "has_upper": _where(lambda shape: "X" in shape),
    "is_capitalised": _where(lambda shape: shape[:1] == "X" and "x" in shape),
    "is_upper": _where(lambda shape: "X" in shape and "x" not in shape),
    "is_punctuation": _where(_is_punctuation),
}
"""Attributes without a size, from words to their values.

``normal`` is in lower case with every digit 0; ``shape`` has X, x and 0 for letters
and digits, ``short_shape`` each run of equal ones once.
"""

SIZED = ("prefix", "suffix", CLUSTER)
"""Attributes with a size: letters of the word in lower case; bits of the bit string.

A word that is shorter has no value. ``cluster`` without a size is the whole bit string.
"""

EDGES = (WORD, "lower", "normal")
"""Attributes that a place beyond the sentence has, as well as all columns."""


def attribute_values(attribute: str, words: Words) -> Sequence[str | None]:
    """Return an attribute of words; of all but bit strings, which need clusters."""
    name, _, size = attribute.partition(":")
    if not size:
        return ATTRIBUTES[name](words)
    n = int(size)
    if name == "prefix":
        return [word[:n] if len(word) >= n else None for word in words.lowered]
    return [word[-n:] if len(word) >= n else None for word in words.lowered]
