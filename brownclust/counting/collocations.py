"""Collocations: pairs of adjacent words that occur together more than by chance.

``brownclust collocations`` prints them; they are candidates for `Phrases`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import rel_entr

from brownclust._validation import check_choice, check_integer
from brownclust.counting.counts import BigramCounts
from brownclust.counting.options import MEASURES

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Collocation:
    """Two adjacent words.

    Attributes
    ----------
    left, right : str
        The words.
    count : int
        How often `right` follows `left`.
    score : float
        Its value of the measure.
    """

    left: str
    right: str
    count: int
    score: float


def find_collocations(
    counts: BigramCounts, n: int = 500, *, measure: str = "mi", min_count: int = 1
) -> list[Collocation]:
    r"""Return the pairs of adjacent words with the highest scores.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a text.
    n : int, default 500
        The most pairs to return.
    measure : {"mi", "llr", "pmi"}
        The score: "mi", the pair's term of average mutual information, in bits per
        bigram, which favours frequent pairs; "pmi", pointwise mutual information, in
        bits, which favours rare ones: use it with `min_count`; "llr", the
        log-likelihood ratio, negative if the pair is rarer than by chance.
    min_count : int, default 1
        Leave out pairs that occur less often.

    Returns
    -------
    list of Collocation
        The highest score first; pairs of equal score by the ranks of their words.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as described.

    Notes
    -----
    With :math:`p(v) = n(v) / T` and :math:`p(v, w) = c(v, w) / P`, where *T* is
    ``n_tokens`` and *P* is ``n_bigrams``, as in `average_mutual_information`, pmi is
    :math:`\log_2 \frac{p(v, w)}{p(v) \, p(w)}`, and mi is :math:`p(v, w)` times that:
    what wcluster writes to ``collocs``, for pairs of frequent words only. The
    log-likelihood ratio is that of the table of two rows and two columns with the total
    *T*: first row *v*, first column *w*, with the sums :math:`n(v)` and :math:`n(w)`,
    and :math:`c(v, w)` in both.

    Linear in the number of distinct bigrams, and about 60 bytes for each.

    References
    ----------
    Dunning (1993), "Accurate methods for the statistics of surprise and coincidence",
    Computational Linguistics 19(1), section 4.

    Examples
    --------
    >>> counts = BigramCounts.from_sentences(
    ...     [["New", "York", "is", "new"], ["in", "New", "York"], ["it", "is"]])
    >>> find_collocations(counts, 1)
    [Collocation(left='New', right='York', count=2, score=0.9182958340544896)]
    """
    n = check_integer("n", n, minimum=1)
    check_choice("measure", measure, MEASURES)
    min_count = check_integer("min_count", min_count, minimum=1)
    rows = counts.successors
    kept = np.flatnonzero(rows.counts >= min_count)
    # Pair i of all rows is in the row before the first offset above i.
    lefts = np.searchsorted(rows.offsets, kept, side="right") - 1
    rights = rows.indices[kept].astype(np.int64)
    pairs = rows.counts[kept]
    scores = _scores(counts, lefts, rights, pairs, measure)
    best = _highest(scores, n)
    words = counts.vocabulary
    return [
        Collocation(words[left], words[right], count, score)
        for left, right, count, score in zip(
            lefts[best].tolist(),
            rights[best].tolist(),
            pairs[best].tolist(),
            scores[best].tolist(),
            strict=True,
        )
    ]


def _scores(
    counts: BigramCounts,
    lefts: NDArray[np.int64],
    rights: NDArray[np.int64],
    pairs: NDArray[np.int64],
    measure: str,
) -> Floats:
    """Return the score of each pair, which is of the words `lefts` and `rights`."""
    n_left = counts.unigram_counts[lefts].astype(np.float64)
    n_right = counts.unigram_counts[rights].astype(np.float64)
    if measure == "llr":
        return _log_likelihood_ratios(pairs, n_left, n_right, counts.n_tokens)
    n_edges = counts.n_lines if counts.boundary == "mark" else 0
    n_symbols = counts.n_tokens + n_edges
    joint = pairs / counts.n_bigrams
    pmi = np.log2(joint / (n_left / n_symbols * (n_right / n_symbols)))
    return pmi if measure == "pmi" else joint * pmi


def _log_likelihood_ratios(
    pairs: NDArray[np.int64], n_left: Floats, n_right: Floats, total: int
) -> Floats:
    """Return Dunning's ratio of each pair; its sign says on which side of chance."""
    both = pairs.astype(np.float64)
    only_left, only_right = n_left - both, n_right - both
    # A word beside itself is counted twice, so that the difference may be -1.
    neither = np.maximum(total - n_left - only_right, 0)
    ratio = np.zeros(both.size)
    for cell, in_row, in_column, opposite in (
        (both, only_left, only_right, neither),
        (only_left, both, neither, only_right),
        (only_right, neither, both, only_left),
        (neither, only_right, only_left, both),
    ):
        row, column = cell + in_row, cell + in_column
        by_chance = row * column / (row + in_column + opposite)
        ratio += 2 * rel_entr(cell, by_chance)
    return np.where(both * neither >= only_left * only_right, ratio, -ratio)


def _highest(scores: Floats, n: int) -> NDArray[np.int64]:
    """Return the indices of the `n` highest scores, of equal ones the first."""
    candidates = np.arange(scores.size)
    if n < scores.size:
        candidates = np.flatnonzero(scores >= np.partition(scores, -n)[-n])
    return candidates[np.argsort(-scores[candidates], kind="stable")][:n]
