"""``brownclust features``: tagged text with features added, for other taggers."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import click

from brownclust._validation import must_be

from .failures import Failure
from .options import (
    DASH,
    backoff_option,
    column_of,
    existing,
    force_option,
    number_option,
    output_option,
    quiet_option,
)
from .progress import Progress, amount

# As features.PRESETS and ALL, which cannot be imported for --help; a test compares.
PRESETS = ("turian", "ark", "all")

EXAMPLES = """\b
Examples:
  brownclust features out train.conll -o train.brown.conll
  brownclust features out train.conllu --to crfsuite --label xpos -o train.crfsuite
  brownclust features out train.tsv --prefix-lengths 4,8 --backoff lowercase | head
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
    epilog=EXAMPLES, short_help="Add bit-string features to text for a tagger."
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
    help="conll: TEXT as it is, every token with a column more for each prefix. "
    "crfsuite: label TAB features, those of the context too.",
)
@click.option(
    "--prefix-lengths",
    default="turian",
    show_default=True,
    callback=_lengths,
    metavar="BITS,...",
    help="Bits of each prefix, or turian (4,6,10,20), ark (2,4,...,16), all. A bit "
    "string that is shorter is taken whole and ends in $.",
)
@number_option(
    "--cut",
    "cuts",
    multiple=True,
    metavar="K",
    help="Roll-up feature: the cluster that a word has when the tree is cut into K; "
    "may be given several times. CLUSTERS must be a model.",
)
@number_option(
    "--context",
    default=2,
    minimum=0,
    help="With crfsuite: how many words to both sides have features too.",
)
@click.option(
    "--column",
    callback=column_of,
    metavar="N|NAME",
    help="Where the token is: a number, below 0 to count from the last, or, in "
    "CoNLL-U, a name.  [default: FORM in CoNLL-U, else 1]",
)
@click.option(
    "--label",
    callback=column_of,
    metavar="N|NAME",
    help="With crfsuite: where the label is.  [default: UPOS in CoNLL-U, else -1]",
)
@backoff_option
@click.option(
    "--unknown",
    metavar="BITS",
    help="Bit string of the cluster for words not found at all.",
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
    backoff: tuple[str, ...],
    unknown: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Add features of words' bit strings to TEXT, which has a token a line.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in any of
    the formats that convert reads. TEXT has columns parted by tabs or spaces and
    blank lines between sentences (CoNLL), or is CoNLL-U, known by its name (.conllu)
    or its first lines; - is standard input. Nothing is kept but a few sentences.
    """
    if output == DASH:
        output = None
    if target_format == "conll" and label is not None:
        raise click.UsageError("--label is for --to crfsuite")
    from brownclust._atomic import atomic_write
    from brownclust.clusters.feature_files import (
        write_conll,
        write_crfsuite,
    )
    from brownclust.clusters.features import BrownFeatures
    from brownclust.text.conll import read_conll
    from brownclust.tree.output import prepare_file

    from .inputs import load_clusters

    known, said = load_clusters(clusters)
    with Progress(quiet=quiet) as progress:
        progress.say(*said)
    made = BrownFeatures(
        known,
        prefix_lengths,
        cuts=cuts,
        context=context if target_format == "crfsuite" else 0,
        backoff=backoff,
        unknown=unknown,
    )
    with ExitStack() as stack:
        source = sys.stdin.buffer
        if text != DASH:
            source = stack.enter_context(Path(text).open("rb"))
        file: BinaryIO = sys.stdout.buffer
        if output is not None:
            prepare_file(output, (text, clusters), force=force)
            file = stack.enter_context(atomic_write(output, "wb"))
        name = "<stdin>" if text == DASH else text
        sentences = read_conll(source, name)
        if target_format == "conll":
            n_tokens = write_conll(file, sentences, made, column)
        else:
            n_tokens = write_crfsuite(file, sentences, made, column, label)
        file.flush()  # while a closed pipe can still be noticed
        if not n_tokens:
            raise Failure(f"{name}: expected tokens, got none")
    if output is not None:
        with Progress(quiet=quiet) as progress:
            progress.say(f"{output}: {amount(n_tokens, 'token')}")
