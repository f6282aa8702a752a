"""Find the files of addresses, divide them into chunks, and read a chunk.

The client finds and divides; workers read, in the tasks of both passes. Addresses are
opened by fsspec: local paths, ``s3://bucket/key`` and the like.
"""

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
from brownclust.counting.phrases import Phrases
from brownclust.text.blocks import BLOCK_SIZE, PathLike, split_after
from brownclust.text.characters import WHITESPACE
from brownclust.text.compression import decompress, is_compressed
from brownclust.text.encodings import to_utf8
from brownclust.text.files import STANDARD_INPUT
from brownclust.text.text_format import TextFormat


class BadFileError(ValueError):
    """Raised when a file is damaged, or not text in its encoding.

    Attributes
    ----------
    address : str
        The file.
    """

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)  # pickling calls the class with these
        self.address = address

    def __str__(self) -> str:
        """Return the reason, which includes the address."""
        return str(self.args[1])


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file and its size.

    Attributes
    ----------
    address : str
        Where it is.
    n_bytes : int
        Its size as it is stored: if compressed, before decompression.
    """

    address: str
    n_bytes: int

    @property
    def is_compressed(self) -> bool:
        """Whether it can only be read from its start."""
        return is_compressed(self.address)


@dataclass(frozen=True, slots=True)
class FileRange:
    """The lines of a file that begin in a range of bytes.

    Attributes
    ----------
    address : str
        The file.
    start, stop : int
        The range; `stop` is not included, None is the end of the file.
    """

    address: str
    start: int = 0
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class FileChunk:
    """The text that one task counts.

    Attributes
    ----------
    number : int
        Position among all chunks, from 0.
    ranges : tuple of FileRange
        The text, in order.
    n_bytes : int
        Its size, as the files are stored.
    """

    number: int
    ranges: tuple[FileRange, ...]
    n_bytes: int


def find_files(addresses: PathLike | Iterable[PathLike]) -> list[InputFile]:
    """Return the files of some addresses, with folders and patterns expanded.

    Parameters
    ----------
    addresses : str, path or iterable of either
        Paths, or any addresses that fsspec can open: of files, folders (the files
        directly in them), or patterns. The files of one folder or pattern are sorted by
        name; hidden ones are left out.

    Returns
    -------
    list of InputFile
        In the order of the addresses.

    Raises
    ------
    FileNotFoundError
        If an address has no file.
    ImportError
        If a kind of address needs a package that is not installed.
    TypeError
        If an address is neither a string nor path-like.
    ValueError
        If there is no address, or one is of an unknown kind, or other machines could
        not open it, such as standard input.
    """
    if isinstance(addresses, str | os.PathLike):
        addresses = [addresses]
    files = [file for address in addresses for file in _expand(address)]
    if not files:
        raise ValueError(must_be("addresses", "at least one address", []))
    return files


def _expand(path_or_address: PathLike) -> list[InputFile]:
    if not isinstance(path_or_address, str | os.PathLike):
        raise TypeError(must_be("address", "a string or path-like", path_or_address))
    address = os.fspath(path_or_address)
    if address == STANDARD_INPUT or "::" in address:
        rule = "an address that other machines can open"
        raise ValueError(must_be("address", rule, address))
    system, path = url_to_fs(address)
    is_file = False
    if any(sign in path for sign in "*?[") and not system.exists(path):
        entries = system.glob(path, detail=True).values()
    elif system.isdir(path):
        entries = system.ls(path, detail=True)
    else:
        entries = [system.info(path)]  # raises if it does not exist
        is_file = True
    # Paths stay paths, without file://, as in all messages about local files.
    name = system.unstrip_protocol if "://" in address else str
    files = [
        InputFile(name(entry["name"]), entry["size"] or 0)
        for entry in entries
        if entry["type"] == "file"
        and (is_file or not PurePosixPath(entry["name"]).name.startswith("."))
    ]
    if not files:
        rule = "a file, or a folder or pattern with at least one file"
        raise FileNotFoundError(must_be("address", rule, address))
    return sorted(files, key=lambda file: file.address)


def cut_into_chunks(
    files: Iterable[InputFile], block_size: int, *, split_files: bool
) -> list[FileChunk]:
    """Divide files into chunks, in order.

    Parameters
    ----------
    files : iterable of InputFile
        The text.
    block_size : int
        Largest size of a chunk in bytes. Chunks are larger where a compressed file is,
        or any file with `split_files` false; small files are put together.
    split_files : bool
        Whether files may be divided at all.

    Returns
    -------
    list of FileChunk
    """
    chunks: list[FileChunk] = []
    ranges: list[FileRange] = []
    n_bytes = 0
    for range_, size in _split_files(files, block_size if split_files else None):
        if ranges and n_bytes + size > block_size:
            chunks.append(FileChunk(len(chunks), tuple(ranges), n_bytes))
            ranges, n_bytes = [], 0
        ranges.append(range_)
        n_bytes += size
    if ranges:
        chunks.append(FileChunk(len(chunks), tuple(ranges), n_bytes))
    return chunks


def _split_files(
    files: Iterable[InputFile], block_size: int | None
) -> Iterator[tuple[FileRange, int]]:
    """Yield ranges of at most `block_size` bytes, where possible, and their sizes."""
    for file in files:
        size = file.n_bytes
        if block_size is None or size <= block_size or file.is_compressed:
            yield FileRange(file.address), size
            continue
        for start in range(0, size, block_size):
            stop = min(start + block_size, size)
            yield FileRange(file.address, start, stop), stop - start


def read_chunk(
    chunk: FileChunk, text_format: TextFormat
) -> Iterator[NDArray[np.uint8]]:
    """Yield the text of a chunk in blocks, phrases joined; see `read_range`."""
    phrases = Phrases(text_format)
    for range_ in chunk.ranges:
        yield from phrases.join(read_range(range_, text_format))


def read_range(
    range_: FileRange, text_format: TextFormat
) -> Iterator[NDArray[np.uint8]]:
    """Yield lines of a file in blocks that end in whitespace, the last in a newline.

    Parameters
    ----------
    range_ : FileRange
        Which lines.
    text_format : TextFormat
        The encoding; its normaliser is applied to every block.

    Yields
    ------
    uint8 array

    Raises
    ------
    BadFileError
        If the file is damaged or not text, or bytes are not of the encoding and must
        be.
    OSError
        If the file cannot be read.
    """

    def place(line: int) -> str:
        if range_.start:  # the lines before the range have not been counted
            return f"{range_.address}, line {line} after byte {range_.start}"
        return f"{range_.address}:{line}"

    with fsspec.open(range_.address, "rb") as stored:
        file = decompress(cast(BinaryIO, stored), range_.address)
        try:
            pieces = to_utf8(
                _read(file, range_),
                range_.address,
                text_format.encoding,
                text_format.encoding_errors,
                place=place,
                is_start=range_.start == 0,
            )
            for text in split_after(WHITESPACE, pieces):
                yield np.frombuffer(text_format.normaliser(text), np.uint8)
        except ValueError as error:
            raise BadFileError(range_.address, str(error)) from None


def _read(file: BinaryIO, range_: FileRange) -> Iterator[bytes]:
    if range_.stop is not None:
        yield from _read_lines(file, range_.start, range_.stop)
        return
    while data := file.read(BLOCK_SIZE):
        yield data


def _read_lines(file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    """Yield the lines that begin from byte `start` to before byte `stop`."""
    data = b"\n"
    position = start
    if start:
        position -= 1  # if it is a newline, a line begins at `start`
        file.seek(position)
        end = -1
        while end < 0:
            data = file.read(min(BLOCK_SIZE, stop - position))
            if not data:
                return  # no line begins here: this one began in an earlier range
            position += len(data)
            end = data.find(b"\n")
        yield data[end + 1 :]
    while position < stop:
        data = file.read(min(BLOCK_SIZE, stop - position))
        if not data:
            return
        position += len(data)
        yield data
    # The last line may continue after `stop`.
    end = len(data) if data.endswith(b"\n") else -1
    while end < 0 and (data := file.read(BLOCK_SIZE)):
        end = data.find(b"\n")
        yield data if end < 0 else data[: end + 1]
