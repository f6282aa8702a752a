"""Standard streams that are closed, full, or whose reader has gone."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class _ClosedStream(io.RawIOBase):
    """A stream that was closed before the program started; each use is an error."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def readable(self) -> bool:
        """Let readers try."""
        return True

    def writable(self) -> bool:
        """Let writers try."""
        return True

    def readinto(self, _buffer: Any, /) -> int:
        """Raise an error."""
        raise OSError(errno.EBADF, f"{self._shown} is closed")

    def write(self, _data: Any, /) -> int:
        """Raise an error."""
        raise OSError(errno.EBADF, f"{self._shown} is closed")


@contextmanager
def usable_streams() -> Iterator[None]:
    """Let a block use the standard streams also where they are closed.

    Python then has None for them. Reading and writing raises an error instead; messages
    to a closed standard error are lost.
    """
    _occupy_descriptors()
    stdin, stdout = sys.stdin, sys.stdout
    if stdin is None:
        sys.stdin = io.TextIOWrapper(
            io.BufferedReader(_ClosedStream("standard input")), "utf-8"
        )
    if stdout is None:
        closed: Any = _ClosedStream("standard output")
        sys.stdout = io.TextIOWrapper(closed, "utf-8", write_through=True)
    elif isinstance(stdout, io.TextIOWrapper) and stdout.errors == "strict":
        # Help has characters that, for instance, Latin-1 lacks.
        stdout.reconfigure(errors="backslashreplace")
    try:
        yield
    finally:
        sys.stdin, sys.stdout = stdin, stdout  # also for what Click puts there
        discard_unwritten()


def _occupy_descriptors() -> None:
    """Open what is closed of the descriptors 0 to 2.

    The next files would get these, and a message that some library prints would be
    written into one of them.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def discard_unwritten() -> None:
    """Discard output that cannot be written, which would raise again at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
