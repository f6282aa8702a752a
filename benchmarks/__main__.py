"""Time every stage on synthetic text: ``python -m benchmarks``."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, Case, Measurement, Workbench, WrongAnswerError
from benchmarks.report import describe, plain, positive, provenance, stage_table

SECONDS_PER_PASS = 32
"""One run of all cases on a 2.6 GHz core from 2021; string features take a quarter."""

QUICK_FACTOR = 10
"""About how many times faster --quick is; the largest sizes take most of the time."""

NOTES = """\
seconds: median. growth: the exponent of time against the size that doubles, from the
row above to this row. memory: the peak of what was allocated, without the input.
Every answer was checked."""


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    cases = [case for case in CASES if _is_wanted(case, options)]
    if not cases:
        print("Error: no case matches", file=sys.stderr)
        return 2
    seconds = (options.repeat + 1) * SECONDS_PER_PASS * len(cases) / len(CASES)
    if options.quick:
        seconds /= QUICK_FACTOR
    print(
        f"{len(cases)} cases, each run once to check the answer and {options.repeat} "
        f"times for timing: about {_approximate(seconds)},\n"
        "and half a minute more if the kernels have to be compiled first.",
        flush=True,
    )
    origin = provenance()
    try:
        compiling, measurements = run(cases, options.repeat, options.threads)
    except WrongAnswerError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print()
    print(plain(stage_table(measurements)))
    print()
    print(NOTES)
    print(f"Compiling the kernels, or loading them from the cache: {compiling:.1f} s.")
    print(describe(origin))
    if options.json is not None:
        record = {**origin, "kind": "stages", "threads": options.threads}
        record["cases"] = [as_json(measurement) for measurement in measurements]
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


def run(
    cases: list[Case], repeat: int, threads: int
) -> tuple[float, list[Measurement]]:
    """Measure all cases; return the seconds spent compiling, and the measurements."""
    measurements = []
    with Workbench(threads) as workbench:
        compiling = workbench.compile()
        for number, case in enumerate(cases, start=1):
            _show_progress(f"{number}/{len(cases)} {case.name}")
            measurements.append(workbench.measure(case, repeat))
    _show_progress("")
    return compiling, measurements


def as_json(measurement: Measurement) -> dict[str, Any]:
    """Return a measurement as a JSON record."""
    return {
        **asdict(measurement.case),
        "stage": measurement.case.stage,
        "size": measurement.case.size,
        "n_words": measurement.n_words,
        "distinct_bigrams": measurement.distinct_bigrams,
        "seconds": list(measurement.seconds),
        "median_seconds": measurement.median,
        "peak_memory_bytes": measurement.peak_memory_bytes,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--stage",
        choices=sorted({case.stage for case in CASES}),
        help="run only this stage",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="run only the two smallest sizes of each series",
    )
    parser.add_argument(
        "--repeat", type=positive, default=3, metavar="N", help="timed runs (default 3)"
    )
    parser.add_argument(
        "--threads",
        type=positive,
        default=1,
        metavar="N",
        help="threads for clustering (default 1)",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write all numbers to FILE"
    )
    return parser


def _is_wanted(case: Case, options: argparse.Namespace) -> bool:
    sizes = sorted(other.size for other in CASES if other.series == case.series)
    return (options.stage is None or case.stage == options.stage) and (
        not options.quick or case.size in sizes[:2]
    )


def _approximate(seconds: float) -> str:
    """Return a duration in words: it is an estimate, so without false precision."""
    if seconds < 50:
        return f"{max(10, round(seconds, -1)):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else "a minute"


def _show_progress(line: str) -> None:
    """Replace the progress line on a terminal; an empty line clears it."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
