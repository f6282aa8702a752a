"""Check the merges of clusters against their bit strings, and cut the tree by them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be


class Cut(NamedTuple):
    """The clusters that remain after some merges.

    Attributes
    ----------
    labels : int32 array (n_before,)
        The new label of each cluster, by order of the new bit strings.
    bit_strings : list of str, length n_clusters
        The bit string of each new cluster, sorted.
    merges : int64 array (n_clusters - 1, 2)
        The remaining merges, of new clusters.
    """

    labels: NDArray[np.int32]
    bit_strings: list[str]
    merges: NDArray[np.int64]


def check_merges(merges: ArrayLike, bit_strings: Sequence[str]) -> NDArray[np.int64]:
    """Return merges as an array, if they build the tree of the bit strings.

    Parameters
    ----------
    merges : array_like of int, shape (n_clusters - 1, 2)
        The two clusters of each merge; the i-th merge creates cluster
        ``n_clusters + i``.
    bit_strings : sequence of str, length n_clusters
        The bit string of each cluster, sorted.

    Raises
    ------
    ValueError
        If the shape differs, or a merge is not of two clusters that exist and are not
        merged yet, the first of which has bit 0 where the second has bit 1.
    """
    n_clusters = len(bit_strings)
    shape = (n_clusters - 1, 2)
    try:
        given = np.asarray(merges)
    except ValueError:  # rows of unequal length
        raise ValueError(must_be("merges", f"of shape {shape}", merges)) from None
    if given.shape != shape and (given.size or n_clusters > 1):
        raise ValueError(must_be("merges", f"of shape {shape}", given.shape))
    if given.size and given.dtype.kind not in "iu":
        raise ValueError(must_be("merges", "integers", given.dtype.name))
    remaining = dict(enumerate(bit_strings))
    for step, pair in enumerate(given.tolist()):
        zero, one = (remaining.pop(cluster, None) for cluster in pair)
        if zero is None or one is None:
            rule = "two clusters that exist and are not merged yet"
            raise ValueError(must_be(f"merges[{step}]", rule, pair))
        parent = zero[:-1]
        if (zero, one) != (parent + "0", parent + "1"):
            rule = "clusters whose bit strings differ only in the last bit, first 0"
            raise ValueError(must_be(f"merges[{step}]", rule, (zero, one)))
        remaining[n_clusters + step] = parent
    return given.astype(np.int64).reshape(shape)


def cut_clusters(
    bit_strings: Sequence[str], merges: NDArray[np.int64], n_clusters: int
) -> Cut:
    """Merge clusters until `n_clusters` remain.

    Parameters
    ----------
    bit_strings : sequence of str
        The bit string of each cluster, sorted.
    merges : int64 array (len(bit_strings) - 1, 2)
        The two clusters of each merge, in order; the i-th merge creates cluster
        ``len(bit_strings) + i``.
    n_clusters : int
        Number of clusters to keep, from 1 to ``len(bit_strings)``.
    """
    n_before = len(bit_strings)
    n_merged = n_before - n_clusters
    n_nodes = n_before + n_merged
    remaining = dict(enumerate(bit_strings))
    root = np.arange(2 * n_before - 1)
    for step, (left, right) in enumerate(merges[:n_merged].tolist()):
        remaining[n_before + step] = remaining.pop(left)[:-1]
        remaining.pop(right)
        root[[left, right]] = n_before + step
    for node in range(n_nodes - 1, -1, -1):
        root[node] = root[root[node]]
    kept = sorted(remaining, key=remaining.__getitem__)
    label = np.full(2 * n_before - 1, -1)
    label[kept] = np.arange(n_clusters)
    later = merges[n_merged:]
    return Cut(
        label[root[:n_before]].astype(np.int32),
        [remaining[node] for node in kept],
        np.where(later < n_nodes, label[later], later - n_nodes + n_clusters),
    )
