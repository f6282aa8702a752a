"""The words of a corpus as one buffer of bytes, in order of rank.

Counts, models and clusters each hold a vocabulary. The kernels are imported where words
are looked up: listing words waits for no compilation.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.counting.sparse_rows import (
    check_array,
    is_ascending,
    offsets_from_sizes,
)
from brownclust.text.characters import decode_word, encode_word
from brownclust.text.rows import check_rows
from brownclust.text.tokens import word_of

_INNER_WHITESPACE = " \t\r\v\f"
_UNENCODABLE_LINE = re.compile("[^\n]*[\ud800-\udc7f\udd00-\udfff][^\n]*")
"""A line with a surrogate that does not stand for a byte (U+DC80 to U+DCFF do)."""


class Vocabulary:
    """The words of a corpus; a word's index is its rank.

    A word is any sequence of bytes, normally UTF-8. A text read with
    ``encoding_errors="surrogateescape"`` can have words that are not UTF-8; as strings
    these have escaped surrogates, as Python's file names do.

    Parameters
    ----------
    buffer : uint8 array (n_bytes,)
        The bytes of all words, one after the other.
    offsets : int64 array (n_words + 1,)
        Word ``i`` is ``buffer[offsets[i] : offsets[i + 1]]``.

    Raises
    ------
    ValueError
        If the offsets do not fit the buffer.

    Notes
    -----
    Memory: the bytes of each word and 8 more; 40 to 72 more a word after the first
    look-up, which builds a hash table.

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
            or not is_ascending(self.offsets)
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
        """Return the vocabulary of some words, in the order given.

        Parameters
        ----------
        words : iterable of str or bytes
            All different.

        Raises
        ------
        TypeError
            If `words` is a single string, or a word is neither a string nor bytes.
        ValueError
            If a word occurs twice, or has lone surrogates.
        """
        if isinstance(words, str | bytes):
            raise TypeError(must_be("words", "an iterable of words", words))
        listed: list[Any] = list(words)
        try:
            encoded = [
                word if isinstance(word, bytes) else encode_word(word)
                for word in listed
            ]
        except AttributeError:
            wrong = next(word for word in listed if not isinstance(word, str | bytes))
            raise TypeError(must_be("words", "strings", wrong)) from None
        except UnicodeEncodeError as error:
            rule = "words, each without lone surrogates"
            raise ValueError(must_be("words", rule, error.object)) from None
        sizes = np.array([len(word) for word in encoded], np.int64)
        buffer = np.frombuffer(b"".join(encoded), np.uint8)
        vocabulary = cls(buffer, offsets_from_sizes(sizes))
        vocabulary._index  # noqa: B018  # raises if a word occurs twice
        return vocabulary

    @classmethod
    def from_arrays(cls, buffer: NDArray[Any], offsets: NDArray[Any]) -> Self:
        """Return the vocabulary that a file holds, after checking it.

        Parameters
        ----------
        buffer : uint8 array (n_bytes,)
            The bytes of all words, one after the other.
        offsets : int64 array (n_words + 1,)
            Word ``i`` is ``buffer[offsets[i] : offsets[i + 1]]``.

        Raises
        ------
        ValueError
            If the arrays are of other types, or do not fit together.

        Notes
        -----
        Words themselves are checked by `check_ranks` or `check_words`.
        """
        check_array("buffer", buffer, np.uint8, buffer.size)
        check_array("offsets", offsets, np.int64, offsets.size)
        return cls(buffer, offsets)

    def check_ranks(self, counts: NDArray[np.int64]) -> None:
        """Check that these are different words, ranked by these counts.

        Parameters
        ----------
        counts : int64 array (n_words,)
            The count of each word.

        Raises
        ------
        ValueError
            If a word is empty, has whitespace in it, occurs twice, or has another rank.

        Notes
        -----
        A tenth of a second for a million words, and 32 to 64 bytes a word meanwhile.
        """
        from brownclust._kernels.counting.word_order import first_misplaced

        rank = first_misplaced(self.buffer, self.offsets, counts)
        if rank >= 0:
            rule = "a word without whitespace that follows the word before it by rank"
            raise ValueError(must_be(f"words[{rank}]", rule, self[rank]))
        self._new_index()  # raises if a word occurs twice

    def check_words(self) -> None:
        """Check that these are different words, in any order, without compilation.

        Raises
        ------
        ValueError
            If a word is empty, has whitespace in it, or occurs twice.
        """
        words = list(self.iter_bytes())
        if b" ".join(words).split() != words:
            word = next(word for word in words if word.split() != [word])
            rule = "non-empty and without whitespace"
            raise ValueError(must_be("word", rule, decode_word(word)))
        if len(set(words)) < len(words):
            [(word, _)] = Counter(words).most_common(1)
            raise ValueError(
                must_be("words", "all different", f"{decode_word(word)} twice")
            )

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
        """Return the number of words, not the words, which can be many."""
        return f"<Vocabulary of {len(self)} words>"

    def index(self, word: str) -> int:
        """Return the rank of a word.

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

        A word with ASCII whitespace inside that is not found is looked up as it is
        counted, with underscores; see `brownclust.text.tokens.word_of`.

        Parameters
        ----------
        words : sequence of str
            Any words, in any order.

        Returns
        -------
        int64 array (len(words),)
            A rank for each word.

        Raises
        ------
        TypeError
            If `words` is a single string, or an element is not a string.

        Notes
        -----
        Millions of words a second; the first call builds a hash table.
        """
        check_rows("words", words, "a sequence of words")
        if isinstance(words, np.ndarray):
            words = words.tolist()
        try:
            text = "\n".join(words)
        except TypeError:
            items: Sequence[Any] = words
            wrong = next(item for item in items if not isinstance(item, str))
            raise TypeError(must_be("word", "a string", wrong)) from None
        if text.count("\n") != max(len(words) - 1, 0):
            # No word of a text has a newline, which would begin a line here.
            text = "\n".join(word_of(word) if "\n" in word else word for word in words)
        return self.look_up_lines(text, len(words))

    def look_up_lines(self, text: str, n_words: int) -> NDArray[np.int64]:
        """Return the ranks of words given as one string: `look_up` without a list.

        Parameters
        ----------
        text : str
            Words, one a line.
        n_words : int
            Number of lines.

        Returns
        -------
        int64 array (n_words,)
            A rank for each word, -1 for those that are not in the vocabulary.
        """
        ranks = self._find_lines(text, n_words)
        if any(character in text for character in _INNER_WHITESPACE):
            lines = text.split("\n")
            missing = [i for i in np.flatnonzero(ranks < 0).tolist() if lines[i]]
            words = "\n".join(word_of(lines[i]) for i in missing)
            ranks[missing] = self._find_lines(words, len(missing))
        return ranks

    def _find_lines(self, text: str, n_words: int) -> NDArray[np.int64]:
        """Return the ranks of words, one a line, as they are."""
        from brownclust._kernels.counting.lookup import find_lines

        ranks = np.empty(n_words, np.int64)
        lines = np.frombuffer(bytearray(_encode_lines(text)), np.uint8)
        find_lines(lines, self.buffer, *self._index, ranks)
        return ranks

    def is_utf8(self) -> bool:
        """Whether all words are UTF-8; see ``encoding_errors`` of `TextFormat`."""
        try:
            self.buffer.tobytes().decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    def word_bytes(self, rank: int) -> bytes:
        """Return the bytes of the word of this rank.

        Raises
        ------
        IndexError
            If there is no such rank.
        """
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
        """Return the words of some ranks as a vocabulary of their own.

        Parameters
        ----------
        ranks : int64 array (n,)
            Ascending.

        Returns
        -------
        Vocabulary
            The words, in the same order.
        """
        sizes = np.diff(self.offsets)
        is_selected = np.zeros(len(self), bool)
        is_selected[ranks] = True
        buffer = self.buffer[np.repeat(is_selected, sizes)]
        return Vocabulary(buffer, offsets_from_sizes(sizes[ranks]))

    def lines(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Return the words of ranks `start` to `stop` as bytes of text, one a line.

        Parameters
        ----------
        start, stop : int
            As in a slice: `stop` is not included and may be too large.

        Returns
        -------
        uint8 array
            Each word followed by a newline.
        """
        offsets = self.offsets[start : stop + 1]
        words = self.buffer[offsets[0] : offsets[-1]]
        # The newline of word i comes after i other newlines.
        ends = offsets[1:] - offsets[0] + np.arange(offsets.size - 1)
        is_end = np.zeros(words.size + ends.size, bool)
        is_end[ends] = True
        text = np.full(is_end.size, ord("\n"), np.uint8)
        text[~is_end] = words
        return text

    @property
    def hash_table(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Offsets and hash table of the words, as kernels need them.

        Word i is word i + 1 there: word 0 is the line edge; see `_new_index`.
        """
        return self._index

    @cached_property
    def _index(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self._new_index()

    def _new_index(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the hash table of all words, and offsets as its kernels need them.

        They have the line edge, without bytes, as word 0. At most half of the rows are
        in use.
        """
        from brownclust._kernels.counting.word_table import fill_table

        offsets = np.concatenate([[0], self.offsets])
        n_rows = 1 << max(2 * len(self), 3).bit_length()
        table = np.zeros((n_rows, 2), np.int64)
        duplicate = fill_table(self.buffer, offsets, len(self) + 1, table)
        if duplicate:
            rule = "all different"
            raise ValueError(must_be("words", rule, f"{self[duplicate - 1]} twice"))
        return offsets, table


def _encode_lines(text: str) -> bytes:
    """Return words, one a line, as bytes; words without a byte form become empty."""
    try:
        return encode_word(text)
    except UnicodeEncodeError:
        return encode_word(_UNENCODABLE_LINE.sub("", text))
