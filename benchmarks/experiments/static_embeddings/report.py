"""The tables and the figure of the experiment."""

from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.experiments.common.figures import COLOURS, MARKERS, panels
from benchmarks.experiments.common.statistics import (
    chance_of_any,
    difference,
    interval,
    spread,
)
from benchmarks.report import describe, markdown

COLUMNS = {
    ("none", "-"): "no clusters",
    ("brown", "one k"): "Brown, one k",
    ("brown", "prefixes"): "Brown, prefixes",
    ("word2vec-2", "one k"): "window 2, one k",
    ("word2vec-2", "prefixes"): "window 2, prefixes",
    ("word2vec-5", "prefixes"): "window 5, prefixes",
}

Run = dict[str, Any]


def markdown_report(content: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    content : dict
        What `static_embeddings` keeps as JSON.
    """
    settings, runs = content["settings"], content["runs"]
    n_seeds = len({run["seed"] for run in runs})
    lines = [
        "# Brown clusters against classes of word2vec vectors",
        "",
        (
            f"{settings['clusters']:,} clusters or classes, of words seen "
            f"{settings['min_count']} times or more in {', '.join(settings['texts'])}; "
            f"the same tagger, {settings['epochs']} epochs. Percent: accuracy for "
            "parts of speech (EWT), else F1; mean ± standard deviation of "
            f"{n_seeds} seeds, of the tagger and of k-means."
        ),
    ]
    for part, title in (("dev", "Development data"), ("test", "Test data")):
        done = [run for run in runs if part in run]
        if not done:
            continue
        lines += ["", f"## {title}", "", markdown(table(done, part))]
        if n_seeds > 1:
            rows = differences(done, part)
            lines += ["", "Brown clusters less classes of vectors (95 % interval):", ""]
            lines += [markdown(rows), ""]
            lines.append(chance_of_any((len(rows) - 1) * (len(rows[0]) - 1)))
    if content.get("seconds"):
        lines += ["", "## Processor seconds", ""]
        lines.append(markdown(costs(content["seconds"])))
    if "provenance" in content:
        lines += ["", describe(content["provenance"])]
    return "\n".join(lines) + "\n"


def scores(runs: list[Run], task: str, kind: str, use: str, part: str) -> list[float]:
    """Return the scores of a task and kind of clusters, by seed."""
    key = {"task": task, "kind": kind, "use": use}
    found = [run for run in runs if key.items() <= run.items() and part in run]
    return [run[part] for run in sorted(found, key=lambda run: run["seed"])]


def table(runs: list[Run], part: str) -> list[list[str]]:
    """Return the scores of each task in a row, heading first."""
    rows = [["task", *COLUMNS.values()]]
    for task in dict.fromkeys(run["task"] for run in runs):
        cells = [spread(scores(runs, task, *key, part)) for key in COLUMNS]
        rows.append([task, *cells])
    return rows


def differences(runs: list[Run], part: str) -> list[list[str]]:
    """Return how far Brown clusters lead, with intervals, heading first."""
    keys = [key for key in COLUMNS if key[0].startswith("word2vec")]
    rows = [["task", *(COLUMNS[key] for key in keys)]]
    for task in dict.fromkeys(run["task"] for run in runs):
        row = [task]
        for kind, use in keys:
            ours = scores(runs, task, "brown", use, part)
            theirs = scores(runs, task, kind, use, part)
            pairs = [a - b for a, b in zip(ours, theirs, strict=False)]
            row.append(difference(pairs) if len(pairs) > 1 else "-")
        rows.append(row)
    return rows


def costs(seconds: dict[str, float]) -> list[list[str]]:
    """Return the processor time of each step, heading first."""
    rows = [["step", "seconds"]]
    rows += [[step, f"{taken:,.0f}"] for step, taken in seconds.items()]
    return rows


def draw(content: dict[str, Any], path: Path) -> None:
    """Draw the score of each kind of clusters, with intervals, for each task.

    Parameters
    ----------
    content : dict
        What `static_embeddings` keeps as JSON.
    path : Path
        The file to write.
    """
    runs = content["runs"]
    part = "test" if all("test" in run for run in runs) else "dev"
    tasks = [*dict.fromkeys(run["task"] for run in runs)]
    with panels(len(tasks), path, size=(3.8, 2.7)) as (_, axes):
        for task, panel in zip(tasks, axes, strict=True):
            names = []
            for place, (key, name) in enumerate(reversed(COLUMNS.items())):
                found = scores(runs, task, *key, part)
                names.append(name)
                if not found:
                    continue
                middle = mean(found)
                low, high = interval(found) if len(found) > 1 else (middle, middle)
                number = ["none", "brown", "word2vec-2", "word2vec-5"].index(key[0])
                panel.errorbar(
                    middle,
                    place,
                    xerr=[[middle - low], [high - middle]],
                    color=COLOURS[number],
                    marker=MARKERS[number],
                    markerfacecolor="white" if key[1] == "one k" else None,
                    capsize=2,
                )
            panel.set_yticks(range(len(names)), names)
            measure = "accuracy" if task == "EWT" else "F1"
            panel.set(title=task, xlabel=f"{measure}, %", ylim=(-0.6, len(names) - 0.4))
