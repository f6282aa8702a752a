"""The tables of `refined_taggers`."""

from collections import defaultdict
from collections.abc import Iterator
from statistics import mean
from typing import Any

from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.statistics import chance_of_any, interval, spread
from benchmarks.report import describe, markdown


def markdown_report(record: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    record : dict
        What `refined_taggers` keeps as JSON.
    """
    settings = record["settings"]
    lines = [
        "# Do refined clusters help taggers more than greedy ones?",
        "",
        (
            f"Clusters: {settings['clusters']:,}, of words seen "
            f"{settings['min_count']} times or more in {', '.join(settings['texts'])}; "
            f"{settings['sweeps']} annealed sweeps. Percent: accuracy for parts of "
            "speech (EWT), else F1. A clustering's score is the mean of its training "
            "seeds; ± is the standard deviation of clusterings (without clusters: of "
            f"seeds). {len(record['runs'])} taggers so far."
        ),
    ]
    for part, title in (("dev", "Development data"), ("test", "Test data")):
        if any(part in run for run in record["runs"]):
            lines += ["", f"## {title}", "", *_tables(record["runs"], part)]
    if record.get("ami"):
        lines += ["", f"Mutual information: {_information(record['ami'])}"]
    if "provenance" in record:
        lines += ["", describe(record["provenance"])]
    return "\n".join(lines) + "\n"


def _tables(runs: Runs, part: str) -> Iterator[str]:
    heading = [
        "task",
        "no clusters",
        "greedy, samples",
        "refined, samples",
        "refined - greedy, same sample",
        "greedy, text",
        "refined, text",
    ]
    rows = [heading]
    sentences = []
    for task in dict.fromkeys(run["task"] for run in runs):
        of_task = [run for run in runs if run["task"] == task and part in run]
        groups = _scores(of_task, part)
        greedy = groups["greedy", True]
        refined = groups["refined", True]
        pairs = [refined[i] - greedy[i] for i in sorted({*greedy} & {*refined})]
        without = [run[part] for run in of_task if run["kind"] == "none"]
        cells = [[*greedy.values()], [*refined.values()], pairs]
        cells += [[*groups["greedy", False].values()]]
        cells += [[*groups["refined", False].values()]]
        rows.append([task, spread(without), *map(spread, cells)])
        if len(pairs) > 1:
            sentences.append(f"- {task}: {_verdict(pairs)}")
    yield markdown(rows, n_left=1)
    yield ""
    yield from sentences
    if len(sentences) > 1:
        yield ""
        yield chance_of_any(len(sentences))


def _scores(runs: Runs, part: str) -> dict[tuple[str, bool], dict[Any, float]]:
    """Return the mean score of each clustering, by kind and whether of a sample."""
    scores: dict[str, list[float]] = defaultdict(list)
    groups: dict[tuple[str, bool], dict[Any, float]] = defaultdict(dict)
    for run in runs:
        scores[run["clustering"]].append(run[part])
    for run in runs:
        is_sample = run["sample"] is not None
        key = run["sample"] if is_sample else run["clustering"]
        groups[run["kind"], is_sample][key] = mean(scores[run["clustering"]])
    return groups


def _verdict(differences: list[float]) -> str:
    """Return what the differences of samples show, in words."""
    low, high = interval(differences)
    if low > 0:
        found = "refined clusters are better"
    elif high < 0:
        found = "refined clusters are worse"
    else:
        found = "no difference is shown"
    return (
        f"{found} ({mean(differences):+.2f}; 95 % interval of the mean "
        f"{low:+.2f} to {high:+.2f})."
    )


def _information(ami: dict[str, float]) -> str:
    """Return the mean AMI of greedy and of refined clusters."""
    parts = []
    for kind in ("greedy", "refined"):
        for name in ("sample", "text"):
            values = [v for key, v in ami.items() if key.startswith(f"{kind}-{name}")]
            if values:
                of = "samples" if name == "sample" else "the text"
                parts.append(f"{kind}, {of}: {spread(values, 4)}")
    return "; ".join(parts) + " bits."
