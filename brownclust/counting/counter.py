"""Count words and pairs of neighbours in a stream of blocks, on one or more threads.

The centre of counting: `brownclust.counting.counts` and the workers of
`brownclust.distributed` give it blocks and take words and rows of pairs out of it.
`brownclust.counting.id_counter` does the same for corpora of integers.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_BITS
from brownclust._kernels.counting.scanning import line_is_open_at
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._threads import thread_pool
from brownclust.counting.chunk import TextChunk
from brownclust.counting.pair_collector import PairCollector
from brownclust.counting.pair_table import PairTable
from brownclust.counting.sorting import EdgeCounts, Map
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.spill import PairFile, sort_runs
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_table import WordTable, enlarge_array
from brownclust.text.blocks import batches

Integers = NDArray[np.int64]

_CHUNK_BYTES = 1 << 21
"""Text of a chunk. Large, as the counts of frequent pairs then stay in a cache for many
pairs, and as waking a thread costs up to 0.3 ms."""

_CHUNK_BYTES_OF_THREAD = 3 << 18
"""The same if there are several threads, which have more chunks at a time."""

_CHUNKS_PER_THREAD = 2
"""Chunks of a batch, for each thread if there are several.

More than one, so that a thread that another program holds up does less of the work.
"""

_WORDS_PER_BATCH = 1 << 14
"""Words of a vocabulary looked up at a time, so that their text stays small."""


class Counter:
    """Counts of words and of pairs of neighbours in a stream of blocks.

    Id 0 is the line edge. Word ids are given in order of appearance, but those of the
    first chunk of a text in order of frequency: pairs of the lowest ids are counted
    fast. A batch of a few chunks is counted in three steps:

    1. The threads split chunks into words and look these up in the table of words,
       which they only read.
    2. The words that were not found are added to the table, one chunk after the other.
    3. The threads list the pairs of chunks, count those of frequent words, and collect
       the others. Whenever many of a shard have been collected, they are counted there.

    With several threads, the main thread does step 2, and reads the next batch, while
    the others do step 3 of the batch before. A shard has a lock, and the order of ids
    does not show in any result, so the counts do not depend on the number of threads.

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

    Notes
    -----
    Memory: for each distinct word 40 to 72 bytes and its own, for each distinct pair 16
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
        self._words = WordTable()
        self._is_closed = False
        self._pairs = PairTable()
        self._pair_bytes = pair_bytes
        self._directory = directory
        self._spilled: PairFile | None = None
        self._boundary = boundary
        self._last_tokens = np.full(span, LINE_EDGE, np.int32)
        self._collectors = [self._new_collector() for _ in range(threads)]
        self._idle_collectors = self._collectors.copy()
        # Without threads, what is given to Python's map waits until it is needed.
        self._map: Map = thread_pool(threads).map if threads > 1 else map
        self._chunk_bytes, self._chunks_per_batch, self._n_batches = (
            (_CHUNK_BYTES_OF_THREAD, _CHUNKS_PER_THREAD * threads, 3)
            if threads > 1
            else (_CHUNK_BYTES, 1, 2)
        )
        self._line_is_open = False
        self._n_dropped_edges = 0

    @property
    def counts_by_pair(self) -> bool:
        """Whether a word is counted once for each pair it is in, not once a token."""
        return self._last_tokens.size > 1

    @property
    def n_bigrams(self) -> int:
        """All pairs of the text, those with unknown words included."""
        return sum(int(collector.n_pairs) for collector in self._collectors)

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
        first: Any
        first, *others = self._collectors
        first.word_counts = enlarge_array(
            first.word_counts, first.word_counts.size, self.n_words
        )
        for collector in others:
            more = collector.word_counts[: self.n_words]  # zeros follow
            first.word_counts[: more.size] += more
            more[:] = 0
        first.word_counts[LINE_EDGE] += self._n_dropped_edges
        self._n_dropped_edges = 0
        counts: Integers = first.word_counts
        return counts

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
        self.count([block])

    def count(self, blocks: Iterable[Any]) -> None:
        """Count the words and pairs of many blocks, as `add_text` does for one."""
        size = self._chunks_per_batch
        # One batch is read while the pairs of the one before are listed. The next is
        # given to the threads before these have finished.
        chunk_lists = cycle(
            [[self._new_chunk() for _ in range(size)] for _ in range(self._n_batches)]
        )
        ready: Iterable[tuple[Any, Integers]] = []
        collecting: Iterable[None] = []
        for parts in batches(self._join(blocks), size):
            chunks = next(chunk_lists)[: len(parts)]
            reading = self._map(self._read, chunks, parts, self._open_lines(parts))
            self._finish(collecting)
            collecting = self._map(self._collect, ready)
            list(reading)
            ready = self._add_new_words(chunks)
        self._finish(collecting)
        self._finish(self._map(self._collect, ready))

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
        chunk.read(text, False, self._words)
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
        self._pairs.add_mixed(lefts << ID_BITS | rights, counts)
        self._spill_if_full()

    def rank(self, words: Integers) -> Integers:
        """Return word ids in order of descending count, then of ascending bytes."""
        # Meanwhile, other threads move pairs to the table, which is needed next.
        moving = self._start_moving_pairs()
        ranked = self._words.rank(words, self.word_counts)
        list(moving)
        return ranked

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
        list(self._start_moving_pairs())
        ranks = np.full(self.n_words, -1, np.int32)
        ranks[words] = np.arange(words.size)
        if self._spilled is None:
            return self._pairs.pop_rows(ranks, words.size, self._map)
        self._spill()
        spilled, self._spilled = self._spilled, None
        return sort_runs(spilled, ranks, words.size, self._directory)

    @property
    def _span(self) -> int:
        return self._last_tokens.size

    def _open_lines(self, parts: Sequence[Any]) -> list[bool]:
        """Return, for each part, whether a line from before it continues there."""
        is_open = [self._line_is_open]
        for part in parts:
            is_open.append(self._is_open_after(part, is_open[-1]))
        self._line_is_open = is_open.pop()
        return is_open

    # What differs between text and corpora of integers; see `IdCounter`.

    def _new_collector(self) -> Any:
        return PairCollector(self._span, self._boundary == "mark", self._pairs)

    def _new_chunk(self) -> Any:
        return TextChunk(self._span)

    def _join(self, blocks: Iterable[Any]) -> Iterator[Any]:
        """Yield the blocks as parts, one for each chunk."""
        return _join_blocks(blocks, self._chunk_bytes)

    def _read(self, chunk: Any, part: Any, line_is_open: bool) -> None:
        chunk.read(part, line_is_open, self._words)

    def _is_open_after(self, part: Any, line_is_open: bool) -> bool:
        """Whether the last line of a part continues after it."""
        return line_is_open_at(part, part.size, line_is_open)

    def _ids_of_new(self, chunk: Any) -> Integers:
        """Return the ids of the new words of a chunk, adding them."""
        if self._is_closed:
            return self._words.find(chunk.new_words)
        if self.n_words == 1:
            return self._words.add(chunk.new_words, chunk.words_by_count())
        return self._words.add(chunk.new_words)

    # ------------------------------------------------------------------------------

    def _add_new_words(self, chunks: Sequence[Any]) -> list[tuple[Any, Integers]]:
        """Return the chunks, each with the ids of its new words."""
        ready = []
        for chunk in chunks:
            if self._boundary == "ignore":
                # Not added to the counts of a collector, which its thread may enlarge.
                self._n_dropped_edges += chunk.drop_edges()
            ids = self._ids_of_new(chunk)
            self._last_tokens = chunk.connect(self._last_tokens, ids)
            ready.append((chunk, ids))
        return ready

    def _collect(self, ready: tuple[Any, Integers]) -> None:
        """Count the pairs of a chunk."""
        collector = self._idle_collectors.pop()
        collector.collect(*ready, self.n_words)
        self._idle_collectors.append(collector)

    def _finish(self, collecting: Iterable[None]) -> None:
        """Wait until pairs have been collected."""
        list(collecting)
        self._spill_if_full()

    def _start_moving_pairs(self) -> Iterable[None]:
        """Move the pairs of the collectors to the table; reading the result waits."""
        return self._map(lambda one: one.move_pairs(), self._collectors)

    def _spill_if_full(self) -> None:
        if self._pair_bytes is None:
            return
        if self._pairs.n_bytes > self._pair_bytes:
            self._spill()

    def _spill(self) -> None:
        if self._spilled is None:
            self._spilled = PairFile(self._directory)
        list(self._start_moving_pairs())
        self._spilled.append(self._pairs.pop_pairs())


def _join_blocks(
    blocks: Iterable[NDArray[np.uint8]], min_bytes: int
) -> Iterator[NDArray[np.uint8]]:
    """Concatenate blocks to texts of at least `min_bytes` bytes, except the last."""
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
