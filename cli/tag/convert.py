"""``brownclust tag convert``: the tags of a file in another scheme."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from brownclust.text.column_format import ColumnFormat

from ..failures import Failure, usage_errors
from ..options import (
    DASH,
    existing,
    force_option,
    output_option,
    quiet_option,
)
from ..progress import Progress, amount
from .columns import column_options
from .tagged_input import read_sentences

if TYPE_CHECKING:
    from brownclust.text.conll import Sentence

# A copy of what the library has in a module that --help must not import, because it
# imports NumPy; a test compares them.
SCHEMES = (
    "iob1",
    "iob2",
    "ioe1",
    "ioe2",
    "bilou",
    "iobes",
    "bmes",
    "bmewo",
    "types",
)
AUTO = "auto"

EXAMPLES = """\b
Examples:
  brownclust tag convert train.conll --to iobes -o train.iobes.conll
  brownclust tag convert - --from types --to iob2 < stanford.tsv
  brownclust tag convert ner.tsv --tag 4 --to bilou --like PER_b
"""


@click.command(
    epilog=EXAMPLES, short_help="Convert tags of spans, as B-PER, to another scheme."
)
@click.argument("file", default=DASH, callback=existing(folders=False, stdin=True))
@output_option
@click.option(
    "--from",
    "source",
    type=click.Choice((AUTO, *SCHEMES)),
    default=AUTO,
    show_default=True,
    help="Scheme of FILE. auto recognises it by the letters of the tags.",
)
@click.option(
    "--to",
    "scheme",
    type=click.Choice(SCHEMES),
    help="Scheme to write (required): iob2 is also called BIO, iobes BIOES; types are "
    "types without letters, as in PER, PER, O.",
)
@click.option(
    "--like",
    default="B-PER",
    show_default=True,
    metavar="TAG",
    help="How to write tags: as in this tag of the first word of a person's name, such "
    "as b-per, B_PER or PER-B. FILE may have them in any of these forms.",
)
@column_options(tag=True)
@force_option
@quiet_option
def convert(
    *,
    file: str,
    output: str | None,
    source: str,
    scheme: str | None,
    like: str,
    column_format: ColumnFormat,
    tag: int | str | None,
    quiet: bool,
) -> None:
    """Convert the tags of FILE, which has one token per line; - is standard input.

    All else is written as it is. A sequence of tags that the scheme of FILE does not
    allow, such as O before I-PER in iob2, is an error; with --lenient it is read as
    conlleval reads it. Two spans of one type without a token between them, which --to
    types cannot tell apart, are an error too; with --lenient they are joined.
    """
    if scheme is None:  # in one line, unlike the error of Click
        raise click.UsageError(f"--to must be one of {', '.join(SCHEMES)}, got none")
    from brownclust._atomic import atomic_write
    from brownclust.tagger.conversion import convert_checked
    from brownclust.tagger.notation import Notation
    from brownclust.tagger.tagged_text import TaggedText
    from brownclust.text.conll import write_sentence

    with usage_errors():
        notation = Notation.like(like)
    name = "<stdin>" if file == DASH else file
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(quiet=quiet))
        sentences = read_sentences(file, column_format)
        text = TaggedText()
        for sentence in sentences:
            if sentence.words:
                text.append(sentence, sentence.words, tag)
        if not column_format.lenient:
            text.check_empty_tags()
        try:
            found = convert_checked(
                text.tags,
                scheme,
                source=None if source == AUTO else source,
                notation=notation,
                is_lenient=column_format.lenient,
                describe=text.describe,
            )
        except ValueError as error:
            hint = "see --from, --tag and --lenient"
            raise Failure(f"{error} ({hint})") from None
        out: BinaryIO = sys.stdout.buffer
        if output not in (None, DASH):
            out = stack.enter_context(atomic_write(str(output), "wb"))
        each = iter(found.tags)
        for sentence in sentences:
            if not sentence.words:
                write_sentence(out, sentence)
                continue
            values = [[of_token] for of_token in next(each)]
            write_sentence(out, sentence, values, replace=_column(sentence, tag))
        out.flush()  # a closed pipe then raises an error here
    progress.say(
        *(f"Warning: {name}: {warning}" for warning in found.warnings),
        f"{amount(found.n_spans, 'span')} from {found.source or scheme} to {scheme}",
    )


def _column(sentence: "Sentence", tag: int | str | None) -> Any:
    return sentence.layout.label_column if tag is None else tag
