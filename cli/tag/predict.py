"""``brownclust tag predict``: tag text as it is read, in batches."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import click

from brownclust.text.column_format import ColumnFormat

from ..failures import Failure
from ..options import (
    DASH,
    column_of,
    existing,
    force_option,
    is_given,
    number_option,
    option_of,
    output_option,
    quiet_option,
)
from ..progress import Progress, amount
from .columns import column_options, document_option

if TYPE_CHECKING:
    from brownclust.tagger import Tagger
    from brownclust.text.conll import Sentence

    from .certainty import Certainty

Item = TypeVar("Item")

MISC = "MISC"

FOR_COLUMNS = ("names", "word", "replace", "format", "comment", "lenient")
"""Parameters that ``--tokens`` would ignore."""

EXAMPLES = """\b
Examples:
  brownclust tag predict pos.npz text.tsv -o tagged.tsv
  brownclust tag predict pos.npz text.conllu > tagged.conllu
  echo 'Dogs bark .' | brownclust tag predict pos.npz --tokens
"""


@click.command(epilog=EXAMPLES, short_help="Tag text, from a file or in a pipe.")
@click.argument("tagger", callback=existing(folders=False))
@click.argument("text", default=DASH, callback=existing(folders=False, stdin=True))
@output_option
@click.option(
    "--tokens",
    is_flag=True,
    help="TEXT has one sentence per line, its tokens separated by whitespace; the "
    "output has a token and its tag per line, as columns.",
)
@column_options(tag=False)
@document_option
@click.option(
    "--replace",
    callback=column_of,
    metavar="COLUMN",
    help="Write the tags to this column; by default they become a new column.  "
    "[default in CoNLL-U: the tag column of training, or UPOS]",
)
@click.option(
    "--probabilities",
    is_flag=True,
    help="Write the probability of each tag, 0 to 1, to a further column. It needs a "
    "tagger that was trained with --algorithm crf.",
)
@click.option(
    "--margins",
    is_flag=True,
    help="Write how far each tag leads the next best, as a sum of weights, to a "
    "further column. It needs a tagger that was trained with --algorithm perceptron.",
)
@number_option(
    "--batch",
    default=1000,
    help="Number of sentences to read before tagging and writing them; with 1, each is "
    "answered at once. A tagger that was trained with documents reads whole ones.",
)
@force_option
@quiet_option
def predict(
    *,
    tagger: str,
    text: str,
    output: str | None,
    tokens: bool,
    column_format: ColumnFormat,
    document_sentences: int | None,
    replace: int | str | None,
    probabilities: bool,
    margins: bool,
    batch: int,
    quiet: bool,
) -> None:
    """Tag TEXT, which has one token per line; - is standard input.

    Columns are separated by tabs or spaces, sentences by blank lines; or it is CoNLL-U.
    The output is the input with a column of tags. In CoNLL-U, probabilities and margins
    become attributes in MISC, as TagProbability=0.9731.
    """
    if probabilities and margins:
        raise click.UsageError("predict takes --probabilities or --margins, not both")
    if output == DASH:
        output = None
    for name in FOR_COLUMNS:
        if tokens and is_given(name):
            raise click.UsageError(
                f"--tokens cannot be combined with {option_of(name)}"
            )
    from brownclust._atomic import atomic_write
    from brownclust.tagger import Tagger
    from brownclust.tagger.tagged_text import Documents
    from brownclust.text.conll import read_conll
    from brownclust.text.files import open_binary

    from .certainty import certainty_of

    with ExitStack() as stack:
        progress = stack.enter_context(Progress(quiet=quiet))
        stack.enter_context(progress.while_compiling())
        trained = Tagger.load(tagger)
        if tokens and len(trained.columns) > 1:
            needed = ", ".join(trained.columns)
            raise Failure(f"--tokens has only words, but {tagger} needs {needed}")
        certainty = certainty_of(
            trained, tagger, probabilities=probabilities, margins=margins
        )
        file: BinaryIO = sys.stdout.buffer
        if output is not None:
            file = stack.enter_context(atomic_write(output, "wb"))
        source = stack.enter_context(
            open_binary(
                text,
                encoding=column_format.encoding,
                encoding_errors=column_format.encoding_errors,
            )
        )
        name = "<stdin>" if text == DASH else text
        n_tokens = 0
        if tokens:
            line_number = count()

            def document_of(_line: bytes) -> int:
                n = next(line_number)
                return n // document_sentences if document_sentences else 0

            for lines, documents in _batches(trained, source, batch, document_of):
                n_tokens += _tag_lines(trained, certainty, lines, documents, file)
                file.flush()
        else:
            read = read_conll(source, name, column_format, text_hint="--tokens")
            number_of = Documents(document_sentences).number_of
            for sentences, documents in _batches(trained, read, batch, number_of):
                n_tokens += _tag_columns(
                    trained, certainty, sentences, documents, file, replace
                )
                file.flush()  # a closed pipe then raises an error here
        if not n_tokens:
            raise Failure(f"{name}: expected tokens, got none")
    if output is not None:
        progress.say(f"{output}: {amount(n_tokens, 'token')}")


def _batches(
    tagger: "Tagger",
    items: Iterable[Item],
    size: int,
    document_of: Callable[[Item], int],
) -> Iterator[tuple[list[Item], list[int] | None]]:
    """Yield batches of sentences or lines, with the document of each if it matters.

    They have `size` items; if documents matter, at least as many, up to the end of one.
    """
    from brownclust.text.blocks import batches

    if not tagger.uses_documents:
        yield from ((batch, None) for batch in batches(items, size))
        return
    batch: list[Item] = []
    documents: list[int] = []
    for item in items:
        document = document_of(item)
        if len(batch) >= size and document != documents[-1]:
            yield batch, documents
            batch, documents = [], []
        batch.append(item)
        documents.append(document)
    if batch:
        yield batch, documents


def _tag_columns(
    tagger: "Tagger",
    certainty: "Certainty | None",
    sentences: list["Sentence"],
    documents: list[int] | None,
    file: BinaryIO,
    replace: int | str | None,
) -> int:
    """Write sentences with a column of tags; return the number of tokens."""
    from brownclust.tagger.tagged_text import sentence_tokens
    from brownclust.text.conll import write_sentence

    tokens = [sentence_tokens(one, tagger.columns) for one in sentences]
    tags = tagger.predict(tokens, documents)
    texts = None
    if certainty is not None:
        texts = iter(certainty.texts(tokens, documents, tags))
    for sentence, found in zip(sentences, tags, strict=True):
        layout = sentence.layout
        place = replace
        if place is None and layout.is_conllu:
            candidates = (tagger.tag_column_ or "UPOS", "UPOS")
            place = next((name for name in candidates if layout.has(name)), None)
        values = [[tag] for tag in found]
        places = [place]
        if texts is not None:
            of_tokens = next(texts)
            in_misc = layout.is_conllu and layout.has(MISC)
            in_misc = in_misc and str(place).upper() != MISC  # the tags are there
            if in_misc and certainty is not None:
                of_tokens = certainty.in_misc(sentence.column(MISC), of_tokens)
            places.append(MISC if in_misc else None)
            values = [
                [*fields, text] for fields, text in zip(values, of_tokens, strict=True)
            ]
        write_sentence(file, sentence, values, replace=places)
    return sum(map(len, tokens))


def _tag_lines(
    tagger: "Tagger",
    certainty: "Certainty | None",
    lines: list[bytes],
    documents: list[int] | None,
    file: BinaryIO,
) -> int:
    """Write each token of lines with its tag; return the number of tokens."""
    from brownclust.text.characters import decode_word, encode_word

    tokens = [list(map(decode_word, line.split())) for line in lines]
    tags = tagger.predict(tokens, documents)
    texts = [] if certainty is None else [certainty.texts(tokens, documents, tags)]
    for columns in zip(tokens, tags, *texts, strict=True):
        rows = ("\t".join(fields) + "\n" for fields in zip(*columns, strict=True))
        file.write(encode_word("".join(rows) + "\n"))
    return sum(map(len, tokens))
