"""Tags that mark spans, such as chunks and named entities, and their schemes.

A tag is ``O``, outside all spans, or a letter, a dash and the type of the span:
``B-NP``; or the letter alone, if all spans are of one type. The meaning of the letters
depends on the scheme:

======  ===============================================================================
iob1    I is in a span; B begins a span right after another one of the same type
iob2    B begins a span, I continues it
bilou   B begins a span, I continues it, L is its last token; U is a span of one token
iobes   the same, with E for L and S for U
bmes    the same, with M for I, E for L and S for U
types   no letters: a tag is the type alone, and a span is a run of equal tags
======  ===============================================================================

A tagger may learn in any of `SCHEMES`, which ``types`` is not one of: `span_tags` finds
out whether data are in it. All modules of tags start from here.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_choice, must_be

Span: TypeAlias = tuple[str, int, int]
"""Type, first token, and the token after the last."""

SCHEMES = ("iob1", "iob2", "bilou", "iobes", "bmes")
TYPES = "types"

# Letters of a span's first token, of those inside, of its last and of a single token.
_LETTERS = {
    "iob1": "BIIB",
    "iob2": "BIIB",
    "bilou": "BILU",
    "iobes": "BIES",
    "bmes": "BMES",
}
# Letters that require a tag of the same span right before them, or right after.
_NEEDS_BEFORE = {"iob1": "B", "iob2": "I", "bilou": "IL", "iobes": "IE", "bmes": "ME"}
_NEEDS_AFTER = {"iob1": "", "iob2": "", "bilou": "BI", "iobes": "BI", "bmes": "BM"}
MARKS_ENDS = ("bilou", "iobes", "bmes")
"""Schemes in which a tag alone shows whether it ends a span."""

_OUTSIDE = "O"
LETTERS = frozenset("BILOUESM")
_SPAN_TAG = re.compile(r"[BILOUESM]-.+", re.DOTALL)
_ALONE = tuple(frozenset(letters) | {_OUTSIDE} for letters in _LETTERS.values())
"""The letters of each scheme, which are tags if spans have no types."""


def is_span_tag(tag: str) -> bool:
    """Whether a tag is ``O``, or a letter with a type, as in ``B-NP``."""
    return tag == _OUTSIDE or _SPAN_TAG.fullmatch(tag) is not None


def are_letters(tags: Collection[str]) -> bool:
    """Whether distinct tags are the letters of a scheme, for spans without types.

    A B is required, or I and O: other sets, such as S and O, are more likely types.
    """
    found = frozenset(tags)
    if "B" not in found:
        return found == {"I", _OUTSIDE}
    return len(found) > 1 and any(found <= letters for letters in _ALONE)


def spans(tags: Sequence[str], scheme: str | None = None) -> list[Span]:
    """Return the spans of a sentence, as conlleval reads them.

    Every tag but ``O`` belongs to a span, in any scheme and in any order of tags: I, M,
    L or E continues the span of a B, I or M of the same type right before it; every
    other tag begins a span.

    Parameters
    ----------
    tags : sequence of str
        Tags of one sentence. The type may contain dashes, or be missing as in ``B``.
    scheme : str, optional
        Makes no difference, unless it is ``"types"``.

    Returns
    -------
    list of tuple (str, int, int)
        Type, first token, and the token after the last; in order.

    Raises
    ------
    ValueError
        If a tag does not mark a span.

    Notes
    -----
    Equivalent to startOfChunk and endOfChunk of the Perl script, extended with S, U and
    L as in seqeval: a span ends where the next tag does not continue it.

    References
    ----------
    Tjong Kim Sang and Buchholz (2000), "Introduction to the CoNLL-2000 shared task:
    chunking"; its script is conlleval.

    Examples
    --------
    >>> spans(["B-NP", "I-NP", "I-VP", "O", "I-NP"])
    [('NP', 0, 2), ('VP', 2, 3), ('NP', 4, 5)]
    """
    found: list[Span] = []
    before = ("O", "")
    split = _as_type if scheme == TYPES else _split
    for i, tag in enumerate(tags):
        letter, kind = this = split(tag)
        if _continues(before, this):
            found[-1] = (kind, found[-1][1], i + 1)
        elif letter != "O":
            found.append((kind, i, i + 1))
        before = this
    return found


def detect_scheme(sentences: Iterable[Sequence[str]]) -> str | None:
    """Return the scheme of the tags, or None if they do not mark spans.

    Parameters
    ----------
    sentences : iterable of sequences of str
        Tags.

    Returns
    -------
    str or None
        None if all tags are ``O``, or one is neither ``O`` nor a letter with a type,
        unless all are letters without types (see `are_letters`). Otherwise ``"bilou"``
        if there is an L or a U, ``"bmes"`` if there is an M, and ``"iobes"`` if there
        is an E or an S. Otherwise ``"iob2"`` or ``"iob1"``, whichever fewer spans
        contradict (``"iob2"`` for equal numbers): in iob2 every span begins with B, in
        iob1 only a span right after another of its type.

    Examples
    --------
    >>> detect_scheme([["B-NP", "I-NP", "O"], ["B-VP"]])
    'iob2'
    >>> print(detect_scheme([["DT", "NN", "-LRB-"]]))
    None
    """
    listed = list(sentences)
    distinct = set(chain.from_iterable(listed))
    if not (are_letters(distinct) or all(map(is_span_tag, distinct))):
        return None
    letters = {tag[0] for tag in distinct}
    n_not_iob2 = n_not_iob1 = 0
    for tags in listed:
        before = ("", 0)  # type and end of the previous span
        for kind, start, end in spans(tags):
            begins = tags[start][0] == "B"
            n_not_iob2 += not begins
            n_not_iob1 += begins and before != (kind, start)
            before = (kind, end)
    if letters <= {"O"}:
        return None
    if not letters.isdisjoint("LU"):
        return "bilou"
    if "M" in letters:
        return "bmes"
    if not letters.isdisjoint("ES"):
        return "iobes"
    return "iob2" if n_not_iob2 <= n_not_iob1 else "iob1"


def convert(tags: Sequence[str], scheme: str, source: str | None = None) -> list[str]:
    """Return the tags of one sentence in another scheme, reading them as `spans` does.

    Parameters
    ----------
    tags : sequence of str
        Of any scheme.
    scheme : str
        One of `SCHEMES`, or ``"types"``.
    source : str, optional
        The scheme of `tags`; it makes no difference, unless it is ``"types"``.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If the scheme is unknown, or a tag does not mark a span.

    Examples
    --------
    >>> convert(["I-NP", "B-NP", "I-NP", "O"], "bilou")
    ['U-NP', 'B-NP', 'L-NP', 'O']
    """
    check_choice("scheme", scheme, (*SCHEMES, TYPES))
    converted = ["O"] * len(tags)
    before = ("", 0)  # type and end of the span before
    for kind, start, end in spans(tags, source):
        touches = before == (kind, start)
        for i in range(start, end):
            if scheme == TYPES and kind:
                converted[i] = kind
                continue
            letter = "I"
            if scheme != TYPES:
                letter = _letter(scheme, i == start, i == end - 1, touches)
            converted[i] = _join(letter, kind)
        before = (kind, end)
    return converted


def complete(tags: Iterable[str], scheme: str) -> list[str]:
    """Return all tags that a scheme has for the types in `tags`.

    Parameters
    ----------
    tags : iterable of str
        Of any scheme.
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
    kinds = {kind for letter, kind in map(_split, tags) if letter != "O"}
    letters = dict.fromkeys(_LETTERS[scheme])
    return ["O", *(_join(letter, kind) for kind in sorted(kinds) for letter in letters)]


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
    pairs = _split_all(tags, scheme)
    needs_before = np.array(
        [letter in _NEEDS_BEFORE[scheme] for letter, _ in pairs], bool
    )
    needs_after = np.array(
        [letter in _NEEDS_AFTER[scheme] for letter, _ in pairs], bool
    )
    in_span = np.array([letter in "BIM" for letter, _ in pairs], bool)
    kinds = np.array([kind for _, kind in pairs], object)
    same_span = in_span[:, None] & needs_before & (kinds[:, None] == kinds)
    free = ~needs_after[:, None] & ~needs_before
    return same_span | free, ~needs_before, ~needs_after


def conversion_table(
    tags: Sequence[str], scheme: str, target: str
) -> tuple[NDArray[np.int32], list[str]]:
    """Return the tag of another scheme for each tag and the tag before it.

    With this table NumPy converts a whole corpus at once: ``table[before, ids]``, where
    ``before`` is the number of the previous tag, or n at the start of a sentence.

    Parameters
    ----------
    tags : sequence of str, length n
        Distinct tags of `scheme`.
    scheme, target : str
        Of `SCHEMES`. iob1 and iob2 convert only to each other: the end of a span shows
        only in the tag after it.

    Returns
    -------
    table : int32 array (n + 1, n)
        Indices into `converted`. Correct for sequences that `allowed_transitions`
        allows; convert others with `convert`.
    converted : list of str
        The tags of the target scheme, as `complete` returns them.

    Raises
    ------
    ValueError
        If a scheme is unknown, the conversion would need the next tag, or a tag does
        not belong to `scheme`.

    Examples
    --------
    >>> table, converted = conversion_table(["O", "B-NP", "I-NP"], "iob2", "iob1")
    >>> [converted[i] for i in table[[3, 1, 2], [1, 2, 1]]]
    ['I-NP', 'I-NP', 'B-NP']
    """
    check_choice("target", target, SCHEMES)
    pairs = _split_all(tags, scheme)
    if target in MARKS_ENDS and scheme not in MARKS_ENDS:
        rule = f"{' or '.join(MARKS_ENDS)} to convert to {target} without look-ahead"
        raise ValueError(must_be("scheme", rule, scheme))
    converted = complete(tags, target)
    number = {tag: i for i, tag in enumerate(converted)}
    table = np.zeros((len(tags) + 1, len(tags)), np.int32)
    for row, before in enumerate([*pairs, ("O", "")]):
        for column, (letter, kind) in enumerate(pairs):
            if letter != "O":
                begins = not _continues(before, (letter, kind))
                touches = before[0] != "O" and before[1] == kind
                to_letter = _letter(target, begins, letter in "LUES", touches)
                table[row, column] = number[_join(to_letter, kind)]
    return table, converted


@lru_cache(maxsize=10_000)  # a corpus has many tokens and few distinct tags
def _split(tag: str) -> tuple[str, str]:
    """Return the letter and the type of a tag."""
    letter, _, kind = tag.partition("-")
    if letter not in LETTERS:
        rule = "O, or one of B, I, L, U, E, S, M with a type, as in B-NP"
        raise ValueError(must_be("tag", rule, tag))
    return letter, kind


def _as_type(tag: str) -> tuple[str, str]:
    """Return the letter and the type of a tag that is a type or ``O``."""
    return (_OUTSIDE, "") if tag == _OUTSIDE else ("I", tag)


def _split_all(tags: Sequence[str], scheme: str) -> list[tuple[str, str]]:
    check_choice("scheme", scheme, SCHEMES)
    pairs = [_split(tag) for tag in tags]
    for tag, (letter, _) in zip(tags, pairs, strict=True):
        if letter not in "O" + _LETTERS[scheme]:
            raise ValueError(must_be("tags", f"tags of scheme {scheme}", tag))
    return pairs


def _join(letter: str, kind: str) -> str:
    return f"{letter}-{kind}" if kind else letter


def _continues(before: tuple[str, str], this: tuple[str, str]) -> bool:
    """Whether a tag continues the span of the tag before it."""
    return this[0] in "IMLE" and before[0] in "BIM" and before[1] == this[1]


def _letter(scheme: str, begins: bool, ends: bool, touches: bool) -> str:
    """Return the letter of a token that begins or ends a span, or does neither.

    `touches` means that another span of the same type ends right before this span.
    """
    if scheme == "iob1":
        begins = begins and touches
    return _LETTERS[scheme][3 * ends if begins else 1 + ends]
