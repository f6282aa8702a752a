"""Decompress Zstandard files, with the package of the extra ``zst``."""

from typing import Any

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


class ZstdFrame:
    """A decompressor of one frame with the interface of those of bz2 and lzma.

    Parameters
    ----------
    path : str
        The file, for errors.
    """

    needs_input = True
    """It keeps no compressed bytes."""

    def __init__(self, path: str) -> None:
        self._package = import_zstandard(path)
        decompressor = self._package.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
        self._frame = decompressor.decompressobj()

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return bool(self._frame.eof)

    @property
    def unused_data(self) -> bytes:
        """What follows the frame."""
        return bytes(self._frame.unused_data)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what bytes hold; `max_length` has no effect."""
        try:
            return bytes(self._frame.decompress(data))
        except self._package.ZstdError as error:
            raise OSError(str(error)) from None  # as bz2 does
