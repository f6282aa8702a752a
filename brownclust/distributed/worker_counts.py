"""Count and merge words and pairs in a task, with the counter of one machine.

`brownclust.distributed.word_pass` and ``pair_pass`` call these functions on workers.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_BITS, ID_MASK, UNKNOWN
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust.counting.counter import Counter
from brownclust.counting.sorting import iter_pairs, merge_arrays
from brownclust.counting.vocabulary import Vocabulary

Integers = NDArray[np.int64]

NO_TOKEN = -2
"""In place of the first and last token of a text without tokens."""


class WordCounts(NamedTuple):
    """Words and their counts.

    A tuple of arrays, as Dask measures the size of these for its memory limits.

    Attributes
    ----------
    buffer : uint8 array
        That of a vocabulary.
    offsets : int64 array (n_words + 1,)
        That of a vocabulary.
    counts : int64 array (n_words,)
        Occurrences of each word.
    """

    buffer: NDArray[np.uint8]
    offsets: Integers
    counts: Integers

    @property
    def vocabulary(self) -> Vocabulary:
        """The words."""
        return Vocabulary(self.buffer, self.offsets)


def count_words(blocks: Iterable[NDArray[np.uint8]]) -> tuple[WordCounts, int]:
    """Return the counts of the words of a text, and the number of lines with words."""
    counter = Counter(span=0)
    counter.count(blocks)
    words = np.arange(1, counter.n_words)
    vocabulary = counter.vocabulary(words)
    n_lines = int(counter.word_counts[LINE_EDGE])
    counts = counter.word_counts[words]
    return WordCounts(vocabulary.buffer, vocabulary.offsets, counts), n_lines


def merge_words(*parts: WordCounts) -> WordCounts:
    """Return the sums of counts of words.

    Memory: about 105 bytes for each distinct word.
    """
    counter = Counter()
    counts = np.zeros(1 + sum(part.counts.size for part in parts), np.int64)
    for part in parts:
        counts[counter.add_vocabulary(part.vocabulary)] += part.counts
    words = np.arange(1, counter.n_words)
    vocabulary = counter.vocabulary(words)
    return WordCounts(vocabulary.buffer, vocabulary.offsets, counts[words])


def are_in(vocabulary: Vocabulary, words: Vocabulary) -> NDArray[np.bool_]:
    """Return which of some words are in a vocabulary, bool (len(words),)."""
    counter = Counter()
    last_id = counter.add_vocabulary(vocabulary).max(initial=LINE_EDGE)
    found: NDArray[np.bool_] = counter.add_vocabulary(words) <= last_id
    return found


def count_pairs(
    blocks: Iterable[NDArray[np.uint8]], vocabulary: Vocabulary, boundary: str
) -> tuple[Integers, Integers]:
    """Count the pairs of words of a vocabulary in a text.

    Parameters
    ----------
    blocks : iterable of uint8 arrays
        The text.
    vocabulary : Vocabulary
        The words, by rank.
    boundary : {"break", "ignore", "mark"}
        What a line end is.

    Returns
    -------
    rows : int64 array (n, 2)
        Keys ``left << 31 | right`` of ranks, ascending, and counts. With boundary
        "mark" the line edge is a word, too: its rank is the size of the vocabulary.
    ends : int64 array (1, 2)
        With boundary "ignore", the ranks of the first and the last token: UNKNOWN if it
        is not in the vocabulary, NO_TOKEN if there are no tokens. With other boundaries
        NO_TOKEN.

    Notes
    -----
    Memory: about 110 bytes a distinct pair and 100 for each word of the vocabulary.
    """
    counter = Counter(boundary=boundary)
    words = counter.add_vocabulary(vocabulary)
    counter.close_vocabulary()
    ends = _EndTokens()
    counter.count(ends.record(blocks) if boundary == "ignore" else blocks)
    successors, (starts, stops) = counter.take_rows(words)
    rows = np.concatenate([np.empty((0, 2), np.int64), *iter_pairs(successors)])
    if boundary == "mark":
        edge = words.size
        firsts, lasts = np.flatnonzero(starts), np.flatnonzero(stops)
        after_edges = make_rows(np.full_like(firsts, edge), firsts, starts[firsts])
        before_edges = make_rows(lasts, np.full_like(lasts, edge), stops[lasts])
        # The edge has the highest rank: its own row comes last.
        rows = np.concatenate([merge_rows(rows, before_edges), after_edges])
    return rows, ends.ranks(counter, words.size)


class _EndTokens:
    """The first and the last token of a text."""

    def __init__(self) -> None:
        self._tokens: list[bytes] = []

    def record(
        self, blocks: Iterable[NDArray[np.uint8]]
    ) -> Iterator[NDArray[np.uint8]]:
        """Yield the blocks unchanged, and keep their first and last token."""
        for block in blocks:
            text = block.tobytes()
            if tokens := text.rsplit(None, 1):
                first = self._tokens[:1] or text.split(None, 1)[:1]
                self._tokens = [*first, tokens[-1]]
            yield block

    def ranks(self, counter: Counter, n_ranks: int) -> Integers:
        """Return the two tokens as ranks; the words of the counter are the ranks."""
        if not self._tokens:
            return np.full((1, 2), NO_TOKEN, np.int64)
        lines = b"".join(token + b"\n" for token in self._tokens)
        ranks = counter.add_words(np.frombuffer(lines, np.uint8)) - 1
        return np.where(ranks < n_ranks, ranks, UNKNOWN).reshape(1, 2)


def make_rows(lefts: Integers, rights: Integers, counts: Integers) -> Integers:
    """Return rows of pairs, int64 (n, 2): keys and counts."""
    return np.stack([lefts << ID_BITS | rights, counts], axis=1)


def left_ids(keys: Integers) -> Integers:
    """Return the left words of pairs."""
    return keys >> ID_BITS


def right_ids(keys: Integers) -> Integers:
    """Return the right words of pairs."""
    return keys & ID_MASK


def min_keys(lefts: Integers) -> Integers:
    """Return the smallest keys that pairs with these left words can have."""
    return lefts << ID_BITS


def merge_rows(*runs: Integers) -> Integers:
    """Merge sorted rows of pairs, adding the counts of equal keys.

    Log2 of their number steps a pair.
    """
    rows = merge_arrays(runs)
    # A view would keep all of the larger array in memory.
    return rows if rows.base is None else rows.copy()
