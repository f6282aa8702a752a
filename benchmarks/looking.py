"""How long it takes to look at clusters: ``python -m benchmarks.looking``.

Processor time, the median of several runs, for many words in 1,024 clusters with random
bit strings and counts; what builds an index has been called once before.
"""

import argparse
import sys
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from benchmarks.report import positive
from brownclust import WordClusters
from brownclust.clusters.tree_top import tree_top

_N_RUNS = 5
_N_BITS = 10


def clusters_of(n_words: int) -> WordClusters:
    """Return clusters of words, the same on every machine."""
    random = np.random.default_rng(0)
    labels = random.integers(1 << _N_BITS, size=n_words)
    bit_strings = [f"{label:0{_N_BITS}b}" for label in labels.tolist()]
    counts = random.integers(1, 1000, size=n_words)
    return WordClusters([f"word{i}" for i in range(n_words)], bit_strings, counts)


def cases(clusters: WordClusters) -> dict[str, Callable[[], Any]]:
    """Return what is timed, by name."""
    return {
        "dict(clusters)": lambda: dict(clusters),
        "dict(clusters.items())": lambda: dict(clusters.items()),
        "tree_top, all leaves": lambda: tree_top(clusters),
        "tree_top, 16 leaves": lambda: tree_top(clusters, 16),
        "notebook": clusters._repr_html_,
        "neighbours of a word": lambda: clusters.nearest("word77"),
    }


def main(arguments: list[str] | None = None) -> int:
    """Print a table of seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=positive, default=250_000)
    chosen = parser.parse_args(arguments)
    clusters = clusters_of(chosen.words)
    for name, call in cases(clusters).items():
        call()
        seconds = []
        for _ in range(_N_RUNS):
            started = process_time()
            call()
            seconds.append(process_time() - started)
        print(f"{name:24} {median(seconds):.3f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
