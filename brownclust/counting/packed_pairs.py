"""Pairs of word ids with their counts, eight bytes each.

`brownclust.counting.pair_shard` counts in them, `brownclust.counting.sorting` sorts
them. The kernels are in `brownclust._kernels.counting`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_sorting import rank_pairs
from brownclust._kernels.counting.pair_table import (
    ENTRY_BITS,
    ID_BITS,
    ID_MASK,
    pack_pairs,
    unpack_pairs,
    widen_ids,
)
from brownclust._kernels.counting.word_table import LINE_EDGE

Indices = NDArray[np.int32]
Integers = NDArray[np.int64]

_MIN_ID_BITS = 20
"""Bits of an id at first: for a million words, with counts of up to eight million."""


class PairSums(NamedTuple):
    """What is added up over pairs, by the rank of a word; int64 arrays (n_ranks,)."""

    row_sizes: Integers
    """Distinct pairs with this word on the left."""
    edge_starts: Integers
    """How often the word follows a line edge."""
    edge_ends: Integers
    """How often it precedes one."""

    @classmethod
    def zeros(cls, n_ranks: int) -> "PairSums":
        """Return sums of nothing."""
        return cls(*(np.zeros(n_ranks, np.int64) for _ in cls._fields))


class PackedPairs:
    """Distinct pairs of ids and their counts, an integer for each.

    Parameters
    ----------
    entries : int64 array
        All zeros.
    n_ids : int
        Number of ids at first.

    Attributes
    ----------
    entries : int64 array
        Pairs, as in `brownclust._kernels.counting.pair_table`; 0 for none.
    id_bits : int
        Bits of an id now.

    Notes
    -----
    Ids of more words have more bits, and counts fewer: 23 with a million words, 15 with
    sixteen million. Of a larger count, the entry has a part from 1 to the largest
    number for its bits, and a dictionary the rest. Few pairs have such counts.
    """

    def __init__(self, entries: Integers, n_ids: int = 1) -> None:
        self.entries = entries
        self.id_bits = _id_bits_for(n_ids)
        self._excess: dict[int, int] = {}
        self._are_ranked = False

    @classmethod
    def from_rows(cls, rows: Integers, n_ids: int) -> "PackedPairs":
        """Return distinct pairs, int64 (n, 2), of ids below `n_ids`."""
        excess = np.empty(len(rows), np.int64)
        packed = cls(np.empty(len(rows), np.int64), n_ids)
        pack_pairs(rows, packed.id_bits, packed.entries, excess)
        packed.add_excess(rows[:, 0], excess)
        return packed

    @property
    def count_bits(self) -> int:
        """Bits of a count in an entry."""
        return _count_bits_for(self.id_bits)

    @property
    def n_excess(self) -> int:
        """Number of pairs whose counts do not fit in an entry."""
        return len(self._excess)

    def add_excess(self, keys: Integers, excess: Integers) -> None:
        """Add the parts of counts that entries have no bits for; most are 0."""
        for i in np.flatnonzero(excess).tolist():
            key = int(keys[i])
            self._excess[key] = self._excess.get(key, 0) + int(excess[i])

    def reserve_ids(self, n_ids: int) -> None:
        """Give ids below `n_ids` enough bits."""
        id_bits = _id_bits_for(n_ids)
        if id_bits <= self.id_bits:
            return
        max_count = (1 << _count_bits_for(id_bits)) - 1
        position = 0
        while True:
            position = widen_ids(
                self.entries, position, self.id_bits, id_bits, max_count
            )
            if position == self.entries.size:
                break
            here = self.entries[position : position + 1]
            row = np.empty((1, 2), np.int64)
            unpack_pairs(here, self.id_bits, row)
            rest = (row[:, 1] - 1) // max_count * max_count
            self.add_excess(row[:, 0], rest)
            here -= rest
        self.id_bits = id_bits

    def rank(self, ranks: Indices, sums: PairSums) -> None:
        """Replace ids by ranks, once; only pairs of ranked words are left.

        Parameters
        ----------
        ranks : int32 array
            Rank of each word id, -1 for words that are left out.
        sums : PairSums
            To which these pairs, and those with a line edge, are added.
        """
        if self._are_ranked:
            return
        self._are_ranked = True
        self.reserve_ids(ranks.size)
        n_pairs = rank_pairs(self.entries, self.id_bits, ranks, *sums)
        self.entries = self.entries[:n_pairs]
        excess, self._excess = self._excess, {}
        for key, count in excess.items():
            left, right = (int(ranks[i]) for i in (key >> ID_BITS, key & ID_MASK))
            if left >= 0 and right >= 0:
                self._excess[left << ID_BITS | right] = count
            elif key >> ID_BITS == LINE_EDGE and right >= 0:
                sums.edge_starts[right] += count
            elif key & ID_MASK == LINE_EDGE and left >= 0:
                sums.edge_ends[left] += count

    def excess(self) -> tuple[Integers, Integers]:
        """Return the keys of the pairs whose counts do not fit, and what is missing."""
        size = self.n_excess
        return (
            np.fromiter(self._excess, np.int64, size),
            np.fromiter(self._excess.values(), np.int64, size),
        )

    def rows(self, n_pairs: int) -> Integers:
        """Return the pairs as keys and counts, int64 (n_pairs, 2)."""
        rows = np.empty((n_pairs, 2), np.int64)
        unpack_pairs(self.entries, self.id_bits, rows)
        if self._excess:
            keys, excess = self.excess()
            order = np.argsort(rows[:, 0])
            rows[order[np.searchsorted(rows[order, 0], keys)], 1] += excess
        return rows


def _id_bits_for(n_ids: int) -> int:
    """Return the bits for ids below `n_ids`: an even number, so that few follow."""
    needed = (n_ids - 1).bit_length()
    return min(ID_BITS, max(_MIN_ID_BITS, needed + needed % 2))


def _count_bits_for(id_bits: int) -> int:
    """Return the bits that two ids leave for the count."""
    return ENTRY_BITS - 2 * id_bits
