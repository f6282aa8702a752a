"""How long kernels take to get ready to run."""

from collections.abc import Callable
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from numba.core.event import Listener, register, unregister

_COMPILE = "numba:compile"  # a kernel that the disk cache does not have
_READY = "numba:compiler_lock"  # getting kernels ready: compiling, or loading


class CompilationClock(Listener):  # type: ignore[misc]
    """Adds up the time in which kernels are made ready to run.

    Parameters
    ----------
    on_compile : callable, optional
        Called once, when the first kernel is compiled rather than loaded.

    Attributes
    ----------
    seconds : float
        Time so far.
    has_compiled : bool
        Whether any kernel had to be compiled.
    """

    def __init__(self, on_compile: Callable[[], None] | None = None) -> None:
        self.seconds = 0.0
        self.has_compiled = False
        self._on_compile = on_compile
        self._depth = 0  # kernels call kernels
        self._started = 0.0

    def __enter__(self) -> Self:
        """Start listening to Numba."""
        for kind in (_COMPILE, _READY):
            register(kind, self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        for listened in (_COMPILE, _READY):
            unregister(listened, self)

    def on_start(self, event: Any) -> None:
        """Note that Numba begins."""
        if event.kind == _COMPILE:
            if self._on_compile is not None and not self.has_compiled:
                self._on_compile()
            self.has_compiled = True
        else:
            if self._depth == 0:
                self._started = perf_counter()
            self._depth += 1

    def on_end(self, event: Any) -> None:
        """Note that Numba ends."""
        if event.kind == _READY:
            self._depth -= 1
            if self._depth == 0:
                self.seconds += perf_counter() - self._started
