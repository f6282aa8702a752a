"""Counting: from text to counts."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_count(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should be linear in tokens, memory in distinct bigrams."""
    time_case(case)
