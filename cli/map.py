"""``brownclust map``: running text with classes in place of words."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from brownclust.text.encodings import UTF8

from .cluster_options import from_option, offset_option
from .failures import usage_errors
from .options import (
    DASH,
    backoff_option,
    existing,
    force_option,
    number_option,
    output_option,
    quiet_option,
)
from .progress import Progress, amount
from .text_options import encoding_options

if TYPE_CHECKING:
    from brownclust.counting.phrases import Phrases

# A copy, as the original imports too much for --help; a test compares.
STYLES = ("bits", "number", "srilm")

EXAMPLES = """\b
Examples:
  brownclust map out corpus.txt -o corpus.classes
  brownclust map out corpus.txt --as number --unknown '<unk>' | lmplz -o 3
  brownclust map out corpus.txt --join '|' -c 100 -o corpus.factored
  zcat corpus.gz | brownclust map out --backoff lowercase | gzip > classes.gz
"""


@click.command(
    "map", epilog=EXAMPLES, short_help="Replace the words of a text with their classes."
)
@click.argument("clusters", callback=existing())
@click.argument("text", default=DASH, callback=existing(folders=False, stdin=True))
@output_option
@click.option(
    "--as",
    "style",
    type=click.Choice(STYLES),
    default="bits",
    show_default=True,
    help="What to write for a cluster: its bit string; its number, from 0 by order of "
    "bit strings; or the number in a name such as CLASS-00017, as convert --to srilm "
    "writes it. Classes without a tree keep their names.",
)
@click.option(
    "--join",
    metavar="SEP",
    help="Keep the words, and write SEP and the class after each, such as said|0110 "
    "for SEP = |.  [default: only the class]",
)
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    metavar="K",
    help="Cut the tree into K clusters. CLUSTERS must be a model.  [default: all "
    "clusters]",
)
@number_option(
    "--prefix-length",
    metavar="BITS",
    help="Write only the first BITS of each bit string; with --as number or srilm, "
    "number these prefixes. A bit string that is shorter is used whole.",
)
@offset_option
@click.option(
    "--unknown",
    default="_",
    show_default=True,
    metavar="TOKEN",
    help="What to write for a word without a cluster, such as <unk>.",
)
@backoff_option
@from_option
@encoding_options
@force_option
@quiet_option
def map_(
    *,
    clusters: str,
    text: str,
    output: str | None,
    style: str,
    join: str | None,
    n_clusters: int | None,
    prefix_length: int | None,
    offset: int,
    unknown: str,
    backoff: tuple[str, ...],
    source_format: str | None,
    encoding: str | None,
    encoding_errors: str,
    quiet: bool,
) -> None:
    """Write TEXT with the class of each word in its place, for language models.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in a format
    that convert reads. TEXT is running text, words separated by whitespace; standard
    input if it is left out or -. All whitespace stays as it is: the output has the same
    lines, with as many classes as there were words; --phrases of a model count as one.
    TEXT can be of any size, and lines are written as soon as they are read.
    """
    if output == DASH:
        output = None
    from brownclust._atomic import atomic_write
    from brownclust.clusters.class_names import class_names
    from brownclust.clusters.parts import check_token
    from brownclust.clusters.text_mapping import TextMapper
    from brownclust.text.characters import WHITESPACE
    from brownclust.text.column_format import ColumnFormat
    from brownclust.text.files import text_pieces

    from .inputs import load_clusters_beside_text, options_of_model

    for option, token in (("join", join), ("unknown", unknown)):
        with usage_errors():
            check_token(option, token)
    column_format = ColumnFormat(
        encoding=encoding or UTF8, encoding_errors=encoding_errors
    )
    with Progress(quiet=quiet) as progress:
        loaded = load_clusters_beside_text(
            clusters, source_format, column_format, progress
        )
    if n_clusters is not None:
        loaded = loaded.cut(n_clusters)
    phrases = _phrases_of(options_of_model(clusters))
    names = class_names(loaded, style, prefix_length=prefix_length, offset=offset)
    mapper = TextMapper(loaded, names, unknown=unknown, join=join, backoff=backoff)
    n_words = n_unknown = 0
    with ExitStack() as stack:
        pieces = text_pieces(
            text,
            WHITESPACE,
            encoding=column_format.encoding,
            encoding_errors=column_format.encoding_errors,
        )
        stack.callback(pieces.close)
        file: BinaryIO = sys.stdout.buffer
        if output is not None:
            file = stack.enter_context(atomic_write(output, "wb"))
        for block in mapper.blocks(phrases.join_pieces(pieces)):
            file.write(block.text.data)
            file.flush()  # lines of a pipe go on at once
            n_words += block.n_words
            n_unknown += block.n_unknown
    if output is not None:
        with Progress(quiet=quiet) as progress:
            progress.say(
                f"{output}: {amount(n_words, 'word')}, {n_unknown:,} without a cluster"
            )


def _phrases_of(options: dict[str, Any]) -> "Phrases":
    """Return the phrases of a model, as given and as they are in its words.

    Unlike counted text, TEXT is not normalised.
    """
    from brownclust.counting.phrases import Phrases
    from brownclust.text.normalise import apply_steps
    from brownclust.text.text_format import TextFormat

    given = options.get("phrases") or ()
    normalised = [apply_steps(options["normalise"], phrase) for phrase in given]
    return Phrases(TextFormat(phrases=[*given, *normalised] or None))
