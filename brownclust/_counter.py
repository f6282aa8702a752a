"""The tables that the counting kernels fill, made larger between blocks."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting import (
    BYTES_PER_KEY,
    ID_MASK,
    LINE_EDGE,
    add_pairs,
    count_tokens,
    gather_words,
    measure_rows,
    move_pairs,
    move_slots,
    scatter_pairs,
    tokenise,
    transpose,
    write_keys,
)
from brownclust.vocabulary import Vocabulary

# Words of a vocabulary looked up at a time.
_BATCH = 1 << 14

Rows = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]
"""Sparse rows: offsets, indices, counts."""

Array = TypeVar("Array", bound=NDArray[Any])


class Counter:
    """Counts of words and of pairs of neighbours, over a stream of blocks.

    Words have ids in order of appearance; id 0 is the line edge, a neighbour like any
    other. Memory follows the distinct words and pairs: 16 bytes a row, one third to two
    thirds of the rows in use; once and a half as much while the table grows.

    Parameters
    ----------
    skip_edges : bool
        Whether the last word of a line and the first of the next are neighbours.

    Attributes
    ----------
    n_words : int
        Number of ids, the line edge included.
    word_counts : int64 array (>= n_words,)
        Occurrences of each word, lines for the line edge.
    n_pairs : int
        Number of distinct pairs.
    """

    def __init__(self, *, skip_edges: bool = False) -> None:
        self.n_words = 1
        self.n_pairs = 0
        self.word_counts = np.zeros(2, np.int64)
        self._skip_edges = skip_edges
        self._buffer = np.empty(1, np.uint8)
        self._offsets = np.zeros(3, np.int64)
        self._slots = np.zeros(4, np.int64)
        self._pairs = np.zeros((4, 2), np.int64)
        self._tokens = np.empty(1, np.int64)
        self._line_is_open = False
        self._previous = LINE_EDGE

    def add_text(self, block: NDArray[np.uint8]) -> None:
        """Count the words and pairs of a block that ends in white space.

        A line that does not end in the block goes on in the next.
        """
        tokens, self._line_is_open = self._tokenise(block, self._line_is_open)
        self._make_room_for_pairs(tokens.size)
        self._previous, self.n_pairs = count_tokens(
            tokens,
            self._previous,
            self._skip_edges,
            self.word_counts,
            self._pairs,
            self.n_pairs,
        )

    def add_words(self, text: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Return the ids of the words of a text, known from now on but not counted."""
        tokens, _ = self._tokenise(text, False)
        ids: NDArray[np.int64] = tokens[tokens != LINE_EDGE]
        return ids

    def add_vocabulary(self, vocabulary: Vocabulary) -> NDArray[np.int64]:
        """Return the ids of the words of a vocabulary, not counted either."""
        ids = [
            self.add_words(vocabulary.lines(first, first + _BATCH))
            for first in range(0, len(vocabulary), _BATCH)
        ]
        return np.concatenate([np.empty(0, np.int64), *ids])

    def add_pairs(
        self,
        lefts: NDArray[np.int64],
        rights: NDArray[np.int64],
        counts: NDArray[np.int64],
    ) -> None:
        """Add counts of pairs of ids; the words' own counts stay as they are."""
        self._make_room_for_pairs(lefts.size)
        self.n_pairs = add_pairs(lefts, rights, counts, self._pairs, self.n_pairs)

    def rank(self, words: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ids ``words`` in order of (-count, bytes)."""
        order = words[np.argsort(-self.word_counts[words], kind="stable")]
        # Words of equal count, then of equal count and first 7, 14, … bytes, form a run
        # and share a label, the position where their run starts.
        labels = _run_starts(self.word_counts[order])
        tied = np.flatnonzero(_in_longer_run(labels))
        depth = 0
        while tied.size:
            keys = np.empty(tied.size, np.int64)
            write_keys(self._buffer, self._offsets, order[tied], depth, keys)
            by_key = np.lexsort((keys, labels[tied]))
            order[tied] = order[tied[by_key]]
            labels[tied] = tied[_run_starts(labels[tied], keys[by_key])]
            tied = tied[_in_longer_run(labels[tied])]
            depth += BYTES_PER_KEY
        return order

    def vocabulary(self, words: NDArray[np.int64]) -> Vocabulary:
        """Return the vocabulary of the ids ``words``, in this order."""
        offsets = np.zeros(words.size + 1, np.int64)
        sizes = self._offsets[words + 1] - self._offsets[words]
        buffer = np.empty(sizes.sum(), np.uint8)
        gather_words(self._buffer, self._offsets, words, buffer, offsets)
        return Vocabulary(buffer, offsets)

    def take_rows(
        self, words: NDArray[np.int64]
    ) -> tuple[Rows, Rows, NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs among ``words`` and empty the table of pairs.

        Rows and indices are positions in ``words``. Returns the rows of successors, of
        predecessors, and how often each word follows and precedes a line edge.
        """
        ranks = np.full(self.n_words, -1, np.int64)
        ranks[words] = np.arange(words.size)
        left_sizes, right_sizes, edge_starts, edge_ends = (
            np.zeros(words.size, np.int64) for _ in range(4)
        )
        measure_rows(
            self._pairs, ranks, left_sizes, right_sizes, edge_starts, edge_ends
        )
        left_offsets, right_offsets = _offsets(left_sizes), _offsets(right_sizes)
        indices = np.empty(left_offsets[-1], np.int32)
        counts = np.empty(left_offsets[-1], np.int64)
        scatter_pairs(self._pairs, ranks, right_offsets[:-1].copy(), indices, counts)
        self._pairs = np.zeros((4, 2), np.int64)
        self.n_pairs = 0
        # Transposing sorts: twice, and both directions are ascending.
        successors = transpose_rows(right_offsets, indices, counts)
        predecessors = transpose_rows(*successors)
        return successors, predecessors, edge_starts, edge_ends

    def _tokenise(
        self, block: NDArray[np.uint8], line_is_open: bool
    ) -> tuple[NDArray[np.int64], bool]:
        self._make_room_for_words(block.size // 2 + 1, block.size)
        if self._tokens.size < block.size:
            self._tokens = np.empty(block.size, np.int64)
        self.n_words, n_tokens, line_is_open = tokenise(
            block,
            line_is_open,
            self._buffer,
            self._offsets,
            self._slots,
            self.n_words,
            self._tokens,
        )
        return self._tokens[:n_tokens], line_is_open

    def _make_room_for_words(self, n_new: int, n_bytes: int) -> None:
        n_words = self.n_words + n_new
        if n_words > ID_MASK:
            raise ValueError(
                f"text must have fewer than {ID_MASK} different words, "
                f"got at least {self.n_words}"
            )
        used = int(self._offsets[self.n_words])
        self._buffer = _grown(self._buffer, used, used + n_bytes)
        self._offsets = _grown(self._offsets, self.n_words + 1, n_words + 1)
        self.word_counts = _grown(self.word_counts, self.n_words, n_words)
        self._slots = _grown_table(self._slots, 2 * n_words, move_slots)

    def _make_room_for_pairs(self, n_new: int) -> None:
        n_rows = (self.n_pairs + n_new) * 3 // 2 + 1
        self._pairs = _grown_table(self._pairs, n_rows, move_pairs)


def transpose_rows(
    offsets: NDArray[np.int64], indices: NDArray[np.int32], counts: NDArray[np.int64]
) -> Rows:
    """Return the transpose of square sparse rows, each of its rows ascending."""
    sizes = np.bincount(indices, minlength=offsets.size - 1)
    new_offsets = _offsets(sizes)
    new_indices, new_counts = np.empty_like(indices), np.empty_like(counts)
    transpose(
        offsets, indices, counts, new_offsets[:-1].copy(), new_indices, new_counts
    )
    return new_offsets, new_indices, new_counts


def _offsets(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    offsets = np.zeros(sizes.size + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


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


def _grown(array: Array, n_used: int, n_wanted: int) -> Array:
    """Return the array, or a copy at least twice as large, zeros after what is used."""
    if n_wanted <= array.size:
        return array
    larger = np.zeros(max(n_wanted, 2 * array.size), array.dtype)
    larger[:n_used] = array[:n_used]
    return cast(Array, larger)


def _grown_table(
    table: NDArray[np.int64],
    n_rows: int,
    move: Callable[[NDArray[np.int64], NDArray[np.int64]], None],
) -> NDArray[np.int64]:
    """Return the hash table, or one with at least ``n_rows`` rows, a power of two."""
    if n_rows <= len(table):
        return table
    larger = np.zeros((1 << (n_rows - 1).bit_length(), *table.shape[1:]), np.int64)
    move(table, larger)
    return larger
