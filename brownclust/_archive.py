"""The package's binary files: arrays in one npz, with a kind and a format version.

Counts, models, clusters, checkpoints and taggers are such archives.
"""

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be

_ZIP_MAGIC = b"PK\x03\x04"
"""The first bytes of a zip file, which an npz file is."""


class ArchiveError(ValueError):
    """Raised when a file is not one of ours, is damaged, or too old or new for us."""


def write_archive(
    file: BinaryIO, kind: str, version: int, arrays: Mapping[str, ArrayLike]
) -> None:
    """Write an archive to an open file.

    Parameters
    ----------
    file : binary file
        Where to write.
    kind : str
        What the arrays are, such as "counts file".
    version : int
        Format version.
    arrays : mapping
        Arrays, numbers and strings by name.
    """
    np.savez(
        file,
        allow_pickle=False,
        format=f"brownclust {kind}",
        format_version=version,
        **{name: np.asarray(array) for name, array in arrays.items()},
    )


def is_archive(path: str | PathLike[str]) -> bool:
    """Whether a file begins as archives do; `load_archive` checks the rest."""
    with Path(path).open("rb") as file:
        return file.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC


def archive_kind(path: str | PathLike[str]) -> str | None:
    """Return the kind of an archive, without loading its arrays.

    Returns
    -------
    str or None
        None if the file is not an archive; "" if it is damaged or of another program,
        for which `load_archive` raises an error that says so.
    """
    # A pipe can be read only once, and is not an archive.
    if not Path(path).is_file() or not is_archive(path):
        return None
    try:
        with (
            Path(path).open("rb") as file,  # np.load does not close it on errors
            np.load(file, allow_pickle=False) as archive,
        ):
            found = str(archive["format"])
    except Exception:  # as in load_archive
        return ""
    return found.removeprefix("brownclust ")


def load_archive(
    path: str | PathLike[str], kind: str, version: int, *, min_version: int = 1
) -> dict[str, NDArray[np.generic]]:
    """Read what `write_archive` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.
    kind : str
        Which of our kinds it must be.
    version, min_version : int
        The newest and the oldest format version that can be read.

    Raises
    ------
    OSError
        If the file cannot be read.
    ArchiveError
        If it is not of this kind, is damaged, or has a format that is too old or new.
    """
    path = Path(path)
    if not is_archive(path):
        raise ArchiveError(f"{path}: expected a brownclust {kind}, got another file")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except Exception as error:  # damage raises errors of many types
        raise ArchiveError(
            f"{path}: expected a whole brownclust {kind}, got a damaged file ({error})"
        ) from error
    found = str(arrays.get("format", "another program's archive"))
    if found != f"brownclust {kind}":
        raise ArchiveError(f"{path}: expected a brownclust {kind}, got {found}")
    found_version = arrays.get("format_version")
    if found_version is None or found_version.ndim or found_version.dtype.kind != "i":
        raise ArchiveError(f"{path}: expected a format_version, got none")
    if 1 <= found_version < min_version:
        raise ArchiveError(
            f"{path}: expected a {kind} of format version {min_version} or newer, got "
            f"{found_version}: written by an older brownclust; "
            "remove it and start again"
        )
    if not 1 <= found_version <= version:
        raise ArchiveError(
            f"{path}: expected a {kind} of format version up to {version}, got "
            f"{found_version}: written by a newer brownclust; "
            "run: pip install --upgrade brownclust"
        )
    return arrays


def pack_text(text: str) -> NDArray[np.uint8]:
    """Return any string as an array of bytes; NumPy's own drop trailing NULs."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def unpack_text(array: NDArray[np.generic]) -> str:
    """Return the string that `pack_text` packed."""
    return (
        array.astype(np.uint8, casting="safe")
        .tobytes()
        .decode("utf-8", "surrogatepass")
    )


def pack_strings(strings: Iterable[str]) -> dict[str, NDArray[np.generic]]:
    """Return strings as two arrays: all text, and their lengths in characters."""
    listed = list(strings)
    lengths = np.fromiter(map(len, listed), np.int64, len(listed))
    longest = int(lengths.max(initial=0))
    return {
        "text": pack_text("".join(listed)),
        "lengths": lengths.astype(np.min_scalar_type(longest)),
    }


def unpack_strings(arrays: Mapping[str, NDArray[np.generic]]) -> list[str]:
    """Return the strings that `pack_strings` packed.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the arrays are not such arrays.
    """
    text = unpack_text(arrays["text"])
    lengths = arrays["lengths"].astype(np.int64, casting="safe")
    ends = np.cumsum(lengths).tolist()
    if (
        lengths.ndim != 1
        or lengths.min(initial=0) < 0
        or (ends[-1] if ends else 0) != len(text)
    ):
        rule = f"at least 0 with sum {len(text)}, the length of the text"
        raise ValueError(must_be("lengths", rule, lengths))
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def named_arrays(
    part: str, arrays: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return arrays with ``part.`` put before their names."""
    return {f"{part}.{name}": array for name, array in arrays.items()}


def arrays_under(
    part: str, arrays: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return the arrays whose names begin with ``part.``, without it."""
    prefix = f"{part}."
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
