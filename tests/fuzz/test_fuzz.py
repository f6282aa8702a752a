"""Random files come to a result or to an error of one line."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from fuzz.oracle import FaultError, fault_of, fault_of_message, signature

TESTS = Path(__file__).parent.parent

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux processes")


def python(*arguments):
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    return subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@linux
@pytest.mark.parametrize("n_inputs", [80, pytest.param(40_000, marks=pytest.mark.slow)])
def test_random_files(tmp_path, n_inputs):
    folder = tmp_path / "faults"
    options = ("--inputs", str(n_inputs), "--output", str(folder))
    result = python("-m", "fuzz", *options)
    assert result.returncode == 0, result.stdout + result.stderr
    assert not folder.exists()


WATCHED = """
import os, signal, sys, time
from fuzz import workers


class Kind:
    options = ()

    def make(self, number):
        return {"input": b"data"}

    def use(self, number, files, folder):
        if number == 1:
            time.sleep(100)
        if number == 2:
            while True:
                pass
        if number == 3:
            os.kill(os.getpid(), signal.SIGSEGV)
        if number == 5:
            raise KeyError("a")
        if number == 6:
            bytearray(1 << 33)
        if number == 8:
            os._exit(3)


workers.random_of = lambda _kind, _seed, index: index
workers.KINDS = {"kind": Kind()}
workers.HANG_SECONDS = 0.2
workers.WAIT_SECONDS = 5
job = workers.Job("kind", "0", 0, 10, sys.argv[1])
while not job.poll():
    job.wait(0.05)
print(job.tally.n_inputs, job.tally.n_results)
for group, faults in job.tally.faults.items():
    print(group, [index for index, _ in faults])
"""


@linux
@pytest.mark.slow  # it waits
def test_watchdog_sees_each_fault_once(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(WATCHED)
    result = python(script, tmp_path / "log")
    assert sorted(result.stdout.splitlines()) == [
        "10 4",
        "KeyError: '…' [5]",
        "MemoryError:  [6]",
        "crash: the process died (SIGSEGV) [3]",
        "crash: the process died (exit code N) [8]",
        "hang: no result in N seconds [1]",
        "hang: no result in N seconds of computing [2]",
    ], result.stderr


NOT_ITERABLE = "/folder/file: int object is not iterable"


class TestOracle:
    NAMES = ("/folder/file",)

    @pytest.mark.parametrize(
        "error",
        [
            ValueError("/folder/file:3: expected a word, got ''"),
            FileNotFoundError(2, "No such file", "/folder/file"),
            click.UsageError("/folder/file must be text, got counts"),
            ValueError("columns must be distinct names, got 'a,a'"),
        ],
    )
    def test_good_errors(self, error):
        assert fault_of(error, self.NAMES, ("columns",)) is None

    @pytest.mark.parametrize(
        ("error", "fault"),
        [
            (KeyError("a"), "KeyError: 'a'"),
            (TypeError("/folder/file"), "TypeError: /folder/file"),
            (FaultError("has other words"), "has other words"),
            (
                ValueError("x must be 1"),
                "ValueError does not name the file: x must be 1",
            ),
            (
                ValueError("/folder/file: [1\n 2]"),
                "ValueError is not one line: /folder/file: [1\n 2]",
            ),
            (
                ValueError(NOT_ITERABLE),
                f"ValueError shows internals (object is not): {NOT_ITERABLE}",
            ),
        ],
    )
    def test_faults(self, error, fault):
        assert fault_of(error, self.NAMES) == fault

    def test_messages_that_cannot_be_printed(self):
        fault = fault_of_message("/folder/file: got \udcff", self.NAMES)
        assert fault.startswith("message has surrogates, which cannot be printed: ")

    def test_faults_are_grouped(self):
        one = "ValueError does not name the file: line 3: expected 'a', got 'b c'"
        other = "ValueError does not name the file: line 17: expected 'd', got ''"
        assert signature(one) == signature(other)
