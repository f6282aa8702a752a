"""Run a program; measure its time and memory from outside.

The work is done by a small process in between, this file run as a script: the peak
memory that the system reports of a child includes that of the process it was forked
from, so that process has to be smaller than anything worth measuring.
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

LEAST_MEMORY = 16_000_000
"""What the process in between takes; less cannot be told of a child."""


@dataclass(frozen=True)
class Run:
    """What became of a program.

    Attributes
    ----------
    seconds : float
        From its start to its end.
    cpu_seconds : float or None
        Its processor time, in all threads; None where it cannot be asked.
    peak_memory_bytes : int or None
        Most memory it held; about `LEAST_MEMORY` if it held less. None where it
        cannot be asked.
    failure : str or None
        Why there is no result; None if it succeeded.
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
    """Run a command in a folder; its output goes to ``output.txt`` there."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        launcher = [sys.executable, "-I", "-S", __file__, str(report), str(timeout)]
        # It prints nothing; the program's own output is in the folder.
        subprocess.run(
            [*launcher, *command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            check=True,
        )
        measured: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    failure: str | None = None
    status = measured.pop("exit_status")
    if measured.pop("is_late"):
        failure = f"over {timeout:g} s"
    elif isinstance(status, str):
        failure = status
    elif status != 0:
        failure = _describe(status) + _last_line(folder / OUTPUT_NAME)
    return Run(**measured, failure=failure)


def _describe(status: int) -> str:
    """Return an exit status in words: a code, or the signal that ended it."""
    if status > 0:
        return f"exit code {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


def _last_line(path: Path) -> str:
    """Return the last line of a program's output, as a reason."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return f": {said[-1][:120]}" if said else ""


def _launch(report: str, timeout: float, command: list[str]) -> None:
    """Run the command, and write what it took."""
    is_late = threading.Event()
    started = perf_counter()
    try:
        measured = _run_at_most(timeout, command, is_late)
    except OSError as error:
        measured = {"exit_status": f"cannot be run: {error.strerror}"}
    measured["seconds"] = perf_counter() - started
    measured["is_late"] = is_late.is_set()
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(measured, file)


def _run_at_most(
    timeout: float, command: list[str], is_late: threading.Event
) -> dict[str, Any]:
    """Run the command to its end, or end it and set `is_late`."""
    with open(OUTPUT_NAME, "wb") as output:  # noqa: PTH123
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def stop() -> None:
        is_late.set()
        _kill(process)

    timer = threading.Timer(timeout, stop)
    timer.start()
    try:
        return _wait(process)
    except BaseException:  # Ctrl-C must not leave it running
        _kill(process)
        raise
    finally:
        timer.cancel()


def _wait(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """Wait for the end of a process; return its status and what it used."""
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
    """End a process, and what it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


if __name__ == "__main__":
    _launch(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
