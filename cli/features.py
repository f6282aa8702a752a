"""``brownclust features``: bit strings as features in files for other taggers."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO

import click

from brownclust._validation import must_be
from brownclust.text.column_format import ColumnFormat

from .cluster_options import from_option
from .failures import Failure
from .options import (
    DASH,
    backoff_option,
    column_of,
    columns_of,
    existing,
    force_option,
    is_given,
    number_option,
    output_option,
    quiet_option,
)
from .progress import Progress, amount
from .text_options import column_format_options

# A copy of those in clusters.features, too slow to import for --help; a test compares.
PRESETS = ("turian", "ark", "all")

EXAMPLES = """\b
Examples:
  brownclust features out train.conll -o train.brown.conll
  brownclust features out dev.conllu --to crfsuite --label xpos -o dev.crfsuite
  brownclust features out train.tsv --label-last -o train.crfpp
  brownclust features out dev.tsv --prefix-lengths 4,8 --backoff lowercase
"""


def _lengths(
    ctx: click.Context, param: click.Parameter, value: str
) -> str | tuple[int, ...]:
    if value in PRESETS:
        return value
    try:
        lengths = tuple(int(part) for part in value.split(","))
    except ValueError:
        lengths = (0,)
    if min(lengths) < 1 or len(set(lengths)) < len(lengths):
        rule = f"different lengths such as 4,6,10 or one of {', '.join(PRESETS)}"
        raise click.UsageError(must_be("--prefix-lengths", rule, value), ctx)
    return lengths


@click.command(
    epilog=EXAMPLES, short_help="Add bit strings as features to the files of a tagger."
)
@click.argument("clusters", callback=existing())
@click.argument("text", default=DASH, callback=existing(folders=False, stdin=True))
@output_option
@click.option(
    "--to",
    "target_format",
    type=click.Choice(["conll", "crfsuite"]),
    default="conll",
    show_default=True,
    help="conll: TEXT with a column added for each prefix and cut. crfsuite: one line "
    "label TAB features per token, with features of its context.",
)
@click.option(
    "--prefix-lengths",
    default="turian",
    show_default=True,
    callback=_lengths,
    metavar="BITS,...",
    help="Bits of each prefix, such as 4,8; or turian (4,6,10,20), ark (2,4,...,16), "
    "all. A bit string that is shorter is used whole, with $ at its end; of classes "
    "without a tree, the only feature is the class.",
)
@number_option(
    "--cut",
    "cuts",
    multiple=True,
    metavar="K",
    help="Roll-up feature: the bit string of the word's cluster when the tree is cut "
    "into K clusters. May be given several times. CLUSTERS must be a model.",
)
@number_option(
    "--context",
    default=2,
    minimum=0,
    help="With --to crfsuite: number of words on each side that also give features.",
)
@click.option(
    "--column",
    callback=column_of,
    metavar="N|NAME",
    help="Column of the token: a number (negative: from the end) or, in CoNLL-U, a "
    "name.  [default: FORM in CoNLL-U, else 1]",
)
@click.option(
    "--label",
    callback=column_of,
    metavar="N|NAME",
    help="With --to crfsuite: column of the label.  [default: UPOS in CoNLL-U, else "
    "-1]",
)
@click.option(
    "--label-last",
    is_flag=True,
    help="Add columns before the last one, which stays the label, as CRF++ and Wapiti "
    "want it.",
)
@click.option(
    "--keep",
    multiple=True,
    callback=columns_of,
    metavar="N|NAME",
    help="With --to crfsuite: another column whose fields are features, with their "
    "context, such as 2[0]=NN for --keep 2. May be given several times.",
)
@column_format_options
@backoff_option
@from_option
@click.option(
    "--unknown",
    metavar="TOKEN",
    help="Value of the features of words that are not found, such as UNK; if it is the "
    "bit string of a cluster, they have the features of that cluster.  [default: _ in "
    "columns; no features with --to crfsuite]",
)
@force_option
@quiet_option
def features(
    *,
    clusters: str,
    text: str,
    output: str | None,
    target_format: str,
    prefix_lengths: str | tuple[int, ...],
    cuts: tuple[int, ...],
    context: int,
    column: int | str | None,
    label: int | str | None,
    label_last: bool,
    keep: tuple[int | str, ...],
    column_format: ColumnFormat,
    backoff: tuple[str, ...],
    source_format: str | None,
    unknown: str | None,
    quiet: bool,
) -> None:
    """Add the bit strings of words as features to TEXT, a file for a tagger.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in a format
    that convert reads. TEXT has one token per line, columns separated by tabs or
    spaces, and blank lines between sentences (CoNLL). CoNLL-U and its relatives are
    recognised by their columns. TEXT can be of any size; it is standard input if it is
    left out or -.
    """
    if output == DASH:
        output = None
    if target_format == "conll" and label is not None:
        raise click.UsageError("--label is for --to crfsuite")
    if target_format == "conll" and keep:
        raise click.UsageError("--keep is for --to crfsuite")
    if target_format == "crfsuite" and label_last:
        raise click.UsageError("--label-last is for --to conll")
    from brownclust._atomic import atomic_write
    from brownclust.clusters.feature_files import (
        write_conll,
        write_crfsuite,
    )
    from brownclust.clusters.features import BrownFeatures
    from brownclust.text.conll import read_conll
    from brownclust.text.files import open_binary

    from .inputs import load_clusters_beside_text

    with Progress(quiet=quiet) as progress:
        loaded = load_clusters_beside_text(
            clusters, source_format, column_format, progress
        )
        if loaded.is_flat and is_given("prefix_lengths"):
            progress.say(
                f"Warning: {clusters}: classes without a tree have no prefixes: the "
                "feature is the class"
            )
    brown_features = BrownFeatures(
        loaded,
        prefix_lengths,
        cuts=cuts,
        context=context if target_format == "crfsuite" else 0,
        backoff=backoff,
        unknown=unknown,
    )
    with ExitStack() as stack:
        source = stack.enter_context(
            open_binary(
                text,
                encoding=column_format.encoding,
                encoding_errors=column_format.encoding_errors,
            )
        )
        file: BinaryIO = sys.stdout.buffer
        if output is not None:
            file = stack.enter_context(atomic_write(output, "wb"))
        name = "<stdin>" if text == DASH else text
        chosen = replace(column_format, word=column)
        sentences = read_conll(source, name, chosen, option="column")
        if target_format == "conll":
            n_tokens = write_conll(
                file, sentences, brown_features, label_last=label_last
            )
        else:
            n_tokens = write_crfsuite(file, sentences, brown_features, label, keep=keep)
        file.flush()  # so that a closed pipe raises here, not at exit
        if not n_tokens:
            raise Failure(f"{name}: expected tokens, got none")
    if output is not None:
        with Progress(quiet=quiet) as progress:
            progress.say(f"{output}: {amount(n_tokens, 'token')}")
