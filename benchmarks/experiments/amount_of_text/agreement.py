"""How far measures of clusterings agree with the scores of taggers."""

from collections import defaultdict
from itertools import product
from statistics import mean
from typing import Any

from benchmarks.experiments.amount_of_text import design
from benchmarks.experiments.common.rank_correlation import correlations
from benchmarks.experiments.common.record import Runs

MIN_KINDS = 5
"""Fewer are not correlated: all that is known of so few is their table."""
MEASURES = ("ami", "common_ami", "common_perplexity", "covered", "dev")
"""What is compared with scores on test data; "dev" is the score on development data."""


def scores_by_kind(runs: Runs, part: str) -> dict[tuple[str, str], dict[int, float]]:
    """Return the score of each training seed by task and kind of clustering."""
    kinds = {one.name: one.kind for one in design.clusterings()}
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for run in runs:
        if part in run:
            found[run["task"], kinds[run["clustering"]]][run["seed"]] = run[part]
    return dict(found)


def mean_measures(runs: Runs) -> dict[str, dict[str, float]]:
    """Return the mean of each measure by kind of clustering."""
    kinds = {one.name: one.kind for one in design.clusterings()}
    found: dict[str, Runs] = defaultdict(list)
    for run in runs:
        if run["kind"] == "measures":
            found[kinds[run["clustering"]]].append(run)
    return {
        kind: {
            name: mean(run[name] for run in of_kind)
            for name, value in of_kind[0].items()
            if isinstance(value, int | float)
        }
        for kind, of_kind in found.items()
    }


def groups_of_kinds() -> dict[str, list[str]]:
    """Return the kinds of clusterings that are compared with each other, by a title."""
    usual = design.K, design.MIN_COUNT
    groups: dict[str, list[str]] = {"texts": [], "all": []}
    for one in {one.kind: one for one in design.clusterings()}.values():
        if one.sample is None:
            continue
        groups["all"].append(one.kind)
        if (one.k, one.min_count) == usual:
            groups["texts"].append(one.kind)
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
    known = {
        part: {
            key: mean(values.values())
            for key, values in scores_by_kind(runs, part).items()
        }
        for part in ("dev", "test")
    }
    measured = mean_measures(runs)

    def values(measure: str, task: str, kinds: list[str]) -> list[float]:
        if measure == "dev":
            return [known["dev"][task, kind] for kind in kinds]
        key = f"covered {task}" if measure == "covered" else measure
        sign = -1 if "perplexity" in measure else 1
        return [sign * measured[kind][key] for kind in kinds]

    rows: list[dict[str, Any]] = []
    for part, scores in known.items():
        for group, kinds in groups_of_kinds().items():
            for task, measure in product(sorted({t for t, _ in scores}), MEASURES):
                scored = [kind for kind in kinds if (task, kind) in scores]
                if measure == part or len(scored) < MIN_KINDS:
                    continue
                y = [scores[task, kind] for kind in scored]
                found = correlations(values(measure, task, scored), y)
                row = {"part": part, "group": group, "task": task, "measure": measure}
                rounded = {
                    name: [round(value, 3) for value in correlation]
                    for name, correlation in found.items()
                }
                rows.append({**row, "n": len(scored), **rounded})
    return rows
