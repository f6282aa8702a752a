"""Count words and pairs of neighbours in a stream of blocks, on one or more threads.

The centre of counting: `brownclust.counting.counts` and the workers of
`brownclust.distributed` give it blocks and take words and rows of pairs out of it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_BITS, N_SHARDS
from brownclust._kernels.counting.scanning import line_is_open_at, next_space
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._threads import thread_pool
from brownclust.counting.chunk import TextChunk
from brownclust.counting.pair_table import BYTES_PER_PAIR, PairTable
from brownclust.counting.sorting import EdgeCounts
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.spill import PairFile, sort_runs
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_table import WordTable, enlarge_array

Integers = NDArray[np.int64]
Result = TypeVar("Result")

_BATCH_BYTES = 1 << 21
"""Text counted at a time, for each thread.

Large, as waking a thread costs up to 0.3 ms, and as a shard's table then stays in a
cache for many keys (measured in ``benchmarks/NOTES.md``).
"""

_WORDS_PER_BATCH = 1 << 14
"""Words of a vocabulary looked up at a time, so that their text stays small."""


class Counter:
    """Counts of words and of pairs of neighbours in a stream of blocks.

    Word ids are given in order of appearance; id 0 is the line edge. A block is counted
    in four steps, each thread working on its own chunk of the block:

    1. The threads split their chunks into words and look these up in the table of
       words, which they only read.
    2. The words that were not found are added to the table, one chunk after the other.
    3. The threads list the pairs of their chunks as keys, grouped by shard.
    4. The threads count the keys, each thread in its own shards.

    So one thread at a time writes to a table, and the counts do not depend on the
    number of threads.

    Parameters
    ----------
    boundary : {"break", "ignore", "mark"}
        Whether a line edge separates words, has no effect, or is a neighbour like a
        word.
    span : int
        Largest distance between the words of a pair; 0 counts words only. With more
        than 1 a word is counted once for each pair that it is in, not once a token.
    threads : int
        Threads that count.
    pair_bytes : int, optional
        Memory for the table of pairs. When it is full, its pairs go to a file as a run;
        `take_rows` sorts and merges the runs.
    directory : str, optional
        Where such files are made; the system's temporary directory by default.

    Attributes
    ----------
    n_bigrams : int
        All pairs of the text, those with unknown words included.

    Notes
    -----
    Memory: for each distinct word 40 to 72 bytes and its own, for each distinct pair 31
    bytes on average, unless `pair_bytes` limits the latter; and the chunks.
    """

    def __init__(
        self,
        *,
        boundary: str = "break",
        span: int = 1,
        threads: int = 1,
        pair_bytes: int | None = None,
        directory: str | None = None,
    ) -> None:
        self.n_bigrams = 0
        self._words = WordTable()
        self._is_closed = False
        self._pairs = PairTable()
        self._pair_bytes = pair_bytes
        self._directory = directory
        self._spilled: PairFile | None = None
        self._boundary = boundary
        self._chunks = [TextChunk(span) for _ in range(threads)]
        self._threads = thread_pool(threads) if threads > 1 else None
        self._line_is_open = False
        self._last_tokens = np.full(span, LINE_EDGE, np.int32)

    @property
    def counts_by_pair(self) -> bool:
        """Whether a word is counted once for each pair it is in, not once a token."""
        return self._last_tokens.size > 1

    @property
    def n_words(self) -> int:
        """Number of ids, the line edge included."""
        return self._words.n_words

    @property
    def n_runs(self) -> int:
        """Number of runs on disk."""
        return 0 if self._spilled is None else self._spilled.n_runs

    @property
    def word_counts(self) -> Integers:
        """Occurrences by id, int64 (>= n_words,); for the line edge, lines with words.

        Can be written to.
        """
        first = self._chunks[0]
        first.word_counts = enlarge_array(
            first.word_counts, first.word_counts.size, self.n_words
        )
        for chunk in self._chunks[1:]:
            first.word_counts[: chunk.word_counts.size] += chunk.word_counts
            chunk.word_counts[:] = 0
        return first.word_counts

    def close_vocabulary(self) -> None:
        """Add no more words from texts: unknown words then have no neighbours."""
        self._is_closed = True

    def add_text(self, block: NDArray[np.uint8]) -> None:
        """Count the words and pairs of a block.

        Parameters
        ----------
        block : uint8 array
            Text that ends in whitespace. A line that has not ended continues in the
            next block.
        """
        self._read(block)
        if self._boundary == "ignore":
            self._map(TextChunk.drop_edges, self._chunks)
        look_up = self._words.find if self._is_closed else self._words.add
        new_ids = [look_up(chunk.new_words) for chunk in self._chunks]
        for chunk, ids in zip(self._chunks, new_ids, strict=True):
            self._last_tokens = chunk.connect(self._last_tokens, ids)
        with_edges = self._boundary == "mark"
        self._map(
            lambda chunk, ids: chunk.list_pairs(ids, self.n_words, with_edges),
            self._chunks,
            new_ids,
        )
        self.n_bigrams += sum(chunk.n_pairs for chunk in self._chunks)
        self._count_keys()

    def count(self, blocks: Iterable[NDArray[np.uint8]]) -> None:
        """Count the words and pairs of many blocks, as `add_text` does for one."""
        for batch in _join_blocks(blocks, _BATCH_BYTES * len(self._chunks)):
            self.add_text(batch)

    def add_words(self, text: NDArray[np.uint8]) -> Integers:
        """Return the ids of the words of a text, adding new ones, without counting.

        Parameters
        ----------
        text : uint8 array
            Words, each followed by whitespace.

        Returns
        -------
        int64 array
            An id for each word, in order.
        """
        chunk = TextChunk(0)
        chunk.read(text, 0, text.size, False, self._words)
        chunk.drop_edges()
        return chunk.ids(self._words.add(chunk.new_words))

    def add_vocabulary(self, vocabulary: Vocabulary) -> Integers:
        """Return the ids of the words of a vocabulary, as `add_words` does."""
        ids = [
            self.add_words(vocabulary.lines(first, first + _WORDS_PER_BATCH))
            for first in range(0, len(vocabulary), _WORDS_PER_BATCH)
        ]
        return np.concatenate([np.empty(0, np.int64), *ids])

    def add_pairs(self, lefts: Integers, rights: Integers, counts: Integers) -> None:
        """Add counts of pairs of ids; the words' own counts do not change."""
        self._pairs.add(lefts << ID_BITS | rights, counts)
        self._spill_if_full()

    def rank(self, words: Integers) -> Integers:
        """Return word ids in order of descending count, then of ascending bytes."""
        return self._words.rank(words, self.word_counts)

    def vocabulary(self, words: Integers) -> Vocabulary:
        """Return the words of these ids, in this order, as a vocabulary."""
        return self._words.vocabulary(words)

    def take_rows(self, words: Integers) -> tuple[SparseRows, EdgeCounts]:
        """Return the pairs among some words, and remove all pairs from the counter.

        Parameters
        ----------
        words : int64 array (n,)
            Distinct ids; word ``words[i]`` becomes row and column i.

        Returns
        -------
        rows : SparseRows
            Of each left word, its right words.
        edges : pair of int64 arrays (n,)
            How often each word follows, and how often it precedes, a line edge.

        Notes
        -----
        Memory: see `sort_pairs`; with runs on disk, `sort_runs`.
        """
        for chunk in self._chunks:
            chunk.release()
        ranks = np.full(self.n_words, -1, np.int64)
        ranks[words] = np.arange(words.size)
        if self._spilled is None:
            return self._pairs.pop_rows(ranks, words.size)
        self._spill()
        spilled, self._spilled = self._spilled, None
        return sort_runs(spilled, ranks, words.size, self._directory)

    def _read(self, block: NDArray[np.uint8]) -> None:
        """Split a block into chunks at whitespace, and the chunks into words."""
        n_chunks = len(self._chunks)
        cuts = [next_space(block, i * block.size // n_chunks) for i in range(n_chunks)]
        starts = [0, *cuts[1:]]
        ends = [*starts[1:], block.size]
        is_open = [line_is_open_at(block, at, self._line_is_open) for at in starts]
        *_, self._line_is_open = self._map(
            lambda chunk, *where: chunk.read(block, *where, self._words),
            self._chunks,
            starts,
            ends,
            is_open,
        )

    def _count_keys(self) -> None:
        """Count the pairs that the chunks have listed."""
        n_threads = len(self._chunks)

        def count(thread: int) -> None:
            for shard in range(thread, N_SHARDS, n_threads):
                for chunk in self._chunks:
                    self._pairs.count(shard, chunk.keys(shard))

        self._map(count, range(n_threads))
        self._spill_if_full()

    def _spill_if_full(self) -> None:
        if self._pair_bytes is None:
            return
        # The pairs, not the allocated rows: before counting, a table is enlarged as if
        # all keys of the batch were new pairs.
        if self._pairs.n_pairs * BYTES_PER_PAIR > self._pair_bytes:
            self._spill()

    def _spill(self) -> None:
        if self._spilled is None:
            self._spilled = PairFile(self._directory)
        self._spilled.append(self._pairs.pop_pairs())

    def _map(
        self, function: Callable[..., Result], *arguments: Iterable[Any]
    ) -> list[Result]:
        """Return ``list(map(function, *arguments))``, computed on all threads."""
        if self._threads is None:
            return list(map(function, *arguments))
        return list(self._threads.map(function, *arguments))


def _join_blocks(
    blocks: Iterable[NDArray[np.uint8]], min_bytes: int
) -> Iterator[NDArray[np.uint8]]:
    """Concatenate blocks to batches of at least `min_bytes` bytes, except the last."""
    pending: list[NDArray[np.uint8]] = []
    n_bytes = 0
    for block in blocks:
        pending.append(block)
        n_bytes += block.size
        if n_bytes >= min_bytes:
            yield np.concatenate(pending)
            pending.clear()
            n_bytes = 0
    if pending:
        yield np.concatenate(pending)
