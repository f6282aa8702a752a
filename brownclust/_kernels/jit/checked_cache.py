"""Numba's disk cache with checksums: what a damaged file held is compiled again.

Numba trusts the files: one of no bytes raises an error at every start, and code with
other bytes in it is run. Checksums at the end of files find both; a reader that does
not know them ignores what follows the pickled data.
"""

import pickle
import warnings
from pathlib import Path
from typing import Any
from zlib import crc32

from numba.core.caching import FunctionCache, IndexDataCacheFile

_CHECKSUM_SIZE = 4

_failed_folders: set[str] = set()
"""Folders that could not be written to: one warning is enough."""


class _CheckedFiles(IndexDataCacheFile):  # type: ignore[misc]
    """The index and the data of a kernel, with checksums."""

    def _load_index(self) -> dict[Any, str]:
        data = _read_checked(Path(self._index_path))
        version = None if data is None else pickle.loads(data)
        if data is None or version != self._version:
            return {}
        # What follows the version
        stamp, overloads = pickle.loads(data[len(_dump_version(version)) :])
        return overloads if stamp == self._source_stamp else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        data = _dump_version(self._version)
        data += self._dump((self._source_stamp, overloads))
        self._write_checked(self._index_path, data)

    def _load_data(self, name: str) -> Any:
        data = _read_checked(Path(self._data_path(name)))
        return None if data is None else pickle.loads(data)

    def _save_data(self, name: str, data: Any) -> None:
        self._write_checked(self._data_path(name), self._dump(data))

    def _write_checked(self, path: str, data: bytes) -> None:
        with self._open_for_write(path) as file:
            file.write(data + _checksum(data))


class _CheckedCache(FunctionCache):  # type: ignore[misc]
    """The cache of a kernel, in which nothing that goes wrong is an error."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load compiled code, without what only compiling needs.

        Numba first imports all that it can compile, SciPy's linear algebra among it,
        and compiles the functions that count references, which kernels do not call.
        """
        try:
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)
        except OSError:  # as of a file of another user
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            if self.cache_path not in _failed_folders:
                _failed_folders.add(self.cache_path)
                message = (
                    f"{self.cache_path}: compiled code cannot be kept ("
                    f"{error.strerror}), so every run compiles again; NUMBA_CACHE_DIR "
                    "names another folder"
                )
                warnings.warn_explicit(message, RuntimeWarning, "brownclust", 0)


def check_files(cache: Any) -> None:
    """Let the cache that Numba has made for a kernel check its files."""
    cache.__class__ = _CheckedCache
    cache._cache_file.__class__ = _CheckedFiles


def _dump_version(version: str) -> bytes:
    return pickle.dumps(version, protocol=-1)  # as Numba writes it


def _checksum(data: bytes) -> bytes:
    return crc32(data).to_bytes(_CHECKSUM_SIZE)


def _read_checked(path: Path) -> bytes | None:
    """Return a file without its checksum; None if it is not there, or damaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    data = content[:-_CHECKSUM_SIZE]
    return data if content[-_CHECKSUM_SIZE:] == _checksum(data) else None
