"""Documents as counts of clusters, for text classifiers."""

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from brownclust._transformer import Transformer
from brownclust._validation import must_be
from brownclust.clusters.backoff import Steps
from brownclust.clusters.features import BrownFeatures
from brownclust.clusters.word_clusters import WordClusters
from brownclust.text.rows import check_rows, python_value, tokens_of


class BrownVectorizer(Transformer):
    """Converts documents to counts of word clusters, or of their prefixes.

    A transformer like scikit-learn's CountVectorizer, to be combined with it in a
    ``FeatureUnion``, or followed by a ``TfidfTransformer``. Does not need scikit-learn.

    Parameters
    ----------
    clusters : WordClusters or path
        Where words are looked up; `fit` loads a path. A string is a path here, and a
        document in `transform`.
    prefix_lengths : iterable of int or str, default "turian"
        As for `BrownFeatures`; a length beyond all bit strings counts whole clusters.
    cuts : iterable of int, default ()
        Also count the clusters of the tree cut at these sizes, as for `BrownFeatures`.
    backoff : iterable of str, default ()
        What to look up if a word is not found; see `BackOff`.
    unknown : str, optional
        Bit string of the cluster to which words without a cluster are assigned. By
        default they are not counted.
    tokenizer : callable, optional
        Function from a document to its words; ``str.split`` by default. A document that
        is a list of words is not tokenised.
    binary : bool, default False
        Record whether a cluster occurs in a document, not how often.

    Attributes
    ----------
    features_ : BrownFeatures
        The features being counted.

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
        """Load the clusters; the documents are ignored.

        Parameters
        ----------
        raw_documents, y
            Ignored.

        Returns
        -------
        BrownVectorizer
            This vectorizer.
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

    def transform(self, raw_documents: Iterable[str | Sequence[str]]) -> Any:
        """Count the clusters of each document.

        Parameters
        ----------
        raw_documents : iterable of str, or of sequences of str
            Texts, or lists of words.

        Returns
        -------
        csr_matrix of float64, shape (n_documents, n_features)
            The type that scikit-learn's own vectorizers return; or a data frame, see
            `set_output`.
        """
        self._check_fitted()
        if isinstance(raw_documents, str):  # the error that scikit-learn raises
            rule = "an iterable of documents"
            raise ValueError(must_be("raw_documents", rule, raw_documents))
        check_rows("raw_documents", raw_documents, "an iterable of documents")
        tokenizer = self.tokenizer or str.split
        documents = [
            tokenizer(document)
            if isinstance(document, str)
            else tokens_of(document, "document", "a string or a list of words")
            for document in map(python_value, raw_documents)
        ]
        ids, starts = self.features_.ids(documents)
        shape = (len(documents), self.features_.n_features)
        rows = np.repeat(np.arange(len(documents)), np.diff(starts) * ids.shape[1])
        columns = ids.ravel()
        is_known = columns >= 0
        counts = sparse.coo_matrix(
            (np.ones(is_known.sum()), (rows[is_known], columns[is_known])), shape=shape
        ).tocsr()
        if self.binary:
            counts.data[:] = 1
        return self._as_output(counts, raw_documents)

    def fit_transform(
        self, raw_documents: Iterable[str | Sequence[str]], y: Any = None
    ) -> Any:
        """Load the clusters and count: `fit`, then `transform`.

        Parameters
        ----------
        raw_documents : iterable of str, or of sequences of str
            Texts, or lists of words.
        y
            Ignored.

        Returns
        -------
        csr_matrix of float64, shape (n_documents, n_features)
            As from `transform`.
        """
        return self.fit().transform(raw_documents)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns, such as ``b4=0110``.

        Parameters
        ----------
        input_features
            Ignored.

        Returns
        -------
        ndarray of str objects, shape (n_features,)
            A name for each column.
        """
        self._check_fitted()
        names = (name.replace("[0]", "", 1) for name in self.features_.feature_names())
        return np.array(list(names), dtype=object)
