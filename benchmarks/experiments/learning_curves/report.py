"""The tables of the experiment."""

from collections.abc import Iterator
from math import inf
from typing import Any

import numpy as np

from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.statistics import percent, spread
from benchmarks.experiments.common.training import PARTS
from benchmarks.experiments.common.worth import Curves, Worth, worth
from benchmarks.experiments.learning_curves.design import FRACTIONS
from benchmarks.report import describe, markdown

TENTH = FRACTIONS.index(0.1)


def markdown_report(record: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    record : dict
        What the experiment keeps as JSON.
    """
    settings, runs = record["settings"], record["runs"]
    lines = [
        "# How many labelled sentences clusters are worth",
        "",
        (
            "Percent: accuracy for parts of speech (EWT), else F1. ± is the standard "
            "deviation of seeds, which draw the sentences and their order in training. "
            f"{settings['clusters']:,} clusters of {', '.join(settings['texts'])}; "
            f"{settings['epochs']} epochs."
        ),
    ]
    for part, title in PARTS.items():
        curves = curves_of(runs, part)
        if curves:
            lines += ["", f"## Scores, {title}", "", _score_table(curves)]
            lines += ["", f"## What clusters are worth, {title}", ""]
            lines += [worth_table(curves, settings["sentences"]), ""]
            lines += ["At each size (times the labels):", "", _ratio_table(curves)]
    lines += ["", *_explanation()]
    if "provenance" in record:
        lines += ["", describe(record["provenance"])]
    return "\n".join(lines) + "\n"


def curves_of(runs: Runs, part: str) -> dict[str, Curves]:
    """Return the curves of each task, of the seeds that have all runs."""
    scores = {
        (run["task"], run["seed"], run["fraction"], run["clusters"]): run[part]
        for run in runs
        if part in run
    }
    found = {}
    for task in dict.fromkeys(task for task, *_ in scores):
        seeds = sorted({seed for of_task, seed, *_ in scores if of_task == task})
        sides = [
            np.array(
                [
                    row
                    for seed in seeds
                    if None not in (row := _row(scores, task, seed, is_with))
                    and None not in _row(scores, task, seed, not is_with)
                ]
            )
            for is_with in (False, True)
        ]
        if sides[0].size:
            found[task] = Curves(FRACTIONS, *sides)
    return found


def _row(
    scores: dict[Any, float], task: str, seed: int, is_with: bool
) -> list[float | None]:
    return [scores.get((task, seed, fraction, is_with)) for fraction in FRACTIONS]


def _score_table(curves: dict[str, Curves]) -> str:
    rows = [["task", "clusters", *map(percent, FRACTIONS)]]
    for task, of_task in curves.items():
        for name, scores in (
            ("no", of_task.without),
            ("yes", of_task.with_clusters),
        ):
            rows.append([task, name, *(spread(column) for column in scores.T.tolist())])
    return markdown(rows, n_left=2)


def worth_table(curves: dict[str, Curves], sentences: dict[str, int]) -> str:
    """Return the table of what clusters are worth.

    Parameters
    ----------
    curves : dict of str to Curves
        The scores of each task.
    sentences : dict of str to int
        The number of labelled sentences of each task.
    """
    rows = [
        [
            "task",
            "labelled sentences",
            "all labels, no clusters",
            "all labels, clusters",
            "with clusters, as good from",
            "worth, times the labels",
            "worth at 10 % of the labels",
        ]
    ]
    for task, of_task in curves.items():
        saved = worth(of_task)
        enough = "-" if saved.estimate in {0, inf} else f"{1 / saved.estimate:.0%}"
        rows.append(
            [
                task,
                f"{sentences[task]:,}",
                spread(of_task.without[:, -1].tolist()),
                spread(of_task.with_clusters[:, -1].tolist()),
                enough.replace("%", " %"),
                _text(saved, 1, 1 / FRACTIONS[0]),
                _ratio_text(of_task, TENTH),
            ]
        )
    return markdown(rows)


def _ratio_table(curves: dict[str, Curves]) -> str:
    rows = [["task", *map(percent, FRACTIONS[:-1])]]
    for task, of_task in curves.items():
        columns = range(len(FRACTIONS) - 1)
        rows.append([task, *(_ratio_text(of_task, column) for column in columns)])
    return markdown(rows)


def _ratio_text(curves: Curves, column: int) -> str:
    fraction = FRACTIONS[column]
    return _text(worth(curves, column), FRACTIONS[0] / fraction, 1 / fraction)


def _text(found: Worth, least: float, most: float) -> str:
    """Return estimate and interval; `least` and `most` can be measured."""
    numbers = [
        f"< {least:.2g}"
        if value == 0
        else f"> {most:.3g}"
        if value == inf
        else f"{value:.1f}"
        for value in found
    ]
    if found.estimate in {0, inf} and {*found} == {found.estimate}:
        return numbers[0]
    return f"{numbers[0]} ({numbers[1]} to {numbers[2]})"


def _explanation() -> Iterator[str]:
    yield (
        '"As good from": the part of the labelled sentences with which taggers with '
        "clusters have the score that all labels have without; its inverse is what "
        "clusters are worth there. At 10 %: how many times the labels would be needed "
        "without clusters for the score of 10 % with them; more than all cannot be "
        "measured. Intervals: 95 %, bootstrap of seeds."
    )
