"""Signals that end a process: as exceptions, and not in the middle of a step."""

import signal
import sys
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer, current_thread, get_ident, main_thread
from time import sleep
from types import FrameType
from typing import Any, NoReturn

TERMINATING = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Sent by `kill`, by schedulers, and when a terminal is closed."""

_SECONDS_UNTIL_AGAIN = 0.01
"""Seconds until a lost signal is sent again: the callback that lost it has ended."""


_WAKING = getattr(signal, "SIGURG", None)
"""Without an effect of its own, it ends a system call, as any signal with a handler."""

_SECONDS_UNTIL_WAKING = (0.05, 0.5, 5)
"""Seconds between the signals that wake the main thread after one that was lost."""


class Terminated(KeyboardInterrupt):
    """Raised by SIGTERM and SIGHUP, so that they clean up as Ctrl-C does.

    Parameters
    ----------
    number : int
        The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def raise_signal(number: int, _frame: FrameType | None = None) -> NoReturn:
    """Raise the exception of a signal; a handler of signals."""
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)


class DeferredSignals:
    """What has arrived while signals were deferred.

    Attributes
    ----------
    number : int or None
        The signal, if one has arrived.
    """

    def __init__(self) -> None:
        self.number: int | None = None

    def note(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal; a second Ctrl-C is not deferred.

        Others come twice by themselves: SIGHUP from a terminal and from its shell.
        """
        if self.number is not None and number == signal.SIGINT:
            raise_signal(number, frame)
        self.number = self.number or number

    def check(self) -> None:
        """Raise the exception of the signal that has arrived, if any."""
        if self.number is not None:
            raise_signal(self.number)


@contextmanager
def deferred_signals() -> Iterator[DeferredSignals]:
    """Defer Ctrl-C, SIGTERM and SIGHUP to the end of a block.

    Signals that are ignored stay so, as in a shell's background job or under ``nohup``.
    Python handles signals in the main thread only: in others this does nothing.
    """
    deferred = DeferredSignals()
    handlers: dict[int, Any] = {}
    if current_thread() is main_thread():
        for number in (signal.SIGINT, *TERMINATING):
            handler = signal.getsignal(number)
            if handler not in (signal.SIG_IGN, None):  # None: not Python's
                handlers[number] = signal.signal(number, deferred.note)
    try:
        yield deferred
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    deferred.check()


@contextmanager
def raised_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise `Terminated` in a block, unless they are handled.

    An exception is lost that a signal raises in a callback, such as LLVM's to Numba or
    that of a weak reference. Then the signal is sent again, that of Ctrl-C, too.
    """
    if current_thread() is not main_thread():
        yield
        return
    main = get_ident()
    raised = []
    for number in TERMINATING:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, raise_signal)
            raised.append(number)
    if _WAKING is not None and signal.getsignal(_WAKING) == signal.SIG_DFL:
        signal.signal(_WAKING, _do_nothing)
        raised.append(_WAKING)
    report_lost = sys.unraisablehook

    def send_again(lost: Any) -> None:
        if isinstance(lost.exc_value, MemoryError):
            return  # the next allocation fails as well, and is reported
        if not isinstance(lost.exc_value, KeyboardInterrupt):
            report_lost(lost)
            return
        number = getattr(lost.exc_value, "number", signal.SIGINT)
        timer = Timer(_SECONDS_UNTIL_AGAIN, _send_to_thread, (main, number))
        timer.daemon = True
        with suppress(RuntimeError):  # there can be no more threads
            timer.start()

    sys.unraisablehook = send_again
    try:
        yield
    finally:
        sys.unraisablehook = report_lost
        for number in raised:
            signal.signal(number, signal.SIG_DFL)


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Handle a signal that only ends a system call."""


def _send_to_thread(thread: int, number: int) -> None:
    """Send a signal to the main thread, so that it also ends a read that waits.

    A read that begins just after the signal, before Python looks for signals, would not
    end. So the thread is woken several times, which does no harm if it has ended.
    """
    if not hasattr(signal, "pthread_kill"):  # Windows: seen once the read has ended
        interrupt_main(signal.Signals(number))
        return
    signal.pthread_kill(thread, number)
    for seconds in _SECONDS_UNTIL_WAKING:
        sleep(seconds)
        if _WAKING is not None and signal.getsignal(_WAKING) is _do_nothing:
            signal.pthread_kill(thread, _WAKING)
