"""Tokens to words of a vocabulary, with back-off."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_lookup(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should grow with tokens."""
    time_case(case)
