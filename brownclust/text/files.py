"""Expand paths to files, and open each, decompressing by its name.

All commands that read text open it here; so does `brownclust.distributed` on workers.
"""

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
"""The path that stands for standard input."""

DAMAGE_ERRORS = (EOFError, OSError, lzma.LZMAError, zlib.error)
"""What reading a damaged compressed file can raise; an OSError then has no errno."""

_DECOMPRESSORS: dict[str, Callable[[BinaryIO, str], object]] = {
    ".gz": lambda file, _: gzip.GzipFile(fileobj=file),
    ".xz": lambda file, _: lzma.LZMAFile(file),  # noqa: SIM115  # the caller's to close
    ".bz2": lambda file, _: bz2.BZ2File(file),
    ".zst": read_zstd,
}


def expand_paths(paths: PathLike | Iterable[PathLike]) -> list[str]:
    """Return the files of some paths, with directories and patterns expanded.

    Parameters
    ----------
    paths : path or iterable of paths
        Files; directories, for the files directly in them; patterns; ``-`` for standard
        input. Hidden files of directories and patterns are left out.

    Returns
    -------
    list of str
        In the order of the paths; the files of one directory or pattern are sorted by
        name.

    Raises
    ------
    FileNotFoundError
        If a path does not exist and is not a pattern that matches a file.
    TypeError
        If a path is neither a string nor path-like.
    ValueError
        If there is no path, or a directory has no files.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    if not isinstance(paths, Iterable):
        raise TypeError(must_be("paths", "a path or an iterable of paths", paths))
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
        rule = "a directory with at least one file that is not hidden"
        raise ValueError(must_be("path", rule, path))
    return inside


def matching_files(pattern: PathLike) -> list[str]:
    """Return the files that match a pattern, sorted by name; hidden files never do.

    Parameters
    ----------
    pattern : str or path-like
        ``*``, ``?`` and ``[ab]`` work as in a shell; ``**`` is any number of folders. A
        name without any of these matches nothing.
    """
    pattern = os.fspath(pattern)
    if not glob.has_magic(pattern):
        return []
    return sorted(filter(os.path.isfile, glob.glob(pattern, recursive=True)))  # noqa: PTH207


def open_binary(path: str) -> AbstractContextManager[BinaryIO]:
    """Open a file, or standard input for ``-``, decompressing by its suffix.

    Raises
    ------
    ImportError
        If decompressing needs a package that is not installed.
    OSError
        If the file cannot be opened.
    """
    check_decompressors([path])
    return _opened(path)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as stored:
        yield decompress(stored, path)


def decompress(stored: BinaryIO, path: str) -> BinaryIO:
    """Return the content of an open file, decompressed by the suffix of its name."""
    decompressor = _DECOMPRESSORS.get(_suffix(path))
    if decompressor is None:
        return stored
    return cast(BinaryIO, decompressor(stored, path))


def is_compressed(path: str) -> bool:
    """Whether the suffix of a file's name is that of a compressed file."""
    return _suffix(path) in _DECOMPRESSORS


def damaged_message(name: str, error: Exception) -> str:
    """Return the message for a compressed file that cannot be read."""
    return (
        f"{name}: expected a whole compressed file, got a damaged or truncated one "
        f"({error})"
    )


def not_utf8_message(place: str, byte: int) -> str:
    """Return the message for a byte that is not UTF-8."""
    return (
        f"{place}: expected UTF-8, got byte 0x{byte:02x}; convert the file, or keep, "
        "replace or drop such bytes: --encoding-errors (encoding_errors=) "
        "surrogateescape, replace or ignore"
    )


def check_decompressors(files: Iterable[str]) -> None:
    """Raise ``ImportError`` if a file needs a package that is not installed."""
    for file in files:
        if _suffix(file) == ".zst":
            import_zstandard(file)


def total_size(files: Iterable[str]) -> int | None:
    """Return the bytes of text in some files; None if they must be read to know."""
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
