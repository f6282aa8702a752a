"""Decompress Zstandard files, with the package of the extra ``zst``."""

import io
from typing import Any, BinaryIO, cast

_READ_SIZE = 1 << 16
"""Compressed bytes decompressed at a time.

A damaged or hostile frame can hold 30,000 times as many; text, three or four times.
"""

_MAX_WINDOW_BYTES = 1 << 31
"""Memory that decompression may take: the largest window of the ``zstd`` program.

Archives of web pages use it; by default only 128 MiB are allowed.
"""


def import_zstandard(path: str) -> Any:
    """Return the package ``zstandard``.

    Parameters
    ----------
    path : str
        The file that needs it, for the message.

    Raises
    ------
    ImportError
        If it is not installed; the message says how to install it.
    """
    try:
        import zstandard
    except ImportError:
        raise ImportError(
            f"{path} needs zstandard; run: pip install 'brownclust[zst]'"
        ) from None
    return zstandard


def read_zstd(file: BinaryIO, path: str) -> BinaryIO:
    """Return the decompressed content of an open file, of one frame or several."""
    raw = _ZstdReader(import_zstandard(path), file)
    return cast(BinaryIO, io.BufferedReader(raw, _READ_SIZE))


class _ZstdReader(io.RawIOBase):
    """Decompresses frame by frame, and raises an error if the last is incomplete.

    The reader of the package takes a truncated file for a complete one.
    """

    def __init__(self, zstandard: Any, file: BinaryIO) -> None:
        self._package = zstandard
        self._file = file
        self._frame: Any = None  # no frame has begun
        self._compressed = b""  # read already, but part of the next frame
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
        data = self._compressed or self._file.read(_READ_SIZE)
        if not data:
            if self._frame is not None:
                raise EOFError("Zstandard frame without an end")
            return False
        if self._frame is None:
            decompressor = self._package.ZstdDecompressor(
                max_window_size=_MAX_WINDOW_BYTES
            )
            self._frame = decompressor.decompressobj()
        try:
            self._text = memoryview(self._frame.decompress(data))
        except self._package.ZstdError as error:
            raise OSError(str(error)) from None  # as gzip and bz2 do
        self._compressed = self._frame.unused_data
        if self._frame.eof:
            self._frame = None
        return True
