"""The tables of the experiment."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.statistics import percent, spread
from benchmarks.experiments.common.training import PARTS
from benchmarks.experiments.common.worth import Curves, worth
from benchmarks.experiments.parsing import design
from benchmarks.report import describe, markdown


def markdown_report(record: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    record : dict
        What the experiment keeps as JSON.
    """
    settings, runs = record["settings"], record["runs"]
    trees = settings["training"]
    lines = [
        "# What clusters are worth to a dependency parser",
        "",
        (
            "Unlabelled attachment score of English Web Treebank, in percent. ± is the "
            "standard deviation of seeds, which draw the sentences and their order in "
            f"training. {settings['clusters']:,} clusters of "
            f"{', '.join(settings['texts'])}; {settings['epochs']} epochs, margin "
            f"{settings['margin']}, 2^{settings['table_bits']} weights. Of "
            f"{trees['sentences']:,} training sentences, "
            f"{trees['sentences_not_projective']:,} are not projective: "
            f"{trees['tokens_lifted']:,} of {trees['tokens']:,} tokens were lifted."
        ),
    ]
    for part, title in PARTS.items():
        if not any(part in run for run in runs):
            continue
        lines += ["", f"## Without punctuation, {title}", "", score_table(runs, part)]
        rows = score_table(runs, f"{part}_all")
        lines += ["", f"## All tokens, {title}", "", rows]
        lines += ["", f"## Accuracy of tags, {title}", "", _tag_table(runs, part)]
    if "gains" in record:
        lines += ["", *_gains(record["gains"])]
    if "provenance" in record:
        lines += ["", describe(record["provenance"])]
    return "\n".join(lines) + "\n"


def score_table(runs: Runs, part: str) -> str:
    """Return the table of scores, and of what clusters are worth.

    Parameters
    ----------
    runs : list of dict
        The runs.
    part : str
        What was scored: the key of a run.
    """
    rows = [["tags", "clusters", *map(percent, design.FRACTIONS), "times the labels"]]
    for tags, name in design.TAGS.items():
        curves = curves_of(runs, part, tags)
        times = "-" if curves is None else f"{worth(curves).estimate:.1f}"
        for kind in ("no", "yes"):
            cells = [
                spread(_scores(runs, part, tags, fraction, clusters=kind == "yes"))
                for fraction in design.FRACTIONS
            ]
            rows.append([name, kind, *cells, times if kind == "yes" else ""])
    return markdown(rows, n_left=2)


def _scores(
    runs: Runs, part: str, tags: str, fraction: float, *, clusters: bool
) -> list[float]:
    key = {"tags": tags, "fraction": fraction, "clusters": clusters}
    return [run[part] for run in runs if key.items() <= run.items() and part in run]


def curves_of(runs: Runs, part: str, tags: str) -> Curves | None:
    """Return scores by seed and fraction, of the seeds that have all runs."""
    scores = {
        (run["seed"], run["clusters"], run["fraction"]): run[part]
        for run in runs
        if run["tags"] == tags and part in run
    }
    complete = [
        seed
        for seed in sorted({seed for seed, *_ in scores})
        if all((seed, i, f) in scores for i in (False, True) for f in design.FRACTIONS)
    ]
    if not complete:
        return None
    without, with_clusters = (
        np.array(
            [[scores[seed, is_with, f] for f in design.FRACTIONS] for seed in complete]
        )
        for is_with in (False, True)
    )
    return Curves(design.FRACTIONS, without, with_clusters)


def _tag_table(runs: Runs, part: str) -> str:
    rows = [["tags", *map(percent, design.FRACTIONS)]]
    for tags, name in design.TAGS.items():
        cells = [
            spread(_scores(runs, f"{part}_tags", tags, fraction, clusters=False))
            for fraction in design.FRACTIONS
        ]
        rows.append([name, *cells])
    return markdown(rows)


def _gains(gains: list[dict[str, Any]]) -> Iterator[str]:
    yield (
        "Gain by clusters, without punctuation, in points, mean of seeds; interval: "
        "95 %, bootstrap of sentences."
    )
    yield ""
    rows = [["data", "tags", "labels", "gain"]]
    for gain in gains:
        interval = f"({gain['low']:+.2f} to {gain['high']:+.2f})"
        rows.append(
            [
                PARTS[gain["part"]],
                design.TAGS[gain["tags"]],
                percent(gain["fraction"]),
                f"{gain['gain']:+.2f} {interval}",
            ]
        )
    yield markdown(rows, n_left=2)
    yield ""
    yield (
        '"Times the labels": with clusters, the inverse of this part of the labelled '
        "sentences has the score of all sentences without clusters."
    )
