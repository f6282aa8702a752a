"""How many labels clusters are worth, from two learning curves.

A curve is the mean score at each fraction of the labels, made monotone (the highest
mean so far) and interpolated over the logarithm of the fraction. There are two numbers:

- **Saving**: with clusters, the fraction at which the curve reaches the score that all
  labels have without them. Its inverse says how many times the labels clusters are
  worth, where there are as many labels as there are.
- **Ratio** at a fraction: the fraction that has, without clusters, the score that the
  smaller one has with them, over it. It is not known where more than all labels would
  be needed.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

N_BOOTSTRAP = 2000
CONFIDENCE = 0.95


class Curves(NamedTuple):
    """The scores of one task.

    Attributes
    ----------
    fractions : sequence of float, length n_fractions
        Ascending.
    without, with_clusters : float64 array (n_seeds, n_fractions)
        Scores in percent; a row has the same sentences in both.
    """

    fractions: Sequence[float]
    without: Scores
    with_clusters: Scores


class Worth(NamedTuple):
    """How many times the labels clusters are worth: estimate and interval.

    Each number is 0 if it is below what can be measured, infinity if it is above.
    """

    estimate: float
    low: float
    high: float


def fraction_at(
    targets: Scores, fractions: Sequence[float], scores: Scores
) -> NDArray[np.float64]:
    """Return the fractions at which curves reach a score.

    Parameters
    ----------
    targets : float64 array (n_curves,)
        The score that each curve is to reach.
    fractions : sequence of float, length n_fractions
        Ascending.
    scores : float64 array (n_curves, n_fractions)
        The mean score at each fraction.

    Returns
    -------
    float64 array (n_curves,)
        0 where the first score is above the target, infinity where none reaches it.

    Examples
    --------
    >>> scores = np.array([[70.0, 80.0, 90.0]])
    >>> fraction_at(np.array([85.0]), [0.01, 0.1, 1.0], scores).round(3)
    array([0.316])
    """
    curves = np.maximum.accumulate(scores, axis=1)
    reached = (curves < targets[:, None]).sum(axis=1)  # the first that is not below
    row = np.arange(len(curves))
    after = np.minimum(reached, len(fractions) - 1)
    before = np.maximum(after - 1, 0)
    low, high = curves[row, before], curves[row, after]
    is_between = high > low
    part = np.divide(
        targets - low, high - low, out=np.zeros_like(low), where=is_between
    )
    logarithms = np.log(fractions)
    found = logarithms[before] + part * (logarithms[after] - logarithms[before])
    fraction: NDArray[np.float64] = np.exp(found)
    fraction[targets < curves[:, 0]] = 0
    fraction[reached == len(fractions)] = inf
    return fraction


def savings(curves: Curves, seeds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how many times the labels clusters are worth at the end of the curve.

    Parameters
    ----------
    curves : Curves
        The scores of a task.
    seeds : int64 array (n_samples, n)
        The seeds of each sample, some of them perhaps several times.

    Returns
    -------
    float64 array (n_samples,)
        1 or more; 0 if all labels with clusters do not reach the score without.
    """
    without, with_clusters = _means(curves, seeds)
    fractions = fraction_at(without[:, -1], curves.fractions, with_clusters)
    with np.errstate(divide="ignore"):
        found: NDArray[np.float64] = 1 / fractions
    return found


def ratios(
    curves: Curves, seeds: NDArray[np.int64], column: int
) -> NDArray[np.float64]:
    """Return how many times the labels clusters are worth at one fraction.

    Parameters
    ----------
    curves, seeds
        As for `savings`.
    column : int
        The number of the fraction.
    """
    without, with_clusters = _means(curves, seeds)
    fractions = fraction_at(with_clusters[:, column], curves.fractions, without)
    return fractions / curves.fractions[column]


def _means(curves: Curves, seeds: NDArray[np.int64]) -> tuple[Scores, Scores]:
    """Return the monotone mean curves of samples, without and with clusters."""
    without, with_clusters = (
        np.maximum.accumulate(scores[seeds].mean(axis=1), axis=1)
        for scores in (curves.without, curves.with_clusters)
    )
    return without, with_clusters


def worth(curves: Curves, column: int | None = None) -> Worth:
    """Return the saving or, at a fraction, the ratio, with its 95 % interval.

    Parameters
    ----------
    curves : Curves
        The scores of a task.
    column : int, optional
        The number of the fraction of a ratio.

    Returns
    -------
    Worth
        The interval has the percentiles of bootstrap samples of whole seeds.
    """
    n_seeds = len(curves.without)
    all_seeds = np.arange(n_seeds)
    drawn = np.random.default_rng(0).integers(n_seeds, size=(N_BOOTSTRAP, n_seeds))
    samples = np.vstack([all_seeds, drawn])
    if column is None:
        values = savings(curves, samples)
    else:
        values = ratios(curves, samples, column)
    tail = (1 - CONFIDENCE) / 2
    # "nearest": between a number and infinity there is nothing to interpolate.
    low, high = np.quantile(values[1:], [tail, 1 - tail], method="nearest")
    return Worth(float(values[0]), float(low), float(high))
