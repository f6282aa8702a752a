"""What the benchmarks of the stages share: inputs, answers, and a table at the end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import CASES, Case, Measurement, Workbench, check_answer
from benchmarks.report import plain, stage_table

ROUNDS = 3

_measurements: list[Measurement] = []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a case every case of the stage it is named after."""
    if "case" in metafunc.fixturenames:
        stage = metafunc.function.__name__.removeprefix("test_")
        cases = [case for case in CASES if case.stage == stage]
        metafunc.parametrize("case", cases, ids=[case.name for case in cases])


@pytest.fixture(scope="session")
def workbench() -> Iterator[Workbench]:
    """Return the texts, counts and trees, with every kernel compiled."""
    with Workbench() as workbench:
        workbench.compile()
        yield workbench


@pytest.fixture
def time_case(
    workbench: Workbench, benchmark: BenchmarkFixture
) -> Callable[[Case], None]:
    """Return a function that calls a case once, checks the answer, and times it."""

    def time(case: Case) -> None:
        task = workbench.task(case)
        result, peak = workbench.call_once(task)
        check_answer(case, result)
        benchmark.group = case.series
        pedantic: Any = benchmark.pedantic
        check_answer(case, pedantic(task, rounds=ROUNDS))
        if benchmark.stats is None:  # --benchmark-disable
            return
        measurement = workbench.record(case, tuple(benchmark.stats.stats.data), peak)
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
    """Print the stages with their growth, which pytest-benchmark does not know."""
    if _measurements:
        terminalreporter.section("growth")
        terminalreporter.write_line(plain(stage_table(_measurements)))
