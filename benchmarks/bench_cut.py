"""Cutting: from merges to the bit string of every word."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_cut(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should be linear in words."""
    time_case(case)
