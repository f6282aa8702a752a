"""Cluster counts as of a larger text: ``python -m benchmarks.large_counts COUNTS``.

Every count c of a pair becomes ``factor * c + r``, with r drawn from 0 to
``factor - 1``, and the counts of words are summed anew. There are as many pairs as
before, so the time should stay: what grows with the factor is the cost of counts that
no table holds, and of bounds that are not tight.

``brownclust count`` writes COUNTS.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from benchmarks.report import describe, plain, positive, provenance, seconds_text
from benchmarks.text import random_numbers
from brownclust import BigramCounts, brown_cluster
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.vocabulary import Vocabulary

FACTORS = (8, 64, 512)
_STREAM = 3  # of random numbers; `text` has others


def spread(counts: BigramCounts, factor: int, *, seed: int = 0) -> BigramCounts:
    """Return counts c of pairs as ``factor * c + r``, the same on every machine.

    Parameters
    ----------
    counts : BigramCounts
        Counts with boundary "break" or "ignore".
    factor : int
        How many times larger the counts get.
    seed : int
        Each seed draws other numbers r.

    Returns
    -------
    BigramCounts
        Counts of a text in one line, with all its words, each as often as it precedes
        or follows others.
    """
    rows = counts.table.successors
    numbers = random_numbers(
        np.arange(rows.counts.size, dtype=np.uint64), seed, stream=_STREAM
    )
    drawn = (numbers % np.uint64(factor)).astype(np.int64)
    larger = SparseRows(rows.offsets, rows.indices, factor * rows.counts + drawn)
    totals = np.maximum(larger.row_totals(), larger.transpose().row_totals())
    n_bigrams = int(larger.counts.sum())
    totals = np.maximum(totals, 1)  # words whose neighbours were all removed
    totals[0] += n_bigrams == totals.sum()  # a text has one token more than bigrams
    words = list(counts.vocabulary.iter_bytes())
    order = sorted(range(len(words)), key=lambda word: (-totals[word], words[word]))
    ranks = np.empty(len(words), np.int64)
    ranks[order] = np.arange(len(words))
    table = replace(
        counts.table,
        unigram_counts=totals,
        successors=larger,
        n_tokens=int(totals.sum()),
        n_bigrams=n_bigrams,
        n_lines=1,
        boundary="ignore",
    )
    spread_counts = BigramCounts(
        Vocabulary.from_words([words[word] for word in order]),
        table.group(ranks, len(words)),
    )
    spread_counts.validate()
    return spread_counts


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    origin = provenance()
    original = BigramCounts.load(options.counts)
    tables = {1: original} | {
        factor: spread(original, factor, seed=options.seed)
        for factor in options.factor or FACTORS
    }
    for factor, counts in tables.items():
        if options.save is not None and factor > 1:
            counts.save(options.save / f"{options.counts.stem}-{factor}.npz")
    window = min(options.clusters, original.n_types)
    print(f"Window {window:,}, {options.threads} threads, processor seconds.")
    brown_cluster(original, window=min(window, 10), threads=options.threads)  # compile
    seconds: dict[int, list[float]] = {factor: [] for factor in tables}
    for turn in range(1, options.repeat + 1):
        for factor, counts in tables.items():
            started = process_time()
            brown_cluster(counts, window=window, threads=options.threads)
            seconds[factor].append(process_time() - started)
            print(
                f"turn {turn} of {options.repeat}, factor {factor}: "
                f"{seconds_text(seconds[factor][-1])} s",
                file=sys.stderr,
                flush=True,
            )
    rows = [["factor", "largest count", "seconds", "ratio"]]
    for factor, counts in tables.items():
        ratio = median(seconds[factor]) / median(seconds[1])
        rows.append(
            [
                f"{factor:,}",
                f"{int(counts.unigram_counts[0]):,}",
                seconds_text(median(seconds[factor])),
                f"{ratio:.2f}",
            ]
        )
    print(plain(rows))
    print(describe(origin))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.large_counts",
        description=__doc__.partition("\n\n")[2],
    )
    add = parser.add_argument
    add("counts", type=Path, help="counts that brownclust count wrote")
    add(
        "--factor",
        type=positive,
        action="append",
        metavar="N",
        help="repeat the option for several (default 8, 64 and 512)",
    )
    add(
        *("-c", "--clusters"),
        type=positive,
        default=1_000,
        metavar="K",
        help="number of clusters, and window (default 1000)",
    )
    add("--threads", type=positive, default=1, metavar="N", help="default 1")
    add("--repeat", type=positive, default=3, metavar="N", help="turns (default 3)")
    add("--seed", type=int, default=0, metavar="N", help="default 0")
    add(
        "--save",
        type=Path,
        metavar="FOLDER",
        help="write the larger counts there, for brownclust cluster",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
