"""The check of CRFsuite's model in the file of a tagger.

CRFsuite follows all offsets in its models without a check, so one wrong byte could end
the process. `crf` calls `check_model` before CRFsuite sees a model from a file.

A model has a header of 48 bytes, then five chunks, whose offsets the header holds:
weighted features, labels, attributes, the features of each label and those of each
attribute. Labels and attributes are strings with numbers, as tables of a constant
quark database (CQDB). All numbers are little-endian; nearly all have four bytes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADER_SIZE = 48
_NUMBER_SIZE = 4
_FEATURE = np.dtype(
    [("type", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")]
)
_CHUNK_HEADER_SIZE = 12
_N_TABLES = 256
_DATABASE_HEADER_SIZE = 24
_BYTE_ORDER = 0x62445371
"""The number that shows CQDB how the bytes of numbers are ordered."""


def check_model(model: bytes, labels: Sequence[str]) -> None:
    """Raise ``ValueError`` unless CRFsuite can use a model.

    Parameters
    ----------
    model : bytes
        What CRFsuite wrote.
    labels : sequence of str
        The labels it may have.

    Notes
    -----
    All offsets, sizes and numbers are checked to be in bounds, and all weights to be
    finite; what the weights are is not. Cost: linear in the size of the model.
    """
    data = np.frombuffer(model, np.uint8)
    _require(data.size >= _HEADER_SIZE and model[:4] == b"lCRF", "has a header")
    size, _, _, _, n_labels, n_attributes = _numbers(data, 4, 6).tolist()
    _require(size == data.size and model[8:12] == b"FOMC", "has a header")
    of_features, of_labels, of_attributes, *of_lists = _numbers(data, 28, 5).tolist()
    n_features = _count(data, of_features, b"FEAT")
    features = np.frombuffer(
        _part(data, of_features + _CHUNK_HEADER_SIZE, n_features * _FEATURE.itemsize),
        _FEATURE,
    )
    _require((features["label"] < n_labels).all(), "has labels of features")
    _require(np.isfinite(features["weight"]).all(), "has finite weights")
    found = _check_database(data, of_labels, n_labels)
    _require({*found} <= {*labels}, "has the labels of the tagger")
    _check_database(data, of_attributes, n_attributes)
    for offset, name, n_lists in zip(
        of_lists, (b"LFRF", b"AFRF"), (n_labels, n_attributes), strict=True
    ):
        _check_lists(data, offset, name, n_lists, n_features)


def _require(is_true: Any, what: str) -> None:
    if not is_true:
        raise ValueError(f"expected a model of CRFsuite that {what}, got another")


def _part(data: NDArray[np.uint8], offset: int, size: int) -> NDArray[np.uint8]:
    _require(offset + size <= data.size, "is whole")
    return data[offset : offset + size]


def _numbers(data: NDArray[np.uint8], offset: int, count: int) -> NDArray[np.int64]:
    """Return numbers that follow each other."""
    part = _part(data, offset, _NUMBER_SIZE * count)
    return np.frombuffer(part, "<u4").astype(np.int64)


def _numbers_at(
    data: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the numbers at offsets."""
    _require((offsets + _NUMBER_SIZE <= data.size).all(), "is whole")
    found = data[offsets[:, None] + np.arange(_NUMBER_SIZE)]
    numbers: NDArray[np.int64] = found.view("<u4").ravel().astype(np.int64)
    return numbers


def _count(data: NDArray[np.uint8], offset: int, name: bytes) -> int:
    """Return the number of elements of a chunk."""
    _require(_part(data, offset, 4).tobytes() == name, f"has a chunk {name.decode()}")
    return int(_numbers(data, offset + 8, 1)[0])


def _check_lists(
    data: NDArray[np.uint8], offset: int, name: bytes, n_lists: int, n_features: int
) -> None:
    """Check the lists of the features of labels, or of attributes."""
    count = _count(data, offset, name)
    _require(count >= n_lists, "has a list of features for each label and attribute")
    starts = _numbers(data, offset + _CHUNK_HEADER_SIZE, count)[:n_lists]
    sizes = _numbers_at(data, starts)
    # Lists have no numbers in common.
    _require(sizes.sum() <= data.size // _NUMBER_SIZE, "has lists apart")
    in_list = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.repeat(starts, sizes) + _NUMBER_SIZE * (1 + in_list)
    _require((_numbers_at(data, at) < n_features).all(), "has lists of its features")


def _check_database(data: NDArray[np.uint8], offset: int, count: int) -> list[str]:
    """Check a database of `count` strings; return them in order."""
    _require(_part(data, offset, 4).tobytes() == b"CQDB", "has databases")
    size, _, byte_order = _numbers(data, offset + 4, 3).tolist()
    _require(byte_order == _BYTE_ORDER, "is little-endian")
    chunk = _part(data, offset, size)
    n_strings, of_strings = _numbers(chunk, 16, 2).tolist()
    _require(n_strings == count, "has a string for each label and attribute")
    strings = _numbers(chunk, of_strings, count)
    tables = _numbers(chunk, _DATABASE_HEADER_SIZE, 2 * _N_TABLES).reshape(-1, 2)
    _require(((tables[:, 0] > 0) == (tables[:, 1] > 0)).all(), "has whole tables")
    found = [strings]
    for start, n_buckets in tables[tables[:, 0] > 0].tolist():
        buckets = _numbers(chunk, start, 2 * n_buckets)[1::2]
        # The search for a string ends at an empty bucket.
        _require((buckets == 0).any(), "has an empty bucket in each table")
        found.append(buckets[buckets > 0])
    entries = np.unique(np.concatenate(found))
    _require((_numbers_at(chunk, entries) < count).all(), "numbers its strings")
    lengths = _numbers_at(chunk, entries + _NUMBER_SIZE)
    ends = entries + 2 * _NUMBER_SIZE + lengths
    _require((lengths > 0).all() and (ends <= chunk.size).all(), "has its strings")
    _require((chunk[ends - 1] == 0).all(), "has strings that end")
    end_of = dict(zip(entries.tolist(), ends.tolist(), strict=True))
    return [
        bytes(chunk[start + 2 * _NUMBER_SIZE : end_of[start] - 1]).decode("utf-8")
        for start in strings.tolist()
    ]
