"""Time commands in a new process: ``python -m benchmarks.cold_start``.

Each command runs twice: with an empty Numba cache, so that it compiles the kernels, and
again with the cache of the first run. The disk cache of the system is warm both times:
the files of Python and its packages have been read before. ``import numba`` is beside
them, since no command that counts or clusters can be faster.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.process import Run, run
from benchmarks.report import (
    MISSING,
    describe,
    memory_text,
    plain,
    positive,
    provenance,
    seconds_text,
)
from benchmarks.text import write_text

N_TOKENS = 20_000
SECONDS_PER_REPEAT = 15
TEXT = "text.txt"
BROWNCLUST = ("-m", "brownclust_cli")
COMMANDS = {
    "import numba": ("-c", "import numba"),
    "brownclust --help": (*BROWNCLUST, "--help"),
    f"brownclust cluster ({N_TOKENS:,} tokens, -c 50)": (
        *(*BROWNCLUST, "cluster", TEXT, "-c", "50", "-o", "out", "--force", "--quiet"),
    ),
}
BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
"""As users have it. Where Python must not write bytecode, as in some containers, it
compiles our modules at every start, but not those of packages that pip has installed.
"""

Runs = dict[tuple[str, str], dict[str, list[Run]]]
"""By version and command, then by state of the cache."""


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    pythons = {"this": sys.executable}
    if options.before is not None:
        pythons["before"] = options.before
    seconds = SECONDS_PER_REPEAT * options.repeat * len(pythons)
    print(f"About {seconds} seconds, or more on a slow machine.", flush=True)
    origin = provenance()
    runs = measure(pythons, options.repeat)
    print()
    print(plain(table_of(runs), n_left=2))
    print()
    print("Medians of wall time; in brackets, of the processor time of all threads.")
    print(describe(origin))
    if options.json is not None:
        record = {"kind": "cold start", **origin}
        record["seconds"] = {
            f"{name}, {version}": {
                state: [(r.seconds, r.cpu_seconds) for r in done]
                for state, done in states.items()
            }
            for (version, name), states in runs.items()
        }
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(pythons: dict[str, str], repeat: int) -> Runs:
    """Run every command with an empty cache, then with a warm one; `repeat` times.

    The versions take turns.
    """
    runs: Runs = {
        (version, name): {"cold": [], "warm": []}
        for name in COMMANDS
        for version in pythons
    }
    for turn in range(1, repeat + 1):
        for (version, name), states in runs.items():
            print(f"turn {turn} of {repeat}: {name}, {version}", file=sys.stderr)
            with tempfile.TemporaryDirectory() as folder_name:
                folder = Path(folder_name)
                write_text(folder / TEXT, N_TOKENS)
                for done in states.values():
                    done.append(_run(pythons[version], name, folder))
    return runs


def _run(python: str, name: str, folder: Path) -> Run:
    done = run(
        [python, *COMMANDS[name]],
        folder=folder,
        timeout=600,
        environment={**BYTECODE, "NUMBA_CACHE_DIR": str(folder / "cache")},
    )
    if done.failure is not None:
        raise RuntimeError(f"{name}: {done.failure}")
    return done


def table_of(runs: Runs) -> list[list[str]]:
    """Return the rows of the table, heading first."""
    rows = [["command", "version", "empty cache", "warm", "memory when warm"]]
    for (version, name), states in runs.items():
        memory = [
            r.peak_memory_bytes
            for r in states["warm"]
            if r.peak_memory_bytes is not None
        ]
        rows.append(
            [
                name,
                version,
                _seconds(states["cold"]),
                _seconds(states["warm"]),
                memory_text(median(memory)) if memory else MISSING,
            ]
        )
    return rows


def _seconds(done: list[Run]) -> str:
    """Return the medians of wall time and of processor time, if that is known."""
    text = f"{seconds_text(median(r.seconds for r in done))} s"
    cpu = [r.cpu_seconds for r in done if r.cpu_seconds is not None]
    return f"{text} ({seconds_text(median(cpu))})" if cpu else text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cold_start", description=__doc__
    )
    parser.add_argument(
        "--repeat", type=positive, default=3, metavar="N", help="runs (default 3)"
    )
    parser.add_argument(
        "--before",
        metavar="PYTHON",
        help="the Python of an environment with another version, to take turns with",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write all numbers to FILE"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
