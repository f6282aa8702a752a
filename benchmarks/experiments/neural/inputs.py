"""What the network reads of each token: numbers of embeddings, in groups of columns."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from brownclust import WordClusters
from brownclust.tagger.attributes import Words, attribute_values

INPUTS = (
    "words",
    "prefixes",
    "words + prefixes",
    "words + characters",
    "words + characters + prefixes",
)
"""What is compared: the kinds of numbers that `Inputs` takes, joined by plus signs."""

LENGTHS = (4, 6, 10, 20)
"""Bits of the prefixes; Turian et al. (2010)."""

BACKOFF = ("lowercase",)
"""Forms to look up in the clusters if a word has none."""

AFFIXES = (
    *(f"prefix:{n}" for n in range(1, 5)),
    *(f"suffix:{n}" for n in range(1, 5)),
    "short_shape",
)
"""What stands for the characters of a word, as in the templates of the taggers."""

MIN_WORDS = 2
"""Different words that an affix must have in training; else it is an unknown one."""

DIMENSION = 48
"""Numbers of all embeddings of words, of prefixes, and of affixes."""

UNKNOWN = 0
"""The number of a word, of an affix or of a cluster that training has not seen."""

Table = NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """Columns whose embeddings are added up; groups are put side by side.

    Attributes
    ----------
    sizes : tuple of int
        The number of embeddings of each column.
    dimension : int
        Numbers of an embedding.
    """

    sizes: tuple[int, ...]
    dimension: int


class Numbers(Protocol):
    """Numbers for words: columns, in groups."""

    groups: tuple[Group, ...]

    def rows(self, words: Sequence[str]) -> Table:
        """Return the numbers of words, of shape (len(words), n_columns)."""


class WordNumbers:
    """Words of the training data; a new one has the number of its lower-case form.

    Parameters
    ----------
    counts : Counter
        How often each word occurs in the training data.
    """

    def __init__(self, counts: Counter[str]) -> None:
        self._known = {word: i for i, word in enumerate(counts, UNKNOWN + 1)}
        self.groups: tuple[Group, ...] = (Group((len(self._known) + 1,), DIMENSION),)

    def rows(self, words: Sequence[str]) -> Table:
        """Return the numbers of words, of shape (len(words), 1)."""
        known = self._known
        found = [known.get(w, known.get(w.lower(), UNKNOWN)) for w in words]
        return np.array(found, np.int64).reshape(-1, 1)


class AffixNumbers:
    """Affixes and shapes of the words of the training data.

    Parameters
    ----------
    counts : Counter
        How often each word occurs in the training data.
    """

    def __init__(self, counts: Counter[str]) -> None:
        self._known: list[dict[str | None, int]] = []
        for values in _affixes([*counts]):
            n_words = Counter(value for value in values if value is not None)
            common = [value for value, n in n_words.items() if n >= MIN_WORDS]
            self._known.append({v: i for i, v in enumerate(common, UNKNOWN + 1)})
        sizes = tuple(len(known) + 1 for known in self._known)
        self.groups: tuple[Group, ...] = (Group(sizes, DIMENSION),)

    def rows(self, words: Sequence[str]) -> Table:
        """Return the numbers of words, of shape (len(words), len(AFFIXES))."""
        columns = [
            [known.get(value, UNKNOWN) for value in values]
            for known, values in zip(self._known, _affixes(words), strict=True)
        ]
        return np.array(columns, np.int64).T


class PrefixNumbers:
    """Prefixes of the bit strings of words.

    Parameters
    ----------
    clusters : WordClusters
        The clusters.
    is_summed : bool
        Whether the embeddings of all lengths are added up, or put side by side.
    """

    def __init__(self, clusters: WordClusters, *, is_summed: bool = False) -> None:
        self._clusters = clusters
        _, sizes = clusters.embedding_indices([], LENGTHS)
        self.groups: tuple[Group, ...] = (Group(sizes, DIMENSION),)
        if not is_summed:
            each = DIMENSION // len(LENGTHS)
            self.groups = tuple(Group((size,), each) for size in sizes)

    def rows(self, words: Sequence[str]) -> Table:
        """Return the numbers of words, of shape (len(words), len(LENGTHS))."""
        rows, _ = self._clusters.embedding_indices(words, LENGTHS, backoff=BACKOFF)
        return rows


class Inputs:
    """All columns that a network reads.

    Parameters
    ----------
    kinds : iterable of str
        ``"words"``, ``"characters"`` or ``"prefixes"``, or several of them.
    sentences : list of list of str
        The training data.
    clusters : WordClusters
        Where to look prefixes up.

    Attributes
    ----------
    groups : tuple of Group
        The groups of columns, in order.
    word_counts : int64 array or None
        How often each word occurs in training, by its number in the first column; None
        if words are not read.
    """

    def __init__(
        self,
        kinds: Iterable[str],
        sentences: list[list[str]],
        clusters: WordClusters,
    ) -> None:
        kinds = set(kinds)
        counts = Counter(chain.from_iterable(sentences))
        self._numbers: list[Numbers] = []
        self.word_counts: Table | None = None
        if "words" in kinds:
            self._numbers.append(WordNumbers(counts))
            self.word_counts = np.array([0, *counts.values()], np.int64)
        if "characters" in kinds:
            self._numbers.append(AffixNumbers(counts))
        if "prefixes" in kinds:
            self._numbers.append(PrefixNumbers(clusters))
        self.groups = tuple(chain.from_iterable(n.groups for n in self._numbers))

    def rows(self, words: Sequence[str]) -> Table:
        """Return the numbers of tokens, of shape (len(words), n_columns)."""
        distinct = [*dict.fromkeys(words)]
        place = {word: i for i, word in enumerate(distinct)}
        table = np.hstack([numbers.rows(distinct) for numbers in self._numbers])
        return table[[place[word] for word in words]]


def _affixes(words: Sequence[str]) -> list[Sequence[str | None]]:
    forms = Words([*words])
    return [attribute_values(affix, forms) for affix in AFFIXES]
