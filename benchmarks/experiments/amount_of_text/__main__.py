"""The command: clusters, measures, trains and scores what is not in the results yet."""

import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from benchmarks.experiments import amount_of_text
from benchmarks.experiments.amount_of_text import design
from benchmarks.experiments.amount_of_text.agreement import agreement
from benchmarks.experiments.amount_of_text.design import Clustering, Sample
from benchmarks.experiments.amount_of_text.figures import draw_figures
from benchmarks.experiments.amount_of_text.measures import Measures, TaskData
from benchmarks.experiments.amount_of_text.report import markdown_report
from benchmarks.experiments.amount_of_text.samples import Samples
from benchmarks.experiments.common.clusters import ClusterStore
from benchmarks.experiments.common.figures import IMAGES
from benchmarks.experiments.common.options import experiment_parser, labelled
from benchmarks.experiments.common.record import RESULTS, Record, say
from benchmarks.experiments.common.tasks import TASKS, Task, score
from brownclust import BigramCounts, PerceptronTagger, WordClusters
from brownclust.tagger import Tagger


class Runs:
    """Makes clusters and taggers, and records what is found."""

    def __init__(self, record: Record, work: Path, data: Path) -> None:
        self.record = record
        self._work = work
        self._samples = Samples(data, work / "texts")
        self._data: TaskData = {
            task.name: task.read(data / "labelled") for task in TASKS
        }
        self._measures: Measures | None = None
        self._clusters = lru_cache(maxsize=1)(self._make_clusters)
        (work / "taggers").mkdir(parents=True, exist_ok=True)

    def measure(self, clustering: Clustering) -> None:
        """Measure a clustering."""
        clusters = self._clusters(clustering)
        if clusters is None or clustering.sample is None:
            return
        run = self.record.find(kind="measures", clustering=clustering.name)
        if "ami" in run:
            return
        counts = self._counts(clustering.sample, clustering.min_count)
        run |= {"words": len(clusters), "tokens": counts.n_tokens}
        run |= self._common().measure(clusters, counts)
        say(f"{clustering.name}: perplexity {run['common_perplexity']:.1f}")
        self.record.save()

    def score(self, clustering: Clustering, seed: int, parts: Sequence[str]) -> None:
        """Score taggers of all tasks on parts of the data: "dev", "test"."""
        for task in TASKS:
            run = self.record.find(
                kind="tagger", task=task.name, clustering=clustering.name, seed=seed
            )
            missing = [part for part in parts if part not in run]
            if missing:
                tagger = self._tagger(task, clustering, seed)
                data = dict(
                    zip(("dev", "test"), self._data[task.name][1:], strict=True)
                )
                for part in missing:
                    run[part] = score(tagger, data[part])
                    found = f"{part} {run[part]:.2f}"
                    say(f"{task.name}, {clustering.name}, seed {seed}: {found}")
        self.record.save()

    def _tagger(self, task: Task, clustering: Clustering, seed: int) -> Tagger:
        name = f"{task.name}-{clustering.name}-{seed}.npz"
        path = self._work / "taggers" / name
        if path.exists():
            return Tagger.load(path)
        tagger = PerceptronTagger(
            task.preset,
            clusters=self._clusters(clustering),
            n_epochs=design.N_EPOCHS,
            random_state=seed,
        ).fit(*self._data[task.name][0])
        tagger.save(path)
        return tagger

    def _store(self, min_count: int) -> ClusterStore:
        return ClusterStore(self._work / "clusters", min_count)

    def _counts(self, sample: Sample, min_count: int) -> BigramCounts:
        return self._store(min_count).counts(self._samples.text(sample))

    def _make_clusters(self, clustering: Clustering) -> WordClusters | None:
        if clustering.sample is None:
            return None
        text = self._samples.text(clustering.sample)
        store = self._store(clustering.min_count)
        return store.greedy(text, clustering.k)

    def _common(self) -> Measures:
        if self._measures is None:
            self._measures = Measures(self._samples, self._store(1), self._data)
        return self._measures


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = experiment_parser("amount_of_text", amount_of_text.__doc__)
    options = parser.parse_args(arguments)
    settings = {"epochs": design.N_EPOCHS, "seeds": design.N_SEEDS}
    record = Record(options.output, settings, markdown_report)
    runs = Runs(record, options.work, labelled(options).parent)
    for clustering, seed in design.taggers():
        runs.measure(clustering)
        runs.score(clustering, seed, ("dev", "test") if options.test else ("dev",))
    record.save(agreement=agreement(record.runs))
    folder = options.output.parent
    draw_figures(record.runs, IMAGES if folder == RESULTS else folder)
    print(record.report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
