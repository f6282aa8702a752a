"""Rank correlation of two measures of the same things, with bootstrap intervals."""

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from benchmarks.experiments.common.statistics import CONFIDENCE

N_RESAMPLES = 1000


class Correlation(NamedTuple):
    """A coefficient from -1 to 1, and its interval."""

    value: float
    low: float
    high: float


def spearman(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the correlation of ranks, those of equal values averaged; NaN for one."""
    x, y = rankdata(x) - (x.size + 1) / 2, rankdata(y) - (y.size + 1) / 2
    return _ratio(x, y)


def kendall(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return Kendall's tau-b, from the order of all pairs; NaN for one value."""
    return _ratio(np.sign(x[:, None] - x), np.sign(y[:, None] - y))


def _ratio(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    scale = np.sqrt((x * x).sum() * (y * y).sum())
    return float((x * y).sum() / scale) if scale else float("nan")


def correlation(
    coefficient: Callable[[NDArray[np.float64], NDArray[np.float64]], float],
    x: ArrayLike,
    y: ArrayLike,
    groups: Sequence[Hashable],
    *,
    n_resamples: int = N_RESAMPLES,
) -> Correlation:
    """Return a correlation and its bootstrap interval.

    Parameters
    ----------
    coefficient : callable
        `spearman` or `kendall`.
    x, y : array_like of float, shape (n,)
        Two measures of n things.
    groups : sequence, length n
        Things of a group are drawn together: samples of one kind are alike, and would
        make the interval too narrow if they counted as independent.
    n_resamples : int
        Bootstrap samples, of a fixed seed.

    Returns
    -------
    Correlation
        The coefficient, and the 95 % percentile interval. Resamples in which all values
        of a measure are equal are left out.
    """
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    members = [
        np.array([i for i, other in enumerate(groups) if other == group])
        for group in dict.fromkeys(groups)
    ]
    rng = np.random.default_rng(0)
    found = []
    for drawn in rng.integers(len(members), size=(n_resamples, len(members))):
        rows = np.concatenate([members[i] for i in drawn])
        found.append(coefficient(first[rows], second[rows]))
    tail = (1 - CONFIDENCE) / 2
    valid = np.array(found)[~np.isnan(found)]
    low, high = np.quantile(valid, [tail, 1 - tail]) if valid.size else (np.nan,) * 2
    return Correlation(coefficient(first, second), float(low), float(high))
