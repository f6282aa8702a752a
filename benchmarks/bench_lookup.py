"""Look-up: from tokens to words of the vocabulary, with back-off."""

from collections.abc import Callable

from benchmarks.cases import Case


def test_lookup(case: Case, time_case: Callable[[Case], None]) -> None:
    """Time should be linear in tokens."""
    time_case(case)
