"""The figure: scores against the number of clusters."""

from pathlib import Path
from statistics import mean, stdev
from typing import Any

from benchmarks.experiments.common.figures import COLOURS, MARKERS, panels
from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.tasks import TASKS
from benchmarks.experiments.common.training import last_part
from benchmarks.experiments.trade_off.comparison import Scores
from benchmarks.experiments.trade_off.design import (
    FORMS,
    NO_CLUSTERS,
    NUMBERS,
    PATH,
    Setting,
)


def draw(runs: Runs, path: Path) -> None:
    """Draw a panel for each task: of scores on test data, if there are any."""
    scores = Scores(runs, last_part(runs))
    with panels(len(TASKS), path) as (figure, axes):
        for task, axis in zip(TASKS, axes, strict=True):
            for i, form in enumerate(FORMS):
                _draw_line(axis, scores, task.name, "greedy", form, i)
            _draw_line(axis, scores, task.name, "refined", PATH, len(FORMS))
            without = mean(scores.of(task.name, NO_CLUSTERS))
            axis.axhline(without, color="#555555", linestyle="--", label="no clusters")
            axis.set(title=task.name, xscale="log", xlabel="clusters, k")
            axis.set(ylabel=f"{task.measure}, %", xticks=NUMBERS)
            axis.set_xticklabels([str(k) for k in NUMBERS], rotation=45)
            axis.minorticks_off()
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)


def _draw_line(
    axis: Any, scores: Scores, task: str, clusters: str, form: str, i: int
) -> None:
    """Draw the means of a form and their standard deviation, where it was trained."""
    values = {k: scores.of(task, Setting(clusters, k, form)) for k in NUMBERS}
    values = {k: found for k, found in values.items() if found}
    axis.errorbar(
        [*values],
        [*map(mean, values.values())],
        [stdev(found) if len(found) > 1 else 0 for found in values.values()],
        color=COLOURS[i],
        marker=MARKERS[i],
        capsize=2,
        elinewidth=1,
        label=form if clusters == "greedy" else f"{form}, refined",
    )
