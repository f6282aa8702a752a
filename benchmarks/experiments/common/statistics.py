"""Means, their spread and intervals."""

from collections.abc import Sequence
from math import sqrt
from statistics import mean, stdev

from scipy.stats import t as student_t

CONFIDENCE = 0.95


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return ``mean ± standard deviation``; the value alone, if there is one."""
    if not values:
        return "-"
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{mean(values):.{digits}f} ± {stdev(values):.{digits}f}"


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return Student's 95 % interval of the mean of two values or more.

    Give paired differences, such as those of runs with the same seed, to compare two
    settings: the interval of their mean is narrower than two intervals side by side.
    """
    n = len(values)
    half = student_t.ppf((1 + CONFIDENCE) / 2, n - 1) * stdev(values) / sqrt(n)
    return mean(values) - half, mean(values) + half


def difference(values: Sequence[float], digits: int = 2) -> str:
    """Return the mean of paired differences and its interval, with signs."""
    low, high = interval(values)
    return f"{mean(values):+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def chance_of_any(n_intervals: int) -> str:
    """Return how often one of `n_intervals` or more leaves out zero by chance alone."""
    return (
        f"One of {n_intervals} such intervals or more leaves out zero by chance alone "
        f"{1 - CONFIDENCE**n_intervals:.0%} of the time."
    )


def percent(fraction: float) -> str:
    """Return a fraction as text, in percent."""
    return f"{100 * fraction:g} %"
