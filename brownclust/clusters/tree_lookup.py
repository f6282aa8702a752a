"""Words by their place in the tree: those below a prefix, and those near a word."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer
from brownclust.clusters.word_lookup import WordLookup

_AFTER_BITS = "2"
"""Sorts after both bits: ``prefix + "2"`` comes after all that begins with a prefix."""


class TreeLookup(WordLookup):
    """Words that can be looked up, and found by prefix.

    Attributes
    ----------
    merges : int64 array (n_clusters - 1, 2) or None
        The two clusters of each merge, in order, if they are known.
    """

    merges: NDArray[np.int64] | None

    def members(self, prefix: str) -> list[str]:
        """Return the words whose bit string begins with a prefix.

        Parameters
        ----------
        prefix : str
            The first bits, or a whole bit string; of flat classes the name of one.

        Returns
        -------
        list of str
            The most frequent first.
        """
        return list(self.words_of(self.ranks_between(*self.label_range(prefix))))

    def nearest(self, word: str, n: int = 10) -> list[tuple[str, int, int]]:
        """Return the words nearest in the tree; ``KeyError`` if the word is unknown.

        Parameters
        ----------
        word : str
            A word that has a cluster.
        n : int, default 10
            Number of words.

        Returns
        -------
        list of (word, bits in common, count)
            The longest common prefix first, then the most frequent. Of flat classes,
            only words of the same class, with 0 bits in common.
        """
        n = check_integer("n", n, minimum=1)
        itself = self.vocabulary.index(word)
        nearest: list[tuple[str, int, int]] = []
        for prefix, ranks in self.iter_outward(self[word]):
            n_bits = 0 if self.is_flat else len(prefix)
            nearest += [
                (self.vocabulary[rank], n_bits, int(self.counts[rank]))
                for rank in ranks[ranks != itself][: n - len(nearest)].tolist()
            ]
            if len(nearest) == n:
                break
        return nearest

    def iter_outward(self, bit_string: str) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Yield the words below a node of the tree, then those of each sibling above.

        Parameters
        ----------
        bit_string : str
            A prefix, or a whole bit string; of flat classes the name of one, which has
            no siblings.

        Yields
        ------
        prefix : str
            What the bit strings of the words have in common with `bit_string`.
        ranks : int64 array
            Indices of the words in `vocabulary`, the most frequent first. Prefixes
            without more words are left out.
        """
        first = last = -1
        shortest = len(bit_string) if self.is_flat else 0
        for length in range(len(bit_string), shortest - 1, -1):
            prefix = bit_string[:length]
            start, stop = self.label_range(prefix)
            if first < 0:
                if start < stop:
                    yield prefix, self.ranks_between(start, stop)
            elif (start, stop) != (first, last):
                yield prefix, self.ranks_between(start, stop, but=(first, last))
            first, last = start, stop

    def label_range(self, prefix: str) -> tuple[int, int]:
        """Return the first label whose bit string begins with a prefix, and the end.

        Parameters
        ----------
        prefix : str
            The first bits, or a whole bit string; of flat classes the name of one.

        Returns
        -------
        start, stop : int
            As of a slice; equal if there is none.
        """
        names = self.cluster_bit_strings
        if self.is_flat:
            label = names.index(prefix) if prefix in names else 0
            return label, label + (prefix in names)
        start = bisect_left(names, prefix)
        return start, bisect_left(names, prefix + _AFTER_BITS, start)

    def ranks_between(
        self, start: int, stop: int, *, but: tuple[int, int] | None = None
    ) -> NDArray[np.int64]:
        """Return the words of clusters as ranks, the most frequent first.

        Parameters
        ----------
        start, stop : int
            A slice of the labels.
        but : tuple (int, int), optional
            A slice of these that is left out.

        Returns
        -------
        int64 array
            Indices in `vocabulary`.
        """
        order, starts = self._words_by_cluster
        if but is None:
            ranks = order[starts[start] : starts[stop]]
        else:
            left = order[starts[start] : starts[but[0]]]
            right = order[starts[but[1]] : starts[stop]]
            ranks = np.concatenate([left, right])
        return ranks[np.argsort(-self.counts[ranks], kind="stable")]

    def words_of(self, ranks: NDArray[np.int64]) -> Iterator[str]:
        """Return the words of ranks, each made when it is asked for.

        Parameters
        ----------
        ranks : int64 array (n,)
            Indices in `vocabulary`.
        """
        return map(self.vocabulary.__getitem__, ranks.tolist())

    def n_words_between(self, start: int, stop: int) -> int:
        """Return the number of words of a slice of the labels."""
        _, starts = self._words_by_cluster
        return int(starts[stop] - starts[start])

    def n_tokens_between(self, start: int, stop: int) -> int:
        """Return the sum of the counts of the words of a slice of the labels."""
        order, starts = self._words_by_cluster
        return int(self.counts[order[starts[start] : starts[stop]]].sum())

    @cached_property
    def _words_by_cluster(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Words by cluster, the most frequent first, and where each cluster starts."""
        order = np.lexsort((-self.counts, self.labels))
        starts = np.searchsorted(self.labels[order], np.arange(self.n_clusters + 1))
        return order, starts

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.cluster_bit_strings)
