r"""Measure whether refined clusters help taggers more than greedy ones.

    python -m benchmarks.experiments.refined_taggers --texts FILE... --labelled DIR \
        --work DIR [--sweeps N] [--test]

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
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.experiments.refined_taggers_report import markdown_report
from benchmarks.report import provenance, revision
from brownclust import BigramCounts, PerceptronTagger, WordClusters
from brownclust.tagger import Tagger, evaluate, read_tagged
from brownclust.text.column_format import ColumnFormat
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.class_tree import class_tree
from brownclust.tree.exchange import refine_labels

HERE = Path(__file__).parent
N_CLUSTERINGS = 5
N_SEEDS = 3
N_HELD_OUT = 1000
"""Sentences of the training data of CoNLL-2000 that are development data."""

Data = tuple[list[list[Any]], list[list[str]]]


@dataclass(frozen=True)
class Task:
    """A task: its features, and where its data are."""

    name: str
    preset: str
    read: Callable[[Path], tuple[Data, Data, Data]]
    """Returns training, development and test data."""


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


# --- Data ---------------------------------------------------------------------


def _treebank(folder: Path) -> tuple[Data, Data, Data]:
    train, dev, test = (
        read_tagged(folder / "pos/ewt" / f"{part}.tsv", tag=2)
        for part in ("train", "dev", "test")
    )
    return train, dev, test


def _conll_2000(folder: Path) -> tuple[Data, Data, Data]:
    sentences, tags = read_tagged(folder / "chunk/conll2000/train.txt")
    test = read_tagged(folder / "chunk/conll2000/test.txt")
    train = sentences[:-N_HELD_OUT], tags[:-N_HELD_OUT]
    return train, (sentences[-N_HELD_OUT:], tags[-N_HELD_OUT:]), test


def _wnut(folder: Path) -> tuple[Data, Data, Data]:
    names = "wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"
    train, dev, test = (read_tagged(folder / "ner/wnut17" / name) for name in names)
    return train, dev, test


def _tweets(folder: Path) -> tuple[Data, Data, Data]:
    sections = {
        # Some sentences of section F have an empty word: they are left out.
        name: read_tagged(
            folder / "ner/btc" / f"{name}.conll",
            column_format=ColumnFormat(lenient=True),
        )
        for name in "abefgh"
    }
    sentences, tags = sections["h"]
    half = len(sentences) // 2
    parts = [*(sections[name] for name in "abeg"), (sentences[:half], tags[:half])]
    train = [*chain(*(s for s, _ in parts))], [*chain(*(t for _, t in parts))]
    return train, (sentences[half:], tags[half:]), sections["f"]


TASKS = (
    Task("EWT", "pos", _treebank),
    Task("CoNLL-2000", "chunk", _conll_2000),
    Task("WNUT-17", "ner", _wnut),
    Task("BTC", "ner", _tweets),
)


# --- Clusters -----------------------------------------------------------------


class Clusters:
    """Makes clusterings, and keeps them in a folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._folder: Path = options.work / "clusters"
        self._folder.mkdir(parents=True, exist_ok=True)

    def load(self, clustering: Clustering) -> WordClusters | None:
        """Return the clusters, which are made if they are not there yet."""
        if clustering.kind == "none":
            return None
        path = self._folder / f"{clustering.name}.npz"
        if not path.exists():
            self._make(clustering).save(path)
        return WordClusters.load(path)

    def _make(self, clustering: Clustering) -> WordClusters:
        k: int = self._options.clusters
        counts = self._counts(clustering.sample)
        greedy = Clustering("greedy", clustering.sample)
        if clustering == greedy:
            _say(f"{clustering.name}: clustering {counts.n_types:,} words")
            tree = brown_cluster(counts, window=k)
            bits = tree.bit_strings(k)
            ami = tree.ami_at_window
            clusters = WordClusters(counts.vocabulary, bits, counts.unigram_counts)
        else:
            first = self.load(greedy)
            assert first is not None
            assert first.vocabulary == counts.vocabulary
            _say(f"{clustering.name}: refining")
            refined = refine_labels(
                counts,
                first.labels,
                sweeps=self._options.sweeps,
                seed=clustering.seed,
            )
            names = class_tree(counts, refined.labels).bit_strings(k)
            bits = [names[label] for label in refined.labels.tolist()]
            ami = refined.ami
            clusters = WordClusters(counts.vocabulary, bits, counts.unigram_counts)
        _say(f"{clustering.name}: AMI {ami:.4f}")
        with (self._folder / "ami.tsv").open("a", encoding="utf-8") as file:
            file.write(f"{clustering.name}\t{ami}\n")
        return clusters

    def _counts(self, sample: int | None) -> BigramCounts:
        """Return the counts of the text, or of a bootstrap sample of its lines."""
        name = "text" if sample is None else f"sample{sample}"
        path = self._folder / f"counts-{name}.npz"
        if path.exists():
            return BigramCounts.load(path)
        texts: list[Path] = self._options.texts
        if sample is None:
            counts = BigramCounts.from_text(texts, min_count=self._options.min_count)
        else:
            with TemporaryDirectory(dir=self._folder) as folder:
                drawn = Path(folder, "sample.txt")
                _write_sample(texts, drawn, sample)
                counts = BigramCounts.from_text(
                    drawn, min_count=self._options.min_count
                )
        counts.save(path)
        return counts

    def ami(self) -> dict[str, float]:
        """Return the AMI of each clustering, by name."""
        rows = (self._folder / "ami.tsv").read_text("utf-8").splitlines()
        return {name: float(ami) for name, ami in (row.split("\t") for row in rows)}


def _write_sample(texts: list[Path], target: Path, seed: int) -> None:
    """Write as many lines as the texts have, drawn with replacement."""
    lines = [line for text in texts for line in text.read_bytes().splitlines()]
    drawn = np.random.default_rng(seed).integers(len(lines), size=len(lines))
    with target.open("wb") as file:
        file.writelines(lines[i] + b"\n" for i in np.sort(drawn).tolist())


# --- Taggers ------------------------------------------------------------------


class Runs:
    """Trains and scores taggers, and keeps what is done."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._folder: Path = options.work / "taggers"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path: Path = options.output.with_suffix(".json")
        self.record: dict[str, Any] = {"kind": "refined taggers", "runs": []}
        if self._path.exists():
            self.record = json.loads(self._path.read_text("utf-8"))
        self._settings = {
            "texts": [text.name for text in options.texts],
            "clusters": options.clusters,
            "min_count": options.min_count,
            "sweeps": options.sweeps,
            "epochs": options.epochs,
        }
        known = self.record.setdefault("settings", self._settings)
        if known != self._settings:
            sys.exit(f"{self._path} has results of other settings: {known}")

    def find(self, task: Task, clustering: Clustering, seed: int) -> Any:
        """Return what is known of a run; an empty dict that is kept, if nothing is."""
        key = {"task": task.name, "clustering": clustering.name, "seed": seed}
        for run in self.record["runs"]:
            if key.items() <= run.items():
                return run
        run = {**key, **asdict(clustering), "seed": seed}
        self.record["runs"].append(run)
        return run

    def save(self, ami: dict[str, float]) -> None:
        """Write the results so far, and the report."""
        self.record |= {"ami": ami, "provenance": provenance()}
        replacement = self._path.with_suffix(".tmp")
        replacement.write_text(json.dumps(self.record, indent=1) + "\n", "utf-8")
        replacement.replace(self._path)
        report = markdown_report(self.record)
        self._path.with_suffix(".md").write_text(report, "utf-8")

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
        run["dev"] = _score(tagger, data[1])
        run["revision"] = revision()

    def test(self, run: Any, data: tuple[Data, ...]) -> None:
        """Score a tagger that has been trained on test data."""
        run["test"] = _score(Tagger.load(self._tagger_path(run)), data[2])

    def _tagger_path(self, run: Any) -> Path:
        name = f"{run['task']}-{run['clustering']}-{run['seed']}.npz"
        return self._folder / name


def _score(tagger: Any, data: Data) -> float:
    """Return F1 of spans, or accuracy where there are none, in percent."""
    sentences, gold = data
    found = evaluate(gold, tagger.predict(sentences), n_bootstrap=0)
    return 100 * (found.accuracy if found.f1 is None else found.f1)


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    clusters, runs = Clusters(options), Runs(options)
    data = {task.name: task.read(options.labelled) for task in TASKS}
    part = "test" if options.test else "dev"
    for clustering in clusterings():
        loaded = clusters.load(clustering)
        for task in TASKS:
            for seed in range(N_SEEDS):
                run = runs.find(task, clustering, seed)
                if part in run:
                    continue
                if options.test:
                    if "dev" not in run:
                        sys.exit("--test must come after a run without it")
                    runs.test(run, data[task.name])
                else:
                    runs.train(task, loaded, run, data[task.name])
                runs.save(clusters.ami() if loaded else {})
                score = f"{part} {run[part]:.2f}"
                _say(f"{task.name}, {clustering.name}, seed {seed}: {score}")
    print(markdown_report(runs.record))
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.experiments.refined_taggers",
        description=(__doc__ or "").partition("\n\n")[0],
    )
    add = parser.add_argument
    add("--texts", type=Path, nargs="+", required=True, metavar="FILE")
    add("--labelled", type=Path, required=True, metavar="DIR", help="labelled data")
    add("--work", type=Path, required=True, metavar="DIR", help="what is kept")
    add("--clusters", type=int, default=1000, metavar="K", help="default 1000")
    add("--min-count", type=int, default=5, metavar="N", help="default 5")
    add("--sweeps", type=int, default=20, metavar="N", help="annealed; default 20")
    add("--epochs", type=int, default=20, metavar="N", help="default 20")
    add("--test", action="store_true", help="score on test data, once all is trained")
    add(
        "-o",
        "--output",
        type=Path,
        default=HERE / "refined_taggers",
        metavar="NAME",
        help="results, without ending (default: beside this file)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
