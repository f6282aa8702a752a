"""Metrics of tags as ratios of two counts per sentence; and tables of metrics.

The common part of `evaluation` and `comparison`.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import eq
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.tagger.schemes import Span, spans
from brownclust.tagger.sentences import Tags, check_parallel

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


def all_spans(sentences: Tags) -> list[set[Span]]:
    """Return the spans of each sentence."""
    return [set(spans(tags)) for tags in sentences]


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
