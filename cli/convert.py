"""``brownclust convert``: word clusters from one tool's format to another's."""

import click

from .options import existing, force_option, quiet_option, writable
from .progress import Progress, amount

# As formats.FORMATS, which cannot be imported for --help; a test compares them.
FORMATS = ("paths", "snips", "alexclark", "jsonl", "spacy", "word2vec")
BINARY = "npz"

EXAMPLES = """\b
Examples:
  brownclust convert out words.tsv --to snips
  brownclust convert 50mpaths2 twitter.npz
  brownclust convert old.paths clean.paths --lenient
"""


@click.command(
    epilog=EXAMPLES, short_help="Turn word clusters into another tool's format."
)
@click.argument("source", metavar="IN", callback=existing())
@click.argument("target", metavar="OUT", callback=writable())
@click.option(
    "--from",
    "source_format",
    type=click.Choice(FORMATS),
    help="Format of IN, if it is text.  [default: guessed]",
)
@click.option(
    "--to",
    "target_format",
    type=click.Choice([*FORMATS, BINARY]),
    help="Format of OUT.  [default: npz if OUT ends so, else paths]",
)
@click.option(
    "--lenient",
    is_flag=True,
    help="Leave out lines that cannot be read, and say how many.",
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
    force: bool,
    quiet: bool,
) -> None:
    """Read the word clusters of IN and write them to OUT.

    IN is a folder that brownclust cluster wrote, a file of ours, or text: paths
    (wcluster, Stanford's terryKoo, ARK's Twitter clusters: bit string TAB word TAB
    count), snips (word TAB bit string), alexclark (word TAB class number), jsonl,
    spacy (word TAB number), or word2vec. OUT is text, or npz, which loads fastest.
    """
    from brownclust.tree.output import prepare_file

    from .inputs import load_clusters

    if target_format is None:
        target_format = BINARY if target.endswith(f".{BINARY}") else "paths"
    clusters, said = load_clusters(source, format=source_format, lenient=lenient)
    prepare_file(target, (source,), force=force)
    if target_format == BINARY:
        clusters.save(target)
    else:
        clusters.export(target, target_format)
    with Progress(quiet=quiet) as progress:
        words = amount(len(clusters), "word")
        done = f"{target}: {words} in {amount(clusters.n_clusters, 'cluster')}"
        progress.say(*said, done)
