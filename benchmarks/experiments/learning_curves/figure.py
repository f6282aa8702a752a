"""The figure: learning curves with and without clusters."""

from math import inf
from pathlib import Path

from benchmarks.experiments.common.figures import draw_with_and_without, panels
from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.tasks import TASKS
from benchmarks.experiments.common.training import last_part
from benchmarks.experiments.common.worth import worth
from benchmarks.experiments.learning_curves.report import curves_of


def draw(runs: Runs, path: Path) -> None:
    """Draw a panel for each task: of scores on test data, if there are any."""
    curves = curves_of(runs, last_part(runs))
    with panels(len(TASKS), path) as (figure, axes):
        for task, axis in zip(TASKS, axes, strict=True):
            of_task = curves[task.name]
            percent = [100 * fraction for fraction in of_task.fractions]
            draw_with_and_without(axis, percent, of_task)
            saved = worth(of_task).estimate
            text = "no labels saved"
            if saved not in {0, inf}:
                text = f"{saved:.1f} times the labels"
                reached = of_task.without[:, -1].mean()
                axis.annotate(
                    "",
                    (100 / saved, reached),
                    (100, reached),
                    arrowprops={"arrowstyle": "->", "color": "#333333"},
                )
            # Below the ends of the curves, where no panel has a line.
            axis.annotate(text, (0.97, 0.06), xycoords="axes fraction", ha="right")
            axis.set(title=task.name, xscale="log", xlabel="labelled sentences, %")
            axis.set(ylabel=f"{task.measure}, %", xticks=percent)
            axis.set_xticklabels([f"{number:g}" for number in percent])
            axis.minorticks_off()
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2)
