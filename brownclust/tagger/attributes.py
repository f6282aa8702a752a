"""What a word looks like: attributes, computed once for each different word."""

import re
from collections.abc import Callable

WORD = "word"
CLUSTER = "cluster"

Values = list[str | None]
"""A value for each word; None where a word has none."""

_RUN = re.compile(r"(.)\1+")


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


def _shape(words: list[str]) -> Values:
    return [word.translate(_SHAPES) for word in words]


def _short_shape(words: list[str]) -> Values:
    shapes = [word.translate(_SHAPES) for word in words]
    short = {shape: _RUN.sub(r"\1", shape) for shape in set(shapes)}
    return [short[shape] for shape in shapes]


def _lower(words: list[str]) -> Values:
    return [word.lower() for word in words]


def _normal(words: list[str]) -> Values:
    return [re.sub(r"\d", "0", word.lower()) for word in words]


def _where(condition: Callable[[str], bool]) -> Callable[[list[str]], Values]:
    """Return an attribute that has one value, where a shape meets a condition."""

    def flag(words: list[str]) -> Values:
        shapes = [word.translate(_SHAPES) for word in words]
        found = {shape: "1" if condition(shape) else None for shape in set(shapes)}
        return [found[shape] for shape in shapes]

    return flag


def _is_punctuation(shape: str) -> bool:
    return not any(letter in "Xx0" for letter in shape)


ATTRIBUTES: dict[str, Callable[[list[str]], Values]] = {
    WORD: list,
    "lower": _lower,
    "normal": _normal,
    "shape": _shape,
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


def attribute_values(attribute: str, words: list[str]) -> Values:
    """Return an attribute of words; of all but bit strings, which need clusters."""
    name, _, size = attribute.partition(":")
    if not size:
        return ATTRIBUTES[name](words)
    n = int(size)
    lowered = [word.lower() for word in words]
    if name == "prefix":
        return [word[:n] if len(word) >= n else None for word in lowered]
    return [word[-n:] if len(word) >= n else None for word in lowered]
