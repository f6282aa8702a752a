"""Two commands write to the same place at the same time."""

import shutil
import subprocess
from random import Random
from time import sleep
from typing import NamedTuple

from kills.cases import COMMAND, RUN_FILES, content, names_in, succeed

PAIRS = (
    (
        "two runs of cluster",
        "cluster text -c 20 --checkpoint-every 0 --force -o out",
        "cluster more -c 5 --checkpoint-every 0 --force -o out",
        RUN_FILES,
    ),
    (
        "two runs of count",
        "count text -o out/c.npz --force",
        "count more -o out/c.npz --force",
        ("c.npz",),
    ),
)


def run_writers(folder, n_rounds, seed):
    """Return what is wrong after rounds of two writers."""
    problems = []
    for name, one, other, outputs in PAIRS:
        wholes = [_whole(folder, line, outputs) for line in (one, other)]
        random = Random(f"{name} {seed}")
        for number in range(n_rounds // len(PAIRS)):
            pause = (wholes[0].seconds - wholes[1].seconds) * (
                0.8 + random.random() / 2
            )
            found = _round(folder, (one, other), outputs, wholes, pause)
            problems += [f"{name}, round {number}: {problem}" for problem in found]
    return problems


class Whole(NamedTuple):
    """What one command writes, and the seconds that it takes."""

    content: dict
    seconds: float


def _whole(folder, line, outputs):
    _empty(folder)
    seconds = succeed(line, folder)
    return Whole(content(folder / "out", outputs), seconds)


def _empty(folder):
    shutil.rmtree(folder / "out", ignore_errors=True)
    (folder / "out").mkdir()


def _round(folder, lines, outputs, wholes, pause):
    """Start the slower command first, and the other so that both end together."""
    _empty(folder)
    processes = []
    for line in lines:
        processes.append(
            subprocess.Popen(
                [*COMMAND, *line.split(), "-q"],
                cwd=folder,
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )
        )
        sleep(max(0.0, pause))
        pause = 0
    n_successes = 0
    for process in processes:
        _, stderr = process.communicate()
        n_successes += process.returncode == 0
        lines_of_error = stderr.decode().splitlines()
        if process.returncode not in (0, 1) or len(lines_of_error) > 1:
            yield f"exit code {process.returncode}, stderr {stderr.decode()!r}"
    if not n_successes:
        yield "both failed"
    if content(folder / "out", outputs) not in [whole.content for whole in wholes]:
        yield "the files are not those of one run"
    if left := names_in(folder / "out") - set(outputs):
        yield f"there are {sorted(left)}"
