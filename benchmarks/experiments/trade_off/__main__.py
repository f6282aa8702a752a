"""The command: trains and scores the taggers that are not in the results yet."""

import sys

from benchmarks.experiments import trade_off
from benchmarks.experiments.common.clusters import ClusterStore, Text
from benchmarks.experiments.common.figures import figure_path
from benchmarks.experiments.common.options import (
    TEXTS,
    default_text,
    experiment_parser,
    labelled,
)
from benchmarks.experiments.common.record import Record, say
from benchmarks.experiments.common.tasks import TASKS, Data, subset
from benchmarks.experiments.common.training import parts_of, train_and_score
from benchmarks.experiments.trade_off.design import (
    LABELS,
    N_EPOCHS,
    N_SEEDS,
    SWEEPS,
    Setting,
    settings,
)
from benchmarks.experiments.trade_off.figure import draw
from benchmarks.experiments.trade_off.forms import features
from benchmarks.experiments.trade_off.report import markdown_report
from brownclust import WordClusters


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = experiment_parser("trade_off", trade_off.__doc__)
    options = parser.parse_args(arguments)
    data = {task.name: task.read(labelled(options)) for task in TASKS}
    shared = {
        "texts": list(TEXTS),
        "labels": LABELS,
        "epochs": N_EPOCHS,
        "sweeps": SWEEPS,
    }
    record = Record(options.output, shared, markdown_report)
    store = ClusterStore(options.work / "clusters")
    text = default_text(options)
    for seed in range(N_SEEDS):
        for setting in settings():
            _run(record, setting, seed, data, (store, text), parts_of(options))
    draw(record.runs, figure_path(options.output))
    print(record.report())
    return 0


def _run(
    record: Record,
    setting: Setting,
    seed: int,
    data: dict[str, tuple[Data, Data, Data]],
    source: tuple[ClusterStore, Text],
    parts: tuple[str, ...],
) -> None:
    """Train and score the taggers of one setting and seed."""
    runs = {
        task: record.find(task=task.name, **setting._asdict(), seed=seed)
        for task in TASKS
    }
    missing = [task for task, run in runs.items() if not run.keys() >= {*parts}]
    if not missing:
        return
    clusters = _clusters(setting, *source)
    for task in missing:
        training, dev, test = data[task.name]
        templates, coded = features(task.preset, clusters, setting.form)
        runs[task] |= train_and_score(
            subset(training, LABELS[task.name], seed),
            {part: {"dev": dev, "test": test}[part] for part in parts},
            templates=templates,
            clusters=coded,
            n_epochs=N_EPOCHS,
            seed=seed,
        )
        say(f"{task.name}, seed {seed}, {setting}: dev {runs[task]['dev']:.2f}")
    record.save()


def _clusters(setting: Setting, store: ClusterStore, text: Text) -> WordClusters | None:
    if setting.clusters == "none":
        return None
    if setting.clusters == "greedy":
        return store.greedy(text, setting.k)
    return store.refined(text, setting.k, sweeps=SWEEPS)


if __name__ == "__main__":
    sys.exit(main())
