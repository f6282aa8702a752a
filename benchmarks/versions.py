"""Clustering with an older version and with this one, in turn.

    python -m benchmarks.versions --old CHECKOUT [--old-python PYTHON]
        COUNTS:WINDOW[:THREADS]... [--repeats N] [--cache DIR] [--json FILE]

COUNTS is a file of ``brownclust count`` that both versions can read, WINDOW a number or
``full``. Old and new take turns, each run in a process of its own, which clusters twice
and times the second run. Each version has its own cache of kernels. The table has
medians of the times, the least peak memory, and whether trees and losses are the same
in all runs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.process import OUTPUT_NAME, run
from benchmarks.report import (
    describe,
    memory_text,
    plain,
    positive,
    provenance,
    seconds_text,
)

HERE = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).with_name("versions_run.py")
TIMEOUT = 3600.0
HEADING = [
    *("counts", "window", "threads", "CPU old", "new", "times as fast"),
    *("wall old", "new", "times as fast", "memory old", "new", "tree", "losses"),
]


class Version(NamedTuple):
    """A checkout, a Python that has the packages it needs, and a cache of kernels."""

    checkout: Path
    python: str
    cache: Path


class Case(NamedTuple):
    """What to cluster."""

    counts: Path
    window: str
    threads: int


def case(text: str) -> Case:
    """Parse ``COUNTS:WINDOW[:THREADS]``; the ``type`` of an argparse option."""
    parts = text.rsplit(":", 2)
    # COUNTS may have a colon in it: THREADS is a third part after a window.
    if len(parts) == 3 and not _is_window(parts[1]):
        parts = [":".join(parts[:2]), parts[2]]
    if len(parts) == 2:
        parts.append("1")
    if len(parts) != 3 or not _is_window(parts[1]) or not parts[2].isdecimal():
        raise argparse.ArgumentTypeError(
            f"must be COUNTS:WINDOW or COUNTS:WINDOW:THREADS, got {text!r}"
        )
    if not Path(parts[0]).is_file():
        raise argparse.ArgumentTypeError(f"{parts[0]}: no such file")
    return Case(Path(parts[0]).resolve(), parts[1], positive(parts[2]))


def _is_window(text: str) -> bool:
    return text == "full" or (text.isdecimal() and int(text) > 0)


def checkout(text: str) -> Path:
    """Parse a folder with the package in it; the ``type`` of an argparse option."""
    path = Path(text).resolve()
    if not (path / "brownclust" / "__init__.py").is_file():
        raise argparse.ArgumentTypeError(
            f"must be a checkout of brownclust, got {text}"
        )
    return path


def python(text: str) -> str:
    """Return the path of a Python, which may be a link into an environment."""
    return str(Path(text).absolute()) if "/" in text else text


def measure(version: Version, wanted: Case) -> dict[str, Any]:
    """Return what `versions_run` prints for a version, and the peak memory."""
    arguments = [*map(str, (version.checkout, *wanted))]
    with tempfile.TemporaryDirectory() as folder:
        done = run(
            [version.python, str(SCRIPT), *arguments],
            folder=Path(folder),
            timeout=TIMEOUT,
            environment={"NUMBA_CACHE_DIR": str(version.cache), "PYTHONPATH": ""},
        )
        if done.failure is not None:
            raise SystemExit(f"{version.checkout}, {wanted.counts}: {done.failure}")
        printed = (Path(folder) / OUTPUT_NAME).read_text("utf-8").splitlines()
    measured: dict[str, Any] = json.loads(printed[-1])
    return {**measured, "peak_memory_bytes": done.peak_memory_bytes}


def take_turns(
    versions: Sequence[Version], wanted: Case, repeats: int
) -> list[list[dict[str, Any]]]:
    """Return the runs of each version: one of each, then the next one of each."""
    rounds = [
        [measure(version, wanted) for version in versions] for _ in range(repeats)
    ]
    return [list(runs) for runs in zip(*rounds, strict=True)]


def row(
    wanted: Case, old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> list[str]:
    """Return the row of the table for a case."""
    cells = [wanted.counts.stem, wanted.window, str(wanted.threads)]
    for name in ("cpu_seconds", "wall_seconds"):
        before, after = (median(r[name] for r in runs) for runs in (old, new))
        cells += [seconds_text(before), seconds_text(after), f"{before / after:.2f}"]
    for runs in (old, new):
        # The first run may compile, which takes memory, too.
        known = [r["peak_memory_bytes"] for r in runs if r["peak_memory_bytes"]]
        cells.append(memory_text(min(known, default=None)))
    for name in ("children", "losses"):
        is_same = len({r[name] for r in [*old, *new]}) == 1
        cells.append("same" if is_same else "DIFFERENT")
    return cells


def revision(path: Path) -> str:
    """Return the Git commit of a checkout, or its path if there is none."""
    command = ["git", "-C", str(path), "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return str(path)
    return done.stdout.strip()


def both_versions(options: argparse.Namespace, stack: ExitStack) -> list[Version]:
    """Return the older version and this one, by `add_version_options`."""
    cache = options.cache
    if cache is None:
        cache = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return [
        Version(options.old, options.old_python, cache.resolve() / "old"),
        Version(HERE, sys.executable, cache.resolve() / "new"),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Measure what the command line asks for, and print a table."""
    options = _parser().parse_args(arguments)
    origin = provenance()
    with ExitStack() as stack:
        versions = both_versions(options, stack)
        records = list(_records(versions, options.cases, options.repeats))
    print(plain([HEADING, *(row(*record) for record in records)]))
    print(f"\nold: {revision(options.old)}, new: {revision(HERE)}")
    print(describe(origin))
    if options.json is not None:
        cases = [
            {**wanted._asdict(), "counts": wanted.counts.name, "old": old, "new": new}
            for wanted, old, new in records
        ]
        record = {**origin, "old_revision": revision(options.old), "cases": cases}
        options.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return 0


def _records(
    versions: Sequence[Version], cases: Sequence[Case], repeats: int
) -> Iterator[tuple[Case, list[dict[str, Any]], list[dict[str, Any]]]]:
    for wanted in cases:
        old, new = take_turns(versions, wanted, repeats)
        print(" ".join(row(wanted, old, new)), file=sys.stderr, flush=True)
        yield wanted, old, new


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.versions",
        description=(__doc__ or "").partition("\n\n")[0],
    )
    add = parser.add_argument
    add("cases", nargs="+", type=case, metavar="COUNTS:WINDOW[:THREADS]")
    add("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    add_version_options(parser)
    return parser


def add_version_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of an older version to compare with this one."""
    add = parser.add_argument
    add("--old", type=checkout, required=True, metavar="CHECKOUT")
    add(
        "--old-python",
        type=python,
        default=sys.executable,
        metavar="PYTHON",
        help="the Python that runs the older version (default: this one)",
    )
    add("--repeats", type=positive, default=3, metavar="N", help="default 3")
    add(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keep compiled kernels in DIR/old and DIR/new; otherwise both versions "
        "compile all again",
    )


if __name__ == "__main__":
    sys.exit(main())
