"""``brownclust convert``: word clusters from one format to another."""

import click

from .options import existing, force_option, quiet_option, writable
from .progress import Progress, amount

# A copy of tree.formats.FORMATS, too slow to import for --help; a test compares.
FORMATS = ("paths", "snips", "alexclark", "jsonl", "spacy", "word2vec")
BINARY = "npz"

FORMATS_AND_EXAMPLES = """\b
Formats:
  paths      bit string TAB word TAB count (wcluster; Stanford's terryKoo;
             ARK's Twitter clusters)
  snips      word TAB bit string (Snips NLU)
  alexclark  word TAB class number; no tree (Stanford's alexClark)
  jsonl      {"word": "said", "bit_string": "0110", "count": 1204}
  spacy      word TAB bits as a number, lowest bit first (spaCy 1 and 2)
  word2vec   word and a number per bit, -1 or 1, below a line of sizes

\b
Examples:
  brownclust convert out words.tsv --to snips
  brownclust convert 50mpaths2 twitter.npz
  brownclust convert old.paths clean.paths --lenient
"""


@click.command(
    epilog=FORMATS_AND_EXAMPLES,
    short_help="Convert word clusters to the format of another tool.",
)
@click.argument("source", metavar="IN", callback=existing())
@click.argument("target", metavar="OUT", callback=writable())
@click.option(
    "--from",
    "source_format",
    type=click.Choice(FORMATS),
    help="Format of IN, if it is text.  [default: detected]",
)
@click.option(
    "--to",
    "target_format",
    type=click.Choice([*FORMATS, BINARY]),
    help="Format of OUT.  [default: npz if OUT ends in .npz, else paths]",
)
@click.option(
    "--lenient",
    is_flag=True,
    help="Skip lines that cannot be read, and report how many, instead of stopping.",
)
@force_option
@quiet_option
def convert(
    *,
    source: str,
    target: str,
    source_format: str | None,
    target_format: str | None,
    lenient: bool,
    quiet: bool,
) -> None:
    """Convert the word clusters of IN to another format, and write them to OUT.

    IN is a folder or an npz file that brownclust wrote, or text in one of the formats
    below. OUT is text, or npz, which loads fastest and keeps the order of merges.
    """
    from .inputs import load_clusters

    if target_format is None:
        target_format = BINARY if target.endswith(f".{BINARY}") else "paths"
    clusters, warnings = load_clusters(source, format=source_format, lenient=lenient)
    if target_format == BINARY:
        clusters.save(target)
    else:
        clusters.export(target, target_format)
    with Progress(quiet=quiet) as progress:
        words = amount(len(clusters), "word")
        result = f"{target}: {words} in {amount(clusters.n_clusters, 'cluster')}"
        progress.say(*warnings, result)
