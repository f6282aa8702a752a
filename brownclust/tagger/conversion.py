"""Conversion of the tags of a whole data set to another scheme, with all checks.

`spans` converts a sentence and accepts any sequence of tags; here a sequence that
breaks the rules of its scheme is an error, or is reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from brownclust._validation import check_choice
from brownclust.tagger.notation import USUAL, Notation, in_usual_notation
from brownclust.tagger.schemes import (
    ALL_SCHEMES,
    OUTSIDE,
    TABLE,
    TYPES,
    LetterAndType,
    may_follow,
    split_tag,
)
from brownclust.tagger.sentences import Tags, check_tags
from brownclust.tagger.span_tags import (
    Describe,
    check_span_tags,
    find_scheme,
    read_odd_as_outside,
    with_indices,
)
from brownclust.tagger.spans import Span, convert, spans


@dataclass(frozen=True)
class Converted:
    """The result of `convert_checked`.

    Attributes
    ----------
    tags : list of list of str
        The tags in the other scheme.
    source : str or None
        The scheme they were in; None if there are no spans.
    n_spans : int
        Number of spans.
    warnings : list of str
        What was read otherwise than it stands there; empty unless lenient.
    """

    tags: list[list[str]]
    source: str | None
    n_spans: int
    warnings: list[str]


def convert_tags(
    tags: Iterable[Sequence[str]],
    scheme: str,
    *,
    source: str | None = None,
    like: str = "B-PER",
) -> list[list[str]]:
    """Convert tags that mark spans to another scheme.

    Parameters
    ----------
    tags : iterable of sequences of str
        The tags of each sentence, written as B-PER, b-per, B_PER or PER-B, or as
        letters or types alone.
    scheme : str
        The scheme to convert to: "iob1", "iob2" (BIO), "ioe1", "ioe2", "bilou",
        "iobes" (BIOES), "bmes", "bmewo", or "types" for types without letters.
    source : str, optional
        The scheme of `tags`; None to recognise it.
    like : str, default "B-PER"
        How to write the tags: as in this tag of a span's first token. With a lower-case
        letter, as in b_per, the tag outside of spans is o.

    Returns
    -------
    list of list of str

    Raises
    ------
    ValueError
        With the indices of sentence and token: for a tag that does not mark a span or
        breaks the rules of its scheme (a span that iob2 begins with I, or that bilou
        does not end), and for spans that touch if `scheme` is "types", which cannot
        tell them apart. See also `repair_tags`.

    Examples
    --------
    >>> convert_tags([["I-NP", "B-NP", "I-NP", "O"]], "iobes")
    [['S-NP', 'B-NP', 'E-NP', 'O']]
    >>> convert_tags([["b_np", "i_np", "o"]], "bilou")
    [['B-np', 'L-np', 'O']]
    >>> convert_tags([["NP", "NP", "O"]], "ioe2", like="NP/B")
    [['NP/I', 'NP/E', 'O']]
    """
    listed = list(map(list, tags))
    check_tags(listed)
    notation = Notation.like(like)
    return convert_checked(listed, scheme, source=source, notation=notation).tags


def convert_checked(
    tags: Sequence[list[str]],
    scheme: str,
    *,
    source: str | None = None,
    notation: Notation = USUAL,
    is_lenient: bool = False,
    describe: Describe | None = None,
) -> Converted:
    """Convert tags as `convert_tags` does.

    Parameters
    ----------
    tags, scheme, source
        As for `convert_tags`.
    notation : Notation
        How to write the tags.
    is_lenient : bool, default False
        Whether to read tags as well as possible, and report that: odd tags as O as
        `repair_tags` does, other sequences as conlleval; and to join spans that touch.
    describe : callable, optional
        Returns the message of an error, in place of one with indices.
    """
    check_choice("scheme", scheme, ALL_SCHEMES)
    if source is not None:
        check_choice("source", source, ALL_SCHEMES)
    describe = describe or with_indices("tags")
    tags, usual, warning = _read(tags, source, is_lenient, describe)
    if source is None and {*chain.from_iterable(usual)} - {OUTSIDE}:
        source = find_scheme(usual)
        if source is None:
            i, j = _first_inside(tags)
            rule = "a tag that marks a span, such as B-PER"
            raise ValueError(describe(i, j, rule, tags[i][j]))
    of_sentences = [spans(of_sentence, source) for of_sentence in usual]
    breaks = lost = []
    if source not in (None, TYPES):
        breaks = [
            _first_break(of_sentence, written, str(source))
            for of_sentence, written in zip(usual, tags, strict=True)
        ]
    if scheme == TYPES:
        lost = list(map(_first_lost, of_sentences))
    warnings = [warning]
    for problems, what in (
        (breaks, f"against the rules of {source}, read as conlleval does"),
        (lost, "with spans joined that types cannot tell apart"),
    ):
        found = [(i, *problem) for i, problem in enumerate(problems) if problem]
        if found and not is_lenient:
            i, j, rule = found[0]
            raise ValueError(describe(i, j, rule, tags[i][j]))
        noun = "sentence" if len(found) == 1 else "sentences"
        warnings.append(f"{len(found):,} {noun} {what}" if found else "")
    write = str if scheme == TYPES else notation.write
    return Converted(
        [list(map(write, convert(of_one, scheme, source))) for of_one in usual],
        source,
        sum(map(len, of_sentences)),
        list(filter(None, warnings)),
    )


def _read(
    tags: Sequence[list[str]],
    source: str | None,
    is_lenient: bool,
    describe: Describe,
) -> tuple[Sequence[list[str]], Tags, str]:
    """Return tags as they are written, in the usual notation, and a warning or ""."""
    if source == TYPES:
        n_empty = sum(of_sentence.count("") for of_sentence in tags)
        if not n_empty:
            return tags, tags, ""
        tags = [[tag or OUTSIDE for tag in of_sentence] for of_sentence in tags]
        return tags, tags, f"{n_empty:,} empty tags read as O"
    warning = ""
    are_spans = source is not None
    if is_lenient:
        tags, warning = read_odd_as_outside(
            tags, describe=describe, are_spans=are_spans
        )
    else:
        check_span_tags(tags, describe=describe, are_spans=are_spans)
    return tags, in_usual_notation(tags)[0], warning


def _first_inside(tags: Tags) -> tuple[int, int]:
    """Return the indices of the first tag but O."""
    return next(
        (i, j)
        for i, of_sentence in enumerate(tags)
        for j, tag in enumerate(of_sentence)
        if tag != OUTSIDE
    )


def _first_break(
    tags: Sequence[str], written: Sequence[str], scheme: str
) -> tuple[int, str] | None:
    """Return the first tag that breaks the rules of a scheme, and the rule.

    The rule names tags as they are `written`.
    """
    before: LetterAndType | None = None
    for j, tag in enumerate(tags):
        this = split_tag(tag)
        if this[0] not in OUTSIDE + TABLE[scheme].letters:
            return j, f"a tag of scheme {scheme}"
        if not may_follow(before, this, scheme):
            place = f"follow {written[j - 1]}" if j else "begin a sentence"
            return j, f"a tag that may {place} in {scheme}"
        before = this
    if not may_follow(before, None, scheme):
        return len(tags) - 1, f"a tag that may end a sentence in {scheme}"
    return None


def _first_lost(found: Sequence[Span]) -> tuple[int, str] | None:
    """Return the first token of a span that types cannot show, and the rule."""
    before = ("", 0)
    for kind, start, end in found:
        if kind == OUTSIDE:
            return start, "another type than O, which is outside of spans"
        if before == (kind, start):
            return start, f"a token between two spans of type {kind or '(none)'}"
        before = (kind, end)
    return None
