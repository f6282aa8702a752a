"""Decompress files by the suffix of their names; damage is an error that names them.

`brownclust.text.files` opens local files with this, `brownclust.distributed` others.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from brownclust.text.file_kinds import COMPRESSED_KINDS, LONGEST_MAGIC, kind_of
from brownclust.text.zstd import ZstdFrame, import_zstandard

_READ_SIZE = 1 << 16
"""Compressed bytes decompressed at a time."""

_MAX_TEXT_SIZE = 1 << 20
"""Bytes decompressed at a time: a damaged or hostile file can hold 20,000 times more.

Zstandard has no such limit; its frames are decompressed `_READ_SIZE` bytes at a time.
"""

_DAMAGED = "a damaged or truncated one"


class _GzipMember:
    """A decompressor of gzip with the interface of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._decompressor = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._decompressor.eof

    @property
    def needs_input(self) -> bool:
        return not self._decompressor.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._decompressor.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        rest = self._decompressor.unconsumed_tail
        return self._decompressor.decompress(rest + data, max_length)


@dataclass(frozen=True)
class _Compression:
    """A kind of compressed files.

    Attributes
    ----------
    name : str
        As in `COMPRESSED_KINDS`.
    new_member : callable
        Function from the name of a file to a decompressor of one member (stream,
        frame) with the interface of `bz2.BZ2Decompressor`.
    """

    name: str
    new_member: Callable[[str], Any]


_COMPRESSIONS = {
    ".gz": _Compression("gzip", lambda _: _GzipMember()),
    ".xz": _Compression("xz", lambda _: lzma.LZMADecompressor(lzma.FORMAT_XZ)),
    ".bz2": _Compression("bzip2", lambda _: bz2.BZ2Decompressor()),
    ".zst": _Compression("Zstandard", ZstdFrame),
}


def is_compressed(path: str) -> bool:
    """Whether the suffix of a file's name is that of a compressed file."""
    return _suffix(path) in _COMPRESSIONS


def check_decompressors(files: Iterable[str]) -> None:
    """Raise ``ImportError`` if a file needs a package that is not installed."""
    for file in files:
        if _suffix(file) == ".zst":
            import_zstandard(file)


def decompress(stored: BinaryIO, path: str) -> BinaryIO:
    """Return the content of an open file, decompressed by the suffix of its name.

    Reading raises ``ValueError``, with the name of the file, if a compressed file is
    damaged, truncated or empty, or has another content than its name says.
    """
    compression = _COMPRESSIONS.get(_suffix(path))
    if compression is None:
        return stored
    raw = _MemberReader(stored, path, compression)
    return cast(BinaryIO, io.BufferedReader(raw, _READ_SIZE))


class _MemberReader(io.RawIOBase):
    """Decompresses member by member, up to the last byte of the file.

    Python's own readers of bz2 and xz stop in silence where a member after the first
    is damaged, and that of gzip accepts an empty file.
    """

    def __init__(self, file: BinaryIO, name: str, compression: _Compression) -> None:
        self._file = file
        self._name = name
        self._compression = compression
        self._member: Any = None  # none has begun
        self._is_first = True
        self._compressed = b""
        self._text = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Copy decompressed text into a buffer; return how many bytes."""
        while not self._text and self._decompress():
            pass
        size = min(len(buffer), len(self._text))
        buffer[:size] = self._text[:size]
        self._text = self._text[size:]
        return size

    def _decompress(self) -> bool:
        """Decompress the next bytes; return False at the end of the file."""
        if self._member is None and not self._begin_member():
            return False
        if not self._compressed and self._member.needs_input:
            self._compressed = self._file.read(_READ_SIZE)
            if not self._compressed:
                raise self._damaged(f"{_DAMAGED} (it ends too early)")
        try:
            text = self._member.decompress(self._compressed, _MAX_TEXT_SIZE)
        except (OSError, lzma.LZMAError, zlib.error) as error:
            raise self._damaged(f"{_DAMAGED} ({error})") from None
        self._text = memoryview(text)
        self._compressed = b""
        if self._member.eof:
            self._compressed = self._member.unused_data
            self._member = None
        return True

    def _begin_member(self) -> bool:
        data = self._compressed
        if not self._is_first:  # tapes, and xz, pad files with zeros
            data = data.lstrip(b"\0")
        while len(data) < LONGEST_MAGIC and (more := self._file.read(_READ_SIZE)):
            data += more
            if not self._is_first:
                data = data.lstrip(b"\0")
        if not data and not self._is_first:
            return False
        self._check_start(data)
        self._compressed = data
        self._member = self._compression.new_member(self._name)
        self._is_first = False
        return True

    def _check_start(self, data: bytes) -> None:
        name, kind = self._compression.name, kind_of(data)
        if not data:
            raise self._damaged("an empty one")
        if kind == COMPRESSED_KINDS[name]:
            return
        suffix = _suffix(self._name)
        if not self._is_first:
            found = f"one with other data at its end, from {data[:8]!r}"
        elif kind is None and any(data):
            found = f"one that is not {name} data; if it is text, remove {suffix}"
        else:
            found = f"{kind or 'zeros'}, not {name} data as {suffix} says"
        raise self._damaged(found)

    def _damaged(self, found: str) -> ValueError:
        rule = "expected a whole compressed file"
        return ValueError(f"{self._name}: {rule}, got {found}")


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()
