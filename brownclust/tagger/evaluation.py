"""How good tags are, how sure that is, and whether two taggers differ."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from operator import eq
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer, must_be
from brownclust.tagger.schemes import Span, detect_scheme, spans

Sentences: TypeAlias = Sequence[Sequence[str]]

Ratios: TypeAlias = dict[str, NDArray[np.int64]]
"""By figure, two counts of each sentence: their sums' ratio is the figure."""

_NAMES = {
    "accuracy": "accuracy",
    "accuracy_known": "accuracy, known words",
    "accuracy_unknown": "accuracy, unknown words",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}
_MOST_CONFUSIONS = 10
_BATCH = 2**20  # numbers drawn at once: 8 MB
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Score:
    """Figures of one type of span, or of one tag; 0 where they are undefined.

    Attributes
    ----------
    precision, recall, f1 : float
        From 0 to 1.
    support, n_predicted : int
        How many there are in the gold standard, and in what was predicted.
    """

    precision: float
    recall: float
    f1: float
    support: int
    n_predicted: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` finds; figures are fractions from 0 to 1.

    Attributes
    ----------
    n_sentences, n_tokens : int
        Size of the gold standard.
    n_unknown : int or None
        Tokens whose word was not seen in training; None if that was not told.
    accuracy : float
        Fraction of tokens with the right tag.
    accuracy_known, accuracy_unknown : float or None
        The same for words seen in training, and not; None if there are none such.
    precision, recall, f1 : float or None
        Of spans, over all types; None if the tags are not tags of spans.
    per_type : dict of str to Score
        By type of span; by tag if the tags are not tags of spans.
    confusion : tuple (list of str, int64 array (n_tags, n_tags))
        All tags, and how often each of them (row) was given each tag (column).
    intervals : dict of str to tuple (float, float)
        Confidence intervals, by name, of those of the accuracies and F1 there are.
    confidence : float
        Of the intervals.
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

    def to_dict(self) -> dict[str, Any]:
        """Return everything under the attributes' names, ready for JSON."""
        tags, counts = self.confusion
        return asdict(self) | {
            "confusion": {"tags": tags, "counts": counts.tolist()},
            "intervals": {name: list(ends) for name, ends in self.intervals.items()},
        }

    def report(self) -> str:
        """Return tables to read, in percent."""
        size = _size(self.n_sentences, self.n_tokens)
        if self.n_unknown is not None:
            size += f", {self.n_unknown:,} of words not seen in training"
        blocks = [[size], _table(self._figures()), _table(self._scores())]
        if self.f1 is None and len(confusions := self._confusions()) > 1:
            blocks.append(_table(confusions))
        return "\n\n".join("\n".join(lines) for lines in blocks)

    def _figures(self) -> list[list[str]]:
        rows = [["", "%", f"{100 * self.confidence:g}% interval"]]
        for name, shown in _NAMES.items():
            if (figure := getattr(self, name)) is not None:
                ends = map(_percent, self.intervals.get(name, ()))
                rows.append([shown, _percent(figure), " to ".join(ends)])
        return rows

    def _scores(self) -> list[list[str]]:
        kind = "tag" if self.f1 is None else "type"
        rows = [[kind, "precision", "recall", "F1", "gold", "predicted"]]
        for name, score in self.per_type.items():
            figures = map(_percent, (score.precision, score.recall, score.f1))
            rows.append(
                [name, *figures, f"{score.support:,}", f"{score.n_predicted:,}"]
            )
        return rows

    def _confusions(self) -> list[list[str]]:
        tags, counts = self.confusion
        errors = counts - np.diag(np.diag(counts))
        rows = [["gold", "predicted", "times"]]
        for place in np.argsort(-errors, axis=None, kind="stable")[:_MOST_CONFUSIONS]:
            i, j = divmod(int(place), len(tags))
            if errors[i, j]:
                rows.append([tags[i], tags[j], f"{errors[i, j]:,}"])
        return rows


@dataclass(frozen=True)
class Difference:
    """One figure of two taggers.

    Attributes
    ----------
    first, second : float
        The figure of each, from 0 to 1.
    difference : float
        ``second - first``: above 0 if the second is better.
    p_value : float
        How often two taggers that do not differ would differ as much.
    """

    first: float
    second: float
    difference: float
    p_value: float


@dataclass(frozen=True)
class Comparison:
    """What `compare` finds.

    Attributes
    ----------
    n_sentences, n_tokens : int
        Size of the gold standard.
    n_permutations : int
        How often outputs were swapped at random.
    accuracy : Difference
        Of all tokens.
    f1 : Difference or None
        Of spans; None if the tags are not tags of spans.
    """

    n_sentences: int
    n_tokens: int
    n_permutations: int
    accuracy: Difference
    f1: Difference | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything under the attributes' names, ready for JSON."""
        return asdict(self)

    def report(self) -> str:
        """Return a table to read, in percent."""
        rows = [["", "first", "second", "difference", "p"]]
        for name, found in (("accuracy", self.accuracy), ("f1", self.f1)):
            if found is not None:
                figures = [_percent(found.first), _percent(found.second)]
                change = f"{100 * found.difference:+.2f}"
                rows.append([_NAMES[name], *figures, change, f"{found.p_value:.3g}"])
        size = _size(self.n_sentences, self.n_tokens)
        return "\n".join([size, "", *_table(rows)])


def evaluate(
    gold: Sentences,
    predicted: Sentences,
    *,
    is_known: Sequence[Sequence[bool]] | None = None,
    are_spans: bool | None = None,
    n_bootstrap: int = 1000,
    confidence: float = 0.95,
    random_state: int = 0,
) -> Evaluation:
    """Compare predicted tags with the right ones.

    Parameters
    ----------
    gold, predicted : sequences of sequences of str
        Tags of the same sentences.
    is_known : sequence of sequences of bool, optional
        Of each token: was its word seen in training?
    are_spans : bool, optional
        Whether to evaluate spans too: right if type, first and last token are. If
        None: where the gold tags are in a scheme that `detect_scheme` knows.
    n_bootstrap : int, default 1000
        How many times sentences are drawn for the intervals; none are made with 0.
    confidence : float, default 0.95
        Of the intervals.
    random_state : int, default 0
        Seed: the same gives the same intervals.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If the sentences are not as many or not as long, or have no token.

    Notes
    -----
    Spans are read and counted as by conlleval [1]_. Intervals are of the percentile
    bootstrap [2]_: as many sentences as there are, drawn with replacement; a draw
    without, say, unknown words has no part in their interval. Time is linear in
    tokens and in ``n_bootstrap`` times sentences; 1000 times 2,000 takes 50 ms.

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
    _check_parallel(gold, others)
    ratios = _token_ratios(gold, predicted, is_known)
    confusion = _confusion(gold, predicted)
    if are_spans is None:
        are_spans = detect_scheme(gold) is not None
    if not are_spans:
        per_type = _score_tags(*confusion)
        precision = recall = None
    else:
        gold_spans, predicted_spans = _all_spans(gold), _all_spans(predicted)
        ratios["f1"] = _span_ratio(gold_spans, predicted_spans)
        per_type, overall = _score_spans(gold_spans, predicted_spans)
        precision, recall = overall.precision, overall.recall
    figures = {name: _ratio(counts.sum(axis=0)) for name, counts in ratios.items()}
    return Evaluation(
        n_sentences=len(gold),
        n_tokens=sum(map(len, gold)),
        n_unknown=None if is_known is None else int((~_flat_bools(is_known)).sum()),
        accuracy=figures["accuracy"],
        accuracy_known=figures.get("accuracy_known"),
        accuracy_unknown=figures.get("accuracy_unknown"),
        precision=precision,
        recall=recall,
        f1=figures.get("f1"),
        per_type=per_type,
        confusion=confusion,
        intervals=_intervals(ratios, n_bootstrap, confidence, random_state),
        confidence=confidence,
    )


def compare(
    gold: Sentences,
    first: Sentences,
    second: Sentences,
    *,
    are_spans: bool | None = None,
    n_permutations: int = 10_000,
    random_state: int = 0,
) -> Comparison:
    """Test whether two taggers differ by more than chance.

    Parameters
    ----------
    gold, first, second : sequences of sequences of str
        Tags of the same sentences: the right ones, and those of the two taggers.
    are_spans : bool, optional
        As of `evaluate`.
    n_permutations : int, default 10000
        How often outputs are swapped at random; no p-value is below
        ``1 / (n_permutations + 1)``.
    random_state : int, default 0
        Seed: the same gives the same p-values.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If the sentences are not as many or not as long, or have no token.

    Notes
    -----
    The paired approximate randomisation test [1]_, two-sided: the two taggers' outputs
    for a sentence are swapped with probability 1/2, and
    :math:`p = (c + 1) / (n + 1)` where in *c* of *n* times the figures differ at least
    as much as they do. Sentences are taken to be independent. Memory for swaps is
    bounded; 10,000 times 2,000 sentences take 50 ms.

    References
    ----------
    .. [1] Yeh (2000), "More accurate tests for the statistical significance of result
       differences".

    Examples
    --------
    >>> gold = [["DT", "NN"], ["NN"]] * 10
    >>> found = compare(gold, gold, [["DT", "NN"], ["VB"]] * 10)
    >>> round(found.accuracy.difference, 3), found.accuracy.p_value < 0.01
    (-0.333, True)
    """
    check_integer("n_permutations", n_permutations, minimum=1)
    check_integer("random_state", random_state, minimum=0)
    _check_parallel(gold, {"first": first, "second": second})
    of_first, of_second = _token_ratios(gold, first), _token_ratios(gold, second)
    if are_spans is None:
        are_spans = detect_scheme(gold) is not None
    if are_spans:
        gold_spans = _all_spans(gold)
        of_first["f1"] = _span_ratio(gold_spans, _all_spans(first))
        of_second["f1"] = _span_ratio(gold_spans, _all_spans(second))
    found = {
        name: _difference(counts, of_second[name], n_permutations, random_state)
        for name, counts in of_first.items()
    }
    return Comparison(
        n_sentences=len(gold),
        n_tokens=sum(map(len, gold)),
        n_permutations=n_permutations,
        accuracy=found["accuracy"],
        f1=found.get("f1"),
    )


# --- Counts -------------------------------------------------------------------


def _check_parallel(
    gold: Sentences, others: dict[str, Sequence[Sequence[Any]]]
) -> None:
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


def _all_spans(sentences: Sentences) -> list[set[Span]]:
    return [set(spans(tags)) for tags in sentences]


def _flat_bools(values: Iterable[Iterable[bool]]) -> NDArray[np.bool_]:
    return np.fromiter(chain.from_iterable(values), bool)


def _token_ratios(
    gold: Sentences,
    predicted: Sentences,
    is_known: Sequence[Sequence[bool]] | None = None,
) -> Ratios:
    """Right tokens and tokens, by accuracy; those that are undefined are left out."""
    sentence = np.repeat(np.arange(len(gold)), list(map(len, gold)))
    is_right = _flat_bools(map(eq, *pair) for pair in zip(gold, predicted, strict=True))
    tokens = {"accuracy": np.ones(sentence.size, bool)}
    if is_known is not None:
        tokens["accuracy_known"] = _flat_bools(is_known)
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


def _span_ratio(gold: list[set[Span]], predicted: list[set[Span]]) -> NDArray[np.int64]:
    """Of F1, which as a ratio of sums is 2 right / (gold + predicted)."""
    return np.array(
        [
            (2 * len(right & found), len(right) + len(found))
            for right, found in zip(gold, predicted, strict=True)
        ]
    )


def _ratio(sums: NDArray[np.int64]) -> float:
    return float(sums[0] / sums[1]) if sums[1] else 0.0


def _confusion(
    gold: Sentences, predicted: Sentences
) -> tuple[list[str], NDArray[np.int64]]:
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
    """By type, and over all."""
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


# --- Chance -------------------------------------------------------------------


def _intervals(
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


def _difference(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    n_permutations: int,
    random_state: int,
) -> Difference:
    random = np.random.default_rng(random_state)
    of_first, of_second = first.sum(axis=0), second.sum(axis=0)
    # Sentences that change the sums alike when swapped are drawn together.
    changes, times = np.unique(second - first, axis=0, return_counts=True)
    least = abs(_ratio(of_first) - _ratio(of_second)) - _ROUNDING
    n_as_far = 0
    size = max(1, _BATCH // times.size)
    for start in range(0, n_permutations, size):
        shape = (min(size, n_permutations - start), times.size)
        moved = random.binomial(times, 0.5, shape) @ changes
        one, other = (of_first + moved).T, (of_second - moved).T
        n_as_far += int((abs(one[0] / one[1] - other[0] / other[1]) >= least).sum())
    return Difference(
        first=_ratio(of_first),
        second=_ratio(of_second),
        difference=_ratio(of_second) - _ratio(of_first),
        p_value=(n_as_far + 1) / (n_permutations + 1),
    )


# --- Text ---------------------------------------------------------------------


def _size(n_sentences: int, n_tokens: int) -> str:
    sentences = "sentence" if n_sentences == 1 else "sentences"
    tokens = "token" if n_tokens == 1 else "tokens"
    return f"{n_sentences:,} {sentences}, {n_tokens:,} {tokens}"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2f}"


def _table(rows: list[list[str]]) -> list[str]:
    """Lines of columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return lines
