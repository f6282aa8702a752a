"""Documents as counts of clusters, for classifiers."""

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from brownclust._estimator import Estimator
from brownclust._validation import must_be
from brownclust.clusters.features import BrownFeatures
from brownclust.clusters.word_clusters import Steps, WordClusters


class BrownVectorizer(Estimator):
    """Documents to counts of their words' clusters, or of prefixes of these.

    A transformer as scikit-learn's CountVectorizer is, to be used beside it in a
    ``FeatureUnion``, or before a ``TfidfTransformer``. Scikit-learn is not needed.

    Parameters
    ----------
    clusters : WordClusters or path
        Where words are looked up; a path is loaded by `fit`.
    prefix_lengths : iterable of int or str, default "turian"
        As of `BrownFeatures`; a length beyond all bit strings counts whole clusters.
    cuts : iterable of int, default none
        Counts of the clusters of the tree cut at these sizes, as of `BrownFeatures`.
    backoff : iterable of str, default none
        What to look up for a word that is not found; see `BackOff`.
    unknown : str, optional
        Bit string of the cluster for words not found at all, which are not counted
        otherwise.
    tokenizer : callable, optional
        From a document to its words; ``str.split`` if None. A document that is a list
        of words is taken as it is.
    binary : bool, default False
        Whether a cluster is there, instead of how often.

    Attributes
    ----------
    features_ : BrownFeatures
        The features that are counted.

    Examples
    --------
    >>> clusters = WordClusters(["good", "great", "bad"], ["00", "01", "1"])
    >>> vectorizer = BrownVectorizer(clusters, [1]).fit([])
    >>> vectorizer.transform(["good great bad film", "bad"]).toarray().tolist()
    [[2.0, 1.0], [0.0, 1.0]]
    >>> vectorizer.get_feature_names_out().tolist()
    ['b1=0', 'b1=1']
    """

    _fitted_name = "features_"

    def __init__(
        self,
        clusters: WordClusters | str | PathLike[str],
        prefix_lengths: str | Sequence[int] = "turian",
        *,
        cuts: Sequence[int] = (),
        backoff: Steps = (),
        unknown: str | None = None,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        binary: bool = False,
    ) -> None:
        self.clusters = clusters
        self.prefix_lengths = prefix_lengths
        self.cuts = cuts
        self.backoff = backoff
        self.unknown = unknown
        self.tokenizer = tokenizer
        self.binary = binary

    def fit(
        self,
        raw_documents: Iterable[str | Sequence[str]] | None = None,
        y: Any = None,
    ) -> Self:
        """Load the clusters; documents are not looked at.

        Parameters
        ----------
        raw_documents, y
            Ignored.
        """
        clusters = self.clusters
        if not isinstance(clusters, WordClusters):
            clusters = WordClusters.load(clusters)
        self.features_ = BrownFeatures(
            clusters,
            self.prefix_lengths,
            cuts=self.cuts,
            context=0,
            backoff=self.backoff,
            unknown=self.unknown,
        )
        return self

    def transform(
        self, raw_documents: Iterable[str | Sequence[str]]
    ) -> sparse.csr_matrix:
        """Count.

        Parameters
        ----------
        raw_documents : iterable of str, or of sequences of str
            Texts, or lists of words.

        Returns
        -------
        csr_matrix of float64, shape (n_documents, n_features)
            What scikit-learn's own vectorizers return.
        """
        self._check_fitted()
        if isinstance(raw_documents, str):
            rule = "an iterable of documents"
            raise ValueError(must_be("raw_documents", rule, raw_documents))
        tokenizer = self.tokenizer or str.split
        documents = [
            tokenizer(document) if isinstance(document, str) else document
            for document in raw_documents
        ]
        ids, starts = self.features_.ids(documents)
        shape = (len(documents), self.features_.n_features)
        rows = np.repeat(np.arange(len(documents)), np.diff(starts) * ids.shape[1])
        columns = ids.ravel()
        is_there = columns >= 0
        counts = sparse.coo_matrix(
            (np.ones(is_there.sum()), (rows[is_there], columns[is_there])), shape=shape
        ).tocsr()
        if self.binary:
            counts.data[:] = 1
        return counts

    def fit_transform(
        self, raw_documents: Iterable[str | Sequence[str]], y: Any = None
    ) -> sparse.csr_matrix:
        """Load the clusters and count; as `fit`, then `transform`."""
        return self.fit().transform(raw_documents)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns, as in ``b4=0110``.

        Parameters
        ----------
        input_features
            Ignored.
        """
        self._check_fitted()
        names = (name.replace("[0]", "", 1) for name in self.features_.feature_names())
        return np.array(list(names), dtype=object)
