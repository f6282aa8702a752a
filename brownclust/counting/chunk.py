"""One thread's share of a block of text."""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import N_SHARDS, list_pairs, scatter_keys
from brownclust._kernels.counting.word_table import LINE_EDGE, tokenise
from brownclust.counting.word_table import WordTable, grown

Integers = NDArray[np.int64]

_MOST_NEW = 1 << 12


class Share:
    """Tokens of a stretch of text, then the keys of their pairs.

    Parameters
    ----------
    span : int
        How far apart words of a pair are at most.

    Attributes
    ----------
    new_words : WordTable
        The words that were not known when the share was read.
    word_counts : int64 array
        Occurrences by id, of this share and of those before that it was used for.
    n_pairs : int
        All pairs, those of unknown words included.
    """

    def __init__(self, span: int) -> None:
        self.word_counts = np.zeros(2, np.int64)
        self.n_pairs = 0
        self._span = span
        self.release()

    def release(self) -> None:
        """Give up the room that tokens, new words and keys took."""
        self.new_words = WordTable()
        self._tokens = np.full(self._span + 1, LINE_EDGE, np.int32)
        self._n_tokens = self._span
        self._keys, self._sorted_keys = np.empty((2, 1), np.int64)
        self._ends = np.zeros(N_SHARDS, np.int64)

    def read(
        self,
        block: NDArray[np.uint8],
        start: int,
        end: int,
        line_is_open: bool,
        known: WordTable,
    ) -> bool:
        """Cut a stretch of a block into words; return whether its last line is open."""
        self.new_words.clear()
        self.new_words.make_room(_MOST_NEW, end - start)
        n_tokens = self._span
        # Two for "a" and its newline, and one more where a line from before ends.
        most = n_tokens + end - start + 1
        if self._tokens.size < most:
            self._tokens = np.empty(most, np.int32)
        new = self.new_words
        while start < end:
            if new.n_words == new.room:
                new.make_room(new.n_words, end - start)
            start, n_tokens, new.n_words, line_is_open = tokenise(
                block,
                start,
                end,
                line_is_open,
                known.buffer,
                known.offsets,
                known.rows,
                new.buffer,
                new.offsets,
                new.rows,
                new.n_words,
                new.room,
                self._tokens,
                n_tokens,
            )
        self._n_tokens = n_tokens
        return line_is_open

    def drop_edges(self) -> None:
        """Make one line of all that was read; its lines are counted."""
        tokens = self._tokens[self._span : self._n_tokens]
        kept = tokens[tokens != LINE_EDGE]
        self.word_counts[LINE_EDGE] += tokens.size - kept.size
        self._n_tokens = self._span + kept.size
        self._tokens[self._span : self._n_tokens] = kept

    def join(self, before: NDArray[np.int32], words: Integers) -> NDArray[np.int32]:
        """Take the last tokens before the share; return the last ones of it.

        ``words[i]`` is the id of the i-th new word.
        """
        self._tokens[: self._span] = before
        start = max(self._span, self._n_tokens - self._span)
        last = self._tokens[start : self._n_tokens]
        last = np.where(last < 0, words[np.maximum(-last, 0)], last).astype(np.int32)
        return np.concatenate([before, last])[last.size :]

    def list_pairs(self, words: Integers, n_words: int, with_edges: bool) -> None:
        """Write down the keys of all pairs, shard by shard, and count words."""
        self.word_counts = grown(self.word_counts, self.word_counts.size, n_words)
        most = (self._n_tokens - self._span) * self._span
        if self._keys.size < most:
            self._keys, self._sorted_keys = np.empty((2, most), np.int64)
        sizes = np.zeros(N_SHARDS, np.int64)
        n_keys, self.n_pairs = list_pairs(
            self._tokens,
            self._n_tokens,
            self._span,
            with_edges,
            self._span > 1,
            words,
            self.word_counts,
            self._keys,
            sizes,
        )
        self._ends = np.cumsum(sizes) - sizes
        scatter_keys(self._keys[:n_keys], self._ends, self._sorted_keys)

    def keys(self, shard: int) -> Integers:
        """Return the keys of a shard, of the pairs listed last."""
        start = self._ends[shard - 1] if shard else 0
        return self._sorted_keys[start : self._ends[shard]]

    def ids(self, words: Integers) -> Integers:
        """Return the ids of all tokens read."""
        tokens = self._tokens[self._span : self._n_tokens]
        return np.where(tokens < 0, words[np.maximum(-tokens, 0)], tokens)
