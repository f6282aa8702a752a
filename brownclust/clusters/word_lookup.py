"""Looking words up in clusters: a mapping, back-off, prefixes, numbers for a model."""

from collections.abc import (
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_integer, must_be
from brownclust.clusters.backoff import Steps, as_backoff
from brownclust.counting.vocabulary import Vocabulary


class WordLookup(Mapping[str, str]):
    """Words, and the bit string or class of each: what `WordClusters` looks up.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words.
    labels : int32 array (n_words,)
        The cluster of each word.
    cluster_bit_strings : tuple of str, length n_clusters
        The bit string of each cluster, or the name of each class, in order.
    is_flat : bool
        Whether these are classes, which have no tree.
    counts : int64 array (n_words,)
        The count of each word.
    """

    vocabulary: Vocabulary
    labels: NDArray[np.int32]
    cluster_bit_strings: tuple[str, ...]
    is_flat: bool
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.vocabulary)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words."""
        return iter(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        """Whether the word itself has a cluster, without back-off."""
        return word in self.vocabulary

    def __getitem__(self, word: str) -> str:
        """Return the bit string of a word; ``KeyError`` if it has none."""
        label = int(self.labels[self.vocabulary.index(word)])
        return self.cluster_bit_strings[label]

    def __hash__(self) -> int:
        """Return a hash: clusters are immutable, and equal ones have the same names."""
        return hash((len(self), frozenset(self.cluster_bit_strings)))

    def values(self) -> ValuesView[str]:
        """Return the bit string of each word, in the order of the words.

        Returns
        -------
        ValuesView of str
            A view, as of a dict.
        """
        return _Values(self)

    def items(self) -> ItemsView[str, str]:
        """Return each word with its bit string.

        Returns
        -------
        ItemsView of (str, str)
            A view, as of a dict. ``dict(clusters.items())`` takes a fraction of the
            time of ``dict(clusters)``, which looks every word up.
        """
        return _Items(self)

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.cluster_bit_strings)

    def count(self, word: str) -> int:
        """Return the count of a word; ``KeyError`` if it is unknown.

        Parameters
        ----------
        word : str
            A word that has a cluster.
        """
        return int(self.counts[self.vocabulary.index(word)])

    def look_up(
        self, words: Sequence[str], *, backoff: Steps = ()
    ) -> NDArray[np.int64]:
        """Return the index of each word, or of the form of it that is found.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found; see `BackOff`.

        Returns
        -------
        ndarray of int64, shape (len(words),)
            Index in `vocabulary`; -1 where no form is found.

        Notes
        -----
        Millions of words per second. Back-off applies only to words not found, each
        step to all of them at once.
        """
        return as_backoff(backoff).look_up(words, self.vocabulary)

    def cluster_labels(
        self,
        words: Sequence[str],
        *,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> NDArray[np.int32]:
        """Return the label of each word's cluster.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found.
        unknown : str, optional
            Bit string of the cluster to which words without a cluster are assigned.

        Returns
        -------
        ndarray of int32, shape (len(words),)
            Labels as in `labels`; -1 for a word without a cluster.
        """
        label = -1
        if unknown is not None:
            if unknown not in self.cluster_bit_strings:
                what = (
                    "the name of a class" if self.is_flat else "a cluster's bit string"
                )
                raise ValueError(must_be("unknown", what, unknown))
            label = self.cluster_bit_strings.index(unknown)
        indices = self.look_up(words, backoff=backoff)
        # Index -1, of a word that is not found, selects the last label.
        return np.append(self.labels, np.int32(label))[indices]

    def bit_strings(
        self,
        words: Sequence[str],
        *,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> list[str | None]:
        """Return the bit string of each word's cluster.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found.
        unknown : str, optional
            Bit string of the cluster to which words without a cluster are assigned.

        Returns
        -------
        list of str or None, length len(words)
            None for a word without a cluster.
        """
        labels = self.cluster_labels(words, backoff=backoff, unknown=unknown)
        bit_strings = (*self.cluster_bit_strings, None)
        return [bit_strings[label] for label in labels.tolist()]

    def trace(
        self, word: str, *, backoff: Steps = ()
    ) -> list[tuple[str, str, str | None]]:
        """Return the steps of looking up a word.

        Parameters
        ----------
        word : str
            Any word.
        backoff : BackOff or iterable of str, default ()
            What to look up if the word is not found.

        Returns
        -------
        list of (step, form, bit string or None)
            Up to the first form that has a cluster.
        """
        steps: list[tuple[str, str, str | None]] = []
        for step, form in as_backoff(backoff).forms(word):
            [bit_string] = self.bit_strings([form])
            steps.append((step, form, bit_string))
            if bit_string is not None:
                break
        return steps

    def prefixes(self, word: str, lengths: Iterable[int]) -> list[str]:
        """Return prefixes of a word's bit string; ``KeyError`` if it is unknown.

        Parameters
        ----------
        word : str
            A word that has a cluster.
        lengths : iterable of int
            Number of bits of each prefix.

        Returns
        -------
        list of str
            The prefixes; a bit string that is shorter, and the name of a flat class,
            is returned whole.
        """
        bit_string = self[word]
        lengths = [check_integer("lengths", n, minimum=0) for n in lengths]
        if self.is_flat:
            return [bit_string] * len(lengths)
        return [bit_string[:length] for length in lengths]

    def embedding_indices(
        self,
        words: Sequence[str],
        lengths: Iterable[int],
        *,
        backoff: Steps = (),
    ) -> tuple[NDArray[np.int64], tuple[int, ...]]:
        """Return a number for each prefix, for the embedding layers of a neural model.

        Parameters
        ----------
        words : sequence of str
            Any words; none, if only `sizes` are needed.
        lengths : iterable of int
            Number of bits of each prefix; a bit string that is shorter, and the name of
            a flat class, is used whole.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found.

        Returns
        -------
        indices : int64 array (len(words), n_lengths)
            The number of each prefix, from 1 by order of bit strings; 0 for a word
            without a cluster.
        sizes : tuple of int, length n_lengths
            The number of embeddings of each layer: the largest index of all clusters
            plus one. They depend on the clusters and on `lengths`, not on `words`.

        Notes
        -----
        Each column has its own numbers, for a layer of its own. For one layer, such as
        ``torch.nn.EmbeddingBag``, which adds the embeddings of a word up, give it
        ``sum(sizes)`` embeddings, and add ``np.cumsum(sizes) - sizes`` to `indices`.

        With ``padding_idx=0``, an argument of ``torch.nn.Embedding``, the vector of a
        word without a cluster is all zeros and stays so, like that of padding. Without
        it, that vector is learned; a model must then mask padding in another way.

        Examples
        --------
        >>> from brownclust import WordClusters
        >>> clusters = WordClusters(["cat", "dog", "the"], ["00", "01", "1"])
        >>> indices, sizes = clusters.embedding_indices(["dog", "gnu"], [1, 2])
        >>> indices.tolist(), sizes
        ([[1, 2], [0, 0]], (3, 4))
        >>> clusters.embedding_indices([], [1, 2])[1]
        (3, 4)
        """
        labels = self.cluster_labels(words, backoff=backoff)
        lengths = [check_integer("lengths", n, minimum=1) for n in lengths]
        if not lengths:
            raise ValueError(must_be("lengths", "non-empty", lengths))
        columns = []
        sizes = []
        for length in lengths:
            number = np.arange(self.n_clusters)
            if not self.is_flat:
                prefixes = [bits[:length] for bits in self.cluster_bit_strings]
                _, number = np.unique(prefixes, return_inverse=True)
            columns.append(np.append(number + 1, 0)[labels])
            sizes.append(int(number.max()) + 2)
        return np.stack(columns, axis=1).astype(np.int64), tuple(sizes)


class _Values(ValuesView[str]):
    """The bit strings, without looking each word up."""

    _mapping: WordLookup

    def __iter__(self) -> Iterator[str]:
        bit_strings = self._mapping.cluster_bit_strings
        return map(bit_strings.__getitem__, self._mapping.labels.tolist())


class _Items(ItemsView[str, str]):
    """The words and their bit strings, without looking each word up."""

    _mapping: WordLookup

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return zip(self._mapping, self._mapping.values(), strict=True)
