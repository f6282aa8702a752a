"""What counting and clustering will take at 10^8 to 10^12 tokens.

``python -m benchmarks.scale`` prints the tables of ``docs/scale.md``: sizes by the law
of `benchmarks.zipf`, constants as ``python -m benchmarks.distributed`` finds them.
Different bigrams are those of independent draws, an upper bound.
"""

import sys
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.special import gammainc

from benchmarks.report import plain
from benchmarks.zipf import _WIDTHS as WIDTHS
from benchmarks.zipf import ENGLISH
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
"""With the space; the novels have 4.7."""

POSITIONS = 20 / 21
"""Bigrams a token, as lines end."""

WORKER_BYTES = 220_000_000
"""Of a worker that has all kernels loaded."""

WORD_BYTES = 16
"""Of a word handed on: a count and an offset, beside its letters."""

PAIR_BYTES = 16
"""Of a pair handed on."""

COUNTING_BYTES = 110
"""Of a different pair of a chunk, while it is counted."""

MERGING_BYTES = 62
"""Of a different pair of a partition, in its last merge."""

MERGING_WORD_BYTES = 105
"""Of a different word of a partition, in its last merge."""

VOCABULARY_BYTES = 100
"""Of a word kept, in each worker that counts pairs."""

SECONDS_PER_TOKEN = 3.1e-7
"""Of both passes together, on one core."""

SECONDS_PER_TASK = 3e-3
"""Of a worker, besides."""


@dataclass(frozen=True)
class Sizes:
    """Different words and pairs of so many tokens, by the law."""

    words: float
    pairs: float


def sizes(n_tokens: float, min_count: int = 1, part: float = 1) -> Sizes:
    """Return what there is of words that occur so often, in all or a part of the text.

    Words are those of the part, however often they occur.
    """
    return Sizes(
        ENGLISH.types(n_tokens * part, min_count if part == 1 else 1),
        ENGLISH.bigrams(n_tokens * part * POSITIONS, n_tokens, min_count),
    )


def n_tasks_of_pass(n_chunks: int, partitions: int, n_others: int = 0) -> int:
    """Return the tasks of a pass with `n_others` results that are not of a partition.

    These are handed over and merged like the others, and are those of totals.
    """
    n_merges, left = 0, n_chunks
    while left > 1:
        # A group of one is passed on as it is.
        n_merges += left // FAN_IN + (left % FAN_IN > 1)
        left = ceil(left / FAN_IN)
    n_parts = partitions + n_others
    return n_chunks + n_parts * (n_chunks + n_merges) + partitions


def n_tasks(n_chunks: int, partitions: int) -> int:
    """Return the tasks of both passes; the second loads its plan once."""
    words = n_tasks_of_pass(n_chunks, partitions, n_others=1)
    return words + n_tasks_of_pass(n_chunks, partitions) + 1


def clustering_seconds(n_tokens: float, min_count: int, window: int) -> float:
    """Return about what `brownclust.tree.planning` would say of counts by the law."""
    p = ENGLISH.probabilities()
    words = WIDTHS * gammainc(min_count, n_tokens * p)
    late = np.where(np.cumsum(WIDTHS) <= window, 0, words)
    pairs = -np.expm1(-n_tokens * POSITIONS * np.outer(p, p))
    few = np.searchsorted(np.cumsum(WIDTHS), window) + 1
    first = np.repeat(np.arange(few), WIDTHS[:few].astype(int))[:window]
    entering = 2 * (pairs @ late)[first]
    both_late = 2 * float(late @ pairs @ late)
    filled = (pairs @ words)[first] + (entering.sum() + both_late) / window
    lists = -window * np.expm1(-filled / window)
    shares = p[first] + (1 - p[first].sum()) / window
    least = ENTROPY_TABLE_SIZE / COOCCURRENCE_RATIO / n_tokens / shares
    large = np.minimum(lists, window - np.searchsorted(shares[::-1], least))
    per_scan, looked_up, loaded, computed = np.array(SECONDS_PER_UNIT)[[2, 3, 5, 6]]
    grown = (entering @ lists + both_late * lists.mean()) * looked_up
    grown += (entering @ large + both_late * large.mean()) * computed
    # Loading the window, and the last merges, whose squares sum to two thirds.
    last = (lists @ lists) * loaded * 5 / 3 + (lists @ large) * computed * 2 / 3
    return float(grown + last + late.sum() * window**1.25 * per_scan)


def clustering_bytes(kept: Sizes, window: int) -> float:
    """Return the memory of ``brownclust cluster``, given counts of these words."""
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
    """Return a row a size."""
    heading = "tokens,bytes,words,min count,kept,pairs,block,partitions,tasks,core h"
    heading += ",words moved,pairs moved,counting,merging,waiting,disk"
    rows = [heading.split(",")]
    for n_tokens, min_count, block, partitions in SETTINGS:
        n_bytes = n_tokens * BYTES_PER_TOKEN
        n_chunks = ceil(n_bytes / block)
        of_all, kept = sizes(n_tokens), sizes(n_tokens, min_count)
        of_chunk = sizes(n_tokens, min_count, 1 / n_chunks)
        moved = n_chunks * of_chunk.words * (BYTES_PER_TOKEN + WORD_BYTES)
        pairs_moved = n_chunks * of_chunk.pairs * PAIR_BYTES
        vocabulary = VOCABULARY_BYTES * kept.words
        counting = WORKER_BYTES + COUNTING_BYTES * of_chunk.pairs + vocabulary
        merging = MERGING_BYTES * kept.pairs / partitions
        merging_words = MERGING_WORD_BYTES * of_all.words / partitions
        core_seconds = SECONDS_PER_TOKEN * n_tokens
        core_seconds += SECONDS_PER_TASK * n_tasks(n_chunks, partitions)
        rows.append(
            [
                *(f"{n_tokens:.0e}", human(n_bytes), human(of_all.words)),
                *(str(min_count), human(kept.words), human(kept.pairs)),
                *(human(block), str(partitions), f"{n_tasks(n_chunks, partitions):,}"),
                human(core_seconds / 3600),
                *(human(moved), human(pairs_moved), human(counting)),
                human(WORKER_BYTES + max(merging, merging_words)),
                human(waiting_bytes(n_tokens, min_count, n_chunks)),
                human(28 * kept.pairs),
            ]
        )
    return rows


def waiting_bytes(n_tokens: float, min_count: int, n_chunks: int) -> float:
    """Return what all workers hold of pairs until it is merged, in the best order.

    That is up to one result less than a merge takes, at each level of the tree.
    """
    total, merged = 0.0, 1
    while merged < n_chunks:
        pairs = sizes(n_tokens, min_count, merged / n_chunks).pairs
        total += PAIR_BYTES * pairs * (min(FAN_IN, n_chunks / merged) - 1)
        merged *= FAN_IN
    return total


def table_of_clustering() -> list[list[str]]:
    """Return a row a size and least count."""
    heading = "tokens,min count,kept,pairs,npz,memory,c=1000 h,c=3200 h"
    rows = [heading.split(",")]
    for n_tokens, level, *_ in SETTINGS:
        for min_count in (level, 10 * level, 100 * level):
            kept = sizes(n_tokens, min_count)
            hours = [
                clustering_seconds(n_tokens, min_count, window) / 3600
                for window in (1000, 3200)
            ]
            rows.append(
                [
                    *(f"{n_tokens:.0e}", f"{min_count:,}", human(kept.words)),
                    *(human(kept.pairs), human(12 * kept.pairs + 40 * kept.words)),
                    human(clustering_bytes(kept, 3200)),
                    *(f"{one:.2g}" for one in hours),
                ]
            )
    return rows


def human(number: float) -> str:
    """Return a number to three figures with a letter for thousands."""
    for letter in ("", "k", "M", "G", "T"):
        if number < 1000:
            return f"{number:.3g}{letter}"
        number /= 1000
    return f"{number:.3g}P"


if __name__ == "__main__":
    sys.exit(main())
