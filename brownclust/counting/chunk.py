"""One thread's chunk of a block of text, from its bytes to the keys of its pairs.

`brownclust.counting.counter` splits blocks into chunks and drives them. The kernels are
in `brownclust._kernels.counting`.
"""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import N_SHARDS, list_pairs, scatter_keys
from brownclust._kernels.counting.word_table import LINE_EDGE, tokenise
from brownclust.counting.word_table import WordTable, enlarge_array

Integers = NDArray[np.int64]

_MIN_NEW_CAPACITY = 1 << 12
"""Least capacity for the new words of a chunk; their table doubles when it is full.

Its rows, 256 KiB, are cleared for each chunk: small enough to cost little.
"""


class TextChunk:
    """The tokens of a part of a block, then the keys of their pairs.

    One object serves a thread for all blocks, so that its arrays are allocated once.

    Parameters
    ----------
    span : int
        Largest distance between the words of a pair; with 0 there are no pairs.

    Attributes
    ----------
    new_words : WordTable
        The words of the chunk that were unknown when it was read.
    word_counts : int64 array
        Occurrences by word id, in this chunk and all that were read before.
    n_pairs : int
        All pairs of the chunk, those with unknown words included.
    """

    def __init__(self, span: int) -> None:
        self.word_counts = np.zeros(2, np.int64)
        self.n_pairs = 0
        self._span = span
        self.release()

    def release(self) -> None:
        """Free the memory of tokens, new words and keys; the word counts stay."""
        self.new_words = WordTable()
        # The first `span` tokens are the last ones before the chunk.
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
        """Split ``block[start:end]`` into words and look these up.

        Parameters
        ----------
        block : uint8 array
            Text that ends in whitespace.
        start, end : int
            The part to read, which ends in whitespace, too.
        line_is_open : bool
            Whether a line that began before `start` has words and has not ended.
        known : WordTable
            The words with ids; it does not change.

        Returns
        -------
        bool
            Whether the last line of the part has words and has not ended.
        """
        self.new_words.clear()
        self.new_words.reserve(_MIN_NEW_CAPACITY, end - start)
        n_tokens = self._span
        # At most a token for each byte: "a" and a newline make two. And one line edge
        # more, where a line from before ends.
        max_tokens = n_tokens + end - start + 1
        if self._tokens.size < max_tokens:
            self._tokens = np.empty(max_tokens, np.int32)
        new = self.new_words
        while start < end:
            if new.n_words == new.capacity:
                new.reserve(new.n_words, end - start)
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
                new.capacity,
                self._tokens,
                n_tokens,
            )
        self._n_tokens = n_tokens
        return line_is_open

    def drop_edges(self) -> None:
        """Remove the line edges from the tokens, and count them."""
        tokens = self._tokens[self._span : self._n_tokens]
        kept = tokens[tokens != LINE_EDGE]
        self.word_counts[LINE_EDGE] += tokens.size - kept.size
        self._n_tokens = self._span + kept.size
        self._tokens[self._span : self._n_tokens] = kept

    def connect(self, previous: NDArray[np.int32], ids: Integers) -> NDArray[np.int32]:
        """Put the last tokens before the chunk in front of it.

        Parameters
        ----------
        previous : int32 array (span,)
            The last tokens before the chunk.
        ids : int64 array (n_new,)
            Ids of the new words.

        Returns
        -------
        int32 array (span,)
            The last tokens up to the end of the chunk, for the chunk after it.
        """
        self._tokens[: self._span] = previous
        start = max(self._span, self._n_tokens - self._span)
        last = self._tokens[start : self._n_tokens]
        last = np.where(last < 0, ids[np.maximum(-last, 0)], last).astype(np.int32)
        return np.concatenate([previous, last])[last.size :]

    def list_pairs(self, ids: Integers, n_words: int, with_edges: bool) -> None:
        """Count the words, and write the keys of all pairs, grouped by shard.

        Parameters
        ----------
        ids : int64 array (n_new,)
            Ids of the new words; -1 for words that stay unknown.
        n_words : int
            Number of ids, the line edge included.
        with_edges : bool
            Whether a line edge forms pairs as a word does.
        """
        self.word_counts = enlarge_array(
            self.word_counts, self.word_counts.size, n_words
        )
        max_keys = (self._n_tokens - self._span) * self._span
        if self._keys.size < max_keys:
            self._keys, self._sorted_keys = np.empty((2, max_keys), np.int64)
        sizes = np.zeros(N_SHARDS, np.int64)
        n_keys, self.n_pairs = list_pairs(
            self._tokens,
            self._n_tokens,
            self._span,
            with_edges,
            self._span > 1,
            ids,
            self.word_counts,
            self._keys,
            sizes,
        )
        self._ends = np.cumsum(sizes) - sizes
        scatter_keys(self._keys[:n_keys], self._ends, self._sorted_keys)

    def keys(self, shard: int) -> Integers:
        """Return the keys of one shard, from the last call of `list_pairs`."""
        start = self._ends[shard - 1] if shard else 0
        return self._sorted_keys[start : self._ends[shard]]

    def ids(self, new_ids: Integers) -> Integers:
        """Return the ids of all tokens; `new_ids` are those of the new words."""
        tokens = self._tokens[self._span : self._n_tokens]
        return np.where(tokens < 0, new_ids[np.maximum(-tokens, 0)], tokens)
