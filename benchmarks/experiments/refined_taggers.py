"""Measure whether refined clusters help taggers more than greedy ones.

    python -m benchmarks.experiments.refined_taggers --work DIR [--sweeps N] [--test]

Four tasks: parts of speech (English Web Treebank), chunks from words (CoNLL-2000; the
last 1,000 sentences of the training data are development data), entities of WNUT-17 and
of the Broad Twitter Corpus (section F is test data, the second half of H development
data). Clusters of all texts together, of words seen 5 times or more, are of four kinds:

- greedy, of five bootstrap samples of the lines of the text,
- refined, of the same five samples, each with a seed of its own,
- greedy, of the text itself (there is only one such clustering),
- refined, of the text itself, with five seeds.

A sample has the same lines for both, so that their difference is that of refinement.
Every tagger is trained with three seeds; the epoch is chosen on development data. Test
data is used only with ``--test``, once for each tagger.

The command can be interrupted at any time: clusters and taggers are kept in ``--work``,
scores in the JSON file, each with the revision of the code that trained the tagger. To
measure another way of refining, remove the files whose names have ``refined`` from
``--work``, and their runs from the JSON file.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.experiments.common.clusters import ClusterStore, Text
from benchmarks.experiments.common.options import (
    TEXTS,
    add_numbers,
    check_order,
    experiment_parser,
    labelled,
    text_files,
)
from benchmarks.experiments.common.record import Record, say
from benchmarks.experiments.common.tasks import TASKS, Data, Task, score
from benchmarks.experiments.refined_taggers_report import markdown_report
from benchmarks.report import revision
from brownclust import PerceptronTagger, WordClusters
from brownclust.tagger import Tagger

N_CLUSTERINGS = 5
N_SEEDS = 3


@dataclass(frozen=True)
class Clustering:
    """A clustering: of which kind, and of which text.

    Attributes
    ----------
    kind : {"none", "greedy", "refined"}
        How the clusters are made.
    sample : int or None
        The bootstrap sample; None for the text itself.
    seed : int
        Seed of refinement.
    """

    kind: str
    sample: int | None = None
    seed: int = 0

    @property
    def name(self) -> str:
        """The name, which files of clusters and taggers have, too."""
        text = "text" if self.sample is None else f"sample{self.sample}"
        return "none" if self.kind == "none" else f"{self.kind}-{text}-{self.seed}"


def clusterings() -> Iterator[Clustering]:
    """Yield all clusterings, those first that refinement does not change."""
    yield Clustering("none")
    yield Clustering("greedy")
    for i in range(N_CLUSTERINGS):
        yield Clustering("greedy", i)
    for i in range(N_CLUSTERINGS):
        yield Clustering("refined", i, seed=i)
    for i in range(N_CLUSTERINGS):
        yield Clustering("refined", seed=i)


# --- Clusters -----------------------------------------------------------------


def load(
    store: ClusterStore, clustering: Clustering, options: argparse.Namespace
) -> WordClusters | None:
    """Return the clusters, which are made if they are not there yet."""
    if clustering.kind == "none":
        return None
    sample = clustering.sample
    name = "text" if sample is None else f"sample{sample}"
    text = Text(name, text_files(options, TEXTS), bootstrap=sample)
    if clustering.kind == "greedy":
        return store.greedy(text, options.clusters)
    return store.refined(
        text, options.clusters, sweeps=options.sweeps, seed=clustering.seed
    )


# --- Taggers ------------------------------------------------------------------


class Runs:
    """Trains and scores taggers, and keeps what is done."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._folder: Path = options.work / "taggers"
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "texts": list(TEXTS),
            "clusters": options.clusters,
            "min_count": options.min_count,
            "sweeps": options.sweeps,
            "epochs": options.epochs,
        }
        self.record = Record(options.output, settings, markdown_report)

    def find(self, task: Task, clustering: Clustering, seed: int) -> Any:
        """Return what is known of a run."""
        run = self.record.find(task=task.name, clustering=clustering.name, seed=seed)
        run |= {"kind": clustering.kind, "sample": clustering.sample}
        return run

    def train(
        self,
        task: Task,
        clusters: WordClusters | None,
        run: Any,
        data: tuple[Data, ...],
    ) -> None:
        """Train and keep a tagger, and score it on development data."""
        tagger = PerceptronTagger(
            task.preset,
            clusters=clusters,
            n_epochs=self._options.epochs,
            random_state=run["seed"],
        ).fit(*data[0], dev=data[1])
        tagger.save(self._tagger_path(run))
        run["dev"] = score(tagger, data[1])
        run["revision"] = revision()

    def test(self, run: Any, data: tuple[Data, ...]) -> None:
        """Score a tagger that has been trained on test data."""
        run["test"] = score(Tagger.load(self._tagger_path(run)), data[2])

    def _tagger_path(self, run: Any) -> Path:
        name = f"{run['task']}-{run['clustering']}-{run['seed']}.npz"
        return self._folder / name


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    store = ClusterStore(options.work / "clusters", options.min_count)
    runs = Runs(options)
    data = {task.name: task.read(labelled(options)) for task in TASKS}
    part = "test" if options.test else "dev"
    for clustering in clusterings():
        loaded = load(store, clustering, options)
        for task in TASKS:
            for seed in range(N_SEEDS):
                run = runs.find(task, clustering, seed)
                if part in run:
                    continue
                check_order(options, is_chosen="dev" in run)
                if options.test:
                    runs.test(run, data[task.name])
                else:
                    runs.train(task, loaded, run, data[task.name])
                runs.record.save(ami=store.ami())
                found = f"{part} {run[part]:.2f}"
                say(f"{task.name}, {clustering.name}, seed {seed}: {found}")
    print(runs.record.report())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = experiment_parser("refined_taggers", __doc__)
    add_numbers(parser, clusters=1000, min_count=5, sweeps=20, epochs=20)
    return parser


if __name__ == "__main__":
    sys.exit(main())
