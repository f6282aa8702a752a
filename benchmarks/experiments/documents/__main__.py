"""The command: trains and scores classifiers that are not in the results yet."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments import documents
from benchmarks.experiments.common.clusters import ClusterStore, Text
from benchmarks.experiments.common.figures import figure_path
from benchmarks.experiments.common.options import (
    TEXTS,
    add_numbers,
    check_order,
    experiment_parser,
    labelled,
    text_files,
)
from benchmarks.experiments.common.record import Record, say
from benchmarks.experiments.documents.features import Documents, Rows, Setting
from benchmarks.experiments.documents.report import VARIANTS, draw, markdown_report
from brownclust import WordClusters
from brownclust.text.files import open_decompressed

DATA_SETS = ("movie_reviews", "sentence_polarity")
FRACTIONS = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
WEIGHTINGS = ("counts", "binary", "tfidf")
BLOCK_WEIGHTS = (0.25, 0.5)
RARE = (0, 1, 2)
REGULARISATION = {"logistic": (1.0, 5.0, 25.0), "svm": (0.1, 0.5, 2.5)}
"""C of each classifier: less is more regularisation."""


class Split(NamedTuple):
    """The documents of a run, as rows."""

    train: Rows
    dev: Rows
    test: Rows


class DataSet:
    """Documents with labels, and a fixed part of them as test data.

    Parameters
    ----------
    path : Path
        A label, a name and a text in each line.
    """

    def __init__(self, path: Path) -> None:
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        self.documents = [row[2].split() for row in rows]
        self.labels: NDArray[np.int64] = np.array(
            [row[0] == "pos" for row in rows], int
        )
        order = self._alternating(np.arange(len(rows)), seed=0)
        n_test = len(rows) // 4
        self.test, self.rest = order[:n_test], order[n_test:]

    def split(self, fraction: float, seed: int) -> Split:
        """Return training documents, which a larger fraction has too, and others."""
        order = self._alternating(self.rest, seed + 1)
        n_dev = len(order) // 5
        n = max(2, round(fraction * (len(order) - n_dev)))
        return Split(order[n_dev : n_dev + n], order[:n_dev], self.test)

    def _alternating(self, rows: Rows, seed: int) -> Rows:
        """Return rows in random order, positive and negative ones in turn."""
        rows = np.random.default_rng(seed).permutation(rows)
        halves = [rows[self.labels[rows] == label] for label in (0, 1)]
        n = min(map(len, halves))
        turns = np.stack([half[:n] for half in halves], axis=1).ravel()
        return np.concatenate([turns, *(half[n:] for half in halves)])


def variants(words: str) -> Iterator[tuple[str, list[Setting]]]:
    """Yield each variant but words alone, and the settings to choose from.

    Parameters
    ----------
    words : str
        The weighting of words, which is that of words alone.
    """
    texts = ("outside", "inside")
    lengths = ("prefixes", "whole")
    yield "clusters", [Setting("", t, s) for t in texts for s in lengths]
    yield "both", [Setting(words, t, "prefixes") for t in texts]
    yield (
        "weighted",
        [
            Setting(words, t, s, w)
            for t in texts
            for s in lengths
            for w in BLOCK_WEIGHTS
        ],
    )
    yield "back-off", [Setting(words, t, rare=n) for t in texts for n in RARE]


def classifier(kind: str, c: float) -> Any:
    """Return a classifier that is not yet trained."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    if kind == "svm":
        return LinearSVC(C=c, random_state=0, max_iter=10_000)
    return LogisticRegression(
        C=c, solver="liblinear", dual=True, random_state=0, max_iter=10_000
    )


class Experiment:
    """Documents of a data set, and the classifiers of its runs."""

    def __init__(self, data: DataSet, clusters: dict[str, WordClusters]) -> None:
        self._data = data
        self._documents = Documents(data.documents, clusters)

    def choose(self, split: Split) -> dict[str, Any]:
        """Return for each variant what gives the best development accuracy."""
        words, found = self._best(
            [Setting(weighting) for weighting in WEIGHTINGS], split
        )
        chosen = {"words": found}
        for variant, settings in variants(words.words):
            _, chosen[variant] = self._best(settings, split)
        return chosen

    def _best(
        self, settings: list[Setting], split: Split
    ) -> tuple[Setting, dict[str, Any]]:
        """Choose the setting by logistic regression; C for each classifier."""
        best: tuple[dict[str, float], Setting, Any] | None = None
        for setting in settings:
            matrix = self._documents.matrix(setting, split.train)
            found = self._tuned(matrix, split, "logistic")
            if best is None or found["dev"] > best[0]["dev"]:
                best = found, setting, matrix
        assert best is not None
        found, setting, matrix = best
        svm = self._tuned(matrix, split, "svm")
        return setting, {"setting": [*setting], "logistic": found, "svm": svm}

    def _tuned(self, matrix: Any, split: Split, kind: str) -> dict[str, float]:
        found = [
            {"c": c, "dev": self._accuracy(matrix, split.train, split.dev, kind, c)}
            for c in REGULARISATION[kind]
        ]
        return max(found, key=lambda one: one["dev"])

    def test(self, run: dict[str, Any], split: Split) -> None:
        """Train what was chosen again, and score it on test data."""
        for variant in ("words", *VARIANTS):
            found = run[variant]
            matrix = self._documents.matrix(Setting(*found["setting"]), split.train)
            for kind in REGULARISATION:
                found[kind]["test"] = self._accuracy(
                    matrix, split.train, split.test, kind, found[kind]["c"]
                )

    def _accuracy(
        self, matrix: Any, train: Rows, scored: Rows, kind: str, c: float
    ) -> float:
        model = classifier(kind, c).fit(matrix[train], self._data.labels[train])
        is_right = model.predict(matrix[scored]) == self._data.labels[scored]
        return round(100 * float(is_right.mean()), 2)


def is_untested(run: dict[str, Any]) -> bool:
    """Whether a run has no score on test data yet."""
    return "test" not in run["words"]["logistic"]


def make_clusters(
    options: argparse.Namespace, data: dict[str, DataSet]
) -> dict[str, WordClusters]:
    """Return the clusters of texts outside, and of all documents but test data."""
    folder: Path = options.work / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    outside, inside = folder / "outside.txt", folder / "inside.txt"
    if not outside.exists():
        partial = outside.with_suffix(".tmp")
        with partial.open("wb") as file:
            for path in text_files(options, TEXTS):
                with open_decompressed(str(path)) as text:
                    file.write(text.read().decode("utf-8").lower().encode())
        partial.replace(outside)
    documents = [
        part.documents[i] for part in data.values() for i in np.sort(part.rest)
    ]
    inside.write_text("".join(" ".join(d) + "\n" for d in documents), "utf-8")
    store = ClusterStore(options.work / "clusters", options.min_count)
    sizes = {"outside": options.clusters, "inside": options.clusters // 2}
    return {
        path.stem: store.greedy(
            Text(f"documents-{path.stem}", (path,)), sizes[path.stem]
        )
        for path in (outside, inside)
    }


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    folder = labelled(options) / "doc"
    data = {name: DataSet(folder / f"{name}.tsv") for name in DATA_SETS}
    clusters = make_clusters(options, data)
    settings = {
        "texts": list(TEXTS),
        "clusters": options.clusters,
        "min_count": options.min_count,
    }
    record = Record(options.output, settings, markdown_report)
    for seed in range(options.seeds):
        for name, part in data.items():
            experiment = None
            for fraction in FRACTIONS:
                run = record.find(data=name, fraction=fraction, seed=seed)
                is_chosen = "words" in run
                check_order(options, is_chosen=is_chosen)
                if is_chosen and not (options.test and is_untested(run)):
                    continue
                experiment = experiment or Experiment(part, clusters)
                split = part.split(fraction, seed)
                if options.test:
                    experiment.test(run, split)
                else:
                    run["n"] = len(split.train)
                    run |= experiment.choose(split)
                record.save()
            say(f"seed {seed}, {name}")
    draw(record.content, figure_path(options.output))
    print(record.report())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = experiment_parser("documents", documents.__doc__)
    add_numbers(parser, seeds=4, clusters=1000, min_count=5)
    return parser


if __name__ == "__main__":
    sys.exit(main())
