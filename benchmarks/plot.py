"""Plot time against size: ``python -m benchmarks.plot stages.json -o growth.png``.

``python -m benchmarks --json stages.json`` writes ``stages.json``. This command needs
Matplotlib: the extra ``plot``.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GREY = "#666666"
DOTS_PER_INCH = 200  # the README shows the image at half size, 800 pixels wide


@dataclass(frozen=True)
class Line:
    """How to draw one series of cases.

    Attributes
    ----------
    series : str
        The name of the series in the JSON file.
    label : str
        The text in the legend.
    colour : str
        The colour of line and label.
    """

    series: str
    label: str
    colour: str


PANELS = {
    "tokens": (
        "tokens of text",
        Line("cluster by tokens", "cluster, window {window}", "#0b6e99"),
        Line("count by tokens", "count", "#c05621"),
    ),
    "window": (
        "window: clusters active at once",
        Line("cluster by window", "cluster {n_words:,} words", "#0b6e99"),
        Line("cluster in full", "every word a cluster", "#6b46a3"),
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.plot", description=__doc__.partition("\n\n")[2]
    )
    parser.add_argument(
        "stages", type=Path, help="output of python -m benchmarks --json"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PNG")
    options = parser.parse_args(arguments)
    record = json.loads(options.stages.read_text(encoding="utf-8"))
    if record.get("kind") != "stages":
        parser.error(
            f"{options.stages} must be the output of python -m benchmarks --json"
        )
    draw(record, options.output)
    return 0


def draw(record: dict[str, Any], path: Path) -> None:
    """Draw both panels and write a PNG."""
    import matplotlib as mpl  # the extra `plot`

    mpl.use("agg")
    from matplotlib import pyplot as plt

    plt.rcParams.update(
        {
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": GREY,
            "xtick.color": GREY,
            "ytick.color": GREY,
        }
    )
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.6), sharey=True)
    for axis, (unit, (title, *lines)) in zip(axes, PANELS.items(), strict=True):
        for line in lines:
            cases = [case for case in record["cases"] if case["series"] == line.series]
            if len(cases) > 1:
                _draw_line(axis, line, unit, sorted(cases, key=_size))
        axis.set_xscale("log", base=2)
        axis.set_yscale("log")
        _label_sizes(axis, record, lines)
        axis.set_xlabel(title)
        axis.margins(x=0.08, y=0.12)
        axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
        axis.set_axisbelow(True)
    bottom, top = axes[0].get_ylim()
    axes[0].set_ylim(bottom, 6 * top)  # space for the legend
    for axis in axes:
        axis.legend(loc="upper left", frameon=False, labelcolor="linecolor")
    axes[0].set_ylabel("seconds")
    axes[0].yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes[1].tick_params(axis="y", length=0)
    figure.tight_layout(w_pad=2)
    figure.savefig(path, dpi=DOTS_PER_INCH)
    plt.close(figure)


def exponent(cases: list[dict[str, Any]]) -> float:
    """Return the exponent e of time ~ size**e: a least-squares fit of logarithms."""
    xs = [log(case["size"]) for case in cases]
    ys = [log(case["median_seconds"]) for case in cases]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return covariance / sum((x - x_mean) ** 2 for x in xs)


def _size(case: dict[str, Any]) -> int:
    size: int = case["size"]
    return size


def _draw_line(
    axis: "Axes", line: Line, unit: str, cases: list[dict[str, Any]]
) -> None:
    """Draw a series; the label shows the exponent of its growth."""
    label = line.label.format(**cases[-1])
    axis.plot(
        [case["size"] for case in cases],
        [case["median_seconds"] for case in cases],
        label=rf"{label}: $\propto$ {unit}$^{{{exponent(cases):.1f}}}$",
        color=line.colour,
        marker="o",
        markersize=4,
        linewidth=1.6,
    )


def _label_sizes(axis: "Axes", record: dict[str, Any], lines: list[Line]) -> None:
    """Put ticks at the measured sizes only."""
    series = {line.series for line in lines}
    sizes = sorted({c["size"] for c in record["cases"] if c["series"] in series})
    axis.set_xticks(sizes, [_short(size) for size in sizes])
    axis.minorticks_off()


def _short(size: int) -> str:
    """Return a size such as 250k or 1M; below 10,000 all digits."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:g}M"
    return f"{size / 1_000:g}k" if size >= 10_000 else f"{size:,}"


if __name__ == "__main__":
    sys.exit(main())
