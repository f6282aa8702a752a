"""CRFsuite's model in the file of a tagger: its check, and its weights.

CRFsuite follows all offsets in its models without a check, so one wrong byte could end
the process. `crf` calls `read_model` before CRFsuite sees a model from a file.

A model has a header of 48 bytes, then five chunks, whose offsets the header holds:
weighted features, labels, attributes, the features of each label and those of each
attribute. Labels and attributes are strings with numbers, as tables of a constant
quark database (CQDB). All numbers are little-endian; nearly all have four bytes.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust.tagger.feature_space import HashedNames
from brownclust.tagger.weights import FORBIDDEN, Weights

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


class Model(NamedTuple):
    """The parts of a model.

    Attributes
    ----------
    features : structured array (n_features,)
        The weights: of an attribute (the source) and a label if the type is 0; of a
        label (the source) and the label after it if the type is 1.
    labels, attributes : list of str
        By number.
    """

    features: NDArray[Any]
    labels: list[str]
    attributes: list[str]


def read_model(model: bytes, labels: Sequence[str]) -> Model:
    """Return the parts of a model, checked so that CRFsuite can use it.

    Parameters
    ----------
    model : bytes
        What CRFsuite wrote.
    labels : sequence of str
        The labels it may have.

    Raises
    ------
    ValueError
        If it is damaged.

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
    attributes = _check_database(data, of_attributes, n_attributes)
    n_sources = np.where(features["type"] == 0, n_attributes, n_labels)
    _require((features["type"] <= 1).all(), "has features of two types")
    _require((features["source"] < n_sources).all(), "has sources of features")
    for offset, name, n_lists in zip(
        of_lists, (b"LFRF", b"AFRF"), (n_labels, n_attributes), strict=True
    ):
        _check_lists(data, offset, name, n_lists, n_features)
    return Model(features, found, attributes)


def model_weights(model: Model, names: Sequence[str], n_tags: int) -> Weights:
    """Return the weights of a model by the numbers of features and tags.

    Parameters
    ----------
    model : Model
        Its labels are numbers of tags.
    names : sequence of str
        The attribute of each feature, such as `HashedNames`.
    n_tags : int
        Number of tags; those that the model lacks are forbidden, as CRFsuite never
        predicts them.

    Returns
    -------
    Weights
        In single precision. Features of the same name have the same weights.
    """
    tag_of_label = np.array(list(map(int, model.labels)), np.int64)
    tags = tag_of_label[model.features["label"].astype(np.int64)]
    source = model.features["source"].astype(np.int64)
    values = model.features["weight"].astype(np.float32)
    is_state = model.features["type"] == 0
    transitions = np.full((n_tags + 1, n_tags), FORBIDDEN, np.float32)
    transitions[np.ix_(np.append(tag_of_label, n_tags), tag_of_label)] = 0
    is_pair = ~is_state
    transitions[tag_of_label[source[is_pair]], tags[is_pair]] = values[is_pair]
    # Entries of an attribute side by side, then those of each feature.
    order = np.argsort(source[is_state], kind="stable")
    of_attribute = np.bincount(source[is_state], minlength=len(model.attributes) + 1)
    attribute = _attributes_of(names, model.attributes)
    sizes = of_attribute[attribute]
    entry_starts = np.concatenate([[0], np.cumsum(sizes)])
    firsts = np.cumsum(of_attribute) - of_attribute
    shift = firsts[attribute] - entry_starts[:-1]
    entries = order[np.arange(int(entry_starts[-1])) + np.repeat(shift, sizes)]
    return Weights(
        entry_starts,
        tags[is_state][entries].astype(np.int32),
        values[is_state][entries],
        transitions,
        np.zeros(n_tags, np.float32),
    )


def _attributes_of(
    names: Sequence[str], attributes: Sequence[str]
) -> NDArray[np.int64]:
    """Return the number of the attribute of each feature, or how many there are."""
    none = len(attributes)
    if isinstance(names, HashedNames):
        found = np.full(len(names), none, np.int64)
        for number, attribute in enumerate(attributes):
            found[names.index(attribute)] = number
        return found
    number_of = {attribute: number for number, attribute in enumerate(attributes)}
    return np.array([number_of.get(name, none) for name in names], np.int64)


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
