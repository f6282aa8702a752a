"""How tags of spans are written: ``B-PER``, and ``b-per``, ``B_PER`` or ``PER-B``.

All other modules have tags as in ``B-PER``, the usual notation. Tags in another one are
recognised here, read before anything else is done with them, and written back.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from itertools import chain, product
from typing import Any, Self

from brownclust._validation import must_be
from brownclust.tagger.schemes import (
    LETTERS,
    OUTSIDE,
    TABLE,
    are_letters,
    is_span_tag,
    join_tag,
    split_tag,
)

SEPARATORS = "-_:/.+|"
"""What may stand between the letter and the type."""

_SEPARATORS = frozenset(SEPARATORS)

_NOT_INSIDE = (OUTSIDE, OUTSIDE.lower(), "")
"""Tags outside of spans, and a missing tag."""

_SETS_OF_LETTERS = tuple(frozenset(row.letters) | {OUTSIDE} for row in TABLE.values())


@dataclass(frozen=True)
class Notation:
    """A way to write tags of spans; the default is the usual one, ``B-PER``.

    Parameters
    ----------
    separator : str, default "-"
        Stands between the letter and the type.
    type_first : bool, default False
        Whether the type is before the letter, as in ``PER-B``.
    lower_case : bool, default False
        Whether letters are in lower case. Types are kept as they are.
    outside : str, default "O"
        The tag outside of spans: ``"O"`` or ``"o"``.

    Raises
    ------
    ValueError
        If a value is not one of these.
    """

    separator: str = "-"
    type_first: bool = False
    lower_case: bool = False
    outside: str = OUTSIDE

    def __post_init__(self) -> None:
        """Check the values, which may come from a file."""
        if self.separator not in _SEPARATORS:
            rule = f"one of {' '.join(SEPARATORS)}"
            raise ValueError(must_be("separator", rule, self.separator))
        for name in ("type_first", "lower_case"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(must_be(name, "a bool", getattr(self, name)))
        if self.outside not in (OUTSIDE, OUTSIDE.lower()):
            raise ValueError(must_be("outside", "O or o", self.outside))

    @classmethod
    def like(cls, example: str, name: str = "like") -> Self:
        """Return the notation of a tag of a span's first token, such as ``PER_b``.

        Raises
        ------
        ValueError
            If it is not such a tag; the message has `name`.
        """
        separators = f"[{re.escape(SEPARATORS)}]"
        for pattern, type_first in (
            (f"(?P<letter>[Bb])(?P<separator>{separators}).+", False),
            (f".+(?P<separator>{separators})(?P<letter>[Bb])", True),
        ):
            if found := re.fullmatch(pattern, str(example)):
                is_lower = found["letter"] == "b"
                outside = OUTSIDE.lower() if is_lower else OUTSIDE
                return cls(found["separator"], type_first, is_lower, outside)
        rule = "a tag such as B-PER, b-per, B_PER or PER-B"
        raise ValueError(must_be(name, rule, example))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        letters = "".join(sorted(LETTERS - {OUTSIDE}))
        letter = f"(?P<letter>[{letters.lower() if self.lower_case else letters}])"
        separator = re.escape(self.separator)
        parts = ["(?P<kind>.+)", separator, letter]
        return re.compile("".join(parts if self.type_first else parts[::-1]), re.DOTALL)

    def read(self, tag: str) -> str | None:
        """Return a tag in the usual notation; None if it is not in this one."""
        if tag == self.outside:
            return OUTSIDE
        if found := self._pattern.fullmatch(tag):
            return join_tag(found["letter"].upper(), found["kind"])
        letter = tag.upper() if self.lower_case else tag
        is_letter = letter in LETTERS - {OUTSIDE} and (tag != letter) == self.lower_case
        return letter if is_letter else None

    def read_known(self, tag: str) -> str:
        """Return a tag in the usual notation; as it is, if it is not in this one."""
        found = self.read(tag)
        return tag if found is None else found

    def write(self, tag: str) -> str:
        """Return a tag of the usual notation in this one."""
        if tag == OUTSIDE:
            return self.outside
        letter, kind = split_tag(tag)
        letter = letter.lower() if self.lower_case else letter
        if not kind:
            return letter
        parts = (kind, letter) if self.type_first else (letter, kind)
        return self.separator.join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters by name, for a file."""
        return asdict(self)


USUAL = Notation()


@lru_cache(maxsize=1)
def _others() -> tuple[Notation, ...]:
    """Return all notations but the usual one, the likelier ones first."""
    cases = ((False, OUTSIDE), (True, OUTSIDE.lower()), (True, OUTSIDE))
    found = (
        Notation(separator, type_first, lower_case, outside)
        for type_first, (lower_case, outside), separator in product(
            (False, True), cases, SEPARATORS
        )
    )
    return tuple(notation for notation in found if notation != USUAL)


def find_notation(counts: Mapping[str, int], known: Iterable[str] = ()) -> Notation:
    """Return the notation of tags, the usual one if there is no evidence of another.

    Parameters
    ----------
    counts : mapping of str to int
        How often each tag occurs.
    known : iterable of str
        Further tags that are written in the same way, as those of a tagger.

    Returns
    -------
    Notation
        Another than the usual one only if no tag has a letter and a type in that, and
        most tags of spans fit the other, with several letters of one scheme.
    """
    found = _find_notation(counts)
    if found == USUAL and known and not _have_usual(counts):
        pooled = Counter(dict.fromkeys(known, 1))
        pooled.update(counts)
        return _find_notation(pooled)
    return found


def _have_usual(tags: Iterable[str]) -> bool:
    return any(tag != OUTSIDE and is_span_tag(tag) for tag in tags)


def _find_notation(counts: Mapping[str, int]) -> Notation:
    if _have_usual(counts):
        return USUAL
    upper = {tag.upper() for tag in counts}
    if "b" in counts and are_letters(upper) and not (upper - {OUTSIDE}) & {*counts}:
        outside = OUTSIDE.lower() if OUTSIDE not in counts else OUTSIDE
        return Notation(lower_case=True, outside=outside)
    if not any(tag[1:2] in _SEPARATORS or tag[-2:-1] in _SEPARATORS for tag in counts):
        return USUAL
    n_inside = sum(number for tag, number in counts.items() if tag not in _NOT_INSIDE)
    for notation in _others():
        if notation.lower_case and ("o" in counts) != (notation.outside == "o"):
            continue
        fitting = {
            tag: read
            for tag in counts
            if (read := notation.read(tag)) is not None and len(read) > 1
        }
        letters = {read[0] for read in fitting.values()}
        is_marked = "B" in letters or letters == {"I", "E"}
        if (
            len(letters) > 1
            and is_marked
            and any(letters <= of_scheme for of_scheme in _SETS_OF_LETTERS)
            and 2 * sum(counts[tag] for tag in fitting) > n_inside
        ):
            return notation
    return USUAL


def in_usual_notation(
    tags: Sequence[Sequence[str]], known: Iterable[str] = ()
) -> tuple[Sequence[Sequence[str]], Notation]:
    """Return tags of all sentences in the usual notation, and how they were written.

    Tags that do not fit the notation are returned as they are. The parameter `known` is
    that of `find_notation`.
    """
    counts = Counter(chain.from_iterable(tags))
    notation = find_notation(counts, known)
    if notation == USUAL:
        return tags, notation
    usual = {tag: notation.read_known(tag) for tag in counts}
    return [[usual[tag] for tag in of_sentence] for of_sentence in tags], notation
