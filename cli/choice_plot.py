"""The plot of ``brownclust choose-k``."""

from typing import TYPE_CHECKING

from .figures import import_pyplot, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from brownclust.tree.judging import Choice

GREY = "#666666"
GREEDY = "#0b6e99"
REFINED = "#c05621"


def draw(choice: "Choice", path: str) -> None:
    """Draw AMI, and below it perplexity if it is known, against numbers of clusters.

    Parameters
    ----------
    choice : Choice
        What to draw.
    path : str
        The file to write; the end of its name is the format.
    """
    plt = import_pyplot("--plot")
    has_text = choice.best() is not None
    style = {
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "svg.hashsalt": "brownclust",
    }
    with plt.rc_context(style):
        figure, axes = plt.subplots(
            1 + has_text,
            1,
            figsize=(6.4, 3.2 * (1 + has_text)),
            squeeze=False,
        )
        _draw_ami(axes[0, 0], choice)
        if has_text:
            _draw_perplexity(axes[1, 0], choice)
        for axis in axes[:, 0]:
            axis.set_xlabel("clusters")
        figure.tight_layout()
        save_figure(figure, path)


def _draw_ami(axis: "Axes", choice: "Choice") -> None:
    ami = choice.ami_by_n_clusters
    axis.plot(range(1, ami.size + 1), ami, color=GREEDY, label="cuts of one tree")
    axis.plot([1, ami.size], ami[[0, -1]], color=GREY, linestyle=":", label="average")
    refined = {
        candidate.n_clusters: candidate.refined_ami
        for candidate in choice.candidates
        if candidate.refined_ami is not None
    }
    if refined:
        values = [*refined.values()]
        axis.plot([*refined], values, color=REFINED, marker=".", label="refined")
    axis.plot(choice.knee, ami[choice.knee - 1], "o", color=GREEDY, fillstyle="none")
    axis.annotate(
        f"knee: {choice.knee:,}",
        (choice.knee, ami[choice.knee - 1]),
        xytext=(8, -14),
        textcoords="offset points",
        color=GREEDY,
    )
    axis.set_ylim(top=1.2 * axis.get_ylim()[1])  # space for the legend
    axis.xaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    axis.set_ylabel("AMI, bits per bigram")
    axis.legend(loc="upper left", ncols=3, frameon=False, labelcolor="linecolor")


def _draw_perplexity(axis: "Axes", choice: "Choice") -> None:
    for refined, colour, offset in ((False, GREEDY, 10), (True, REFINED, -18)):
        values = {
            candidate.n_clusters: perplexity
            for candidate in choice.candidates
            if (perplexity := candidate.perplexity_of(refined=refined)) is not None
        }
        best = choice.best(refined=refined)
        if best is None:
            continue
        axis.plot([*values], [*values.values()], color=colour, marker=".")
        least = best.n_clusters, values[best.n_clusters]
        axis.plot(*least, "o", color=colour, fillstyle="none")
        axis.annotate(
            f"least: {best.n_clusters:,}",
            least,
            xytext=(0, offset),
            textcoords="offset points",
            ha="center",
            color=colour,
        )
    numbers = [candidate.n_clusters for candidate in choice.candidates]
    axis.set_xscale("log")
    axis.set_xticks(numbers, [f"{number:,}" for number in numbers])
    axis.minorticks_off()
    axis.margins(y=0.15)
    axis.set_ylabel("perplexity of held-out text")
