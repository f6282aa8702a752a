"""Tagged sentences to a tagger, and sentences to tags."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_train(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should grow with tokens."""
    time_case(case)


def test_tag(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should grow with tokens."""
    time_case(case)
