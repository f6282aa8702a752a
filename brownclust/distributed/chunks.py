"""Which files addresses stand for, how they are cut into chunks, and read."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

import fsspec
import numpy as np
from fsspec.core import url_to_fs
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.text.blocks import BLOCK_SIZE, PathLike, cut_after
from brownclust.text.characters import BYTE_ORDER_MARK, WHITE_SPACE
from brownclust.text.files import (
    DAMAGE,
    STANDARD_INPUT,
    damaged,
    decompressed,
    is_compressed,
    not_utf8,
)
from brownclust.text.normalise import Normaliser


class BadFileError(ValueError):
    """Raised when a file is damaged or no text.

    Attributes
    ----------
    address : str
        The file.
    """

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)  # what pickling passes on
        self.address = address

    def __str__(self) -> str:
        """Return the reason, which names the file."""
        return str(self.args[1])


@dataclass(frozen=True, slots=True)
class File:
    """A file and its size in bytes, as it is stored."""

    address: str
    n_bytes: int

    @property
    def is_compressed(self) -> bool:
        """Whether it can only be read from its start."""
        return is_compressed(self.address)


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines of a file that begin at one of some bytes; all, if `stop` is None."""

    address: str
    start: int = 0
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one task reads: pieces that follow each other, and their size in bytes."""

    number: int
    pieces: tuple[Piece, ...]
    n_bytes: int


def find_files(addresses: PathLike | Iterable[PathLike]) -> list[File]:
    """Return the files that addresses stand for.

    Parameters
    ----------
    addresses : str, path or iterable of either
        Paths, or any addresses that fsspec knows; of files, of folders (the files
        directly in them), or patterns. Files of one folder or pattern are sorted by
        name; hidden ones are left out.

    Raises
    ------
    FileNotFoundError
        If an address stands for no file.
    ImportError
        If a kind of address needs a package that is not installed.
    ValueError
        If there is no address, or one of an unknown kind, or it cannot be shared.
    """
    if isinstance(addresses, str | os.PathLike):
        addresses = [addresses]
    files = [file for address in addresses for file in _expand(address)]
    if not files:
        raise ValueError(must_be("addresses", "at least one address", []))
    return files


def _expand(path_or_address: PathLike) -> list[File]:
    if not isinstance(path_or_address, str | os.PathLike):
        raise TypeError(must_be("address", "a string or path-like", path_or_address))
    address = os.fspath(path_or_address)
    if address == STANDARD_INPUT or "::" in address:
        rule = "a file's that other machines can open"
        raise ValueError(must_be("address", rule, address))
    system, path = url_to_fs(address)
    is_one = False
    if any(sign in path for sign in "*?[") and not system.exists(path):
        entries = system.glob(path, detail=True).values()
    elif system.isdir(path):
        entries = system.ls(path, detail=True)
    else:
        entries = [system.info(path)]  # raises if missing
        is_one = True
    # A path is named as a path, as in all that is said of local files.
    name = system.unstrip_protocol if "://" in address else str
    files = [
        File(name(entry["name"]), entry["size"] or 0)
        for entry in entries
        if entry["type"] == "file"
        and (is_one or not PurePosixPath(entry["name"]).name.startswith("."))
    ]
    if not files:
        rule = "that of a file, or of a folder or a pattern with files"
        raise FileNotFoundError(must_be("address", rule, address))
    return sorted(files, key=lambda file: file.address)


def cut_into_chunks(
    files: Iterable[File], block_size: int, *, split_files: bool
) -> list[Chunk]:
    """Share files out, in order.

    Parameters
    ----------
    files : iterable of File
        What to read.
    block_size : int
        Bytes of a chunk, at most if possible: a compressed file is not cut.
    split_files : bool
        Whether a file may be cut at all.
    """
    chunks: list[Chunk] = []
    pieces: list[Piece] = []
    n_bytes = 0
    for piece, size in _cut_files(files, block_size if split_files else None):
        if pieces and n_bytes + size > block_size:
            chunks.append(Chunk(len(chunks), tuple(pieces), n_bytes))
            pieces, n_bytes = [], 0
        pieces.append(piece)
        n_bytes += size
    if pieces:
        chunks.append(Chunk(len(chunks), tuple(pieces), n_bytes))
    return chunks


def _cut_files(
    files: Iterable[File], block_size: int | None
) -> Iterator[tuple[Piece, int]]:
    for file in files:
        size = file.n_bytes
        if block_size is None or size <= block_size or file.is_compressed:
            yield Piece(file.address), size
            continue
        for start in range(0, size, block_size):
            stop = min(start + block_size, size)
            yield Piece(file.address, start, stop), stop - start


def read_chunk(chunk: Chunk, normaliser: Normaliser) -> Iterator[NDArray[np.uint8]]:
    """Read the pieces of a chunk; see `read_piece`."""
    for piece in chunk.pieces:
        yield from read_piece(piece, normaliser)


def read_piece(piece: Piece, normaliser: Normaliser) -> Iterator[NDArray[np.uint8]]:
    """Read lines of a file as blocks that end in white space, the last in a newline.

    Raises
    ------
    BadFileError
        If a compressed file is damaged, or bytes are no UTF-8 but must be.
    OSError
        If the file cannot be read.
    """
    with fsspec.open(piece.address, "rb") as stored:
        file = decompressed(cast(BinaryIO, stored), piece.address)
        position, n_lines = piece.start, 0
        for text in cut_after(WHITE_SPACE, _read(file, piece)):
            if position == 0 and text.startswith(BYTE_ORDER_MARK):
                del text[: len(BYTE_ORDER_MARK)]
            if normaliser.encoding_errors == "strict" and not text.isascii():
                _check_encoding(text, piece, n_lines)
            position += len(text)
            n_lines += text.count(b"\n")
            yield np.frombuffer(normaliser(text), np.uint8)


def _check_encoding(text: bytearray, piece: Piece, n_lines: int) -> None:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + n_lines + text.count(b"\n", 0, error.start)
        # Where in the file a later range begins, no one has counted.
        where = (
            f":{line}"
            if piece.start == 0
            else f", line {line} after byte {piece.start}"
        )
        reason = not_utf8(f"{piece.address}{where}", text[error.start])
        raise BadFileError(piece.address, reason) from None


def _read(file: BinaryIO, piece: Piece) -> Iterator[bytes]:
    try:
        if piece.stop is None:
            while data := file.read(BLOCK_SIZE):
                yield data
        else:
            yield from _read_lines(file, piece.start, piece.stop)
    except DAMAGE as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system's, not the decompressor's
        reason = damaged(piece.address, error)
        raise BadFileError(piece.address, reason) from None


def _read_lines(file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    """Read the lines that begin at one of the bytes from `start` to before `stop`."""
    data = b"\n"
    position = start
    if start:
        position -= 1  # a newline there is the end of the line before
        file.seek(position)
        end = -1
        while end < 0:
            data = file.read(min(BLOCK_SIZE, stop - position))
            if not data:
                return  # the line that goes on here began in an earlier range
            position += len(data)
            end = data.find(b"\n")
        yield data[end + 1 :]
    while position < stop:
        data = file.read(min(BLOCK_SIZE, stop - position))
        if not data:
            return
        position += len(data)
        yield data
    end = len(data) if data.endswith(b"\n") else -1
    while end < 0 and (data := file.read(BLOCK_SIZE)):
        end = data.find(b"\n")
        yield data if end < 0 else data[: end + 1]
