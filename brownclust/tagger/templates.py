"""Templates: which features a tagger uses, in a small notation.

Each line is a template; ``#`` begins a comment::

    lower[0]                      # the word in lower case
    lower[-2..2]                  # five templates: two words before to two after
    suffix:1..4[0]                # four: the last 1, 2, 3, 4 characters
    cluster:4,6,10,20[-1..1]      # twelve: prefixes of bit strings, three words
    cluster[0]                    # the whole bit string
    lower[-1] & lower[0]          # a conjunction: both values together
    pos[-1] & pos[0] & pos[1]     # of a further column of the data
    lower[-1] & lower[0]  min=2   # only if it occurs twice in the training data
    lexicon[0]                    # the word's place in a phrase of a lexicon
    word_majority[0]              # the word's most frequent tag in the document
    elsewhere.lower[-1]           # words before the same word elsewhere in the document

Pairs of neighbouring tags are always features too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import NamedTuple

from brownclust._validation import check_integer, must_be, shown
from brownclust.tagger.attributes import (
    ATTRIBUTES,
    CLUSTER,
    COMPUTED,
    ELSEWHERE,
    LEXICON,
    MAJORITIES,
    SIZED,
)
from brownclust.tagger.presets import PRESETS
from brownclust.text.encodings import UTF8
from brownclust.text.files import read_beside_text

MAX_CONTEXT = 20
"""Largest distance of a term from the token, in words."""

MAX_TERMS = 8
"""Largest number of terms in a template."""

_TERM = re.compile(r"(?P<name>[^\s\[\]&:]+)(?::(?P<sizes>[\d.,]+))?\[(?P<at>[^\]]+)\]")
_RANGE = re.compile(r"(-?\d+)(?:\.\.(-?\d+))?")
_MINIMUM = re.compile(r"\s+min=(\d+)$")


class Term(NamedTuple):
    """An attribute of the word at an offset, as in ``suffix:3[-1]``."""

    attribute: str
    offset: int

    @property
    def is_elsewhere(self) -> bool:
        """Whether the values are those where the word occurs elsewhere."""
        return self.attribute.startswith(ELSEWHERE)

    @property
    def value(self) -> str:
        """The attribute without ``elsewhere.``, as in ``suffix:3``."""
        return self.attribute.removeprefix(ELSEWHERE)

    @property
    def name(self) -> str:
        """The name of the attribute, as in ``suffix``; or that of a column."""
        return self.value.partition(":")[0]

    def __str__(self) -> str:
        """Return the notation."""
        return f"{self.attribute}[{self.offset}]"


@dataclass(frozen=True)
class Template:
    """One or more terms; their combined values are one feature.

    Parameters
    ----------
    terms : tuple of Term
        The terms, at least one.
    min_count : int
        How often a feature must occur in the training data to be kept.
    """

    terms: tuple[Term, ...]
    min_count: int = 1

    def __str__(self) -> str:
        """Return the notation, as `parse_templates` reads it."""
        minimum = f" min={self.min_count}" if self.min_count > 1 else ""
        return " & ".join(map(str, self.terms)) + minimum


def preset_templates(
    name: str,
    columns: Sequence[str] = (),
    *,
    clusters: bool,
    documents: bool = False,
    lexicons: bool = False,
) -> list[Template]:
    """Return the templates of a preset.

    Parameters
    ----------
    name : str
        One of `presets.PRESETS`.
    columns : sequence of str
        Further columns of the data. For each, templates are added: its values at
        -2..2, and their neighbouring pairs and triples.
    clusters : bool
        Whether to keep templates with a ``cluster`` attribute.
    documents, lexicons : bool
        Whether to keep those of documents (see `uses_documents`), and of a lexicon.

    Raises
    ------
    ValueError
        If the preset is unknown.
    """
    if name not in PRESETS:
        rule = f"one of {', '.join(PRESETS)}, or templates such as lower[0]"
        raise ValueError(must_be("templates", rule, name))
    lines = PRESETS[name].splitlines()
    for column in columns:
        at = [f"{column}[{offset}]" for offset in range(-2, 3)]
        lines += at
        lines += [" & ".join(at[i : i + 2]) for i in range(4)]
        lines += [" & ".join(at[i : i + 3]) for i in range(3)]
    templates = parse_templates(lines)
    return [
        template
        for template in templates
        if (clusters or not uses_clusters(template))
        and (documents or not uses_documents(template))
        and (lexicons or not uses_lexicons(template))
    ]


def uses_clusters(template: Template) -> bool:
    """Whether one of the terms has a ``cluster`` attribute."""
    return any(term.name == CLUSTER for term in template.terms)


def uses_documents(template: Template, columns: Sequence[str] = ()) -> bool:
    """Whether one of the terms depends on other sentences of the document."""
    return uses_majorities(template, columns) or any(
        term.is_elsewhere for term in template.terms
    )


def uses_majorities(template: Template, columns: Sequence[str] = ()) -> bool:
    """Whether one of the terms needs a first tagger; a column is what it is."""
    return any(
        term.name in MAJORITIES and term.name not in columns for term in template.terms
    )


def uses_lexicons(template: Template, columns: Sequence[str] = ()) -> bool:
    """Whether one of the terms has the ``lexicon`` attribute, and it is no column."""
    return any(
        term.name == LEXICON and term.name not in columns for term in template.terms
    )


def computed_columns(
    templates: Iterable[Template], columns: Sequence[str]
) -> tuple[str, ...]:
    """Return the attributes that are to be computed, those of data columns excepted."""
    names = {term.name for template in templates for term in template.terms}
    return tuple(name for name in COMPUTED if name in names and name not in columns)


def read_templates(path: str | Path, encoding: str = UTF8) -> list[Template]:
    """Read a file of templates.

    Parameters
    ----------
    path : str or path
        The file, in UTF-8 or in `encoding`.
    encoding : str
        The encoding of the data that the templates are for.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        With file and line, if a line is not a template.
    """
    text = read_beside_text(str(path), encoding, "replace")
    lines = text.decode("utf-8").splitlines()
    return parse_templates(lines, name=str(path))


def parse_templates(
    lines: str | Iterable[str], *, name: str = "templates"
) -> list[Template]:
    """Return the templates in lines of text, each once, in order.

    Parameters
    ----------
    lines : str or iterable of str
        In the notation of this module.
    name : str
        Printed before the line number in errors.

    Raises
    ------
    ValueError
        If a line is not a template, or there is no template.

    Examples
    --------
    >>> [str(template) for template in parse_templates("suffix:2..3[-1] min=2")]
    ['suffix:2[-1] min=2', 'suffix:3[-1] min=2']
    """
    if isinstance(lines, str):
        lines = lines.splitlines()
    found: dict[Template, None] = {}
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if text:
            try:
                found.update(dict.fromkeys(_parse(text)))
            except ValueError as error:
                raise ValueError(f"{name}:{number}: {error}") from None
    if not found:
        raise ValueError(f"{name}: expected at least one template, got none")
    return list(found)


def _parse(text: str) -> Iterable[Template]:
    minimum = _MINIMUM.search(text)
    min_count = 1
    if minimum is not None:
        text = text[: minimum.start()]
        min_count = check_integer("min", int(minimum[1]), minimum=1)
    parts = text.split("&")
    if len(parts) > MAX_TERMS:
        raise ValueError(f"expected at most {MAX_TERMS} terms, got {len(parts)}")
    if ELSEWHERE in text and (len(parts) > 1 or min_count > 1):
        rule = f"a term with {ELSEWHERE} alone, without & and min="
        raise ValueError(f"expected {rule}, got {shown(text)}")
    for terms in product(*map(_terms, parts)):
        yield Template(terms, min_count)


def _terms(text: str) -> list[Term]:
    """Return the terms that one term with ranges stands for."""
    match = _TERM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"expected a term such as lower[-1], got {shown(text)}")
    full_name, sizes = match["name"], match["sizes"]
    name = full_name.removeprefix(ELSEWHERE)
    if sizes is not None and name not in SIZED:
        rule = f"no size after {name}, only after {', '.join(SIZED)}"
        raise ValueError(f"expected {rule}, got {shown(text)}")
    if sizes is None and name in SIZED and name != CLUSTER:
        raise ValueError(f"expected a size as in {name}:3[0], got {shown(text)}")
    attributes = [full_name]
    if sizes is not None:
        attributes = [f"{full_name}:{size}" for size in _numbers(sizes, 1, 10_000)]
    offsets = _numbers(match["at"], -MAX_CONTEXT, MAX_CONTEXT)
    return [Term(attribute, offset) for attribute in attributes for offset in offsets]


def _numbers(text: str, minimum: int, maximum: int) -> list[int]:
    """Return the numbers of ``1,3..5``."""
    numbers: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"expected numbers such as 1,3 or -2..2, got {text!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        if not minimum <= first <= last <= maximum:
            rule = f"numbers from {minimum} to {maximum}, ascending"
            raise ValueError(f"expected {rule}, got {text!r}")
        numbers += range(first, last + 1)
    return numbers


def columns_of(
    templates: Iterable[Template], names: Sequence[str] | None = None
) -> list[str]:
    """Return the names in templates that are not attributes: further columns.

    Parameters
    ----------
    templates : iterable of Template
        The templates.
    names : sequence of str, optional
        Names of the data's columns: one that is called ``lexicon``, say, is a column,
        not the attribute.
    """
    terms = (term for template in templates for term in template.terms)
    computed = {*COMPUTED} - {*(names or ())}
    attributes = {*ATTRIBUTES, *SIZED, *computed}
    return [n for n in dict.fromkeys(t.name for t in terms) if n not in attributes]


def check_attributes(templates: Iterable[Template], columns: Sequence[str]) -> None:
    """Raise ``ValueError`` for a term that names neither an attribute nor a column."""
    known = {*ATTRIBUTES, *SIZED, *COMPUTED, *columns[1:]}
    for template in templates:
        for term in template.terms:
            if term.name not in known:
                names = ", ".join(sorted(known))
                rule = f"a combination of {names}"
                raise ValueError(must_be("template", rule, str(template)))
