"""Counts in memory to a tree, everything included."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_cluster(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should grow far slower than the square of the window, as wcluster's does."""
    time_case(case)
