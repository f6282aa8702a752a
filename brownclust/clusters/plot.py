"""The top of the tree as a plot; the extra ``plot``."""

from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from brownclust._validation import check_choice, check_integer, must_be, needs_extra
from brownclust.clusters.tree_top import Node, TreeTop, tree_top
from brownclust.clusters.word_clusters import WordClusters
from brownclust.text.display import clipped, clipped_middle, printable
from brownclust.tree.model import BrownModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Lengths = Literal["depth", "loss"]
LENGTHS: tuple[Lengths, ...] = ("depth", "loss")

INCHES_PER_LEAF = 0.2
WIDTH = 10.0
_TREE_PART = 0.45
"""Of the width; the rest is for words."""
_MARGINS = 0.6
"""Inches above the first leaf and below the last, for the axis."""
_FONT_SIZE = 8
_POINTS_PER_BIT = 0.6025 * _FONT_SIZE
"""In DejaVu Sans Mono."""
MAX_LEAVES = 50
"""By default; more are legible, but make a long page."""
_MAX_WORD = 16
_MAX_LABEL = 72
_MAX_BITS = 24
_BRANCH = "#0b6e99"
_BITS = "#666666"
_LEADER = "#cccccc"

_FONTS = (
    "DejaVu Sans",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Arial Unicode MS",
    "Unifont",
)
"""Fonts to look for a character in, if they are installed, one after the other."""


def plot_dendrogram(
    clusters: BrownModel | WordClusters,
    n_clusters: int | None = None,
    *,
    lengths: Lengths = "depth",
    n_words: int = 8,
    ax: "Axes | None" = None,
) -> "Axes":
    """Plot the top of the tree, with the most frequent words of each cluster.

    Parameters
    ----------
    clusters : BrownModel or WordClusters
        What to plot; branch lengths by loss need a model.
    n_clusters : int, optional
        Number of leaves; by default all clusters, at most 50.
    lengths : {"depth", "loss"}, default "depth"
        What the horizontal axis is: the number of bits, or the average mutual
        information, in bits per bigram, that is lost by merging what is on the right.
    n_words : int, default 8
        Words per cluster. Long ones are clipped.
    ax : matplotlib.axes.Axes, optional
        Where to plot; a new figure of suitable size by default.

    Returns
    -------
    matplotlib.axes.Axes
        What was plotted on.

    Raises
    ------
    ImportError
        If Matplotlib is not installed.
    TypeError, ValueError
        If there are fewer clusters, these are flat classes, which have no tree, or
        losses are not known.

    Notes
    -----
    A character that no installed font has is drawn as a box, of which Matplotlib warns
    when it draws. Matplotlib before 3.11 draws right-to-left scripts in the order of
    their letters and unconnected; browsers show an SVG with
    ``rcParams["svg.fonttype"] = "none"`` as it should be.
    """
    try:
        import matplotlib  # noqa: F401  # an error comes before the work
    except ImportError:
        raise ImportError(
            needs_extra("plot_dendrogram", "matplotlib", "plot")
        ) from None
    check_choice("lengths", lengths, LENGTHS)
    n_words = check_integer("n_words", n_words, minimum=1)
    words = _loaded(clusters, n_clusters)
    top = tree_top(
        words, min(MAX_LEAVES, words.n_clusters) if n_clusters is None else n_clusters
    )
    depths = _losses(clusters, top) if lengths == "loss" else _n_bits(top)
    axes = _new_axes(len(top.leaves)) if ax is None else ax
    _draw_branches(axes, top, depths)
    _draw_labels(axes, words, top, n_words)
    _style(axes, lengths)
    return axes


def _loaded(
    clusters: BrownModel | WordClusters, n_clusters: int | None
) -> WordClusters:
    """Return clusters; of a model at least as many as are asked for."""
    if isinstance(clusters, BrownModel):
        return WordClusters.from_model(
            clusters, max(clusters.n_clusters, n_clusters or 1)
        )
    if not isinstance(clusters, WordClusters):
        rule = "a BrownModel or WordClusters"
        raise TypeError(must_be("clusters", rule, clusters))
    if clusters.is_flat:
        raise ValueError(must_be("clusters", "a tree, not flat classes", clusters))
    return clusters


# --- Places of nodes ------------------------------------------------------------


def _n_bits(top: TreeTop) -> dict[Node, float]:
    """Return the number of bits of each node."""
    return {node: len(node.bit_string) for node in (*top.inner, *top.leaves)}


def _losses(clusters: BrownModel | WordClusters, top: TreeTop) -> dict[Node, float]:
    """Return minus the information lost below each node: 0 at the leaves."""
    if not isinstance(clusters, BrownModel):
        rule = "'depth' for clusters without the losses of merges: plot a model"
        raise ValueError(must_be("lengths", rule, "loss"))
    lost = {leaf.bit_string: 0.0 for leaf in top.leaves}
    names = list(lost)
    for left, _, distance, _ in clusters.dendrogram.linkage(len(names)).tolist():
        names.append(names[int(left)][:-1])
        lost[names[-1]] = distance
    return {node: -lost[node.bit_string] for node in (*top.inner, *top.leaves)}


def _heights(top: TreeTop) -> dict[Node, float]:
    """Return the line of each leaf, and the middle between the children of others."""
    heights = {leaf: float(line) for line, leaf in enumerate(top.leaves)}
    for node, children in _children(top).items():
        heights[node] = sum(heights[child] for child in children) / len(children)
    return heights


def _children(top: TreeTop) -> dict[Node, list[Node]]:
    """Return the children of each inner node; those of the lowest come first."""
    at = {node.start: node for node in top.leaves}
    children = {}
    for node in reversed(top.inner):
        start, found = node.start, []
        while start < node.stop:
            found.append(at[start])
            start = at[start].stop
        children[node] = found
        at[node.start] = node
    return children


# --- Drawing --------------------------------------------------------------------


def _new_axes(n_leaves: int) -> "Axes":
    """Return the axes of a new figure, with space for words on the right."""
    from matplotlib import pyplot as plt

    figure = plt.figure(figsize=figure_size(n_leaves))
    return tree_axes(figure)


def figure_size(n_leaves: int) -> tuple[float, float]:
    """Return the width and height, in inches, of a figure for so many leaves."""
    return WIDTH, INCHES_PER_LEAF * n_leaves + _MARGINS


def tree_axes(figure: "Figure") -> "Axes":
    """Return new axes on the left of a figure, with space for words on the right."""
    bottom = 0.75 * _MARGINS / figure.get_figheight()
    top = 1 - 0.25 * _MARGINS / figure.get_figheight()
    return figure.add_axes((0.02, bottom, _TREE_PART, top - bottom))


def _draw_branches(axes: "Axes", top: TreeTop, depths: dict[Node, float]) -> None:
    from matplotlib.collections import LineCollection

    heights = _heights(top)
    end = max(depths.values())
    lines = []
    for node, children in _children(top).items():
        x, ys = depths[node], [heights[child] for child in children]
        lines.append([(x, min(ys)), (x, max(ys))])
        lines += [
            [(x, heights[child]), (depths[child], heights[child])] for child in children
        ]
    leaders = [
        [(depths[leaf], heights[leaf]), (end, heights[leaf])] for leaf in top.leaves
    ]
    axes.add_collection(LineCollection(leaders, colors=_LEADER, linewidths=0.6))
    axes.add_collection(
        LineCollection(lines, colors=_BRANCH, linewidths=1.2, capstyle="projecting")
    )
    start = min(depths.values())
    if start == end:  # a single cluster
        end += 1
    axes.set_xlim(start - 0.02 * (end - start), end)
    axes.set_ylim(len(top.leaves) - 0.5, -0.5)


def _draw_labels(axes: "Axes", clusters: WordClusters, top: TreeTop, n: int) -> None:
    """Write the bit string and the words of each leaf on the right of the axes."""
    bits = [clipped_middle(leaf.bit_string, _MAX_BITS) for leaf in top.leaves]
    gap = 6 + _POINTS_PER_BIT * max(map(len, bits)) + 6
    for line, (leaf, bit_string) in enumerate(zip(top.leaves, bits, strict=True)):
        ranks = clusters.ranks_between(leaf.start, leaf.stop)
        words = islice(map(printable, clusters.words_of(ranks)), n)
        label = clipped(
            " ".join(clipped(word, _MAX_WORD) for word in words), _MAX_LABEL
        )
        _write(axes, bit_string, line, 6, family="monospace", color=_BITS)
        fonts = None if label.isascii() else _installed_fonts()
        _write(axes, label, line, gap, family=fonts)


def _write(axes: "Axes", text: str, line: int, offset: float, **style: Any) -> None:
    """Write text on a line on the right of the axes, so many points away."""
    axes.annotate(
        text,
        (1, line),
        xycoords=axes.get_yaxis_transform(),
        xytext=(offset, 0),
        textcoords="offset points",
        va="center",
        fontsize=_FONT_SIZE,
        annotation_clip=False,
        parse_math=False,  # a word can have dollars
        usetex=False,
        **style,
    )


def _installed_fonts() -> list[str]:
    """Return the user's fonts, then those that have other scripts."""
    from matplotlib import font_manager, rcParams

    installed = set(font_manager.get_font_names())
    return [*rcParams["font.family"], *(f for f in _FONTS if f in installed)]


def _style(axes: "Axes", lengths: Lengths) -> None:
    """Remove all but the horizontal axis, and say what it is."""
    from matplotlib.ticker import MaxNLocator

    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_yticks([])
    axes.tick_params(labelsize=_FONT_SIZE, colors=_BITS)
    axes.spines["bottom"].set_color(_BITS)
    if lengths == "depth":
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        label = "bits"
    else:
        axes.xaxis.set_major_formatter(lambda x, _: f"{-x:g}" if x else "0")
        label = "mutual information lost by merging, bits per bigram"
    axes.set_xlabel(label, fontsize=_FONT_SIZE, color=_BITS)
