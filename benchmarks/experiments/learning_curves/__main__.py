"""The command: trains and scores the taggers that are not in the results yet."""

import sys

from benchmarks.experiments import learning_curves
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
from benchmarks.experiments.common.tasks import TASKS, Data, Task, subset
from benchmarks.experiments.common.training import parts_of, train_and_score
from benchmarks.experiments.learning_curves.design import (
    FRACTIONS,
    N_EPOCHS,
    N_SEEDS,
    K,
)
from benchmarks.experiments.learning_curves.figure import draw
from benchmarks.experiments.learning_curves.report import markdown_report
from brownclust import WordClusters


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = experiment_parser("learning_curves", learning_curves.__doc__)
    add_numbers(parser, clusters=K)
    options = parser.parse_args(arguments)
    data = {task.name: task.read(labelled(options)) for task in TASKS}
    settings = {
        "texts": list(TEXTS),
        "clusters": options.clusters,
        "epochs": N_EPOCHS,
        "sentences": {name: len(parts[0][0]) for name, parts in data.items()},
    }
    record = Record(options.output, settings, markdown_report)
    store = ClusterStore(options.work / "clusters")
    clusters = store.greedy(default_text(options), options.clusters)
    for seed in range(max(N_SEEDS.values())):
        for task in TASKS:
            if seed < N_SEEDS[task.name]:
                _run(record, task, seed, data[task.name], clusters, parts_of(options))
    draw(record.runs, figure_path(options.output))
    print(record.report())
    return 0


def _run(
    record: Record,
    task: Task,
    seed: int,
    data: tuple[Data, Data, Data],
    clusters: WordClusters,
    parts: tuple[str, ...],
) -> None:
    """Train and score the taggers of one task and seed."""
    training, dev, test = data
    scored = {part: {"dev": dev, "test": test}[part] for part in parts}
    runs = [
        record.find(task=task.name, seed=seed, fraction=fraction, clusters=is_with)
        for fraction in FRACTIONS
        for is_with in (False, True)
    ]
    missing = [run for run in runs if not run.keys() >= {*parts}]
    for run in missing:
        found = train_and_score(
            subset(training, run["fraction"], seed),
            scored,
            templates=task.preset,
            clusters=clusters if run["clusters"] else None,
            n_epochs=N_EPOCHS,
            seed=seed,
        )
        run.update(found)
        kind = "clusters" if run["clusters"] else "no clusters"
        setting = f"{run['fraction']:.0%}, {kind}"
        say(f"{task.name}, seed {seed}, {setting}: dev {found['dev']:.2f}")
    if missing:
        record.save()


if __name__ == "__main__":
    sys.exit(main())
