"""Agreement of clusters with tags that people have given."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be
from brownclust.tree.labels import check_integers


@dataclass(frozen=True)
class Agreement:
    """How far clusters and tags of the same tokens agree; all from 0 to 1.

    Attributes
    ----------
    homogeneity : float
        1 if each cluster has tokens of one tag only. More clusters raise it.
    completeness : float
        1 if all tokens of a tag are in one cluster. Fewer clusters raise it.
    v_measure : float
        The harmonic mean of the two.
    many_to_one : float
        Accuracy if each cluster is given the most frequent tag in it. More clusters
        raise it.
    """

    homogeneity: float
    completeness: float
    v_measure: float
    many_to_one: float


def tag_agreement(labels: ArrayLike, tags: Sequence[str]) -> Agreement:
    """Return how far clusters agree with tags.

    Parameters
    ----------
    labels : array_like of int, shape (n_tokens,)
        The cluster of each token's word. Tokens without a cluster, -1, are one more
        cluster, so that all clusterings are judged by the same tokens.
    tags : sequence of str, length n_tokens
        The tag of each token.

    Returns
    -------
    Agreement
        Homogeneity, completeness, V-measure and many-to-one accuracy.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there are no tokens, or not as many labels as tags.

    References
    ----------
    Rosenberg and Hirschberg (2007), "V-measure: a conditional entropy-based external
    cluster evaluation measure", EMNLP-CoNLL; Christodoulopoulos, Goldwater and
    Steedman (2010), "Two decades of unsupervised POS induction: how far have we
    come?", EMNLP, on both measures.

    Examples
    --------
    >>> found = tag_agreement([0, 0, 1, 2], ["NOUN", "NOUN", "VERB", "VERB"])
    >>> found.homogeneity, round(found.completeness, 3), found.many_to_one
    (1.0, 0.667, 1.0)
    """
    array = check_integers(labels)
    if not len(tags) or array.shape != (len(tags),):
        rule = f"of shape ({len(tags)},), one for each tag" if len(tags) else "given"
        raise ValueError(must_be("labels", rule, array.shape))
    _, cluster = np.unique(array, return_inverse=True)
    number = {tag: i for i, tag in enumerate(dict.fromkeys(tags))}
    tag = np.fromiter((number[t] for t in tags), np.int64, len(tags))
    pairs, sizes = np.unique(cluster * len(number) + tag, return_counts=True)
    of_both = _entropy(sizes)
    of_clusters = _entropy(np.bincount(cluster))
    of_tags = _entropy(np.bincount(tag))
    shared = max(0.0, of_clusters + of_tags - of_both)
    # No tags, or no clusters, to tell apart: agreement in that direction is complete.
    homogeneity = shared / of_tags if of_tags else 1.0
    completeness = shared / of_clusters if of_clusters else 1.0
    total = homogeneity + completeness
    largest = np.zeros(int(cluster.max()) + 1, np.int64)
    np.maximum.at(largest, pairs // len(number), sizes)
    return Agreement(
        homogeneity=min(homogeneity, 1.0),
        completeness=min(completeness, 1.0),
        v_measure=min(2 * homogeneity * completeness / total, 1.0) if total else 0.0,
        many_to_one=int(largest.sum()) / len(tags),
    )


def _entropy(sizes: NDArray[np.int64]) -> float:
    """Return the entropy of a distribution given as counts, in bits."""
    fractions = sizes[sizes > 0] / sizes.sum()
    return float(-(fractions * np.log2(fractions)).sum()) if fractions.size > 1 else 0.0
