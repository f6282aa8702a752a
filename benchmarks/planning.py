"""How well ``brownclust stats`` foresees cost: ``python -m benchmarks.planning TEXT…``.

Clusters every text, and its first sixteenth, at many settings, one after another; fits
the seconds of each unit of work to them, which `brownclust.tree.planning` has as
SECONDS_PER_UNIT; and shows prediction divided by measurement for every run. Each text
is also predicted from the others alone. With --folder the measurements are kept, and
made only once. About six minutes for 36 million tokens in five texts.
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

from benchmarks.planning_runs import ALL, Measured, measure
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
        "--folder", type=Path, metavar="DIR", help="where to keep measurements"
    )
    options = parser.parse_args(arguments)
    origin = provenance()
    with ExitStack() as stack:
        folder = options.folder
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        runs = measure(options.text, folder)
        work, memory = _foreseen(runs, folder)
    seconds = np.array([one.seconds for one in runs])
    coefficients = fit(work, seconds)
    print("SECONDS_PER_UNIT = (" + ", ".join(f"{c:.3g}" for c in coefficients) + ")")
    print()
    print(plain(table(runs, seconds, work @ coefficients / seconds, memory)))
    print()
    present = work @ np.array(SECONDS_PER_UNIT) / seconds
    print(f"time, constants of this fit: {span(work @ coefficients / seconds)}")
    print(f"time, constants in the package: {span(present)}")
    for name in sorted({one.text for one in runs}):
        is_out = np.array([one.text == name for one in runs])
        if not is_out.all():
            others = fit(work[~is_out], seconds[~is_out])
            ratios = work[is_out] @ others / seconds[is_out]
            print(f"time, {name} from the others: {span(ratios)}")
    print(f"memory: {span(np.array(memory))}")
    print()
    print(describe(origin))
    return 0


def fit(work: NDArray[np.float64], seconds: NDArray[np.float64]) -> Ratios:
    """Return seconds a unit, not negative, of least squares of relative errors."""
    coefficients, _ = nnls(work / seconds[:, np.newaxis], np.ones(seconds.size))
    return np.asarray(coefficients)


def span(ratios: Ratios) -> str:
    """Return the least and the greatest of predictions by measurements."""
    return f"{ratios.min():.2f} to {ratios.max():.2f} of what was measured"


def table(
    runs: Sequence[Measured],
    seconds: NDArray[np.float64],
    ratios: Ratios,
    memory: Sequence[float],
) -> list[list[str]]:
    """Return the rows, the heading first."""
    rows = [
        [
            *("text", "share", "times", "min count", "most words", "window"),
            *("seconds", "predicted", "memory", "predicted"),
        ]
    ]
    for one, s, ratio, memory_ratio in zip(runs, seconds, ratios, memory, strict=True):
        rows.append(
            [
                one.text,
                f"1/{one.share}",
                f"{2**one.doublings:,}",
                f"{one.min_count}",
                "all" if one.most_words == ALL else f"{one.most_words:,}",
                f"{one.window:,}",
                seconds_text(s),
                f"{ratio:.2f}",
                memory_text(one.peak_memory_bytes),
                f"{memory_ratio:.2f}",
            ]
        )
    return rows


def _foreseen(
    runs: Sequence[Measured], folder: Path
) -> tuple[NDArray[np.float64], list[float]]:
    """Return amounts of work, a row a run, and memory foreseen by that measured."""
    load = cache(BigramCounts.load)
    work = []
    memory = []
    for one in runs:
        counts = load(folder / one.counts_name)
        work.append(amount_of_work(counts, one.words(counts), one.window))
        foreseen = memory_of_clustering(counts, one.words(counts), one.window)
        memory.append(foreseen / one.peak_memory_bytes)
    return np.array(work), memory


if __name__ == "__main__":
    sys.exit(main())
