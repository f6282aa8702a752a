"""Errors of commands: one line on stderr and an exit code."""

import errno
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import click

from brownclust._signals import raised_signals
from brownclust.text.column_format import LeftOutWarning

from .options import typed_name
from .streams import discard_unwritten, usable_streams

_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
"""Errors of writing; those of our files have the name of the file."""

OURS = "brownclust"
"""The file that warnings about the installation name, as they have no place in one."""

_LOWER_MEMORY = {
    "window": "lower --window or raise --min-count",
    "memory": "limit counting with --memory",
    "skip_grams": "lower --skip-grams if it is above 1",
    "batch": "lower --batch",
    "hash_size": "give --hash-size, or a lower one",
    "samples": "lower --samples",
}
"""What lowers memory, by the parameters of commands."""


_NO_MEMORY = ("failed to map segment", "annot allocate memory")
"""What the system's loader says of a library that memory does not suffice for."""


class Failure(click.ClickException):
    """An error as the user sees it: one line, exit code 1."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.splitlines()))


class Interrupted(Failure):
    """Ctrl-C, SIGTERM or SIGHUP; the exit code is the one that shells report.

    Parameters
    ----------
    cause : KeyboardInterrupt
        What was raised.
    rest : str
        The end of the message.
    """

    def __init__(self, cause: KeyboardInterrupt, rest: str = "") -> None:
        number = getattr(cause, "number", signal.SIGINT)
        by = "" if number == signal.SIGINT else f" by {signal.Signals(number).name}"
        super().__init__(f"interrupted{by}{rest}")
        self.exit_code = 128 + number  # type: ignore[misc]  # of the class


class Program(click.Group):
    """A group of commands that report every error in one line, without traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit: with code 2 if the command line is wrong."""
        run: Any = super().main
        if not extra.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **extra)
        with usable_streams(), raised_signals():
            exit_code = 0
            message = None
            try:
                exit_code = run(*args, standalone_mode=False, **extra) or 0
                sys.stdout.flush()  # so that a full disk raises an error here
            except click.UsageError as error:
                command = error.ctx.command_path if error.ctx else self.name
                reason = error.format_message().rstrip(".")
                message, exit_code = f"{reason} (see {command} --help)", error.exit_code
            except click.ClickException as error:
                message, exit_code = error.format_message(), error.exit_code
            except BrokenPipeError:  # as in `brownclust cut … | head`
                exit_code = Failure.exit_code
            except OSError as error:  # of help, or of what was left to be written
                message, exit_code = _describe(error), Failure.exit_code
            discard_unwritten()
            if message is not None:
                with suppress(OSError):
                    click.echo(f"Error: {message}", err=True)
                discard_unwritten()
            sys.exit(exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and turn the exceptions of the library into a `Failure`."""
        try:
            with _shown_warnings():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # as in `brownclust cut … | head`; Click exits without a message
        except KeyboardInterrupt as error:
            raise Interrupted(error) from None
        except MemoryError as error:
            raise Failure(self._out_of_memory(str(error), ctx)) from None
        except RuntimeError as error:
            if "new thread" not in str(error):  # as many of Python's messages end
                raise
            raise Failure(f"the system starts no more threads ({error})") from None
        except (OSError, ImportError) as error:
            if _is_out_of_memory(error):
                raise Failure(self._out_of_memory("", ctx)) from None
            if isinstance(error, OSError):
                raise Failure(_describe(error)) from None
            raise Failure(str(error)) from None  # an extra is not installed
        except ValueError as error:
            raise Failure(self._name_option(str(error), ctx)) from None

    def _name_option(self, message: str, ctx: click.Context) -> str:
        return name_option(message, self._invoked(ctx))

    def _invoked(self, ctx: click.Context) -> click.Command | None:
        """Return the subcommand; known only once it has been invoked."""
        return self.commands.get(ctx.invoked_subcommand or "")

    def _out_of_memory(self, message: str, ctx: click.Context) -> str:
        """Return a message of ours, or advice for the command that has been invoked."""
        if " must be " in message:
            return self._name_option(message, ctx)
        command = self._invoked(ctx)
        names = {param.name for param in command.params} if command else set()
        advice = [hint for name, hint in _LOWER_MEMORY.items() if name in names]
        return ": ".join(filter(None, ("out of memory", ", or ".join(advice))))


def _is_out_of_memory(error: BaseException | None) -> bool:
    """Whether a library could not be loaded, or a call failed, for lack of memory."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:
            return True
        if any(reason in str(error) for reason in _NO_MEMORY):
            return True
        error = error.__cause__ or error.__context__
    return False


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
    """Print our warnings in one line each, unless with ``--quiet``."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def show_left_out(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            *place: Any,
            **more: Any,
        ) -> None:
            if not issubclass(category, LeftOutWarning) and filename != OURS:
                show(message, category, filename, *place, **more)
                return
            context = click.get_current_context(silent=True)
            if context is None or not context.params.get("quiet"):
                with suppress(OSError):
                    click.echo(f"Warning: {message}", err=True)

        warnings.simplefilter("always", LeftOutWarning)
        warnings.showwarning = cast(Any, show_left_out)
        yield


def _describe(error: OSError) -> str:
    """Return ``file: reason``, without the error number."""
    if error.strerror is None:
        return str(error)
    reason = error.strerror[:1].lower() + error.strerror[1:]
    name = error.filename
    if name is None and error.errno in _FULL:
        name = "standard output"
    return reason if name is None else f"{os.fsdecode(name)}: {reason}"
