"""The package's binary files: arrays in one npz, with a kind and a format version.

Counts, models, clusters, checkpoints and taggers are such archives.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._npz import NpzReader, write_npz
from brownclust._validation import must_be, on_one_line

_ZIP_MAGIC = b"PK\x03\x04"
"""The first bytes of a zip file, which an npz file is."""


_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What wrong arrays raise where they are used."""

Arrays: TypeAlias = NpzReader | Mapping[str, NDArray[Any]]


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
    contents = {"format": f"brownclust {kind}", "format_version": version, **arrays}
    write_npz(file, {name: np.asarray(a, order="C") for name, a in contents.items()})


def is_archive(path: str | PathLike[str]) -> bool:
    """Whether a file begins as archives do; `load_archive` checks the rest."""
    with Path(path).open("rb") as file:
        return _begins_as_archive(file)


def archive_kind(path: str | PathLike[str]) -> str | None:
    """Return the kind of an archive, without loading its arrays.

    Returns
    -------
    str or None
        None if the file is not an archive; "" if it is damaged or of another program,
        for which `load_archive` raises an error that says so.
    """
    if not Path(path).is_file():  # a pipe can be read only once
        return None
    with Path(path).open("rb") as file:
        if not _begins_as_archive(file):
            return None
        try:
            with NpzReader(file) as archive:
                return text_of(archive, "format").removeprefix("brownclust ")
        except Exception:  # as in load_archive
            return ""


def load_archive(
    path: str | PathLike[str],
    kind: str,
    version: int,
    *,
    min_version: int = 1,
    needs_digest: bool = False,
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
    needs_digest : bool
        Whether files of this kind always had a digest; those of 0.1.0 have none.

    Raises
    ------
    OSError
        If the file cannot be read.
    ArchiveError
        If it is not of this kind, is damaged, or has a format that is too old or new.

    Notes
    -----
    No array is larger than the file says, and none is of objects. What they hold is
    for the caller to check, inside `refusing_damage`.
    """
    path = Path(path)
    with path.open("rb") as file:
        if not _begins_as_archive(file):
            raise ArchiveError(
                f"{path}: expected a brownclust {kind}, got another file"
            )
        try:
            with NpzReader(file) as archive:
                _check_kind(path, archive, kind)
                _check_version(path, archive, kind, version, min_version)
                return archive.read_all(needs_digest=needs_digest)
        except (ArchiveError, MemoryError):
            raise
        except Exception as error:  # damage raises errors of many types
            raise _damaged(path, kind, error) from error


@contextmanager
def refusing_damage(path: str | PathLike[str], kind: str) -> Iterator[None]:
    """Turn the errors that wrong arrays raise into one that names the file.

    Parameters
    ----------
    path : str or path-like
        The file that the arrays come from.
    kind : str
        What it must be.

    Raises
    ------
    ArchiveError
        In place of other errors.
    """
    try:
        yield
    except _ERRORS as error:
        if isinstance(error, ArchiveError):
            raise
        raise _damaged(path, kind, error) from error


def _damaged(path: str | PathLike[str], kind: str, error: Exception) -> ArchiveError:
    missing = isinstance(error, KeyError) and bool(error.args)
    reason = f"no {error.args[0]}" if missing else str(error)
    if isinstance(error, UnicodeError):
        reason = "text that is not UTF-8"
    return ArchiveError(
        f"{fspath(path)}: expected a whole brownclust {kind}, got a damaged file "
        f"({on_one_line(reason) or type(error).__name__})"
    )


def _begins_as_archive(file: BinaryIO) -> bool:
    return file.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC


def _check_kind(path: Path, archive: NpzReader, kind: str) -> None:
    found = "another program's archive (unpack it, if it has text)"
    if "format" in archive:
        found = text_of(archive, "format")
    if found != f"brownclust {kind}":
        found = " ".join(found.split())
        raise ArchiveError(f"{path}: expected a brownclust {kind}, got {found}")


def _check_version(
    path: Path, archive: NpzReader, kind: str, version: int, min_version: int
) -> None:
    if "format_version" not in archive:
        raise ArchiveError(f"{path}: expected a format_version, got none")
    found = integer_of(archive, "format_version")
    if 1 <= found < min_version:
        raise ArchiveError(
            f"{path}: expected a {kind} of format version {min_version} or newer, got "
            f"{found}: written by an older brownclust; remove it and start again"
        )
    if not 1 <= found <= version:
        raise ArchiveError(
            f"{path}: expected a {kind} of format version up to {version}, got "
            f"{found}: written by a newer brownclust; "
            "run: pip install --upgrade brownclust"
        )


def text_of(arrays: Arrays, name: str) -> str:
    """Return a string of an archive; ``TypeError`` if it is anything else."""
    array = _one_value(arrays, name, "U", "a string")
    return str(array.item())


def integer_of(arrays: Arrays, name: str) -> int:
    """Return an integer of an archive; ``TypeError`` if it is anything else."""
    return int(_one_value(arrays, name, "iu", "an integer").item())


def number_of(arrays: Arrays, name: str) -> float:
    """Return a number of an archive; ``TypeError`` if it is anything else."""
    return float(_one_value(arrays, name, "fiu", "a number").item())


def record_of(arrays: Arrays, name: str) -> dict[str, Any]:
    """Return a JSON object of an archive; ``ValueError`` if it is anything else."""
    text = text_of(arrays, name)
    try:
        record = json.loads(text)
    except (RecursionError, ValueError):
        record = None
    if not isinstance(record, dict):
        raise ValueError(must_be(name, "a JSON object", text))
    return record


def _one_value(arrays: Arrays, name: str, kinds: str, rule: str) -> NDArray[Any]:
    array = arrays.read(name) if isinstance(arrays, NpzReader) else arrays[name]
    if array.ndim or array.dtype.kind not in kinds:
        got = f"{array.dtype} of shape {array.shape}"
        raise TypeError(must_be(name, rule, got))
    return array


def pack_text(text: str) -> NDArray[np.uint8]:
    """Return any string as an array of bytes; NumPy's own drop trailing NULs."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def unpack_text(array: NDArray[np.generic]) -> str:
    """Return the string that `pack_text` packed.

    Raises
    ------
    TypeError, ValueError
        If the array is not such an array.
    """
    data = array.astype(np.uint8, casting="safe").tobytes()
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        byte = data[error.start : error.start + 1]
        raise ValueError(must_be("text", "UTF-8", byte)) from None


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
