"""Metrics of tags as ratios of two counts per sentence; and tables of metrics.

The common part of `evaluation` and `comparison`.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import eq
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.tagger.notation import in_usual_notation
from brownclust.tagger.schemes import LETTERS, SCHEMES, TABLE, TYPES, is_span_tag
from brownclust.tagger.sentences import Tags, check_parallel
from brownclust.tagger.span_tags import check_span_tags, find_scheme
from brownclust.tagger.spans import Span, convert, detect_scheme, spans

Ratios: TypeAlias = dict[str, NDArray[np.int64]]
"""For each metric, two counts for each sentence; the metric is the ratio of their sums.

Any choice of sentences then has its metrics by addition alone: the bootstrap draws
sentences, the randomisation test swaps them.
"""

METRIC_NAMES = {
    "accuracy": "accuracy",
    "accuracy_known": "accuracy, known words",
    "accuracy_unknown": "accuracy, unknown words",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}
"""The name of each metric in a table."""


def check_predictions(gold: Tags, others: dict[str, Sequence[Sequence[Any]]]) -> None:
    """Raise an error unless all have as many sentences and tokens as `gold`."""
    for name, values in {"gold": gold, **others}.items():
        check_parallel(name, values, "gold", gold)
    if not any(map(len, gold)):
        raise ValueError(must_be("gold", "sentences with at least one tag", gold))


def all_spans(sentences: Tags, scheme: str | None) -> list[set[Span]]:
    """Return the spans of each sentence."""
    return [set(spans(tags, scheme)) for tags in sentences]


def in_one_notation(*several: Tags) -> list[Tags]:
    """Return the tags of each in the usual notation, each the evidence of the others.

    So the tags b-per and B-per are the same.
    """
    distinct = [{*chain.from_iterable(tags)} for tags in several]
    return [
        in_usual_notation(tags, known)[0]
        for tags, known in zip(
            several, [set().union(*distinct)] * len(several), strict=True
        )
    ]


def span_scheme(gold: Tags, are_spans: bool | None, *others: Tags) -> str | None:
    """Return the scheme of gold tags; None if they are not to be read as spans.

    Parameters
    ----------
    gold : sequence of sequences of str
        Tags.
    are_spans : bool or None
        Whether all of them must mark spans; None: if `find_scheme` finds a scheme.
    *others : sequences of sequences of str
        Predicted tags: their scheme is returned if the gold tags must mark spans and
        have none.

    Raises
    ------
    ValueError
        With the indices of sentence and token, for a tag that does not mark spans.
    """
    if are_spans is False:
        return None
    if not are_spans:
        check_span_tags(gold, "gold")
        return find_scheme(gold)
    found = find_scheme(gold)
    distinct = {*chain.from_iterable(chain(gold, *others))} - {"O"}
    if found is not None:
        pass
    elif distinct <= LETTERS:  # a few letters, such as B alone, are not evidence
        found = _scheme_of_letters(gold)
    elif not any(map(is_span_tag, distinct)):
        found = TYPES
    else:
        check_span_tags(gold, "gold", known=distinct, are_spans=True)
        found = next(filter(None, map(find_scheme, others)), None)
    return found or SCHEMES[0]  # no spans at all


def _scheme_of_letters(tags: Tags) -> str | None:
    """Return the scheme of tags without types, from whichever letters there are."""
    typed = [[tag if tag == "O" else f"{tag}-X" for tag in of_one] for of_one in tags]
    return detect_scheme(typed)


def in_scheme(
    predicted: Tags,
    gold: Tags,
    scheme: str,
    name: str = "predicted",
    *,
    keeps_letters: bool = False,
) -> tuple[Tags, str]:
    """Return tags in the scheme of the gold tags, and the scheme they were in.

    Tags of the same scheme are returned as they are, with spans that the scheme does
    not allow; if `keeps_letters`, so are tags that have only letters of the scheme.

    Raises
    ------
    ValueError
        With the indices of sentence and token, for a tag that does not mark spans.
    """
    found = find_scheme(predicted)
    if found is None:
        tags = {*chain.from_iterable(predicted)} - {"O"}
        kinds = {kind for of_one in all_spans(gold, scheme) for kind, *_ in of_one}
        if "" in kinds and tags <= LETTERS:
            found = _scheme_of_letters(predicted) or scheme
        elif tags & kinds and not any(map(is_span_tag, tags)):
            found = TYPES  # the gold tags show what they are
        else:
            check_span_tags(predicted, name, known=("B-PER", "I-PER"), are_spans=True)
            found = scheme  # no spans at all
    if keeps_letters and TYPES not in (scheme, found):
        letters = {tag[0] for tag in chain.from_iterable(predicted)} - {"O"}
        found = scheme if letters <= {*TABLE[scheme].letters} else found
    if found == scheme:
        return predicted, scheme
    return [convert(tags, scheme, found) for tags in predicted], found


def scheme_notes(scheme: str | None, others: Mapping[str, str | None]) -> list[str]:
    """Return lines that say how the tags were read, where it is not as usual.

    Parameters
    ----------
    scheme : str or None
        Of the gold tags.
    others : mapping of str to str
        The scheme of other tags, by what to call them.
    """
    notes = []
    if scheme == TYPES:
        notes.append("tags are types without B- and I-: spans are runs of equal tags")
    for name, found in others.items():
        if found != scheme:
            notes.append(
                f"{name} converted from scheme {found} to {scheme}, that of the gold "
                "tags"
            )
    return notes


def flat_bools(values: Iterable[Iterable[bool]]) -> NDArray[np.bool_]:
    """Return the values of all sentences, one sentence after the other."""
    return np.fromiter(chain.from_iterable(values), bool)


def token_ratios(
    gold: Tags,
    predicted: Tags,
    is_known: Sequence[Sequence[bool]] | None = None,
) -> Ratios:
    """Return the counts of right tokens and of all tokens, for each accuracy.

    An accuracy over no tokens is left out.
    """
    sentence = np.repeat(np.arange(len(gold)), list(map(len, gold)))
    is_right = flat_bools(map(eq, *pair) for pair in zip(gold, predicted, strict=True))
    tokens = {"accuracy": np.ones(sentence.size, bool)}
    if is_known is not None:
        tokens["accuracy_known"] = flat_bools(is_known)
        tokens["accuracy_unknown"] = ~tokens["accuracy_known"]
    return {
        name: np.stack(
            [
                np.bincount(sentence[of_these], minlength=len(gold))
                for of_these in (chosen & is_right, chosen)
            ],
            axis=1,
        )
        for name, chosen in tokens.items()
        if chosen.any()
    }


def span_ratio(gold: list[set[Span]], predicted: list[set[Span]]) -> NDArray[np.int64]:
    """Return the counts of F1, which is the ratio 2 right / (gold + predicted)."""
    return np.array(
        [
            (2 * len(right & found), len(right) + len(found))
            for right, found in zip(gold, predicted, strict=True)
        ]
    )


def ratio(sums: NDArray[np.int64]) -> float:
    """Return the metric of two summed counts; 0 where it is undefined."""
    return float(sums[0] / sums[1]) if sums[1] else 0.0


def size_text(n_sentences: int, n_tokens: int) -> str:
    """Return the size of data as text."""
    sentences = "sentence" if n_sentences == 1 else "sentences"
    tokens = "token" if n_tokens == 1 else "tokens"
    return f"{n_sentences:,} {sentences}, {n_tokens:,} {tokens}"


def percent(fraction: float) -> str:
    """Return a fraction in percent, without the percent sign."""
    return f"{100 * fraction:.2f}"


def table(rows: list[list[str]]) -> list[str]:
    """Return lines of columns, the first left-aligned and the others right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return lines
