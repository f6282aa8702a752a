"""Representations of documents: words, clusters, both, rare words as clusters."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from brownclust import BrownVectorizer, WordClusters

LENGTHS: dict[str, Sequence[int] | str] = {"prefixes": "turian", "whole": [1000]}
"""Prefix lengths of `BrownVectorizer`: 4, 6, 10 and 20 bits, or whole bit strings."""

BACKOFF = ("lowercase", "digits")

Matrix = Any
Rows = NDArray[np.int64]


class Setting(NamedTuple):
    """A representation of documents.

    Attributes
    ----------
    words : str
        Weighting of words: "counts", "binary", "tfidf"; "" for no words.
    clusters : str
        The text that clusters are made from; "" for no clusters.
    lengths : str
        Which prefixes are counted, one of `LENGTHS`.
    weight : float
        Length of the vector of clusters, where that of words has length 1.
    rare : int
        If not -1, clusters stand for rare words alone: those in at most this many
        training documents. Such words are themselves left out.
    """

    words: str = ""
    clusters: str = ""
    lengths: str = "whole"
    weight: float = 1
    rare: int = -1

    def __str__(self) -> str:
        """Return a short description."""
        if not self.clusters:
            return self.words
        parts = [self.words, self.clusters, self.lengths]
        if self.rare >= 0:
            parts.append(f"rare {self.rare}")
        elif self.words:
            parts.append(f"x{self.weight:g}")
        return " ".join(filter(None, parts))


class Documents:
    """Counts of the words and of the clusters of all documents of a data set.

    Parameters
    ----------
    documents : sequence of sequences of str
        The words of each document.
    clusters : dict of str to WordClusters
        Clusters by the name of their text.
    """

    def __init__(
        self, documents: Sequence[Sequence[str]], clusters: dict[str, WordClusters]
    ) -> None:
        words = sorted(set(chain.from_iterable(documents)))
        column = {word: i for i, word in enumerate(words)}
        columns = np.array([column[word] for word in chain.from_iterable(documents)])
        rows = np.repeat(np.arange(len(documents)), [*map(len, documents)])
        shape = (len(documents), len(words))
        self._words = sparse.coo_matrix(
            (np.ones(len(columns)), (rows, columns)), shape
        ).tocsr()
        # The clusters of a document are those of its words.
        self._of_words = {
            (text, name): BrownVectorizer(found, lengths, backoff=BACKOFF)
            .fit([])
            .transform([[word] for word in words])
            for text, found in clusters.items()
            for name, lengths in LENGTHS.items()
        }
        self._clusters = {
            key: self._words @ of_words for key, of_words in self._of_words.items()
        }

    def matrix(self, setting: Setting, train: Rows) -> Matrix:
        """Return all documents, weighted by what the training documents show.

        Parameters
        ----------
        setting : Setting
            The representation.
        train : ndarray of int, shape (n_train,)
            The training documents.
        """
        if not setting.clusters:
            return weighted(self._words, train, setting.words)
        key = setting.clusters, setting.lengths
        if setting.rare >= 0:
            is_rare = frequencies(self._words, train) <= setting.rare
            kept = self._words @ sparse.diags(np.where(is_rare, 0.0, 1.0))
            rare = self._words @ sparse.diags(np.where(is_rare, 1.0, 0.0))
            both = sparse.hstack([kept, rare @ self._of_words[key]], "csr")
            return weighted(both, train, setting.words)
        weighting = setting.words or "tfidf"
        clusters = weighted(self._clusters[key], train, weighting)
        if not setting.words:
            return clusters
        words = weighted(self._words, train, setting.words)
        return sparse.hstack([words, setting.weight * clusters], "csr")


def frequencies(counts: Matrix, train: Rows) -> NDArray[np.int64]:
    """Return how many of the training documents have each feature."""
    found: NDArray[np.int64] = np.bincount(
        counts[train].indices, minlength=counts.shape[1]
    )
    return found


def weighted(counts: Matrix, train: Rows, weighting: str) -> Matrix:
    """Return vectors of length 1 from counts.

    Parameters
    ----------
    counts : sparse matrix, shape (n_documents, n_features)
        How often each document has each feature.
    train : ndarray of int, shape (n_train,)
        The training documents, which weigh features if `weighting` is "tfidf".
    weighting : {"counts", "binary", "tfidf"}
        Counts; whether there are any; or 1 + log(count) times the logarithm of the
        inverse document frequency, as scikit-learn smooths it.
    """
    result = sparse.csr_matrix(counts, copy=True)
    result.eliminate_zeros()
    if weighting == "binary":
        result.data[:] = 1
    elif weighting == "tfidf":
        result.data = 1 + np.log(result.data)
        n = 1 + frequencies(result, train)
        result = result @ sparse.diags(np.log((1 + len(train)) / n) + 1)
    squares = np.asarray(result.multiply(result).sum(axis=1)).ravel()
    lengths = np.sqrt(np.where(squares > 0, squares, 1))
    return sparse.csr_matrix(sparse.diags(1 / lengths) @ result)
