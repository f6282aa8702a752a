"""Lists of words to keep or to remove, from files or from Python.

`brownclust.counting.word_filter` reads the lists of a `WordFilter` with this.
"""

import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import expected, must_be
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.blocks import PathLike
from brownclust.text.characters import decode_word, encode_word
from brownclust.text.files import name_of, read_beside_text
from brownclust.text.rows import check_rows
from brownclust.text.text_format import TextFormat
from brownclust.text.tokens import TokenError, join_tokens

_looks_joined = re.compile(
    rb'"[^"]+",?|.*[^\W\d].*[,;][^,;]+|[^,;]+[,;].*[^\W\d].*'
).fullmatch
"""Matches an entry that may be several words, or a word and its count: ``the,500``."""

_MIN_JOINED = 0.5
"""The fraction of matching entries from which a list is taken for a table."""


@dataclass(frozen=True, slots=True)
class ListUsage:
    """How many words of a list a text has.

    Attributes
    ----------
    option : {"phrases", "vocabulary", "stopwords"}
        Which list.
    n_words : int
        Number of different words, or phrases, in the list.
    n_found : int
        How many of them occur in the text, at least `min_count` times; of stopwords,
        those that are in the vocabulary, if there is one.
    min_count : int
        That of the `WordFilter`.
    """

    option: str
    n_words: int
    n_found: int
    min_count: int


class WordList:
    """Words from a file, one a line, or from Python.

    Parameters
    ----------
    option : str
        Name of the list in errors.
    words : path or iterable of str
        The words. In a file, empty lines are skipped, as is whitespace around a word.
    text_format : TextFormat
        How the text is read: the file has the same encoding, or UTF-8, and the
        normaliser is applied to the words, too.
    counted : Vocabulary, optional
        Words of counts, which are normalised already: those of the list that are among
        them stay as they are.

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
        If a word is empty or has whitespace in it, which no word of a text has; with
        ``path:line:``, if a line has several words, or is not of the encoding.
    """

    def __init__(
        self,
        option: str,
        words: PathLike | Iterable[str],
        text_format: TextFormat,
        counted: Vocabulary | None = None,
    ) -> None:
        self._file: str | None = None
        if isinstance(words, str | os.PathLike):
            self._file = os.fspath(words)
            listed: Iterable[bytes] = _read_lines(self._file, text_format)
        else:
            listed = _encoded(option, words)
        if text_format.normalise:
            known = set() if counted is None else {*counted.iter_bytes()}
            normalise = text_format.normaliser.word
            listed = (
                word if word in known else encode_word(normalise(decode_word(word)))
                for word in listed
            )
        self.words = Vocabulary.from_words(dict.fromkeys(listed))

    def contains(self, words: Vocabulary) -> NDArray[np.bool_]:
        """Return which words of a vocabulary are in the list, bool (len(words),)."""
        listed = set(self.words.iter_bytes())
        return np.array([word in listed for word in words.iter_bytes()], bool)

    def record(self) -> str:
        """Return the file or the number of words, for the ``source`` of counts."""
        return self._file or f"{len(self.words)} words"


def _read_lines(path: str, text_format: TextFormat) -> list[bytes]:
    encoding, handler = text_format.encoding, text_format.encoding_errors
    lines = io.BytesIO(read_beside_text(path, encoding, handler))
    listed: list[bytes] = []
    joined: list[int] = []
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if len(words) > 1:
            raise _not_one_word(path, number, line)
        if words and _looks_joined(words[0]):
            joined.append(number)
        listed += words
    if joined and len(joined) >= _MIN_JOINED * len(listed):
        lines.seek(0)
        line = next(islice(lines, joined[0] - 1, None))
        raise _not_one_word(path, joined[0], line)
    return listed


def _not_one_word(path: str, number: int, line: bytes) -> ValueError:
    rule = "one word on a line, without counts, quotes or comments"
    place, text = f"{name_of(path)}:{number}", decode_word(line.strip())
    return ValueError(expected(place, rule, text))


def _encoded(option: str, words: Iterable[str]) -> Iterator[bytes]:
    check_rows(option, words, "a path or an iterable of words")
    for word in words:
        try:
            join_tokens([word])
            yield encode_word(word)
        except TokenError as error:
            if isinstance(word, str):
                rule = f"words, each {error.rule}"
                raise ValueError(must_be(option, rule, word)) from None
            raise TypeError(must_be(option, "words, each a string", word)) from None
        except UnicodeEncodeError:
            rule = "words, each without lone surrogates"
            raise ValueError(must_be(option, rule, word)) from None
