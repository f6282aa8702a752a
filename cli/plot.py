"""``brownclust plot``: the top of the tree as a figure."""

from typing import TYPE_CHECKING

import click

from brownclust.text.encodings import UTF8

from .cluster_options import from_option, lenient_option
from .options import (
    existing,
    force_option,
    new_output_option,
    number_option,
    quiet_option,
)
from .progress import Progress, amount
from .text_options import encoding_options

if TYPE_CHECKING:
    from brownclust import BrownModel, WordClusters

LENGTHS = ("depth", "loss")
"""A copy of clusters.plot.LENGTHS, too slow to import for --help; a test compares."""
MAX_LEAVES = 2_000
"""Of a figure, which is then ten metres high."""

EXAMPLES = """\b
Examples:
  brownclust plot out -o tree.png
  brownclust plot out -c 30 --lengths loss -o tree.svg
"""


@click.command(epilog=EXAMPLES, short_help="Plot the top of the tree.")
@click.argument("clusters", callback=existing())
@new_output_option(
    "FILE",
    "File to write: by its name PNG, SVG or PDF. SVG has letters of all scripts, from "
    "the fonts of whoever opens it.",
)
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    maximum=MAX_LEAVES,
    metavar="K",
    help="Number of leaves; of a model any number up to its window.  [default: all "
    "clusters, at most 50]",
)
@click.option(
    "--lengths",
    type=click.Choice(LENGTHS),
    default=LENGTHS[0],
    show_default=True,
    help="What the horizontal axis is: the number of bits, or the average mutual "
    "information that merging what is on the right loses, which needs a model.",
)
@number_option(
    "n_words", "--words", default=8, help="Most frequent words of each cluster."
)
@from_option
@lenient_option
@encoding_options
@force_option
@quiet_option
def plot(
    *,
    clusters: str,
    output: str,
    n_clusters: int | None,
    lengths: str,
    n_words: int,
    source_format: str | None,
    lenient: bool,
    encoding: str | None,
    encoding_errors: str,
    quiet: bool,
) -> None:
    """Plot the top of the tree, with the most frequent words of each cluster.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in a format
    that convert reads. Needs Matplotlib: pip install 'brownclust[plot]'.
    """
    from .figures import check_plot_path, import_pyplot, save_figure

    check_plot_path("--output", output)
    plt = import_pyplot("brownclust plot")
    from brownclust.clusters.plot import LENGTHS, plot_dendrogram

    from .tree_input import load_model, load_tree

    source: BrownModel | WordClusters | None = load_model(clusters)
    warnings: list[str] = []
    if source is None or source_format is not None:
        source, warnings = load_tree(
            clusters,
            n_clusters,
            format=source_format,
            lenient=lenient,
            encoding=encoding or UTF8,
            encoding_errors=encoding_errors,
        )
    # Letters stay letters: whoever opens an SVG may have fonts that are not here.
    style = {"svg.fonttype": "none", "svg.hashsalt": "brownclust"}
    with Progress(quiet=quiet) as progress, plt.rc_context(style):
        progress.say(*warnings)
        plot_dendrogram(
            source,
            n_clusters,
            lengths=LENGTHS[LENGTHS.index(lengths)],
            n_words=n_words,
        )
        missing = save_figure(plt.gcf(), output, bbox_inches="tight")
        progress.say(f"{output}: the top of the tree")
        if missing and not output.endswith(".svg"):
            number = amount(len(missing), "character")
            progress.say(
                f"Note: no installed font has {number}, such as {missing[0]}; "
                "write SVG, or install a font"
            )
