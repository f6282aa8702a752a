"""Clusters as a small table, for notebooks."""

from itertools import islice

from brownclust._html import html_table
from brownclust.clusters.tree_lookup import TreeLookup
from brownclust.clusters.tree_top import tree_top
from brownclust.text.display import clipped, printable

MAX_ROWS = 20
N_WORDS = 10
MAX_WIDTH = 30
"""Columns of a word; some are addresses or lines of characters."""


def overview(clusters: TreeLookup, caption: str) -> str:
    """Return a table of clusters as HTML, of the top of the tree if there are many.

    Parameters
    ----------
    clusters : TreeLookup
        The clusters.
    caption : str
        What stands above the table.

    Returns
    -------
    str
        For each cluster its bit string, its number of words, and the most frequent.
    """
    if clusters.is_flat:
        top = tree_top(clusters).leaves[:MAX_ROWS]
        if clusters.n_clusters > MAX_ROWS:
            caption += f"; the first {MAX_ROWS}"
    else:
        n_rows = min(clusters.n_clusters, MAX_ROWS)
        top = tree_top(clusters, n_rows).leaves
        if clusters.n_clusters > MAX_ROWS:
            caption += f"; the top of the tree, cut into {MAX_ROWS}"
    rows = []
    for node in top:
        ranks = clusters.ranks_between(node.start, node.stop)
        words = islice(map(printable, clusters.words_of(ranks)), N_WORDS)
        rows.append(
            (
                node.bit_string,
                f"{ranks.size:,}",
                " ".join(clipped(word, MAX_WIDTH) for word in words),
            )
        )
    first = "class" if clusters.is_flat else "bit string"
    return html_table(caption, (first, "words", "most frequent"), rows)
