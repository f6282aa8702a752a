"""Run a program as a child process; measure its time and memory.

A small launcher process starts the program: this file, run as a script. The peak
memory that the system reports for a child includes the memory of the process that
forked it, so the launcher must be smaller than every program to measure.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

OUTPUT_NAME = "output.txt"

MIN_MEMORY = 16_000_000
"""Memory of the launcher process, in bytes; a smaller peak cannot be measured."""


@dataclass(frozen=True)
class Run:
    """The outcome of running a program.

    Attributes
    ----------
    seconds : float
        Wall time from start to end.
    cpu_seconds : float or None
        Processor time of all threads; None if the system does not report it.
    peak_memory_bytes : int or None
        Peak memory; about `MIN_MEMORY` if the program used less. None if the system
        does not report it.
    failure : str or None
        Why the program failed; None if it succeeded.
    """

    seconds: float
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    failure: str | None = None


def run(
    command: Sequence[str],
    *,
    folder: Path,
    timeout: float,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run a command in a folder; its output goes to `OUTPUT_NAME` there.

    After `timeout` seconds it is killed. `environment` adds to the variables of this
    process.
    """
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        launcher = [sys.executable, "-I", "-S", __file__, str(report), str(timeout)]
        # The launcher itself prints nothing.
        subprocess.run(
            [*launcher, *command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            check=True,
        )
        measured: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    failure: str | None = None
    status = measured.pop("exit_status")
    if measured.pop("timed_out"):
        failure = f"over {timeout:g} s"
    elif isinstance(status, str):
        failure = status
    elif status != 0:
        failure = _describe(status) + _last_line(folder / OUTPUT_NAME)
    return Run(**measured, failure=failure)


def _describe(status: int) -> str:
    """Return an exit status in words: a code, or the signal that killed it."""
    if status > 0:
        return f"exit code {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


def _last_line(path: Path) -> str:
    """Return the last non-empty line of a program's output: often the reason."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    written = [line.strip() for line in lines if line.strip()]
    return f": {written[-1][:120]}" if written else ""


def _launch(report: str, timeout: float, command: list[str]) -> None:
    """Be the launcher: run the command, and write the measurements to `report`."""
    timed_out = threading.Event()
    started = perf_counter()
    try:
        measured = _run_with_timeout(timeout, command, timed_out)
    except OSError as error:
        measured = {"exit_status": f"cannot be run: {error.strerror}"}
    measured["seconds"] = perf_counter() - started
    measured["timed_out"] = timed_out.is_set()
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(measured, file)


def _run_with_timeout(
    timeout: float, command: list[str], timed_out: threading.Event
) -> dict[str, Any]:
    """Run the command; on timeout kill it and set `timed_out`."""
    with open(OUTPUT_NAME, "wb") as output:  # noqa: PTH123
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def stop() -> None:
        timed_out.set()
        _kill(process)

    timer = threading.Timer(timeout, stop)
    timer.start()
    try:
        return _wait(process)
    except BaseException:  # Ctrl-C must not leave the program running
        _kill(process)
        raise
    finally:
        timer.cancel()


def _wait(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """Wait for the end of a process; return its status and resources used."""
    if not hasattr(os, "wait4"):
        return {"exit_status": process.wait()}
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "exit_status": process.returncode,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_memory_bytes": usage.ru_maxrss * unit,
    }


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and its children."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


if __name__ == "__main__":
    _launch(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
