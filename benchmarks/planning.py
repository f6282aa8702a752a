"""Check the cost that ``brownclust stats`` predicts: ``python -m benchmarks.planning``.

Clusters every text, and its first sixteenth, at many settings, one run at a time. Fits
to these runs the seconds per unit of work, which are SECONDS_PER_UNIT of
`brownclust.tree.planning`. Prints prediction divided by measurement for every run, and
the range of these ratios if each text is predicted from the other texts alone.

With --folder, measurements are stored and not repeated. Five texts with 36 million
tokens take about six minutes.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from benchmarks.planning_runs import ALL, ClusteringRun, measure
from benchmarks.report import describe, memory_text, plain, provenance, seconds_text
from brownclust import BigramCounts
from brownclust.tree.planning import (
    SECONDS_PER_UNIT,
    amount_of_work,
    memory_of_clustering,
)

Ratios = NDArray[np.float64]


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.planning", description=__doc__
    )
    parser.add_argument("text", nargs="+", type=Path, help="one sentence a line")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="store the measurements in DIR"
    )
    options = parser.parse_args(arguments)
    origin = provenance()
    with ExitStack() as stack:
        folder = options.folder
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        runs = measure(options.text, folder)
        work, memory = _predict(runs, folder)
    seconds = np.array([run.seconds for run in runs])
    coefficients = fit(work, seconds)
    fitted = work @ coefficients / seconds
    print("SECONDS_PER_UNIT = (" + ", ".join(f"{c:.3g}" for c in coefficients) + ")")
    print()
    print(plain(table(runs, seconds, fitted, memory)))
    print()
    in_package = work @ np.array(SECONDS_PER_UNIT) / seconds
    print(f"time, with the constants of this fit: {describe_range(fitted)}")
    print(f"time, with the constants of the package: {describe_range(in_package)}")
    for name in sorted({run.text for run in runs}):
        is_held_out = np.array([run.text == name for run in runs])
        if not is_held_out.all():
            constants = fit(work[~is_held_out], seconds[~is_held_out])
            ratios = work[is_held_out] @ constants / seconds[is_held_out]
            print(f"time, {name} from the other texts: {describe_range(ratios)}")
    print(f"memory: {describe_range(np.array(memory))}")
    print()
    print(describe(origin))
    return 0


def fit(work: NDArray[np.float64], seconds: NDArray[np.float64]) -> Ratios:
    """Return seconds per unit: non-negative least squares of relative errors."""
    coefficients, _ = nnls(work / seconds[:, np.newaxis], np.ones(seconds.size))
    return np.asarray(coefficients)


def describe_range(ratios: Ratios) -> str:
    """Return the smallest and the largest ratio of prediction to measurement."""
    return f"{ratios.min():.2f} to {ratios.max():.2f} of the measurement"


def table(
    runs: Sequence[ClusteringRun],
    seconds: NDArray[np.float64],
    ratios: Ratios,
    memory: Sequence[float],
) -> list[list[str]]:
    """Return one row per run, heading first."""
    rows = [
        [
            *("text", "part", "times", "min count", "max words", "window"),
            *("seconds", "predicted", "memory", "predicted"),
        ]
    ]
    for run, time, ratio, memory_ratio in zip(
        runs, seconds, ratios, memory, strict=True
    ):
        rows.append(
            [
                run.text,
                f"1/{run.divisor}",
                f"{2**run.doublings:,}",
                f"{run.min_count}",
                "all" if run.max_words == ALL else f"{run.max_words:,}",
                f"{run.window:,}",
                seconds_text(time),
                f"{ratio:.2f}",
                memory_text(run.peak_memory_bytes),
                f"{memory_ratio:.2f}",
            ]
        )
    return rows


def _predict(
    runs: Sequence[ClusteringRun], folder: Path
) -> tuple[NDArray[np.float64], list[float]]:
    """Return the amounts of work, one row per run, and the ratios of memory.

    A ratio is the predicted memory divided by the measured one.
    """
    load = cache(BigramCounts.load)
    work = []
    memory = []
    for run in runs:
        counts = load(folder / run.counts_name)
        n_words = run.n_words(counts)
        work.append(amount_of_work(counts, n_words, run.window))
        predicted = memory_of_clustering(counts, n_words, run.window)
        memory.append(predicted / run.peak_memory_bytes)
    return np.array(work), memory


if __name__ == "__main__":
    sys.exit(main())
