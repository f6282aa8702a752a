"""``brownclust convert``: word clusters from one format to another."""

from pathlib import Path

import click

from brownclust.text.encodings import UTF8
from brownclust.tree.formats.format_table import FORMAT_TABLE, FORMATS

from .cluster_options import (
    formats_help,
    from_option,
    lenient_option,
    offset_option,
)
from .options import existing, force_option, quiet_option, writable
from .progress import Progress, amount
from .text_options import encoding_options

BINARY = "npz"

SUFFIXES = {f.suffix: name for name, f in FORMAT_TABLE.items() if f.suffix}
SUFFIXES[".npz"] = BINARY

FORMATS_AND_EXAMPLES = f"""\
{formats_help()}
  Fields may also be separated by spaces in all lines.

\b
Examples:
  brownclust convert out words.csv
  brownclust convert out words.tsv --to snips
  brownclust convert out train.vcb.classes --to mkcls
  brownclust convert 50mpaths2 twitter.npz
  brownclust convert old.paths clean.paths --lenient
  brownclust convert corpus.classes classes.npz --from alexclark
"""


@click.command(
    epilog=FORMATS_AND_EXAMPLES,
    short_help="Convert word clusters to the format of another tool.",
)
@click.argument("source", metavar="IN", callback=existing())
@click.argument("target", metavar="OUT", callback=writable())
@from_option
@click.option(
    "--to",
    "format",
    type=click.Choice([*FORMATS, BINARY]),
    help="Format of OUT.  [default: by its name, if it ends in "
    f"{', '.join(SUFFIXES)}; else paths, or alexclark for classes without a tree]",
)
@offset_option
@lenient_option
@encoding_options
@force_option
@quiet_option
def convert(
    *,
    source: str,
    target: str,
    source_format: str | None,
    format: str | None,
    offset: int,
    lenient: bool,
    encoding: str | None,
    encoding_errors: str,
    quiet: bool,
) -> None:
    """Convert the word clusters of IN to another format, and write them to OUT.

    IN is a folder or an npz file that brownclust wrote, or text in one of the formats
    below. OUT is text, or npz, which loads fastest and keeps the order of merges.
    """
    from .inputs import load_clusters

    clusters, warnings = load_clusters(
        source,
        format=source_format,
        lenient=lenient,
        encoding=encoding or UTF8,
        encoding_errors=encoding_errors,
    )
    if format is None:
        default = "alexclark" if clusters.is_flat else "paths"
        format = SUFFIXES.get(Path(target).suffix, default)
    if format == BINARY:
        if offset:
            raise click.UsageError("--offset is for text, not for npz")
        clusters.save(target)
    else:
        clusters.export(target, format, offset=offset)
    with Progress(quiet=quiet) as progress:
        words = amount(len(clusters), "word")
        result = f"{target}: {words} in {amount(clusters.n_clusters, 'cluster')}"
        progress.say(*warnings, result)
