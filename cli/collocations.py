"""``brownclust collocations``: pairs of words that belong together."""

from typing import Any

import click

from brownclust.counting.options import MEASURES

from .options import (
    existing,
    force_option,
    number_option,
    output_option,
    quiet_option,
)
from .progress import Progress, amount
from .tables import tab_separated
from .text_options import resource_options, text_options

EXAMPLES = """\b
Examples:
  brownclust collocations corpus.txt -n 20
  brownclust collocations counts.npz --by pmi --min-pair-count 50
  brownclust collocations corpus.txt --by llr | cut -f 2,3 > phrases.txt
  brownclust cluster corpus.txt --phrases phrases.txt -o out
"""


@click.command(epilog=EXAMPLES, short_help="Find pairs of words that belong together.")
@click.argument(
    "text",
    nargs=-1,
    required=True,
    callback=existing(stdin=True, patterns=True),
)
@number_option("number", "-n", "--number", default=500, help="Number of pairs.")
@click.option(
    "--by",
    "measure",
    type=click.Choice(MEASURES),
    default=MEASURES[0],
    show_default=True,
    help="Score of a pair: its part of the average mutual information, in bits per "
    "bigram, as in wcluster (mi); log-likelihood ratio (llr); pointwise mutual "
    "information, in bits (pmi), high for rare pairs: use --min-pair-count.",
)
@number_option(
    "--min-pair-count",
    default=1,
    help="Leave out pairs that occur fewer than N times.",
)
@output_option
@text_options
@resource_options
@force_option
@quiet_option
def collocations(
    *,
    text: tuple[str, ...],
    number: int,
    measure: str,
    min_pair_count: int,
    output: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Find pairs of adjacent words of TEXT that occur together more than by chance.

    Prints score TAB left word TAB right word TAB count, the highest score first. TEXT
    is text or counts, as for brownclust cluster.

    The pairs can be joined to phrases: --phrases of brownclust count and cluster reads
    a file of them. Look at the list first: the best pairs by mi and llr are also pairs
    such as "of the", which --stopwords removes.
    """
    with Progress(quiet=quiet) as progress:
        from brownclust.counting.collocations import find_collocations

        from .inputs import read_counts

        counts = read_counts(text, options, progress=progress)
        found = find_collocations(
            counts, number, measure=measure, min_count=min_pair_count
        )
        rows = ((f"{c.score:.6g}", c.left, c.right, c.count) for c in found)
        tab_separated(output, rows)
        if output is not None:
            progress.say(f"{output}: {amount(len(found), 'pair')}")
