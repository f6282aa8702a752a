"""What becomes of errors: one line on stderr and an exit code."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from .options import typed_name


class Failure(click.ClickException):
    """An error as the user sees it: one line, exit code 1."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.splitlines()))


class Interrupted(Failure):
    """Ctrl-C; the exit code is the one that shells report."""

    exit_code = 130


class Program(click.Group):
    """A group of commands whose errors are all one line, never a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and leave with the exit code: 2 for a wrong command line."""
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
        except OSError as error:  # help that cannot be printed
            message, exit_code = _describe(error), Failure.exit_code
        _drop_what_cannot_be_written()
        click.echo(f"Error: {message}", err=True)
        sys.exit(exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it may raise becomes a `Failure`."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # as in `brownclust cut … | head`; Click then leaves quietly
        except KeyboardInterrupt:
            raise Interrupted("interrupted") from None
        except MemoryError as error:
            hint = "out of memory: lower --window, or raise --min-count"
            raise Failure(self._as_typed(str(error) or hint, ctx)) from None
        except OSError as error:
            raise Failure(_describe(error)) from None
        except ImportError as error:  # of an extra that is not installed
            raise Failure(str(error)) from None
        except ValueError as error:
            raise Failure(self._as_typed(str(error), ctx)) from None

    def _as_typed(self, message: str, ctx: click.Context) -> str:
        return _as_typed(message, self.commands.get(ctx.invoked_subcommand or ""))


@contextmanager
def usage_errors() -> Iterator[None]:
    """Make a wrong command line, exit code 2, of a value that a check refuses."""
    try:
        yield
    except ValueError as error:
        context = click.get_current_context()
        raise click.UsageError(_as_typed(str(error), context.command)) from None


def _as_typed(message: str, command: click.Command | None) -> str:
    """Begin a message with the name of the option, not that of the parameter."""
    name, must_be, rest = message.partition(" must be ")
    for parameter in command.params if command else ():
        if parameter.name == name:
            return typed_name(parameter) + must_be + rest
    return message


def _describe(error: OSError) -> str:
    """Return ``file: reason``, without Python's error number."""
    if error.strerror is None:
        return str(error)
    reason = error.strerror[:1].lower() + error.strerror[1:]
    return f"{error.filename}: {reason}" if error.filename else reason


def _drop_what_cannot_be_written() -> None:
    """Let go what standard output has no room for: Python would complain at exit."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
