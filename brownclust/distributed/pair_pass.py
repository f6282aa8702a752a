"""The second pass: how often each pair of words occurs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._atomic import atomic_write
from brownclust.distributed.chunks import Chunk, read_chunk
from brownclust.distributed.graph import TaskGraph, log_chunk
from brownclust.distributed.plan import Plan, load_plan
from brownclust.distributed.worker_counts import (
    NO_TOKEN,
    count_pairs,
    first_key,
    left_of,
    merge_rows,
    pair_rows,
    right_of,
)
from brownclust.text.normalise import Normaliser

_GROWTH = 0.75
"""Distinct neighbours of a word grow about like this power of its count."""


class Part(NamedTuple):
    """A file of sorted rows of pairs.

    Attributes
    ----------
    path : str
        Where it is.
    n_pairs : int
        Pairs in it, those with a line edge not included.
    """

    path: str
    n_pairs: int


def partition_bounds(
    unigram_counts: NDArray[np.int64], n_partitions: int
) -> NDArray[np.int64]:
    """Return the ranks at which all partitions but the first begin.

    Each is to have about as many pairs; of one word, all are in one.
    """
    weights = np.cumsum(unigram_counts.astype(np.float64) ** _GROWTH)
    shares = np.arange(1, n_partitions) * (weights[-1] / n_partitions)
    bounds: NDArray[np.int64] = np.searchsorted(weights, shares).astype(np.int64)
    return bounds


def plan_pairs(
    graph: TaskGraph,
    chunks: Iterable[Chunk],
    normaliser: Normaliser,
    *,
    boundary: str,
    plan: str,
    partitions: int,
    folder: Path,
) -> list[Any]:
    """Add the tasks of the pass; their results wanted are the parts, in order."""
    loaded = graph.add(load_plan, plan)
    counted = [
        graph.add(
            count_pairs_of_chunk, chunk, normaliser, boundary, loaded, graph.topic
        )
        for chunk in chunks
    ]
    seams = None
    if boundary == "ignore":
        [ends] = graph.split_and_reduce(join_ends, counted, [partitions])
        seams = graph.add(pair_ends, ends)
    rows = graph.split_and_reduce(merge_rows, counted, range(partitions))
    return [
        graph.add(write_part, part, seams, loaded, number, str(folder))
        for number, part in enumerate(rows)
    ]


def count_pairs_of_chunk(
    chunk: Chunk, normaliser: Normaliser, boundary: str, plan: Plan, topic: str
) -> list[NDArray[np.int64]]:
    """Return the sorted rows of each partition, then the chunk's ends."""
    rows, ends = count_pairs(read_chunk(chunk, normaliser), plan.vocabulary, boundary)
    cuts = np.searchsorted(rows[:, 0], first_key(plan.bounds))
    log_chunk(topic, chunk)
    # Copies, so that each is freed when it has been merged.
    return [*(part.copy() for part in np.split(rows, cuts)), ends]


def join_ends(*ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first and last tokens of chunks that follow each other."""
    return np.concatenate(ends)


def pair_ends(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sorted rows of the pairs that stand astride two chunks."""
    ends = ends[ends[:, 0] != NO_TOKEN]
    lefts, rights = ends[:-1, 1], ends[1:, 0]
    are_known = (lefts >= 0) & (rights >= 0)
    lefts, rights = lefts[are_known], rights[are_known]
    keys = np.sort(pair_rows(lefts, rights, np.ones_like(lefts))[:, 0])
    keys, counts = np.unique(keys, return_counts=True)
    return np.stack([keys, counts.astype(np.int64)], axis=1)


def write_part(
    rows: NDArray[np.int64],
    seams: NDArray[np.int64] | None,
    plan: Plan,
    number: int,
    folder: str,
) -> Part:
    """Write a partition to a file, which appears whole or not at all."""
    if seams is not None:
        cuts = np.searchsorted(seams[:, 0], first_key(plan.bounds))
        rows = merge_rows(rows, np.split(seams, cuts)[number])
    path = Path(folder) / f"{number}.npy"
    with atomic_write(path, "wb") as file:
        np.save(file, rows)
    edge = plan.offsets.size - 1
    keys = rows[:, 0]
    n_edges = int(np.sum((left_of(keys) == edge) | (right_of(keys) == edge)))
    return Part(str(path), len(rows) - n_edges)
