"""Predict the cost of counting and clustering at 10^8 to 10^12 tokens.

``python -m benchmarks.scale`` prints the tables of ``docs/scale.md``. Numbers of words
and pairs follow the law of `benchmarks.word_law`; the constants are measurements of
``python -m benchmarks.distributed``. The number of distinct pairs assumes independent
draws of words, so it is an upper bound.
"""

import sys
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.special import gammainc

from benchmarks.report import plain
from benchmarks.word_law import ENGLISH, GROUP_WIDTHS
from brownclust.distributed.graph import FAN_IN
from brownclust.tree.planning import (
    CLUSTERING_BYTES,
    COOCCURRENCE_RATIO,
    PROCESS_BYTES,
    READING_BYTES,
    SECONDS_PER_UNIT,
)
from brownclust.tree.state import ENTROPY_TABLE_SIZE, memory_needed

BYTES_PER_TOKEN = 5
"""Bytes of text per token, space included; English novels have 4.7."""

BIGRAMS_PER_TOKEN = 20 / 21
"""The last token of a line, one of 21, starts no bigram."""

WORKER_BYTES = 220_000_000
"""Memory of a worker with all kernels loaded."""

WORD_BYTES = 16
"""Bytes moved per word, besides its spelling: a count and an offset."""

PAIR_BYTES = 16
"""Bytes moved per pair."""

COUNTING_BYTES = 110
"""Memory per distinct pair of a chunk while the chunk is counted."""

MERGING_BYTES = 62
"""Memory per distinct pair of a partition in its last merge."""

MERGING_WORD_BYTES = 105
"""Memory per distinct word of a partition in its last merge."""

VOCABULARY_BYTES = 100
"""Memory per word of the vocabulary in each worker that counts pairs."""

DISK_BYTES = 28
"""Bytes of shared disk per pair until the file of counts is complete."""

FILE_BYTES = (12, 40)
"""Bytes per distinct pair and per word of an uncompressed file of counts."""

CLUSTERS = (1000, 3200)
"""Numbers of clusters in the table of clustering."""

SECONDS_PER_TOKEN = 3.1e-7
"""Core seconds of both passes together."""

SECONDS_PER_TASK = 3e-3
"""Overhead of a task on a worker, in core seconds."""


@dataclass(frozen=True)
class Sizes:
    """Predicted numbers of distinct words and of distinct pairs."""

    words: float
    pairs: float


def sizes(n_tokens: float, min_count: int = 1, part: float = 1) -> Sizes:
    """Return the sizes of a text of `n_tokens`, or of a part of it.

    Parameters
    ----------
    n_tokens : float
        Number of tokens of the whole text.
    min_count : int
        Pairs are those of words that occur this often in the whole text. Words are
        filtered only if `part` is 1: a worker sees all words of its part.
    part : float
        The fraction of the text, from 0 to 1.
    """
    return Sizes(
        ENGLISH.types(n_tokens * part, min_count if part == 1 else 1),
        ENGLISH.bigrams(n_tokens * part * BIGRAMS_PER_TOKEN, n_tokens, min_count),
    )


def n_tasks_of_pass(n_chunks: int, partitions: int, n_others: int = 0) -> int:
    """Return the number of tasks of a pass.

    Each chunk gives one result per partition and `n_others` further results, such as
    totals, which are moved and merged in the same way.
    """
    n_merges, left = 0, n_chunks
    while left > 1:
        # A group of one needs no merge.
        n_merges += left // FAN_IN + (left % FAN_IN > 1)
        left = ceil(left / FAN_IN)
    n_parts = partitions + n_others
    return n_chunks + n_parts * (n_chunks + n_merges) + partitions


def n_tasks(n_chunks: int, partitions: int) -> int:
    """Return the number of tasks of both passes; one more loads the plan."""
    words = n_tasks_of_pass(n_chunks, partitions, n_others=1)
    return words + n_tasks_of_pass(n_chunks, partitions) + 1


def clustering_seconds(n_tokens: float, min_count: int, window: int) -> float:
    """Return about what `brownclust.tree.planning` would predict from real counts.

    The formulas are those of `amount_of_work` there, applied to expected counts of the
    law instead of counts of a text. Ranks come in groups of equal probability.
    """
    p = ENGLISH.probabilities()
    n_words = GROUP_WIDTHS * gammainc(min_count, n_tokens * p)
    n_late = np.where(np.cumsum(GROUP_WIDTHS) <= window, 0, n_words)
    pair_probability = -np.expm1(-n_tokens * BIGRAMS_PER_TOKEN * np.outer(p, p))
    # The group of each word that starts in the window.
    n_groups = np.searchsorted(np.cumsum(GROUP_WIDTHS), window) + 1
    groups = np.arange(n_groups)
    group_of_slot = np.repeat(groups, GROUP_WIDTHS[:n_groups].astype(int))[:window]
    # Bigrams of words that enter later: with the first words, and with each other.
    n_entering = 2 * (pair_probability @ n_late)[group_of_slot]
    n_both_late = 2 * float(n_late @ pair_probability @ n_late)
    degrees = (pair_probability @ n_words)[group_of_slot]
    degrees = degrees + (n_entering.sum() + n_both_late) / window
    list_lengths = -window * np.expm1(-degrees / window)
    # Words that enter are spread evenly over the clusters.
    cluster_p = p[group_of_slot] + (1 - p[group_of_slot].sum()) / window
    min_p = ENTROPY_TABLE_SIZE / COOCCURRENCE_RATIO / n_tokens / cluster_p
    n_large = window - np.searchsorted(cluster_p[::-1], min_p)
    n_large = np.minimum(list_lengths, n_large)
    # Seconds per unit: a scanned slot, an update from the table, one while loading or
    # in the last merges, and one with computed logarithms.
    scan, look_up, load, compute = np.array(SECONDS_PER_UNIT)[[2, 3, 5, 6]]
    updates = (n_entering @ list_lengths + n_both_late * list_lengths.mean()) * look_up
    updates += (n_entering @ n_large + n_both_late * n_large.mean()) * compute
    # Loading takes the sum of squared lengths once. The last merges, with fewer and
    # fewer clusters, take about two thirds of it.
    last = (list_lengths @ list_lengths) * load * 5 / 3
    last += (list_lengths @ n_large) * compute * 2 / 3
    return float(updates + last + n_late.sum() * window**1.25 * scan)


def clustering_bytes(kept: Sizes, window: int) -> float:
    """Return the peak memory of ``brownclust cluster`` for counts of this size."""
    reading = READING_BYTES[0] * kept.pairs + READING_BYTES[1] * kept.words
    clustering = CLUSTERING_BYTES[0] * kept.pairs + CLUSTERING_BYTES[1] * kept.words
    clustering += memory_needed(window, int(kept.pairs))
    return PROCESS_BYTES + max(reading, clustering)


SETTINGS = (  # tokens, --min-count, --block-size, --partitions
    (10**8, 1, 128_000_000, 16),
    (10**9, 5, 512_000_000, 16),
    (10**10, 20, 1_000_000_000, 32),
    (10**11, 100, 2_000_000_000, 64),
    (10**12, 1000, 4_000_000_000, 256),
)


def main() -> int:
    """Print the tables; return the exit code."""
    print(plain(table_of_counting()), plain(table_of_clustering()), sep="\n\n")
    return 0


def table_of_counting() -> list[list[str]]:
    """Return one row per size of text."""
    heading = "tokens,bytes,words,min count,kept,pairs,block,partitions,tasks,core h"
    heading += ",words moved,pairs moved,counting,merging,waiting,disk"
    rows = [heading.split(",")]
    for n_tokens, min_count, block, partitions in SETTINGS:
        n_bytes = n_tokens * BYTES_PER_TOKEN
        n_chunks = ceil(n_bytes / block)
        text, kept = sizes(n_tokens), sizes(n_tokens, min_count)
        chunk = sizes(n_tokens, min_count, 1 / n_chunks)
        words_moved = n_chunks * chunk.words * (BYTES_PER_TOKEN + WORD_BYTES)
        pairs_moved = n_chunks * chunk.pairs * PAIR_BYTES
        vocabulary = VOCABULARY_BYTES * kept.words
        counting = WORKER_BYTES + COUNTING_BYTES * chunk.pairs + vocabulary
        merging = MERGING_BYTES * kept.pairs / partitions
        merging_words = MERGING_WORD_BYTES * text.words / partitions
        core_seconds = SECONDS_PER_TOKEN * n_tokens
        core_seconds += SECONDS_PER_TASK * n_tasks(n_chunks, partitions)
        rows.append(
            [
                *(f"{n_tokens:.0e}", short_number(n_bytes), short_number(text.words)),
                *(str(min_count), short_number(kept.words), short_number(kept.pairs)),
                *(
                    short_number(block),
                    str(partitions),
                    f"{n_tasks(n_chunks, partitions):,}",
                ),
                short_number(core_seconds / 3600),
                *(
                    short_number(words_moved),
                    short_number(pairs_moved),
                    short_number(counting),
                ),
                short_number(WORKER_BYTES + max(merging, merging_words)),
                short_number(waiting_bytes(n_tokens, min_count, n_chunks)),
                short_number(DISK_BYTES * kept.pairs),
            ]
        )
    return rows


def waiting_bytes(n_tokens: float, min_count: int, n_chunks: int) -> float:
    """Return the memory of counted pairs that wait for a merge, over all workers.

    This assumes the best order of tasks: at each level of the merge tree, at most one
    result less than a merge needs is waiting.
    """
    total, merged = 0.0, 1
    while merged < n_chunks:
        pairs = sizes(n_tokens, min_count, merged / n_chunks).pairs
        total += PAIR_BYTES * pairs * (min(FAN_IN, n_chunks / merged) - 1)
        merged *= FAN_IN
    return total


def table_of_clustering() -> list[list[str]]:
    """Return one row per size of text and minimum count."""
    rows = [["tokens", "min count", "kept", "pairs", "npz", "memory"]]
    rows[0] += [f"c={n_clusters} h" for n_clusters in CLUSTERS]
    for n_tokens, level, *_ in SETTINGS:
        for min_count in (level, 10 * level, 100 * level):
            kept = sizes(n_tokens, min_count)
            file_size = FILE_BYTES[0] * kept.pairs + FILE_BYTES[1] * kept.words
            hours = [
                clustering_seconds(n_tokens, min_count, window) / 3600
                for window in CLUSTERS
            ]
            rows.append(
                [
                    *(f"{n_tokens:.0e}", f"{min_count:,}", short_number(kept.words)),
                    *(short_number(kept.pairs), short_number(file_size)),
                    short_number(clustering_bytes(kept, max(CLUSTERS))),
                    *(f"{h:.2g}" for h in hours),
                ]
            )
    return rows


def short_number(number: float) -> str:
    """Return a number with three significant digits and a letter for its magnitude."""
    for letter in ("", "k", "M", "G", "T"):
        if number < 1000:
            return f"{number:.3g}{letter}"
        number /= 1000
    return f"{number:.3g}P"


if __name__ == "__main__":
    sys.exit(main())
