"""Counts that figures of tags are ratios of, by sentence; and tables of figures."""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import eq
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.tagger.schemes import Span, spans

Sentences: TypeAlias = Sequence[Sequence[str]]

Ratios: TypeAlias = dict[str, NDArray[np.int64]]
"""By figure, two counts of each sentence: their sums' ratio is the figure."""

FIGURES = {
    "accuracy": "accuracy",
    "accuracy_known": "accuracy, known words",
    "accuracy_unknown": "accuracy, unknown words",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}
"""What each figure is called in a table."""


def check_parallel(gold: Sentences, others: dict[str, Sequence[Sequence[Any]]]) -> None:
    """Raise an error unless all have as many sentences, and these as many tokens."""
    for name, sentences in {"gold": gold, **others}.items():
        if len(sentences) != len(gold):
            rule = f"{len(gold)}, as len(gold) is"
            raise ValueError(must_be(f"len({name})", rule, len(sentences)))
        for i, (tags, others_tags) in enumerate(zip(gold, sentences, strict=True)):
            if isinstance(others_tags, str):
                raise TypeError(must_be(f"{name}[{i}]", "a list of tags", others_tags))
            if len(others_tags) != len(tags):
                rule = f"{len(tags)}, as len(gold[{i}]) is"
                raise ValueError(must_be(f"len({name}[{i}])", rule, len(others_tags)))
    if not any(map(len, gold)):
        raise ValueError(must_be("gold", "sentences with at least one tag", gold))


def all_spans(sentences: Sentences) -> list[set[Span]]:
    """Return the spans of each sentence."""
    return [set(spans(tags)) for tags in sentences]


def flat_bools(values: Iterable[Iterable[bool]]) -> NDArray[np.bool_]:
    """Return the values of all sentences, one after the other."""
    return np.fromiter(chain.from_iterable(values), bool)


def token_ratios(
    gold: Sentences,
    predicted: Sentences,
    is_known: Sequence[Sequence[bool]] | None = None,
) -> Ratios:
    """Right tokens and tokens, by accuracy; those that are undefined are left out."""
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
    """Of F1, which as a ratio of sums is 2 right / (gold + predicted)."""
    return np.array(
        [
            (2 * len(right & found), len(right) + len(found))
            for right, found in zip(gold, predicted, strict=True)
        ]
    )


def ratio(sums: NDArray[np.int64]) -> float:
    """Return the figure of two counts; 0 where it is undefined."""
    return float(sums[0] / sums[1]) if sums[1] else 0.0


def size_text(n_sentences: int, n_tokens: int) -> str:
    """Return the size of data in words."""
    sentences = "sentence" if n_sentences == 1 else "sentences"
    tokens = "token" if n_tokens == 1 else "tokens"
    return f"{n_sentences:,} {sentences}, {n_tokens:,} {tokens}"


def percent(fraction: float) -> str:
    """Return a fraction in percent, without the sign."""
    return f"{100 * fraction:.2f}"


def table(rows: list[list[str]]) -> list[str]:
    """Lines of columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return lines
