"""Errors of commands: one line on stderr and an exit code."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import click

from brownclust.text.column_format import LeftOutWarning

from .options import typed_name


class Failure(click.ClickException):
    """An error as the user sees it: one line, exit code 1."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.splitlines()))


class Interrupted(Failure):
    """Ctrl-C; the exit code is the one that shells report."""

    exit_code = 130


class Program(click.Group):
    """A group of commands that report every error in one line, without traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit: with code 2 if the command line is wrong."""
        run: Any = super().main
        if not extra.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **extra)
        try:
            sys.exit(run(*args, standalone_mode=False, **extra))
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else self.name
            reason = error.format_message().rstrip(".")
            message, exit_code = f"{reason} (see {command} --help)", error.exit_code
        except click.ClickException as error:
            message, exit_code = error.format_message(), error.exit_code
        except OSError as error:  # while printing help
            message, exit_code = _describe(error), Failure.exit_code
        _discard_unwritten_output()
        click.echo(f"Error: {message}", err=True)
        sys.exit(exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and turn the exceptions of the library into a `Failure`."""
        try:
            with _shown_warnings():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # as in `brownclust cut … | head`; Click exits without a message
        except KeyboardInterrupt:
            raise Interrupted("interrupted") from None
        except MemoryError as error:
            hint = "out of memory: lower --window, or raise --min-count"
            raise Failure(self._name_option(str(error) or hint, ctx)) from None
        except OSError as error:
            raise Failure(_describe(error)) from None
        except ImportError as error:  # an extra is not installed
            raise Failure(str(error)) from None
        except ValueError as error:
            raise Failure(self._name_option(str(error), ctx)) from None

    def _name_option(self, message: str, ctx: click.Context) -> str:
        # Known only once the subcommand has been invoked.
        return name_option(message, self.commands.get(ctx.invoked_subcommand or ""))


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn a ``ValueError`` of a check into a usage error, exit code 2."""
    try:
        yield
    except ValueError as error:
        context = click.get_current_context()
        raise click.UsageError(name_option(str(error), context.command)) from None


def name_option(message: str, command: click.Command | None) -> str:
    """Replace the parameter at the start of a message by its option."""
    name, must_be, rest = message.partition(" must be ")
    for parameter in command.params if command else ():
        if parameter.name == name:
            return typed_name(parameter) + must_be + rest
    return message


@contextmanager
def _shown_warnings() -> Iterator[None]:
    """Print warnings of sentences left out in one line, unless with ``--quiet``."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def show_left_out(
            message: Warning | str,
            category: type[Warning],
            *place: Any,
            **more: Any,
        ) -> None:
            if not issubclass(category, LeftOutWarning):
                show(message, category, *place, **more)
                return
            context = click.get_current_context(silent=True)
            if context is None or not context.params.get("quiet"):
                click.echo(f"Warning: {message}", err=True)

        warnings.simplefilter("always", LeftOutWarning)
        warnings.showwarning = cast(Any, show_left_out)
        yield


def _describe(error: OSError) -> str:
    """Return ``file: reason``, without the error number."""
    if error.strerror is None:
        return str(error)
    reason = error.strerror[:1].lower() + error.strerror[1:]
    return f"{error.filename}: {reason}" if error.filename else reason


def _discard_unwritten_output() -> None:
    """Discard output that cannot be written, which would raise again at exit."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
