"""What ``progress`` is in Python: a callable, or True for bars of tqdm."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from brownclust._validation import must_be
from brownclust.text.blocks import Progress

if TYPE_CHECKING:
    from tqdm import tqdm

ProgressOption: TypeAlias = Progress | bool | None
"""A callable, True for bars, False for silence; None: only say that kernels compile,
if a person is typing."""

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILING = "First run: compiling for this machine, up to half a minute …"

_UNITS = {"count": "B", "words": "B", "pairs": "B", "refine": " sweeps"}
_OTHER_UNIT = " merges"

_announced = False


def unit_of(stage: str) -> str:
    """Return what the progress of a stage is counted in."""
    return _UNITS.get(stage, _OTHER_UNIT)


def new_bar(
    bar: "type[tqdm[Any]]", stage: str, done: int, total: int | None, **options: Any
) -> "tqdm[Any]":
    """Return the bar of a stage.

    Parameters
    ----------
    bar : type
        One of tqdm's.
    stage : str
        Its name.
    done : int
        What was done before; not 0 if the stage was resumed.
    total : int or None
        What is to be done, if it is known.
    **options : object
        More for tqdm.
    """
    return bar(
        total=total,
        initial=done,
        desc=stage,
        unit=unit_of(stage),
        unit_scale=True,
        **options,
    )


class ProgressBars:
    """A bar for each stage, of ``tqdm.auto``: in a notebook that of a notebook."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[Any] | None = None

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show that `done` of `total` is done; the total is None if unknown."""
        if self._bar is None or stage != self._stage:
            from tqdm.auto import tqdm

            self.close()
            self._stage = stage
            self._bar = new_bar(tqdm, stage, done, total)
        elif done < self._bar.n:  # the next of several files, or of several trees
            self._bar.initial = 0
            self._bar.reset(total)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Leave the last bar as it is."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@contextmanager
def shown_progress(progress: ProgressOption) -> Iterator[Progress | None]:
    """Turn what a user gives as ``progress`` into what stages report to.

    Parameters
    ----------
    progress : callable, bool or None
        A callable is used as it is. True shows bars, and a line on stderr when the
        first kernel is compiled. False shows nothing, and None nothing but that line,
        if the session is interactive.

    Yields
    ------
    callable or None
        Called as ``progress(stage, done, total)``.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if callable(progress):
        yield progress
        return
    if progress is not None and not isinstance(progress, bool):
        raise TypeError(must_be("progress", "a callable, a bool or None", progress))
    bars = ProgressBars() if progress else None
    is_announcing = not _announced and (
        progress or (progress is None and hasattr(sys, "ps1"))
    )
    try:
        if is_announcing:
            from brownclust._kernels.jit.clock import CompilationClock

            with CompilationClock(_announce):
                yield bars
        else:
            yield bars
    finally:
        if bars is not None:
            bars.close()


def _announce() -> None:
    """Say once in a process why the first call takes long."""
    global _announced  # noqa: PLW0603
    if not _announced and sys.stderr is not None:
        from tqdm import tqdm

        _announced = True
        tqdm.write(f"brownclust: {COMPILING}", file=sys.stderr)


def shows_progress(function: Function) -> Function:
    """Let the keyword ``progress`` of a function be a bool, too.

    In the function it is a callable or None.
    """

    @wraps(function)
    def with_shown_progress(
        *args: Any, progress: ProgressOption = None, **options: Any
    ) -> Any:
        with shown_progress(progress) as report:
            return function(*args, progress=report, **options)

    return cast(Function, with_shown_progress)
