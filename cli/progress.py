"""Progress on stderr: a bar on a terminal, elsewhere a line every few seconds."""

import sys
from contextlib import AbstractContextManager
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from tqdm import tqdm

    from brownclust.tree.sweep import Sweep

SECONDS_BETWEEN_LINES = 5.0


def amount(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 word`` or ``2,000 words``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


class Progress:
    """Shows the progress of each stage; the library calls it.

    Parameters
    ----------
    quiet : bool
        Print nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        # stderr is None if it is closed, as in a daemon; Click then prints nothing.
        self.live = sys.stderr is not None and sys.stderr.isatty()
        self._stage = ""
        self._done = 0
        self._first = 0
        self._started = 0.0
        self._next_line = 0.0
        self._note = ""
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the bar."""
        self._close()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show that `done` of `total` is done; the total is None if unknown."""
        if self.quiet:
            return
        if stage != self._stage or done < self._done:  # the next of several files
            self._close()
            self._stage = stage
            self._first = done  # not 0 if resumed
            self._started = monotonic()
            self._next_line = self._started + SECONDS_BETWEEN_LINES
        self._done = done
        if self.live:
            self._show_bar(done, total)
        elif monotonic() >= self._next_line:
            self._next_line = monotonic() + SECONDS_BETWEEN_LINES
            self._print_line(done, total)

    def on_sweep(self, sweep: "Sweep") -> None:
        """Show the information of the clusters after a sweep, from now on."""
        self._note = f"{sweep.ami:z.4f} bits"
        if self._bar is not None:
            self._bar.set_postfix_str(self._note)

    def say(self, *lines: str) -> None:
        """Print lines for the user, above the next bar."""
        if not self.quiet:
            self._close()
            for line in lines:
                self._print(line)

    def announce_compilation(self) -> None:
        """Print why a first run takes longer."""
        from brownclust._progress import COMPILING

        self.say(COMPILING)

    def while_compiling(self) -> AbstractContextManager[Any]:
        """Return a context that announces compiling, if kernels are compiled."""
        from brownclust._kernels.jit.clock import CompilationClock

        return CompilationClock(self.announce_compilation)

    def _show_bar(self, done: int, total: int | None) -> None:
        if self._bar is None:
            from tqdm import tqdm  # not needed for --help

            from brownclust._progress import new_bar

            self._bar = new_bar(
                tqdm,
                self._stage,
                self._first,
                total,
                leave=False,
                dynamic_ncols=True,
                file=sys.stderr,
            )
        self._bar.update(done - self._bar.n)

    def _print_line(self, done: int, total: int | None) -> None:
        from tqdm import tqdm

        from brownclust._progress import unit_of

        completed = "{percentage:.0f}% of {total_fmt}" if total else "{n_fmt}"
        left = ", {remaining} left" if total else ""
        line = tqdm.format_meter(
            done,
            total or 0,
            monotonic() - self._started,
            initial=self._first,
            prefix=self._stage,
            unit=unit_of(self._stage),
            unit_scale=True,
            bar_format="{desc}: " + completed + "{unit} ({rate_fmt}" + left + ")",
        )
        note = f", {self._note}" if self._note else ""
        self._print(line + note)

    def _print(self, line: str) -> None:
        """Print a line; if nobody can read it, the work goes on without."""
        try:
            click.echo(line, err=True)
        except OSError:  # a full disk, or a pipe whose reader has gone
            self.quiet = True

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        self._stage = self._note = ""
