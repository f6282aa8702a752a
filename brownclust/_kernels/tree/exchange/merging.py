"""Agglomeration within given clusters: only nodes of one cluster are merged."""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.entropy import (
    Entropies,
    entropy,
    marginal,
    overlap_term,
)
from brownclust._kernels.tree.types import Integers, int64

GONE = -1  # label of a node that has been merged into another
LARGEST = np.iinfo(np.int64).max


@inner_kernel
def loss_of_nodes(
    entropies: Entropies,
    counts: NDArray[np.int64],
    sizes: Integers,
    totals: Integers,
    a: int,
    b: int,
) -> int:
    """What merging two nodes loses, in units; O(nodes)."""
    loss = marginal(sizes[a], totals[a], sizes[b], totals[b], entropies.unit)
    for direction in range(2):
        row_a = counts[direction, a]
        row_b = counts[direction, b]
        for k in range(row_a.size):
            if row_a[k] > 0 and row_b[k] > 0 and k not in (a, b):
                loss += overlap_term(entropies, row_a[k], row_b[k])
    both = int64(0)
    for i in (a, b):
        for j in (a, b):
            loss += entropy(entropies, counts[0, i, j])
            both += counts[0, i, j]
    return int64(loss - entropy(entropies, both))


@inner_kernel
def find_partner(
    entropies: Entropies,
    counts: NDArray[np.int64],
    sizes: Integers,
    totals: Integers,
    labels: Integers,
    losses: Integers,
    partners: Integers,
    i: int,
) -> None:
    """Set the node before i in its cluster with which it loses least."""
    losses[i] = LARGEST
    for j in range(i):
        if labels[j] == labels[i]:
            loss = loss_of_nodes(entropies, counts, sizes, totals, int64(j), i)
            if loss < losses[i]:
                losses[i] = loss
                partners[i] = j


@inner_kernel
def add_node(
    counts: NDArray[np.int64], sizes: Integers, totals: Integers, a: int, b: int
) -> None:
    """Add the counts of node b to those of a, and clear them; O(nodes)."""
    for direction in range(2):
        table = counts[direction]
        for k in range(table.shape[0]):
            table[a, k] += table[b, k]
            table[b, k] = 0
        for k in range(table.shape[0]):
            table[k, a] += table[k, b]
            table[k, b] = 0
    sizes[a] += sizes[b]
    totals[a] += totals[b]


@fast_kernel
def merge_within(
    entropies: Entropies,
    counts: NDArray[np.int64],
    sizes: Integers,
    totals: Integers,
    labels: Integers,
    losses: Integers,
    partners: Integers,
    pairs: Integers,
) -> None:
    """Merge the nodes of each cluster into one, the pair that loses least first.

    `counts` are those of nodes and the edge, [0, i, j] of j after i and [1, i, j] of i
    after j; pairs[i] becomes the nodes of the i-th merge, of which the second is gone.
    Losses of pairs elsewhere are not computed again. All arrays are changed.
    O(pairs in clusters, times nodes).
    """
    n_nodes = labels.size
    for i in range(n_nodes):
        find_partner(
            entropies, counts, sizes, totals, labels, losses, partners, int64(i)
        )
    for step in range(pairs.shape[0]):
        b = int64(np.argmin(losses))
        a = partners[b]
        pairs[step, 0] = a
        pairs[step, 1] = b
        add_node(counts, sizes, totals, a, b)
        label = labels[b]
        labels[b] = GONE
        losses[b] = LARGEST
        for i in range(a, n_nodes):
            if labels[i] != label:
                continue
            if i == a or partners[i] in (a, b):
                find_partner(
                    entropies, counts, sizes, totals, labels, losses, partners, int64(i)
                )
                continue
            loss = loss_of_nodes(entropies, counts, sizes, totals, a, int64(i))
            if loss < losses[i]:
                losses[i] = loss
                partners[i] = a
