"""Schemes of tags that mark spans, such as chunks and named entities: a table.

A tag is ``O``, outside all spans, or a letter, a dash and the type of the span:
``B-NP``; or the letter alone, if all spans are of one type. The meaning of the letters
depends on the scheme:

======  ===============================================================================
iob1    I is in a span; B begins a span right after another one of the same type
iob2    B begins a span, I continues it (also called BIO)
ioe1    I is in a span; E ends a span right before another one of the same type
ioe2    E ends a span, I is before it
bilou   B begins a span, I continues it, L is its last token; U is a span of one token
iobes   the same, with E for L and S for U (also called BIOES)
bmes    the same, with M for I, E for L and S for U
bmewo   the same, with M for I, E for L and W for U
types   no letters: a tag is the type alone, and a span is a run of equal tags
======  ===============================================================================

A tagger may learn in any of `SCHEMES`, which ``types`` is not one of: `span_tags` finds
out whether data are in it. Tags that are written in another way, such as ``b_per``, are
read by `notation`. All modules of tags start from here.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_choice, must_be

LetterAndType: TypeAlias = tuple[str, str]
"""The two parts of a tag; the type is empty for ``O`` and for letters alone."""


@dataclass(frozen=True)
class Scheme:
    """One line of the table of schemes.

    Attributes
    ----------
    letters : str
        The letters of a span's first token, of those inside, of its last token, and of
        a span of one token.
    begins : str
        Letters that may stand where no token of the same type is right before.
    ends : str
        Letters that may stand where no token of the same type follows.
    pairs : frozenset of str
        Letters of two neighbouring tokens of the same type, such as ``"BI"``.
    """

    letters: str
    begins: str
    ends: str
    pairs: frozenset[str]


_IOB_PAIRS = frozenset(("BB", "BI", "IB", "II"))
_IOE_PAIRS = frozenset(("EE", "EI", "IE", "II"))


def _with_both_ends(letters: str) -> Scheme:
    """Return a scheme in which the first and the last token have their own letters."""
    first, inside, last, single = tuple(letters)
    in_span = (first + inside, first + last, inside * 2, inside + last)
    between = (last + first, last + single, single + first, single * 2)
    pairs = frozenset(in_span + between)
    return Scheme(letters, first + single, last + single, pairs)


TABLE = {
    "iob1": Scheme("BIIB", begins="I", ends="BI", pairs=_IOB_PAIRS),
    "iob2": Scheme("BIIB", begins="B", ends="BI", pairs=_IOB_PAIRS),
    "ioe1": Scheme("IIEE", begins="EI", ends="I", pairs=_IOE_PAIRS),
    "ioe2": Scheme("IIEE", begins="EI", ends="E", pairs=_IOE_PAIRS),
    "bilou": _with_both_ends("BILU"),
    "iobes": _with_both_ends("BIES"),
    "bmes": _with_both_ends("BMES"),
    "bmewo": _with_both_ends("BMEW"),
}
"""All schemes with letters."""

SCHEMES = tuple(TABLE)
TYPES = "types"
ALL_SCHEMES = (*SCHEMES, TYPES)

MARKS_ENDS = ("bilou", "iobes", "bmes", "bmewo")
"""Schemes in which a tag alone shows whether it begins or ends a span."""

OUTSIDE = "O"
LETTERS = frozenset("BILOUESMW")
LAST_LETTERS = "LUESW"
"""Letters of tokens that end a span."""

_SPAN_TAG = re.compile(r"[BILOUESMW]-.+", re.DOTALL)
_ALONE = tuple(frozenset(row.letters) | {OUTSIDE} for row in TABLE.values())
"""The letters of each scheme, which are tags if spans have no types."""


def is_span_tag(tag: str) -> bool:
    """Whether a tag is ``O``, or a letter with a type, as in ``B-NP``."""
    return tag == OUTSIDE or _SPAN_TAG.fullmatch(tag) is not None


def are_letters(tags: Collection[str]) -> bool:
    """Whether distinct tags are the letters of a scheme, for spans without types.

    A B is required, or I and O: other sets, such as S and O, are more likely types.
    """
    found = frozenset(tags)
    if "B" not in found:
        return found in ({"I", OUTSIDE}, {"I", "E", OUTSIDE})
    return len(found) > 1 and any(found <= letters for letters in _ALONE)


@lru_cache(maxsize=10_000)  # a corpus has many tokens and few distinct tags
def split_tag(tag: str) -> LetterAndType:
    """Return the letter and the type of a tag; raise ``ValueError`` if it has none."""
    letter, _, kind = tag.partition("-")
    if letter not in LETTERS:
        rule = "O, or one of B, I, L, U, E, S, M, W with a type, as in B-NP"
        raise ValueError(must_be("tag", rule, tag))
    return letter, kind


def split_type(tag: str) -> LetterAndType:
    """Return a tag that is a type or ``O`` as if it began with I."""
    return (OUTSIDE, "") if tag == OUTSIDE else ("I", tag)


def join_tag(letter: str, kind: str) -> str:
    """Return the tag of a letter and a type."""
    return f"{letter}-{kind}" if kind else letter


def continues(before: LetterAndType, this: LetterAndType) -> bool:
    """Whether a tag continues the span of the tag before it."""
    return this[0] in "IMLE" and before[0] in "BIM" and before[1] == this[1]


def letter_of(
    scheme: str,
    *,
    begins: bool,
    ends: bool,
    touches_before: bool = False,
    touches_after: bool = False,
) -> str:
    """Return the letter of a token of a span.

    Parameters
    ----------
    scheme : str
        One of `SCHEMES`.
    begins, ends : bool
        Whether it is the first, or the last, token of the span.
    touches_before, touches_after : bool
        Whether another span of the same type ends right before this span, or begins
        right after it.
    """
    if scheme == "iob1":
        begins = begins and touches_before
    if scheme == "ioe1":
        ends = ends and touches_after
    first, inside, last, single = tuple(TABLE[scheme].letters)
    if begins:
        return single if ends else first
    return last if ends else inside


def complete(tags: Iterable[str], scheme: str) -> list[str]:
    """Return all tags that a scheme has for the types in `tags`.

    Parameters
    ----------
    tags : iterable of str
        Of any scheme with letters.
    scheme : str
        One of `SCHEMES`.

    Returns
    -------
    list of str
        ``O``, then the tags of each type in the order B, I, L, U or B, I, E, S.

    Raises
    ------
    ValueError
        If the scheme is unknown, or a tag does not mark a span.

    Examples
    --------
    >>> complete(["I-NP", "O"], "iobes")
    ['O', 'B-NP', 'I-NP', 'E-NP', 'S-NP']
    """
    check_choice("scheme", scheme, SCHEMES)
    kinds = {kind for letter, kind in map(split_tag, tags) if letter != OUTSIDE}
    letters = dict.fromkeys(TABLE[scheme].letters)
    tags_of_spans = [
        join_tag(letter, kind) for kind in sorted(kinds) for letter in letters
    ]
    return [OUTSIDE, *tags_of_spans]


def split_all(tags: Iterable[str], scheme: str) -> list[LetterAndType]:
    """Return the letters and types of tags; raise ``ValueError`` for another scheme."""
    check_choice("scheme", scheme, SCHEMES)
    pairs = []
    for tag in tags:
        pair = split_tag(tag)
        if pair[0] not in OUTSIDE + TABLE[scheme].letters:
            raise ValueError(must_be("tags", f"tags of scheme {scheme}", tag))
        pairs.append(pair)
    return pairs


@lru_cache(maxsize=10_000)
def may_follow(
    before: LetterAndType | None, this: LetterAndType | None, scheme: str
) -> bool:
    """Whether a tag may follow another; None is the edge of a sentence."""
    row = TABLE[scheme]
    before_letter, before_kind = before or (OUTSIDE, "")
    letter, kind = this or (OUTSIDE, "")
    if OUTSIDE not in (before_letter, letter) and before_kind == kind:
        return before_letter + letter in row.pairs
    return (before_letter in OUTSIDE + row.ends) and (letter in OUTSIDE + row.begins)


def allowed_transitions(
    tags: Sequence[str], scheme: str | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which tags may follow each other, begin a sentence, and end one.

    Parameters
    ----------
    tags : sequence of str, length n
        Distinct tags.
    scheme : str or None
        One of `SCHEMES`; with None everything is allowed.

    Returns
    -------
    may_follow : bool array (n, n)
        By tag, then by the following tag.
    may_begin, may_end : bool array (n,)

    Raises
    ------
    ValueError
        If the scheme is unknown, or a tag does not belong to it.

    Examples
    --------
    >>> allowed_transitions(["O", "B-NP", "I-NP"], "iob2")[0].astype(int)
    array([[1, 1, 0],
           [1, 1, 1],
           [1, 1, 1]])
    """
    n = len(tags)
    if scheme is None:
        return np.ones((n, n), bool), np.ones(n, bool), np.ones(n, bool)
    pairs = split_all(tags, scheme)
    follow = [[may_follow(before, this, scheme) for this in pairs] for before in pairs]
    begin = [may_follow(None, this, scheme) for this in pairs]
    end = [may_follow(this, None, scheme) for this in pairs]
    return (
        np.array(follow, bool).reshape(n, n),
        np.array(begin, bool),
        np.array(end, bool),
    )
