"""Text to counts."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_count(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should grow with tokens, and memory only with distinct bigrams."""
    time_case(case)
