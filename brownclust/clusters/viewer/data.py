"""The data of the page: the tree with the top words of each cluster; all words.

Two blocks, so that the page can be drawn before all words are unpacked. Both are JSON;
`template/tree.js` and `template/words.js` read them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust.clusters.word_clusters import WordClusters

N_TOP_WORDS = 12
"""Words of each cluster that are drawn before all words are unpacked."""


def tree_data(
    clusters: WordClusters, *, start: int | None, amis: NDArray[np.float64] | None
) -> dict[str, Any]:
    """Return the tree, the sizes of its clusters, and the first words of each.

    Parameters
    ----------
    clusters : WordClusters
        The finest clusters.
    start : int, optional
        Number of clusters that are shown first; all if None.
    amis : float64 array (n_clusters,), optional
        Average mutual information of 1, 2, ... clusters, in bits.

    Returns
    -------
    dict of str to JSON value
        The bit string of each cluster, as the number of bits that it shares with the
        one before, and the others; or ``names`` of flat classes. ``splits``: for each
        inner node of the tree, the number of clusters from which on it is split; in
        the order in which a walk from the root, 0 before 1, meets the nodes.
    """
    order = np.lexsort((-clusters.counts, clusters.labels))
    starts = np.searchsorted(clusters.labels[order], np.arange(clusters.n_clusters + 1))
    totals = np.zeros(clusters.n_clusters, np.int64)
    np.add.at(totals, clusters.labels, clusters.counts)
    top = [order[first : first + N_TOP_WORDS] for first in starts[:-1].tolist()]
    n_words = np.diff(starts)
    top = [ranks[:size] for ranks, size in zip(top, n_words.tolist(), strict=True)]
    words = shown_words(clusters)
    data: dict[str, Any] = {
        "n_words": n_words.tolist(),
        "totals": totals.tolist(),
        "top": [[words[rank] for rank in ranks.tolist()] for ranks in top],
        "top_counts": [clusters.counts[ranks].tolist() for ranks in top],
    }
    if clusters.is_flat:
        data["names"] = list(clusters.cluster_bit_strings)
        return data
    data["shared"], data["rest"] = _front_coded(clusters.cluster_bit_strings)
    if clusters.merges is not None:
        data["splits"] = _splits(clusters.merges)
        data["start"] = clusters.n_clusters if start is None else start
    if amis is not None:
        data["ami"] = np.round(amis, 4).tolist()
    return data


def word_data(clusters: WordClusters) -> dict[str, Any]:
    """Return all words with their clusters and counts, the most frequent first.

    Parameters
    ----------
    clusters : WordClusters
        The finest clusters.

    Returns
    -------
    dict of str to JSON value
        Three lists of equal length: ``words``, ``labels`` of their clusters, and
        ``counts``.
    """
    order = np.argsort(-clusters.counts, kind="stable")
    words = shown_words(clusters)
    return {
        "words": [words[rank] for rank in order.tolist()],
        "labels": clusters.labels[order].tolist(),
        "counts": clusters.counts[order].tolist(),
    }


def shown_words(clusters: WordClusters) -> list[str]:
    r"""Return the words; bytes that are not UTF-8 as ``\xff``."""
    words = clusters.vocabulary.iter_bytes()
    return [word.decode("utf-8", "backslashreplace") for word in words]


def _front_coded(bit_strings: tuple[str, ...]) -> tuple[list[int], list[str]]:
    """Return how many bits each string shares with the one before, and the others.

    The lengths of the others add up to the number of edges, however deep the tree is.
    """
    shared, rest = [], []
    before = ""
    for bits in bit_strings:
        n_shared = _n_shared(before, bits)
        shared.append(n_shared)
        rest.append(bits[n_shared:])
        before = bits
    return shared, rest


def _n_shared(left: str, right: str) -> int:
    """Return the length of the common prefix, by bisection: paths can be long."""
    same, most = 0, min(len(left), len(right))
    while same < most:
        middle = (same + most + 1) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same


def _splits(merges: NDArray[np.int64]) -> list[int]:
    """Return for each inner node the least number of clusters at which it is split."""
    n_clusters = len(merges) + 1
    firsts, sizes = list(range(n_clusters)), [1] * n_clusters
    for left, right in merges.tolist():
        firsts.append(firsts[left])
        sizes.append(sizes[left] + sizes[right])
    # The merge with i merges before it leaves n_clusters - i - 1 clusters.
    split = np.arange(n_clusters, 1, -1)
    first, size = (np.array(of[n_clusters:], np.int64) for of in (firsts, sizes))
    splits: list[int] = split[np.lexsort((-size, first))].tolist()
    return splits
