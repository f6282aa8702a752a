"""What ``brownclust show`` prints: clusters, a tree, words; as text and as JSON."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from brownclust.text.display import printable

from .cluster_table import (
    ROOT,
    Row,
    cluster_rows,
    table,
    terminal_width,
    tree_rows,
)
from .progress import amount

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from brownclust import WordClusters
    from brownclust.clusters.tree_top import Node, TreeTop

MAX_LEVELS = 8
"""Lines of neighbours of a word."""


class View:
    """Clusters, and how much of them is shown.

    Parameters
    ----------
    clusters : WordClusters
        The clusters.
    n_clusters : int or None
        As many are shown.
    n_words : int or None
        At most as many words of each are shown; None: of lines as many as fit.
    n_leaves : int
        How many leaves a tree has at most.
    """

    def __init__(
        self,
        clusters: "WordClusters",
        n_clusters: int | None,
        n_words: int | None,
        *,
        n_leaves: int,
    ) -> None:
        self.clusters = clusters
        self.n_clusters = n_clusters
        self.n_words = n_words
        self.n_leaves = n_leaves
        self._name = "class" if clusters.is_flat else "bit string"

    def top(self, prefix: str = "", *, is_tree: bool = False) -> "TreeTop":
        """Return the clusters to show, all or the top of a tree."""
        from brownclust.clusters.tree_top import tree_top

        number = self.n_clusters
        if is_tree and number is None and not self.clusters.is_flat:
            number = min(self.n_leaves, self.clusters.n_clusters)
        return tree_top(self.clusters, number, prefix)

    def node_lines(self, top: "TreeTop", *, with_inner: bool) -> Iterator[str]:
        """Yield a table of the leaves, or of all nodes, indented."""
        rows = (tree_rows if with_inner else cluster_rows)(self.clusters, top)
        limited = (row._replace(words=islice(row.words, self.n_words)) for row in rows)
        yield from table(self._name, limited, terminal_width())

    def node_records(self, top: "TreeTop", *, with_inner: bool) -> list[dict[str, Any]]:
        """Return the leaves, or all nodes, as JSON."""
        if not with_inner:
            return [self._node_record(node) for node in top.leaves]
        leaves = set(top.leaves)
        return [
            self._node_record(node) | {"is_leaf": node in leaves}
            for node in sorted([*top.inner, *top.leaves])
        ]

    def _node_record(self, node: "Node") -> dict[str, Any]:
        ranks = self.clusters.ranks_between(node.start, node.stop)
        return {
            self._key: node.bit_string,
            "n_words": ranks.size,
            "n_tokens": int(self.clusters.counts[ranks].sum()),
            "words": self._word_counts(ranks),
        }

    @property
    def _key(self) -> str:
        return self._name.replace(" ", "_")

    def _word_counts(self, ranks: "NDArray[np.int64]") -> list[dict[str, Any]]:
        """Return the first words of ranks, and their counts, as JSON."""
        first = ranks[: self.n_words]
        return [
            {"word": word, "count": int(self.clusters.counts[rank])}
            for rank, word in zip(first, self.clusters.words_of(first), strict=True)
        ]

    def word_lines(self, word: str) -> Iterator[str]:
        """Yield what is known of a word, and a table of its neighbours."""
        clusters = self.clusters
        rank = clusters.vocabulary.index(word)
        shown = printable(clusters.vocabulary[rank])
        yield f"{shown}: {self._name} {clusters[word] or ROOT}"
        if clusters.counts.any():
            times = amount(int(clusters.counts[rank]), "time")
            all_words = amount(len(clusters), "word")
            yield f"{times}, number {self._place(rank):,} of {all_words} by frequency"
        yield ""
        rows = [
            Row(
                prefix or ROOT, near.size, islice(clusters.words_of(near), self.n_words)
            )
            for prefix, near in islice(self._levels(rank), MAX_LEVELS)
        ]
        heading = self._name if clusters.is_flat else "in common"
        if rows:
            yield from table(heading, rows, terminal_width())
        else:
            yield "There is no other word in its class."

    def word_record(self, word: str) -> dict[str, Any]:
        """Return what is known of a word as JSON."""
        clusters = self.clusters
        rank = clusters.vocabulary.index(word)
        return {
            "word": clusters.vocabulary[rank],
            self._key: clusters[word],
            "count": int(clusters.counts[rank]),
            "rank": self._place(rank),
            "neighbours": [
                {
                    "in_common": prefix,
                    "n_words": near.size,
                    "words": self._word_counts(near),
                }
                for prefix, near in self._levels(rank)
            ],
        }

    def _place(self, rank: int) -> int:
        """Return the place of a word by frequency, from 1."""
        return 1 + int((self.clusters.counts > self.clusters.counts[rank]).sum())

    def _levels(self, rank: int) -> "Iterator[tuple[str, NDArray[np.int64]]]":
        """Yield the other words of a word's cluster, then those further away."""
        clusters = self.clusters
        label = int(clusters.labels[rank])
        bit_string = clusters.cluster_bit_strings[label]
        if self.n_clusters is not None:
            [node] = [n for n in self.top().leaves if n.start <= label < n.stop]
            bit_string = node.bit_string
        for prefix, ranks in clusters.iter_outward(bit_string):
            near = ranks[ranks != rank]
            if near.size:
                yield prefix, near
