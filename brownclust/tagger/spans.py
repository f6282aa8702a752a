"""Spans of tags: reading them, recognising their scheme, and converting it.

`schemes` is the table of schemes; here tags have their usual form, as in ``B-NP``.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_choice, must_be
from brownclust.tagger.schemes import (
    ALL_SCHEMES,
    LAST_LETTERS,
    MARKS_ENDS,
    OUTSIDE,
    SCHEMES,
    TYPES,
    are_letters,
    complete,
    continues,
    is_span_tag,
    join_tag,
    letter_of,
    split_all,
    split_tag,
    split_type,
)

Span: TypeAlias = tuple[str, int, int]
"""Type, first token, and the token after the last."""

_IOB = ("iob1", "iob2")
_IOE = ("ioe1", "ioe2")


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
    Equivalent to startOfChunk and endOfChunk of the Perl script, extended with S, U, L,
    M and W as in seqeval: a span ends where the next tag does not continue it.

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
    before = (OUTSIDE, "")
    split = split_type if scheme == TYPES else split_tag
    for i, tag in enumerate(tags):
        letter, kind = this = split(tag)
        if continues(before, this):
            found[-1] = (kind, found[-1][1], i + 1)
        elif letter != OUTSIDE:
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
        unless all are letters without types (see `are_letters`). Otherwise the letters
        decide: L or U ``"bilou"``, W ``"bmewo"``, M ``"bmes"``, S ``"iobes"``, E with B
        ``"iobes"``. With I and E alone it is ``"ioe2"`` or ``"ioe1"``, with B and I
        ``"iob2"`` or ``"iob1"``, whichever fewer spans contradict (the one with 2 for
        equal numbers): in iob2 every span begins with B, in iob1 only a span right
        after another of its type; and so with E at the ends of spans.

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
    if letters <= {OUTSIDE}:
        return None
    if not letters.isdisjoint("LU"):
        return "bilou"
    for letter, scheme in (("W", "bmewo"), ("M", "bmes"), ("S", "iobes")):
        if letter in letters:
            return scheme
    if "E" in letters:
        return "iobes" if "B" in letters else _likelier(listed, _IOE)
    return _likelier(listed, _IOB)


def _likelier(sentences: Sequence[Sequence[str]], schemes: tuple[str, str]) -> str:
    """Return iob1 or iob2, or ioe1 or ioe2, whichever fewer spans contradict."""
    first, second = schemes
    marker = "B" if schemes == _IOB else "E"
    n_not_first = n_not_second = 0
    for tags in sentences:
        found = spans(tags)
        for i, (kind, start, end) in enumerate(found):
            if marker == "B":
                is_marked = tags[start][0] == marker
                touches = i > 0 and found[i - 1][::2] == (kind, start)
            else:
                is_marked = tags[end - 1][0] == marker
                touches = i + 1 < len(found) and found[i + 1][:2] == (kind, end)
            n_not_second += not is_marked
            n_not_first += is_marked and not touches
    return second if n_not_second <= n_not_first else first


# --- Conversion ---------------------------------------------------------------


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
    check_choice("scheme", scheme, ALL_SCHEMES)
    converted = [OUTSIDE] * len(tags)
    found = spans(tags, source)
    touches_before = False
    for number, (kind, start, end) in enumerate(found):
        is_last = number == len(found) - 1
        touches_after = not is_last and found[number + 1][:2] == (kind, end)
        for i in range(start, end):
            if scheme == TYPES:
                converted[i] = kind or "I"
                continue
            letter = letter_of(
                scheme,
                begins=i == start,
                ends=i == end - 1,
                touches_before=touches_before,
                touches_after=touches_after,
            )
            converted[i] = join_tag(letter, kind)
        touches_before = touches_after
    return converted


def looks_ahead(scheme: str, target: str) -> bool:
    """Whether a tag of `target` depends on the tag of `scheme` after it.

    Otherwise it depends on the tag before it.
    """
    return "ioe1" in (scheme, target)


def is_convertible(scheme: str, target: str) -> bool:
    """Whether `conversion_table` converts a scheme to another."""
    one_end = any({scheme, target} <= {*pair} for pair in (_IOB, _IOE))
    return scheme == target or scheme in MARKS_ENDS or one_end


def conversion_table(
    tags: Sequence[str], scheme: str, target: str
) -> tuple[NDArray[np.int32], list[str]]:
    """Return the tag of another scheme for each tag and its neighbour.

    With this table NumPy converts a whole corpus at once: ``table[neighbours, ids]``,
    where a neighbour is the number of the previous tag, or of the next one if
    `looks_ahead`; n at the edge of a sentence.

    Parameters
    ----------
    tags : sequence of str, length n
        Distinct tags of `scheme`.
    scheme, target : str
        Of `SCHEMES`. iob1 and iob2 convert only to each other, and ioe1 and ioe2 too: a
        tag of theirs shows only one end of a span.

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
        If a scheme is unknown, the conversion would need both neighbours, or a tag does
        not belong to `scheme`.

    Examples
    --------
    >>> table, converted = conversion_table(["O", "B-NP", "I-NP"], "iob2", "iob1")
    >>> [converted[i] for i in table[[3, 1, 2], [1, 2, 1]]]
    ['I-NP', 'I-NP', 'B-NP']
    """
    check_choice("target", target, SCHEMES)
    pairs = split_all(tags, scheme)
    if not is_convertible(scheme, target):
        rule = f"{' or '.join(MARKS_ENDS)} to convert to {target} without look-ahead"
        raise ValueError(must_be("scheme", rule, scheme))
    converted = complete(tags, target)
    number = {tag: i for i, tag in enumerate(converted)}
    table = np.zeros((len(tags) + 1, len(tags)), np.int32)
    is_next = looks_ahead(scheme, target)
    for row, neighbour in enumerate([*pairs, (OUTSIDE, "")]):
        for column, this in enumerate(pairs):
            letter, kind = this
            if letter == OUTSIDE:
                continue
            touches = neighbour[0] != OUTSIDE and neighbour[1] == kind
            if is_next:
                begins = letter in "BUSW"
                ends = letter in LAST_LETTERS or not continues(this, neighbour)
            else:
                begins = not continues(neighbour, this)
                ends = letter in LAST_LETTERS
            found = letter_of(
                target,
                begins=begins,
                ends=ends,
                touches_before=touches,
                touches_after=touches,
            )
            table[row, column] = number[join_tag(found, kind)]
    return table, converted
