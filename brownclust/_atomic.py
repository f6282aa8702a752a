"""Write files atomically: they are complete or not there at all."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, TextIO, overload


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
        If the directory cannot be written to; it names `path`, not the temporary file.
    """
    return _atomic_write(Path(path), mode)


def remove_remains(path: Path) -> None:
    """Remove temporary files of `path` that killed processes have left."""
    name = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{12}}\.tmp")
    for temporary in path.parent.glob(".*.tmp"):
        if name.fullmatch(temporary.name):
            temporary.unlink(missing_ok=True)


def flush_to_disk(file: IO[Any]) -> None:
    """Return once all that was written is on disk; raise ``OSError`` if it is full."""
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _atomic_write(path: Path, mode: str) -> Iterator[IO[Any]]:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    text: dict[str, Any] = (
        {}
        if "b" in mode
        else {"encoding": "utf-8", "errors": "surrogateescape", "newline": "\n"}
    )
    try:
        # Mode "x" applies the user's umask; `tempfile` makes files private.
        file = temporary.open(mode.replace("w", "x"), **text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with file:
            yield file
            flush_to_disk(file)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
