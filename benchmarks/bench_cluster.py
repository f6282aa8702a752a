"""Clustering: from counts in memory to a tree."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_cluster(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should grow more slowly than window**2, which is how wcluster grows."""
    time_case(case)
