"""The look of the figures of all experiments.

Drawn with Matplotlib (the extra `plot`) as SVG on white, legible in a dark page too.
Colours are those of Okabe and Ito, which colour-blind readers can tell apart; lines
have markers besides, one for each colour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.experiments.common.record import RESULTS
from benchmarks.experiments.common.worth import Curves

if TYPE_CHECKING:
    from matplotlib.figure import Figure

IMAGES = Path(__file__).parents[3] / "docs" / "images"

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

_STYLE: dict[Any, Any] = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "brownclust",
}


@contextmanager
def panels(
    n: int, path: Path, *, columns: int = 2, size: tuple[float, float] = (3.8, 3.0)
) -> Iterator[tuple["Figure", list[Any]]]:
    """Give a figure and its `n` panels; it is written as SVG at the end.

    Parameters
    ----------
    n : int
        Number of panels.
    path : Path
        The file, which ends in ``.svg``.
    columns : int, default 2
        Panels beside each other.
    size : pair of float, default (3.8, 3.0)
        Width and height of a panel, in inches.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        raise ImportError(
            "figures need matplotlib: pip install 'brownclust[plot]'"
        ) from None
    mpl.use("agg")
    from matplotlib import pyplot as plt

    with plt.rc_context({**_STYLE, "axes.prop_cycle": _cycle()}):
        columns = min(n, columns)
        rows = -(-n // columns)
        figure, grid = plt.subplots(
            rows,
            columns,
            figsize=(size[0] * columns, size[1] * rows),
            layout="constrained",
            squeeze=False,
        )
        axes = [*grid.flat]
        for unused in axes[n:]:
            unused.set_axis_off()
        yield figure, axes[:n]
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None})
        plt.close(figure)


def figure_path(output: Path) -> Path:
    """Return where the figure of an experiment goes.

    Parameters
    ----------
    output : Path
        Its results, without ending: those in `RESULTS` have their figures in the docs.
    """
    folder = IMAGES if output.parent == RESULTS else output.parent
    return folder / f"{output.name}.svg"


def draw_with_and_without(axis: Any, percent: list[float], curves: Curves) -> None:
    """Draw the mean scores without and with clusters, and their standard deviations.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    percent : list of float
        The parts of the labels.
    curves : Curves
        The scores of all seeds.
    """
    lines = {"no clusters": curves.without, "clusters": curves.with_clusters}
    for i, (label, scores) in enumerate(lines.items()):
        axis.errorbar(
            percent,
            scores.mean(axis=0),
            scores.std(axis=0, ddof=min(1, len(scores) - 1)),
            color=COLOURS[i],
            marker=MARKERS[i],
            capsize=2,
            elinewidth=1,
            label=label,
        )


def _cycle() -> Any:
    from cycler import cycler

    return cycler(color=COLOURS) + cycler(marker=MARKERS)
