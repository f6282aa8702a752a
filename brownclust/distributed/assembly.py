"""Put the partitions of pairs that workers wrote into one file of counts.

The last step of `brownclust.distributed.job`, on the client.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.counting.origin import Origin
from brownclust.counting.sparse_rows import SparseRows, offsets_from_sizes
from brownclust.counting.vocabulary import Vocabulary
from brownclust.distributed.pair_pass import PairPartition
from brownclust.distributed.worker_counts import left_ids, right_ids

_ROWS_PER_BLOCK = 1 << 20
"""Rows in memory at a time: 16 MiB of the many gigabytes."""


def assemble(
    output: Path,
    partitions: Sequence[PairPartition],
    vocabulary: Vocabulary,
    unigram_counts: NDArray[np.int64],
    folder: Path,
    *,
    origin: Origin,
    source: dict[str, Any],
    **totals: Any,
) -> None:
    """Write the file of counts, as `BigramCounts.save` does.

    Parameters
    ----------
    output : Path
        The file of counts; it is complete or not there at all.
    partitions : sequence of PairPartition
        The pairs, in order of left word.
    vocabulary, unigram_counts, origin, source, **totals
        Attributes of `BigramCounts` and its table.
    folder : Path
        A folder for temporary files.

    Notes
    -----
    The pairs go through mapped files, 12 bytes a pair on disk, so memory does not
    depend on their number.
    """
    n_types = len(vocabulary)
    sizes, edge_starts, edge_ends = (np.zeros(n_types, np.int64) for _ in range(3))
    n_pairs = sum(partition.n_pairs for partition in partitions)
    indices = _map(folder / "indices.npy", np.int32, n_pairs)
    counts = _map(folder / "counts.npy", np.int64, n_pairs)
    end = 0
    for rows in _blocks(partitions):
        lefts, rights = left_ids(rows[:, 0]), right_ids(rows[:, 0])
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
    successors = SparseRows(offsets_from_sizes(sizes), indices, counts)
    table = CountTable(unigram_counts, successors, edge_starts, edge_ends, **totals)
    BigramCounts(vocabulary, table, origin, source).save(output)


def _blocks(partitions: Sequence[PairPartition]) -> Iterator[NDArray[np.int64]]:
    for partition in partitions:
        rows = np.load(partition.path, mmap_mode="r")
        for first in range(0, len(rows), _ROWS_PER_BLOCK):
            yield np.array(rows[first : first + _ROWS_PER_BLOCK])


def _map(path: Path, dtype: type, size: int) -> NDArray[Any]:
    if not size:  # an empty file cannot be mapped
        return np.empty(0, dtype)
    return np.lib.format.open_memmap(path, "w+", dtype, (size,))
