"""Measure whether taggers gain if words are hidden at random in training.

    python -m benchmarks.experiments.word_dropout --work DIR

Four tasks (see `common.tasks`), with 1,000 clusters of 32 million words. Taggers are
trained for 10 epochs on nested random parts of the training data, with several
strengths of word dropout, and scored on development data; there is no test data here,
as nothing is chosen. Runs with the same part and seed are paired.
"""

import sys
from statistics import mean
from typing import Any

from benchmarks.experiments.common.clusters import ClusterStore
from benchmarks.experiments.common.options import (
    default_text,
    experiment_parser,
    labelled,
)
from benchmarks.experiments.common.record import Record, say
from benchmarks.experiments.common.statistics import (
    chance_of_any,
    difference,
    spread,
)
from benchmarks.experiments.common.tasks import TASKS, subset
from benchmarks.report import markdown
from brownclust import PerceptronTagger

N_CLUSTERS = 1000
N_EPOCHS = 10
STRENGTHS = (0.0, 0.25, 1.0)
SEEDS = {0.03: 10, 0.1: 10, 1.0: 3}
"""For each fraction of the training data, how many parts and seeds."""


def main(arguments: list[str] | None = None) -> int:
    """Run what is missing, and write the report."""
    parser = experiment_parser("word_dropout", __doc__)
    options = parser.parse_args(arguments)
    if options.test:
        parser.error("--test: this experiment has no test data")
    settings = {"clusters": N_CLUSTERS, "epochs": N_EPOCHS, "templates": "presets"}
    record = Record(options.output, settings, report)
    clusters = ClusterStore(options.work).greedy(default_text(options), N_CLUSTERS)
    for task in TASKS:
        train, dev, _ = task.read(labelled(options))
        for fraction, n_seeds in SEEDS.items():
            for seed in range(n_seeds):
                part = subset(train, fraction, seed)
                for strength in STRENGTHS:
                    run = record.find(
                        task=task.name, fraction=fraction, strength=strength, seed=seed
                    )
                    if "score" in run:
                        continue
                    tagger = PerceptronTagger(
                        task.preset,
                        clusters=clusters,
                        n_epochs=N_EPOCHS,
                        word_dropout=strength,
                        random_state=seed,
                    ).fit(*part)
                    found = tagger.evaluate(*dev, n_bootstrap=0)
                    value = found.accuracy if found.f1 is None else found.f1
                    run["score"] = 100 * value
                    run["unknown"] = 100 * (found.accuracy_unknown or 0.0)
            say(f"{task.name}, {fraction:.0%}")
            record.save()
    return 0


def report(content: dict[str, Any]) -> str:
    """Return the table: scores without, and paired differences with dropout."""
    heading = ["task", "training data", "without"]
    heading += [f"{strength:g}" for strength in STRENGTHS[1:]]
    heading += [f"unknown words, {strength:g}" for strength in STRENGTHS[1:]]
    rows = [heading]
    for task in TASKS:
        for fraction in SEEDS:
            runs = [
                run
                for run in content["runs"]
                if (run["task"], run["fraction"]) == (task.name, fraction)
                and "score" in run
            ]
            if len(runs) < 2 * len(STRENGTHS):
                continue
            by_strength = {
                strength: [run for run in runs if run["strength"] == strength]
                for strength in STRENGTHS
            }
            before = by_strength[0.0]
            row = [task.name, f"{fraction:.0%}", spread([r["score"] for r in before])]
            row += [
                difference(_differences(before, by_strength[strength], "score"))
                for strength in STRENGTHS[1:]
            ]
            row += [
                f"{mean(_differences(before, by_strength[strength], 'unknown')):+.2f}"
                for strength in STRENGTHS[1:]
            ]
            rows.append(row)
    n_intervals = (len(rows) - 1) * (len(STRENGTHS) - 1)
    return (
        "# Word dropout\n\n"
        "Development data: accuracy of EWT, F1 of the others, without word dropout; "
        "then the change with strengths "
        f"{' and '.join(f'{s:g}' for s in STRENGTHS[1:])}, with 95% intervals of "
        "paired runs; last the change of the accuracy of words not seen in training. "
        f"{chance_of_any(max(n_intervals, 1))}\n\n"
        f"{markdown(rows, n_left=1)}\n"
    )


def _differences(
    before: list[dict[str, Any]], after: list[dict[str, Any]], name: str
) -> list[float]:
    return [b[name] - a[name] for a, b in zip(before, after, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
