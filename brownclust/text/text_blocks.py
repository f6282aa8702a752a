"""Files of text, to be counted."""

import errno
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer
from brownclust.text.blocks import BLOCK_SIZE, PathLike, Progress, collect, cut_after
from brownclust.text.characters import BYTE_ORDER_MARK, WHITE_SPACE
from brownclust.text.files import (
    DAMAGE,
    STANDARD_INPUT,
    check_openers,
    damaged,
    expand_paths,
    not_utf8,
    open_binary,
    total_size,
)
from brownclust.text.records import read_conll_tokens, read_json_lines
from brownclust.text.text_format import TextFormat


class TextBlocks:
    """The text of some files as blocks of bytes that end at white space.

    Iterate once. A file's end is a line end. Memory follows the block size and the
    longest token, never the file or its lines; with other formats than text, the
    longest sentence or record.

    Parameters
    ----------
    paths : path or iterable of paths
        Files (decompressed when named ``.gz``, ``.xz``, ``.bz2`` or ``.zst``),
        directories (the files directly in them, sorted by name, hidden ones left out),
        patterns such as ``data/*.gz`` and ``-``, standard input.
    text_format : TextFormat
        What the files are, and what is done to every block.
    block_size : int
        Bytes read at a time.
    progress : callable, optional
        Called with "count", the bytes read and the bytes there are, which is None with
        compressed files and standard input.

    Attributes
    ----------
    files : list of str
        The files to read.
    n_bytes : int
        Bytes of the (decompressed) files read.

    Raises
    ------
    FileNotFoundError
        If one of the paths does not exist: at once, not when its turn comes.
    ImportError
        If a file needs a package that is not installed.
    ValueError
        While reading: for bytes that are no UTF-8 and what is not as the format has it
        (``path:line:``), and for damaged compressed files.
    """

    def __init__(
        self,
        paths: PathLike | Iterable[PathLike],
        text_format: TextFormat,
        *,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
    ) -> None:
        self._format = text_format
        self.files = expand_paths(paths)
        check_openers(self.files)
        self.n_bytes = 0
        self._normalise = text_format.normaliser
        self._block_size = check_integer("block_size", block_size, minimum=1)
        self._progress = progress
        self._total = total_size(self.files)
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hash of the files read so far, as of ``cat files | sha256sum``."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Read the files, a block at a time."""
        self._report()
        for path in self.files:
            name = "<stdin>" if path == STANDARD_INPUT else path
            with open_binary(path) as file:
                for text in self._texts(self._read(file, name), name):
                    yield np.frombuffer(self._normalise(text), np.uint8)
                    self._report()

    def _texts(self, pieces: Iterator[bytes], name: str) -> Iterator[bytearray]:
        """Turn a file into text."""
        format, field = self._format.format, self._format.field
        if format == "text":
            return self._checked(cut_after(WHITE_SPACE, pieces), name)
        blocks = self._checked(cut_after((b"\n",), pieces), name)
        lines = (line for block in blocks for line in io.BytesIO(block))
        if format == "jsonl":
            strict = self._format.is_strict
            records = read_json_lines(lines, name, cast(str, field), strict=strict)
        else:
            is_conllu = format == "conllu"
            records = read_conll_tokens(lines, name, field, conllu=is_conllu)
        return collect(records, self._block_size)

    def _checked(self, blocks: Iterator[bytearray], name: str) -> Iterator[bytearray]:
        """Take off a byte order mark, and stop at what is no UTF-8 but must be."""
        n_lines = 0
        is_start = True
        for block in blocks:
            if is_start and block.startswith(BYTE_ORDER_MARK):
                del block[: len(BYTE_ORDER_MARK)]
            is_start = False
            if self._format.is_strict and not block.isascii():
                try:
                    block.decode("utf-8")
                except UnicodeDecodeError as error:
                    line = 1 + n_lines + block.count(b"\n", 0, error.start)
                    byte = block[error.start]
                    raise ValueError(not_utf8(f"{name}:{line}", byte)) from None
            n_lines += block.count(b"\n")
            yield block

    def _read(self, file: BinaryIO, name: str) -> Iterator[bytes]:
        while True:
            try:
                data = file.read(self._block_size)
            except DAMAGE as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise  # the system's, not the decompressor's
                raise ValueError(damaged(name, error)) from None
            if not data:
                return
            self._hash.update(data)
            self.n_bytes += len(data)
            yield data

    def _report(self) -> None:
        if self._progress is not None:
            self._progress("count", self.n_bytes, self._total)


def read_whole_lines(
    path: PathLike, text_format: TextFormat, *, progress: Progress | None = None
) -> Iterator[bytearray]:
    """Read one text in blocks of whole lines, the last followed by an empty line.

    Raises
    ------
    IsADirectoryError
        If it is a folder, whose files would have to be told apart.
    """
    if Path(path).is_dir():
        reason = "is a folder, not a file"
        raise IsADirectoryError(errno.EISDIR, reason, os.fspath(path))
    blocks = TextBlocks(path, text_format, progress=progress)
    return cut_after((b"\n",), (block.tobytes() for block in blocks))
