r"""Perplexity of held-out text under a class-bigram model.

The model predicts each word from the class of the word before it:

.. math:: p(w \mid w') = (1 - u) \; p(c \mid c') \; n(w) / n(c)

where *c* and *c'* are the classes of *w* and *w'*, *n* are counts of the text that the
model is made from, and *u* is the probability of a word that this text does not have.
"""

from math import fsum, log2
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable, exact_sum
from brownclust.counting.counts import BigramCounts
from brownclust.tree.information import number_labels


class HeldOut:
    r"""A held-out text, by which clusterings of the words of another text are judged.

    Parameters
    ----------
    counts : BigramCounts
        Counts of the text that the model is made from: its words are the known ones.
    held_out : BigramCounts
        Counts of other text, counted in the same way: same `boundary`, same steps of
        `normalise`. Words removed from it count as unknown.

    Attributes
    ----------
    n_scored : int
        Words that are scored: all tokens of the held-out text, and with boundary
        "mark" also the line ends.
    n_unknown : int
        Tokens among them that are not words of `counts`.
    unknown_probability : float
        The probability *u* of an unknown word.

    Raises
    ------
    ValueError
        If the texts were not counted in the same way, or do not have bigrams of
        adjacent words (skip-grams, tables of pairs).

    Notes
    -----
    Every clustering is scored on the same words, and unknown words cost the same under
    all, so perplexities can be compared, also between clusterings that cover different
    words. They cannot be compared between different `counts`.

    - Known words without a cluster form one class.
    - Unknown words have probability :math:`u = (r + x) / (t + x)` after any word: *t*
      are the tokens of `counts` (and line ends, with boundary "mark"), *r* those of
      removed words, *x* the tokens of the words with the lowest count. If no word was
      removed, *x* are the words seen once (Good and Turing's estimate).
    - After an unknown word, and at the start of a line with boundary "break", the class
      is predicted by its frequency *q* alone. With "mark" the line edge is a class of
      its own; with "ignore" line ends are whitespace.
    - :math:`p(c \mid c')` is smoothed by absolute discounting, interpolated with *q*:
      :math:`(\max(n(c', c) - d, 0) + d \, s(c') \, q(c)) / n(c', \cdot)`, where *s* is
      the number of different classes seen after *c'*, and
      :math:`d = (n_1 + 1) / (n_1 + 2 n_2 + 2)`, with :math:`n_1` and :math:`n_2` the
      numbers of pairs of classes seen once and twice.

    References
    ----------
    Brown et al. (1992), "Class-based n-gram models of natural language", Computational
    Linguistics 18(4), section 3; Ney, Essen and Kneser (1994), "On structuring
    probabilistic dependences in stochastic language modelling", Computer Speech and
    Language 8(1), on absolute discounting; Good (1953), "The population frequencies
    of species", Biometrika 40, on unknown words.

    Examples
    --------
    >>> from brownclust import BigramCounts
    >>> def count(*lines):
    ...     return BigramCounts.from_sentences(line.split() for line in lines)
    >>> counts = count("the cat sat", "the dog sat", "a cat ran")
    >>> held_out = HeldOut(counts, count("a dog ran", "the gnu sat"))
    >>> held_out.n_scored, held_out.n_unknown
    (6, 1)
    >>> list(counts.vocabulary)
    ['cat', 'sat', 'the', 'a', 'dog', 'ran']
    >>> round(held_out.perplexity([0, 1, 2, 2, 0, 1]), 2)  # nouns, verbs, articles
    5.72
    >>> round(held_out.perplexity([0, 0, 1, 1, 2, 2]), 2)
    8.61
    """

    def __init__(self, counts: BigramCounts, held_out: BigramCounts) -> None:
        _check_same_way(counts, held_out)
        ranks = counts.vocabulary.look_up(list(held_out.vocabulary))
        known = np.flatnonzero(ranks >= 0)
        self._counts = counts
        self._ranks = ranks[known]
        self._table = held_out.table.select(known)
        self.n_scored = held_out.n_tokens + _n_edges(held_out)
        self.n_unknown = held_out.n_tokens - exact_sum(self._table.unigram_counts)
        self.unknown_probability = _unknown_probability(counts)

    def perplexity(self, labels: ArrayLike) -> float:
        """Return the perplexity of the held-out text under the model of a clustering.

        Parameters
        ----------
        labels : array_like of int, shape (n_types,)
            The cluster of each word of `counts`, by rank; -1 for a word without one.

        Returns
        -------
        float
            Two to the mean number of bits per scored word; lower is better.

        Raises
        ------
        TypeError
            If `labels` are not integers.
        ValueError
            If there is not one label for each word.

        Notes
        -----
        Time and memory are linear in the number of distinct bigrams of both texts.
        """
        values, classes = number_labels(self._counts, labels)
        model = _ClassBigrams(self._counts.table.group(classes, values.size))
        own_classes = classes[self._ranks]
        bits = model.bits(self._table.group(own_classes, values.size))
        unigrams = self._counts.unigram_counts[self._ranks]
        within = unigrams / model.sizes[own_classes]
        bits -= fsum((self._table.unigram_counts * np.log2(within)).tolist())
        unknown = self.unknown_probability
        bits -= (self.n_scored - self.n_unknown) * log2(1.0 - unknown)
        if self.n_unknown:
            bits -= self.n_unknown * log2(unknown)
        return float(2.0 ** (bits / self.n_scored))


class _ClassPairs(NamedTuple):
    """Counts of classes, the line edge last, and of pairs of classes, by key."""

    sizes: NDArray[np.int64]
    lefts: NDArray[np.int64]
    rights: NDArray[np.int64]
    counts: NDArray[np.int64]
    keys: NDArray[np.int64]

    @classmethod
    def of(cls, table: CountTable) -> "_ClassPairs":
        sizes, lefts, rights, counts = table.with_edge()
        keys = lefts * sizes.size + rights
        order = np.argsort(keys)
        return cls(sizes, lefts[order], rights[order], counts[order], keys[order])


class _ClassBigrams:
    """The probabilities of classes after classes."""

    def __init__(self, table: CountTable) -> None:
        self._pairs = _ClassPairs.of(table)
        self.sizes = self._pairs.sizes
        self._frequencies = self.sizes / self.sizes.sum()
        lefts, n_rows = self._pairs.lefts, self.sizes.size
        self._totals = np.bincount(lefts, self._pairs.counts, minlength=n_rows)
        self._n_followers = np.bincount(lefts, minlength=n_rows)
        n_once, n_twice = (int((self._pairs.counts == n).sum()) for n in (1, 2))
        self._discount = (n_once + 1) / (n_once + 2 * n_twice + 2)

    def bits(self, table: CountTable) -> float:
        """Return the bits that the classes of another text take."""
        found = _ClassPairs.of(table)
        after_pair = found.counts * np.log2(self._after(found))
        n_pairs = np.bincount(found.rights, found.counts, minlength=found.sizes.size)
        n_alone = found.sizes - n_pairs  # after an unknown word, or at a line start
        alone = np.flatnonzero(n_alone)
        by_frequency = n_alone[alone] * np.log2(self._frequencies[alone])
        return -fsum([*after_pair.tolist(), *by_frequency.tolist()])

    def _after(self, found: _ClassPairs) -> NDArray[np.float64]:
        """Return the probability of the second class of each pair after the first."""
        keys = self._pairs.keys
        counts = np.zeros(found.keys.size)
        if keys.size:
            at = np.minimum(np.searchsorted(keys, found.keys), keys.size - 1)
            is_seen = keys[at] == found.keys
            counts[is_seen] = self._pairs.counts[at[is_seen]]
        frequencies = self._frequencies[found.rights]
        left_over = self._discount * self._n_followers[found.lefts] * frequencies
        probabilities: NDArray[np.float64] = frequencies.copy()
        totals = self._totals[found.lefts]
        known = totals > 0  # the class has successors in the text
        seen = np.maximum(counts - self._discount, 0.0)
        probabilities[known] = (seen + left_over)[known] / totals[known]
        return probabilities


def _check_same_way(counts: BigramCounts, held_out: BigramCounts) -> None:
    """Raise ``ValueError`` unless both are bigrams of text, counted in the same way."""
    for name, text in (("counts", counts), ("held_out", held_out)):
        if text.origin.from_pairs or text.origin.skip_grams > 1:
            what = "skip-grams" if text.origin.skip_grams > 1 else "a table of pairs"
            raise ValueError(must_be(name, "of adjacent words of a text", what))
    if held_out.boundary != counts.boundary:
        rule = f"{counts.boundary!r} in both texts"
        raise ValueError(must_be("boundary", rule, held_out.boundary))
    counts.origin.merge(held_out.origin)  # raises if words were changed differently


def _n_edges(counts: BigramCounts) -> int:
    """Return the number of line edges, which only boundary "mark" counts as symbols."""
    return counts.n_lines if counts.boundary == "mark" else 0


def _unknown_probability(counts: BigramCounts) -> float:
    unigrams = counts.unigram_counts
    n_removed = counts.n_tokens - exact_sum(unigrams)
    n_rarest = exact_sum(unigrams[unigrams == unigrams[-1]])
    n_all = counts.n_tokens + _n_edges(counts)
    return (n_removed + n_rarest) / (n_all + n_rarest)
