"""Fixtures of the stage benchmarks: inputs, checks of answers, a table at the end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import CASES, Case, Measurement, Workbench, check_answer
from benchmarks.report import plain, stage_table

ROUNDS = 3

_measurements: list[Measurement] = []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with a `case` argument once per case of the stage in its name."""
    if "case" in metafunc.fixturenames:
        stage = metafunc.function.__name__.removeprefix("test_")
        cases = [case for case in CASES if case.stage == stage]
        metafunc.parametrize("case", cases, ids=[case.name for case in cases])


@pytest.fixture(scope="session")
def workbench() -> Iterator[Workbench]:
    """Return a workbench, with all kernels compiled."""
    with Workbench() as workbench:
        workbench.compile()
        yield workbench


@pytest.fixture
def time_case(
    workbench: Workbench, benchmark: BenchmarkFixture
) -> Callable[[Case], None]:
    """Return a function that runs a case, checks its answer, and times it."""

    def time(case: Case) -> None:
        task = workbench.task(case)
        result, peak = workbench.call_traced(task)
        check_answer(case, result)
        benchmark.group = case.series
        pedantic: Any = benchmark.pedantic
        check_answer(case, pedantic(task, rounds=ROUNDS))
        if benchmark.stats is None:  # --benchmark-disable
            return
        measurement = workbench.measurement(
            case, tuple(benchmark.stats.stats.data), peak
        )
        _measurements.append(measurement)
        benchmark.extra_info.update(
            tokens=case.n_tokens,
            words=measurement.n_words,
            window=case.window,
            distinct_bigrams=measurement.distinct_bigrams,
            peak_memory_bytes=peak,
        )

    return time


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of stages with the growth that pytest-benchmark does not show."""
    if _measurements:
        terminalreporter.section("growth")
        terminalreporter.write_line(plain(stage_table(_measurements)))
