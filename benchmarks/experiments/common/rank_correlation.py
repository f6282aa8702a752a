"""Rank correlation of two measures of the same things, with bootstrap intervals.

Both coefficients are computed from the signs of all pairs of things, s = sign(x - x'):
a thing's rank, the mean rank subtracted, is half the sum of its signs. So resamples
need only the number of times that each thing was drawn.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmarks.experiments.common.statistics import CONFIDENCE

N_RESAMPLES = 2000

Floats = NDArray[np.float64]


class Correlation(NamedTuple):
    """A coefficient from -1 to 1, and its interval."""

    value: float
    low: float
    high: float


def spearman(x: Floats, y: Floats, times: Floats) -> Floats:
    """Return Spearman's coefficients: correlations of ranks, equal ones averaged.

    Parameters
    ----------
    x, y : float64 array (n,)
        Two measures of n things.
    times : float64 array (n_resamples, n)
        How often each thing counts.

    Returns
    -------
    float64 array (n_resamples,)
        NaN where all values of a measure are equal.
    """
    ranks_x, ranks_y = times @ _signs(x), times @ _signs(y)
    products = (times * a * b for a, b in _pairs(ranks_x, ranks_y))
    return _ratio(*(product.sum(axis=1) for product in products))


def kendall(x: Floats, y: Floats, times: Floats) -> Floats:
    """Return Kendall's coefficients, tau-b, as `spearman` does."""
    products = (a * b for a, b in _pairs(_signs(x), _signs(y)))
    return _ratio(*(((times @ product) * times).sum(axis=1) for product in products))


def _signs(x: Floats) -> Floats:
    signs: Floats = np.sign(x - x[:, None])
    return signs


def _pairs(x: Floats, y: Floats) -> tuple[tuple[Floats, Floats], ...]:
    return (x, y), (x, x), (y, y)


def _ratio(xy: Floats, xx: Floats, yy: Floats) -> Floats:
    scale = np.sqrt(xx * yy)
    ratio = np.full(xy.size, np.nan)
    np.divide(xy, scale, out=ratio, where=scale > 0)
    return ratio


COEFFICIENTS = {"spearman": spearman, "kendall": kendall}


def correlations(x: ArrayLike, y: ArrayLike) -> dict[str, Correlation]:
    """Return both coefficients and their bootstrap intervals.

    Parameters
    ----------
    x, y : array_like of float, shape (n,)
        Two measures of n things.

    Returns
    -------
    dict
        By name, the coefficient with its 95 % percentile interval. Resamples in which
        all values of a measure are equal are left out.
    """
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    n = first.size
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES)
    times = np.vstack([np.ones(n), drawn])
    found = {}
    for name, coefficient in COEFFICIENTS.items():
        value, *resampled = coefficient(first, second, times).tolist()
        valid = np.array(resampled)[~np.isnan(resampled)]
        tail = (1 - CONFIDENCE) / 2
        low, high = np.nan, np.nan
        if valid.size:
            low, high = np.quantile(valid, [tail, 1 - tail])
        found[name] = Correlation(value, float(low), float(high))
    return found
