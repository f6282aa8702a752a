"""The tables and the figure of `neural_tagger`."""

from collections.abc import Iterator
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from benchmarks.experiments.common.figures import COLOURS, MARKERS, panels
from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.statistics import chance_of_any, difference, spread
from benchmarks.experiments.neural.inputs import INPUTS
from benchmarks.report import describe, markdown

MEASURES = {"EWT": "accuracy", "WNUT-17": "F1"}

PAIRS = (
    ("words", "prefixes"),
    ("words", "words + prefixes"),
    ("words + characters", "words + characters + prefixes"),
)
"""Inputs that are compared."""


def markdown_report(record: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    record : dict
        What `neural_tagger` keeps as JSON.
    """
    settings, runs = record["settings"], record["runs"]
    lines = [
        "# What are clusters worth as input of a neural tagger?",
        "",
        (
            f"Bi-LSTM with {settings['training']['hidden']} cells in each direction. "
            f"Clusters: {settings['clusters']:,}, of words seen "
            f"{settings['min_count']} times or more in {', '.join(settings['texts'])}. "
            "Percent, by fraction of the labelled sentences; ± is the standard "
            f"deviation of seeds. {len(runs)} taggers so far."
        ),
    ]
    for part, title in (("dev", "Development data"), ("test", "Test data")):
        done = [run for run in runs if part in run]
        if done:
            lines += ["", f"## {title}", *_part(done, part)]
    if "provenance" in record:
        origin = describe(record["provenance"])
        lines += ["", f"{origin}; torch {settings['torch']}"]
    return "\n".join(lines) + "\n"


def _part(runs: Runs, part: str) -> Iterator[str]:
    """Yield the tables of one part of the data."""
    yield from ("", "Accuracy (EWT) and F1 (WNUT-17):")
    yield from ("", score_table(runs, part))
    yield from ("", "Accuracy of words that training has not seen:")
    yield from ("", score_table(runs, f"{part}_unseen"))
    rows = [_heading(runs, "what is compared")]
    n_intervals = 0
    for task, of_task in _by_task(runs):
        for first, second in PAIRS:
            cells = [paired(of_task, part, f, first, second) for f in _fractions(runs)]
            n_intervals += sum(len(values) > 1 for values in cells)
            found = [difference(v) if len(v) > 1 else "-" for v in cells]
            rows.append([task, f"{second}, against {first}", *found])
    yield from ("", "Mean differences of equal seeds, and 95 % intervals:")
    yield from ("", markdown(rows, n_left=2))
    if n_intervals:
        yield from ("", chance_of_any(n_intervals))


def score_table(runs: Runs, name: str) -> str:
    """Return a table: an input of a task in a row, a fraction in a column.

    Parameters
    ----------
    runs : list of dict
        All runs.
    name : str
        The score, such as ``"test"`` or ``"test_unseen"``.
    """
    rows = [_heading(runs, "input")]
    for task, of_task in _by_task(runs):
        for kinds in _inputs(of_task):
            cells = [_values(of_task, name, f, kinds) for f in _fractions(runs)]
            rows.append([task, kinds, *(spread([*v.values()]) for v in cells)])
    return markdown(rows, n_left=2)


def paired(
    runs: Runs, name: str, fraction: float, first: str, second: str
) -> list[float]:
    """Return second - first for each seed that both inputs have.

    Parameters
    ----------
    runs : list of dict
        The runs of one task.
    name : str
        The score.
    fraction : float
        Of the labelled sentences.
    first, second : str
        Inputs.
    """
    before = _values(runs, name, fraction, first)
    after = _values(runs, name, fraction, second)
    return [after[seed] - before[seed] for seed in sorted({*before} & {*after})]


def draw(runs: Runs, path: Path) -> None:
    """Draw scores against labelled sentences; on test data, if there are any.

    Parameters
    ----------
    runs : list of dict
        All runs so far.
    path : Path
        The file, which ends in ``.svg``.
    """
    part = "test" if any("test" in run for run in runs) else "dev"
    runs = [run for run in runs if part in run]
    tasks = [*_by_task(runs)]
    with panels(len(tasks), path, columns=1, size=(5.2, 3.8)) as (_, axes):
        for axis, (task, of_task) in zip(axes, tasks, strict=True):
            for i, kinds in enumerate(_inputs(of_task)):
                fractions = _fractions(of_task)
                found = [
                    [*_values(of_task, part, f, kinds).values()] for f in fractions
                ]
                axis.errorbar(
                    [f for f, values in zip(fractions, found, strict=True) if values],
                    [mean(values) for values in found if values],
                    [stdev(v) if len(v) > 1 else 0 for v in found if v],
                    color=COLOURS[i],
                    marker=MARKERS[i],
                    linestyle="-" if "characters" in kinds else "--",
                    capsize=2,
                    label=kinds,
                )
            axis.set_xscale("log")
            axis.set_xticks(fractions, [f"{fraction:.0%}" for fraction in fractions])
            axis.minorticks_off()
            axis.set_xlabel("labelled sentences")
            axis.set_ylabel(f"{MEASURES[task]} on {part} data, %")
            axis.set_title(task)
        axes[0].legend(fontsize=9)


def _by_task(runs: Runs) -> Iterator[tuple[str, Runs]]:
    for task in dict.fromkeys(run["task"] for run in runs):
        yield task, [run for run in runs if run["task"] == task]


def _heading(runs: Runs, second: str) -> list[str]:
    return ["task", second, *(f"{fraction:.0%}" for fraction in _fractions(runs))]


def _fractions(runs: Runs) -> list[float]:
    return sorted({run["fraction"] for run in runs})


def _inputs(runs: Runs) -> list[str]:
    found = {run["input"] for run in runs}
    return [kinds for kinds in INPUTS if kinds in found]


def _values(runs: Runs, name: str, fraction: float, kinds: str) -> dict[int, float]:
    """Return the scores of an input by seed."""
    return {
        run["seed"]: run[name]
        for run in runs
        if (run["fraction"], run["input"]) == (fraction, kinds)
        and run.get(name) is not None
    }
