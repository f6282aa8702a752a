"""Lists of words to keep or to remove, from files or from Python.

`brownclust.counting.word_filter` reads the lists of a `WordFilter` with this.
"""

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
        Name of the list in errors.
    words : path or iterable of str
        The words. Empty ones and those with whitespace in them, which cannot be tokens,
        are ignored.
    text_format : TextFormat
        How the text is read; its normaliser is applied to the words, too.

    Attributes
    ----------
    words : Vocabulary
        Each word once, in the order given.

    Raises
    ------
    OSError
        If the file cannot be read.
    TypeError
        If they are neither a path nor strings.
    ValueError
        If the file is not UTF-8 and must be.
    """

    def __init__(
        self, option: str, words: PathLike | Iterable[str], text_format: TextFormat
    ) -> None:
        self._file: str | None = None
        found: Iterator[bytes]
        if isinstance(words, str | os.PathLike):
            self._file = os.fspath(words)
            blocks = read_whole_lines(words, text_format.for_word_lists())
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
        """Return which words of a vocabulary are in the list, bool (len(words),)."""
        listed = set(self.words.iter_bytes())
        return np.array([word in listed for word in words.iter_bytes()], bool)

    def record(self) -> str:
        """Return the file or the number of words, for the ``source`` of counts."""
        return self._file or f"{len(self.words)} words"


def _normalised(
    option: str, words: Iterable[str], normaliser: Normaliser
) -> Iterator[bytes]:
    for word in words:
        if not isinstance(word, str):
            raise TypeError(must_be(option, "words, each a string", word))
        yield encode_word(normaliser.word(word))
