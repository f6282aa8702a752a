"""The first pass: how often each word occurs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from brownclust._kernels.counting.partitions import share_out
from brownclust._kernels.counting.word_table import gather_words
from brownclust.distributed.chunks import BadFileError, Chunk, read_chunk, read_piece
from brownclust.distributed.graph import TaskGraph, log_chunk
from brownclust.distributed.plan import load_plan
from brownclust.distributed.worker_counts import (
    WordCounts,
    are_in,
    count_words,
    merge_words,
)
from brownclust.text.normalise import Normaliser


@dataclass(frozen=True, slots=True)
class Totals:
    """What is summed over all words.

    Attributes
    ----------
    n_tokens, n_lines : int
        As in `BigramCounts`.
    skipped : dict
        Why a file was skipped, by address.
    """

    n_tokens: int = 0
    n_lines: int = 0
    skipped: dict[str, str] = field(default_factory=dict)


def plan_words(
    graph: TaskGraph,
    chunks: Iterable[Chunk],
    normaliser: Normaliser,
    *,
    min_count: int,
    wanted: str | None,
    partitions: int,
    skip_bad_files: bool,
) -> list[Any]:
    """Add the tasks of the pass.

    Their results wanted: `Totals`, then for each partition the words kept.
    """
    counted = [
        graph.add(
            count_words_of_chunk,
            chunk,
            normaliser,
            partitions,
            skip_bad_files,
            graph.topic,
        )
        for chunk in chunks
    ]
    [totals] = graph.split_and_reduce(add_totals, counted, [partitions])
    words = graph.split_and_reduce(merge_words, counted, range(partitions))
    vocabulary = None if wanted is None else graph.add(load_plan, wanted)
    kept = [graph.add(keep_words, part, min_count, vocabulary) for part in words]
    return [totals, *kept]


def count_words_of_chunk(
    chunk: Chunk,
    normaliser: Normaliser,
    n_partitions: int,
    skip_bad_files: bool,
    topic: str,
) -> list[Any]:
    """Return the words of each partition, then the totals."""
    skipped: dict[str, str] = {}
    if not skip_bad_files:
        words, n_lines = count_words(read_chunk(chunk, normaliser))
    else:
        counted = []
        for piece in chunk.pieces:
            try:
                counted.append(count_words(read_piece(piece, normaliser)))
            except BadFileError as error:
                skipped[error.address] = str(error)
        words = merge_words(*(words for words, _ in counted))
        n_lines = sum(n_lines for _, n_lines in counted)
    totals = Totals(int(words.counts.sum()), n_lines, skipped)
    log_chunk(topic, chunk)
    return [*split_words(words, n_partitions), totals]


def split_words(words: WordCounts, n_partitions: int) -> list[WordCounts]:
    """Return the words of each partition: the same one for a word, wherever it is."""
    partition_of = np.empty(words.counts.size, np.int64)
    share_out(words.buffer, words.offsets, n_partitions, partition_of)
    order = np.argsort(partition_of, kind="stable")
    buffer, offsets = np.empty_like(words.buffer), np.zeros_like(words.offsets)
    gather_words(words.buffer, words.offsets, order, buffer, offsets)
    counts = words.counts[order]
    ends = np.searchsorted(partition_of[order], np.arange(n_partitions + 1))
    # Copies, so that each is freed when it has been merged.
    return [
        WordCounts(
            buffer[offsets[start] : offsets[end]].copy(),
            offsets[start : end + 1] - offsets[start],
            counts[start:end].copy(),
        )
        for start, end in pairwise(ends)
    ]


def add_totals(*parts: Totals) -> Totals:
    """Return the sums; files skipped stay in order."""
    return Totals(
        sum(part.n_tokens for part in parts),
        sum(part.n_lines for part in parts),
        {file: why for part in parts for file, why in part.skipped.items()},
    )


def keep_words(words: WordCounts, min_count: int, wanted: Any) -> WordCounts:
    """Return the words that are wanted and frequent, or else the most frequent one.

    That one tells the caller, who may be left with no word, what is the most.
    """
    is_kept = np.ones(words.counts.size, bool)
    if wanted is not None:
        is_kept = are_in(wanted.vocabulary, words.vocabulary)
    counts = np.where(is_kept, words.counts, 0)
    least = max(1, min(min_count, int(counts.max(initial=0))))
    kept = np.flatnonzero(counts >= least)
    vocabulary = words.vocabulary.select(kept)
    return WordCounts(vocabulary.buffer, vocabulary.offsets, counts[kept])
