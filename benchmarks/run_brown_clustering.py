"""Cluster with the package ``brown-clustering``; a script for any Python.

    python run_brown_clustering.py TEXT N_CLUSTERS MIN_COUNT FOLDER

The script imports only that package, so the package can have its own environment.
Writes ``clusters.tsv`` (word TAB cluster) and ``seconds.json`` to the folder.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

ALPHA = 1e-6
"""Smoothing: nearly none, which is Brown's original objective and equally fast. With
the default of the package, 1, nearly all words of a text of 20,000 tokens end up in one
cluster.
"""


def main(text: str, n_clusters: int, min_count: int, folder: str) -> None:
    """Cluster the words of a text; the whole text is one sentence."""
    from brown_clustering import BigramCorpus, BrownClustering

    started = perf_counter()
    BrownClustering(BigramCorpus([["a", "b", "c", "d"]], alpha=ALPHA), m=2).train()
    compiled = perf_counter()
    tokens = [
        token.decode("utf-8", "surrogateescape")
        for token in Path(text).read_bytes().split()
    ]
    corpus = BigramCorpus([tokens], alpha=ALPHA, min_count=min_count)
    counted = perf_counter()
    clusters = BrownClustering(corpus, m=n_clusters).train()
    seconds = {
        "compile": compiled - started,
        "count": counted - compiled,
        "cluster": perf_counter() - counted,
    }
    with (Path(folder) / "clusters.tsv").open("wb") as file:
        for cluster, words in enumerate(clusters):
            for word in words:
                line = f"{word}\t{cluster}\n"
                file.write(line.encode("utf-8", "surrogateescape"))
    record = {"version": version("brown-clustering"), "seconds": seconds}
    (Path(folder) / "seconds.json").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
