"""Time every stage on synthetic text: ``python -m benchmarks``."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.cases import CASES, Case, Measurement, Workbench, WrongAnswerError
from benchmarks.report import describe, plain, positive, provenance, stage_table

SECONDS = {
    "count by tokens": 0.7,
    "cluster by tokens": 0.8,
    "cluster by words": 1.0,
    "cluster by window": 3.0,
    "cluster by factor": 1.6,
    "cluster in full": 1.6,
    "cut by words": 0.5,
    "lookup by tokens": 0.7,
    "features by tokens": 0.9,
    "strings by tokens": 12.5,
    "train by tokens": 4.7,
    "tag by tokens": 9.8,
}
"""All cases of a series once, inputs and checks included, on a 2.6 GHz core from 2021.

Each case is taken to need time in proportion to its size.
"""

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
    duration = _approximate(expected_seconds(cases, options.repeat))
    print(
        f"{len(cases)} cases, each run once to check the answer and {options.repeat} "
        f"times for timing: about {duration},\n"
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
        _show_progress("compiling kernels, or loading them")
        compiling = workbench.compile()
        started = perf_counter()
        for number, case in enumerate(cases, start=1):
            # How fast this machine is shows in the cases so far.
            done, left = (
                expected_seconds(part, repeat)
                for part in (cases[: number - 1], cases[number - 1 :])
            )
            if done:
                left *= (perf_counter() - started) / done
            place = f"{number}/{len(cases)} {case.name}"
            _show_progress(f"{place}, about {_approximate(left)} left in all")
            measurements.append(workbench.measure(case, repeat))
    _show_progress("")
    return compiling, measurements


def expected_seconds(cases: Sequence[Case], repeat: int) -> float:
    """Return about how long cases take, input and check of the answer included."""
    sizes = dict.fromkeys(SECONDS, 0)
    for case in CASES:
        sizes[case.series] += case.size
    once = sum(SECONDS[case.series] * case.size / sizes[case.series] for case in cases)
    return (repeat + 1) * once


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
    """Show what runs; on a terminal, in place of the line before."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
    elif line:
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
