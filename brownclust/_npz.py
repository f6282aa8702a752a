"""Read and write npz files whose claims are checked before they cost anything.

An npz file is a zip file of arrays. A damaged or hostile one can claim arrays of any
size, hold a name twice, or expand a thousandfold; `NpzReader` refuses it. A member
`DIGEST` of the file identifies all other members, so that a change of any is detected.
"""

import hashlib
import math
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, BinaryIO, Self
from warnings import catch_warnings, simplefilter
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from brownclust._threads import SideThread
from brownclust._validation import must_be, shown

DIGEST = "digest"
"""Name of the member that identifies the others."""

_SUFFIX = ".npy"

_KINDS = "biufU"
"""Kinds of arrays that are read: numbers and text, no objects, dates or records."""

_IS_ENCRYPTED = 1
"""The bit of a zip member's flags."""

_MAX_EXPANSION = 100
"""Most bytes of arrays for each byte of the file; ours are not compressed at all.

Someone may have compressed a file to 1 %, but no more: memory would run out.
"""

_SMALL_FILE = 1 << 20
"""Bytes of arrays that a file of any size may have."""

_CHUNK = 1 << 20
"""Bytes read at a time: they are hashed while they are in a cache."""


def write_npz(file: BinaryIO, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays and their digest to an open file, as `numpy.savez` does.

    Parameters
    ----------
    file : binary file
        Where to write.
    arrays : mapping
        Arrays by name, in memory order C.
    """
    with (
        SideThread() as thread,
        ZipFile(file, "w", ZIP_STORED) as archive,
    ):
        digest = thread.submit(_digest_of, arrays)  # while they are written
        for name, array in arrays.items():
            _write_member(archive, name, array)
        _write_member(archive, DIGEST, np.array(digest.result()))


class NpzReader:
    """The arrays of an open npz file, read by name.

    Parameters
    ----------
    file : binary file
        The file; it must be seekable, and stays open.

    Raises
    ------
    Exception
        If it is not a sound zip file: `zipfile` raises errors of many types.
    """

    def __init__(self, file: BinaryIO) -> None:
        n_bytes = file.seek(0, 2)
        self._zip = ZipFile(file)
        self._members: dict[str, ZipInfo] = {}
        for member in self._zip.infolist():
            name = member.filename.removesuffix(_SUFFIX)
            if name in self._members:
                raise ValueError(must_be("names", "all different", f"{name} twice"))
            if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                rule = "stored or deflated"
                raise ValueError(must_be(name, rule, member.compress_type))
            if member.flag_bits & _IS_ENCRYPTED:
                raise ValueError(
                    must_be(name, "without a password", "an encrypted one")
                )
            self._members[name] = member
        claimed = sum(member.file_size for member in self._members.values())
        limit = max(_SMALL_FILE, _MAX_EXPANSION * n_bytes)
        if claimed > limit:
            rule = f"at most {limit} in a file of this size"
            raise ValueError(must_be("bytes of arrays", rule, claimed))

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the zip file, but not the file given."""
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        """Whether there is an array of this name."""
        return name in self._members

    def read(self, name: str) -> NDArray[Any]:
        """Return one array.

        Raises
        ------
        Exception
            If it is not there or is damaged: `zipfile` raises errors of many types.
        """
        return self._read(name, None)

    def read_all(self, *, needs_digest: bool = False) -> dict[str, NDArray[Any]]:
        """Return all arrays but the digest, after checking it if there is one.

        Parameters
        ----------
        needs_digest : bool
            Whether there must be one.

        Raises
        ------
        Exception
            If an array is damaged or has been changed.
        """
        with _Digest() as digest:
            arrays = {
                name: self._read(name, digest)
                for name in sorted(self._members)
                if name != DIGEST
            }
            found = digest.hexdigest()
        if (needs_digest or DIGEST in self) and self.read(DIGEST).tolist() != found:
            raise ValueError("digest must be that of the contents, got another")
        return arrays

    def _read(self, name: str, digest: "_Digest | None") -> NDArray[Any]:
        member = self._members[name]
        with self._zip.open(member) as file:
            if np.lib.format.read_magic(file) != (1, 0):
                raise ValueError(
                    must_be(name, "an array of npy version 1.0", "another")
                )
            with catch_warnings():
                simplefilter("error")  # NumPy warns of headers that are not its own
                header = np.lib.format.read_array_header_1_0(file)
            shape, is_fortran, dtype = header
            if dtype.kind not in _KINDS or not dtype.itemsize:
                raise ValueError(must_be(name, "numbers or text", dtype.str))
            n_bytes = math.prod(shape) * dtype.itemsize
            if min(shape, default=0) < 0 or n_bytes != member.file_size - file.tell():
                rule = f"of {member.file_size - file.tell()} bytes, as the file has"
                raise ValueError(must_be(name, rule, f"{dtype} of shape {shape}"))
            array = np.empty(shape[::-1] if is_fortran else shape, dtype)
            rest = _bytes_of(array)
            if digest is not None:
                digest.update(_description(name, array))
            while len(rest):
                data = file.read(min(_CHUNK, len(rest)))
                if not data:
                    raise EOFError(must_be(name, "whole", "its beginning"))
                rest[: len(data)] = data
                if digest is not None:
                    digest.update(rest[: len(data)])
                rest = rest[len(data) :]
            file.read(1)  # at its end `zipfile` compares the checksum
        array = array.astype(dtype.newbyteorder("="), copy=False)  # of any machine
        _check_values(name, array)
        return array.T if is_fortran else array


class _Digest:
    """SHA-256, computed on a thread of its own: as fast as a file is read."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._thread = SideThread()

    def __enter__(self) -> Self:
        self._thread.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.__exit__()

    def update(self, data: bytes | memoryview) -> None:
        self._thread.submit(self._hash.update, data)

    def hexdigest(self) -> str:
        return self._thread.submit(self._hash.hexdigest).result()


def _digest_of(arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(_description(name, arrays[name]))
        digest.update(_bytes_of(arrays[name]))
    return digest.hexdigest()


def _check_values(name: str, array: NDArray[Any]) -> None:
    """Raise ``ValueError`` for bytes that NumPy takes for values, but never writes."""
    limits = {"b": (np.uint8, 1), "U": (np.uint32, sys.maxunicode)}
    if array.dtype.kind in limits and array.size:
        integer, limit = limits[array.dtype.kind]
        largest = int(array.reshape(-1).view(integer).max())
        if largest > limit:
            raise ValueError(must_be(f"values of {name}", f"up to {limit}", largest))


def _description(name: str, array: NDArray[Any]) -> bytes:
    """Return what distinguishes arrays of equal bytes."""
    return f"{shown(name)} {array.dtype.str} {array.shape}\n".encode(
        "utf-8", "backslashreplace"
    )


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _write_member(archive: ZipFile, name: str, array: NDArray[Any]) -> None:
    with archive.open(name + _SUFFIX, "w", force_zip64=True) as member:
        np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
