"""How far measures of clusterings agree with the scores of taggers."""

from collections import defaultdict
from statistics import mean
from typing import Any

from benchmarks.experiments.amount_of_text import design
from benchmarks.experiments.amount_of_text.design import Clustering
from benchmarks.experiments.common.rank_correlation import correlations
from benchmarks.experiments.common.record import Runs

Scores = dict[tuple[str, str], float]

BETWEEN_TEXTS = ("ami", "common_ami", "common_perplexity", "covered", "dev")
WITHIN_TEXT = ("ami", "perplexity", "common_ami", "common_perplexity", "dev")
"""Measures; "dev" is the score on development data, which foretells that on test."""


def mean_scores(runs: Runs, part: str) -> Scores:
    """Return the mean over training seeds by task and name of the clustering."""
    found = defaultdict(list)
    for run in runs:
        if part in run:
            found[run["task"], run["clustering"]].append(run[part])
    return {key: mean(values) for key, values in found.items()}


def measures_of(runs: Runs) -> dict[str, dict[str, Any]]:
    """Return the measures by name of the clustering."""
    return {run["clustering"]: run for run in runs if run["kind"] == "measures"}


def groups_of_clusterings() -> dict[str, list[Clustering]]:
    """Return the clusterings that are compared with each other, by a title."""
    known = [one for one in design.clusterings() if one.sample is not None]
    texts = [
        one
        for one in known
        if (one.k, one.window, one.min_count) == (design.K, None, design.MIN_COUNT)
    ]
    groups = {"texts, k = 1000": texts, "all": known}
    for sample in design.SERIES:
        of_text = [
            one
            for one in known
            if one.sample == sample and one.min_count == design.MIN_COUNT
        ]
        groups[f"k, {sample.name}"] = of_text
    return groups


def agreement(runs: Runs) -> list[dict[str, Any]]:
    """Return rank correlations of measures with scores, signs such that 1 is agreement.

    Parameters
    ----------
    runs : list of dict
        All runs of the record.

    Returns
    -------
    list of dict
        One for each part of the data, group, task and measure, with Spearman's and
        Kendall's coefficient and their intervals.
    """
    dev = mean_scores(runs, "dev")
    measured = measures_of(runs)
    rows: list[dict[str, Any]] = []
    for part in ("dev", "test"):
        scores = mean_scores(runs, part)
        for group, members in groups_of_clusterings().items():
            within = group.startswith("k, ")
            for task in dict.fromkeys(task for task, _ in scores):
                names = [one.name for one in members if (task, one.name) in scores]
                kinds = [one.kind for one in members if one.name in names]
                if len(set(kinds)) < 3:
                    continue
                y = [scores[task, name] for name in names]
                for measure in WITHIN_TEXT if within else BETWEEN_TEXTS:
                    if measure == part:
                        continue
                    key = f"covered {task}" if measure == "covered" else measure
                    sign = -1 if "perplexity" in measure else 1
                    x = [
                        dev[task, name]
                        if measure == "dev"
                        else sign * measured[name][key]
                        for name in names
                    ]
                    row: dict[str, Any] = {"part": part, "group": group, "task": task}
                    row |= {"measure": measure, "n": len(names)}
                    for name, found in correlations(x, y, kinds).items():
                        row[name] = [round(value, 3) for value in found]
                    rows.append(row)
    return rows
