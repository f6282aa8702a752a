"""The top of the tree: as many clusters as a page has room for, and what is above."""

from heapq import heappop, heappush
from itertools import takewhile
from typing import NamedTuple

from brownclust._validation import check_integer, must_be
from brownclust.clusters.tree_lookup import TreeLookup


class Node(NamedTuple):
    """A node of the tree, and the labels below it.

    Attributes
    ----------
    bit_string : str
        The path to it from the root; of flat classes the name of one.
    start, stop : int
        A slice of the labels.
    """

    bit_string: str
    start: int
    stop: int


class TreeTop(NamedTuple):
    """The top of a tree or subtree.

    Attributes
    ----------
    leaves : list of Node
        Where the tree is cut, by label.
    inner : list of Node
        The nodes above, sorted by bit string; none of flat classes.
    """

    leaves: list[Node]
    inner: list[Node]


def tree_top(
    clusters: TreeLookup, n_clusters: int | None = None, prefix: str = ""
) -> TreeTop:
    """Return the top of the tree of clusters, or of a subtree.

    Parameters
    ----------
    clusters : TreeLookup
        The clusters.
    n_clusters : int, optional
        Number of leaves, at most the number of clusters, which is the default; a
        subtree that has fewer is returned whole.
    prefix : str, default ""
        The bits that all nodes begin with; of flat classes the name of one.

    Returns
    -------
    TreeTop
        Without leaves if no bit string begins with `prefix`.

    Raises
    ------
    TypeError, ValueError
        If there are fewer clusters, or these are flat classes, which have no tree.

    Notes
    -----
    Where the order of merges is known, they are undone from the last one, and the
    leaves of the whole tree are the clusters of `WordClusters.cut`. Otherwise the
    cluster with the most tokens is divided first; if counts are unknown, the one with
    the most words.

    Examples
    --------
    >>> from brownclust import WordClusters
    >>> clusters = WordClusters(["the", "cat", "dog"], ["0", "10", "11"], [9, 3, 5])
    >>> [leaf.bit_string for leaf in tree_top(clusters, 2).leaves]
    ['0', '1']
    """
    if n_clusters is not None:
        n_clusters = check_integer("n_clusters", n_clusters, minimum=1)
        if clusters.is_flat:
            rule = "left out for flat classes, which have no tree"
            raise ValueError(must_be("n_clusters", rule, n_clusters))
        if n_clusters > clusters.n_clusters:
            rule = f"at most {clusters.n_clusters}, the number of clusters"
            raise ValueError(must_be("n_clusters", rule, n_clusters))
    if clusters.is_flat:
        names = clusters.cluster_bit_strings
        start, stop = clusters.label_range(prefix) if prefix else (0, len(names))
        leaves = [Node(names[label], label, label + 1) for label in range(start, stop)]
        return TreeTop(leaves, [])
    start, stop = clusters.label_range(prefix)
    if start == stop:
        return TreeTop([], [])
    return _divided(clusters, _node(clusters, start, stop), n_clusters or stop - start)


def _divided(clusters: TreeLookup, root: Node, n_leaves: int) -> TreeTop:
    """Divide nodes, beginning with the root, until there are enough leaves."""
    created = _creating_merges(clusters)

    def priority(node: Node) -> tuple[int, Node]:
        """Return what sorts first if the node is divided first."""
        if created:
            return -created.get(node.bit_string, -1), node
        if node.stop - node.start == 1:
            return 1, node
        tokens = clusters.n_tokens_between(node.start, node.stop)
        return -(tokens or clusters.n_words_between(node.start, node.stop)), node

    leaves = [priority(root)]
    inner = []
    while len(leaves) < n_leaves:
        _, node = heappop(leaves)
        if node.stop - node.start == 1:
            heappush(leaves, (1, node))
            break  # all are single clusters
        inner.append(node)
        one = clusters.label_range(node.bit_string + "1")[0]
        for start, stop in ((node.start, one), (one, node.stop)):
            heappush(leaves, priority(_node(clusters, start, stop)))
    return TreeTop(sorted((node for _, node in leaves), key=_by_label), sorted(inner))


def _by_label(node: Node) -> int:
    return node.start


def _node(clusters: TreeLookup, start: int, stop: int) -> Node:
    """Return the lowest node that has a slice of the labels below it.

    In the trees of other programs, a node can have one child only.
    """
    first, last = (clusters.cluster_bit_strings[label] for label in (start, stop - 1))
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return Node("".join(bit for bit, _ in pairs), start, stop)


def _creating_merges(clusters: TreeLookup) -> dict[str, int]:
    """Return the number of the merge that created each inner node, if it is known."""
    if clusters.merges is None:
        return {}
    created = {}
    active = dict(enumerate(clusters.cluster_bit_strings))
    for step, (left, right) in enumerate(clusters.merges.tolist()):
        parent = active.pop(left)[:-1]
        del active[right]
        active[clusters.n_clusters + step] = parent
        created[parent] = step
    return created
