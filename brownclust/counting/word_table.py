"""Words and their ids, in the order in which they come."""

from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_MASK
from brownclust._kernels.counting.word_table import (
    BYTES_PER_KEY,
    add_words,
    fill_table,
    find_words,
    gather_words,
    write_keys,
)
from brownclust.counting.vocabulary import Vocabulary

Array = TypeVar("Array", bound=NDArray[Any])


class WordTable:
    """Words, found by their bytes; ids from 1 on, 0 is the line edge, of no bytes.

    Memory: 32 to 64 bytes a word, and its own.

    Attributes
    ----------
    n_words : int
        Number of ids, the line edge included.
    buffer, offsets, rows : arrays
        As the kernels of `words` see them.
    """

    def __init__(self) -> None:
        self.n_words = 1
        self.buffer = np.empty(1, np.uint8)
        self.offsets = np.zeros(3, np.int64)
        self.rows = np.zeros((4, 2), np.int64)

    @property
    def room(self) -> int:
        """How many ids there can be before there is no more room."""
        return min(len(self.rows) // 2, self.offsets.size - 1)

    def make_room(self, n_new: int, n_bytes: int) -> None:
        """Make room for so many more words, of so many bytes together."""
        n_words = self.n_words + n_new
        if n_words > ID_MASK:
            raise ValueError(
                f"text must have fewer than {ID_MASK} different words, "
                f"got at least {self.n_words}"
            )
        used = int(self.offsets[self.n_words])
        self.buffer = grown(self.buffer, used, used + n_bytes)
        self.offsets = grown(self.offsets, self.n_words + 1, n_words + 1)
        if 2 * n_words > len(self.rows):
            self.rows = np.zeros((1 << (2 * n_words - 1).bit_length(), 2), np.int64)
            fill_table(self.buffer, self.offsets, self.n_words, self.rows)

    def clear(self) -> None:
        """Forget all words, but not the room they took."""
        self.n_words = 1
        self.rows[:] = 0

    def add(self, other: "WordTable") -> NDArray[np.int64]:
        """Return the id here of each id there, of words that were lacking too."""
        self.make_room(other.n_words, int(other.offsets[other.n_words]))
        words = np.zeros(other.n_words, np.int64)
        self.n_words = add_words(
            other.buffer,
            other.offsets,
            other.n_words,
            self.buffer,
            self.offsets,
            self.rows,
            self.n_words,
            words,
        )
        return words

    def find(self, other: "WordTable") -> NDArray[np.int64]:
        """Return the id here of each id there, -1 for words that are not here."""
        words = np.zeros(other.n_words, np.int64)
        find_words(
            other.buffer,
            other.offsets,
            other.n_words,
            self.buffer,
            self.offsets,
            self.rows,
            words,
        )
        return words

    def rank(
        self, words: NDArray[np.int64], counts: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the ids `words` in order of (-count, bytes); `counts` is by id."""
        order = words[np.argsort(-counts[words], kind="stable")]
        # Words of equal count, then of equal count and first 7, 14, … bytes, form a run
        # and share a label, the position where their run starts.
        labels = _run_starts(counts[order])
        tied = np.flatnonzero(_in_longer_run(labels))
        depth = 0
        while tied.size:
            keys = np.empty(tied.size, np.int64)
            write_keys(self.buffer, self.offsets, order[tied], depth, keys)
            by_key = np.lexsort((keys, labels[tied]))
            order[tied] = order[tied[by_key]]
            labels[tied] = tied[_run_starts(labels[tied], keys[by_key])]
            tied = tied[_in_longer_run(labels[tied])]
            depth += BYTES_PER_KEY
        return order

    def vocabulary(self, words: NDArray[np.int64]) -> Vocabulary:
        """Return the vocabulary of the ids ``words``, in this order."""
        offsets = np.zeros(words.size + 1, np.int64)
        sizes = self.offsets[words + 1] - self.offsets[words]
        buffer = np.empty(sizes.sum(), np.uint8)
        gather_words(self.buffer, self.offsets, words, buffer, offsets)
        return Vocabulary(buffer, offsets)


def grown(array: Array, n_used: int, n_wanted: int) -> Array:
    """Return the array, or a copy at least twice as large, zeros after what is used."""
    if n_wanted <= array.size:
        return array
    larger = np.zeros(max(n_wanted, 2 * array.size), array.dtype)
    larger[:n_used] = array[:n_used]
    return cast(Array, larger)


def _run_starts(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row of some columns, the position where its run of equal rows starts."""
    starts = np.arange(columns[0].size)
    is_same = np.zeros(columns[0].size, bool)
    is_same[1:] = np.logical_and.reduce([c[1:] == c[:-1] for c in columns])
    starts[is_same] = 0
    return np.maximum.accumulate(starts)


def _in_longer_run(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a label stands beside an equal one."""
    same = labels[1:] == labels[:-1]
    result = np.zeros(labels.size, bool)
    result[1:] |= same
    result[:-1] |= same
    return result
