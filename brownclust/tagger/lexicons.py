"""Lexicons: lists of names, whose longest matches in sentences are an attribute."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from os import PathLike, fspath
from pathlib import PurePath
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import arrays_under, named_arrays, pack_strings, unpack_strings
from brownclust._validation import expected, must_be
from brownclust.clusters.backoff import BackOff
from brownclust.text.characters import decode_word
from brownclust.text.encodings import UTF8
from brownclust.text.files import read_beside_text

MAX_WORDS = 50
"""Words in the longest phrase: bounds the time for a token in any text."""

MAX_TYPES = 100
"""Bounds the memory for phrases that have several types."""

BETWEEN_TYPES = "|"
"""Joins the types of a phrase that has several."""

_BETWEEN_WORDS = "\n"
"""In phrases that are looked up: back-offs change one word per line."""

_SUFFIXES = (".gz", ".xz", ".bz2", ".zst", ".txt", ".tsv", ".lst", ".csv")


class Lexicon:
    """Phrases with types, such as names of cities and of people.

    Parameters
    ----------
    phrases : mapping of str to iterable of str
        For each type its phrases: words separated by whitespace, as the data have them.

    Attributes
    ----------
    phrases : list of str
        The phrases, with a space between words.
    types : list of str
        The types, each once.
    type_numbers : int32 array (n_phrases,)
        For each phrase the index of its type.

    Raises
    ------
    TypeError
        If a type or a phrase is not a string.
    ValueError
        If a type or phrase is empty, a phrase has more than 50 words, there are more
        than 100 types, or no phrases.

    Examples
    --------
    >>> lexicon = Lexicon({"city": ["Oslo", "New York"], "paper": ["New York Times"]})
    >>> lexicon
    Lexicon(3 phrases of 2 types)
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        if not isinstance(phrases, Mapping):
            rule = "a mapping of types to phrases"
            raise TypeError(must_be("phrases", rule, phrases))
        pairs: list[tuple[str, str]] = []
        kind: Any
        for kind, of_kind in phrases.items():
            if isinstance(of_kind, str) or not isinstance(of_kind, Iterable):
                raise TypeError(must_be(f"phrases[{kind!r}]", "a list of str", of_kind))
            for i, phrase in enumerate(of_kind):
                if not (isinstance(kind, str) and isinstance(phrase, str)):
                    name = f"phrases[{kind!r}][{i}]"
                    raise TypeError(must_be(name, "a string, as its type", phrase))
                pairs.append((phrase, kind))
        try:
            self._set(pairs)
        except _PhraseError as error:
            phrase, kind = pairs[error.index]
            name = f"phrases[{kind!r}]"
            raise ValueError(must_be(name, error.rule, phrase)) from None

    def _set(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Set the phrases and their types; raise a `_PhraseError`."""
        self.phrases: list[str] = []
        numbers: dict[str, int] = {}
        of_phrases: list[int] = []
        for i, (phrase, kind) in enumerate(pairs):
            words = phrase.split()
            if not words or len(words) > MAX_WORDS:
                raise _PhraseError(i, f"a phrase of 1 to {MAX_WORDS} words")
            if not kind.strip():
                raise _PhraseError(i, "a phrase with a type")
            self.phrases.append(" ".join(words))
            of_phrases.append(numbers.setdefault(kind.strip(), len(numbers)))
            if len(numbers) > MAX_TYPES:
                raise _PhraseError(i, f"a phrase with one of at most {MAX_TYPES} types")
        if not self.phrases:
            raise ValueError(must_be("phrases", "at least one phrase", {}))
        self.types = list(numbers)
        self.type_numbers: NDArray[np.int32] = np.array(of_phrases, np.int32)

    def __len__(self) -> int:
        """Return the number of phrases."""
        return len(self.phrases)

    def __repr__(self) -> str:
        """Return the sizes."""
        n_types = len(self.types)
        types = "type" if n_types == 1 else "types"
        return f"{type(self).__name__}({len(self):,} phrases of {n_types:,} {types})"

    @classmethod
    def read(cls, path: str | PathLike[str], *, encoding: str = UTF8) -> Self:
        """Read a file with a phrase per line, or a phrase, a tab and its type.

        Parameters
        ----------
        path : str or path-like
            The file; .gz, .xz, .bz2 and .zst are decompressed. Phrases without a type
            have the name of the file, without its suffix, as their type.
        encoding : str, default "utf-8"
            The encoding of the data; the file may also be in UTF-8.

        Returns
        -------
        Lexicon

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            With file and line, if a line has more fields, an empty phrase or type, or a
            phrase of more than 50 words; if there are more than 100 types, or no
            phrases.
        """
        name = fspath(path)
        text = decode_word(read_beside_text(name, encoding, "strict"))
        default = PurePath(name).name
        while default.lower().endswith(_SUFFIXES):
            default = default.rpartition(".")[0]
        pairs: list[tuple[str, str]] = []
        lines: list[int] = []
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
            if not line.strip():
                continue
            phrase, *kinds = line.rstrip("\r").split("\t")
            if len(kinds) > 1:
                rule = "a phrase, or a phrase, a tab and its type"
                raise ValueError(expected(f"{name}:{number}", rule, line))
            pairs.append((phrase, kinds[0] if kinds else default or name))
            lines.append(number)
        if not pairs:
            raise ValueError(expected(name, "a phrase per line", ""))
        lexicon = cls.__new__(cls)
        try:
            lexicon._set(pairs)
        except _PhraseError as error:
            place = f"{name}:{lines[error.index]}"
            line = "\t".join(pairs[error.index])
            raise ValueError(expected(place, error.rule, line)) from None
        return lexicon

    @classmethod
    def joined(cls, lexicons: "Sequence[Lexicon]") -> Self:
        """Return a lexicon with the phrases of several; at least one."""
        lexicon = cls.__new__(cls)
        lexicon._set(
            (phrase, one.types[number])
            for one in lexicons
            for phrase, number in zip(
                one.phrases, one.type_numbers.tolist(), strict=True
            )
        )
        return lexicon

    # --- Files ----------------------------------------------------------------

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the phrases and types as named arrays, for a file."""
        return {
            "type_numbers": self.type_numbers,
            **named_arrays("phrases", pack_strings(self.phrases)),
            **named_arrays("types", pack_strings(self.types)),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the lexicon of `arrays`; errors of many kinds if it is damaged."""
        phrases = unpack_strings(arrays_under("phrases", arrays))
        types = unpack_strings(arrays_under("types", arrays))
        numbers = arrays["type_numbers"].astype(np.int64, casting="safe")
        if numbers.shape != (len(phrases),) or not (
            numbers.min(initial=0) >= 0 and numbers.max(initial=0) < len(types)
        ):
            rule = f"{len(phrases)} numbers of {len(types)} types"
            raise ValueError(must_be("type_numbers", rule, numbers))
        lexicon = cls.__new__(cls)
        try:
            lexicon._set(
                (phrase, types[number])
                for phrase, number in zip(phrases, numbers.tolist(), strict=True)
            )
        except _PhraseError as error:
            phrase = phrases[error.index]
            raise ValueError(must_be("phrases", error.rule, phrase)) from None
        return lexicon


class _PhraseError(Exception):
    """A phrase that is not one: its index, and the rule it breaks."""

    def __init__(self, index: int, rule: str) -> None:
        super().__init__(index, rule)
        self.index, self.rule = index, rule


def check_lexicons(lexicons: Any) -> Lexicon | None:
    """Return all lexicons as one, None for none; files among them are read.

    Raises
    ------
    TypeError
        If they are not a sequence of `Lexicon` and paths.
    """
    if isinstance(lexicons, str | bytes) or not isinstance(lexicons, Sequence):
        rule = "a sequence of Lexicon or paths"
        raise TypeError(must_be("lexicons", rule, lexicons))
    read = []
    for i, one in enumerate(lexicons):
        if not isinstance(one, Lexicon | str | PathLike):
            raise TypeError(must_be(f"lexicons[{i}]", "a Lexicon or a path", one))
        read.append(one if isinstance(one, Lexicon) else Lexicon.read(one))
    return Lexicon.joined(read) if len(read) > 1 else next(iter(read), None)


class Matcher:
    """Finds the phrases of a lexicon in sentences.

    Parameters
    ----------
    lexicon : Lexicon
        The phrases.
    backoff : BackOff
        Its steps change the words of phrases and of sentences before they are compared:
        by default letters become lower case, and digits 0.

    Attributes
    ----------
    lexicon : Lexicon
        The phrases.

    Notes
    -----
    A token takes one to five microseconds, the more of its neighbours begin a phrase.
    """

    def __init__(self, lexicon: Lexicon, backoff: BackOff) -> None:
        self.lexicon = lexicon
        self._backoff = backoff
        self._sets: list[tuple[int, ...]] = [(i,) for i in range(len(lexicon.types))]
        self._types = lexicon.types
        self._of_phrase: dict[str, int] = {}
        self._lengths: dict[str, int] = {}
        numbers = {of_set: i for i, of_set in enumerate(self._sets)}
        for phrase, number in zip(
            self._changed_phrases(lexicon.phrases),
            lexicon.type_numbers.tolist(),
            strict=True,
        ):
            known = self._of_phrase.setdefault(phrase, number)
            if known != number and number not in self._sets[known]:
                both = tuple(sorted((*self._sets[known], number)))
                if both not in numbers:
                    numbers[both] = len(self._sets)
                    self._sets.append(both)
                self._of_phrase[phrase] = numbers[both]
            first, _, others = phrase.partition(_BETWEEN_WORDS)
            length = 1 << others.count(_BETWEEN_WORDS) + 1 if others else 1
            self._lengths[first] = self._lengths.get(first, 0) | length

    def _changed_phrases(self, phrases: list[str]) -> list[str]:
        """Return phrases after all steps of the back-off, a word per line."""
        end = 2 * _BETWEEN_WORDS
        return self._changed(end.join(phrases).replace(" ", _BETWEEN_WORDS)).split(end)

    def _changed(self, text: str) -> str:
        """Return words after all steps of the back-off, one per line."""
        for step in self._backoff.steps:
            text = self._backoff.change(step, text)
        return text

    def match(self, sentences: Sequence[Sequence[str]]) -> list[list[str | None]]:
        """Return the longest matches, from left to right.

        Parameters
        ----------
        sentences : sequence of sequences of str
            Words.

        Returns
        -------
        list of list of str or None
            For each word of a phrase a letter and the types of the phrase: ``U-city``
            for a phrase of one word, else ``B-city``, ``I-city`` and ``L-city`` for its
            first words, those between and the last. None for other words.
        """
        distinct = [*{*chain.from_iterable(sentences)}]
        # Words passed from Python can contain a newline; those of phrases cannot.
        fitting = [word for word in distinct if _BETWEEN_WORDS not in word]
        forms = self._changed(_BETWEEN_WORDS.join(fitting)).split(_BETWEEN_WORDS)
        changed = dict(zip(fitting, forms, strict=bool(fitting)))
        return [
            self._match_sentence(
                [changed.get(word, _BETWEEN_WORDS) for word in sentence]
            )
            for sentence in sentences
        ]

    def _match_sentence(self, words: list[str]) -> list[str | None]:
        values: list[str | None] = [None] * len(words)
        at = 0
        while at < len(words):
            lengths = self._lengths.get(words[at], 0)
            size = 1
            while lengths:
                size = lengths.bit_length()
                number = self._of_phrase.get(_BETWEEN_WORDS.join(words[at : at + size]))
                if number is not None and at + size <= len(words):
                    kinds = BETWEEN_TYPES.join(
                        self._types[i] for i in self._sets[number]
                    )
                    letters = "B" + "I" * (size - 2) + "L" if size > 1 else "U"
                    values[at : at + size] = [f"{one}-{kinds}" for one in letters]
                    break
                lengths ^= 1 << (size - 1)
                size = 1
            at += size
        return values
