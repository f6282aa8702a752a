"""Features: from sentences to prefix features, as ids and as strings."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_features(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should be linear in tokens."""
    time_case(case)


def test_strings(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should be linear in tokens."""
    time_case(case)
