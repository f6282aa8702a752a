"""Expand paths to files, and open each as text in UTF-8.

All commands that read text open it here.
"""

import errno
import glob
import io
import os
import stat
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from brownclust._validation import check_choice, must_be
from brownclust.text.blocks import BLOCK_SIZE, PathLike, check_lengths
from brownclust.text.characters import ENCODING_ERRORS
from brownclust.text.compression import (
    check_decompressors,
    decompress,
    is_compressed,
)
from brownclust.text.encodings import UTF8, check_encoding, to_utf8

STANDARD_INPUT = "-"
"""The path that stands for standard input."""


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


def open_binary(
    path: str, *, encoding: str = UTF8, encoding_errors: str = "strict"
) -> AbstractContextManager[BinaryIO]:
    """Open a text, decompressing it by its suffix, as a binary file of UTF-8.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    encoding : str
        The encoding of the text: any that Python knows.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not of the encoding: raise an error, keep them as
        they are, replace them by U+FFFD, or drop them.

    Returns
    -------
    context manager of a binary file
        Lines can be read as soon as they are there. A byte order mark is dropped.

    Raises
    ------
    ImportError
        If decompressing needs a package that is not installed.
    OSError
        If the file cannot be opened, or read.
    ValueError
        If an option is not one of these. While reading: with ``path:line:``, if a byte
        is not of the encoding; with ``path:``, if a compressed file is damaged, or a
        file is not text, or is in UTF-16 or UTF-32 and `encoding` does not say so.
    """
    checked = check_encoding("encoding", encoding)
    check_choice("encoding_errors", encoding_errors, ENCODING_ERRORS)
    check_decompressors([path])
    return _open_text(path, checked, encoding_errors)


def check_is_file(path: PathLike) -> None:
    """Raise ``IsADirectoryError`` for a folder."""
    if Path(path).is_dir():
        reason = "is a folder, not a file"
        raise IsADirectoryError(errno.EISDIR, reason, os.fspath(path))


def read_beside_text(path: str, encoding: str, encoding_errors: str) -> bytes:
    """Return a small file that goes with a text, such as a list of words.

    It is read as UTF-8, or else in the encoding of the text: hardly any text in another
    encoding passes for UTF-8.

    Parameters
    ----------
    path : str
        The file.
    encoding, encoding_errors : str
        Those of the text, as for `open_binary`, which also says what is raised.
    """
    check_is_file(path)
    if encoding != UTF8:
        with suppress(ValueError), open_binary(path) as file:
            return file.read()
    opened = open_binary(path, encoding=encoding, encoding_errors=encoding_errors)
    with opened as file:
        return file.read()


def text_pieces(
    path: str,
    separators: tuple[bytes, ...],
    *,
    encoding: str = UTF8,
    encoding_errors: str = "strict",
) -> Generator[bytes]:
    """Yield a text as it comes, decompressed by its suffix, in UTF-8.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    separators : tuple of bytes
        What ends a stretch, which must not be too long: newlines, or all whitespace.
    encoding, encoding_errors : str
        As for `open_binary`, which also says what is raised.

    Yields
    ------
    bytes
        Pieces divided anywhere, each as soon as it is there.
    """
    with open_decompressed(path) as file:
        yield from _pieces_of(file, path, separators, encoding, encoding_errors)


@contextmanager
def _open_text(path: str, encoding: str, encoding_errors: str) -> Iterator[BinaryIO]:
    with open_decompressed(path) as file:
        pieces = _pieces_of(file, path, (b"\n",), encoding, encoding_errors)
        yield cast(BinaryIO, io.BufferedReader(_Pieces(pieces), BLOCK_SIZE))


def _pieces_of(
    file: BinaryIO,
    path: str,
    separators: tuple[bytes, ...],
    encoding: str,
    encoding_errors: str,
) -> Iterator[bytes]:
    read = cast(io.BufferedReader, file).read1
    pieces = iter(lambda: read(BLOCK_SIZE), b"")
    texts = to_utf8(pieces, name_of(path), encoding, encoding_errors)
    return check_lengths(separators, texts, name_of(path))


class _Pieces(io.RawIOBase):
    """A file made of pieces of bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Copy what is left of a piece into a buffer; return how many bytes."""
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        size = min(len(buffer), len(self._piece))
        buffer[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size


@contextmanager
def open_decompressed(path: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for ``-``, decompressing it by its suffix."""
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as stored:
        yield decompress(stored, path)


def name_of(path: str) -> str:
    """Return the name of a file, or of standard input, for errors."""
    return "<stdin>" if path == STANDARD_INPUT else path


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
