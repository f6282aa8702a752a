"""``brownclust view``: a page that shows clusters in a browser."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from .progress import Progress
from .text_options import encoding_options

if TYPE_CHECKING:
    from brownclust import BrownModel, WordClusters

EXAMPLES = """\b
Examples:
  brownclust view out -o clusters.html
  brownclust view out -o clusters.html -c 50 --title "Brown corpus"
  brownclust view 50mpaths2 -o twitter.html
"""


@click.command(
    epilog=EXAMPLES, short_help="Write a page that shows clusters in a browser."
)
@click.argument("clusters", callback=existing())
@new_output_option("FILE", "The page to write, such as clusters.html.")
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    metavar="K",
    help="Number of clusters that the page shows first; its slider goes to any other. "
    "[default: that of the model]",
)
@click.option("--title", help="Heading of the page.  [default: the name of CLUSTERS]")
@from_option
@lenient_option
@encoding_options
@force_option
@quiet_option
def view(
    *,
    clusters: str,
    output: str,
    n_clusters: int | None,
    title: str | None,
    source_format: str | None,
    lenient: bool,
    encoding: str | None,
    encoding_errors: str,
    quiet: bool,
) -> None:
    """Write a page that shows CLUSTERS in a browser: the tree, and all words.

    The page is one file, which can be opened from disk or sent to others, and loads
    nothing from elsewhere. It has the tree, with a slider for the number of clusters, a
    map of the clusters, and search.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in a format
    that convert reads. Of a text file the order of merges is not known: its tree is cut
    by the length of prefixes. Classes without a tree are listed.
    """
    from brownclust.clusters.viewer import save_html

    loaded, warnings = _load(
        clusters,
        format=source_format,
        lenient=lenient,
        encoding=encoding or UTF8,
        encoding_errors=encoding_errors,
    )
    if title is None:
        title = Path(clusters).resolve().name
    save_html(loaded, output, n_clusters=n_clusters, title=title)
    with Progress(quiet=quiet) as progress:
        size = f"{Path(output).stat().st_size / 1e6:.1f} MB"
        progress.say(*warnings, f"{output}: {size}. Open it in a browser.")


def _load(
    path: str, **options: Any
) -> tuple["BrownModel | WordClusters", Iterable[str]]:
    """Load a model whole, to cut its tree anywhere; else clusters, with warnings."""
    from brownclust._archive import archive_kind
    from brownclust.tree.model import KIND, BrownModel

    from .inputs import load_clusters

    is_model = Path(path).is_dir() or archive_kind(path) == KIND
    if is_model and options["format"] is None:
        return BrownModel.load(path), ()
    return load_clusters(path, **options)
