"""Evaluation of predicted tags: metrics, confusions, and bootstrap intervals.

It counts with `metrics`, as `comparison` does, and needs no tagger, only tags.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._html import html_table
from brownclust._validation import check_integer, must_be
from brownclust.tagger.metrics import (
    METRIC_NAMES,
    Ratios,
    all_spans,
    check_predictions,
    flat_bools,
    in_one_notation,
    in_scheme,
    percent,
    ratio,
    scheme_notes,
    size_text,
    span_ratio,
    span_scheme,
    table,
    token_ratios,
)
from brownclust.tagger.sentences import Tags
from brownclust.tagger.spans import Span

_MAX_CONFUSIONS = 10

NO_TYPE = "(no type)"
"""Stands in tables for the type of spans whose tags are letters alone."""


@dataclass(frozen=True)
class Score:
    """Metrics of one type of span, or of one tag; 0 where they are undefined.

    Attributes
    ----------
    precision, recall, f1 : float
        From 0 to 1.
    support, n_predicted : int
        How often it occurs in the gold standard, and in the prediction.
    """

    precision: float
    recall: float
    f1: float
    support: int
    n_predicted: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The result of `evaluate`; metrics are fractions from 0 to 1.

    Attributes
    ----------
    n_sentences, n_tokens : int
        Size of the gold standard.
    n_unknown : int or None
        Tokens whose word was not seen in training; None without `is_known`.
    accuracy : float
        Fraction of tokens with the right tag.
    accuracy_known, accuracy_unknown : float or None
        The same for words seen in training, and for others; None if there are none.
    precision, recall, f1 : float or None
        Of spans, over all types; None if the tags do not mark spans.
    per_type : dict of str to Score
        By type of span; by tag if the tags do not mark spans.
    confusion : tuple (list of str, int64 array (n_tags, n_tags))
        All tags, and how often each gold tag (row) got each predicted tag (column).
    intervals : dict of str to tuple (float, float)
        Confidence intervals of the accuracies and of F1, by name.
    confidence : float
        Confidence level of the intervals.
    scheme : str or None
        The scheme of the gold tags, in which all metrics are computed; ``"types"`` if
        spans are runs of equal tags; None if the tags do not mark spans.
    predicted_scheme : str or None
        The scheme of the predicted tags before they were converted.
    """

    n_sentences: int
    n_tokens: int
    n_unknown: int | None
    accuracy: float
    accuracy_known: float | None
    accuracy_unknown: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    per_type: dict[str, Score]
    confusion: tuple[list[str], NDArray[np.int64]]
    intervals: dict[str, tuple[float, float]]
    confidence: float
    scheme: str | None = None
    predicted_scheme: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes by name, ready for JSON."""
        tags, counts = self.confusion
        return asdict(self) | {
            "confusion": {"tags": tags, "counts": counts.tolist()},
            "intervals": {name: list(ends) for name, ends in self.intervals.items()},
        }

    def report(self) -> str:
        """Return tables as text, in percent."""
        size = size_text(self.n_sentences, self.n_tokens)
        if self.n_unknown is not None:
            size += f", {self.n_unknown:,} of words not seen in training"
        notes = scheme_notes(self.scheme, {"predicted tags": self.predicted_scheme})
        blocks = [[size, *notes], table(self._metric_rows()), table(self._score_rows())]
        if self.f1 is None and len(confusions := self._confusion_rows()) > 1:
            blocks.append(table(confusions))
        return "\n\n".join("\n".join(lines) for lines in blocks)

    def __str__(self) -> str:
        """Return the tables of `report`."""
        return self.report()

    def _repr_html_(self) -> str:
        """Return the tables of metrics and scores, for notebooks."""
        size = size_text(self.n_sentences, self.n_tokens)
        tables = zip((size, ""), (self._metric_rows(), self._score_rows()), strict=True)
        return "\n".join(
            html_table(caption, heading, rows) for caption, (heading, *rows) in tables
        )

    def _metric_rows(self) -> list[list[str]]:
        rows = [["", "%", f"{100 * self.confidence:g}% interval"]]
        for name, shown in METRIC_NAMES.items():
            if (metric := getattr(self, name)) is not None:
                ends = map(percent, self.intervals.get(name, ()))
                rows.append([shown, percent(metric), " to ".join(ends)])
        return rows

    def _score_rows(self) -> list[list[str]]:
        kind = "tag" if self.f1 is None else "type"
        rows = [[kind, "precision", "recall", "F1", "gold", "predicted"]]
        for name, score in self.per_type.items():
            metrics = map(percent, (score.precision, score.recall, score.f1))
            rows.append(
                [
                    name or NO_TYPE,
                    *metrics,
                    f"{score.support:,}",
                    f"{score.n_predicted:,}",
                ]
            )
        return rows

    def _confusion_rows(self) -> list[list[str]]:
        tags, counts = self.confusion
        errors = counts - np.diag(np.diag(counts))
        rows = [["gold", "predicted", "times"]]
        for place in np.argsort(-errors, axis=None, kind="stable")[:_MAX_CONFUSIONS]:
            i, j = divmod(int(place), len(tags))
            if errors[i, j]:
                rows.append([tags[i], tags[j], f"{errors[i, j]:,}"])
        return rows


def evaluate(
    gold: Tags,
    predicted: Tags,
    *,
    is_known: Sequence[Sequence[bool]] | None = None,
    are_spans: bool | None = None,
    keeps_letters: bool = False,
    n_bootstrap: int = 1000,
    confidence: float = 0.95,
    random_state: int = 0,
) -> Evaluation:
    """Compare predicted tags with the gold standard.

    Parameters
    ----------
    gold, predicted : sequences of sequences of str
        Tags of the same sentences.
    is_known : sequence of sequences of bool, optional
        Whether the word of each token was seen in training.
    are_spans : bool, optional
        Whether to evaluate spans too; a span is right if its type, first and last
        token are. None: if nearly all gold tags are in a scheme (iob1, iob2, ioe1,
        ioe2, bilou, iobes, bmes, bmewo, with or without types; or types alone, beside
        O).
    keeps_letters : bool, default False
        Whether predicted tags are in the scheme of the gold tags if they have no other
        letters, even if they break its rules as tags of a simple tagger may. The
        accuracy is then that of the tags as they are, as for conlleval and seqeval.
    n_bootstrap : int, default 1000
        Number of bootstrap samples for the intervals; 0 for no intervals.
    confidence : float, default 0.95
        Confidence level of the intervals.
    random_state : int, default 0
        Seed; the same seed gives the same intervals.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If the numbers of sentences or tokens differ, or there are no tokens; or, with
        the indices of sentence and token, if tags mark spans and one does not. For
        such gold tags see `repair_tags`.

    Notes
    -----
    Tags in another notation, such as b-per, B_PER and PER-B, are read as B-per and
    B-PER first, and predicted tags of another scheme are converted to that of the gold
    tags, so that all metrics compare the same things. Spans are read and counted as by
    conlleval [1]_. Intervals are those of the percentile bootstrap [2]_, which
    resamples whole sentences with replacement; a sample in which a metric is undefined,
    such as one without unknown words, is left out of the interval of that metric. Time
    is linear in tokens and in `n_bootstrap` times sentences; 1,000 samples of 2,000
    sentences take 50 ms.

    References
    ----------
    .. [1] Tjong Kim Sang and Buchholz (2000), "Introduction to the CoNLL-2000 shared
       task: chunking".
    .. [2] Efron and Tibshirani (1993), "An introduction to the bootstrap", chapter 13.

    Examples
    --------
    >>> found = evaluate([["B-NP", "I-NP", "O", "B-NP"]], [["B-NP", "I-NP", "O", "O"]])
    >>> found.accuracy, found.precision, found.recall
    (0.75, 1.0, 0.5)
    """
    check_integer("n_bootstrap", n_bootstrap, minimum=0)
    check_integer("random_state", random_state, minimum=0)
    if not 0 < confidence < 1:
        raise ValueError(must_be("confidence", "between 0 and 1", confidence))
    others: dict[str, Sequence[Sequence[Any]]] = {"predicted": predicted}
    if is_known is not None:
        others["is_known"] = is_known
    check_predictions(gold, others)
    if are_spans is not False:
        gold, predicted = in_one_notation(gold, predicted)
    scheme = span_scheme(gold, are_spans, predicted)
    predicted_scheme = None
    if scheme is not None:
        predicted, predicted_scheme = in_scheme(
            predicted, gold, scheme, keeps_letters=keeps_letters
        )
    ratios = token_ratios(gold, predicted, is_known)
    confusion = _confusion(gold, predicted)
    if scheme is None:
        per_type = _score_tags(*confusion)
        precision = recall = None
    else:
        gold_spans, predicted_spans = (
            all_spans(tags, scheme) for tags in (gold, predicted)
        )
        ratios["f1"] = span_ratio(gold_spans, predicted_spans)
        per_type, overall = _score_spans(gold_spans, predicted_spans)
        precision, recall = overall.precision, overall.recall
    metrics = {name: ratio(counts.sum(axis=0)) for name, counts in ratios.items()}
    return Evaluation(
        n_sentences=len(gold),
        n_tokens=sum(map(len, gold)),
        n_unknown=None if is_known is None else int((~flat_bools(is_known)).sum()),
        accuracy=metrics["accuracy"],
        accuracy_known=metrics.get("accuracy_known"),
        accuracy_unknown=metrics.get("accuracy_unknown"),
        precision=precision,
        recall=recall,
        f1=metrics.get("f1"),
        per_type=per_type,
        confusion=confusion,
        intervals=_bootstrap_intervals(ratios, n_bootstrap, confidence, random_state),
        confidence=confidence,
        scheme=scheme,
        predicted_scheme=predicted_scheme,
    )


def _confusion(gold: Tags, predicted: Tags) -> tuple[list[str], NDArray[np.int64]]:
    pairs = Counter(
        zip(chain.from_iterable(gold), chain.from_iterable(predicted), strict=True)
    )
    tags = sorted(set(chain.from_iterable(pairs)))
    number = {tag: i for i, tag in enumerate(tags)}
    counts = np.zeros((len(tags), len(tags)), np.int64)
    for (right, found), times in pairs.items():
        counts[number[right], number[found]] = times
    return tags, counts


# --- Scores -------------------------------------------------------------------


def _score(n_right: int, n_gold: int, n_predicted: int) -> Score:
    return Score(
        precision=n_right / max(n_predicted, 1),
        recall=n_right / max(n_gold, 1),
        f1=2 * n_right / max(n_gold + n_predicted, 1),
        support=n_gold,
        n_predicted=n_predicted,
    )


def _score_tags(tags: list[str], counts: NDArray[np.int64]) -> dict[str, Score]:
    sums = (np.diag(counts), counts.sum(axis=1), counts.sum(axis=0))
    rows = np.stack(sums, axis=1).tolist()
    return {tag: _score(*row) for tag, row in zip(tags, rows, strict=True)}


def _score_spans(
    gold: list[set[Span]], predicted: list[set[Span]]
) -> tuple[dict[str, Score], Score]:
    """Return the scores of each type, and over all types."""
    both = [right & found for right, found in zip(gold, predicted, strict=True)]
    counts = [
        Counter(kind for kind, _, _ in chain.from_iterable(sentences))
        for sentences in (both, gold, predicted)
    ]
    per_type = {
        kind: _score(*(count[kind] for count in counts))
        for kind in sorted(set(chain.from_iterable(counts)))
    }
    return per_type, _score(*(count.total() for count in counts))


# --- Intervals -------------------------------------------------------------------


def _bootstrap_intervals(
    ratios: Ratios, n_bootstrap: int, confidence: float, random_state: int
) -> dict[str, tuple[float, float]]:
    random = np.random.default_rng(random_state)
    counts = np.hstack(list(ratios.values()))
    n = len(counts)
    sums = np.zeros((n_bootstrap, counts.shape[1]), np.int64)
    for row in sums:
        row[:] = np.bincount(random.integers(n, size=n), minlength=n) @ counts
    intervals = {}
    for name, pair in zip(ratios, np.split(sums, len(ratios), axis=1), strict=True):
        defined = pair[pair[:, 1] > 0]
        if defined.size:
            ends = [(1 - confidence) / 2, (1 + confidence) / 2]
            low, high = np.quantile(defined[:, 0] / defined[:, 1], ends).tolist()
            intervals[name] = (low, high)
    return intervals
