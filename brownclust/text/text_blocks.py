"""Files of text as blocks of bytes.

`BigramCounts.from_text` counts the blocks; lists of pairs are read here, too.
"""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer
from brownclust.text.blocks import (
    BLOCK_SIZE,
    PathLike,
    Progress,
    check_lengths,
    join_pieces,
    split_after,
)
from brownclust.text.characters import WHITESPACE
from brownclust.text.compression import check_decompressors
from brownclust.text.encodings import to_utf8
from brownclust.text.files import (
    check_is_file,
    expand_paths,
    name_of,
    open_decompressed,
    total_size,
)
from brownclust.text.input_formats import read_conll_tokens, read_json_lines
from brownclust.text.table_files import read_table_lines
from brownclust.text.text_format import TextFormat


class TextBlocks:
    """The text of some files as blocks of bytes that end in whitespace.

    Can be iterated over once; yields uint8 arrays. The end of a file ends a line.

    Parameters
    ----------
    paths : path or iterable of paths
        Files (decompressed if named ``.gz``, ``.xz``, ``.bz2`` or ``.zst``),
        directories (the files directly in them, sorted by name, hidden ones left out),
        patterns such as ``data/*.gz``, and ``-`` for standard input.
    text_format : TextFormat
        The format of the files; its normaliser is applied to every block.
    block_size : int
        Bytes read at a time.
    progress : callable, optional
        Called with "count", the bytes read, and the bytes of all files, which is None
        with compressed files and standard input.

    Attributes
    ----------
    files : list of str
        The files to read.
    n_bytes : int
        Bytes read so far, after decompression.

    Raises
    ------
    FileNotFoundError
        If a path does not exist: at once, before anything is read.
    ImportError
        If a file needs a package that is not installed: at once.
    ValueError
        While reading: if bytes are not of the encoding, or a line is not of the format
        (``path:line:``), or a file is not text or damaged (``path:``).

    Notes
    -----
    Memory depends on the block size and the longest token, not on files or lines; with
    formats other than text, on the longest sentence or record.
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
        check_decompressors(self.files)
        self.n_bytes = 0
        self._normalise = text_format.normaliser
        self._block_size = check_integer("block_size", block_size, minimum=1)
        self._progress = progress
        self._total = total_size(self.files)
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """SHA-256 of the files read so far, as of ``cat files | sha256sum``."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Read the files, a block at a time."""
        self._report()
        for path in self.files:
            with open_decompressed(path) as file:
                pieces = self._read(file)
                if self._format.format == "arrow":
                    texts = self._table(path, pieces)
                else:
                    texts = self._texts(pieces, name_of(path))
                for text in texts:
                    yield np.frombuffer(self._normalise(text), np.uint8)
                    self._report()

    def _table(self, path: str, pieces: Iterator[bytes]) -> Iterator[bytearray]:
        """Yield the text in a Parquet or Arrow file."""
        lines = read_table_lines(path, cast(str | None, self._format.field))
        yield from join_pieces(lines, self._block_size)
        for _ in pieces:  # pyarrow reads the file itself: this is for the hash
            pass

    def _texts(self, pieces: Iterator[bytes], name: str) -> Iterator[bytearray]:
        """Yield the text in a file of any format."""
        format, field = self._format.format, self._format.field
        pieces = to_utf8(
            pieces, name, self._format.encoding, self._format.encoding_errors
        )
        separators = WHITESPACE if format == "text" else (b"\n",)
        blocks = split_after(separators, check_lengths(separators, pieces, name))
        if format == "text":
            return blocks
        lines = (line for block in blocks for line in io.BytesIO(block))
        if format == "jsonl":
            strict = self._format.is_strict
            records = read_json_lines(lines, name, cast(str, field), strict=strict)
        else:
            records = read_conll_tokens(lines, name, self._format.column_format)
        return join_pieces(records, self._block_size)

    def _read(self, file: BinaryIO) -> Iterator[bytes]:
        while data := file.read(self._block_size):
            self._hash.update(data)
            self.n_bytes += len(data)
            yield data

    def _report(self) -> None:
        if self._progress is not None:
            self._progress("count", self.n_bytes, self._total)


def read_whole_lines(
    path: PathLike, text_format: TextFormat, *, progress: Progress | None = None
) -> Iterator[bytearray]:
    """Yield a text in blocks of whole lines, the last followed by an empty line.

    Parameters
    ----------
    path : path
        One file, or ``-`` for standard input.
    text_format : TextFormat
        Its format.
    progress : callable, optional
        As for `TextBlocks`.

    Raises
    ------
    IsADirectoryError
        If it is a directory: errors name a file and a line.
    OSError, ValueError
        As `TextBlocks` does.
    """
    check_is_file(path)
    blocks = TextBlocks(path, text_format, progress=progress)
    pieces = (block.tobytes() for block in blocks)
    name, newline = name_of(os.fspath(path)), (b"\n",)
    return split_after(newline, check_lengths(newline, pieces, name))
