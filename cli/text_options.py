"""Options of the commands that count text: what to read, and how to count it."""

import os
import re
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import click

from brownclust._threads import MAX_THREADS
from brownclust._validation import must_be
from brownclust.counting.options import BOUNDARIES, MAX_SKIP_GRAMS, MIN_MEMORY
from brownclust.text.characters import ENCODING_ERRORS
from brownclust.text.column_format import COLUMN_FORMATS, ColumnFormat
from brownclust.text.encodings import UTF8, check_encoding
from brownclust.text.input_formats import FORMATS

from .failures import usage_errors
from .options import Command, existing, number_option, steps_of, typed_name

if TYPE_CHECKING:
    from brownclust import BrownModel


def text_options(command: Command) -> Command:
    """Add the options for reading and counting text."""
    for decorate in reversed(
        (
            click.option(
                "--boundary",
                type=click.Choice(BOUNDARIES),
                default="break",
                show_default=True,
                help="What a line end is: the end of a sentence, which no bigram "
                "crosses (break); whitespace, as in wcluster (ignore); a neighbour "
                "itself (mark).",
            ),
            number_option(
                "--min-count",
                default=1,
                help="Remove words that occur fewer than N times. The neighbours of a "
                "removed word do not become neighbours of each other. N = 2 removes "
                "nearly half of the vocabulary, and saves a quarter of the time.",
            ),
            number_option(
                "--max-vocabulary",
                help="Keep only the N most frequent words.  [default: all]",
            ),
            click.option(
                "--vocabulary",
                callback=existing(folders=False),
                metavar="FILE",
                help="Keep only the words in FILE, one per line.  [default: all]",
            ),
            stopwords_option,
            click.option(
                "--normalise",
                multiple=True,
                callback=steps_of,
                metavar="STEP",
                help="Change every word before counting: lowercase (any script), "
                "digits (every digit becomes 0), nfc (Unicode composition), urls (a "
                "web address becomes <url>, or WORD with urls=WORD), users (an @name "
                "becomes <user>, or WORD with users=WORD). May be given several times: "
                "each step changes the result of the one before.  [default: nothing]",
            ),
            click.option(
                "--phrases",
                callback=existing(folders=False),
                metavar="FILE",
                help="Join the words of phrases to one: New York becomes New_York. "
                "FILE has one phrase per line, its words separated by spaces; it is "
                "normalised like the text. The longest phrase is joined first, and "
                "none across a line end. brownclust collocations finds candidates.  "
                "[default: none]",
            ),
            encoding_options,
            format_options,
            id_options,
            number_option(
                "--skip-grams",
                default=1,
                maximum=MAX_SKIP_GRAMS,
                help="Count words up to N apart as neighbours, not only adjacent ones; "
                f"at most {MAX_SKIP_GRAMS}. If N > 1, the count of a word is the "
                "number of pairs it is in.",
            ),
            click.option(
                "--pairs",
                is_flag=True,
                help="TEXT is a table of pairs, such as those of a dependency parser: "
                "one line left TAB right TAB count per pair.",
            ),
        )
    ):
        command = decorate(command)
    return command


def text_options_of(model: "BrownModel") -> dict[str, Any]:
    """Return the options that the text of a model was counted with.

    More text is counted in the same way. Which words were removed does not matter.
    """
    return {
        "boundary": model.class_counts.boundary,
        "normalise": model.origin.normalise,
        "phrases": model.origin.phrases or None,
        "skip_grams": model.origin.skip_grams,
        "pairs": model.origin.from_pairs,
    }


def stopwords_option(command: Command) -> Command:
    """Add ``--stopwords``."""
    return click.option(
        "--stopwords",
        callback=existing(folders=False),
        metavar="FILE",
        help="Remove the words in FILE, one per line.  [default: none]",
    )(command)


def encoding_options(command: Command) -> Command:
    """Add ``--encoding``, which is None if it is not given, and ``--encoding-errors``.

    Not given, rather than the default: a checkpoint of an older version can be resumed.
    """
    for decorate in (
        click.option(
            "--encoding-errors",
            type=click.Choice(ENCODING_ERRORS),
            default="strict",
            show_default=True,
            help="What to do with bytes that are not of the encoding: stop and report "
            "where they are (strict), keep them (surrogateescape), replace them with "
            "U+FFFD (replace), or drop them (ignore).",
        ),
        click.option(
            "--encoding",
            callback=_encoding,
            metavar="NAME",
            help="Encoding of all text that is read, such as latin-1, cp1252, utf-16 "
            "or gb18030. Files beside the text, such as lists of words, may also be "
            "UTF-8. Output is always UTF-8.  [default: utf-8]",
        ),
    ):
        command = decorate(command)
    return command


def _encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    with usage_errors():
        return check_encoding(typed_name(param), value)


def format_options(command: Command) -> Command:
    """Add ``--format``, ``--field``, ``--comment`` and ``--lenient``."""
    for decorate in (
        lenient_option,
        comment_option,
        click.option(
            "--field",
            "--column",
            "field",
            metavar="NAME",
            help="Where the text is: in CoNLL, the column of tokens, by number or name "
            "(by default FORM, WORD or TOKEN, else 1); in JSON lines, a field with a "
            "text or a list of tokens (by default text); in Parquet and Arrow files, a "
            "column with texts, tokens or ids (by default the only one).",
        ),
        click.option(
            "--format",
            type=click.Choice(FORMATS),
            default="text",
            show_default=True,
            help="Format of TEXT: plain text; CoNLL, one token per line (conll "
            "recognises CoNLL-U and its relatives; conllu need not be named; columns "
            "recognises nothing, every line is a token); JSON lines; Parquet or Arrow "
            "files (arrow need not be named).",
        ),
    ):
        command = decorate(command)
    return command


def id_options(command: Command) -> Command:
    """Add ``--dtype`` and ``--separator``, for corpora of integers."""
    for decorate in (
        click.option(
            "--separator",
            callback=_integer,
            metavar="ID",
            help="In a corpus of integers, what ends a line and is not counted, such "
            "as the end of a text, or padding.  [default: none]",
        ),
        click.option(
            "--dtype",
            callback=_dtype,
            metavar="TYPE",
            help="TEXT is raw integers of this type, such as uint16, and nothing else. "
            "NumPy arrays (.npy), Parquet and Arrow files are recognised.",
        ),
    ):
        command = decorate(command)
    return command


def _integer(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    if not re.fullmatch(r"-?\d{1,19}", value, re.ASCII):
        rule = "an integer of at most 19 digits"
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
    return int(value)


def _dtype(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    from brownclust.text.id_files import check_dtype

    with usage_errors():
        check_dtype(typed_name(param), value)
    return value


def comment_option(command: Command) -> Command:
    """Add ``--comment``."""
    return click.option(
        "--comment",
        metavar="PREFIX",
        help="In CoNLL, every line that begins with PREFIX is a comment, also between "
        "tokens.  [default: comments are recognised]",
    )(command)


def lenient_option(command: Command) -> Command:
    """Add ``--lenient``."""
    return click.option(
        "--lenient",
        is_flag=True,
        help="In CoNLL, leave out sentences that cannot be read, such as those whose "
        "lines differ in their number of columns, and report how many.",
    )(command)


def column_format_options(command: Command) -> Command:
    """Add ``--format`` and others for files of columns; they become `column_format`.

    The command gets one parameter `column_format`, a `ColumnFormat` without the names
    and the word column, which `dataclasses.replace` can add.
    """

    @wraps(command)
    def with_column_format(**options: Any) -> Any:
        keywords = {name: options.pop(name) for name in _COLUMN_FORMAT_OPTIONS}
        keywords["encoding"] = keywords["encoding"] or UTF8
        with usage_errors():
            column_format = ColumnFormat(**keywords)
        return command(column_format=column_format, **options)

    decorated: Any = with_column_format
    for decorate in (
        lenient_option,
        encoding_options,
        comment_option,
        click.option(
            "--format",
            type=click.Choice(COLUMN_FORMATS),
            default="conll",
            show_default=True,
            help="conll: recognise CoNLL-U, CoNLL-X, CoNLL-2009, CoNLL-2012, comments "
            "and the starts of documents. conllu: read as CoNLL-U. columns: recognise "
            "nothing; every line is a token.",
        ),
    ):
        decorated = decorate(decorated)
    return cast(Command, decorated)


_COLUMN_FORMAT_OPTIONS = (
    "format",
    "comment",
    "encoding",
    "encoding_errors",
    "lenient",
)


def resource_options(command: Command) -> Command:
    """Add the options for the cost of counting, which do not change the counts."""
    for decorate in (
        click.option(
            "--temp-dir",
            "temp_directory",
            callback=_folder,
            metavar="DIR",
            help="Folder for the temporary files of --memory. None are left, even "
            "after a crash.  [default: the system's temporary folder]",
        ),
        click.option(
            "--memory",
            callback=_bytes,
            metavar="SIZE",
            help="Limit on the memory for counting, such as 500M or 2G. At least 256M, "
            "and 16M more for each thread after the first, and 8M more for each thread "
            "and unit of --skip-grams above 1. Pairs that do not fit go to disk, 16 "
            "bytes each, and are merged at the end; the counts are the same.  "
            "[default: no limit]",
        ),
        number_option(
            "--threads",
            default=1,
            maximum=MAX_THREADS,
            help="Number of threads; no more are started than this process may use "
            "cores. They do not change the result.",
        ),
    ):
        command = decorate(command)
    return command


def _folder(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    if value is not None and not os.path.isdir(value):  # noqa: PTH112
        raise click.UsageError(must_be(typed_name(param), "a folder", value), ctx)
    return value


_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_MAX_MEMORY = 1 << 60
_SIZE = re.compile(
    r"(\d{1,30}(?:\.\d{1,18})?)([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII
)


def _bytes(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    match = _SIZE.fullmatch(value.strip())
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if not MIN_MEMORY <= size <= _MAX_MEMORY:
        rule = (
            f"a size such as 500M or 2G, from {MIN_MEMORY >> 20}M to "
            f"{_MAX_MEMORY >> 40}T"
        )
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
    return size
