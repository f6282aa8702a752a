"""Lists of words: those to keep, those to leave out."""

import os
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.blocks import PathLike
from brownclust.text.characters import encode_word
from brownclust.text.normalise import Normaliser
from brownclust.text.text_blocks import read_whole_lines
from brownclust.text.text_format import TextFormat


class WordList:
    """Words from a file, one a line, or from Python.

    Parameters
    ----------
    option : str
        What an error calls them.
    words : path or iterable of str
        Those that can be no tokens, as there is white space in them, are left out.
    text_format : TextFormat
        How the text is read; it says what is done to the words, too.
    """

    def __init__(
        self, option: str, words: PathLike | Iterable[str], text_format: TextFormat
    ) -> None:
        self._file: str | None = None
        found: Iterator[bytes]
        if isinstance(words, str | os.PathLike):
            self._file = os.fspath(words)
            blocks = read_whole_lines(words, text_format.of_plain_text())
            lines = (line for block in blocks for line in block.split(b"\n"))
            found = (bytes(line.removesuffix(b"\r")) for line in lines)
        elif not isinstance(words, Iterable):
            rule = "a path or an iterable of words"
            raise TypeError(must_be(option, rule, words))
        else:
            found = _normalised(option, words, text_format.normaliser)
        tokens = (word for word in found if word.split() == [word])
        self.words = Vocabulary.from_words(dict.fromkeys(tokens))

    def contains(self, words: Vocabulary) -> NDArray[np.bool_]:
        """Return which of the words are in the list."""
        listed = set(self.words.iter_bytes())
        return np.array([word in listed for word in words.iter_bytes()], bool)

    def record(self) -> str:
        """Return what the words are, for the record."""
        return self._file or f"{len(self.words)} words"


def _normalised(
    option: str, words: Iterable[str], normaliser: Normaliser
) -> Iterator[bytes]:
    for word in words:
        if not isinstance(word, str):
            raise TypeError(must_be(option, "words, each a string", word))
        yield encode_word(normaliser.word(word))
