"""The words of the ids of a corpus of integers, by id.

`brownclust.counting.id_counter` keeps one beside its table of words. The kernels are in
`brownclust._kernels.counting.id_lookup`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.id_lookup import (
    MAX_DIGITS,
    list_distinct,
    write_decimals,
)
from brownclust.counting.word_table import WordTable

Indices = NDArray[np.int32]
Integers = NDArray[np.int64]


class IdTable:
    """The word id of each id that has been seen.

    Attributes
    ----------
    words : int32 array
        By id: its word id, 0 if it has not been seen. Ids may be larger than the array.

    Notes
    -----
    Memory: 4 bytes for each integer up to the largest id.
    """

    def __init__(self) -> None:
        self.words = np.zeros(1, np.int32)

    def add(
        self,
        new_ids: Indices,
        add_words: Callable[[WordTable], Integers],
        *,
        by_count: bool = False,
    ) -> Integers:
        """Return the word ids of ids, after adding those that have none.

        Parameters
        ----------
        new_ids : int32 array (n,)
            From 0; an id may occur several times.
        add_words : callable
            Returns the word ids of words, adding those that have none: `WordTable.add`,
            or `WordTable.append` if none has one.
        by_count : bool
            Whether ids are added in the order of their counts here, the largest first.

        Returns
        -------
        int64 array (n + 1,)
            A word id for each, after a 0.
        """
        size = int(new_ids.max(initial=0)) + 1
        if size > self.words.size:
            words = np.zeros(max(size, 2 * self.words.size), np.int32)
            words[: self.words.size] = self.words
            self.words = words
        distinct = np.empty_like(new_ids)
        found = np.zeros(new_ids.size + 1, np.int64)
        n_distinct = list_distinct(new_ids, self.words, distinct, found[1:])
        distinct = distinct[:n_distinct]
        order = np.arange(n_distinct)
        if by_count:
            counts = np.bincount(-found[found < 0], minlength=n_distinct + 1)
            order = np.argsort(-counts[1:], kind="stable")
        added = np.zeros(n_distinct + 1, np.int64)
        added[1 + order] = add_words(decimals(distinct[order]))[1:]
        self.words[distinct] = added[1:]
        return np.where(found < 0, added[np.maximum(-found, 0)], found)


def decimals(ids: Indices) -> WordTable:
    """Return ids, int32 from 0, as words, to be added to a table."""
    words = WordTable()
    words.n_words = ids.size + 1
    words.buffer = np.empty(ids.size * MAX_DIGITS, np.uint8)
    words.offsets = np.zeros(ids.size + 2, np.int64)
    write_decimals(ids, words.buffer, words.offsets)
    return words
