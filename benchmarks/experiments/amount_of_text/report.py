"""The tables of the experiment."""

from collections.abc import Iterator
from statistics import mean
from typing import Any

from benchmarks.experiments.amount_of_text import design
from benchmarks.experiments.amount_of_text.agreement import mean_scores, measures_of
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
            "deviation of taggers: of samples and training seeds. Clusters: "
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
    lines += ["", "## What choose-k would have chosen", "", choice_table(runs)]
    if record.get("agreement"):
        for part, title in TITLES.items():
            rows = [row for row in record["agreement"] if row["part"] == part]
            if rows:
                lines += ["", f"## Rank correlations, {title}", ""]
                lines += [*_correlations(rows)]
    if "provenance" in record:
        lines += ["", describe(record["provenance"])]
    return "\n".join(lines) + "\n"


class _Scores:
    """Scores of taggers by task and clustering."""

    def __init__(self, runs: Runs, part: str) -> None:
        self.tasks = list(dict.fromkeys(run["task"] for run in runs if part in run))
        self._values = {
            (run["task"], run["clustering"], run["seed"]): run[part]
            for run in runs
            if part in run
        }

    def of_kind(self, task: str, kind: str) -> dict[tuple[int, int], float]:
        """Return the scores of a kind by seed of the sample and of training."""
        return {
            (_sample_seed(one), seed): value
            for one in design.clusterings()
            if one.kind == kind
            for (of_task, name, seed), value in self._values.items()
            if (of_task, name) == (task, one.name)
        }

    def cells(self, kind: str) -> list[str]:
        """Return the mean and spread of each task."""
        return [spread([*self.of_kind(task, kind).values()]) for task in self.tasks]

    def differences(self, task: str, first: str, second: str) -> list[float]:
        """Return second - first by sample; by training seed, if one has one sample."""
        before, after = self.of_kind(task, first), self.of_kind(task, second)
        n_samples = min(len({s for s, _ in scores}) for scores in (before, after))
        by_sample = n_samples > 1
        return [
            _mean_of(after, i, by_sample=by_sample)
            - _mean_of(before, i, by_sample=by_sample)
            for i in sorted({k[not by_sample] for k in before.keys() & after.keys()})
        ]


def _sample_seed(one: Clustering) -> int:
    return one.sample.seed if one.sample else 0


def _mean_of(scores: dict[tuple[int, int], float], i: int, *, by_sample: bool) -> float:
    return mean(value for key, value in scores.items() if key[not by_sample] == i)


def kinds() -> dict[str, Clustering]:
    """Return the kinds of the table of texts, with one clustering each."""
    return {one.kind: one for one in design.clusterings() if _is_usual(one)}


def _is_usual(one: Clustering) -> bool:
    sample = one.sample
    if sample is None:
        return True
    usual = design.K, None, design.MIN_COUNT
    if sample.domain == "tweets" or sample.n_tokens == design.SMALL:
        usual = design.SMALL_K, None, design.SMALL_MIN_COUNT
    return (one.k, one.window, one.min_count) == usual


def text_table(runs: Runs, part: str) -> str:
    """Return the table of amounts and domains."""
    scores = _Scores(runs, part)
    heading = ["text", "tokens", "words", *scores.tasks, "AMI", "perplexity"]
    rows = [heading]
    for kind, one in kinds().items():
        label = "none" if one.sample is None else one.sample.domain
        if one.sample is not None and one.sample.unit == "passages":
            label += ", passages"
        measured = _means(runs, kind)
        cells = ["-"] * 4
        if measured:
            cells = [
                f"{measured['tokens'] / design.MILLION:.2g}M",
                f"{measured['words']:,.0f}",
                f"{measured['common_ami']:.3f}",
                f"{measured['common_perplexity']:.1f}",
            ]
        rows.append([label, *cells[:2], *scores.cells(kind), *cells[2:]])
    return markdown(rows)


def _means(runs: Runs, kind: str) -> dict[str, float]:
    """Return the mean of each measure over the clusterings of a kind."""
    known = measures_of(runs)
    names = {one.name for one in design.clusterings() if one.kind == kind}
    found = [known[name] for name in names if name in known]
    numbers = [
        name
        for name, value in (found[0] if found else {}).items()
        if isinstance(value, int | float)
    ]
    return {name: mean(run[name] for run in found) for name in numbers}


def comparisons() -> Iterator[tuple[str, str, str]]:
    """Yield what is compared: a title and two kinds of clusterings."""

    def kind(domain: str, amount: int | None, **more: Any) -> str:
        unit = more.pop("unit", "lines")
        return Clustering(Sample(domain, amount, unit=unit), **more).kind

    one, three, ten = design.MILLION, 3 * design.MILLION, 10 * design.MILLION
    small: dict[str, Any] = {"k": design.SMALL_K, "min_count": design.SMALL_MIN_COUNT}
    tweets = kind("tweets", None, **small)
    yield "160k of tweets - no clusters", "none", tweets
    yield (
        "160k of tweets - 160k of newswire",
        kind("newswire", design.SMALL, **small),
        tweets,
    )
    yield "1M mixed - no clusters", "none", kind(design.MIXED, one)
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
    yield (
        "1M of novels: passages - lines",
        kind("novels", one),
        kind("novels", one, unit="passages"),
    )
    yield (
        "1M mixed: words seen twice - 5 times",
        kind(design.MIXED, one),
        kind(design.MIXED, one, min_count=design.SMALL_MIN_COUNT),
    )


def _differences(runs: Runs, part: str) -> Iterator[str]:
    scores = _Scores(runs, part)
    rows = [["", *scores.tasks]]
    n_clear = n_intervals = 0
    for title, first, second in comparisons():
        cells = []
        for task in scores.tasks:
            found = scores.differences(task, first, second)
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
        "Pairs are of samples of the same seed; where a text has no samples, of "
        "training seeds. In brackets Student's 95 % interval of the mean of three "
        f"pairs: bold, {n_clear} of {n_intervals}, if it leaves out zero. "
        + chance_of_any(n_intervals)
    )


def number_table(runs: Runs, part: str) -> str:
    """Return the table of numbers of clusters in the same text."""
    scores = _Scores(runs, part)
    known = measures_of(runs)
    rows = [["text", "clusters", *scores.tasks, "AMI of the text", "perplexity"]]
    wide = design.NUMBERS[-1]
    for sample in design.SERIES:
        for k in sorted({*design.NUMBERS, design.K}):
            for window in (None, wide):
                one = Clustering(sample, k, window)
                if one.name not in known:
                    continue
                run = known[one.name]
                cut = f", cut of {wide:,}" if window else ""
                rows.append(
                    [
                        f"{sample.domain}, {sample.amount}",
                        f"{k:,}{cut}",
                        *(
                            spread([*_of_one(runs, part, task, one.name)])
                            for task in scores.tasks
                        ),
                        f"{run['ami']:.3f}",
                        f"{run['perplexity']:.1f}",
                    ]
                )
    return markdown(rows, n_left=2)


def _of_one(runs: Runs, part: str, task: str, name: str) -> Iterator[float]:
    for run in runs:
        if part in run and (run["task"], run["clustering"]) == (task, name):
            yield run[part]


def choice_table(runs: Runs) -> str:
    """Return what choose-k shows, and the best number by development data."""
    dev, test = mean_scores(runs, "dev"), mean_scores(runs, "test")
    tasks = list(dict.fromkeys(task for task, _ in dev))
    rows = [["text", "knee of AMI", "least perplexity"]]
    rows[0] += [f"{task}: best by dev" for task in tasks]
    for run in runs:
        if run["kind"] != "choice":
            continue
        (sample,) = (one for one in design.SERIES if one.name == run["text"])
        chosen = run["least_perplexity"]
        cells = []
        for task in tasks:
            names = {
                k: Clustering(sample, k).name
                for k in sorted({*design.NUMBERS, design.K})
            }
            of_task = {
                k: dev[task, name] for k, name in names.items() if (task, name) in dev
            }
            if chosen not in of_task:
                cells.append("-")
                continue
            best = max(of_task, key=of_task.__getitem__)
            scores = test if (task, names[best]) in test else dev
            gain = scores[task, names[best]] - scores[task, names[chosen]]
            cells.append(f"{best:,} ({gain:+.2f})")
        text = f"{sample.domain}, {sample.amount}"
        rows.append([text, f"{run['knee']:,}", f"{chosen:,}", *cells])
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
        "clusterings, 95 %."
    )
