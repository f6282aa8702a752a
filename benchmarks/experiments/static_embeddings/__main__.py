"""The command: trains and scores taggers that are not in the results yet."""

import argparse
import sys
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.experiments import static_embeddings
from benchmarks.experiments.common.clusters import ClusterStore
from benchmarks.experiments.common.figures import figure_path
from benchmarks.experiments.common.options import (
    TEXTS,
    add_numbers,
    check_order,
    default_text,
    experiment_parser,
    labelled,
)
from benchmarks.experiments.common.record import Record, say
from benchmarks.experiments.common.tasks import TASKS, Data, Task, score
from benchmarks.experiments.static_embeddings.report import draw, markdown_report
from benchmarks.experiments.static_embeddings.vectors import train_vectors, word_classes
from benchmarks.taggers import one_path
from brownclust import PerceptronTagger, WordClusters
from brownclust.tagger import Tagger
from brownclust.tagger.templates import preset_templates

WINDOWS = (2, 5)
KINDS = ("brown", *(f"word2vec-{window}" for window in WINDOWS))
PAIRS = (
    ("none", "-"),
    *((kind, "prefixes") for kind in KINDS),
    ("brown", "one k"),
    ("word2vec-2", "one k"),
)
"""Kinds of clusters, and how they are used."""


class Classes:
    """Makes clusters of each kind, and keeps them, and what they cost.

    Attributes
    ----------
    seconds : dict of str to float
        Processor seconds of each step; filled as steps are done.
    """

    def __init__(self, options: argparse.Namespace, record: Record) -> None:
        self._options = options
        self._store = ClusterStore(options.work / "clusters", options.min_count)
        self._record = record
        self.seconds: dict[str, float] = record.content.get("seconds", {})

    def load(self, kind: str, seed: int) -> WordClusters | None:
        """Return clusters, which are made if they are not there yet."""
        if kind == "none":
            return None
        if kind == "brown":
            return self._brown()
        path: Path = self._options.work / "classes" / f"{kind}-{seed}.npz"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            window = int(kind.rpartition("-")[2])
            say(f"{kind}, seed {seed}: vectors and classes")
            vectors = train_vectors(
                default_text(self._options).files,
                self._options.work / "vectors" / f"window{window}.npz",
                window=window,
                min_count=self._options.min_count,
            )
            clusters, seconds = word_classes(vectors, self._options.clusters, seed)
            clusters.save(path)
            self.seconds[f"{kind} vectors"] = vectors.seconds
            self.seconds[f"{kind} k-means"] = seconds
            self._record.save(seconds=self.seconds)
        return WordClusters.load(path)

    def _brown(self) -> WordClusters:
        text = default_text(self._options)
        started = process_time()
        self._store.counts(text)
        counted = process_time()
        clusters = self._store.greedy(text, self._options.clusters)
        # Later runs read what the first has made.
        self.seconds.setdefault("brown counts", counted - started)
        self.seconds.setdefault("brown clusters", process_time() - counted)
        return clusters


class Taggers:
    """Trains and scores taggers, and keeps them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._folder: Path = options.work / "taggers"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._n_epochs: int = options.epochs

    def train(
        self, task: Task, clusters: WordClusters | None, run: Any, data: list[Data]
    ) -> None:
        """Train and keep a tagger, and score it on development data."""
        templates = preset_templates(task.preset, clusters=clusters is not None)
        if run["use"] == "one k":
            templates = list(dict.fromkeys(map(one_path, templates)))
        tagger = PerceptronTagger(
            templates,
            clusters=clusters,
            n_epochs=self._n_epochs,
            random_state=run["seed"],
        ).fit(*data[0], dev=data[1])
        tagger.save(self._path(run))
        run["dev"] = score(tagger, data[1])

    def test(self, run: Any, data: list[Data]) -> None:
        """Score a tagger that has been trained on test data."""
        run["test"] = score(Tagger.load(self._path(run)), data[2])

    def _path(self, run: Any) -> Path:
        parts = [run["task"], run["kind"], run["use"].replace(" ", "-"), run["seed"]]
        return self._folder / f"{'-'.join(map(str, parts))}.npz"


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    settings = {
        "texts": list(TEXTS),
        "clusters": options.clusters,
        "min_count": options.min_count,
        "epochs": options.epochs,
    }
    record = Record(options.output, settings, markdown_report)
    classes, taggers = Classes(options, record), Taggers(options)
    data = {task.name: list(task.read(labelled(options))) for task in TASKS}
    part = "test" if options.test else "dev"
    for kind, use in PAIRS:
        for seed in range(options.seeds):
            for task in TASKS:
                run = record.find(task=task.name, kind=kind, use=use, seed=seed)
                if part in run:
                    continue
                check_order(options, is_chosen="dev" in run)
                if options.test:
                    taggers.test(run, data[task.name])
                else:
                    clusters = classes.load(kind, seed)
                    taggers.train(task, clusters, run, data[task.name])
                record.save(seconds=classes.seconds)
                what = f"{task.name}, {kind}, {use}, seed {seed}"
                say(f"{what}: {part} {run[part]:.2f}")
    draw(record.content, figure_path(options.output))
    print(record.report())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = experiment_parser("static_embeddings", static_embeddings.__doc__)
    add_numbers(parser, seeds=3, clusters=1000, min_count=5, epochs=10)
    return parser


if __name__ == "__main__":
    sys.exit(main())
