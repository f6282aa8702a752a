"""What refinement gains, and how long it takes: ``python -m benchmarks.refinement``.

Each line clusters greedily, then refines, with some annealed sweeps and several seeds:
average mutual information of each (the median), and processor time of refining as a
multiple of that of greedy clustering in the same process. With ``--threads 2`` the time
is that of a clock, and the labels must be the same as on one thread.

``brownclust count`` writes COUNTS. Targets are set for the Brown corpus counted with
``--boundary ignore``.
"""

import argparse
import sys
from statistics import median
from time import perf_counter, process_time

import numpy as np

from benchmarks.report import describe, plain, positive, provenance
from brownclust import BigramCounts, brown_cluster
from brownclust.tree.class_tree import class_tree
from brownclust.tree.exchange import refine_labels

CUTS = (128, 64, 32)


def compile_kernels() -> None:
    """Cluster and refine a small text, so that no time below has compiling in it."""
    counts = BigramCounts.from_sentences([list("abcabdacbdab")] * 9)
    greedy = brown_cluster(counts, window=2).cut(2)
    refine_labels(counts, greedy, sweeps=7)
    refine_labels(counts, greedy, threads=2)
    class_tree(counts, greedy)


def measure(
    counts: BigramCounts, n_clusters: int, sweeps: list[int], seeds: int, threads: int
) -> list[list[str]]:
    """Return a row of the table for each number of annealed sweeps."""
    start = process_time()
    greedy = brown_cluster(counts, window=n_clusters)
    greedy_seconds = process_time() - start
    labels = greedy.cut(n_clusters)
    cuts = [n for n in CUTS if n < n_clusters]
    rows = [
        [
            *("greedy", f"{greedy.ami_at_window:.4f}", f"{greedy_seconds:.2f}", "1.0"),
            *(f"{greedy.average_mutual_information(n):.4f}" for n in cuts),
        ]
    ]
    clock = process_time if threads == 1 else perf_counter
    for n_sweeps in sweeps:
        amis, seconds = [], []
        for seed in range(seeds if n_sweeps else 1):
            start = clock()
            refined = refine_labels(
                counts, labels, sweeps=n_sweeps, seed=seed, threads=threads
            )
            seconds.append(clock() - start)
            amis.append(refined.ami)
        if threads > 1:
            one = refine_labels(counts, labels, sweeps=n_sweeps, seed=seed)
            np.testing.assert_array_equal(one.labels, refined.labels)
        tree = class_tree(counts, refined.labels)
        rows.append(
            [
                f"{n_sweeps} sweeps",
                f"{median(amis):.4f}",
                f"{median(seconds):.2f}",
                f"{median(seconds) / greedy_seconds:.1f}",
                *(f"{tree.average_mutual_information(n):.4f}" for n in cuts),
            ]
        )
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Measure what the command line asks for, and print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.refinement", description=__doc__.split("\n\n")[0]
    )
    parser.add_argument("counts", help="a file of `brownclust count`")
    parser.add_argument("--clusters", type=positive, default=320)
    parser.add_argument("--sweeps", type=int, action="append", help="default: 0 24 84")
    parser.add_argument("--seeds", type=positive, default=5)
    parser.add_argument("--threads", type=positive, default=1)
    options = parser.parse_args(arguments)
    counts = BigramCounts.load(options.counts)
    counts.table.predecessors  # noqa: B018  # computed once, and kept
    compile_kernels()
    cuts = [f"AMI at {n}" for n in CUTS if n < options.clusters]
    print(describe(provenance()))
    header = ["", "AMI", "seconds", "times greedy", *cuts]
    sweeps = options.sweeps or [0, 24, 84]
    rows = measure(counts, options.clusters, sweeps, options.seeds, options.threads)
    print(plain([header, *rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
