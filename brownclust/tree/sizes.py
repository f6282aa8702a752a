"""The one rule of sizes: 1 <= clusters <= window <= words."""

from typing import Literal, TypeAlias

from brownclust._validation import check_integer, must_be

WindowSize: TypeAlias = int | Literal["full"] | None
"""Clusters active at once: a number, "full" for all words, None for `n_clusters`."""


def check_sizes(
    n_clusters: int, window: WindowSize = None, n_words: int | None = None
) -> tuple[int, WindowSize]:
    """Check that 1 <= clusters <= window <= words, and return clusters and window.

    Parameters
    ----------
    n_clusters : int
        Number of clusters.
    window : int, "full" or None
        Clusters active at once.
    n_words : int, optional
        Number of words, once it is known.

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer, or out of range.
    """
    n_clusters = check_integer("n_clusters", n_clusters, minimum=1)
    if n_words is not None and n_clusters > n_words:
        rule = f"at most the number of different words, {n_words}"
        raise ValueError(must_be("n_clusters", rule, n_clusters))
    if window is None or window == "full":
        return n_clusters, window
    window = check_integer("window", window, minimum=1)
    if n_words is not None and window > n_words:
        rule = f"at most the number of different words, {n_words}, or 'full'"
        raise ValueError(must_be("window", rule, window))
    if n_clusters > window:
        rule = f"at most the window, {window}"
        raise ValueError(must_be("n_clusters", rule, n_clusters))
    return n_clusters, window


def resolve_sizes(n_clusters: int, window: WindowSize, n_words: int) -> tuple[int, int]:
    """Return both sizes as numbers, once the number of words is known.

    Raises
    ------
    TypeError, ValueError
        As for `check_sizes`.
    """
    n_clusters, window = check_sizes(n_clusters, window, n_words)
    if window is None:
        return n_clusters, n_clusters
    return n_clusters, n_words if window == "full" else window
