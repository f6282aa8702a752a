"""The tables of the experiment."""

from collections.abc import Iterator
from statistics import mean
from typing import Any

from benchmarks.experiments.amount_of_text import design
from benchmarks.experiments.amount_of_text.agreement import (
    mean_measures,
    scores_by_kind,
)
from benchmarks.experiments.amount_of_text.design import Clustering, Sample
from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.statistics import (
    chance_of_any,
    difference,
    interval,
    spread,
)
from benchmarks.report import describe, markdown

TITLES = {"dev": "development data", "test": "test data"}


def markdown_report(record: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    record : dict
        What the experiment keeps as JSON.
    """
    runs: Runs = record["runs"]
    lines = [
        "# How much text to cluster, and which",
        "",
        (
            "Percent: accuracy for parts of speech (EWT), else F1. ± is the standard "
            "deviation of three taggers, of other samples and training seeds; of whole "
            "texts, of training seeds. Without it, there is one tagger. Clusters: "
            f"{design.K:,} of words seen {design.MIN_COUNT} times or more; of 160k "
            f"tokens, {design.SMALL_K} of words seen {design.SMALL_MIN_COUNT} times or "
            "more. AMI in bits and perplexity are those of a held-out text that is the "
            "same for all."
        ),
    ]
    for part, title in TITLES.items():
        if any(part in run for run in runs):
            lines += ["", f"## Amount and domain, {title}", ""]
            lines += [text_table(runs, part)]
            lines += ["", f"## Differences, {title}", "", *_differences(runs, part)]
            lines += ["", f"## Number of clusters, {title}", ""]
            lines += [number_table(runs, part)]
    lines += ["", "## The number of least perplexity", "", choice_table(runs)]
    if record.get("agreement"):
        for part, title in TITLES.items():
            rows = [row for row in record["agreement"] if row["part"] == part]
            if rows:
                lines += ["", f"## Rank correlations, {title}", ""]
                lines += [*_correlations(rows)]
    if "provenance" in record:
        lines += ["", describe(record["provenance"])]
    return "\n".join(lines) + "\n"


def kinds() -> dict[str, Clustering]:
    """Return the kinds of the table of texts, with one clustering each."""
    return {one.kind: one for one in design.clusterings() if _is_usual(one)}


def _is_usual(one: Clustering) -> bool:
    sample = one.sample
    if sample is None:
        return True
    usual = design.K, design.MIN_COUNT
    if sample.domain == "tweets" or sample.n_tokens == design.SMALL:
        usual = design.SMALL_K, design.SMALL_MIN_COUNT
    return (one.k, one.min_count) == usual


def text_table(runs: Runs, part: str) -> str:
    """Return the table of amounts and domains."""
    scores, measured = scores_by_kind(runs, part), mean_measures(runs)
    tasks = tasks_of(runs)
    rows = [["text", "tokens", "words", *tasks, "AMI", "perplexity"]]
    for kind, one in kinds().items():
        label = "none" if one.sample is None else one.sample.domain
        cells = ["-"] * 4
        if kind in measured:
            found = measured[kind]
            cells = [
                f"{found['tokens'] / design.MILLION:.2g}M",
                f"{found['words']:,.0f}",
                f"{found['common_ami']:.3f}",
                f"{found['common_perplexity']:.1f}",
            ]
        rows.append([label, *cells[:2], *_cells(scores, tasks, kind), *cells[2:]])
    return markdown(rows)


def tasks_of(runs: Runs) -> list[str]:
    """Return the names of the tasks."""
    return list(dict.fromkeys(run["task"] for run in runs if run["kind"] == "tagger"))


def _cells(
    scores: dict[tuple[str, str], dict[int, float]], tasks: list[str], kind: str
) -> list[str]:
    """Return the mean and spread of each task."""
    return [spread([*scores.get((task, kind), {}).values()]) for task in tasks]


def comparisons() -> Iterator[tuple[str, str, str]]:
    """Yield what is compared: a title and two kinds of clusterings."""

    def kind(domain: str, amount: int | None, **more: int) -> str:
        return Clustering(Sample(domain, amount), **more).kind

    one, three, ten = design.MILLION, 3 * design.MILLION, 10 * design.MILLION
    small = {"k": design.SMALL_K, "min_count": design.SMALL_MIN_COUNT}
    tweets = kind("tweets", None, **small)
    yield "160k of tweets - no clusters", "none", tweets
    yield (
        "160k of tweets - 160k of newswire",
        kind("newswire", design.SMALL, **small),
        tweets,
    )
    yield "1M mixed - no clusters", "none", kind(design.MIXED, one)
    yield "all mixed - no clusters", "none", kind(design.MIXED, None)
    for domain in (design.MIXED, "novels"):
        for first, second in ((one, three), (three, ten), (ten, None)):
            title = f"{domain}: {Sample(domain, second).amount}"
            title += f" - {Sample(domain, first).amount}"
            yield title, kind(domain, first), kind(domain, second)
    yield "newswire: 2.7M - 1M", kind("newswire", one), kind("newswire", None)
    for domain in ("newswire", design.MIXED, "mixed + tweets"):
        yield f"1M: {domain} - novels", kind("novels", one), kind(domain, one)
    yield (
        "1M: mixed + tweets - mixed",
        kind(design.MIXED, one),
        kind("mixed + tweets", one),
    )
    yield (
        "all: mixed + tweets - mixed",
        kind(design.MIXED, None),
        kind("mixed + tweets", None),
    )


def _differences(runs: Runs, part: str) -> Iterator[str]:
    scores, tasks = scores_by_kind(runs, part), tasks_of(runs)
    rows = [["", *tasks]]
    n_clear = n_intervals = 0
    for title, first, second in comparisons():
        cells = []
        for task in tasks:
            before, after = (
                scores.get((task, first), {}),
                scores.get((task, second), {}),
            )
            found = [
                after[seed] - before[seed] for seed in before.keys() & after.keys()
            ]
            if len(found) < 2:
                cells.append("-")
                continue
            low, high = interval(found)
            n_intervals += 1
            is_clear = low > 0 or high < 0
            n_clear += is_clear
            cells.append(f"**{difference(found)}**" if is_clear else difference(found))
        rows.append([title, *cells])
    yield markdown(rows)
    yield ""
    yield (
        "In brackets Student's 95 % interval of the mean of three pairs, of the same "
        f"seed: bold, {n_clear} of {n_intervals}, if it leaves out zero. "
        + chance_of_any(n_intervals)
    )


def number_kinds() -> dict[str, Clustering]:
    """Return the kinds of the table of numbers of clusters, sorted by text and k."""
    known = {
        one.kind: one
        for one in design.clusterings()
        if one.sample is not None
        and (one.sample.domain, one.min_count) == (design.MIXED, design.MIN_COUNT)
        and one.sample.n_tokens in design.SERIES
    }
    order = [sample.amount for sample in _series()]
    return dict(
        sorted(
            known.items(),
            key=lambda item: (
                order.index(item[1].sample.amount) if item[1].sample else 0,
                item[1].k,
            ),
        )
    )


def _series() -> list[Sample]:
    return [Sample(design.MIXED, n_tokens) for n_tokens in design.SERIES]


def number_table(runs: Runs, part: str) -> str:
    """Return the table of numbers of clusters in the same text."""
    scores, measured = scores_by_kind(runs, part), mean_measures(runs)
    tasks = tasks_of(runs)
    rows = [["text", "clusters", *tasks, "AMI of the text", "perplexity"]]
    for kind, one in number_kinds().items():
        if kind in measured and one.sample is not None:
            cells = [f"{one.sample.domain}, {one.sample.amount}", f"{one.k:,}"]
            cells += _cells(scores, tasks, kind)
            cells += [f"{measured[kind]['ami']:.3f}"]
            cells += [f"{measured[kind]['perplexity']:.1f}"]
            rows.append(cells)
    return markdown(rows, n_left=2)


def choice_table(runs: Runs) -> str:
    """Return the number of least perplexity, and the best by development data."""
    tasks = tasks_of(runs)
    dev, test = scores_by_kind(runs, "dev"), scores_by_kind(runs, "test")
    rows = [["text", "least perplexity"]]
    rows[0] += [f"{task}: best by dev" for task in tasks]
    measured = mean_measures(runs)
    for sample in _series():
        kinds_of_k = {k: Clustering(sample, k).kind for k in design.NUMBERS}
        perplexities = {
            k: measured[kind]["perplexity"]
            for k, kind in kinds_of_k.items()
            if kind in measured
        }
        if not perplexities:
            continue
        chosen = min(perplexities, key=perplexities.__getitem__)
        cells = [f"{sample.domain}, {sample.amount}", f"{chosen:,}"]
        for task in tasks:
            of_k = {
                k: mean(dev[task, kind].values())
                for k, kind in kinds_of_k.items()
                if (task, kind) in dev
            }
            if chosen not in of_k:
                cells.append("-")
                continue
            best = max(of_k, key=of_k.__getitem__)
            scores = test or dev
            gain = mean(scores[task, kinds_of_k[best]].values())
            gain -= mean(scores[task, kinds_of_k[chosen]].values())
            cells.append(f"{best:,} ({gain:+.2f})")
        rows.append(cells)
    note = "In brackets: its score minus that of the least perplexity's number, on "
    note += "test data." if test else "development data."
    return f"{markdown(rows)}\n\n{note}"


def _correlations(rows: Runs) -> Iterator[str]:
    tasks = list(dict.fromkeys(row["task"] for row in rows))
    table = [["clusterings", "measure", "coefficient", *tasks]]
    found = {(row["group"], row["measure"], row["task"]): row for row in rows}
    for group, measure in dict.fromkeys((row["group"], row["measure"]) for row in rows):
        of_row = [found.get((group, measure, task)) for task in tasks]
        n = max(row["n"] for row in of_row if row)
        for name in ("spearman", "kendall"):
            cells = [
                "{:+.2f} ({:+.2f} to {:+.2f})".format(*row[name]) if row else "-"
                for row in of_row
            ]
            table.append([f"{group} ({n})", measure, name.capitalize(), *cells])
    yield markdown(table, n_left=3)
    yield ""
    yield (
        "1: the clusterings that the measure prefers score higher (the sign of "
        "perplexity is reversed). Intervals: bootstrap samples of kinds of "
        "clusterings, 95 %, each with the mean of its three taggers."
    )
