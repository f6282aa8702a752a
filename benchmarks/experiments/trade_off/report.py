"""The tables of the experiment."""

from collections.abc import Iterator
from typing import Any

from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.statistics import (
    chance_of_any,
    difference,
    interval,
    spread,
)
from benchmarks.experiments.common.training import PARTS
from benchmarks.experiments.trade_off.comparison import Scores
from benchmarks.experiments.trade_off.design import (
    CUTS,
    FORMS,
    NO_CLUSTERS,
    NUMBERS,
    PATH,
    PREFIXES,
    Setting,
    cut_numbers,
)
from benchmarks.report import describe, markdown


def markdown_report(record: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    record : dict
        What the experiment keeps as JSON.
    """
    settings, runs = record["settings"], record["runs"]
    lines = [
        "# One number of clusters, or several",
        "",
        (
            "Percent: accuracy for parts of speech (EWT), else F1. ± is the standard "
            "deviation of training seeds; there is one clustering of each k. Clusters "
            f"of {', '.join(settings['texts'])}, refined by {settings['sweeps']} "
            f"sweeps; {settings['epochs']} epochs of training on "
            f"{_labels(settings['labels'])}."
        ),
    ]
    for part, title in PARTS.items():
        if any(part in run for run in runs):
            lines += ["", f"## Scores, {title}", "", score_table(runs, part)]
            lines += ["", f"## k chosen on development data, {title}", ""]
            lines += [choice_table(runs, part), "", _note(runs, choice_table, part)]
            lines += ["", f"## Too few, too many, {title}", ""]
            lines += [claim_table(runs, part), "", _note(runs, claim_table, part)]
            lines += ["", f"## At the same k, {title}", "", *_same_k(runs, part)]
    if "provenance" in record:
        lines += ["", describe(record["provenance"])]
    return "\n".join(lines) + "\n"


def score_table(runs: Runs, part: str) -> str:
    """Return the scores of all settings."""
    scores = Scores(runs, part)
    rows = [["task", "clusters", *(f"{k:,}" for k in NUMBERS)]]
    for task in scores.tasks:
        without = spread(scores.of(task, NO_CLUSTERS))
        rows.append([task, "none", without, *["-"] * (len(NUMBERS) - 1)])
        for clusters in ("greedy", "refined"):
            for form in FORMS:
                cells = [
                    spread(scores.of(task, Setting(clusters, k, form))) for k in NUMBERS
                ]
                if {*cells} != {"-"}:
                    rows.append([task, f"{clusters}, {form}", *cells])
    return markdown(rows, n_left=2)


def choice_table(runs: Runs, part: str) -> str:
    """Return the scores of each form with its best k on development data."""
    dev, scores = Scores(runs, "dev"), Scores(runs, part)
    rows = [["task", "no clusters", *(f"{form} (k)" for form in FORMS)]]
    rows[0] += [f"{form} - {PATH}" for form in (PREFIXES, CUTS)]
    for task in scores.tasks:
        best = {
            form: Setting("greedy", dev.best_k(task, form), form)
            for form in FORMS
            if _has(dev, task, form)
        }
        cells = [
            f"{spread(scores.of(task, best[form]))} ({best[form].k:,})"
            if form in best
            else "-"
            for form in FORMS
        ]
        cells += [
            _difference(scores.differences(task, best[PATH], best[form]))
            if form in best
            else "-"
            for form in (PREFIXES, CUTS)
        ]
        rows.append([task, spread(scores.of(task, NO_CLUSTERS)), *cells])
    return markdown(rows)


def claim_table(runs: Runs, part: str) -> str:
    """Return what too few and too many clusters cost, and whether several forms help.

    All compared with one path of the k that is best on development data.
    """
    dev, scores = Scores(runs, "dev"), Scores(runs, part)
    fewest, most = NUMBERS[0], NUMBERS[-1]
    compared = {
        f"{PATH} of {fewest:,}": Setting("greedy", fewest, PATH),
        f"{PATH} of {most:,}": Setting("greedy", most, PATH),
        f"{PREFIXES} of {most:,}": Setting("greedy", most, PREFIXES),
        f"cuts of {most:,} at {', '.join(map(str, cut_numbers(most)))}": Setting(
            "greedy", most, CUTS
        ),
    }
    rows = [["task", "best k of one path", *compared]]
    for task in scores.tasks:
        if not _has(dev, task, PATH):
            continue
        k = dev.best_k(task, PATH)
        best = Setting("greedy", k, PATH)
        cells = [
            "0"
            if setting == best
            else _difference(scores.differences(task, best, setting))
            for setting in compared.values()
        ]
        rows.append([task, f"{k:,}", *cells])
    return markdown(rows)


def _same_k(runs: Runs, part: str) -> Iterator[str]:
    scores = Scores(runs, part)
    rows = [["task", *(f"{form} - {PATH}" for form in (PREFIXES, CUTS))]]
    rows[0].append("refined - greedy")
    for task in scores.tasks:
        cells = [_difference(scores.of_forms(task, form)) for form in (PREFIXES, CUTS)]
        rows.append([task, *cells, _difference(scores.of_refinement(task))])
    yield markdown(rows)
    yield ""
    yield (
        "In brackets Student's 95 % interval of the mean of all k, of which each is "
        "another clustering (for refined clusters three, mean of forms); bold if it "
        f"leaves out zero. {chance_of_any(3 * len(scores.tasks))}"
    )


def _note(runs: Runs, table: Any, part: str) -> str:
    """Return what the intervals of a table are."""
    n_columns = table(runs, part).splitlines()[0].count(" - ") or 4
    n_intervals = n_columns * len(Scores(runs, part).tasks)
    return (
        "In brackets Student's 95 % interval of the mean difference, paired by seed; "
        f"bold if it leaves out zero. {chance_of_any(n_intervals)}"
    )


def _labels(parts: dict[str, float]) -> str:
    """Return which part of each task's labels taggers are trained on."""
    return ", ".join(f"{part:.0%} of {task}" for task, part in parts.items())


def _has(scores: Scores, task: str, form: str) -> bool:
    return any(scores.of(task, Setting("greedy", k, form)) for k in NUMBERS)


def _difference(values: list[float]) -> str:
    """Return mean and interval, bold if it leaves out zero."""
    if len(values) < 2:
        return "-"
    low, high = interval(values)
    text = difference(values)
    return f"**{text}**" if low > 0 or high < 0 else text
