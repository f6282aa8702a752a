"""The first pass: tasks that count words, merge partitions of them, and select words.

`brownclust.distributed.job` runs the graph that `add_word_tasks` extends.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from brownclust._kernels.counting.partitions import assign_partitions
from brownclust._kernels.counting.word_table import gather_words
from brownclust.counting.phrases import Phrases
from brownclust.distributed.chunks import (
    BadFileError,
    FileChunk,
    read_chunk,
    read_range,
)
from brownclust.distributed.graph import TaskGraph, report_chunk
from brownclust.distributed.shared_data import SharedData, load_shared_data
from brownclust.distributed.worker_counts import (
    WordCounts,
    are_in,
    count_words,
    merge_words,
)
from brownclust.text.text_format import TextFormat


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a text.

    Attributes
    ----------
    n_tokens, n_lines : int
        As in `BigramCounts`.
    skipped : dict
        For each file that was skipped, by address, the reason.
    """

    n_tokens: int = 0
    n_lines: int = 0
    skipped: dict[str, str] = field(default_factory=dict)


def add_word_tasks(
    graph: TaskGraph,
    chunks: Iterable[FileChunk],
    text_format: TextFormat,
    *,
    min_count: int,
    wanted: str | None,
    partitions: int,
    skip_bad_files: bool,
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
    min_count : int
        Words that occur less often are dropped.
    wanted : str or None
        File of the only words to keep, as `SharedData`.
    partitions : int
        Number of partitions.
    skip_bad_files : bool
        Whether damaged files are skipped rather than an error.

    Returns
    -------
    list of TaskRef
        The results to ask for: `Totals`, then `WordCounts` of each partition.
    """
    counted = [
        graph.add(
            count_words_of_chunk,
            chunk,
            text_format,
            partitions,
            skip_bad_files,
            graph.topic,
        )
        for chunk in chunks
    ]
    [totals] = graph.split_and_reduce(add_totals, counted, [partitions])
    words = graph.split_and_reduce(merge_words, counted, range(partitions))
    loaded = None if wanted is None else graph.add(load_shared_data, wanted)
    kept = [graph.add(keep_words, merged, min_count, loaded) for merged in words]
    return [totals, *kept]


def count_words_of_chunk(
    chunk: FileChunk,
    text_format: TextFormat,
    n_partitions: int,
    skip_bad_files: bool,
    topic: str,
) -> list[Any]:
    """Return the `WordCounts` of each partition of a chunk, then its `Totals`."""
    skipped: dict[str, str] = {}
    if not skip_bad_files:
        words, n_lines = count_words(read_chunk(chunk, text_format))
    else:
        counted = []
        phrases = Phrases(text_format)
        for range_ in chunk.ranges:
            try:
                blocks = phrases.join(read_range(range_, text_format))
                counted.append(count_words(blocks))
            except BadFileError as error:
                skipped[error.address] = str(error)
        words = merge_words(*(words for words, _ in counted))
        n_lines = sum(n_lines for _, n_lines in counted)
    totals = Totals(int(words.counts.sum()), n_lines, skipped)
    report_chunk(topic, chunk)
    return [*split_words(words, n_partitions), totals]


def split_words(words: WordCounts, n_partitions: int) -> list[WordCounts]:
    """Return the words of each partition, which depends on a word's bytes alone."""
    partition_of = np.empty(words.counts.size, np.int64)
    assign_partitions(words.buffer, words.offsets, n_partitions, partition_of)
    order = np.argsort(partition_of, kind="stable")
    buffer, offsets = np.empty_like(words.buffer), np.zeros_like(words.offsets)
    gather_words(words.buffer, words.offsets, order, buffer, offsets)
    counts = words.counts[order]
    ends = np.searchsorted(partition_of[order], np.arange(n_partitions + 1))
    # Copies, not views: each can be freed once it has been merged.
    return [
        WordCounts(
            buffer[offsets[start] : offsets[end]].copy(),
            offsets[start : end + 1] - offsets[start],
            counts[start:end].copy(),
        )
        for start, end in pairwise(ends)
    ]


def add_totals(*totals: Totals) -> Totals:
    """Return the sums; skipped files stay in order."""
    return Totals(
        sum(one.n_tokens for one in totals),
        sum(one.n_lines for one in totals),
        {file: why for one in totals for file, why in one.skipped.items()},
    )


def keep_words(
    words: WordCounts, min_count: int, wanted: SharedData | None
) -> WordCounts:
    """Return the words that may be kept: wanted ones with at least `min_count`.

    If there are none, returns the most frequent of the wanted words: if no partition
    has words to keep, the error names the count of the most frequent word.
    """
    is_kept = np.ones(words.counts.size, bool)
    if wanted is not None:
        is_kept = are_in(wanted.vocabulary, words.vocabulary)
    counts = np.where(is_kept, words.counts, 0)
    threshold = max(1, min(min_count, int(counts.max(initial=0))))
    kept = np.flatnonzero(counts >= threshold)
    vocabulary = words.vocabulary.select(kept)
    return WordCounts(vocabulary.buffer, vocabulary.offsets, counts[kept])
