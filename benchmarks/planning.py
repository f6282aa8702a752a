"""Check the cost that ``brownclust stats`` predicts: ``python -m benchmarks.planning``.

Clusters every text, its first sixteenth, and files of counts, at many settings, one run
at a time, on one thread and on two. Fits to these runs the seconds per unit of work:
SECONDS_PER_UNIT and CALIBRATION_SECONDS of `brownclust.tree.planning`. Prints
prediction divided by measurement for every run, without and with a calibration of the
machine just before it, and the range of these ratios if each text is predicted from the
other texts alone.

With --folder, measurements are stored and not repeated: remove them when kernels have
changed. Five texts with 36 million tokens take about six minutes.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from benchmarks.planning_runs import ALL, ClusteringRun, measure
from benchmarks.report import (
    describe,
    memory_text,
    plain,
    positive,
    provenance,
    seconds_text,
)
from brownclust import BigramCounts
from brownclust.tree.planning import (
    CALIBRATION_SECONDS,
    SECONDS_PER_UNIT,
    memory_of_clustering,
    per_thread,
)
from brownclust.tree.workload import (
    PARTS,
    Floats,
    amount_of_work,
    clustering_size,
)


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.planning", description=__doc__
    )
    parser.add_argument(
        "text",
        nargs="+",
        type=Path,
        help="a text with one sentence a line, or a file of counts (.npz)",
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="store the measurements in DIR"
    )
    parser.add_argument(
        "--threads",
        type=positive,
        default=2,
        metavar="N",
        help="leave out runs on more threads (default 2). Those on two need two cores "
        "without other work: with 1, all work counts as that of one thread",
    )
    options = parser.parse_args(arguments)
    origin = provenance()
    with ExitStack() as stack:
        folder = options.folder
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        runs = measure(options.text, folder, options.threads)
        work, memory = _predict(runs, folder)
    seconds = np.array([run.seconds for run in runs])
    calibrated = np.array([run.calibration_seconds for run in runs])
    reference = float(np.median(calibrated))
    slowdown = calibrated / reference
    texts = np.array([run.text for run in runs])
    coefficients = fit(work, seconds / slowdown, texts)
    ratios = work @ coefficients / seconds
    print_constants(coefficients, reference)
    print()
    print(plain(table(runs, ratios, ratios * slowdown, memory)))
    print()
    in_package = work @ np.ravel(SECONDS_PER_UNIT) / seconds
    rows = [
        ("constants of this fit", ratios, slowdown),
        (
            "constants of the package",
            in_package,
            calibrated / CALIBRATION_SECONDS,
        ),
    ]
    for name in np.unique(texts).tolist():
        is_held_out, others = texts == name, texts != name
        if others.any():
            constants = fit(work[others], (seconds / slowdown)[others], texts[others])
            held_out = work[is_held_out] @ constants / seconds[is_held_out]
            rows.append((f"{name} from the others", held_out, slowdown[is_held_out]))
    print("Time:")
    print(plain(table_of_ranges(rows)))
    print()
    print(f"Memory: {describe_range(np.array(memory))} of the measurement")
    print(describe(origin))
    return 0


def print_constants(coefficients: Floats, reference: float) -> None:
    """Print the constants as they stand in `brownclust.tree.planning`."""
    print("SECONDS_PER_UNIT = (")
    for row in coefficients.reshape(2, -1):
        print("    (" + ", ".join(f"{c:.3g}" for c in row) + "),")
    print(")")
    print(f"CALIBRATION_SECONDS = {reference:.3g}")
    for part, *units in zip(PARTS, *coefficients.reshape(2, -1), strict=True):
        print(f"  {part}: " + ", ".join(f"{1e9 * unit:.3g} ns" for unit in units))


def fit(work: Floats, seconds: Floats, texts: NDArray[np.str_]) -> Floats:
    """Return seconds per unit: non-negative least squares of relative errors.

    The runs of a text weigh as much together as those of any other.
    """
    _, of_text, n_runs = np.unique(texts, return_inverse=True, return_counts=True)
    weights = 1 / np.sqrt(n_runs[of_text])
    coefficients, _ = nnls(work * (weights / seconds)[:, np.newaxis], weights)
    return np.asarray(coefficients)


def describe_range(ratios: Floats) -> str:
    """Return the smallest and the largest ratio of prediction to measurement."""
    return f"{ratios.min():.2f} to {ratios.max():.2f}"


def is_within(factor: float, ratios: Floats) -> NDArray[np.bool_]:
    """Whether predictions are right within a factor."""
    return (ratios >= 1 / factor) & (ratios <= factor)


def table_of_ranges(rows: Sequence[tuple[str, Floats, Floats]]) -> list[list[str]]:
    """Return a row for each set of constants: ratios without and with calibration."""
    heading = ["", "without calibration", "with", "within 1.5 with", "runs"]
    return [heading] + [
        [
            name,
            describe_range(ratios),
            describe_range(ratios * slowdown),
            f"{is_within(1.5, ratios * slowdown).mean():.0%}",
            str(ratios.size),
        ]
        for name, ratios, slowdown in rows
    ]


def table(
    runs: Sequence[ClusteringRun],
    ratios: Floats,
    calibrated: Floats,
    memory: Sequence[float],
) -> list[list[str]]:
    """Return one row per run, heading first."""
    rows = [
        [
            *("text", "part", "times", "min count", "max words", "window", "threads"),
            *("seconds", "predicted", "calibrated", "memory", "predicted"),
        ]
    ]
    for run, *columns in zip(runs, ratios, calibrated, memory, strict=True):
        ratio, calibrated_ratio, memory_ratio = columns
        rows.append(
            [
                run.text,
                f"1/{run.divisor}",
                f"{2**run.doublings:,}",
                f"{run.min_count}",
                "all" if run.max_words == ALL else f"{run.max_words:,}",
                f"{run.window:,}",
                f"{run.threads}",
                seconds_text(run.seconds),
                f"{ratio:.2f}",
                f"{calibrated_ratio:.2f}",
                memory_text(run.peak_memory_bytes),
                f"{memory_ratio:.2f}",
            ]
        )
    return rows


def _predict(runs: Sequence[ClusteringRun], folder: Path) -> tuple[Floats, list[float]]:
    """Return the amounts of work, one row per run, and the ratios of memory.

    A ratio is the predicted memory divided by the measured one.
    """
    load = lru_cache(maxsize=1)(BigramCounts.load)
    work = []
    memory = []
    for run in runs:
        counts = load(folder / run.counts_name)
        n_words = run.n_words(counts)
        size = clustering_size(counts, n_words, run.window)
        work.append(per_thread(amount_of_work(size), run.threads))
        predicted = memory_of_clustering(counts, n_words, run.window)
        memory.append(predicted / run.peak_memory_bytes)
    return np.array(work), memory


if __name__ == "__main__":
    sys.exit(main())
