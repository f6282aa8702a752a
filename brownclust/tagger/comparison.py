"""Whether two taggers differ by more than chance."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer
from brownclust.tagger.metrics import (
    FIGURES,
    Sentences,
    all_spans,
    check_parallel,
    percent,
    ratio,
    size_text,
    span_ratio,
    table,
    token_ratios,
)
from brownclust.tagger.schemes import detect_scheme

_BATCH = 2**20  # numbers drawn at once: 8 MB
_ROUNDING = 1e-12


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
                figures = [percent(found.first), percent(found.second)]
                change = f"{100 * found.difference:+.2f}"
                rows.append([FIGURES[name], *figures, change, f"{found.p_value:.3g}"])
        size = size_text(self.n_sentences, self.n_tokens)
        return "\n".join([size, "", *table(rows)])


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
    check_parallel(gold, {"first": first, "second": second})
    of_first, of_second = token_ratios(gold, first), token_ratios(gold, second)
    if are_spans is None:
        are_spans = detect_scheme(gold) is not None
    if are_spans:
        gold_spans = all_spans(gold)
        of_first["f1"] = span_ratio(gold_spans, all_spans(first))
        of_second["f1"] = span_ratio(gold_spans, all_spans(second))
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
    least = abs(ratio(of_first) - ratio(of_second)) - _ROUNDING
    n_as_far = 0
    size = max(1, _BATCH // times.size)
    for start in range(0, n_permutations, size):
        shape = (min(size, n_permutations - start), times.size)
        moved = random.binomial(times, 0.5, shape) @ changes
        one, other = (of_first + moved).T, (of_second - moved).T
        n_as_far += int((abs(one[0] / one[1] - other[0] / other[1]) >= least).sum())
    return Difference(
        first=ratio(of_first),
        second=ratio(of_second),
        difference=ratio(of_second) - ratio(of_first),
        p_value=(n_as_far + 1) / (n_permutations + 1),
    )
