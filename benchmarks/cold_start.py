"""Time commands in a new process: ``python -m benchmarks.cold_start``.

Each command runs twice: with an empty Numba cache, so that it compiles the kernels, and
again with the cache of the first run. The disk cache of the system is warm both times:
the files of Python and its packages have been read before.
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
PROGRAM = (sys.executable, "-m", "brownclust_cli")
TEXT = "text.txt"
COMMANDS = {
    "brownclust --help": ["--help"],
    f"brownclust cluster ({N_TOKENS:,} tokens, -c 50)": [
        *("cluster", TEXT, "-c", "50", "-o", "out", "--force", "--quiet"),
    ],
}


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cold_start", description=__doc__
    )
    parser.add_argument(
        "--repeat", type=positive, default=3, metavar="N", help="runs (default 3)"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write all numbers to FILE"
    )
    options = parser.parse_args(arguments)
    print(f"About {SECONDS_PER_REPEAT * options.repeat} seconds.", flush=True)
    origin = provenance()
    runs = measure(options.repeat)
    rows = [["command", "empty cache", "warm", "memory when warm"]]
    for name in COMMANDS:
        cold, warm = runs[name]["cold"], runs[name]["warm"]
        memory = [r.peak_memory_bytes for r in warm if r.peak_memory_bytes is not None]
        rows.append(
            [
                name,
                f"{seconds_text(median(r.seconds for r in cold))} s",
                f"{seconds_text(median(r.seconds for r in warm))} s",
                memory_text(median(memory)) if memory else MISSING,
            ]
        )
    print()
    print(plain(rows))
    print()
    print(describe(origin))
    if options.json is not None:
        record = {"kind": "cold start", **origin}
        record["seconds"] = {
            name: {state: [r.seconds for r in done] for state, done in states.items()}
            for name, states in runs.items()
        }
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(repeat: int) -> dict[str, dict[str, list[Run]]]:
    """Run every command with an empty cache, then with a warm one; `repeat` times."""
    runs: dict[str, dict[str, list[Run]]] = {
        name: {"cold": [], "warm": []} for name in COMMANDS
    }
    for _ in range(repeat):
        for name, arguments in COMMANDS.items():
            with tempfile.TemporaryDirectory() as folder_name:
                folder = Path(folder_name)
                write_text(folder / TEXT, N_TOKENS)
                for state in ("cold", "warm"):
                    done = run(
                        [*PROGRAM, *arguments],
                        folder=folder,
                        timeout=600,
                        environment={"NUMBA_CACHE_DIR": str(folder / "cache")},
                    )
                    if done.failure is not None:
                        raise RuntimeError(f"{name}: {done.failure}")
                    runs[name][state].append(done)
    return runs


if __name__ == "__main__":
    sys.exit(main())
