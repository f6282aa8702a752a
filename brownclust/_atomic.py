"""Write files atomically: they are complete or not there at all."""

import errno
import io
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, TextIO, overload

from brownclust._locks import (
    RENAMES_OPEN_FILES,
    is_locked_by_another,
    is_still_at,
    remove_unless_in_use,
)

_BUFFER_SIZE = 1 << 17
"""Bytes written at a time: each write passes through Python, to name the file."""


@overload
def atomic_write(
    path: str | os.PathLike[str], mode: Literal["wb"] = "wb"
) -> AbstractContextManager[BinaryIO]: ...


@overload
def atomic_write(
    path: str | os.PathLike[str], mode: Literal["w"]
) -> AbstractContextManager[TextIO]: ...


def atomic_write(
    path: str | os.PathLike[str], mode: Literal["w", "wb"] = "wb"
) -> AbstractContextManager[IO[Any]]:
    r"""Open a file for writing that replaces `path` once it is closed without error.

    The data goes to a temporary file in the same directory, which is flushed to disk
    and then renamed. If the ``with`` block raises an error, the temporary file is
    removed, and a file that was at `path` before is still there.

    Parameters
    ----------
    path : str or path-like
        The file to write; its directory must exist.
    mode : {"wb", "w"}
        Bytes, or text: UTF-8 with line ends ``\n``, in which escaped surrogates become
        the bytes that they stand for.

    Raises
    ------
    OSError
        If the directory cannot be written to, or the disk is full; it names `path`, not
        the temporary file.
    """
    return _atomic_write(Path(path), mode)


@contextmanager
def reserved(path: Path) -> Iterator[None]:
    """Reserve a file while a block runs; no other process can reserve it meanwhile.

    Temporary files of it that killed processes have left are removed. Its folder is
    created if needed, and removed again if it stays empty.

    Parameters
    ----------
    path : Path
        The file that will be written.

    Raises
    ------
    OSError
        If another process has reserved it, or the folder cannot be written to.

    Notes
    -----
    Where there are no locks, as on Windows and in some network folders, the other
    process goes unnoticed; each file is then still whole.
    """
    lock_path = path.with_name(f".{path.name}.lock")
    with _folder(path.parent):
        with named_errors(path):
            lock = _lock(lock_path)
        try:
            remove_remains(path)
            yield
        finally:
            if not RENAMES_OPEN_FILES:
                lock.close()
            with suppress(OSError):
                lock_path.unlink()  # before another process can lock it
            lock.close()


def remove_remains(path: Path) -> None:
    """Remove temporary files of `path` that killed processes have left."""
    name = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{12}}\.tmp")
    for temporary in path.parent.glob(".*.tmp"):
        if name.fullmatch(temporary.name):
            remove_unless_in_use(temporary)


def flush_to_disk(file: IO[Any]) -> None:
    """Return once all that was written is on disk; raise ``OSError`` if it is full."""
    file.flush()
    with named_errors(_raw(file).shown):
        os.fsync(file.fileno())


@contextmanager
def named_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let every ``OSError`` of a block name a file, as errors of writing do not."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None


class _NamedFile(io.FileIO):
    """A new file whose errors name the file that it will become."""

    def __init__(self, temporary: Path, shown: Path) -> None:
        self.shown = shown
        with named_errors(shown):
            super().__init__(temporary, "x")  # unlike `tempfile`, with the user's umask

    def write(self, data: Any, /) -> int:
        with named_errors(self.shown):
            return super().write(data)


def _raw(file: IO[Any]) -> _NamedFile:
    """Return the file below the buffers of what `atomic_write` opens."""
    buffered: Any = getattr(file, "buffer", file)
    raw: _NamedFile = buffered.raw
    return raw


@contextmanager
def _atomic_write(path: Path, mode: str) -> Iterator[IO[Any]]:
    file = _open_temporary(path, mode)
    temporary = Path(_raw(file).name)
    try:
        with file:
            yield file
            flush_to_disk(file)
            if RENAMES_OPEN_FILES:  # while it is locked
                _replace(temporary, path)
        if not RENAMES_OPEN_FILES:
            _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _open_temporary(path: Path, mode: str) -> IO[Any]:
    """Open a temporary file, locked: what is not locked, `remove_remains` removes."""
    while True:
        temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
        raw = _NamedFile(temporary, path)
        is_lost = is_locked_by_another(raw)
        if is_lost is None or (not is_lost and is_still_at(raw, temporary)):
            break
        raw.close()  # removed before it was locked
    file = io.BufferedWriter(raw, _BUFFER_SIZE)
    if "b" in mode:
        return file
    return io.TextIOWrapper(
        file, encoding="utf-8", errors="surrogateescape", newline="\n"
    )


def _replace(temporary: Path, path: Path) -> None:
    with named_errors(path):
        temporary.replace(path)


def _lock(path: Path) -> IO[bytes]:
    """Return a lock file, open and locked; raise ``OSError`` if another has it."""
    while True:
        file = path.open("ab")
        is_locked = is_locked_by_another(file)
        if is_locked is None or (not is_locked and is_still_at(file, path)):
            return file
        file.close()
        if is_locked:
            reason = "another brownclust is writing it: wait, or give another output"
            raise OSError(errno.EBUSY, reason)


@contextmanager
def _folder(directory: Path) -> Iterator[None]:
    """Make a folder and its parents, and remove those that stay empty."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for path in missing:
            with suppress(OSError):  # it is not empty
                path.rmdir()
