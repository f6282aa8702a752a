"""What counts as a neighbour, and which words are kept."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._validation import check_choice, check_integer, must_be
from brownclust.counting.counter import Counter
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_list import WordList
from brownclust.text.files import PathLike
from brownclust.text.normalise import Normaliser

BOUNDARIES = ("break", "ignore", "mark")


class Selection:
    """The options of counting; `BigramCounts.from_text` tells what they mean."""

    def __init__(
        self,
        boundary: str,
        min_count: int,
        max_vocabulary: int | None,
        vocabulary: PathLike | Iterable[str] | None,
        stopwords: PathLike | Iterable[str] | None,
        normaliser: Normaliser,
    ) -> None:
        self.boundary = check_choice("boundary", boundary, BOUNDARIES)
        self.min_count = check_integer("min_count", min_count, minimum=1)
        self.max_vocabulary = (
            None
            if max_vocabulary is None
            else check_integer("max_vocabulary", max_vocabulary, minimum=1)
        )
        self.normaliser = normaliser
        self._vocabulary = self._words_of("vocabulary", vocabulary)
        self._stopwords = self._words_of("stopwords", stopwords)
        self._wanted = None if self._vocabulary is None else self._vocabulary.words

    def _words_of(
        self, option: str, words: PathLike | Iterable[str] | None
    ) -> WordList | None:
        return None if words is None else WordList(option, words, self.normaliser)

    def count(self, blocks: Iterable[NDArray[np.uint8]], counter: Counter) -> None:
        """Count a text; the words wanted have the lowest ids."""
        if self._wanted is not None:
            counter.add_vocabulary(self._wanted)
        counter.count(blocks)

    def words(self, counter: Counter) -> NDArray[np.int64]:
        """Return the ids of the words to keep, in order of rank."""
        stopwords = np.empty(0, np.int64)
        if self._stopwords is not None:  # those not in the text get ids now
            stopwords = counter.add_vocabulary(self._stopwords.words)
        counts = counter.word_counts[: counter.n_words].copy()
        counts[LINE_EDGE] = 0
        counts[stopwords] = 0
        if self._wanted is not None:
            counts = counts[: len(self._wanted) + 1]
        kept = counter.rank(self._frequent(counts))
        return kept[: self.max_vocabulary]

    def ranks(
        self, vocabulary: Vocabulary, unigram_counts: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the ranks to keep of words counted before, ascending."""
        is_kept = np.ones(len(vocabulary), bool)
        if self._vocabulary is not None:
            is_kept &= self._vocabulary.contains(vocabulary)
        if self._stopwords is not None:
            is_kept &= ~self._stopwords.contains(vocabulary)
        counts = np.where(is_kept, unigram_counts, 0)
        return self._frequent(counts)[: self.max_vocabulary]

    def _frequent(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where the counts reach the least; those of unwanted words are 0."""
        most = counts.max(initial=0)
        if not most and self._vocabulary is not None:
            rule = "words of which at least one occurs in the text"
            if self._stopwords is not None:
                rule += " and is no stopword"
            raise ValueError(must_be("vocabulary", rule, self._vocabulary.record()))
        if not most and self._stopwords is not None:
            rule = "words besides which others occur in the text"
            raise ValueError(must_be("stopwords", rule, self._stopwords.record()))
        if most < self.min_count:
            rule = f"at most {most}, the count of the most frequent word"
            raise ValueError(must_be("min_count", rule, self.min_count))
        return np.flatnonzero(counts >= self.min_count)

    def record(self, skip_grams: int) -> dict[str, Any]:
        """Return the options, for the record."""
        return {
            **self.record_of_words(),
            "skip_grams": skip_grams,
            "normalise": list(self.normaliser.steps),
            "encoding_errors": self.normaliser.encoding_errors,
        }

    def record_of_words(self) -> dict[str, Any]:
        """Return the options for words that have been counted."""
        return {
            "boundary": self.boundary,
            "min_count": self.min_count,
            "max_vocabulary": self.max_vocabulary,
            "vocabulary": self._vocabulary and self._vocabulary.record(),
            "stopwords": self._stopwords and self._stopwords.record(),
        }
