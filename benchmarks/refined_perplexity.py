r"""Perplexity of other text with greedy and with refined clusters.

    python -m benchmarks.refined_perplexity TEXT OTHER [-c K] [--min-count N]
        [--sweeps N...] [--seeds N]

Words of TEXT that occur N times or more (default 5) are clustered into K clusters
(default 1000). The perplexity of OTHER is that of the class-bigram model of
`brownclust.tree.judging.HeldOut`, made from the counts of these words: all other words
are unknown. Refinement is repeated with each number of sweeps and each seed; seconds
are those of one thread, clustering and refining alone.
"""

import argparse
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.report import describe, markdown, plain, positive, provenance
from brownclust import BigramCounts
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.exchange import refine_labels
from brownclust.tree.judging import HeldOut

HEADING = ["clusters", "AMI", "perplexity", "change", "seconds"]
WARM_UP = 2000
"""Lines that are clustered and refined before anything is timed: kernels compile."""


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    origin = provenance()
    _warm_up(options.text)
    counts = BigramCounts.from_text(options.text, min_count=options.min_count)
    held_out = HeldOut(counts, BigramCounts.from_text(options.other))
    unknown = held_out.n_unknown / held_out.n_scored
    print(
        f"{options.text.name}: {counts.n_types:,} words; {options.other.name}: "
        f"{held_out.n_scored:,} tokens, {unknown:.1%} unknown\n"
    )
    started = perf_counter()
    tree = brown_cluster(counts, window=options.clusters)
    seconds = perf_counter() - started
    greedy = tree.cut(options.clusters)
    perplexity = held_out.perplexity(greedy)
    ami = f"{tree.ami_at_window:.4f}"
    table = [HEADING, ["greedy", ami, f"{perplexity:.2f}", "", f"{seconds:.1f}"]]
    for sweeps in options.sweeps:
        rows = []
        for seed in range(options.seeds if sweeps else 1):
            started = perf_counter()
            refined = refine_labels(counts, greedy, sweeps=sweeps, seed=seed)
            seconds = perf_counter() - started
            rows.append((refined.ami, held_out.perplexity(refined.labels), seconds))
            print(f"{sweeps} sweeps, seed {seed}: {rows[-1]}", file=sys.stderr)
        of_ami, of_text, of_time = (
            median(values) for values in zip(*rows, strict=True)
        )
        change = f"{of_text / perplexity - 1:+.2%}"
        name = f"refined, {sweeps} annealed sweeps" if sweeps else "exchange alone"
        table.append(
            [name, f"{of_ami:.4f}", f"{of_text:.2f}", change, f"{of_time:.1f}"]
        )
    print((markdown if options.markdown else plain)(table, n_left=1))
    print(f"\n{describe(origin)}")
    return 0


def _warm_up(text: Path) -> None:
    with text.open(encoding="utf-8") as file:
        lines = [line.split() for line, _ in zip(file, range(WARM_UP), strict=False)]
    counts = BigramCounts.from_sentences(line for line in lines if line)
    window = min(100, counts.n_types)
    labels = brown_cluster(counts, window=window).cut(window)
    refine_labels(counts, labels, sweeps=1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.refined_perplexity",
        description=(__doc__ or "").partition("\n\n")[0],
    )
    add = parser.add_argument
    add("text", type=Path, metavar="TEXT", help="text to cluster")
    add("other", type=Path, metavar="OTHER", help="text whose perplexity is computed")
    add("-c", "--clusters", type=positive, default=1000, metavar="K")
    add("--min-count", type=positive, default=5, metavar="N", help="default 5")
    add(
        "--sweeps",
        type=int,
        nargs="+",
        default=[0, 20, 60],
        metavar="N",
        help="annealed sweeps; 0 is exchange alone (default 0 20 60)",
    )
    add("--seeds", type=positive, default=1, metavar="N", help="default 1")
    add("--markdown", action="store_true", help="print the table in Markdown")
    return parser


if __name__ == "__main__":
    sys.exit(main())
