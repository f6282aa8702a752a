"""The second pass: tasks that count pairs of kept words, merge and write partitions.

`brownclust.distributed.job` runs the graph that `add_pair_tasks` extends.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._atomic import atomic_write
from brownclust.distributed.chunks import FileChunk, read_chunk
from brownclust.distributed.graph import TaskGraph, report_chunk
from brownclust.distributed.shared_data import SharedData, load_shared_data
from brownclust.distributed.worker_counts import (
    NO_TOKEN,
    count_pairs,
    left_ids,
    make_rows,
    merge_rows,
    min_keys,
    right_ids,
)
from brownclust.text.text_format import TextFormat

_NEIGHBOUR_EXPONENT = 0.75
"""A word has about ``count**0.75`` distinct neighbours: an estimate for balance."""


class PairPartition(NamedTuple):
    """One partition of the pairs, in a file of sorted rows.

    Attributes
    ----------
    path : str
        The file, an int64 array (n, 2) of keys and counts.
    n_pairs : int
        Number of pairs, those with a line edge not included.
    """

    path: str
    n_pairs: int


def partition_bounds(
    unigram_counts: NDArray[np.int64], n_partitions: int
) -> NDArray[np.int64]:
    """Divide left words into partitions with about as many pairs each.

    Parameters
    ----------
    unigram_counts : int64 array (n_words,)
        By rank.
    n_partitions : int
        Number of partitions.

    Returns
    -------
    int64 array (n_partitions - 1,)
        Rank of the first left word of each partition after the first; ascending.
    """
    n_pairs = np.cumsum(unigram_counts.astype(np.float64) ** _NEIGHBOUR_EXPONENT)
    targets = np.arange(1, n_partitions) * (n_pairs[-1] / n_partitions)
    bounds: NDArray[np.int64] = np.searchsorted(n_pairs, targets).astype(np.int64)
    return bounds


def add_pair_tasks(
    graph: TaskGraph,
    chunks: Iterable[FileChunk],
    text_format: TextFormat,
    *,
    boundary: str,
    shared_data: str,
    partitions: int,
    folder: Path,
) -> list[Any]:
    """Add the tasks of the pass to a graph.

    Parameters
    ----------
    graph : TaskGraph
        Where they are added.
    chunks : iterable of FileChunk
        The text.
    text_format : TextFormat
        How the text is read.
    boundary : {"break", "ignore", "mark"}
        What a line end is.
    shared_data : str
        File of the words kept, and of the bounds of partitions.
    partitions : int
        Number of partitions.
    folder : Path
        Where the partitions are written.

    Returns
    -------
    list of TaskRef
        The results to ask for: a `PairPartition` each, in order of left word.
    """
    loaded = graph.add(load_shared_data, shared_data)
    counted = [
        graph.add(
            count_pairs_of_chunk, chunk, text_format, boundary, loaded, graph.topic
        )
        for chunk in chunks
    ]
    cross_pairs = None
    if boundary == "ignore":
        [ends] = graph.split_and_reduce(concatenate_ends, counted, [partitions])
        cross_pairs = graph.add(pairs_across_chunks, ends)
    merged = graph.split_and_reduce(merge_rows, counted, range(partitions))
    return [
        graph.add(write_partition, rows, cross_pairs, loaded, number, str(folder))
        for number, rows in enumerate(merged)
    ]


def count_pairs_of_chunk(
    chunk: FileChunk,
    text_format: TextFormat,
    boundary: str,
    shared: SharedData,
    topic: str,
) -> list[NDArray[np.int64]]:
    """Return the sorted rows of each partition of a chunk, then its end tokens."""
    blocks = read_chunk(chunk, text_format)
    rows, ends = count_pairs(blocks, shared.vocabulary, boundary)
    cuts = np.searchsorted(rows[:, 0], min_keys(shared.bounds))
    report_chunk(topic, chunk)
    # Copies, not views: each can be freed once it has been merged.
    return [*(part.copy() for part in np.split(rows, cuts)), ends]


def concatenate_ends(*ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first and last tokens of consecutive chunks, int64 (n, 2)."""
    return np.concatenate(ends)


def pairs_across_chunks(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return sorted rows of the pairs whose words are in two different chunks.

    Each pair is the last token of a chunk and the first of the next one with tokens.
    """
    ends = ends[ends[:, 0] != NO_TOKEN]
    lefts, rights = ends[:-1, 1], ends[1:, 0]
    are_known = (lefts >= 0) & (rights >= 0)
    lefts, rights = lefts[are_known], rights[are_known]
    keys = np.sort(make_rows(lefts, rights, np.ones_like(lefts))[:, 0])
    keys, counts = np.unique(keys, return_counts=True)
    return np.stack([keys, counts.astype(np.int64)], axis=1)


def write_partition(
    rows: NDArray[np.int64],
    cross_pairs: NDArray[np.int64] | None,
    shared: SharedData,
    number: int,
    folder: str,
) -> PairPartition:
    """Write a partition to a file, which is complete or not there at all.

    Parameters
    ----------
    rows : int64 array (n, 2)
        The pairs of the partition, sorted.
    cross_pairs : int64 array (n, 2), optional
        Pairs across chunks of all partitions, sorted.
    shared : SharedData
        The words, and the bounds of partitions.
    number : int
        Which partition, from 0.
    folder : str
        Where the file is written.
    """
    if cross_pairs is not None:
        cuts = np.searchsorted(cross_pairs[:, 0], min_keys(shared.bounds))
        rows = merge_rows(rows, np.split(cross_pairs, cuts)[number])
    path = Path(folder) / f"{number}.npy"
    with atomic_write(path, "wb") as file:
        np.save(file, rows)
    edge = shared.offsets.size - 1
    keys = rows[:, 0]
    n_edges = int(np.sum((left_ids(keys) == edge) | (right_ids(keys) == edge)))
    return PairPartition(str(path), len(rows) - n_edges)
