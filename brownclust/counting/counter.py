"""Counts of words and of pairs of neighbours, over a stream of blocks."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_BITS, N_SHARDS
from brownclust._kernels.counting.word_table import (
    LINE_EDGE,
    line_is_open_at,
    next_space,
)
from brownclust.counting.chunk import Share
from brownclust.counting.pair_table import BYTES_PER_PAIR, PairTable
from brownclust.counting.sorting import Edges
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.spill import PairFile, sort_runs
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_table import WordTable, grown

Integers = NDArray[np.int64]
Result = TypeVar("Result")

_BATCH_BYTES = 1 << 21
"""Text counted at a time, for each thread."""

_BATCH = 1 << 14
"""Words of a vocabulary looked up at a time."""


class Counter:
    """Counts of words and of pairs of neighbours, over a stream of blocks.

    Words have ids in order of appearance; id 0 is the line edge. A block is cut into a
    share for each thread. They look its words up, which changes no table; those not
    known are added one share after the other; then the threads list the pairs of their
    shares, and at last count them, shard by shard. So each table is written by one
    thread at a time, and the counts do not depend on how many there are.

    Memory follows the distinct words and pairs, or, with `pair_bytes`, is bounded: when
    the table of pairs has that many, its content goes to disk as a run, and the runs
    are sorted and merged in the end.

    Parameters
    ----------
    boundary : {"break", "ignore", "mark"}
        Whether a line edge parts words, is nothing, or is a neighbour like any other.
    span : int
        How far apart the words of a pair are at most. With more than 1 a word counts
        once for each pair it is in, not once a token; with 0 there are no pairs.
    threads : int
        Threads that count.
    pair_bytes : int, optional
        Memory for pairs.
    directory : str, optional
        Where runs go that memory has no room for; the system's folder by default.

    Attributes
    ----------
    n_bigrams : int
        All pairs in the text, those of unknown words included.
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
        self._shares = [Share(span) for _ in range(threads)]
        self._threads = ThreadPoolExecutor(threads) if threads > 1 else None
        self._line_is_open = False
        self._before = np.full(span, LINE_EDGE, np.int32)

    @property
    def counts_by_pair(self) -> bool:
        """Whether a word counts once for each pair it is in, not once a token."""
        return self._before.size > 1

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
        """Occurrences by id, int64 (>= n_words,); lines for the line edge."""
        first = self._shares[0]
        first.word_counts = grown(
            first.word_counts, first.word_counts.size, self.n_words
        )
        for share in self._shares[1:]:
            first.word_counts[: share.word_counts.size] += share.word_counts
            share.word_counts[:] = 0
        return first.word_counts

    def close_vocabulary(self) -> None:
        """Let words unknown so far be neighbours of none, and stay unknown."""
        self._is_closed = True

    def add_text(self, block: NDArray[np.uint8]) -> None:
        """Count the words and pairs of a block that ends in white space.

        A line that does not end in the block goes on in the next.
        """
        stretches = self._read(block)
        shares = self._shares[: len(stretches)]
        if self._boundary == "ignore":
            self._all(Share.drop_edges, shares)
        look_up = self._words.find if self._is_closed else self._words.add
        words = [look_up(share.new_words) for share in shares]
        for share, ids in zip(shares, words, strict=True):
            self._before = share.join(self._before, ids)
        with_edges = self._boundary == "mark"
        self._all(
            lambda share, ids: share.list_pairs(ids, self.n_words, with_edges),
            shares,
            words,
        )
        self.n_bigrams += sum(share.n_pairs for share in shares)
        self._count(shares)

    def count(self, blocks: Iterable[NDArray[np.uint8]]) -> None:
        """Count the words and pairs of many blocks, as `add_text` does of one."""
        for batch in _in_batches(blocks, _BATCH_BYTES * len(self._shares)):
            self.add_text(batch)

    def add_words(self, text: NDArray[np.uint8]) -> Integers:
        """Return the ids of the words of a text, known from now on but not counted."""
        share = Share(0)
        share.read(text, 0, text.size, False, self._words)
        share.drop_edges()
        return share.ids(self._words.add(share.new_words))

    def add_vocabulary(self, vocabulary: Vocabulary) -> Integers:
        """Return the ids of the words of a vocabulary, not counted either."""
        ids = [
            self.add_words(vocabulary.lines(first, first + _BATCH))
            for first in range(0, len(vocabulary), _BATCH)
        ]
        return np.concatenate([np.empty(0, np.int64), *ids])

    def add_pairs(self, lefts: Integers, rights: Integers, counts: Integers) -> None:
        """Add counts of pairs of ids; the words' own counts stay as they are."""
        self._pairs.add(lefts << ID_BITS | rights, counts)
        self._spill_if_full()

    def rank(self, words: Integers) -> Integers:
        """Return the ids ``words`` in order of (-count, bytes)."""
        return self._words.rank(words, self.word_counts)

    def vocabulary(self, words: Integers) -> Vocabulary:
        """Return the vocabulary of the ids ``words``, in this order."""
        return self._words.vocabulary(words)

    def take_rows(self, words: Integers) -> tuple[SparseRows, Edges]:
        """Return the pairs among ``words``, by left word; no pairs are left here.

        Rows and indices are positions in ``words``. Also returns how often each word
        follows and precedes a line edge.
        """
        for share in self._shares:
            share.release()
        ranks = np.full(self.n_words, -1, np.int64)
        ranks[words] = np.arange(words.size)
        if self._spilled is None:
            return self._pairs.pop_rows(ranks, words.size)
        self._spill()
        spilled, self._spilled = self._spilled, None
        return sort_runs(spilled, ranks, words.size, self._directory)

    def _read(self, block: NDArray[np.uint8]) -> list[tuple[int, int]]:
        """Cut a block into a stretch for each share, and these into words."""
        n_shares = len(self._shares)
        cuts = [next_space(block, i * block.size // n_shares) for i in range(n_shares)]
        starts = [0, *cuts[1:]]
        is_open = [line_is_open_at(block, at, self._line_is_open) for at in starts]
        stretches = list(zip(starts, [*starts[1:], block.size], strict=True))
        *_, self._line_is_open = self._all(
            lambda share, ends, is_open: share.read(block, *ends, is_open, self._words),
            self._shares,
            stretches,
            is_open,
        )
        return stretches

    def _count(self, shares: list[Share]) -> None:
        """Count the pairs that the shares have listed."""
        n_threads = len(self._shares)

        def count(thread: int) -> None:
            for shard in range(thread, N_SHARDS, n_threads):
                for share in shares:
                    self._pairs.count(shard, share.keys(shard))

        self._all(count, range(n_threads))
        self._spill_if_full()

    def _spill_if_full(self) -> None:
        if self._pair_bytes is None:
            return
        # Not by the bytes of the table, which has had room for each key of a batch.
        if self._pairs.n_pairs * BYTES_PER_PAIR > self._pair_bytes:
            self._spill()

    def _spill(self) -> None:
        if self._spilled is None:
            self._spilled = PairFile(self._directory)
        self._spilled.append(self._pairs.pop_pairs())

    def _all(
        self, function: Callable[..., Result], *arguments: Iterable[Any]
    ) -> list[Result]:
        """Return what a function makes of each row of arguments, on all threads."""
        if self._threads is None:
            return list(map(function, *arguments))
        return list(self._threads.map(function, *arguments))


def _in_batches(
    blocks: Iterable[NDArray[np.uint8]], least: int
) -> Iterator[NDArray[np.uint8]]:
    """Put blocks together: the more keys a shard gets at a time, the better."""
    waiting: list[NDArray[np.uint8]] = []
    n_bytes = 0
    for block in blocks:
        waiting.append(block)
        n_bytes += block.size
        if n_bytes >= least:
            yield np.concatenate(waiting)
            waiting.clear()
            n_bytes = 0
    if waiting:
        yield np.concatenate(waiting)
