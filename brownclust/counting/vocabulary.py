"""Words as one buffer of bytes, in order of rank."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.text.characters import decode_word, encode_word

_NO_BYTES = re.compile("[^\n]*[\ud800-\udc7f\udd00-\udfff][^\n]*")
"""A word with surrogates that no byte escapes to."""


class Vocabulary:
    """The words of a corpus; a word's index is its rank.

    All words lie end to end in one byte buffer. A word is any sequence of bytes,
    normally UTF-8; a text read with ``encoding_errors="surrogateescape"`` can have
    words that are not, and these are shown with escaped surrogates, as Python does
    for file names.

    Parameters
    ----------
    buffer : uint8 array (n_bytes,)
        The bytes of all words, end to end.
    offsets : int64 array (n_words + 1,)
        Word ``i`` is ``buffer[offsets[i] : offsets[i + 1]]``.

    Examples
    --------
    >>> vocabulary = Vocabulary.from_words(["the", "cat"])
    >>> len(vocabulary), vocabulary[1], vocabulary.index("the"), "dog" in vocabulary
    (2, 'cat', 0, False)
    """

    def __init__(self, buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self.buffer = np.ascontiguousarray(buffer, np.uint8)
        self.offsets = np.ascontiguousarray(offsets, np.int64)
        if (
            self.buffer.ndim != 1
            or self.offsets.ndim != 1
            or not self.offsets.size
            or self.offsets[0] != 0
            or self.offsets[-1] != self.buffer.size
            or (self.offsets[1:] < self.offsets[:-1]).any()
        ):
            raise ValueError(
                must_be(
                    "offsets",
                    f"ascending from 0 to the {self.buffer.size} bytes of the buffer",
                    self.offsets,
                )
            )

    @classmethod
    def from_words(cls, words: Iterable[str | bytes]) -> Self:
        """Return the vocabulary of ``words``, in the order given.

        Raises
        ------
        TypeError
            If ``words`` is a single string.
        ValueError
            If a word occurs twice.
        """
        if isinstance(words, str | bytes):
            raise TypeError(must_be("words", "an iterable of words", words))
        encoded = [
            word if isinstance(word, bytes) else encode_word(word) for word in words
        ]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(word) for word in encoded], out=offsets[1:])
        vocabulary = cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)
        vocabulary._index  # noqa: B018  # all words are different
        return vocabulary

    def __len__(self) -> int:
        """Return the number of words."""
        return self.offsets.size - 1

    def __getitem__(self, rank: int) -> str:
        """Return the word of this rank."""
        return decode_word(self.word_bytes(rank))

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words, in order of rank."""
        return map(decode_word, self.iter_bytes())

    def __contains__(self, word: object) -> bool:
        """Whether this is one of the words."""
        if not isinstance(word, str):
            return False
        try:
            self.index(word)
        except KeyError:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        """Whether the words are the same, in the same order."""
        if not isinstance(other, Vocabulary):
            return NotImplemented
        return np.array_equal(self.offsets, other.offsets) and np.array_equal(
            self.buffer, other.buffer
        )

    __hash__ = None  # type: ignore[assignment]  # equal by content, and mutable arrays

    def __repr__(self) -> str:
        """Return the size; the words can be many."""
        return f"<Vocabulary of {len(self)} words>"

    def index(self, word: str) -> int:
        """Return the rank of ``word``.

        Raises
        ------
        KeyError
            If it is not in the vocabulary.
        """
        [rank] = self.look_up([word]).tolist()
        if rank < 0:
            raise KeyError(word)
        return int(rank)

    def look_up(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the ranks of words, -1 for those that are not in the vocabulary.

        Parameters
        ----------
        words : sequence of str
            Any words, in any order.

        Returns
        -------
        ndarray of int64, shape (len(words),)

        Raises
        ------
        TypeError
            If `words` is a single string, or has anything else than strings.

        Notes
        -----
        Millions of words a second; the first call indexes the vocabulary.
        """
        if isinstance(words, str | bytes):
            raise TypeError(must_be("words", "a sequence of words", words))
        if isinstance(words, np.ndarray):
            words = words.tolist()
        try:
            text = "\n".join(words)
        except TypeError:
            things: Sequence[Any] = words
            wrong = next(thing for thing in things if not isinstance(thing, str))
            raise TypeError(must_be("word", "a string", wrong)) from None
        if text.count("\n") != max(len(words) - 1, 0):  # no word has a newline
            text = "\n".join("" if "\n" in word else word for word in words)
        return self.look_up_lines(text, len(words))

    def look_up_lines(self, text: str, n_words: int) -> NDArray[np.int64]:
        """Return the ranks of words, one a line; as `look_up`, with less between."""
        # Who only lists the words waits for no compiler.
        from brownclust._kernels.counting.lookup import find_lines

        ranks = np.empty(n_words, np.int64)
        lines = np.frombuffer(bytearray(_encode_lines(text)), np.uint8)
        find_lines(lines, self.buffer, *self._index, ranks)
        return ranks

    def word_bytes(self, rank: int) -> bytes:
        """Return the bytes of the word of this rank."""
        if not -len(self) <= rank < len(self):
            raise IndexError(must_be("rank", f"below {len(self)}", rank))
        rank %= len(self)
        return self.buffer[self.offsets[rank] : self.offsets[rank + 1]].tobytes()

    def iter_bytes(self) -> Iterator[bytes]:
        """Iterate over the words as bytes, in order of rank."""
        data = self.buffer.tobytes()
        bounds = self.offsets.tolist()
        return (data[start:end] for start, end in pairwise(bounds))

    def select(self, ranks: NDArray[np.int64]) -> "Vocabulary":
        """Return the vocabulary of the words of these ranks, which must ascend."""
        sizes = np.diff(self.offsets)
        is_selected = np.zeros(len(self), bool)
        is_selected[ranks] = True
        offsets = np.zeros(ranks.size + 1, np.int64)
        np.cumsum(sizes[ranks], out=offsets[1:])
        return Vocabulary(self.buffer[np.repeat(is_selected, sizes)], offsets)

    def lines(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Return the words of ranks ``start`` to ``stop`` as a text, one a line."""
        offsets = self.offsets[start : stop + 1]
        words = self.buffer[offsets[0] : offsets[-1]]
        # Before the end of each word there are as many newlines as words.
        ends = offsets[1:] - offsets[0] + np.arange(offsets.size - 1)
        is_end = np.zeros(words.size + ends.size, bool)
        is_end[ends] = True
        text = np.full(is_end.size, ord("\n"), np.uint8)
        text[~is_end] = words
        return text

    @cached_property
    def _index(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Offsets that start with an empty word, and the hash table of all words."""
        from brownclust._kernels.counting.word_table import fill_table

        offsets = np.concatenate([[0], self.offsets])
        n_rows = 1 << max(2 * len(self), 3).bit_length()
        table = np.zeros((n_rows, 2), np.int64)
        twice = fill_table(self.buffer, offsets, len(self) + 1, table)
        if twice:
            rule = "all different"
            raise ValueError(must_be("words", rule, f"{self[twice - 1]} twice"))
        return offsets, table


def _encode_lines(text: str) -> bytes:
    """Return the bytes of words, one a line; what no bytes stand for becomes none."""
    try:
        return encode_word(text)
    except UnicodeEncodeError:
        return encode_word(_NO_BYTES.sub("", text))
