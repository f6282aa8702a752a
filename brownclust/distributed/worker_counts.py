"""All that workers ask of the counter: words, pairs of words, and sums of both."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_BITS, ID_MASK
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust.counting.counter import Counter
from brownclust.counting.sorting import keyed, merged
from brownclust.counting.vocabulary import Vocabulary

Integers = NDArray[np.int64]

UNKNOWN = -1
"""A token that is no word of the vocabulary."""
NO_TOKEN = -2


class WordCounts(NamedTuple):
    """Words and their counts; a tuple of arrays, whose size Dask can tell."""

    buffer: NDArray[np.uint8]
    offsets: Integers
    counts: Integers

    @property
    def vocabulary(self) -> Vocabulary:
        """The words."""
        return Vocabulary(self.buffer, self.offsets)


def count_words(blocks: Iterable[NDArray[np.uint8]]) -> tuple[WordCounts, int]:
    """Return the counts of the words of a text, and how many lines have any."""
    counter = Counter(span=0)
    counter.count(blocks)
    words = np.arange(1, counter.n_words)
    vocabulary = counter.vocabulary(words)
    n_lines = int(counter.word_counts[LINE_EDGE])
    counts = counter.word_counts[words]
    return WordCounts(vocabulary.buffer, vocabulary.offsets, counts), n_lines


def merge_words(*parts: WordCounts) -> WordCounts:
    """Return the sums of counts of words."""
    counter = Counter()
    counts = np.zeros(1 + sum(part.counts.size for part in parts), np.int64)
    for part in parts:
        counts[counter.add_vocabulary(part.vocabulary)] += part.counts
    words = np.arange(1, counter.n_words)
    vocabulary = counter.vocabulary(words)
    return WordCounts(vocabulary.buffer, vocabulary.offsets, counts[words])


def are_in(vocabulary: Vocabulary, words: Vocabulary) -> NDArray[np.bool_]:
    """Return which of some words are in a vocabulary."""
    counter = Counter()
    last = counter.add_vocabulary(vocabulary).max(initial=LINE_EDGE)
    found: NDArray[np.bool_] = counter.add_vocabulary(words) <= last
    return found


def count_pairs(
    blocks: Iterable[NDArray[np.uint8]], vocabulary: Vocabulary, boundary: str
) -> tuple[Integers, Integers]:
    """Count the pairs of words of a vocabulary.

    Returns
    -------
    rows : int64 array (n, 2)
        Keys ``left << 31 | right`` of ranks, ascending, and counts. With boundary
        "mark" the line edge is a word too, its rank the size of the vocabulary.
    ends : int64 array (1, 2)
        The first and the last token, as ranks; UNKNOWN, or NO_TOKEN if there is none.
    """
    counter = Counter(boundary=boundary)
    words = counter.add_vocabulary(vocabulary)
    counter.close_vocabulary()
    ends = _Ends()
    counter.count(ends.watch(blocks) if boundary == "ignore" else blocks)
    successors, (starts, stops) = counter.take_rows(words)
    rows = np.concatenate([np.empty((0, 2), np.int64), *keyed(successors)])
    if boundary == "mark":
        edge = words.size
        firsts, lasts = np.flatnonzero(starts), np.flatnonzero(stops)
        after_edges = pair_rows(np.full_like(firsts, edge), firsts, starts[firsts])
        before_edges = pair_rows(lasts, np.full_like(lasts, edge), stops[lasts])
        rows = np.concatenate([merge_rows(rows, before_edges), after_edges])
    return rows, ends.ranks(counter, words.size)


class _Ends:
    """The first and the last token of a text."""

    def __init__(self) -> None:
        self._tokens: list[bytes] = []

    def watch(self, blocks: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
        """Let blocks pass."""
        for block in blocks:
            text = block.tobytes()
            if tokens := text.rsplit(None, 1):
                first = self._tokens[:1] or text.split(None, 1)[:1]
                self._tokens = [*first, tokens[-1]]
            yield block

    def ranks(self, counter: Counter, n_ranks: int) -> Integers:
        """Return the two tokens as ranks."""
        if not self._tokens:
            return np.full((1, 2), NO_TOKEN, np.int64)
        lines = b"".join(token + b"\n" for token in self._tokens)
        ranks = counter.add_words(np.frombuffer(lines, np.uint8)) - 1
        return np.where(ranks < n_ranks, ranks, UNKNOWN).reshape(1, 2)


def pair_rows(lefts: Integers, rights: Integers, counts: Integers) -> Integers:
    """Return rows of pairs."""
    return np.stack([lefts << ID_BITS | rights, counts], axis=1)


def left_of(keys: Integers) -> Integers:
    """Return the left words of pairs."""
    return keys >> ID_BITS


def right_of(keys: Integers) -> Integers:
    """Return the right words of pairs."""
    return keys & ID_MASK


def first_key(left: Integers) -> Integers:
    """Return what no key of a pair with this left word is below."""
    return left << ID_BITS


def merge_rows(*runs: Integers) -> Integers:
    """Return sorted rows of pairs as one; log2 of their number steps a pair."""
    rows = merged(runs)
    # Not a view, which would keep the room that was not needed.
    return rows if rows.base is None else rows.copy()
