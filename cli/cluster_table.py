"""Tables of clusters and of trees, as wide as the terminal."""

import shutil
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from brownclust.text.display import clipped_middle, display_width, fitting_words

if TYPE_CHECKING:
    from brownclust.clusters.tree_lookup import TreeLookup
    from brownclust.clusters.tree_top import Node, TreeTop

ROOT = "(root)"
"""Stands for the bit string of the root, which is empty."""

_MIN_PATH_WIDTH = 24


class Row(NamedTuple):
    """A line of a table."""

    name: str
    n_words: int
    words: Iterable[str]


def terminal_width() -> int:
    """Return the columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size().columns


def table(heading: str, rows: Iterable[Row], width: int) -> Iterator[str]:
    """Yield a line for each row: its name, number of words, most frequent words.

    Parameters
    ----------
    heading : str
        The heading of the names.
    rows : iterable of Row
        The words of each are read as far as they fit.
    width : int
        Columns to fill with words. Names that take more than half are shortened.
    """
    longest = max(_MIN_PATH_WIDTH, width // 2)
    listed = [row._replace(name=clipped_middle(row.name, longest)) for row in rows]
    names = [heading, *(row.name for row in listed)]
    name_width = max(map(display_width, names))
    number_width = max(5, *(len(str(row.n_words)) for row in listed), 0)
    yield f"{heading:{name_width}}  {'words':>{number_width}}  most frequent"
    for name, n_words, words in listed:
        padding = " " * (name_width - display_width(name))
        start = f"{name}{padding}  {n_words:{number_width}}  "
        yield start + fitting_words(words, width - display_width(start))


def cluster_rows(clusters: "TreeLookup", top: "TreeTop") -> Iterator[Row]:
    """Yield a row for each leaf of the top of a tree."""
    for node in top.leaves:
        yield _row(clusters, node, node.bit_string)


def tree_rows(clusters: "TreeLookup", top: "TreeTop") -> Iterator[Row]:
    """Yield a row for each node of the top of a tree, indented by its depth in it."""
    ends: list[int] = []  # of the nodes above
    for node in sorted([*top.inner, *top.leaves]):
        while ends and ends[-1] <= node.start:
            ends.pop()
        yield _row(clusters, node, " " * len(ends) + (node.bit_string or ROOT))
        ends.append(node.stop)


def _row(clusters: "TreeLookup", node: "Node", name: str) -> Row:
    ranks = clusters.ranks_between(node.start, node.stop)
    return Row(name, ranks.size, clusters.words_of(ranks))
