"""The command: trains and scores the taggers that are not in the results yet."""

import sys

from benchmarks.experiments import learning_curves
from benchmarks.experiments.common.clusters import ClusterStore
from benchmarks.experiments.common.figures import figure_path
from benchmarks.experiments.common.options import (
    TEXTS,
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
    add = parser.add_argument
    add("--clusters", type=int, default=K, metavar="K", help=f"default {K}")
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
    for fraction in FRACTIONS:
        for is_with in (False, True):
            run = record.find(
                task=task.name, seed=seed, fraction=fraction, clusters=is_with
            )
            if run.keys() >= scored.keys():
                continue
            run |= train_and_score(
                subset(training, fraction, seed),
                scored,
                templates=task.preset,
                clusters=clusters if is_with else None,
                n_epochs=N_EPOCHS,
                seed=seed,
            )
            kind = "clusters" if is_with else "no clusters"
            found = f"{fraction:.0%}, {kind}: dev {run['dev']:.2f}"
            say(f"{task.name}, seed {seed}, {found}")
    record.save()


if __name__ == "__main__":
    sys.exit(main())
