"""The tables and the figure of the experiment."""

from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.experiments.common.figures import COLOURS, MARKERS, panels
from benchmarks.experiments.common.statistics import (
    CONFIDENCE,
    difference,
    interval,
    spread,
)
from benchmarks.report import describe, markdown

VARIANTS = {
    "clusters": "clusters instead",
    "both": "words + clusters",
    "weighted": "words + weighted clusters",
    "back-off": "rare words as clusters",
}
DATA_SETS = {"movie_reviews": "Movie reviews", "sentence_polarity": "Sentences"}
CLASSIFIERS = {"logistic": "logistic regression", "svm": "linear SVM"}

Run = dict[str, Any]


def markdown_report(content: dict[str, Any]) -> str:
    """Return the report of all results so far.

    Parameters
    ----------
    content : dict
        What `documents` keeps as JSON.
    """
    runs = content["runs"]
    settings = content["settings"]
    n_seeds = len({run["seed"] for run in runs})
    lines = [
        "# Do clusters help to classify documents?",
        "",
        (
            f"Accuracy in percent, mean ± standard deviation of {n_seeds} seeds; for "
            "clusters the difference to words alone, with its 95 % interval (paired by "
            "seed; the test data is the same for all). Clusters: "
            f"{settings['clusters']:,} of {', '.join(settings['texts'])}, in lower "
            f"case, or {settings['clusters'] // 2:,} of the documents that are not "
            f"test data; words seen {settings['min_count']} times or more."
        ),
    ]
    for part, title in (("dev", "Development data"), ("test", "Test data")):
        done = [run for run in runs if part in run.get("words", {}).get("svm", {})]
        if not done:
            continue
        lines += ["", f"## {title}"]
        for kind, name in CLASSIFIERS.items():
            for data, sizes in by_size(done).items():
                lines += ["", f"### {DATA_SETS[data]}, {name}", ""]
                lines.append(markdown(table(sizes, kind, part), n_left=0))
                if n_seeds > 1:
                    of_data = [run for run in done if run["data"] == data]
                    lines += ["", _over_sizes(of_data, kind, part)]
        if n_seeds > 1:
            n_sizes = sum(map(len, by_size(done).values()))
            n = n_sizes * len(VARIANTS) * len(CLASSIFIERS)
            expected = round((1 - CONFIDENCE) * n)
            sentence = (
                f"Of {n} such intervals, some {expected} leave out zero by chance."
            )
            lines += ["", sentence]
    lines += ["", "## What development data chose", "", *_choices(runs)]
    if "provenance" in content:
        lines += ["", describe(content["provenance"])]
    return "\n".join(lines) + "\n"


def by_size(runs: list[Run]) -> dict[str, dict[int, list[Run]]]:
    """Return runs by data set, then by number of documents."""
    found: dict[str, dict[int, list[Run]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        found[run["data"]][run["n"]].append(run)
    return found


def table(sizes: dict[int, list[Run]], kind: str, part: str) -> list[list[str]]:
    """Return a row for each number of documents, heading first.

    Parameters
    ----------
    sizes : dict of int to runs
        The runs of a data set, by number of documents.
    kind : {"logistic", "svm"}
        The classifier.
    part : {"dev", "test"}
        What is scored.
    """
    rows = [["documents", "words", *VARIANTS.values()]]
    for n, runs in sorted(sizes.items()):
        row = [f"{n:,}", spread([run["words"][kind][part] for run in runs], 1)]
        for variant in VARIANTS:
            gain = gains(runs, variant, kind, part)
            row.append(difference(gain, 1) if len(gain) > 1 else f"{gain[0]:+.1f}")
        rows.append(row)
    return rows


def page_table(runs: list[Run]) -> str:
    """Return the table of the documentation: a few sizes, logistic regression, test."""
    shown = ("clusters", "weighted", "back-off")
    rows = [["data", "documents", "words", *(VARIANTS[name] for name in shown)]]
    for data, title in DATA_SETS.items():
        for n, of in [*by_size(runs)[data].items()][::2]:
            words = spread([run["words"]["logistic"]["test"] for run in of], 1)
            found = [gains(of, name, "logistic", "test") for name in shown]
            rows.append([title, f"{n:,}", words, *(difference(f, 1) for f in found)])
    return markdown(rows)


def gains(runs: list[Run], variant: str, kind: str, part: str) -> list[float]:
    """Return the gain of a variant over words alone, in points, for each run."""
    return [run[variant][kind][part] - run["words"][kind][part] for run in runs]


def _over_sizes(runs: list[Run], kind: str, part: str) -> str:
    """Return the gain of each variant, averaged over all numbers of documents."""
    seeds = dict.fromkeys(run["seed"] for run in runs)
    of_seed = [[run for run in runs if run["seed"] == seed] for seed in seeds]
    parts = []
    for variant, name in VARIANTS.items():
        means = [mean(gains(of, variant, kind, part)) for of in of_seed]
        parts.append(f"{name} {difference(means) if len(means) > 1 else '-'}")
    return f"Mean of all rows: {'; '.join(parts)}."


def _choices(runs: list[Run]) -> list[str]:
    """Return how often each text and weighting was chosen."""
    lines = []
    for data, title in DATA_SETS.items():
        done = [run for run in runs if run["data"] == data and "words" in run]
        chosen = Counter(run["words"]["setting"][0] for run in done)
        parts = [f"{n} times {name}" for name, n in chosen.most_common()]
        lines.append(f"- {title}, words: {', '.join(parts)}")
        for variant, name in VARIANTS.items():
            texts = Counter(run[variant]["setting"][1] for run in done)
            parts = [f"{n} times {text}" for text, n in texts.most_common()]
            lines.append(f"- {title}, {name}: {', '.join(parts)}")
    return lines


def draw(content: dict[str, Any], path: Path) -> None:
    """Draw accuracy, and the gain of clusters, by number of documents.

    Parameters
    ----------
    content : dict
        What `documents` keeps as JSON.
    path : Path
        The file to write.
    """
    runs = content["runs"]
    kind = "logistic"
    part = "test" if all("test" in run["words"][kind] for run in runs) else "dev"
    shown = ["clusters", "weighted", "back-off"]
    with panels(4, path) as (_, axes):
        for column, (data, title) in enumerate(DATA_SETS.items()):
            sizes = sorted(by_size(runs)[data].items())
            above, below = axes[column], axes[2 + column]
            n = [size for size, _ in sizes]
            for i, variant in enumerate(["words", *shown]):
                scores = [
                    mean(run[variant][kind][part] for run in of) for _, of in sizes
                ]
                name = VARIANTS.get(variant, "words")
                above.plot(n, scores, color=COLOURS[i], marker=MARKERS[i], label=name)
                if variant == "words":
                    continue
                found = [gains(of, variant, kind, part) for _, of in sizes]
                middle = [mean(gain) for gain in found]
                ends = [interval(g) if len(g) > 1 else (g[0], g[0]) for g in found]
                bars = [
                    [m - low for m, (low, _) in zip(middle, ends, strict=True)],
                    [high - m for m, (_, high) in zip(middle, ends, strict=True)],
                ]
                places = [size * 1.06 ** (i - 2) for size in n]  # bars side by side
                style = {"color": COLOURS[i], "marker": MARKERS[i], "capsize": 2}
                below.errorbar(places, middle, bars, **style)
            below.axhline(0, color="black", linewidth=1)
            above.set(title=title, xscale="log", ylabel="accuracy, %")
            below.set(
                xscale="log",
                xlabel="labelled documents",
                ylabel="gain over words, points",
            )
        axes[1].legend(fontsize=9, loc="upper left")
