"""``brownclust lookup``: words with their bit strings and the nearest words."""

import sys

import click

from brownclust.text.encodings import UTF8

from .cluster_options import from_option, lenient_option
from .failures import Failure
from .options import backoff_option, existing, number_option, quiet_option
from .progress import Progress
from .text_options import encoding_options

EXAMPLES = """\b
Examples:
  brownclust lookup out said
  brownclust lookup out Obama May-1984 --backoff lowercase --backoff digits
  brownclust lookup out --prefix 0110
  brownclust lookup corpus.classes said --from alexclark
"""


@click.command(
    epilog=EXAMPLES, short_help="Show the clusters of words, and the nearest words."
)
@click.argument("clusters", callback=existing())
@click.argument("word", nargs=-1)
@click.option(
    "--prefix",
    metavar="BITS",
    help="Show the words whose bit string begins with BITS, instead of WORDs; or the "
    "words of the class BITS, if classes have no tree.",
)
@number_option(
    "--nearest",
    default=8,
    help="Number of nearest words; with --prefix, number of words.",
)
@backoff_option
@from_option
@lenient_option
@encoding_options
@quiet_option
def lookup(
    *,
    clusters: str,
    word: tuple[str, ...],
    prefix: str | None,
    nearest: int,
    backoff: tuple[str, ...],
    source_format: str | None,
    lenient: bool,
    encoding: str | None,
    encoding_errors: str,
    quiet: bool,
) -> None:
    """Show each WORD with its bit string, its count and the nearest words.

    Classes without a tree are shown by name, with other words of the class.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in a format
    that convert reads. Words without a cluster are an error, after all others have
    been shown.
    """
    if bool(word) == (prefix is not None):
        raise click.UsageError("lookup needs either WORD or --prefix")
    from brownclust.clusters.backoff import BackOff

    from .inputs import load_clusters

    steps = BackOff(backoff)
    loaded, warnings = load_clusters(
        clusters,
        format=source_format,
        lenient=lenient,
        encoding=encoding or UTF8,
        encoding_errors=encoding_errors,
    )
    with Progress(quiet=quiet) as progress:
        progress.say(*warnings)
    if prefix is not None:
        members = loaded.members(prefix)
        if not members:
            if loaded.is_flat:
                raise Failure(f"no class of {clusters} is {prefix!r}")
            raise Failure(f"no bit string of {clusters} begins with {prefix!r}")
        for member in members[:nearest]:
            _print(loaded[member], member, loaded.count(member))
        return
    missing = []
    for query in word:
        trace = loaded.trace(query, backoff=steps)
        _, form, bit_string = trace[-1]
        if bit_string is None:
            missing.append(query)
            continue
        nearest_words = " ".join(near for near, _, _ in loaded.nearest(form, nearest))
        shown = form if form == query else f"{query} → {form}"
        _print(bit_string, shown, loaded.count(form), nearest_words)
    if missing:
        raise Failure(f"no cluster for {', '.join(missing)}")


def _print(*fields: object) -> None:
    line = "\t".join(map(str, fields)) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
