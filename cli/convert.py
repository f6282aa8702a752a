"""``brownclust convert``: word clusters from one format to another."""

import click

from brownclust.text.encodings import UTF8

from .cluster_options import FORMATS, from_option, lenient_option
from .options import existing, force_option, quiet_option, writable
from .progress import Progress, amount
from .text_options import encoding_options

BINARY = "npz"

FORMATS_AND_EXAMPLES = """\b
Formats:
  paths      bit string TAB word TAB count (wcluster; Stanford's terryKoo;
             ARK's Twitter clusters)
  snips      word TAB bit string (Snips NLU)
  alexclark  word TAB class; no tree (Stanford's alexClark, mkcls, word2vec);
             Clark's weights are not kept
  clustercat word TAB class TAB count; no tree (ClusterCat)
  srilm      class SPACE probability SPACE word; no tree (SRILM)
  jsonl      {"word": "said", "bit_string": "0110", "count": 1204};
             or "class": "17" in place of the bit string
  spacy      word TAB bits as a number, lowest bit first (spaCy 1 and 2)
  word2vec   word and a number per bit, -1 or 1, below a line of sizes
  Fields may also be separated by spaces in all lines.

\b
Examples:
  brownclust convert out words.tsv --to snips
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
    help="Format of OUT.  [default: npz if OUT ends in .npz, else paths, or alexclark "
    "for classes without a tree]",
)
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
    lenient: bool,
    encoding: str | None,
    encoding_errors: str,
    force: bool,
    quiet: bool,
) -> None:
    """Convert the word clusters of IN to another format, and write them to OUT.

    IN is a folder or an npz file that brownclust wrote, or text in one of the formats
    below. OUT is text, or npz, which loads fastest and keeps the order of merges.
    """
    from brownclust.tree.output import prepare_file

    from .inputs import load_clusters

    clusters, warnings = load_clusters(
        source,
        format=source_format,
        lenient=lenient,
        encoding=encoding or UTF8,
        encoding_errors=encoding_errors,
    )
    if format is None and target.endswith(f".{BINARY}"):
        format = BINARY
    elif format is None:
        format = "alexclark" if clusters.is_flat else "paths"
    prepare_file(target, (source,), force=force)
    if format == BINARY:
        clusters.save(target)
    else:
        clusters.export(target, format)
    with Progress(quiet=quiet) as progress:
        words = amount(len(clusters), "word")
        result = f"{target}: {words} in {amount(clusters.n_clusters, 'cluster')}"
        progress.say(*warnings, result)
