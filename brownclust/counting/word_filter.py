"""Select the words to keep, by their counts and by lists of words.

`brownclust.counting.counts` and `brownclust.distributed.job` use it.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._validation import must_be
from brownclust.counting.counter import Counter
from brownclust.counting.options import WordFilter
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_list import ListUsage, WordList
from brownclust.text.blocks import PathLike
from brownclust.text.text_format import TextFormat


class WordSelection:
    """A `WordFilter` whose lists of words have been read.

    Parameters
    ----------
    word_filter : WordFilter
        Which words to keep.
    text_format : TextFormat
        How the text is read; its normaliser is applied to the lists, too.
    counted : Vocabulary, optional
        The words of counts, if some of them are selected; see `WordList`.

    Attributes
    ----------
    min_count : int
        That of `word_filter`.
    usage : tuple of ListUsage
        How many words of each list occur; known once words have been selected.

    Raises
    ------
    OSError, TypeError, ValueError
        As `WordList` does.
    """

    def __init__(
        self,
        word_filter: WordFilter,
        text_format: TextFormat,
        counted: Vocabulary | None = None,
    ) -> None:
        def read(
            option: str, words: PathLike | Iterable[str] | None
        ) -> WordList | None:
            if words is None:
                return None
            return WordList(option, words, text_format, counted)

        self.min_count = word_filter.min_count
        self.usage: tuple[ListUsage, ...] = ()
        self._max_vocabulary = word_filter.max_vocabulary
        self._vocabulary = read("vocabulary", word_filter.vocabulary)
        self._stopwords = read("stopwords", word_filter.stopwords)

    @property
    def wanted(self) -> Vocabulary | None:
        """The option ``vocabulary``: the only words that may be kept; None for any."""
        return None if self._vocabulary is None else self._vocabulary.words

    def count(self, blocks: Iterable[Any], counter: Counter) -> None:
        """Count a corpus in an empty counter; `wanted` words get the lowest ids."""
        if self.wanted is not None:
            counter.add_vocabulary(self.wanted)
        counter.count(blocks)

    def words(self, counter: Counter) -> NDArray[np.int64]:
        """Return the ids of the words to keep, in order of rank.

        Parameters
        ----------
        counter : Counter
            After `count`. Stopwords that are not in the text get ids.

        Returns
        -------
        int64 array (n_kept,)

        Raises
        ------
        ValueError
            If no word would be kept.
        """
        stopwords = np.empty(0, np.int64)
        if self._stopwords is not None:
            stopwords = counter.add_vocabulary(self._stopwords.words)
        counts = counter.word_counts[: counter.n_words].copy()
        counts[LINE_EDGE] = 0
        n_wanted = 0 if self.wanted is None else len(self.wanted)
        if self.wanted is not None:
            counts = counts[: n_wanted + 1]
            stopwords = stopwords[stopwords <= n_wanted]
        self._note_usage(counts[1 : n_wanted + 1], counts[stopwords])
        counts[stopwords] = 0
        kept = counter.rank(self._frequent(counts))
        return kept[: self._max_vocabulary]

    def ranks(
        self, vocabulary: Vocabulary, unigram_counts: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return which words of a vocabulary to keep.

        Parameters
        ----------
        vocabulary : Vocabulary
            Words in order of rank.
        unigram_counts : int64 array (len(vocabulary),)
            Their counts.

        Returns
        -------
        int64 array (n_kept,)
            Their ranks, ascending.

        Raises
        ------
        ValueError
            If no word would be kept.
        """
        is_wanted = np.ones(len(vocabulary), bool)
        is_stopword = np.zeros(len(vocabulary), bool)
        if self._vocabulary is not None:
            is_wanted = self._vocabulary.contains(vocabulary)
        if self._stopwords is not None:
            is_stopword = self._stopwords.contains(vocabulary)
        is_stopword &= is_wanted
        self._note_usage(unigram_counts[is_wanted], unigram_counts[is_stopword])
        counts = np.where(is_wanted & ~is_stopword, unigram_counts, 0)
        return self._frequent(counts)[: self._max_vocabulary]

    def _note_usage(
        self, wanted: NDArray[np.int64], stopwords: NDArray[np.int64]
    ) -> None:
        """Set `usage` from the counts of the words of the lists."""
        self.usage = tuple(
            ListUsage(
                option,
                len(listed.words),
                int((counts >= self.min_count).sum()),
                self.min_count,
            )
            for option, listed, counts in (
                ("vocabulary", self._vocabulary, wanted),
                ("stopwords", self._stopwords, stopwords),
            )
            if listed is not None
        )

    def _frequent(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where counts are at least `min_count`.

        Words that must not be kept have count 0.
        """
        largest = counts.max(initial=0)
        if not largest and self._vocabulary is not None:
            rule = "a list with at least one word that occurs in the text"
            if self._stopwords is not None:
                rule += " and is not a stopword"
            raise ValueError(must_be("vocabulary", rule, self._vocabulary.record()))
        if not largest and self._stopwords is not None:
            rule = "a list that leaves at least one word of the text"
            raise ValueError(must_be("stopwords", rule, self._stopwords.record()))
        if largest < self.min_count:
            rule = f"at most {largest}, the count of the most frequent word"
            raise ValueError(must_be("min_count", rule, self.min_count))
        return np.flatnonzero(counts >= self.min_count)

    def record(self) -> dict[str, Any]:
        """Return the options as JSON types, for the ``source`` of counts."""
        return {
            "min_count": self.min_count,
            "max_vocabulary": self._max_vocabulary,
            "vocabulary": self._vocabulary and self._vocabulary.record(),
            "stopwords": self._stopwords and self._stopwords.record(),
        }
