"""Comparison of two taggers: whether they differ by more than chance would explain.

It counts with `metrics`, as `evaluation` does, and needs no tagger, only tags.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer
from brownclust.tagger.metrics import (
    METRIC_NAMES,
    all_spans,
    check_predictions,
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

_BATCH = 2**20
"""Random numbers drawn at once: 8 MB."""

_ROUNDING_SLACK = 1e-12
"""Differences that are equal up to rounding count as equal.

Each is a difference of two quotients from 0 to 1, so its rounding error is below 1e-15.
A difference that is smaller by less than this slack counts too, which can only make a
p-value larger: the cautious side.
"""


@dataclass(frozen=True)
class Difference:
    """One metric of two taggers.

    Attributes
    ----------
    first, second : float
        The metric of each, from 0 to 1.
    difference : float
        ``second - first``; positive if the second tagger is better.
    p_value : float
        Probability of a difference at least as large if the taggers do not differ.
    """

    first: float
    second: float
    difference: float
    p_value: float


@dataclass(frozen=True)
class Comparison:
    """The result of `compare`.

    Attributes
    ----------
    n_sentences, n_tokens : int
        Size of the gold standard.
    n_permutations : int
        Number of random permutations.
    accuracy : Difference
        Of all tokens.
    f1 : Difference or None
        Of spans; None if the tags do not mark spans.
    scheme : str or None
        The scheme of the gold tags, as in `Evaluation`.
    first_scheme, second_scheme : str or None
        The schemes of the tags of the two taggers, before they were converted.
    """

    n_sentences: int
    n_tokens: int
    n_permutations: int
    accuracy: Difference
    f1: Difference | None
    scheme: str | None = None
    first_scheme: str | None = None
    second_scheme: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes by name, ready for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """Return the table of `report`."""
        return self.report()

    def report(self) -> str:
        """Return a table as text, in percent."""
        rows = [["", "first", "second", "difference", "p"]]
        for name, found in (("accuracy", self.accuracy), ("f1", self.f1)):
            if found is not None:
                metrics = [percent(found.first), percent(found.second)]
                change = f"{100 * found.difference:+.2f}"
                p_value = f"{found.p_value:.3g}"
                rows.append([METRIC_NAMES[name], *metrics, change, p_value])
        size = size_text(self.n_sentences, self.n_tokens)
        schemes = {
            "tags of the first tagger": self.first_scheme,
            "tags of the second tagger": self.second_scheme,
        }
        notes = scheme_notes(self.scheme, schemes)
        return "\n".join([size, *notes, "", *table(rows)])


def compare(
    gold: Tags,
    first: Tags,
    second: Tags,
    *,
    are_spans: bool | None = None,
    n_permutations: int = 10_000,
    random_state: int = 0,
) -> Comparison:
    """Test whether two taggers differ by more than chance would explain.

    Parameters
    ----------
    gold, first, second : sequences of sequences of str
        Tags of the same sentences: the gold standard, and those of the two taggers.
    are_spans : bool, optional
        As for `evaluate`.
    n_permutations : int, default 10000
        Number of random permutations; no p-value is below
        ``1 / (n_permutations + 1)``.
    random_state : int, default 0
        Seed; the same seed gives the same p-values.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If the numbers of sentences or tokens differ, or there are no tokens; or for
        tags as in `evaluate`.

    Notes
    -----
    This is the paired approximate randomisation test [1]_, two-sided. In each of *n*
    permutations the tags of the two taggers are swapped with probability 1/2 in each
    sentence; if the metrics then differ at least as much as before in *c* of them,
    :math:`p = (c + 1) / (n + 1)`. Sentences are assumed to be independent. Memory does
    not grow with `n_permutations`; 10,000 permutations of 2,000 sentences take 50 ms.

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
    check_predictions(gold, {"first": first, "second": second})
    if are_spans is not False:
        gold, first, second = in_one_notation(gold, first, second)
    scheme = span_scheme(gold, are_spans, first, second)
    first_scheme = second_scheme = None
    if scheme is not None:
        first, first_scheme = in_scheme(first, gold, scheme, "first")
        second, second_scheme = in_scheme(second, gold, scheme, "second")
    of_first, of_second = token_ratios(gold, first), token_ratios(gold, second)
    if scheme is not None:
        gold_spans = all_spans(gold, scheme)
        of_first["f1"] = span_ratio(gold_spans, all_spans(first, scheme))
        of_second["f1"] = span_ratio(gold_spans, all_spans(second, scheme))
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
        scheme=scheme,
        first_scheme=first_scheme,
        second_scheme=second_scheme,
    )


def _difference(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    n_permutations: int,
    random_state: int,
) -> Difference:
    random = np.random.default_rng(random_state)
    of_first, of_second = first.sum(axis=0), second.sum(axis=0)
    # Sentences whose swap changes the sums by the same amounts are interchangeable: the
    # number of swaps among them is binomial, which is one draw instead of many.
    changes, times = np.unique(second - first, axis=0, return_counts=True)
    threshold = abs(ratio(of_first) - ratio(of_second)) - _ROUNDING_SLACK
    n_as_large = 0
    size = max(1, _BATCH // times.size)
    for start in range(0, n_permutations, size):
        shape = (min(size, n_permutations - start), times.size)
        moved = random.binomial(times, 0.5, shape) @ changes
        one, other = (of_first + moved).T, (of_second - moved).T
        differences = abs(one[0] / one[1] - other[0] / other[1])
        n_as_large += int((differences >= threshold).sum())
    return Difference(
        first=ratio(of_first),
        second=ratio(of_second),
        difference=ratio(of_second) - ratio(of_first),
        p_value=(n_as_large + 1) / (n_permutations + 1),
    )
