"""Read Zstandard files, by the package of the extra ``zst``."""

import io
from typing import Any, BinaryIO, cast

# A frame can hold 30,000 times as much; of text it is three or four times.
_BYTES_AT_A_TIME = 1 << 16
# Memory that a file may ask for; archives of web pages ask for all that can be.
_WINDOW = 1 << 31


def import_zstandard(path: str) -> Any:
    """Return the package.

    Raises
    ------
    ImportError
        If it is not installed; it tells how to, and the file it is for.
    """
    try:
        import zstandard
    except ImportError:
        raise ImportError(
            f"{path} needs zstandard; run: pip install 'brownclust[zst]'"
        ) from None
    return zstandard


def read_zstd(file: BinaryIO, path: str) -> BinaryIO:
    """Return what an open file of one frame or several is when decompressed."""
    raw = _ZstdReader(import_zstandard(path), file)
    return cast(BinaryIO, io.BufferedReader(raw, _BYTES_AT_A_TIME))


class _ZstdReader(io.RawIOBase):
    """Decompresses, and knows where frames end.

    The package's own reader takes a file that is cut short for a whole one.
    """

    def __init__(self, zstandard: Any, file: BinaryIO) -> None:
        self._package = zstandard
        self._file = file
        self._frame: Any = None  # none is open
        self._next = b""  # compressed
        self._text = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as there is text; return how far."""
        while not self._text and self._decompress():
            pass
        size = min(len(buffer), len(self._text))
        buffer[:size] = self._text[:size]
        self._text = self._text[size:]
        return size

    def _decompress(self) -> bool:
        """Decompress some more; return whether the file goes on."""
        data = self._next or self._file.read(_BYTES_AT_A_TIME)
        if not data:
            if self._frame is not None:
                raise EOFError("Zstandard frame without an end")
            return False
        if self._frame is None:
            decompressor = self._package.ZstdDecompressor(max_window_size=_WINDOW)
            self._frame = decompressor.decompressobj()
        try:
            self._text = memoryview(self._frame.decompress(data))
        except self._package.ZstdError as error:
            raise OSError(str(error)) from None  # as gzip and bz2 do
        self._next = self._frame.unused_data
        if self._frame.eof:
            self._frame = None
        return True
