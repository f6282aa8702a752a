"""Whether the tags of data mark spans, and which tags then do not belong there.

`schemes` and `notation` say what tags of spans look like. Here is the evidence of a
whole data set: one odd tag among thousands is a mistake to report, not a sign of other
tags.
"""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain

from brownclust._validation import must_be, shown
from brownclust.tagger.notation import USUAL, find_notation, in_usual_notation
from brownclust.tagger.schemes import (
    LETTERS,
    OUTSIDE,
    TYPES,
    are_letters,
    is_span_tag,
)
from brownclust.tagger.sentences import Tags
from brownclust.tagger.spans import detect_scheme

Describe = Callable[[int, int, str, str], str]
"""Return the message for sentence i, token j, a rule, and the tag that breaks it."""

_MIN_OUTSIDE = 0.1
"""The smallest fraction of tokens with ``O`` where tags are types: most have it."""

_LIKE_A_LETTER = re.compile(
    r"[BILOUESMW][-_:/.+\u2010-\u2015\u2212].*", re.DOTALL | re.IGNORECASE
)
_LETTER_LAST = re.compile(
    r".+[-_:/.+\u2010-\u2015\u2212][BILOUESMW]", re.DOTALL | re.IGNORECASE
)
_LIKE_OUTSIDE = frozenset(("", "o", "0", "_", "-", "O-", "o-"))
"""What stands for ``O`` in files of other programs, or by mistake."""

# fmt: off
_PARTS_OF_SPEECH = frozenset(
    (
        "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "PRON", "PROPN",
        "PUNCT", "SCONJ", "VERB", "CC", "CD", "DT", "IN", "JJ", "MD", "NN", "NNP",
        "NNPS", "NNS", "PRP", "RB", "TO", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ",
    )
)
# fmt: on
"""Tags of Universal Dependencies and the Penn Treebank that are never types of spans.

A tag O beside one of them is not the outside of spans.
"""


def find_scheme(tags: Iterable[Sequence[str]]) -> str | None:
    """Return the scheme of the tags of all sentences, or None if they are not spans.

    Parameters
    ----------
    tags : iterable of sequences of str
        Tags.

    Returns
    -------
    str or None
        As `detect_scheme`, in any notation; or ``"types"`` if tags are types without
        letters beside ``O``, as in PER, PER, O. As parts of speech may have a tag O
        too, that takes names of at least two characters, none of which is a well-known
        part of speech, and an O for every tenth token; or an O for more than half of
        all tokens.

    Examples
    --------
    >>> find_scheme([["PER", "PER", "O", "LOC"]])
    'types'
    >>> print(find_scheme([["N", "V", "O", "N"]]))
    None
    """
    listed, _ = in_usual_notation(list(tags))
    return detect_scheme(listed) or (TYPES if _are_types(_counts(listed)) else None)


def find_odd_tags(
    tags: Iterable[Sequence[str]],
    known: Collection[str] = (),
    *,
    are_spans: bool = False,
) -> frozenset[str]:
    """Return the tags that do not mark spans, if nearly all others do.

    Parameters
    ----------
    tags : iterable of sequences of str
        Tags of all sentences.
    known : collection of str
        Tags of the tagger or of the training data: more examples of what is right.
    are_spans : bool, default False
        All tags are to mark spans, however many do not.

    Returns
    -------
    frozenset of str
        Empty if all tags mark spans, or if most do not, as parts of speech.
    """
    counts = _counts(tags)
    notation = find_notation(counts, known)
    if notation == USUAL:
        return _odd_of(counts, known, are_spans=are_spans)
    usual: Counter[str] = Counter()
    for tag, number in counts.items():
        usual[notation.read_known(tag)] += number
    odd = _odd_of(usual, {*map(notation.read_known, known)}, are_spans=are_spans)
    return frozenset(tag for tag in counts if notation.read_known(tag) in odd)


def _odd_of(
    counts: Counter[str], known: Collection[str], *, are_spans: bool
) -> frozenset[str]:
    """Return what `find_odd_tags` does, for tags in the usual notation."""
    odd = frozenset(tag for tag in counts if not is_span_tag(tag) or tag != tag.strip())
    have_letters_alone = are_letters(counts) or (
        are_letters(known) and counts.keys() <= LETTERS
    )
    if not odd or have_letters_alone or _are_types(counts):
        return frozenset()
    if are_spans:
        return odd
    marked = {*filter(is_span_tag, map(str.strip, (*counts, *known)))} - {"O"}
    near = frozenset(tag for tag in odd if _is_near(tag, marked))
    if not marked:
        return _odd_without_marked(counts, odd, near)
    if len(odd) == 1 and "O" not in counts and len(marked & counts.keys()) > 1:
        return odd  # the outside has another name, as OTHER
    return odd if _are_few(odd - near, counts) else frozenset()


def _odd_without_marked(
    counts: Counter[str], odd: frozenset[str], near: frozenset[str]
) -> frozenset[str]:
    """Return the odd tags where no tag is a letter with a type."""
    letters = LETTERS & counts.keys()
    if {"B", "I"} <= letters and are_letters(letters):
        others = odd - letters
        return others if _are_few(others - near, counts) else frozenset()
    if _are_types(counts - Counter({tag: counts[tag] for tag in near})):
        return near
    lower_outside = frozenset(("o",)) & odd
    if lower_outside and "O" not in counts and _are_types(counts, outside="o"):
        return lower_outside
    return odd if _are_in_another_notation(odd, near) else frozenset()


def check_span_tags(
    tags: Tags,
    name: str = "tags",
    *,
    describe: Describe | None = None,
    known: Collection[str] = (),
    are_spans: bool = False,
) -> None:
    """Raise ``ValueError`` for the first tag that `find_odd_tags` returns.

    Parameters
    ----------
    tags, known, are_spans
        As for `find_odd_tags`.
    name : str
        What the message calls the tags.
    describe : callable, optional
        Returns the message, in place of one with the indices of sentence and token.
    """
    odd = find_odd_tags(tags, known, are_spans=are_spans)
    if odd:
        raise _error(tags, odd, describe or with_indices(name), known)


def repair_tags(tags: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return tags of spans in which tags that do not belong there are ``O``.

    `fit` and `evaluate` raise an error for the tags that this function changes.

    Parameters
    ----------
    tags : iterable of sequences of str
        The tags of each sentence. They are returned unchanged if they all mark spans,
        or if most do not.

    Returns
    -------
    list of list of str

    Raises
    ------
    ValueError
        If no tag of a span would be left.

    Warns
    -----
    UserWarning
        With the tags that were changed, and how often each occurs.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     repair_tags([["B-PER", "I-PER", "o", "B-LOC"]])
    [['B-PER', 'I-PER', 'O', 'B-LOC']]
    """
    repaired, warning = read_odd_as_outside(list(map(list, tags)))
    if warning:
        warnings.warn(warning, stacklevel=2)
    return repaired


def read_odd_as_outside(
    tags: Sequence[list[str]],
    *,
    describe: Describe | None = None,
    known: Collection[str] = (),
    are_spans: bool = False,
) -> tuple[list[list[str]], str]:
    """Return tags as `repair_tags` does, and the text of the warning, if any.

    The parameters are those of `check_span_tags`.
    """
    odd = find_odd_tags(tags, known, are_spans=are_spans)
    if not odd:
        return list(tags), ""
    counts = _counts(tags)
    outside = find_notation(counts, known).outside
    if not counts.keys() - odd - {outside} and not known:
        raise _error(tags, odd, describe or with_indices("tags"), known)
    repaired = [[outside if tag in odd else tag for tag in one] for one in tags]
    number = sum(counts[tag] for tag in odd)
    most_common = sorted(odd, key=lambda tag: (-counts[tag], tag))
    listed = ", ".join(f"{shown(tag)} ({counts[tag]:,})" for tag in most_common[:5])
    more = ", …" if len(odd) > 5 else ""
    noun = "tag" if number == 1 else "tags"
    return repaired, f"{number:,} {noun} read as O: {listed}{more}"


def _error(
    tags: Tags, odd: Collection[str], describe: Describe, known: Collection[str]
) -> ValueError:
    """Return the error for the first odd tag."""
    i, j = next(
        (i, j)
        for i, of_sentence in enumerate(tags)
        for j, tag in enumerate(of_sentence)
        if tag in odd
    )
    outside = find_notation(_counts(tags), known).outside
    seen = dict.fromkeys(chain(chain.from_iterable(tags), known))
    usual = [tag for tag in seen if tag not in odd and tag not in (OUTSIDE, outside)]
    examples = [outside, *(usual[:2] or ["B-PER", "I-PER"])]
    rule = f"a tag such as {', '.join(examples[:-1])} or {examples[-1]}"
    return ValueError(describe(i, j, rule, tags[i][j]))


def with_indices(name: str) -> Describe:
    """Return a function for messages that name indices of sentence and token."""
    return lambda i, j, rule, tag: must_be(f"{name}[{i}][{j}]", rule, tag)


def _are_few(tags: Collection[str], counts: Counter[str]) -> bool:
    """Whether few tokens have these tags: fewer than all others."""
    return 2 * sum(counts[tag] for tag in tags) < counts.total()


def _is_near(tag: str, marked: Collection[str]) -> bool:
    """Whether a tag looks like one of spans with a mistake."""
    if tag in _LIKE_OUTSIDE or tag.strip() != tag:
        return True
    kinds = {of_span[2:] for of_span in marked}
    if tag in kinds or (tag[1:2] == "-" and tag[2:] in kinds):  # PER and X-PER
        return True
    return bool(_LIKE_A_LETTER.fullmatch(tag) or _LETTER_LAST.fullmatch(tag))


def _are_in_another_notation(odd: Collection[str], near: Collection[str]) -> bool:
    """Whether all tags mark spans in a notation that no scheme has, as b-per, B_PER."""
    letters = {tag[0].upper() for tag in near if _LIKE_A_LETTER.fullmatch(tag)}
    letters |= {tag[-1].upper() for tag in near if _LETTER_LAST.fullmatch(tag)}
    return len(near) == len(odd) and "B" in letters and len(letters) > 1


def _are_types(counts: Counter[str], outside: str = "O") -> bool:
    kinds = counts.keys() - {outside}
    n_outside = counts[outside]
    names = {kind.upper() for kind in kinds}
    if not kinds or not n_outside or not names.isdisjoint(_PARTS_OF_SPEECH):
        return False
    near = {kind for kind in kinds if _is_near(kind, ())}
    if near & _LIKE_OUTSIDE or any(map(is_span_tag, kinds)):
        return False
    if _are_in_another_notation(kinds, near):
        return False
    are_names = all(len(kind) > 1 and kind[:1].isalpha() for kind in kinds)
    minimum = _MIN_OUTSIDE if are_names else 0.5
    return n_outside > minimum * counts.total()


def _counts(tags: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(chain.from_iterable(tags))
