"""Attributes of words, such as shapes and suffixes, as strings.

The first step from words to features; `values` numbers the strings.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property

WORD = "word"
CLUSTER = "cluster"

LEXICON = "lexicon"
WORD_MAJORITY = "word_majority"
SPAN_MAJORITY = "span_majority"
LONGER_SPAN_MAJORITY = "longer_span_majority"

MAJORITIES = (WORD_MAJORITY, SPAN_MAJORITY, LONGER_SPAN_MAJORITY)
"""Attributes that a first tagger finds; see `majorities`."""

COMPUTED = (LEXICON, *MAJORITIES)
"""Attributes of tokens, not of words: taggers compute them as further columns.

They have a value before and after the sentence, as columns have.
"""

ELSEWHERE = "elsewhere."
"""Before the name of an attribute: its values where the word occurs elsewhere."""

Values = list[str | None]
"""A value for each word; None for a word without a value."""

_RUN = re.compile(r"(.)\1+")
_DIGIT = re.compile(r"\d")


class _Shapes(dict[int, str]):
    """The shape of each character, by code point; filled on first use."""

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
        """The words in lower case."""
        return [word.lower() for word in self.words]

    @cached_property
    def shapes(self) -> list[str]:
        """The words with X, x and 0 in place of letters and digits."""
        return [word.translate(_SHAPES) for word in self.words]

    @cached_property
    def distinct_shapes(self) -> set[str]:
        """Each shape once: far fewer than words, so derived values are cheap."""
        return set(self.shapes)


def _short_shape(words: Words) -> Values:
    short = {shape: _RUN.sub(r"\1", shape) for shape in words.distinct_shapes}
    return [short[shape] for shape in words.shapes]


def _normal(words: Words) -> Values:
    return [_DIGIT.sub("0", word) for word in words.lowered]


def _flag(condition: Callable[[str], bool]) -> Callable[[Words], Values]:
    """Return an attribute that is "1" where the shape meets a condition, else None."""

    def flag(words: Words) -> Values:
        found = {s: "1" if condition(s) else None for s in words.distinct_shapes}
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
    "has_digit": _flag(lambda shape: "0" in shape),
    "has_hyphen": _flag(lambda shape: "-" in shape[1:-1]),
    "has_upper": _flag(lambda shape: "X" in shape),
    "is_capitalised": _flag(lambda shape: shape[:1] == "X" and "x" in shape),
    "is_upper": _flag(lambda shape: "X" in shape and "x" not in shape),
    "is_punctuation": _flag(_is_punctuation),
}
"""Attributes without a size, as functions from words to values.

``normal`` is the word in lower case with every digit replaced by 0; ``shape`` has X, x
and 0 in place of letters and digits; ``short_shape`` keeps one of each run of equal
characters of the shape.
"""

SIZED = ("prefix", "suffix", CLUSTER)
"""Attributes with a size: characters of the lower-case word, or bits of the bit string.

A word shorter than the size has no value. ``cluster`` without a size is the whole bit
string.
"""

IDENTITIES = (WORD, "lower", "normal")
"""Attributes that tell words apart: one that is not in the training data has none."""

EDGES = IDENTITIES
"""Attributes that have a value before and after the sentence; so do all columns."""


def attribute_values(attribute: str, words: Words) -> Sequence[str | None]:
    """Return any attribute of words but ``cluster``, which needs `WordClusters`."""
    name, _, size = attribute.partition(":")
    if not size:
        return ATTRIBUTES[name](words)
    n = int(size)
    if name == "prefix":
        return [word[:n] if len(word) >= n else None for word in words.lowered]
    return [word[-n:] if len(word) >= n else None for word in words.lowered]
