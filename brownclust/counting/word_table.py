"""A hash table of words, which get ids in order of first appearance.

`brownclust.counting.counter` keeps all words of a text in one, `brownclust.counting
.chunk` the new words of a chunk. The kernels are in
`brownclust._kernels.counting.word_table`.
"""

from typing import Any, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_MASK
from brownclust._kernels.counting.word_table import (
    BYTES_PER_KEY,
    add_words,
    fill_table,
    find_words,
    gather_words,
    move_words,
    write_keys,
)
from brownclust.counting.pages import touch_pages
from brownclust.counting.vocabulary import Vocabulary

Array = TypeVar("Array", bound=NDArray[Any])


class WordTable:
    """Words by their bytes; ids start at 1, id 0 is the line edge, which has no bytes.

    Attributes
    ----------
    n_words : int
        Number of ids, the line edge included.
    buffer : uint8 array
        The bytes of all words; longer than they are, as are the next two.
    offsets : int64 array
        Word ``i`` is ``buffer[offsets[i] : offsets[i + 1]]``.
    rows : int64 array (n_rows, 2)
        The hash table, as in `brownclust._kernels.counting.word_table`.

    Notes
    -----
    Memory: the bytes of each word, 8 for its offset, and 32 to 64 for its rows: between
    a quarter and half of the rows are in use, of 16 bytes each.
    """

    def __init__(self) -> None:
        self.n_words = 1
        self.buffer = np.empty(1, np.uint8)
        self.offsets = np.zeros(3, np.int64)
        self.rows = np.zeros((4, 2), np.int64)

    @classmethod
    def from_vocabulary(cls, vocabulary: Vocabulary) -> Self:
        """Return a table of the words of a vocabulary; the id of each is its rank + 1.

        Parameters
        ----------
        vocabulary : Vocabulary
            The words, all different.
        """
        table = cls()
        table.reserve(len(vocabulary), vocabulary.buffer.size)
        table.buffer[: vocabulary.buffer.size] = vocabulary.buffer
        table.n_words += len(vocabulary)
        table.offsets[1 : table.n_words + 1] = vocabulary.offsets
        fill_table(table.buffer, table.offsets, table.n_words, table.rows)
        return table

    @property
    def capacity(self) -> int:
        """Number of ids for which the arrays have space."""
        return min(len(self.rows) // 2, self.offsets.size - 1)

    def reserve(self, n_new: int, n_bytes: int) -> None:
        """Enlarge the arrays for `n_new` more words of `n_bytes` bytes in total.

        Raises
        ------
        ValueError
            If there could be more words than ids of 31 bits.
        """
        n_words = self.n_words + n_new
        self._check_n_words(n_words)
        used = int(self.offsets[self.n_words])
        self.buffer = enlarge_array(self.buffer, used, used + n_bytes)
        self.offsets = enlarge_array(self.offsets, self.n_words + 1, n_words + 1)
        if 2 * n_words > len(self.rows):  # the kernels need half of the rows empty
            rows = np.zeros((1 << (2 * n_words - 1).bit_length(), 2), np.int64)
            touch_pages(rows)
            move_words(self.rows, rows)
            self.rows = rows

    def append(self, other: "WordTable") -> NDArray[np.int64]:
        """Add the words of another table, which are not here, and return their ids.

        They are not in the hash table until `hash_appended` is called: words that are
        never looked up by their bytes need none.

        Returns
        -------
        int64 array (other.n_words,)
            By id there.
        """
        n_new, used = other.n_words - 1, int(self.offsets[self.n_words])
        ends = other.offsets[2 : other.n_words + 1]
        n_bytes = int(other.offsets[other.n_words])
        n_words = self.n_words + n_new
        self._check_n_words(n_words)
        self.buffer = enlarge_array(self.buffer, used, used + n_bytes)
        self.offsets = enlarge_array(self.offsets, self.n_words + 1, n_words + 1)
        self.buffer[used : used + n_bytes] = other.buffer[:n_bytes]
        self.offsets[self.n_words + 1 : n_words + 1] = ends + used
        ids = np.arange(self.n_words - 1, n_words)
        ids[0] = 0
        self.n_words = n_words
        return ids

    def hash_appended(self) -> None:
        """Put all words in the hash table."""
        self.rows = np.zeros((1 << (2 * self.n_words + 1).bit_length(), 2), np.int64)
        touch_pages(self.rows)
        fill_table(self.buffer, self.offsets, self.n_words, self.rows)

    def clear(self) -> None:
        """Remove all words; keep the arrays for the next ones."""
        self.n_words = 1
        self.rows[:] = 0

    def add(
        self, other: "WordTable", order: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Return the ids here of the words of another table, adding those not here.

        Parameters
        ----------
        other : WordTable
            The words.
        order : int64 array (other.n_words - 1,), optional
            Their ids there, in the order in which they are added; ascending by default.

        Returns
        -------
        int64 array (other.n_words,)
            By id there.
        """
        self.reserve(other.n_words, int(other.offsets[other.n_words]))
        words = np.zeros(other.n_words, np.int64)
        self.n_words = add_words(
            other.buffer,
            other.offsets,
            np.arange(1, other.n_words) if order is None else order,
            self.buffer,
            self.offsets,
            self.rows,
            self.n_words,
            words,
        )
        return words

    def find(self, other: "WordTable") -> NDArray[np.int64]:
        """Return the ids here of the words of another table, -1 for those not here.

        Parameters
        ----------
        other : WordTable
            The words.

        Returns
        -------
        int64 array (other.n_words,)
            By id there.
        """
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
        """Return word ids in order of descending count, then of ascending bytes.

        Parameters
        ----------
        words : int64 array (n,)
            The ids to rank.
        counts : int64 array (>= n_words,)
            Counts by id.

        Returns
        -------
        int64 array (n,)
            The same ids, ranked.

        Notes
        -----
        Words of equal count are sorted by 7 bytes at a time, and only those that are
        still tied are looked at again.
        """
        order = words[np.argsort(-counts[words], kind="stable")]
        # Tied words stand side by side, in a run. The label of a word is the position
        # where its run starts.
        labels = _run_starts(counts[order])
        tied = np.flatnonzero(_are_tied(labels))
        depth = 0
        while tied.size:
            keys = np.empty(tied.size, np.int64)
            write_keys(self.buffer, self.offsets, order[tied], depth, keys)
            by_key = np.argsort(keys)
            runs = _run_numbers(labels[tied])[by_key]
            by_key = by_key[np.argsort(runs, kind="stable")]
            order[tied] = order[tied[by_key]]
            labels[tied] = tied[_run_starts(labels[tied], keys[by_key])]
            tied = tied[_are_tied(labels[tied])]
            depth += BYTES_PER_KEY
        return order

    def _check_n_words(self, n_words: int) -> None:
        if n_words > ID_MASK:
            raise ValueError(
                f"text must have fewer than {ID_MASK} distinct words, "
                f"got at least {self.n_words}"
            )

    def vocabulary(self, words: NDArray[np.int64]) -> Vocabulary:
        """Return the words of these ids, in this order, as a vocabulary."""
        offsets = np.zeros(words.size + 1, np.int64)
        sizes = self.offsets[words + 1] - self.offsets[words]
        buffer = np.empty(sizes.sum(), np.uint8)
        gather_words(self.buffer, self.offsets, words, buffer, offsets)
        return Vocabulary(buffer, offsets)


def enlarge_array(array: Array, n_used: int, n_needed: int) -> Array:
    """Return the array if it has `n_needed` elements, else a larger copy.

    A copy is at least twice as large, so that repeated calls copy each element a few
    times at most. It has zeros after the first `n_used` elements.
    """
    if n_needed <= array.size:
        return array
    larger = np.zeros(max(n_needed, 2 * array.size), array.dtype)
    touch_pages(larger)
    larger[:n_used] = array[:n_used]
    return cast(Array, larger)


def _run_starts(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for each row of the columns, where its run of equal rows starts."""
    starts = np.arange(columns[0].size)
    is_same = np.zeros(columns[0].size, bool)
    is_same[1:] = np.logical_and.reduce([c[1:] == c[:-1] for c in columns])
    starts[is_same] = 0
    return np.maximum.accumulate(starts)


def _run_numbers(labels: NDArray[np.int64]) -> NDArray[np.integer[Any]]:
    """Return the number of each label's run: 16 bits if they do, as sorting is fast."""
    numbers = np.cumsum(np.diff(labels, prepend=labels[:1]) != 0)
    return numbers.astype(np.uint16) if numbers[-1] < 1 << 16 else numbers


def _are_tied(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which labels stand beside an equal one."""
    same = labels[1:] == labels[:-1]
    result = np.zeros(labels.size, bool)
    result[1:] |= same
    result[:-1] |= same
    return result
