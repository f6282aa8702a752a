"""Options and arguments that several commands take, and how they are checked."""

import glob
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

import click

from brownclust._validation import must_be

Command = TypeVar("Command", bound=Callable[..., Any])
Callback = Callable[[click.Context, click.Parameter, Any], Any]
DASH = "-"  # standard input or standard output
MAX_NUMBER = 10**18
"""Of integers without a bound of their own: all arrays and files can hold them."""
MAX_SEED = 10**38
"""Seeds often have 128 bits."""


# --- Names --------------------------------------------------------------------


def typed_name(param: click.Parameter) -> str:
    """Return the option in its long form, or the argument as ``--help`` shows it."""
    if isinstance(param, click.Option):  # of several long names the first
        names = [name for name in param.opts if name.startswith("--")]
        return (names or param.opts)[0]
    return param.metavar or (param.name or "").upper()


def option_of(name: str) -> str:
    """Return the option or argument for a parameter of the running command."""
    params = click.get_current_context().command.params
    return typed_name(next(param for param in params if param.name == name))


def is_given(name: str) -> bool:
    """Whether a parameter of the running command is on the command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


# --- Checks -------------------------------------------------------------------


def at_least(
    minimum: int, maximum: int = MAX_NUMBER, *, word: str | None = None
) -> Callback:
    """Return a check for an integer with bounds, or for a word instead."""

    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if isinstance(value, tuple):  # of an option that may be given several times
            return tuple(check(ctx, param, item) for item in value)
        if value is None or value == word:
            return value
        number = _integer(value)
        if number is not None and minimum <= number <= maximum:
            return int(number)
        bound = f"at least {minimum}"
        if number is not None and number > maximum:
            bound = f"at most {maximum}"
        rule = f"an integer of {bound}" + (f", or {word!r}" if word else "")
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)

    return check


def _integer(value: str) -> int | float | None:
    """Return an integer, infinite if it has thousands of digits; None for others."""
    try:
        return int(value)
    except ValueError:  # also for thousands of digits, which take long to read
        is_negative = value.startswith("-")
        if not value[is_negative:].isdecimal():
            return None
        return -math.inf if is_negative else math.inf


def column_of(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> int | str | None:
    """Check the number or name of a column of a CoNLL file."""
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


def columns_of(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[int | str | None, ...]:
    """Check the columns of an option that may be given several times."""
    return tuple(column_of(ctx, param, column) for column in value)


def steps_of(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Check steps of normalisation or of back-off."""
    from brownclust.text.normalise import check_steps

    try:
        return check_steps(typed_name(param), value)
    except ValueError as error:
        raise click.UsageError(str(error), ctx) from None


@dataclass(frozen=True)
class InputCheck:
    """A check that paths exist; its parameters are the inputs of a command.

    Parameters
    ----------
    folders : bool
        Whether a path may be a folder.
    stdin : bool
        Whether it may be ``-`` for standard input.
    patterns : bool
        Whether it may be a pattern that matches a file; a folder then stands for its
        files, otherwise for the model in it.
    """

    folders: bool = True
    stdin: bool = False
    patterns: bool = False

    def __call__(self, ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        """Return the value, or raise a usage error."""
        if ctx.params.get("resume"):  # the text is not read again, and may be deleted
            return value
        for path in value if isinstance(value, tuple) else (value,):
            if path is None or (self.stdin and path == DASH):
                continue
            is_folder = os.path.isdir(path)  # noqa: PTH112
            exists = os.path.exists(path)  # noqa: PTH110
            if not exists and self.patterns and glob.has_magic(path):
                _check_pattern(ctx, param, path)
            elif not exists or (is_folder and not self.folders):
                rule = "an existing file" + (" or folder" if self.folders else "")
                raise click.UsageError(must_be(typed_name(param), rule, path), ctx)
        return value


existing = InputCheck


def _check_pattern(ctx: click.Context, param: click.Parameter, pattern: str) -> None:
    from brownclust.text.files import matching_files

    if not matching_files(pattern):
        rule = "a pattern that matches a file"
        raise click.UsageError(must_be(typed_name(param), rule, pattern), ctx)


@dataclass(frozen=True)
class OutputCheck:
    """A check that an output is a path; its parameters are the outputs of a command.

    Parameters
    ----------
    stdout : bool
        Whether it may be ``-`` for standard output.
    folder : bool
        Whether it is a folder, for the files of a run.
    resumes : str, optional
        The parameter of an input that may be the same file.
    """

    stdout: bool = False
    folder: bool = False
    resumes: str | None = None

    def __call__(
        self, ctx: click.Context, param: click.Parameter, value: str | None
    ) -> Any:
        """Return the value, or raise a usage error."""
        if value == "" or (value == DASH and not self.stdout):
            raise click.UsageError(must_be(typed_name(param), "a path", value), ctx)
        return value


writable = OutputCheck


# --- Options ------------------------------------------------------------------


def number_option(
    *names: str,
    help: str,
    minimum: int = 1,
    maximum: int = MAX_NUMBER,
    default: int | None = None,
    metavar: str = "N",
    multiple: bool = False,
) -> Callable[[Command], Command]:
    """Return a decorator that adds an option for an integer with bounds."""
    return click.option(
        *names,
        callback=at_least(minimum, maximum),
        default=None if default is None else str(default),
        show_default=default is not None,
        metavar=metavar,
        multiple=multiple,
        help=help,
    )


def backoff_option(command: Command) -> Command:
    """Add ``--backoff``."""
    return click.option(
        "--backoff",
        multiple=True,
        callback=steps_of,
        metavar="STEP",
        help="What to look up if a word is not found: lowercase, digits (every digit "
        "becomes 0), nfc (Unicode composition), urls (a web address becomes <url>), "
        "users (an @name becomes <user>). May be given several times: each step "
        "changes the result of the one before.  [default: nothing]",
    )(command)


def new_output_option(metavar: str, help: str) -> Callable[[Command], Command]:
    """Return a decorator that adds ``-o`` to a command that must write something."""
    return click.option(
        "-o",
        "--output",
        required=True,
        callback=writable(folder=metavar == "DIR"),
        metavar=metavar,
        help=help,
    )


def output_option(command: Command) -> Command:
    """Add ``-o`` to a command that writes to standard output by default."""
    return click.option(
        "-o",
        "--output",
        callback=writable(stdout=True),
        metavar="FILE",
        help="File to write.  [default: standard output]",
    )(command)


def force_option(command: Command) -> Command:
    """Add ``--force``, and guard the outputs of the command while it runs.

    The command itself is told of ``--force`` if it takes it, as those do that write a
    folder.
    """
    takes_force = "force" in signature(command).parameters

    @wraps(command)
    def guarded(*, force: bool, **options: Any) -> Any:
        from .outputs import guarded_outputs

        with guarded_outputs(force=force):
            return command(**options, **({"force": force} if takes_force else {}))

    return click.option(
        "--force",
        is_flag=True,
        help="Replace output files that exist, but never an input. Other files are "
        "never changed.",
    )(cast(Command, guarded))


def quiet_option(command: Command) -> Command:
    """Add ``-q``."""
    return click.option(
        "-q", "--quiet", is_flag=True, help="Print only errors to stderr."
    )(command)
