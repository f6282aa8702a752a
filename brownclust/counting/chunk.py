"""A chunk of text, from its bytes to the ids of its words.

`brownclust.counting.counter` splits text into chunks, and `brownclust.counting
.pair_collector` counts their pairs. `brownclust.counting.id_chunk` has the same for
corpora of integers. The kernels are in `brownclust._kernels.counting`.
"""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.tokenising import (
    MAX_PIECE_WORDS,
    PIECE_BYTES,
    SCRATCH_SHAPE,
    tokenise,
)
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust.counting.word_table import WordTable

Integers = NDArray[np.int64]

_MIN_NEW_CAPACITY = 1 << 12
"""Least capacity for the new words of a chunk; their table doubles when it is full.

Its rows, 256 KiB, are cleared for each chunk: small enough to cost little.
"""


class TokenChunk:
    """The tokens of a part of a corpus.

    One object serves for many parts, so that its arrays are allocated once.

    Parameters
    ----------
    span : int
        Largest distance between the words of a pair; with 0 there are no pairs.
    """

    def __init__(self, span: int) -> None:
        self._span = span
        # The first `span` tokens are the last ones before the chunk.
        self._tokens = np.full(self._span + 1, LINE_EDGE, np.int32)
        self._n_tokens = self._span

    @property
    def tokens(self) -> NDArray[np.int32]:
        """The last `span` tokens before the chunk, then its own.

        A word id, or -1, -2, ... for words that had no id when the chunk was read.
        """
        return self._tokens[: self._n_tokens]

    def _reserve(self, max_tokens: int) -> None:
        """Provide capacity; what the chunk had is lost."""
        if self._tokens.size < max_tokens:
            self._tokens = np.empty(max_tokens, np.int32)

    def drop_edges(self) -> int:
        """Remove the line edges from the tokens; return how many there were."""
        tokens = self._tokens[self._span : self._n_tokens]
        kept = tokens[tokens != LINE_EDGE]
        self._n_tokens = self._span + kept.size
        self._tokens[self._span : self._n_tokens] = kept
        return int(tokens.size - kept.size)

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

    def ids(self, new_ids: Integers) -> Integers:
        """Return the ids of all tokens; `new_ids` are those of the new words."""
        tokens = self._tokens[self._span : self._n_tokens]
        return np.where(tokens < 0, new_ids[np.maximum(-tokens, 0)], tokens)


class TextChunk(TokenChunk):
    """The tokens of a part of a text.

    Parameters
    ----------
    span : int
        As for `TokenChunk`.

    Attributes
    ----------
    new_words : WordTable
        The words of the chunk that were unknown when it was read: token -1 is its word
        1, and so on.
    """

    def __init__(self, span: int) -> None:
        super().__init__(span)
        self.new_words = WordTable()
        self._marks = np.empty(PIECE_BYTES, np.uint8)
        self._scratch = np.empty(SCRATCH_SHAPE, np.int64)

    def read(
        self,
        text: NDArray[np.uint8],
        line_is_open: bool,
        known: WordTable,
    ) -> None:
        """Split a text into words and look these up.

        Parameters
        ----------
        text : uint8 array
            Ends in whitespace.
        line_is_open : bool
            Whether a line that began before the text has words and has not ended.
        known : WordTable
            The words with ids; it does not change.
        """
        start, end = 0, text.size
        self.new_words.clear()
        self.new_words.reserve(_MIN_NEW_CAPACITY, end - start)
        n_tokens = self._span
        # At most a token for each byte: "a" and a newline make two. And one line edge
        # more, where a line from before ends.
        max_tokens = n_tokens + end - start + 1
        self._reserve(max_tokens)
        new = self.new_words
        while start < end:
            if new.n_words + MAX_PIECE_WORDS > new.capacity:
                new.reserve(new.n_words + MAX_PIECE_WORDS, end - start)
            start, n_tokens, new.n_words, line_is_open = tokenise(
                text,
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
                self._marks,
                self._scratch,
                self._tokens,
                n_tokens,
            )
        self._n_tokens = n_tokens

    def words_by_count(self) -> Integers:
        """Return the new words, int64 (n_new - 1,), the most frequent first."""
        new = self._tokens[self._span : self._n_tokens]
        counts = np.bincount(-new[new < 0], minlength=self.new_words.n_words)
        return 1 + np.argsort(-counts[1:], kind="stable")
