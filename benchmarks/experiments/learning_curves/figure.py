"""The figure: learning curves with and without clusters."""

from math import inf
from pathlib import Path

from benchmarks.experiments.common.figures import COLOURS, MARKERS, panels
from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.tasks import TASKS
from benchmarks.experiments.common.training import last_part
from benchmarks.experiments.learning_curves.report import curves_of
from benchmarks.experiments.learning_curves.worth import worth


def draw(runs: Runs, path: Path) -> None:
    """Draw a panel for each task: of scores on test data, if there are any."""
    curves = curves_of(runs, last_part(runs))
    with panels(len(TASKS), path) as (figure, axes):
        for task, axis in zip(TASKS, axes, strict=True):
            of_task = curves[task.name]
            percent = [100 * fraction for fraction in of_task.fractions]
            lines = {"no clusters": of_task.without, "clusters": of_task.with_clusters}
            for i, (label, scores) in enumerate(lines.items()):
                axis.errorbar(
                    percent,
                    scores.mean(axis=0),
                    scores.std(axis=0, ddof=min(1, len(scores) - 1)),
                    color=COLOURS[i],
                    marker=MARKERS[i],
                    capsize=2,
                    elinewidth=1,
                    label=label,
                )
            saved = worth(of_task).estimate
            if saved not in {0, inf}:
                reached = of_task.without[:, -1].mean()
                axis.annotate(
                    "",
                    (100 / saved, reached),
                    (100, reached),
                    arrowprops={"arrowstyle": "->", "color": "#333333"},
                )
                text = f"{saved:.1f} times the labels"
                # Below the end of the curves, where no panel has a line.
                axis.annotate(text, (0.97, 0.06), xycoords="axes fraction", ha="right")
            axis.set(title=task.name, xscale="log", xlabel="labelled sentences, %")
            axis.set(ylabel=f"{task.measure}, %", xticks=percent)
            axis.set_xticklabels([f"{number:g}" for number in percent])
            axis.minorticks_off()
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2)
