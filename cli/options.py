"""Options and arguments that several commands take."""

import glob
import os
import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from brownclust._validation import must_be
from brownclust.counting.options import MIN_MEMORY
from brownclust.text.characters import ENCODING_ERRORS

Command = TypeVar("Command", bound=Callable[..., Any])
Callback = Callable[[click.Context, click.Parameter, Any], Any]
DASH = "-"  # standard input, standard output


def at_least(minimum: int, *, word: str | None = None) -> Callback:
    """Check an integer with a lower bound, and perhaps a word in place of one."""

    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if isinstance(value, tuple):  # of an option that may be given several times
            return tuple(check(ctx, param, one) for one in value)
        if value is None or value == word:
            return value
        try:
            number = int(value)
        except ValueError:
            number = minimum - 1
        if number < minimum:
            rule = f"an integer of at least {minimum}"
            if word is not None:
                rule += f", or {word!r}"
            raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
        return number

    return check


def number_option(
    *names: str,
    help: str,
    minimum: int = 1,
    default: int | None = None,
    metavar: str = "N",
    multiple: bool = False,
) -> Callable[[Command], Command]:
    """Return a decorator that adds an option for an integer with a lower bound."""
    return click.option(
        *names,
        callback=at_least(minimum),
        default=None if default is None else str(default),
        show_default=default is not None,
        metavar=metavar,
        multiple=multiple,
        help=help,
    )


def column_of(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> int | str | None:
    """Check the number or the name of a column of a CoNLL-like file."""
    if value is None:
        return None
    from brownclust.text.column_layout import check_column

    try:
        column: int | str = int(value)
    except ValueError:
        column = value
    try:
        check_column(typed_name(param), column)
    except ValueError as error:
        raise click.UsageError(str(error), ctx) from None
    return column


def existing(
    *, folders: bool = True, stdin: bool = False, patterns: bool = False
) -> Callback:
    """Check that a path, or each of several, exists.

    Or else, if they may be, is standard input or a pattern that matches a file.
    """
    rule = "an existing file" + (" or folder" if folders else "")

    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if ctx.params.get("resume"):  # what was counted may be gone
            return value
        for path in value if isinstance(value, tuple) else (value,):
            if path is None or (stdin and path == DASH):
                continue
            is_folder = os.path.isdir(path)  # noqa: PTH112
            is_there = os.path.exists(path)  # noqa: PTH110
            if not is_there and patterns and glob.has_magic(path):
                _check_pattern(ctx, param, path)
            elif not is_there or (is_folder and not folders):
                raise click.UsageError(must_be(typed_name(param), rule, path), ctx)
        return value

    return check


def _check_pattern(ctx: click.Context, param: click.Parameter, pattern: str) -> None:
    from brownclust.text.files import matching_files

    if not matching_files(pattern):
        rule = "a pattern that matches a file"
        raise click.UsageError(must_be(typed_name(param), rule, pattern), ctx)


def writable(*, stdout: bool = False) -> Callback:
    """Check that the name of an output is one, or perhaps standard output."""

    def check(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
        if value == "" or (value == DASH and not stdout):
            raise click.UsageError(must_be(typed_name(param), "a path", value), ctx)
        return value

    return check


def typed_name(param: click.Parameter) -> str:
    """Return the option in its long form, or the argument as ``--help`` shows it."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.metavar or (param.name or "").upper()


def is_given(name: str) -> bool:
    """Whether a parameter of the command was typed."""
    source = click.get_current_context().get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def option_of(name: str) -> str:
    """Return what a parameter of the command is typed as."""
    params = click.get_current_context().command.params
    return typed_name(next(param for param in params if param.name == name))


def text_options(command: Command) -> Command:
    """Add everything that says how to read and count text."""
    for decorate in reversed(
        (
            click.option(
                "--boundary",
                type=click.Choice(["break", "ignore", "mark"]),
                default="break",
                show_default=True,
                help="What the end of a line does: parts words (break), nothing, as in "
                "wcluster (ignore), or parts words and is a neighbour itself (mark).",
            ),
            number_option(
                "--min-count",
                default=1,
                help="Leave out words seen less than N times. They leave a gap: their "
                "neighbours do not become each other's. At 2, nearly half of all words "
                "go, and a quarter of the time.",
            ),
            number_option(
                "--max-vocabulary",
                help="Keep only the N most frequent words.",
            ),
            click.option(
                "--vocabulary",
                callback=existing(folders=False),
                metavar="FILE",
                help="Keep only the words in FILE, one a line.",
            ),
            stopwords_option,
            normalise_option,
            encoding_option,
            format_options,
            number_option(
                "--skip-grams",
                default=1,
                help="Count words up to N apart as neighbours, not only those side by "
                "side. With more than 1, the count of a word is that of its pairs.",
            ),
            click.option(
                "--pairs",
                is_flag=True,
                help="TEXT is a table of counts, left TAB right TAB count a line, "
                "such as dependency pairs or skip-grams.",
            ),
        )
    ):
        command = decorate(command)
    return command


def counting_options(command: Command) -> Command:
    """Add what changes the cost of counting, not the counts."""
    for decorate in (
        click.option(
            "--temp-dir",
            "temp_directory",
            callback=_folder,
            metavar="DIR",
            help="Where to put what --memory has no room for; by default where the "
            "system has temporary files. Gone at the end, however it comes.",
        ),
        click.option(
            "--memory",
            callback=_bytes,
            metavar="SIZE",
            help="Memory that counting may take, such as 500M or 2G, 256M at least. "
            "Pairs for which there is no room go to disk (16 bytes each time one is "
            "new there) and are merged at the end, to the same counts.",
        ),
        number_option(
            "--threads",
            default=1,
            help="Threads to use. They change the time, not the result.",
        ),
    ):
        command = decorate(command)
    return command


def _folder(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    if value is not None and not os.path.isdir(value):  # noqa: PTH112
        raise click.UsageError(must_be(typed_name(param), "a folder", value), ctx)
    return value


_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(
    r"(\d{1,18}(?:\.\d{1,18})?)([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII
)


def _bytes(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    match = _SIZE.fullmatch(value.strip())
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if size < MIN_MEMORY:
        rule = f"a size such as 500M or 2G, at least {MIN_MEMORY >> 20}M"
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
    return size


def encoding_option(command: Command) -> Command:
    """Add ``--encoding-errors``."""
    return click.option(
        "--encoding-errors",
        type=click.Choice(ENCODING_ERRORS),
        default="strict",
        show_default=True,
        help="What to do with bytes that are not UTF-8: stop and say where "
        "(strict), keep them (surrogateescape), put U+FFFD (replace), drop "
        "them (ignore).",
    )(command)


def format_options(command: Command) -> Command:
    """Add ``--format`` and ``--field``."""
    for decorate in (
        click.option(
            "--field",
            metavar="NAME",
            help="Where the text is: with conll the column of tokens, by number or "
            "name (FORM, or else the first, by default); with jsonl the field, a text "
            "or a list of tokens ('text' by default).",
        ),
        click.option(
            "--format",
            type=click.Choice(["text", "conll", "conllu", "jsonl"]),
            default="text",
            show_default=True,
            help="What TEXT is: text; a token a line with columns (conll; conllu if "
            "neither name nor first line tells that it is CoNLL-U); JSON lines.",
        ),
    ):
        command = decorate(command)
    return command


def stopwords_option(command: Command) -> Command:
    """Add ``--stopwords``."""
    return click.option(
        "--stopwords",
        callback=existing(folders=False),
        metavar="FILE",
        help="Leave out the words in FILE, one a line. They leave a gap.",
    )(command)


def normalise_option(command: Command) -> Command:
    """Add ``--normalise``."""
    return click.option(
        "--normalise",
        multiple=True,
        callback=_steps,
        metavar="STEP",
        help="What to do to every word first: lowercase (any script), digits (each "
        "becomes 0), nfc (Unicode's composed form), urls (web addresses become the "
        "word <url>, or WORD with urls=WORD), users (@names become <user>); may be "
        "given several times, each step goes on from the one before. Fewer different "
        "words are then seen more often; the README says how many fewer.",
    )(command)


def backoff_option(command: Command) -> Command:
    """Add ``--backoff``."""
    return click.option(
        "--backoff",
        multiple=True,
        callback=_steps,
        metavar="STEP",
        help="What to look up for a word that is not there: lowercase, digits (each "
        "becomes 0), nfc, urls (the word <url>), users (the word <user>); may be given "
        "several times, each step goes on from the one before.",
    )(command)


def _steps(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    from brownclust.text.normalise import check_steps

    try:
        return check_steps(typed_name(param), value)
    except ValueError as error:
        raise click.UsageError(str(error), ctx) from None


def new_output_option(metavar: str, help: str) -> Callable[[Command], Command]:
    """Return a decorator that adds ``-o`` to a command that must write something."""
    return click.option(
        "-o",
        "--output",
        required=True,
        callback=writable(),
        metavar=metavar,
        help=help,
    )


def output_option(command: Command) -> Command:
    """Add ``-o`` to a command that writes to standard output otherwise."""
    return click.option(
        "-o",
        "--output",
        callback=writable(stdout=True),
        metavar="FILE",
        help="The file to write; standard output if none, or -.",
    )(command)


def force_option(command: Command) -> Command:
    """Add ``--force``."""
    return click.option(
        "--force", is_flag=True, help="Replace files of the same names; no others."
    )(command)


def quiet_option(command: Command) -> Command:
    """Add ``-q``."""
    return click.option(
        "-q", "--quiet", is_flag=True, help="Say nothing but errors on stderr."
    )(command)
