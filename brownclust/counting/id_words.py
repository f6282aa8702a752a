"""Ids as words, and back: the word of an id is its decimal digits.

`BigramCounts.from_ids` and `BrownClustering` use this.
"""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.blocks import PathLike
from brownclust.text.characters import decode_word

_ID = re.compile(rb"0|[1-9][0-9]{0,17}")

_ID = re.compile(rb"0|[1-9][0-9]{0,17}")

ID_SOURCE = "ids"
"""The ``kind`` of the source of counts of a corpus of integers."""


def words_of_ids(listed: PathLike | Iterable[Any] | None) -> Any:
    """Return a list of words in which integers are words; paths stay as they are."""
    if listed is None or isinstance(listed, str | os.PathLike):
        return listed
    return [word_of_id(item) for item in listed]


def word_of_id(item: Any) -> Any:
    """Return the word of an integer; other values stay as they are."""
    is_integer = isinstance(item, int | np.integer) and not isinstance(item, bool)
    return str(int(item)) if is_integer else item


def ids_of_words(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return the id of each word.

    Raises
    ------
    ValueError
        If a word is not the decimal digits of an id.
    """
    words = list(vocabulary.iter_bytes())
    for word in words:
        if not _ID.fullmatch(word):
            raise ValueError(must_be("vocabulary", "ids only", decode_word(word)))
    return np.array([int(word) for word in words], np.int64)


def look_up_ids(ids: NDArray[np.int64], wanted: Any) -> NDArray[np.int64]:
    """Return where ids are among others.

    Parameters
    ----------
    ids : int64 array (n,)
        Different ids.
    wanted : int array, or sequence of int
        Of any shape.

    Returns
    -------
    int64 array
        Of the shape of `wanted`; -1 for what is not among the ids.

    Raises
    ------
    TypeError
        If `wanted` has other values than integers.
    """
    array = np.asarray(wanted)
    if array.dtype.kind not in "iu":
        if array.size:
            raise TypeError(must_be("X", "ids, an array of integers", wanted))
        array = array.astype(np.int64)
    order = np.argsort(ids)
    at = np.minimum(np.searchsorted(ids[order], array), ids.size - 1)
    found = order[at]
    return np.where(ids[found] == array, found, -1)


def is_of_ids(source: Mapping[str, Any]) -> bool:
    """Whether the source of counts is a corpus of integers, or several."""
    parts = [*source.get("parts", []), *([source["of"]] if "of" in source else [])]
    if parts:
        return all(map(is_of_ids, parts))
    return source.get("kind") == ID_SOURCE
