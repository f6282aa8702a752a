"""What becomes of errors: one line on stderr and an exit code."""

import os
import sys
from typing import Any

import click


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
        except click.ClickException as error:
            message = error.format_message()
            if isinstance(error, click.UsageError):
                command = error.ctx.command_path if error.ctx else self.name
                message = f"{message.rstrip('.')} (see {command} --help)"
            click.echo(f"Error: {message}", err=True)
            sys.exit(error.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it may raise becomes a `Failure`."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader has had enough, as in `brownclust cut … | head`. Python would
            # complain again when it flushes what is left.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(1) from None
        except KeyboardInterrupt:
            raise Interrupted("interrupted") from None
        except MemoryError as error:
            hint = "out of memory: lower --window, or raise --min-count"
            raise Failure(str(error) or hint) from None
        except OSError as error:
            raise Failure(_describe(error)) from None
        except ValueError as error:
            raise Failure(str(error)) from None


def _describe(error: OSError) -> str:
    """Return ``file: reason``, without Python's error number."""
    if error.strerror is None:
        return str(error)
    reason = error.strerror[:1].lower() + error.strerror[1:]
    return f"{error.filename}: {reason}" if error.filename else reason
