"""The interface that scikit-learn expects of estimators, without scikit-learn.

`BrownClustering`, `BrownVectorizer` and the taggers derive from `Estimator`.
"""

import inspect
import sys
from collections.abc import Iterable
from typing import Any, Self

from brownclust._validation import NotFittedError, must_be


class Estimator:
    """Base class of estimators, whose constructors only store their parameters.

    Each parameter becomes an attribute of the same name. `fit` sets the attribute that
    `_fitted_name` names.
    """

    _fitted_name = ""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters of the constructor, by name.

        Parameters
        ----------
        deep : bool, default True
            Ignored: no parameter is an estimator.

        Returns
        -------
        dict
            Their values.
        """
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Returns
        -------
        Estimator
            This estimator.

        Raises
        ------
        ValueError
            If there is no parameter of that name.
        """
        self._check_names(params)
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Return the constructor call, without parameters that have their default."""
        values = self.get_params()
        given = [
            f"{name}={values[name]!r}"
            for name, parameter in self._parameters().items()
            if values[name] is not parameter.default
        ]
        return f"{type(self).__name__}({', '.join(given)})"

    def __sklearn_is_fitted__(self) -> bool:
        """Whether `fit` has been called; scikit-learn asks."""
        return hasattr(self, self._fitted_name)

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's description of an estimator; only it calls this."""
        utils: Any = sys.modules["sklearn.utils"]
        return utils.Tags(
            estimator_type=None,
            target_tags=utils.TargetTags(required=False),
            transformer_tags=utils.TransformerTags(),
            input_tags=utils.InputTags(two_d_array=False, string=True),
        )

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise NotFittedError(
                f"this {type(self).__name__} must be fitted before it is used: "
                "call fit first"
            )

    def _check_names(self, params: Iterable[str]) -> None:
        """Raise ``ValueError`` unless there are parameters of all these names."""
        names = self._parameters()
        for name in params:
            if name not in names:
                rule = "one of " + ", ".join(names)
                raise ValueError(must_be("the parameter", rule, name))

    @classmethod
    def _parameters(cls) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(cls).parameters)
