"""The pairs of a thread that are not in the table of pairs yet.

`brownclust.counting.counter` has one for each thread. The kernels are in
`brownclust._kernels.counting.pair_listing`.
"""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_listing import collect_pairs, take_frequent
from brownclust._kernels.counting.pair_table import N_SHARDS
from brownclust.counting.chunk import TextChunk
from brownclust.counting.pages import touch_pages
from brownclust.counting.pair_table import PairTable
from brownclust.counting.word_table import enlarge_array

Integers = NDArray[np.int64]

N_FREQUENT = 1024
"""Words whose pairs are counted in a square array, without a look-up.

Two thirds of all pairs of a text are; twice as many words would make it 0.75, in four
times the memory. A byte of each count is in 1 MiB, which caches hold.
"""

MAX_UNMOVED = (1 << 39) - 1
"""Pairs after which the counts of frequent words are moved: 8 bits of a low, 31 of a
high."""

_MAX_TOKENS = 1 << 20
"""Tokens of a call: with the largest span, fewer than `MAX_UNMOVED` pairs."""

PIECE_KEYS = 512
"""Keys listed at a time, unless there are more of one token: they stay in a cache."""

_BUFFER_KEYS = 8192
"""Keys of a shard that are counted at a time: 2 MiB in all shards.

Many, so that Python has little to do; a shard's table also stays in a cache for them.
"""


class PairCollector:
    """The words and pairs that one thread has counted, and those it has yet to count.

    Parameters
    ----------
    span : int
        Largest distance between the words of a pair.
    with_edges : bool
        Whether a line edge forms pairs as a word does.
    pairs : PairTable
        Where pairs go that are not of two frequent words. Collectors share it.

    Attributes
    ----------
    word_counts : int64 array
        Occurrences by word id.
    n_pairs : int
        All pairs so far, those with unknown words included.
    """

    def __init__(self, span: int, with_edges: bool, pairs: PairTable) -> None:
        self.word_counts = np.zeros(2, np.int64)
        self.n_pairs = 0
        self._span = span
        self._with_edges = with_edges
        self._pairs = pairs
        self._cells, self._keys = np.empty((2, max(PIECE_KEYS, span) + 1), np.int64)
        self._n_unmoved = 0
        self._lows = np.zeros(N_FREQUENT**2, np.uint8)
        self._highs = np.zeros(N_FREQUENT**2, np.int32)
        for array in (self._lows, self._highs):
            touch_pages(array)
        capacity = _BUFFER_KEYS + self._keys.size
        self._buffers = np.empty((N_SHARDS, capacity), np.int64)
        self._sizes = np.zeros(N_SHARDS, np.int64)

    def collect(self, chunk: TextChunk, ids: Integers, n_words: int) -> None:
        """Count the words and pairs of a chunk.

        Parameters
        ----------
        chunk : TextChunk
            After `TextChunk.connect`.
        ids : int64 array (n_new,)
            Ids of its new words; -1 for words that stay unknown.
        n_words : int
            Number of ids, the line edge included.
        """
        self.word_counts = enlarge_array(
            self.word_counts, self.word_counts.size, n_words
        )
        position = self._span
        while position < chunk.tokens.size:
            end = min(position + _MAX_TOKENS, chunk.tokens.size)
            if self._n_unmoved + (end - position) * self._span > MAX_UNMOVED:
                self._move_frequent()
            position, n_pairs = collect_pairs(
                chunk.tokens,
                position,
                end,
                self._span,
                self._with_edges,
                self._span > 1,
                ids,
                self.word_counts,
                self._lows,
                self._highs,
                N_FREQUENT,
                self._cells,
                self._keys,
                self._buffers,
                self._sizes,
            )
            self.n_pairs += n_pairs
            self._n_unmoved += n_pairs
            for shard in np.flatnonzero(self._sizes >= _BUFFER_KEYS).tolist():
                self._count(shard)

    def move_pairs(self) -> None:
        """Move all pairs to the table of pairs."""
        for shard in np.flatnonzero(self._sizes).tolist():
            self._count(shard)
        if self._n_unmoved:
            self._move_frequent()

    def _move_frequent(self) -> None:
        keys, counts = np.empty((2, self._lows.size), np.int64)
        for shard in range(N_SHARDS):
            n = take_frequent(self._lows, self._highs, N_FREQUENT, shard, keys, counts)
            self._pairs.add(shard, keys[:n], counts[:n])
        self._n_unmoved = 0

    def _count(self, shard: int) -> None:
        self._pairs.count(shard, self._buffers[shard, : self._sizes[shard]])
        self._sizes[shard] = 0
