"""Join the words of phrases, such as ``New York``, to one token: ``New_York``.

`brownclust.counting.counts` passes every text through `Phrases`, between reading and
counting. The kernel is in `brownclust._kernels.counting.phrases`.
"""

import io
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.phrases import join_phrases, list_words
from brownclust._kernels.counting.tokenising import PIECE_BYTES, SCRATCH_SHAPE
from brownclust._validation import expected, must_be
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_list import ListUsage
from brownclust.text.blocks import PathLike
from brownclust.text.characters import WHITESPACE, decode_word, encode_word
from brownclust.text.files import name_of, read_beside_text
from brownclust.text.rows import check_rows
from brownclust.text.text_format import TextFormat
from brownclust.text.tokens import is_phrase

OPTION = "phrases"
_RULE = "two words or more, separated by spaces"
_END = 0
"""In a node of the trie, the key of the phrase that ends there; words are above 0."""

_NEWLINE = np.frombuffer(b"\n", np.uint8)


class _Trie(NamedTuple):
    """The beginnings of all phrases; see the kernel's glossary."""

    vocabulary: Vocabulary
    children: NDArray[np.int64]
    words: NDArray[np.int64]
    phrases: NDArray[np.int64]


class Phrases:
    r"""Phrases from a file, one a line, or from Python; joins them in text.

    Text is read from left to right. Of several phrases that begin at a word, the
    longest is joined, and the search continues after it. A phrase does not cross the
    end of a line. Words are joined with underscores, whatever whitespace was between
    them.

    Parameters
    ----------
    text_format : TextFormat
        How the text is read, with its phrases: a file of them has the encoding of the
        text, or UTF-8, and the normaliser is applied to them, too.

    Attributes
    ----------
    listed : tuple of str
        The phrases as given, each once, with single spaces; empty for none.

    Raises
    ------
    OSError
        If the file cannot be read.
    TypeError
        If they are neither a path nor strings.
    ValueError
        If a phrase has fewer than two words, or there is none; with ``path:line:``, if
        a line of the file is not a phrase or not of the encoding.

    Notes
    -----
    About 50 bytes for each word of a phrase. Joining takes between half as long as
    counting on one thread and as long; it is done by the thread that reads.

    Examples
    --------
    >>> phrases = Phrases(TextFormat(phrases=["New York", "New York City"]))
    >>> text = np.frombuffer(b"in New York City or New York\n", np.uint8)
    >>> b"".join(block.tobytes() for block in phrases.join([text]))
    b'in New_York_City or New_York\n'
    """

    def __init__(self, text_format: TextFormat) -> None:
        given = text_format.phrases
        self._file: str | None = None
        if given is None:
            listed: Iterable[str] = ()
        elif isinstance(given, str | os.PathLike):
            self._file = os.fspath(given)
            listed = _read_lines(self._file, text_format)
        else:
            listed = _checked(given)
        self.listed = tuple(dict.fromkeys(listed))
        if given is not None and not self.listed:
            rule = "a list with at least one phrase"
            raise ValueError(must_be(OPTION, rule, self._file or "none"))
        normalised = [text_format.normaliser.word(phrase) for phrase in self.listed]
        self._trie = _build_trie([encode_word(text).split() for text in normalised])
        self._counts = np.zeros(len(self.listed), np.int64)
        self._marks = np.empty(PIECE_BYTES, np.uint8)
        self._scratch = np.empty(SCRATCH_SHAPE, np.int64)
        self._tokens = np.empty(0, np.int32)
        self._starts = self._ends = np.empty(0, np.int64)

    def join(self, blocks: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
        """Yield a text with its phrases joined.

        Parameters
        ----------
        blocks : iterable of uint8 arrays
            The text; each block ends in whitespace. They do not change.

        Yields
        ------
        uint8 array
            Blocks that end in whitespace; the same ones if there are no phrases.
        """
        if not self.listed:
            yield from blocks
            return
        pending = np.empty(0, np.uint8)
        for block in blocks:
            text = np.concatenate([pending, block])
            end = self._join(text)
            # Without the end of a long gap: it is there again in the next block.
            pending = np.frombuffer(text[end:].tobytes().rstrip() + b" ", np.uint8)
            pending = pending if end < text.size else pending[:0]
            if end:
                yield text[:end]
        if pending.size:
            text = np.concatenate([pending, _NEWLINE])
            self._join(text)
            yield text

    def join_pieces(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a text with its phrases joined, as soon as it comes.

        Parameters
        ----------
        pieces : iterable of bytes
            The text, divided anywhere. Nothing is added to it.

        Yields
        ------
        bytes
            Pieces of the text.
        """
        if not self.listed:
            yield from pieces
            return
        is_last = False

        def blocks() -> Iterator[NDArray[np.uint8]]:
            nonlocal is_last
            word = bytearray()
            for piece in pieces:
                end = 1 + max(map(piece.rfind, WHITESPACE))
                if end:
                    yield np.frombuffer(word + piece[:end], np.uint8)
                    word = bytearray()
                word += piece[end:]
            is_last = True
            yield np.frombuffer(word + b"\n", np.uint8)

        for block in self.join(blocks()):
            yield block[:-1].tobytes() if is_last else block.tobytes()

    def _join(self, text: NDArray[np.uint8]) -> int:
        """Join phrases in a text, in place; return how far."""
        if text.size >= self._tokens.size:  # there may be a token more than bytes
            self._tokens = np.empty(2 * text.size, np.int32)
            self._starts = np.empty(2 * text.size, np.int64)
            self._ends = np.empty(2 * text.size, np.int64)
        trie = self._trie
        n_tokens = list_words(
            text,
            trie.vocabulary.buffer,
            *trie.vocabulary.hash_table,
            self._marks,
            self._scratch,
            self._starts,
            self._ends,
            self._tokens,
        )
        return join_phrases(
            text,
            self._starts,
            self._ends,
            self._tokens[:n_tokens],
            trie.children,
            trie.words,
            trie.phrases,
            self._counts,
        )

    @property
    def usage(self) -> tuple[ListUsage, ...]:
        """How many of the phrases were in the text joined so far; empty for none."""
        if not self.listed:
            return ()
        n_found = np.count_nonzero(self._counts)
        return (ListUsage(OPTION, len(self.listed), int(n_found), 1),)

    def record(self) -> dict[str, Any]:
        """Return the file or the number, for the ``source`` of counts."""
        if not self.listed:
            return {}
        return {OPTION: self._file or f"{len(self.listed)} phrases"}


def _read_lines(path: str, text_format: TextFormat) -> Iterator[str]:
    data = read_beside_text(path, text_format.encoding, text_format.encoding_errors)
    for number, line in enumerate(io.BytesIO(data), start=1):
        words = line.split()
        if len(words) == 1:
            place = f"{name_of(path)}:{number}"
            raise ValueError(expected(place, _RULE, decode_word(words[0])))
        if words:
            yield decode_word(b" ".join(words))


def _checked(phrases: PathLike | Iterable[str]) -> Iterator[str]:
    check_rows(OPTION, phrases, "a path or an iterable of phrases")
    for phrase in phrases:  # type: ignore[union-attr]
        if not isinstance(phrase, str):
            raise TypeError(must_be(OPTION, "phrases, each a string", phrase))
        try:
            words = encode_word(phrase).split()
        except UnicodeEncodeError:
            rule = "phrases, each without lone surrogates"
            raise ValueError(must_be(OPTION, rule, phrase)) from None
        if not is_phrase(phrase):
            raise ValueError(must_be(OPTION, f"phrases, each of {_RULE}", phrase))
        yield decode_word(b" ".join(words))


def _build_trie(phrases: list[list[bytes]]) -> _Trie:
    """Return the trie of phrases, whose states are numbered by distance from the root.

    Words with which a phrase begins have the lowest ids: they are the first states.
    """
    ids: dict[bytes, int] = {}
    for word in chain((phrase[0] for phrase in phrases), chain.from_iterable(phrases)):
        ids.setdefault(word, len(ids) + 1)
    root: dict[int, Any] = {}
    for number, phrase in enumerate(phrases):
        node = root
        for word in phrase:
            node = node.setdefault(ids[word], {})
        node.setdefault(_END, number)
    nodes, children, words, ends = [root], [1], [0], []
    for node in nodes:  # which grows meanwhile
        ends.append(node.pop(_END, -1))
        words += sorted(node)
        nodes += (node[word] for word in sorted(node))
        children.append(len(nodes))
    return _Trie(
        Vocabulary.from_words(ids),
        np.array(children, np.int64),
        np.array(words, np.int64),
        np.array(ends, np.int64),
    )
