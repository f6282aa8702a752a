"""Labels: the cluster of each word, as an array of integers."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be


def check_integers(labels: ArrayLike) -> NDArray[Any]:
    """Return labels as an array.

    Parameters
    ----------
    labels : array_like of int
        The clusters.

    Raises
    ------
    TypeError
        If they are not integers.
    """
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise TypeError(must_be("labels", "integers", array.dtype.name))
    return array


def check_labels_of_words(labels: ArrayLike, n_words: int) -> NDArray[Any]:
    """Return labels as an array.

    Parameters
    ----------
    labels : array_like of int, shape (n_words,)
        The cluster of each word.
    n_words : int
        Number of words.

    Raises
    ------
    TypeError
        If they are not integers.
    ValueError
        If there is not one label for each word.
    """
    array = check_integers(labels)
    if array.shape != (n_words,):
        rule = f"of shape ({n_words},), one for each word"
        raise ValueError(must_be("labels", rule, array.shape))
    return array
