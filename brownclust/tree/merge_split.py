"""Rounds of refinement in which two clusters are merged, and a third one is split.

Words that move one by one cannot do that: the first half of the way loses.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree.exchange.splitting import move_words, try_split
from brownclust._kernels.tree.exchange.state import ExchangeState
from brownclust.counting.count_table import CountTable
from brownclust.tree.agglomerate import iter_merges
from brownclust.tree.state import scale_bits

PASSES = 3
"""Of words between the two halves of a cluster."""


class Split(NamedTuple):
    """A cluster that may be split.

    Attributes
    ----------
    gain : int
        What the objective would gain, in its units.
    cluster : int
        Its number.
    words : int64 array
        The words that would leave it.
    """

    gain: int
    cluster: int
    words: NDArray[np.int64]


def merge_and_split(state: ExchangeState, counts: CountTable) -> int:
    """Merge the cheapest pairs of clusters, and split others instead.

    Parameters
    ----------
    state : ExchangeState
        The clustering; it is changed.
    counts : CountTable
        Counts of all words.

    Returns
    -------
    int
        Number of pairs merged. Each merge is expected to lose less than the split gains
        that takes place instead; no cluster takes part in two.
    """
    splits = sorted(_splits(state, counts), key=lambda split: -split.gain)
    used: set[int] = set()
    n_merged = 0
    for loss, kept, emptied in _merges(state, counts):
        if used & {kept, emptied}:
            continue
        open_splits = (
            split for split in splits if split.cluster not in {kept, emptied, *used}
        )
        best = next(open_splits, None)
        if best is None or best.gain <= loss:
            break
        used |= {kept, emptied, best.cluster}
        move_words(state, counts, np.flatnonzero(state.labels == emptied), kept)
        move_words(state, counts, best.words, emptied)
        n_merged += 1
    return n_merged


def _splits(state: ExchangeState, counts: CountTable) -> list[Split]:
    """Return the best split that was found of each cluster."""
    order = np.argsort(state.labels, kind="stable")
    ends = np.cumsum(np.bincount(state.labels, minlength=state.n_targets))
    splits = []
    for cluster, members in enumerate(np.split(order, ends[:-1])):
        words = members[state.is_fixed[members] == 0]
        if members.size > 1 and words.size:
            is_moved = np.zeros(words.size, np.bool_)
            gain = try_split(state, counts, words, PASSES, is_moved)
            if 0 < np.count_nonzero(is_moved) < members.size:
                splits.append(Split(int(gain), cluster, words[is_moved]))
    return splits


def _merges(
    state: ExchangeState, counts: CountTable
) -> Iterator[tuple[float, int, int]]:
    """Yield pairs of clusters by loss, in units of the objective; each has one pair.

    They are the first merges of clusters in the tree over them, of which most are never
    asked for. A loss is that after earlier merges, which hardly differs.
    """
    n_clusters = state.n_targets
    table = counts.group(state.labels, n_clusters)
    unit = state.entropies.unit / 2.0 ** scale_bits(table.n_tokens)
    is_fixed = np.zeros(n_clusters, np.bool_)
    is_fixed[state.labels[state.is_fixed != 0]] = True
    for left, right, loss in iter_merges(table, n_clusters):
        if right >= n_clusters or (is_fixed[left] and is_fixed[right]):
            continue
        kept, emptied = (left, right) if is_fixed[left] else (right, left)
        yield loss * unit, kept, emptied
