"""Tagging: from tagged sentences to a tagger, and from sentences to tags."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_train(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should be linear in tokens."""
    time_case(case)


def test_tag(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should be linear in tokens."""
    time_case(case)
