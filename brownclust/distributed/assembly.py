"""The parts that workers wrote become one file of counts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.counting.origin import Origin
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.vocabulary import Vocabulary
from brownclust.distributed.pair_pass import Part
from brownclust.distributed.worker_counts import left_of, right_of

_BLOCK = 1 << 20
"""Rows in memory at a time."""


def assemble(
    output: Path,
    parts: Sequence[Part],
    vocabulary: Vocabulary,
    unigram_counts: NDArray[np.int64],
    folder: Path,
    *,
    origin: Origin,
    source: dict[str, Any],
    **totals: Any,
) -> None:
    """Write what `BigramCounts.save` would; the pairs go by way of mapped files.

    Parameters
    ----------
    output : Path
        The file of counts; it appears whole or not at all.
    parts : sequence of Part
        Where the pairs are, in order.
    vocabulary, unigram_counts, origin, source, **totals
        Attributes of `BigramCounts` and its table.
    folder : Path
        For the mapped files, 12 bytes a pair.
    """
    n_types = len(vocabulary)
    sizes, edge_starts, edge_ends = (np.zeros(n_types, np.int64) for _ in range(3))
    n_pairs = sum(part.n_pairs for part in parts)
    indices = _map(folder / "indices.npy", np.int32, n_pairs)
    counts = _map(folder / "counts.npy", np.int64, n_pairs)
    end = 0
    for rows in _blocks(parts):
        lefts, rights = left_of(rows[:, 0]), right_of(rows[:, 0])
        is_start, is_end = lefts == n_types, rights == n_types
        edge_starts[rights[is_start]] = rows[is_start, 1]
        edge_ends[lefts[is_end]] = rows[is_end, 1]
        is_pair = ~(is_start | is_end)
        lefts = lefts[is_pair]
        if not lefts.size:
            continue
        sizes[lefts[0] : lefts[-1] + 1] += np.bincount(lefts - lefts[0])
        start, end = end, end + lefts.size
        indices[start:end] = rights[is_pair]
        counts[start:end] = rows[is_pair, 1]
    offsets = np.zeros(n_types + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    successors = SparseRows(offsets, indices, counts)
    table = CountTable(unigram_counts, successors, edge_starts, edge_ends, **totals)
    BigramCounts(vocabulary, table, origin, source).save(output)


def _blocks(parts: Sequence[Part]) -> Iterator[NDArray[np.int64]]:
    for part in parts:
        rows = np.load(part.path, mmap_mode="r")
        for first in range(0, len(rows), _BLOCK):
            yield np.array(rows[first : first + _BLOCK])


def _map(path: Path, dtype: type, size: int) -> NDArray[Any]:
    if not size:  # nothing can be mapped
        return np.empty(0, dtype)
    return np.lib.format.open_memmap(path, "w+", dtype, (size,))
