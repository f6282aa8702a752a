"""The cost of refinement that ``brownclust stats --refine`` predicts.

    python -m benchmarks.planning_refinement COUNTS:K:N...

clusters the words of each file of counts into K clusters, without and with N annealed
sweeps, one run at a time on one thread. Fits SECONDS_PER_SWEEP of
`brownclust.tree.planning` to the difference in processor time, each after a calibration
of the machine, and prints prediction divided by measurement: of the time of refinement
with the new constants, and of the time of the whole run with those of the package.
"""

import argparse
import sys
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np

from benchmarks.planning import describe_range, fit
from benchmarks.refinement import compile_kernels
from benchmarks.report import describe, plain, provenance, seconds_text
from brownclust import BigramCounts
from brownclust.tree.calibration import measure_slowdown
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.planning import clustering_cost, expected_sweeps, work_of_sweep
from brownclust.tree.workload import clustering_size

HEADING = [
    *("counts", "clusters", "sweeps", "made", "merging", "refining"),
    *("predicted", "in all", "predicted", "calibrated"),
]


class RefinedRun(NamedTuple):
    """A run, its cost, and what was predicted of it."""

    counts: str
    n_clusters: int
    refine: int
    n_sweeps: int
    merging: float
    refining: float
    slowdown: float
    work: tuple[float, ...]
    predicted: float


def measure(path: Path, n_clusters: int, refine: int) -> RefinedRun:
    """Cluster without and with refinement."""
    counts = BigramCounts.load(path)
    counts.table.predecessors  # noqa: B018  # computed once, and kept
    cluster_counts(counts, n_clusters=n_clusters)  # kernels are loaded
    slowdown = measure_slowdown()
    started = process_time()
    cluster_counts(counts, n_clusters=n_clusters)
    merging = process_time() - started
    started = process_time()
    model = cluster_counts(counts, n_clusters=n_clusters, refine=refine)
    seconds = process_time() - started
    n_sweeps = model.options["refinement"]["n_sweeps"]
    size = clustering_size(counts, counts.n_types, n_clusters)
    work = expected_sweeps(refine) * work_of_sweep(counts, size)
    predicted = clustering_cost(counts, n_clusters, refine=refine).seconds
    return RefinedRun(
        path.stem,
        n_clusters,
        refine,
        n_sweeps,
        merging,
        seconds - merging,
        slowdown,
        tuple(work.tolist()),
        predicted,
    )


def table(runs: list[RefinedRun], ratios: list[float]) -> list[list[str]]:
    """Return one row per run, heading first."""
    return [HEADING] + [
        [
            run.counts,
            f"{run.n_clusters:,}",
            f"{run.refine}",
            f"{run.n_sweeps}",
            seconds_text(run.merging),
            seconds_text(run.refining),
            f"{ratio:.2f}",
            seconds_text(run.merging + run.refining),
            f"{in_all:.2f}",
            f"{in_all * run.slowdown:.2f}",
        ]
        for run, ratio, in_all in zip(runs, ratios, ratios_in_all(runs), strict=True)
    ]


def ratios_in_all(runs: list[RefinedRun]) -> list[float]:
    """Return prediction divided by measurement of clustering and refinement."""
    return [run.predicted / (run.merging + run.refining) for run in runs]


def setting(text: str) -> tuple[Path, int, int]:
    """Parse ``COUNTS:K:N``; the ``type`` of an argparse option."""
    path, n_clusters, refine = text.rsplit(":", 2)
    return Path(path), int(n_clusters), int(refine)


def main(arguments: list[str] | None = None) -> int:
    """Measure, fit and compare."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.planning_refinement",
        description=(__doc__ or "").partition("\n\n")[0],
    )
    parser.add_argument("runs", nargs="+", type=setting, metavar="COUNTS:K:N")
    options = parser.parse_args(arguments)
    origin = provenance()
    compile_kernels()
    runs = []
    for wanted in options.runs:
        runs.append(measure(*wanted))
        print(runs[-1], file=sys.stderr, flush=True)
    work = np.array([run.work for run in runs])
    slowdown = np.array([run.slowdown for run in runs])
    seconds = np.array([run.refining for run in runs])
    constants = fit(work, seconds / slowdown, np.array([run.counts for run in runs]))
    ratios = work @ constants * slowdown / seconds
    print(f"SECONDS_PER_SWEEP = ({', '.join(f'{c:.3g}' for c in constants)})\n")
    print(plain(table(runs, ratios.tolist())))
    in_all = np.array(ratios_in_all(runs))
    print(f"\nRefining, with these constants: {describe_range(ratios)} of measurement")
    print(f"In all, with those of the package: {describe_range(in_all)}")
    print(f"The same, calibrated: {describe_range(in_all * slowdown)}")
    print(describe(origin))
    return 0


if __name__ == "__main__":
    sys.exit(main())
