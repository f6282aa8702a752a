"""Which files paths stand for, and how each is opened."""

import bz2
import errno
import glob
import gzip
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from brownclust._validation import must_be
from brownclust.text.blocks import PathLike
from brownclust.text.zstd import import_zstandard, read_zstd

STANDARD_INPUT = "-"
DAMAGE = (EOFError, OSError, lzma.LZMAError, zlib.error)
"""What reading a damaged compressed file may raise; an OSError then has no errno."""

_DECOMPRESSORS: dict[str, Callable[[BinaryIO, str], object]] = {
    ".gz": lambda file, _: gzip.GzipFile(fileobj=file),
    ".xz": lambda file, _: lzma.LZMAFile(file),  # noqa: SIM115  # the caller's to close
    ".bz2": lambda file, _: bz2.BZ2File(file),
    ".zst": read_zstd,
}


def expand_paths(paths: PathLike | Iterable[PathLike]) -> list[str]:
    """Return the files that ``paths`` stand for, in place of directories and patterns.

    Raises
    ------
    FileNotFoundError
        If a path does not exist, and is no pattern that matches a file.
    TypeError
        If a path is neither a string nor path-like.
    ValueError
        If there is no path, or a directory has no files.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    if not isinstance(paths, Iterable):
        raise TypeError(must_be("paths", "a path or several", paths))
    files: list[str] = []
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(must_be("path", "a string or path-like", path))
        files += _expand(os.fspath(path))
    if not files:
        raise ValueError(must_be("paths", "at least one path", []))
    return files


def _expand(path: str) -> list[str]:
    if path == STANDARD_INPUT:
        return [path]
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116
    except OSError:
        if not glob.has_magic(path):
            raise
        if files := matching_files(path):
            return files
        rule = "a pattern that matches a file"
        raise FileNotFoundError(must_be("path", rule, path)) from None
    if not is_folder:
        return [path]
    inside = sorted(
        str(file)
        for file in Path(path).iterdir()
        if file.is_file() and not file.name.startswith(".")
    )
    if not inside:
        raise ValueError(must_be("directory", "one with files of text in it", path))
    return inside


def matching_files(pattern: PathLike) -> list[str]:
    """Return the files that match a pattern, sorted by name; hidden ones never do.

    ``*``, ``?`` and ``[ab]`` as in a shell; ``**`` is any number of folders. A name
    without any of these matches nothing.
    """
    pattern = os.fspath(pattern)
    if not glob.has_magic(pattern):
        return []
    return sorted(filter(os.path.isfile, glob.glob(pattern, recursive=True)))  # noqa: PTH207


def open_binary(path: str) -> AbstractContextManager[BinaryIO]:
    """Open a file, or standard input for ``-``, decompressing by its suffix."""
    check_openers([path])
    return _opened(path)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as stored:
        yield decompressed(stored, path)


def decompressed(stored: BinaryIO, path: str) -> BinaryIO:
    """Return what an open file holds, decompressed by the suffix of its name."""
    decompress = _DECOMPRESSORS.get(_suffix(path))
    return stored if decompress is None else cast(BinaryIO, decompress(stored, path))


def is_compressed(path: str) -> bool:
    """Whether a file is decompressed, by the suffix of its name."""
    return _suffix(path) in _DECOMPRESSORS


def damaged(name: str, error: Exception) -> str:
    """Return what to say of a compressed file that cannot be read."""
    return (
        f"{name}: expected a whole compressed file, got one that is damaged or cut "
        f"short ({error})"
    )


def not_utf8(where: str, byte: int) -> str:
    """Return what to say of a byte that is no UTF-8."""
    return (
        f"{where}: expected UTF-8, got byte 0x{byte:02x}; convert the file, or keep, "
        "replace or drop such bytes: --encoding-errors (encoding_errors=) "
        "surrogateescape, replace or ignore"
    )


def check_openers(files: Iterable[str]) -> None:
    """Raise ImportError if a file needs a package that is not installed."""
    for file in files:
        if _suffix(file) == ".zst":
            import_zstandard(file)


def total_size(files: Iterable[str]) -> int | None:
    """Bytes of text in the files, or None if that takes reading them."""
    total = 0
    for file in files:
        if file == STANDARD_INPUT or is_compressed(file):
            return None
        status = Path(file).stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()
