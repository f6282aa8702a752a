"""Count words and pairs of neighbours in a corpus of integers.

`brownclust.counting.counts` gives it blocks of ids.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust.counting.counter import Counter
from brownclust.counting.grouped_pairs import GroupedPairs, rows_of
from brownclust.counting.id_chunk import IdChunk
from brownclust.counting.id_table import IdTable
from brownclust.counting.sorting import EdgeCounts
from brownclust.counting.sparse_rows import SparseRows
from brownclust.text.id_blocks import IdBlock

Integers = NDArray[np.int64]


class IdCounter(Counter):
    """Counts of ids and of pairs of neighbours in a stream of blocks of ids.

    An id is counted as the word that is its decimal digits, so that all that comes
    after counting is the same as for text. It becomes text once, not at each token.

    The parameters are those of `Counter`.

    Notes
    -----
    Memory: that of `Counter`, and 4 bytes for each integer up to the largest id. Pairs
    of adjacent words are counted in `GroupedPairs`, unless memory is limited: then, and
    for words further apart, as in text.
    """

    def __init__(self, **options: Any) -> None:
        self._ids = IdTable()
        self._are_hashed = True
        self._are_grouped = options.get("span", 1) == 1 and (
            options.get("pair_bytes") is None
        )
        super().__init__(**options)

    def add_words(self, text: NDArray[np.uint8]) -> Integers:
        """Return the ids of the words of a text, as `Counter.add_words` does."""
        if not self._are_hashed:
            self._words.hash_appended()
            self._are_hashed = True
        return super().add_words(text)

    def take_rows(self, words: Integers) -> tuple[SparseRows, EdgeCounts]:
        """Return the pairs among some words, as `Counter.take_rows` does."""
        if not self._are_grouped:
            return super().take_rows(words)
        ranks = np.full(self.n_words, -1, np.int32)
        ranks[words] = np.arange(words.size)
        parts = [collector.pop_groups() for collector in self._collectors]
        are_merged = len(parts) == 1 and self._collectors[0].are_merged
        return rows_of(parts, ranks, words.size, are_merged=are_merged)

    def _new_collector(self) -> Any:
        if self._are_grouped:
            return GroupedPairs(self._boundary == "mark")
        return super()._new_collector()

    def _new_chunk(self) -> IdChunk:
        return IdChunk(self._span)

    def _join(self, blocks: Iterable[IdBlock]) -> Iterator[IdBlock]:
        return iter(blocks)

    def _read(self, chunk: IdChunk, part: IdBlock, line_is_open: bool) -> None:
        chunk.read(part, line_is_open, self._ids)

    def _is_open_after(self, part: IdBlock, line_is_open: bool) -> bool:
        return part.is_open_after(line_is_open)

    def _ids_of_new(self, chunk: IdChunk) -> Integers:
        is_first = self.n_words == 1
        self._are_hashed = self._are_hashed and not is_first
        add = self._words.add if self._are_hashed else self._words.append
        return self._ids.add(chunk.new_ids, add, by_count=is_first)
