"""The figures: scores against tokens, and scores against measures of clusters."""

from pathlib import Path
from statistics import mean, stdev

from benchmarks.experiments.amount_of_text import design
from benchmarks.experiments.amount_of_text.agreement import (
    mean_measures,
    scores_by_kind,
)
from benchmarks.experiments.amount_of_text.design import Clustering
from benchmarks.experiments.amount_of_text.report import kinds
from benchmarks.experiments.common.figures import COLOURS, MARKERS, panels
from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.tasks import TASKS

LOOK = dict(
    zip(
        ("mixed", "novels", "newswire", "Brown", "mixed + tweets", "tweets"),
        zip(COLOURS, MARKERS, strict=True),
        strict=False,
    )
)
"""Colour and marker of each domain."""


def draw_figures(runs: Runs, folder: Path) -> None:
    """Draw both figures to a folder; with scores on test data, if there are any."""
    part = "test" if any("test" in run for run in runs) else "dev"
    draw_amounts(runs, part, folder / "amount_of_text.svg")
    draw_scatter(runs, part, folder / "amount_of_text_scatter.svg")


def draw_amounts(runs: Runs, part: str, path: Path) -> None:
    """Draw scores against tokens, a line for each domain."""
    measured, scores = mean_measures(runs), scores_by_kind(runs, part)
    with panels(len(TASKS), path) as (figure, axes):
        for task, axis in zip(TASKS, axes, strict=True):
            without = mean(scores[task.name, "none"].values())
            axis.axhline(without, color="#555555", linestyle="--", label="no clusters")
            for domain, (colour, marker) in LOOK.items():
                points = sorted(
                    (measured[kind]["tokens"], mean(values), stdev(values))
                    for kind, one in kinds().items()
                    if _is_of_line(one, domain)
                    and len(values := [*scores.get((task.name, kind), {}).values()]) > 1
                )
                if points:
                    tokens, means, spreads = zip(*points, strict=True)
                    axis.errorbar(
                        tokens,
                        means,
                        spreads,
                        color=colour,
                        marker=marker,
                        capsize=2,
                        elinewidth=1,
                        label=domain,
                    )
            axis.set(title=task.name, xscale="log", xlabel="tokens clustered")
            axis.set(ylabel=f"{task.measure}, %")
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)


def draw_scatter(runs: Runs, part: str, path: Path) -> None:
    """Draw scores against AMI and perplexity of the common text, and coverage."""
    measured, scores = mean_measures(runs), scores_by_kind(runs, part)
    known = {one.kind: one for one in design.clusterings() if one.kind in measured}
    measures = {
        "common_ami": "AMI, bits",
        "common_perplexity": "perplexity",
        "covered": "unseen words covered, %",
    }
    n_panels = len(TASKS) * len(measures)
    with panels(n_panels, path, columns=3, size=(2.9, 2.6)) as (figure, axes):
        for i, axis in enumerate(axes):
            task, (measure, title) = TASKS[i // 3], [*measures.items()][i % 3]
            key = f"covered {task.name}" if measure == "covered" else measure
            for domain, (colour, marker) in LOOK.items():
                for is_usual in (True, False):
                    points = [
                        (measured[kind][key], mean(scores[task.name, kind].values()))
                        for kind, one in known.items()
                        if one.sample is not None
                        and one.sample.domain == domain
                        and (one.k == design.K) == is_usual
                        and (task.name, kind) in scores
                    ]
                    if points:
                        x, y = zip(*points, strict=True)
                        axis.scatter(
                            x,
                            y,
                            s=28,
                            marker=marker,
                            edgecolors=colour,
                            facecolors=colour if is_usual else "white",
                            label=domain,
                        )
            axis.set(xlabel=title if i // 3 == len(TASKS) - 1 else "")
            axis.set(ylabel=f"{task.name}, %" if i % 3 == 0 else "")
            if measure == "common_perplexity":
                axis.invert_xaxis()  # better clusters are on the right in all panels
        handles, labels = axes[0].get_legend_handles_labels()
        pairs = [*zip(labels, handles, strict=True)]
        unique = dict(pairs[::-1])  # the filled marker, where there is one
        figure.legend(unique.values(), unique, loc="outside lower center", ncols=3)


def _is_of_line(one: Clustering, domain: str) -> bool:
    return one.sample is not None and one.sample.domain == domain
