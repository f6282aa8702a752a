"""Feature templates of arcs: their notation, and those of the literature.

A template is the parts of a feature, separated by spaces. A part is ``h`` (the head),
``m`` (its dependent, the modifier) or ``b`` (each token between), an offset if a
neighbour is meant, and an attribute: ``h:word``, ``m-1:tag``. Attributes are

- ``word``; ``stem``, the first five characters of a longer word; ``tag``, the part of
  speech,
- ``full``, the bit string of the word's cluster; ``c4`` and ``c6``, its first bits.

A template gives two features of an arc: as it is, and together with the direction and
length of the arc. An arc lacks the feature if a part has no value, as ``stem`` of a
short word and clusters of a word without one.
"""

import re
from dataclasses import dataclass

from brownclust._validation import must_be

ATTRIBUTES = ("word", "stem", "tag", "full", "c4", "c6")
BETWEEN_ATTRIBUTES = ("tag", "c4")
"""Those that ``b`` may have: with at most 64 values."""

MAX_PARTS = 3
"""Of the head, and of its dependent."""

_PART = re.compile(r"([hmb])([+-][12])?:(\w+)")

Part = tuple[int, int]
"""An attribute, by its index, and an offset."""


@dataclass(frozen=True)
class Template:
    """A template, by whose token each part is.

    Attributes
    ----------
    head, dependent : tuple of Part
        The parts of the two tokens.
    between : str or None
        The attribute of the tokens between.
    """

    head: tuple[Part, ...]
    dependent: tuple[Part, ...]
    between: str | None = None


def parse_templates(text: str) -> list[Template]:
    """Return the templates of a text, one a line, without repetitions.

    Raises
    ------
    ValueError
        If a line is not in the notation.
    """
    lines = dict.fromkeys(" ".join(line.split()) for line in text.splitlines())
    return [_parse_template(line) for line in lines if line]


def _parse_template(line: str) -> Template:
    parts: dict[str, list[Part]] = {"h": [], "m": []}
    between = None
    for part in line.split():
        match = _PART.fullmatch(part)
        if match is None or match[3] not in ATTRIBUTES:
            rule = f"like h:word, m-1:tag, with one of {', '.join(ATTRIBUTES)}"
            raise ValueError(must_be("template", rule, part))
        token, offset, attribute = match.groups()
        if token != "b":
            parts[token].append((ATTRIBUTES.index(attribute), int(offset or 0)))
        elif offset or between or attribute not in BETWEEN_ATTRIBUTES:
            rule = f"with one b: and one of {', '.join(BETWEEN_ATTRIBUTES)}"
            raise ValueError(must_be("template", rule, line))
        else:
            between = attribute
    if max(map(len, parts.values())) > MAX_PARTS:
        raise ValueError(must_be("template", f"of {MAX_PARTS} parts a token", line))
    return Template(tuple(parts["h"]), tuple(parts["m"]), between)


def _replaced(templates: str, **attributes: str) -> str:
    """Return templates with attributes replaced by others."""
    for old, new in attributes.items():
        templates = templates.replace(f":{old}", f":{new}")
    return templates


# --- Without clusters -----------------------------------------------------------

_TAGS = """
    h:tag
    m:tag
    h:tag m:tag
"""

_BETWEEN_AND_AROUND = """
    h:tag b:tag m:tag
    h:tag h+1:tag m-1:tag m:tag
    h-1:tag h:tag m-1:tag m:tag
    h:tag h+1:tag m:tag m+1:tag
    h-1:tag h:tag m:tag m+1:tag
    h:tag m-1:tag m:tag
    h:tag m:tag m+1:tag
    h:tag h+1:tag m:tag
    h-1:tag h:tag m:tag
"""

_WORDS = """
    h:word
    m:word
    h:word h:tag
    m:word m:tag
    h:word h:tag m:word m:tag
    h:tag m:word m:tag
    h:word m:word m:tag
    h:word h:tag m:tag
    h:word h:tag m:word
    h:word m:word
"""

BASELINE = _TAGS + _BETWEEN_AND_AROUND + _WORDS + _replaced(_WORDS, word="stem")
"""McDonald, Crammer and Pereira (2005), table 1, with prefixes of five characters.

And with back-off of the four templates of neighbours: one neighbour left out.
"""

# --- With clusters --------------------------------------------------------------

SHORT_PREFIXES = (
    _replaced(_TAGS + _BETWEEN_AND_AROUND, tag="c4")
    + _replaced(_TAGS, tag="c6")
    + """
    h:c6 m-1:c6 m:c6
    h:c6 m:c6 m+1:c6
    h:c6 h+1:c6 m:c6
    h-1:c6 h:c6 m:c6
"""
)
"""The first bits instead of parts of speech."""

FULL_STRINGS = _replaced(_WORDS, word="full")
"""Full bit strings instead of words."""

_MIXED = """
    h:PREFIX m:tag
    h:tag m:PREFIX
    h:PREFIX m:word
    h:word m:PREFIX
    h:PREFIX m:full
    h:full m:PREFIX
    h:tag h:PREFIX m:tag m:PREFIX
"""

MIXED = (
    _replaced(_MIXED, PREFIX="c4")
    + _replaced(_MIXED, PREFIX="c6")
    + """
    h:full m:word
    h:word m:full
    h:full m:tag
    h:tag m:full
"""
)
"""Clusters of one token together with the word, tag or another prefix of the other."""

CLUSTERS = SHORT_PREFIXES + FULL_STRINGS + MIXED
"""Koo, Carreras and Collins (2008), section 3.2 and table 1, those of first order."""
