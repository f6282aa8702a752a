"""Measure what clusters are worth as input of a neural tagger.

    python -m benchmarks.experiments.neural_tagger --work DIR [--seeds N] [--test]

Two tasks: parts of speech (English Web Treebank), with a softmax for each token, and
entities (WNUT-17), with a CRF. The network is a Bi-LSTM of one layer. It reads
embeddings, all of which start at random:

- of words, or of their lower-case forms if training has not seen them,
- of prefixes of 4, 6, 10 and 20 bits of the word's bit string, side by side,
- of the characters: prefixes and suffixes of 1 to 4 characters and the shape of the
  word, added up.

Each input is measured with 1, 5, 10, 25 and 100 % of the labelled sentences. Training
stops early, by the score on a development part, which is the same fraction of the
development data. The settings of training (`Training`) are those of all inputs and
fractions, and were chosen on all of the development data. A seed decides which
sentences are drawn, the first weights, dropout, and the order of batches; with one seed
all inputs learn from the same sentences. Unseen words are those that are not in the
sentences drawn. Test data is used only with ``--test``, once for each tagger.

The command needs PyTorch (the extra `experiments`). On one machine, equal seeds give
equal scores. It can be interrupted and run again: what is done is in the JSON file.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, product
from time import process_time
from typing import Any

from benchmarks.experiments.common.clusters import ClusterStore
from benchmarks.experiments.common.figures import figure_path
from benchmarks.experiments.common.options import (
    TEXTS,
    add_numbers,
    default_text,
    experiment_parser,
    labelled,
)
from benchmarks.experiments.common.record import Record, say
from benchmarks.experiments.common.tasks import TASKS, Data, Task, score, subset
from benchmarks.experiments.neural.inputs import INPUTS, Inputs
from benchmarks.experiments.neural.report import draw, markdown_report
from brownclust import WordClusters
from brownclust.tagger import evaluate

TASK_NAMES = ("EWT", "WNUT-17")

FRACTIONS = (0.01, 0.05, 0.1, 0.25, 1.0)

MISSING_TORCH = (
    "neural_tagger needs PyTorch: pip install torch, or pip install "
    "'brownclust[experiments]'"
)


class Experiment:
    """Trains and scores taggers.

    Parameters
    ----------
    options : Namespace
        The options of the command.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        try:
            import torch
        except ImportError:
            sys.exit(f"error: {MISSING_TORCH}")
        from benchmarks.experiments.neural.training import Training

        torch.set_num_threads(1)
        self._options = options
        self._training = Training(max_rounds=options.rounds)
        settings = {
            "texts": list(TEXTS),
            "clusters": options.clusters,
            "min_count": options.min_count,
            "torch": torch.__version__,
            "training": asdict(self._training),
        }
        self.record = Record(options.output, settings, markdown_report)

    def run(self) -> None:
        """Do all runs that are not done yet."""
        store = ClusterStore(self._options.work / "clusters", self._options.min_count)
        clusters = store.greedy(default_text(self._options), self._options.clusters)
        tasks = {task.name: task for task in TASKS if task.name in TASK_NAMES}
        folder = labelled(self._options)
        data = {name: task.read(folder) for name, task in tasks.items()}
        part = "test" if self._options.test else "dev"
        for seed, fraction, name, kinds in self._runs():
            run = self.record.find(task=name, fraction=fraction, input=kinds, seed=seed)
            if part not in run:
                self._train(run, tasks[name], data[name], clusters)
                self.record.save()
                found = f"{part} {run[part]:.2f} ({run['seconds']:.0f} s)"
                say(f"{name}, {fraction:.0%}, {kinds}, seed {seed}: {found}")

    def _runs(self) -> Iterator[tuple[int, float, str, str]]:
        """Yield all runs; those of a seed together, so that each is complete soon."""
        seeds = range(self._options.seeds)
        yield from product(seeds, FRACTIONS, TASK_NAMES, INPUTS)

    def _train(
        self,
        run: dict[str, Any],
        task: Task,
        data: tuple[Data, Data, Data],
        clusters: WordClusters,
    ) -> None:
        """Train a tagger with a part of the data, and score it on all the others."""
        from benchmarks.experiments.neural.training import NeuralTagger

        started = process_time()
        train, dev = (subset(part, run["fraction"], run["seed"]) for part in data[:2])
        inputs = Inputs(run["input"].split(" + "), train[0], clusters)
        tagger = NeuralTagger(
            inputs, self._training, is_crf=task.measure == "F1", seed=run["seed"]
        )
        tagger.fit(train, dev, score)
        run |= {
            "sentences": len(train[0]),
            "best_round": tagger.best_round,
            "rounds": tagger.n_rounds,
            "seconds": round(process_time() - started, 1),
        }
        known = set(chain.from_iterable(train[0]))
        run["dev"], run["dev_unseen"] = scores(tagger, data[1], known)
        if self._options.test:
            run["test"], run["test_unseen"] = scores(tagger, data[2], known)


def scores(tagger: Any, data: Data, known: set[str]) -> tuple[float, float | None]:
    """Return the score of a tagger, and its accuracy on words that are not known.

    Parameters
    ----------
    tagger
        A tagger with the method ``predict``.
    data : sentences and tags
        What to tag.
    known : set of str
        The words that training has seen.

    Returns
    -------
    score : float
        F1 of spans, or accuracy where the tags mark none, in percent.
    unseen : float or None
        Accuracy of tags of unknown words, in percent; None if there are none.
    """
    sentences, gold = data
    is_known = [[word in known for word in sentence] for sentence in sentences]
    tags = tagger.predict(sentences)
    found = evaluate(gold, tags, is_known=is_known, n_bootstrap=0)
    unseen = found.accuracy_unknown
    return (
        100 * (found.accuracy if found.f1 is None else found.f1),
        None if unseen is None else 100 * unseen,
    )


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    experiment = Experiment(options)
    experiment.run()
    draw(experiment.record.runs, figure_path(options.output))
    print(experiment.record.report())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = experiment_parser("neural_tagger", __doc__)
    add_numbers(parser, clusters=1000, min_count=5, rounds=10, seeds=3)
    return parser


if __name__ == "__main__":
    sys.exit(main())
