"""Sentences from Python as blocks of text.

`BigramCounts.from_sentences` counts them as it counts files.
"""

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer, must_be
from brownclust.text.blocks import BLOCK_SIZE, Progress
from brownclust.text.rows import check_rows, tokens_of
from brownclust.text.text_format import TextFormat
from brownclust.text.tokens import TokenError, join_tokens


class SentenceBlocks:
    """Sentences from Python as blocks of text, one sentence a line.

    Can be iterated over once; yields uint8 arrays.

    Parameters
    ----------
    sentences : iterable of iterables of str
        The tokens of each sentence.
    text_format : TextFormat
        Its normaliser is applied to every block.
    block_size : int
        Least number of characters of a block, except the last.
    progress : callable, optional
        Called with "count", the bytes of UTF-8 so far, and None.

    Attributes
    ----------
    n_bytes : int
        Bytes of text so far, including a space or newline after every token.

    Raises
    ------
    TypeError
        While reading: if a sentence is not a list of tokens (a string, for example, or
        a dict), or a token is not a string.
    ValueError
        While reading: if a token is empty or has ASCII whitespace in it; with
        ``encoding_errors="strict"``, if it has a lone surrogate.
    """

    def __init__(
        self,
        sentences: Iterable[Iterable[str]],
        text_format: TextFormat,
        *,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
    ) -> None:
        check_rows("sentences", sentences)
        self.n_bytes = 0
        self._sentences = sentences
        self._format = text_format
        self._block_size = check_integer("block_size", block_size, minimum=1)
        self._progress = progress
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """SHA-256 of the text so far, as of a file with one sentence a line."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Read the sentences, a block at a time."""
        lines: list[str] = []
        n_characters = 0
        for sentence in self._sentences:
            lines.append(_line_of(sentence))
            n_characters += len(lines[-1])
            if n_characters >= self._block_size:
                yield self._block(lines)
                lines.clear()
                n_characters = 0
        if lines:
            yield self._block(lines)

    def _block(self, lines: list[str]) -> NDArray[np.uint8]:
        text = "".join(lines)
        errors = "strict" if self._format.is_strict else "surrogateescape"
        try:
            data = bytearray(text, "utf-8", errors)
        except UnicodeEncodeError as error:
            raise ValueError(
                must_be("token", "without lone surrogates", text[error.start])
            ) from None
        self._hash.update(data)
        self.n_bytes += len(data)
        if self._progress is not None:
            self._progress("count", self.n_bytes, None)
        return np.frombuffer(self._format.normaliser(data), np.uint8)


def _line_of(sentence: Iterable[str]) -> str:
    try:
        return join_tokens(tokens_of(sentence))
    except TokenError as error:
        kind = ValueError if isinstance(error.token, str) else TypeError
        raise kind(must_be("token", error.rule, error.token)) from None
