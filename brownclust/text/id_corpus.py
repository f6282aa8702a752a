"""Corpora of integers, from files or from Python, as blocks of checked ids.

`BigramCounts.from_ids` counts the blocks.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from brownclust._validation import check_integer, must_be
from brownclust.text.blocks import Progress
from brownclust.text.compression import check_decompressors
from brownclust.text.file_kinds import ARROW_FILE, HEAD_SIZE, NPY, PARQUET, TABLES
from brownclust.text.files import (
    STANDARD_INPUT,
    expand_paths,
    name_of,
    open_decompressed,
    total_size,
)
from brownclust.text.id_arrays import read_arrays
from brownclust.text.id_blocks import (
    IdBlock,
    Piece,
    check_piece,
    join_blocks,
    split_piece,
)
from brownclust.text.id_files import LINE_END, check_dtype, read_npy, read_raw
from brownclust.text.table_files import kind_of_file, open_column
from brownclust.text.tables import IDS, id_pieces

IDS_RULE = (
    "a NumPy array (.npy), a Parquet or Arrow file, or raw integers, whose type must "
    "be given: --dtype (dtype=)"
)
_RAW_SUFFIXES = (".bin", ".dat", ".raw")
_WITH_TYPES = (NPY, PARQUET, ARROW_FILE)
"""Kinds that raw integers are not taken for: of the others, a few bytes are enough."""


class IdBlocks:
    """A corpus of integers as blocks of ids.

    Can be iterated over once; yields `IdBlock`. The end of a file ends a line.

    Parameters
    ----------
    data : path, iterable of paths, array, iterable of rows, table or dataset
        See `BigramCounts.from_ids`, also for the others.
    offsets : sequence of int, optional
        Where the lines of an array of one dimension begin, and its size.
    separator : int, optional
        An integer that ends a line; it is not counted.
    dtype : str, optional
        The type of the integers of raw files.
    field : str, optional
        The column of tables.
    progress : callable, optional
        Called with "count", the bytes of files read, and of all files, or None; with
        ids from Python, the bytes of their arrays, and None.

    Attributes
    ----------
    files : list of str or None
        The files to read.
    n_bytes : int
        Bytes read so far, after decompression.
    """

    def __init__(
        self,
        data: Any,
        *,
        offsets: Any = None,
        separator: int | None = None,
        dtype: Any = None,
        field: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.files: list[str] | None = None
        self.n_bytes = 0
        self._total: int | None = None
        self._hash = hashlib.sha256()
        self._data, self._offsets, self._field = data, offsets, field
        self._dtype = None if dtype is None else check_dtype("dtype", dtype)
        self._separator = (
            None if separator is None else check_integer("separator", separator)
        )
        self._progress = progress
        if are_paths(data):
            self.files = expand_paths(data)
            check_decompressors(self.files)
            self._total = total_size(self.files)
            if offsets is not None:
                raise ValueError(must_be("offsets", "left out for files", offsets))
        elif dtype is not None:
            raise ValueError(must_be("dtype", "left out for arrays", dtype))

    @property
    def sha256(self) -> str | None:
        """SHA-256 of the files, as of ``cat files | sha256sum``; None without files."""
        return None if self.files is None else self._hash.hexdigest()

    def __iter__(self) -> Iterator[IdBlock]:
        """Read the ids, a block at a time."""
        yield from join_blocks(self._checked())

    def _checked(self) -> Iterator[IdBlock]:
        self._report()
        if self.files is None:
            pieces = read_arrays(self._data, self._offsets, self._field)
            yield from self._blocks(pieces, None)
        else:
            for path in self.files:
                yield from self._blocks(self._read(path), name_of(path))

    def _blocks(self, pieces: Iterator[Piece], name: str | None) -> Iterator[IdBlock]:
        position = 0
        for whole in pieces:
            for piece in split_piece(whole):
                yield check_piece(piece, self._separator, name, position)
                position += piece.values.size
                if name is None:
                    self.n_bytes += piece.values.nbytes
                self._report()

    def _read(self, path: str) -> Iterator[Piece]:
        """Yield the ids of a file."""
        name = name_of(path)
        kind = None if path == STANDARD_INPUT else kind_of_file(path)
        if self._dtype is not None and kind in _WITH_TYPES:
            rule = "left out for files with types of their own"
            raise ValueError(must_be("dtype", rule, f"{path}, {kind}"))
        if self._dtype is None and kind in TABLES:
            yield from self._read_table(path, kind)
            return
        with open_decompressed(path) as file:
            reader = _Reader(file, self)
            if self._dtype is not None:
                yield from read_raw(cast(BinaryIO, reader), self._dtype, name)
            elif kind == NPY:
                yield from read_npy(cast(BinaryIO, reader), name)
            else:
                found = kind or "another file"
                raise ValueError(f"{name}: expected {IDS_RULE}, got {found}")

    def _read_table(self, path: str, kind: str) -> Iterator[Piece]:
        with open_column(path, kind, self._field) as column:
            if column.holds != IDS:
                rule = "a column of integers, or of lists of them"
                raise ValueError(f"{path}: expected {rule}, got one of {column.holds}")
            missing = f"{path}: expected integers, got "
            yield from id_pieces(column.arrays, lambda found: missing + found)
        with Path(path).open("rb") as file:
            reader = _Reader(file, self)
            while reader.read(1 << 20):
                pass
        yield LINE_END

    def note(self, data: bytes) -> None:
        """Add bytes of files to `n_bytes` and `sha256`."""
        self._hash.update(data)
        self.n_bytes += len(data)

    def _report(self) -> None:
        if self._progress is not None:
            self._progress("count", self.n_bytes, self._total)


class _Reader:
    """A file of which everything that is read is noted."""

    def __init__(self, file: BinaryIO, blocks: IdBlocks) -> None:
        self._file = file
        self._blocks = blocks

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._blocks.note(data)
        return data


def are_paths(data: Any) -> bool:
    """Whether data are a path, or a list of paths."""
    if isinstance(data, str | os.PathLike):
        return True
    is_list = isinstance(data, list | tuple) and len(data) > 0
    return is_list and all(isinstance(item, str | os.PathLike) for item in data)


def hold_ids(files: Iterable[str], *, dtype: Any, field: str | None) -> bool:
    """Whether files are corpora of integers rather than text.

    Parameters
    ----------
    files : iterable of str
        Files that exist, or ``-``.
    dtype : str or None
        The type of raw integers; if there is one, all files are ids.
    field : str or None
        The column of tables.

    Raises
    ------
    ImportError, ValueError
        If a table cannot be read, or only some of the files are ids.
    """
    if dtype is not None:
        return True
    found = {file: _holds_ids(file, field) for file in files}
    if len(set(found.values())) > 1:
        text = next(file for file, are_ids in found.items() if not are_ids)
        rule = "all text or all corpora of integers"
        raise ValueError(f"paths must be {rule}, got both: {text!r} is text")
    return any(found.values())


def _holds_ids(file: str, field: str | None) -> bool:
    kind = kind_of_file(file)
    if kind in TABLES:
        with open_column(file, kind, field) as column:
            return column.holds == IDS
    if kind is None and file.endswith(_RAW_SUFFIXES) and Path(file).is_file():
        with Path(file).open("rb") as raw:
            if b"\0" in raw.read(HEAD_SIZE):
                rule = "text, or the type of raw integers (--dtype uint16, dtype=)"
                raise ValueError(f"{file}: expected {rule}, got binary data")
    return kind == NPY
