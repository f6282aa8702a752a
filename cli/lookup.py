"""``brownclust lookup``: words, their bit strings and their neighbours."""

import sys

import click

from .failures import Failure
from .options import backoff_option, existing, number_option, quiet_option
from .progress import Progress

EXAMPLES = """\b
Examples:
  brownclust lookup out said
  brownclust lookup out Obama May-1984 --backoff lowercase --backoff digits
  brownclust lookup out --prefix 0110
"""


@click.command(epilog=EXAMPLES, short_help="Show words, their clusters and neighbours.")
@click.argument("clusters", callback=existing())
@click.argument("word", nargs=-1)
@click.option(
    "--prefix",
    metavar="BITS",
    help="Show the words whose bit string begins so, instead of WORD's.",
)
@number_option(
    "--nearest",
    default=8,
    help="How many neighbours, or with --prefix how many words.",
)
@backoff_option
@quiet_option
def lookup(
    *,
    clusters: str,
    word: tuple[str, ...],
    prefix: str | None,
    nearest: int,
    backoff: tuple[str, ...],
    quiet: bool,
) -> None:
    """Show each WORD with its bit string, its count and the words nearest to it.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in any of
    the formats that convert reads. Words without a cluster are an error, but all
    others are shown.
    """
    if bool(word) == (prefix is not None):
        raise click.UsageError("lookup needs either WORD or --prefix")
    from brownclust.clusters.backoff import BackOff

    from .inputs import load_clusters

    steps = BackOff(backoff)
    known, said = load_clusters(clusters)
    with Progress(quiet=quiet) as progress:
        progress.say(*said)
    if prefix is not None:
        members = known.members(prefix)
        if not members:
            raise Failure(f"no bit string of {clusters} begins with {prefix!r}")
        for member in members[:nearest]:
            _print(known[member], member, known.count(member))
        return
    missing = []
    for asked in word:
        trace = known.trace(asked, backoff=steps)
        _, form, bit_string = trace[-1]
        if bit_string is None:
            missing.append(asked)
            continue
        neighbours = " ".join(near for near, _, _ in known.nearest(form, nearest))
        how = "" if form == asked else f"{asked} → "
        _print(bit_string, how + form, known.count(form), neighbours)
    if missing:
        raise Failure(f"no cluster for {', '.join(missing)}")


def _print(*fields: object) -> None:
    line = "\t".join(map(str, fields)) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
