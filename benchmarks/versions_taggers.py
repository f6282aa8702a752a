"""Tagging parts of speech with an older version and with this one, in turn.

    python -m benchmarks.versions_taggers --old CHECKOUT [--old-python PYTHON]
        --train FILE --tag N --text FILE [--clusters PATHS] [--epochs N] [--repeats N]
        [--cache DIR]

The file to train on has a token on each line, in columns separated by tabs: its word is
in the first, its tag in column N. The text has a sentence on each line. Clusters are a
file of paths, which all versions read. Old and new take turns, each run in a process of
its own: it trains with the preset ``pos``, tags the text, and tags it again, when all
its words are known. The table has medians of processor times, and whether all runs give
the same tags.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.process import OUTPUT_NAME, run
from benchmarks.report import describe, plain, positive, provenance, seconds_text
from benchmarks.versions import (
    HERE,
    TIMEOUT,
    Version,
    add_version_options,
    both_versions,
    revision,
)

SCRIPT = Path(__file__).with_name("versions_taggers_run.py")
STEPS = {"train": "train", "tag": "tag", "tag_again": "tag again"}
HEADING = ["", "CPU old", "new", "times as fast"]


def measure(version: Version, arguments: Sequence[str]) -> dict[str, Any]:
    """Return what `versions_taggers_run` prints for a version."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(
            [version.python, str(SCRIPT), str(version.checkout), *arguments],
            folder=Path(folder),
            timeout=TIMEOUT,
            environment={
                "NUMBA_CACHE_DIR": str(version.cache),
                "PYTHONPATH": str(SCRIPT.parent),
            },
        )
        if done.failure is not None:
            raise SystemExit(f"{version.checkout}: {done.failure}")
        printed = (Path(folder) / OUTPUT_NAME).read_text("utf-8").splitlines()
    measured: dict[str, Any] = json.loads(printed[-1])
    return measured


def table(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[list[str]]:
    """Return the table of the runs of both versions."""
    rows = [HEADING]
    for step, name in STEPS.items():
        before, after = (median(r[step] for r in runs) for runs in (old, new))
        times = seconds_text(before), seconds_text(after)
        rows.append([name, *times, f"{before / after:.2f}"])
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Measure what the command line asks for, and print a table."""
    options = _parser().parse_args(arguments)
    origin = provenance()
    given = [str(options.train.resolve()), str(options.tag)]
    given += [str(options.text.resolve()), str(options.epochs)]
    if options.clusters is not None:
        given.append(str(options.clusters.resolve()))
    old, new = [], []
    with ExitStack() as stack:
        versions = both_versions(options, stack)
        for _ in range(options.repeats):
            old.append(measure(versions[0], given))
            new.append(measure(versions[1], given))
            print(old[-1], new[-1], file=sys.stderr, flush=True)
    print(plain(table(old, new)))
    is_same = len({r["tags"] for r in [*old, *new]}) == 1
    print(f"\ntags: {'same' if is_same else 'DIFFERENT'}")
    print(f"old: {revision(options.old)}, new: {revision(HERE)}")
    print(describe(origin))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.versions_taggers",
        description=(__doc__ or "").partition("\n\n")[0],
    )
    add = parser.add_argument
    add("--train", type=Path, required=True, metavar="FILE")
    add("--tag", type=positive, default=2, metavar="N", help="column (default 2)")
    add("--text", type=Path, required=True, metavar="FILE")
    add("--clusters", type=Path, metavar="PATHS", help="a file of paths")
    add("--epochs", type=positive, default=5, metavar="N", help="default 5")
    add_version_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
