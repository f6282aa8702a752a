"""``brownclust cut``: another number of clusters from the same tree."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from brownclust.tree.formats.format_table import FORMATS

from .cluster_options import offset_option
from .failures import Failure
from .options import (
    DASH,
    existing,
    force_option,
    number_option,
    output_option,
    quiet_option,
)
from .progress import Progress, amount

if TYPE_CHECKING:
    from brownclust.tree.model import BrownModel

EXAMPLES = """\b
Examples:
  brownclust cut out -c 100 | head
  brownclust cut out -c 100 --to srilm -o classes
  brownclust cut out --full -o full.paths
"""


@click.command(
    epilog=EXAMPLES, short_help="Cut the tree into another number of clusters."
)
@click.argument("model", callback=existing())
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    metavar="K",
    help="Cut the tree into K clusters, at most the window of MODEL. Takes a second "
    "at most, since nothing is clustered again.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Make every word its own leaf, like wcluster --no_prune. Bit strings get "
    "long: gigabytes for large vocabularies.",
)
@click.option(
    "--to",
    "format",
    type=click.Choice(FORMATS),
    default="paths",
    show_default=True,
    help="Format to write, one of those that convert --help describes.",
)
@offset_option
@output_option
@force_option
@quiet_option
def cut(
    *,
    model: str,
    n_clusters: int | None,
    full: bool,
    format: str,
    offset: int,
    output: str | None,
    quiet: bool,
) -> None:
    """Cut the tree of MODEL and write bit string TAB word TAB count, or other formats.

    MODEL is a folder that brownclust cluster wrote, or the model.npz in it.
    """
    if full == (n_clusters is not None):
        raise click.UsageError("cut needs either --clusters or --full")
    if full and format != "paths":
        raise click.UsageError("--full is for --to paths")
    if output == DASH:
        output = None
    from brownclust._atomic import atomic_write
    from brownclust.clusters.word_clusters import WordClusters
    from brownclust.tree.formats import write_table
    from brownclust.tree.tree_files import write_paths

    trained = _load_model(model)
    with ExitStack() as stack:
        file: BinaryIO = sys.stdout.buffer
        if output is not None:
            file = stack.enter_context(atomic_write(output, "wb"))
        if format == "paths":
            write_paths(
                file,
                trained.vocabulary,
                trained.unigram_counts,
                trained.dendrogram,
                n_clusters,
            )
        else:
            clusters = WordClusters.from_model(trained, n_clusters)
            write_table(file, format, clusters.rows(offset))
        file.flush()  # so that a closed pipe raises here, not at exit
    if output is not None:
        words = amount(len(trained.vocabulary), "word")
        with Progress(quiet=quiet) as progress:
            if n_clusters is None:
                progress.say(f"{output}: {words}, each its own leaf")
            else:
                progress.say(f"{output}: {words} in {amount(n_clusters, 'cluster')}")


def _load_model(path: str) -> "BrownModel":
    """Load a model; for word clusters say why they cannot be cut."""
    from brownclust._archive import archive_kind
    from brownclust.clusters.word_clusters import KIND, WordClusters
    from brownclust.tree.model import BrownModel

    kind = archive_kind(path)
    if kind is None and Path(path).is_file():
        got = "text, which has no order of merges"
    elif kind != KIND:
        return BrownModel.load(path)
    elif WordClusters.load(path).is_flat:
        got = "classes without a tree"
    else:
        got = "word clusters, without the losses of the merges"
    raise Failure(f"{path}: expected a model to cut (model.npz), got {got}")
