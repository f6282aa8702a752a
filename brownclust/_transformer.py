"""The interface that scikit-learn expects of transformers, without scikit-learn.

`BrownClustering`, `BrownVectorizer` and `BrownFeatures` derive from `Transformer`.
"""

import sys
from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from brownclust._estimator import Estimator
from brownclust._validation import check_choice

OUTPUTS = ("default", "pandas", "polars")


class Transformer(Estimator, ABC):
    """Base class of estimators with `transform`, whose output can be a data frame."""

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what `transform` and `fit_transform` return.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, optional
            Their own result, or a data frame of one of these libraries. Its columns are
            those of `get_feature_names_out`; in pandas, those of a matrix are sparse,
            and the rows have the index of the input. None changes nothing.

        Returns
        -------
        Transformer
            This estimator.

        Raises
        ------
        ValueError
            If the name is not one of these.
        """
        if transform is not None:
            output = check_choice("transform", transform, OUTPUTS)
            self._sklearn_output_config = {"transform": output}  # clone copies this
        return self

    @abstractmethod
    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns that `transform` returns.

        Parameters
        ----------
        input_features
            Ignored.

        Returns
        -------
        ndarray of str objects, shape (n_features,)
            A name for each column.
        """

    def _as_output(self, result: Any, given: Any) -> Any:
        """Return the result of `transform` as `set_output` wants it.

        Parameters
        ----------
        result : sparse matrix or list
            Rows of all features, or of the only one.
        given : object
            The input: the rows of a data frame have its index.
        """
        kind = self._output_kind()
        if kind == "default":
            return result
        names = self.get_feature_names_out()
        is_matrix = sparse.issparse(result)
        if kind == "pandas":
            import pandas as pd

            index = given.index if hasattr(given, "iloc") else None
            if is_matrix:
                if index is not None and len(index) != result.shape[0]:
                    index = None  # a row for each token, not for each sentence
                frame = pd.DataFrame.sparse
                return frame.from_spmatrix(result, index=index, columns=names)
            return pd.DataFrame({names[0]: result}, index=index)
        import polars as pl

        if is_matrix:
            return pl.DataFrame(result.toarray(), schema=list(names), orient="row")
        return pl.DataFrame({names[0]: result})

    def _output_kind(self) -> str:
        """Return the output chosen here, or else for all of scikit-learn."""
        chosen = getattr(self, "_sklearn_output_config", {})
        if "transform" in chosen:
            return str(chosen["transform"])
        sklearn: Any = sys.modules.get("sklearn")  # not loaded: nothing was chosen
        if sklearn is None:
            return "default"
        return str(sklearn.get_config().get("transform_output", "default"))
