"""`FeatureTransformer`: features of tokens as a transformer of scikit-learn."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._transformer import Transformer
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.text.rows import (
    WORDS_OR_SENTENCES,
    check_is_word,
    check_rows,
    python_value,
    tokens_of,
)


class FeatureTransformer(Transformer):
    """Base class of `BrownFeatures`: all that scikit-learn asks of it.

    There is nothing to fit. Unlike those of other estimators, the constructor checks
    and converts parameters: the values given are in `_given`.
    """

    clusters: WordClusters
    backoff: BackOff
    _given: dict[str, Any]

    @abstractmethod
    def matrix(self, sentences: Iterable[Sequence[str]]) -> Any:
        """Return the features of all tokens as a matrix."""

    @abstractmethod
    def feature_names(self) -> list[str]:
        """Return the names of the columns of `matrix`."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters as they were given, by name.

        Parameters
        ----------
        deep : bool, default True
            Ignored: no parameter is an estimator.

        Returns
        -------
        dict
            Their values.
        """
        return dict(self._given)

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Returns
        -------
        BrownFeatures
            These features.

        Raises
        ------
        TypeError, ValueError
            If there is no parameter of that name, or its value is not accepted. Then
            nothing changes.
        """
        self._check_names(params)
        changed = type(self)(**{**self._given, **params})
        output = {k: v for k, v in vars(self).items() if k == "_sklearn_output_config"}
        vars(self).clear()
        vars(self).update(vars(changed) | output)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Whether they can be used: always."""
        return True

    def fit(self, X: Any = None, y: Any = None) -> Self:  # noqa: N803
        """Return these features: there is nothing to fit.

        Parameters
        ----------
        X, y
            Ignored.

        Returns
        -------
        BrownFeatures
            These features.
        """
        return self

    def transform(self, X: Iterable[str | Sequence[str]]) -> Any:  # noqa: N803
        """Return the features of words, or of the tokens of sentences, as a matrix.

        Parameters
        ----------
        X : iterable of str, or iterable of sequences of str
            Words, which have no neighbours, or sentences.

        Returns
        -------
        csr_array of float64, shape (n_words, n_features) or (n_tokens, n_features)
            One row per word, or token of all sentences; as from `matrix`. Or a data
            frame; see `set_output`.

        Raises
        ------
        TypeError, ValueError
            If an item is neither a word nor a list of words; a string that is a text
            is not a word.
        """
        check_rows("X", X, WORDS_OR_SENTENCES)
        sentences = []
        for item in map(python_value, X):
            if isinstance(item, str):
                if self.clusters.look_up([item], backoff=self.backoff)[0] < 0:
                    check_is_word("X", item)
                sentences.append([item])
            else:
                sentences.append(tokens_of(item, "X", WORDS_OR_SENTENCES))
        return self._as_output(self.matrix(sentences), X)

    def fit_transform(
        self,
        X: Iterable[str | Sequence[str]],  # noqa: N803
        y: Any = None,
    ) -> Any:
        """Return what `transform` does.

        Parameters
        ----------
        X : iterable of str, or iterable of sequences of str
            Words, or sentences.
        y
            Ignored.

        Returns
        -------
        csr_array of float64, shape (n_words, n_features) or (n_tokens, n_features)
            As from `transform`.
        """
        return self.transform(X)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns, such as ``b[0]4=0110``.

        Parameters
        ----------
        input_features
            Ignored.

        Returns
        -------
        ndarray of str objects, shape (n_features,)
            Those of `feature_names`.
        """
        return np.array(self.feature_names(), dtype=object)
