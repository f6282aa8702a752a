"""The tree that agglomeration builds: cuts, bit strings, merge losses."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import check_integer, must_be
from brownclust.tree.sizes import check_sizes

MAX_SCALE = 62
"""Most binary digits of a loss after the point: losses fit an int64."""

BLANK_LOSS = int(np.iinfo(np.int64).min)
"""The loss of a merge that has none, as no clustering went through it.

The first merges of a refined clustering join the words of each cluster, which exchange
found all at once. A loss cannot be so small: it is at least 0, but for rounding.
"""


class Dendrogram:
    """A binary tree over the words of a vocabulary, as a list of merges in order.

    Leaf *w* is the word of rank *w*; merge *i* creates node ``n_leaves + i``. The
    first `window` words start as clusters. Each further word enters as a cluster,
    then two clusters are merged. Finally the remaining `window` clusters are merged
    into one. The clustering into *k* ≤ `window` clusters is therefore the state
    after the first ``n_leaves - k`` merges: the tree can be cut at any such *k*
    without clustering again.

    Parameters
    ----------
    children : array_like of int, shape (n_leaves - 1, 2)
        The two nodes that each merge joins; the first gets bit 0.
    losses : array_like of int, shape (n_leaves - 1,)
        Mutual information lost by each merge, summed over all bigrams, in units
        of ``2**-scale`` bits. The first merges may be without a loss: `BLANK_LOSS`.
    scale : int
        Number of fractional bits in `losses`.
    window : int
        Clusters active at once (not a context window), from 1 to `n_leaves`.
    n_bigrams : int
        Number of bigrams of the corpus; `merge_losses` are per bigram.
    ami_at_window : float
        Average mutual information, in bits, of the `window` clusters that remain
        once every word has entered.

    Raises
    ------
    ValueError
        If the arrays do not describe such a tree.

    Examples
    --------
    Four words; ``0`` and ``2`` are joined first, then ``1`` and ``3``:

    >>> tree = Dendrogram([[0, 2], [1, 3], [4, 5]], [1, 2, 5], scale=0, window=3,
    ...                   n_bigrams=4, ami_at_window=1.75)
    >>> tree.cut(2)
    array([0, 1, 0, 1], dtype=int32)
    >>> tree.bit_strings(3)
    ['0', '10', '0', '11']
    >>> [tree.average_mutual_information(k) for k in (3, 2, 1)]
    [1.75, 1.25, 0.0]
    """

    def __init__(
        self,
        children: ArrayLike,
        losses: ArrayLike,
        *,
        scale: int,
        window: int,
        n_bigrams: int,
        ami_at_window: float,
    ) -> None:
        self.children = _integers("children", children, ndim=2)
        self.losses = _integers("losses", losses, ndim=1)
        self.scale = check_integer("scale", scale, minimum=0, maximum=MAX_SCALE)
        self.window = check_integer("window", window)
        check_sizes(1, self.window, self.n_leaves)
        self.n_bigrams = check_integer("n_bigrams", n_bigrams, minimum=0)
        self.ami_at_window = float(ami_at_window)
        self._check_tree()

    def _check_tree(self) -> None:
        """Raise ``ValueError`` unless the merges build one tree within the window."""
        n_merges = len(self.losses)
        if self.children.shape != (n_merges, 2):
            rule = f"of shape ({n_merges}, 2), one row per loss"
            raise ValueError(must_be("children", rule, self.children.shape))
        if not np.isfinite(self.ami_at_window):
            raise ValueError(must_be("ami_at_window", "finite", self.ami_at_window))
        n_blank = np.count_nonzero(self.losses == BLANK_LOSS)
        if n_blank > self.n_leaves - self.window or n_blank != self.n_blank:
            rule = (
                f"blank for some of the first {self.n_leaves - self.window} merges "
                "alone, without a gap"
            )
            raise ValueError(must_be("losses", rule, self.losses))
        check_merges(self.children, self.n_leaves, self.window)

    def __repr__(self) -> str:
        """Return the sizes and the information, not the merges."""
        return (
            f"{type(self).__name__}(n_leaves={self.n_leaves}, window={self.window}, "
            f"ami_at_window={self.ami_at_window:.6g})"
        )

    @property
    def n_leaves(self) -> int:
        """Number of words."""
        return len(self.losses) + 1

    @cached_property
    def n_blank(self) -> int:
        """Number of first merges that have no loss; 0 unless clusters were refined."""
        has_loss = self.losses != BLANK_LOSS
        return int(np.argmax(has_loss)) if has_loss.any() else has_loss.size

    @property
    def merge_losses(self) -> NDArray[np.float64]:
        """AMI lost by each merge, in bits per bigram, NaN if blank; (n_leaves - 1,)."""
        losses = np.ldexp(self.losses.astype(np.float64), -self.scale)
        losses[: self.n_blank] = np.nan
        return losses / max(self.n_bigrams, 1)

    @property
    def ami_by_n_clusters(self) -> NDArray[np.float64]:
        """AMI in bits of the cuts into 1, 2, ..., `window` clusters."""
        late_losses = self.merge_losses[self.n_leaves - self.window :]
        from_window = self.ami_at_window - np.concatenate(([0.0], late_losses.cumsum()))
        return from_window[::-1].copy()

    def average_mutual_information(self, n_clusters: int) -> float:
        """Return the average mutual information of a cut.

        Parameters
        ----------
        n_clusters : int
            Number of clusters, from 1 to `window`.

        Returns
        -------
        float
            In bits per bigram.
        """
        n_clusters = check_sizes(n_clusters, self.window)[0]
        return float(self.ami_by_n_clusters[n_clusters - 1])

    def cut(self, n_clusters: int) -> NDArray[np.int32]:
        """Return the cluster of each word when the tree is cut.

        Parameters
        ----------
        n_clusters : int
            Number of clusters, from 1 to `window`.

        Returns
        -------
        ndarray of int32, shape (n_leaves,)
            Labels from 0 to ``n_clusters - 1``, in the order of the bit strings.

        Notes
        -----
        Linear in the number of words; the first call also traverses the tree.
        """
        n_clusters = check_sizes(n_clusters, self.window)[0]
        first_split = 2 * self.n_leaves - n_clusters
        split = self.children[first_split - self.n_leaves :]
        roots = split[split < first_split]
        if n_clusters == 1:
            roots = np.array([first_split - 1])
        sizes, starts = self._layout
        roots = roots[np.argsort(starts[roots])]
        label_at = np.repeat(np.arange(n_clusters, dtype=np.int32), sizes[roots])
        return label_at[starts[: self.n_leaves]]

    def bit_strings(self, n_clusters: int) -> list[str]:
        """Return the bit string of each word's cluster when the tree is cut.

        Parameters
        ----------
        n_clusters : int
            Number of clusters, from 1 to `window`.

        Returns
        -------
        list of str, length n_leaves
            Path from the root to the word's cluster; "" if there is only one cluster.
        """
        bit_strings = self.cluster_bit_strings(n_clusters)
        return [bit_strings[label] for label in self.cut(n_clusters).tolist()]

    def cluster_bit_strings(self, n_clusters: int) -> list[str]:
        """Return the bit string of each cluster of a cut.

        Parameters
        ----------
        n_clusters : int
            Number of clusters, from 1 to `window`.

        Returns
        -------
        list of str, length n_clusters
            Sorted; bit string *i* is that of label *i* in `cut`.
        """
        n_clusters = check_sizes(n_clusters, self.window)[0]
        return [bit_string for _, bit_string in self._iter_paths(n_clusters)]

    def roots(self, n_clusters: int) -> NDArray[np.int64]:
        """Return the node of each cluster of a cut.

        Parameters
        ----------
        n_clusters : int
            Number of clusters, from 1 to `window`.

        Returns
        -------
        ndarray of int64, shape (n_clusters,)
            Node *i* is that of label *i* in `cut`.
        """
        n_clusters = check_sizes(n_clusters, self.window)[0]
        return np.array([node for node, _ in self._iter_paths(n_clusters)])

    def cluster_merges(self, n_clusters: int) -> NDArray[np.int64]:
        """Return the merges that join the clusters of a cut into one, in order.

        Parameters
        ----------
        n_clusters : int
            Number of clusters, from 1 to `window`.

        Returns
        -------
        ndarray of int64, shape (n_clusters - 1, 2)
            The two clusters of each merge, bit 0 first. Clusters are numbered as in
            `cut`; the i-th merge creates cluster ``n_clusters + i``.
        """
        nodes = self.roots(n_clusters)
        first_split = 2 * self.n_leaves - n_clusters
        number = np.arange(-first_split, n_clusters) + n_clusters
        number[nodes] = np.arange(n_clusters)
        return number[self.children[first_split - self.n_leaves :]]

    def iter_full_bit_strings(self) -> Iterator[tuple[int, str]]:
        """Yield (leaf, bit string) with every word as its own leaf, sorted.

        Notes
        -----
        The bit strings of words that joined a cluster late are as long as the tree
        is deep, thousands of bits on a large corpus. Only one exists at a time.
        """
        return self._iter_paths(self.n_leaves)

    def linkage(self, n_clusters: int | None = None) -> NDArray[np.float64]:
        """Return the tree, or its top, as SciPy's linkage matrix.

        Parameters
        ----------
        n_clusters : int, optional
            Number of leaves, from 1 to `window`: the clusters of a cut, numbered as in
            `cut`. By default, each word is a leaf.

        Returns
        -------
        float64 array (n_leaves - 1, 4) or (n_clusters - 1, 4)
            A row for each merge: the two ids, the bits per bigram lost by this and all
            earlier merges of the rows (so that distances never decrease), and the
            number of leaves of these rows in the new cluster.

        Notes
        -----
        A merge that loses nothing can have a loss of a few units of ``2**-scale``
        below zero, by rounding. Such a loss is set to zero here, and so is a blank one:
        the words of a refined cluster are at distance 0.
        """
        merges, sizes = self.children, self._layout[0][self.n_leaves :]
        if n_clusters is not None:
            merges = self.cluster_merges(n_clusters)
            all_sizes = np.ones(n_clusters + len(merges), np.int64)
            for step, pair in enumerate(merges):
                all_sizes[n_clusters + step] = all_sizes[pair].sum()
            sizes = all_sizes[n_clusters:]
        losses = self.merge_losses[self.losses.size - len(merges) :]
        return np.column_stack([merges, np.fmax(losses, 0.0).cumsum(), sizes])

    @cached_property
    def _layout(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Number of words of each node, and position of its first word when sorted."""
        lefts, rights = self.children.T.tolist()
        sizes = [1] * self.n_leaves
        for left, right in zip(lefts, rights, strict=True):
            sizes.append(sizes[left] + sizes[right])
        starts = [0] * len(sizes)
        for merge in range(len(lefts) - 1, -1, -1):
            start = starts[self.n_leaves + merge]
            starts[lefts[merge]] = start
            starts[rights[merge]] = start + sizes[lefts[merge]]
        return np.array(sizes, dtype=np.int64), np.array(starts, dtype=np.int64)

    def _iter_paths(self, n_clusters: int) -> Iterator[tuple[int, str]]:
        """Yield (node, bit string) for the clusters of a cut, sorted by bit string."""
        n_leaves = self.n_leaves
        first_split = 2 * n_leaves - n_clusters
        lefts, rights = self.children.T.tolist()
        path = bytearray()
        stack = [(2 * n_leaves - 2, 0, b"")]
        while stack:
            node, depth, bit = stack.pop()
            path[depth:] = bit
            if node < first_split:
                yield node, path.decode("ascii")
            else:
                merge = node - n_leaves
                stack.append((rights[merge], len(path), b"1"))
                stack.append((lefts[merge], len(path), b"0"))


def check_merges(children: NDArray[np.int64], n_leaves: int, window: int) -> None:
    """Raise ``ValueError`` unless these are the first merges of a tree.

    Parameters
    ----------
    children : int64 array (n_merges, 2)
        The two nodes that each merge joins.
    n_leaves : int
        Number of words.
    window : int
        Clusters active at once.
    """
    left, right = children.T
    step = np.arange(len(children))[:, np.newaxis]
    # Merge i may use earlier merges, and words that have entered the window.
    has_entered = (children >= n_leaves) | (children <= window + step)
    is_valid = (
        (children >= 0).all(axis=1)
        & (left != right)
        & (children < n_leaves + step).all(axis=1)
        & has_entered.all(axis=1)
    )
    if not is_valid.all():
        bad = int(np.argmin(is_valid))
        raise ValueError(
            must_be(
                f"children[{bad}]",
                "the ids of two clusters active at this step",
                children[bad].tolist(),
            )
        )
    # So in a whole tree every node but the last is there: there are no others.
    n_uses = np.bincount(children.ravel())
    if n_uses.max(initial=0) > 1:
        bad = int(np.argmax(n_uses))
        rule = "of different nodes"
        raise ValueError(must_be("children", rule, f"node {bad} {n_uses[bad]} times"))


def _integers(name: str, values: ArrayLike, *, ndim: int) -> NDArray[np.int64]:
    """Return a read-only int64 copy; ``TypeError`` if `values` are not integers."""
    array = np.asarray(values)
    if array.size == 0:  # NumPy turns an empty list into floats
        array = np.empty((0, 2) if ndim == 2 else 0, dtype=np.int64)
    if array.ndim != ndim or array.dtype.kind not in "iu":
        rule = f"a {ndim}-dimensional array of integers"
        raise TypeError(must_be(name, rule, f"{array.ndim}-dimensional {array.dtype}"))
    integers = array.astype(np.int64)
    integers.flags.writeable = False
    return integers
