"""Cluster a large text while killing the command: ``python -m benchmarks.soak``.

1. Writes a text of `benchmarks.running_text`.
2. Counts it with and without a limit on memory: the files must be equal.
3. Clusters it twice, with checkpoints: undisturbed, and killed and resumed again and
   again, once while counting and then between checkpoints. The files must be equal.

Prints the time and peak memory of every run, and exits with 1 if files differ, if a
resumed run takes more memory than the undisturbed one, or if a file is left over.
"""

import argparse
import filecmp
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter, sleep

from benchmarks.report import plain, positive
from benchmarks.running_text import RunningText

RESULTS = ("merges.tsv", "model.npz", "paths")
OUTPUTS = {*RESULTS, "run.json"}
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
SIZE_LIMIT = "256M"
"""The least that --memory takes, so that pairs go to disk as early as they can."""

MEMORY_SLACK = 1.1
"""Peak memory of a resumed run to that of the undisturbed one, at most."""

POLL_SECONDS = 0.01
MIN_CHECKPOINT_SECONDS = 0.05
CHECKPOINTS_PER_KILL = 3
"""A run ends after the first of its checkpoints or shortly before the next but one."""


@dataclass(frozen=True)
class CommandRun:
    """How a command ended, its wall time, and its peak memory in bytes."""

    name: str
    exit_code: int
    seconds: float
    memory: int


class Soak:
    """All runs on one text, and what is wrong with them."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder = folder
        self.runs: list[CommandRun] = []
        self.problems: list[str] = []
        self._options = options
        self._random = Random(options.seed)

    def count(self) -> None:
        """Count with and without a limit on memory."""
        limit = ("--memory", SIZE_LIMIT, "--temp-dir", str(self.folder))
        self._succeed("count", ("count", "text", "-o", "counts.npz"))
        self._succeed(
            f"count --memory {SIZE_LIMIT}",
            ("count", "text", "-o", "limited.npz", *limit),
        )
        if not self._are_equal("counts.npz", "limited.npz"):
            self.problems.append("counts made in less memory differ")
        for name in ("counts.npz", "limited.npz"):
            (self.folder / name).unlink()

    def cluster(self) -> None:
        """Cluster undisturbed; then with kills, to the same files."""
        options = self._options
        line = ["cluster", "text", "-c", str(options.clusters)]
        line += ["--min-count", str(options.min_count)]
        whole = self._succeed("cluster", (*line, "-o", "whole"))
        record = json.loads((self.folder / "whole" / "run.json").read_bytes())
        seconds = record["seconds"]
        between = seconds["cluster"] / options.kills / CHECKPOINTS_PER_KILL
        between = max(MIN_CHECKPOINT_SECONDS, between)
        line += ["--checkpoint-every", f"{between:.3f}", "--resume", "-o", "killed"]
        counting = whole.seconds - seconds["cluster"]
        delay = counting * self._random.uniform(0.3, 0.8)
        while not self._kill_after(line, delay):
            shutil.rmtree(self.folder / "killed")
            delay /= 2
        n_kills = 1
        while n_kills < options.kills and self._kill_between(line, between):
            n_kills += 1
        self._succeed("cluster --resume, to the end", line)
        if n_kills < options.kills:
            self.problems.append(f"the run ended after {n_kills} kills: raise --tokens")
        self._compare(whole)

    def _compare(self, whole: CommandRun) -> None:
        for name in RESULTS:
            if not self._are_equal(f"whole/{name}", f"killed/{name}"):
                self.problems.append(f"{name} differs from that of an undisturbed run")
        left = {path.name for path in (self.folder / "killed").iterdir()} - OUTPUTS
        if left:
            self.problems.append(f"left over: {', '.join(sorted(left))}")
        for run in self.runs:
            if "resume" in run.name and run.memory > MEMORY_SLACK * whole.memory:
                self.problems.append(f"{run.name} took {run.memory / 1e6:,.0f} MB")

    def _are_equal(self, one: str, other: str) -> bool:
        return filecmp.cmp(self.folder / one, self.folder / other, shallow=False)

    def _succeed(self, name: str, line: Sequence[str]) -> CommandRun:
        run = self._wait(name, self._start(line), perf_counter())
        if run.exit_code:
            raise SystemExit(f"Error: {name}: exit code {run.exit_code}")
        return run

    def _kill_after(self, line: Sequence[str], seconds: float) -> bool:
        """Kill a run while it counts; return if not too late."""
        started = perf_counter()
        process = self._start(line)
        sleep(seconds)
        process.kill()
        self._wait("cluster, SIGKILL while counting", process, started)
        return not (self.folder / "killed" / "run.json").exists()

    def _kill_between(self, line: Sequence[str], between: float) -> bool:
        """End a run some time after its first checkpoint; return if not too late."""
        checkpoint = self.folder / "killed" / "checkpoint.npz"
        before = _time_of(checkpoint)
        sent = self._random.choice(SIGNALS)
        started = perf_counter()
        process = self._start(line)
        while process.poll() is None and _time_of(checkpoint) == before:
            sleep(POLL_SECONDS)
        sleep(between * self._random.uniform(0, CHECKPOINTS_PER_KILL - 1))
        process.send_signal(sent)
        run = self._wait(f"cluster --resume, {sent.name}", process, started)
        return run.exit_code != 0

    def _start(self, line: Sequence[str]) -> "subprocess.Popen[bytes]":
        command = (sys.executable, "-m", "brownclust_cli", *line, "-q")
        return subprocess.Popen(command, cwd=self.folder, stderr=subprocess.DEVNULL)

    def _wait(
        self, name: str, process: "subprocess.Popen[bytes]", started: float
    ) -> CommandRun:
        if process.returncode is None:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            memory = usage.ru_maxrss * 1024
        else:  # polled after its end
            memory = 0
        run = CommandRun(name, process.returncode, perf_counter() - started, memory)
        self.runs.append(run)
        print(f"{run.name}: {run.seconds:.1f} s", file=sys.stderr, flush=True)
        return run


def _time_of(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def run_table(runs: Sequence[CommandRun]) -> list[list[str]]:
    """Return a row for each run."""
    rows = [["command", "exit code", "seconds", "peak memory"]]
    for run in runs:
        memory = f"{run.memory / 1e6:,.0f} MB" if run.memory else "-"
        rows.append([run.name, str(run.exit_code), f"{run.seconds:.1f}", memory])
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="soak-", dir=options.folder))
    try:
        RunningText(options.tokens, seed=options.seed).write(folder / "text")
        soak = Soak(folder, options)
        soak.count()
        soak.cluster()
    finally:
        shutil.rmtree(folder)
    print(plain(run_table(soak.runs)))
    print(f"{options.tokens:,} tokens, seed {options.seed}")
    print(*soak.problems or ["all files are equal"], sep="\n")
    return int(bool(soak.problems))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    numbers = {
        "--tokens": (10**8, "tokens of the text"),
        "--clusters": (1000, "clusters"),
        "--min-count": (3, "leave out rarer words"),
        "--kills": (10, "times that the run is killed"),
    }
    for name, (default, what) in numbers.items():
        text = f"{what} (default {default})"
        parser.add_argument(
            name, type=positive, default=default, metavar="N", help=text
        )
    parser.add_argument("--seed", type=int, default=0, help="of text and moments")
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the files go: about 30 bytes per token (default: the system's "
        "temporary folder)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
