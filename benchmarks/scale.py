"""Predict the cost of counting and clustering at 10^8 to 10^12 tokens.

``python -m benchmarks.scale`` prints tables of ``docs/scale.md``, and writes them with
``--write docs/scale.md``. Numbers of words and pairs follow the law of
`benchmarks.word_law`. The constants of counting are measurements of ``python -m
benchmarks.distributed``, those of clustering of ``python -m benchmarks.planning``. The
number of distinct pairs assumes independent draws of words: an upper bound.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from scipy.special import gammainc

from benchmarks.report import markdown
from benchmarks.word_law import ENGLISH, GROUP_WIDTHS
from brownclust._validation import must_be
from brownclust.distributed.graph import FAN_IN
from brownclust.tree.planning import (
    CLUSTERING_BYTES,
    PROCESS_BYTES,
    READING_BYTES,
    SECONDS_PER_UNIT,
    per_thread,
)
from brownclust.tree.state import memory_needed
from brownclust.tree.workload import ClusteringSize, amount_of_work, filled_slots

BYTES_PER_TOKEN = 5
"""Bytes of text per token, space included; English novels have 4.7."""

BIGRAMS_PER_TOKEN = 20 / 21
"""The last token of a line, one of 21, starts no bigram."""

WORKER_BYTES = 220_000_000
"""Memory of a worker with all kernels loaded."""

WORD_BYTES = (8, 16)
"""Bytes moved per distinct word: its spelling; a count and an offset."""

PAIR_BYTES = 16
"""Bytes moved per pair."""

COUNTING_BYTES = 110
"""Memory per distinct pair of a chunk while the chunk is counted."""

MERGING_BYTES = 64
"""Memory per distinct pair of a partition in its last merge."""

MERGING_WORD_BYTES = 108
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


def clustering_size(n_tokens: float, min_count: int, window: int) -> ClusteringSize:
    """Return the size of clustering, of expected counts of the law.

    Ranks come in groups of equal probability; words that enter are spread evenly over
    the clusters.
    """
    p = ENGLISH.probabilities()
    n_words = GROUP_WIDTHS * gammainc(min_count, n_tokens * p)
    ends = np.cumsum(GROUP_WIDTHS)
    n_early = np.clip(window - (ends - GROUP_WIDTHS), 0, n_words)
    n_late = n_words - n_early
    pair_probability = -np.expm1(-n_tokens * BIGRAMS_PER_TOKEN * np.outer(p, p))
    group_of_slot = np.searchsorted(ends, np.arange(window), side="right")
    loaded = (pair_probability @ n_early)[group_of_slot]
    entering = (pair_probability @ n_late)[group_of_slot]
    n_both_late = float(n_late @ pair_probability @ n_late)
    # A word enters after all groups before its own, and half of that.
    n_before = np.tril(pair_probability, -1) @ n_words
    n_before += np.diag(pair_probability) * n_words / 2
    slot_p = p[group_of_slot]
    return ClusteringSize(
        n_words=float(n_words.sum()),
        n_tokens=n_tokens,
        n_bigrams=float(n_words @ pair_probability @ n_words),
        sizes=n_tokens * (slot_p + (1 - slot_p.sum()) / window),
        loaded=np.stack([loaded, loaded]),
        entering=np.stack([entering, entering]),
        n_both_late=n_both_late,
        n_contexts=2 * float(n_late @ filled_slots(n_before, window)),
    )


def clustering_seconds(
    n_tokens: float, min_count: int, window: int, threads: int = 1
) -> float:
    """Return about what `brownclust.tree.planning` would predict from real counts."""
    size = clustering_size(n_tokens, min_count, window)
    return float(np.ravel(SECONDS_PER_UNIT) @ per_thread(amount_of_work(size), threads))


def clustering_bytes(kept: Sizes, window: int) -> float:
    """Return the peak memory of ``brownclust cluster`` for counts of this size."""
    reading = READING_BYTES[0] * kept.pairs + READING_BYTES[1] * kept.words
    clustering = CLUSTERING_BYTES[0] * kept.pairs + CLUSTERING_BYTES[1] * kept.words
    clustering += memory_needed(window, int(kept.pairs), int(kept.words))
    return PROCESS_BYTES + max(reading, clustering)


SETTINGS = (  # tokens, --min-count, --block-size, --partitions
    (10**8, 1, 128_000_000, 16),
    (10**9, 5, 512_000_000, 16),
    (10**10, 20, 1_000_000_000, 32),
    (10**11, 100, 2_000_000_000, 64),
    (10**12, 1000, 4_000_000_000, 256),
)

CLUSTERINGS = (  # tokens, --min-count
    (10**8, 1),
    (10**9, 5),
    (10**10, 20),
    (10**11, 100),
    (10**11, 10_000),
    (10**12, 1000),
    (10**12, 10_000),
    (10**12, 100_000),
)


N_COLUMNS = 3
"""By so many headings a table is found in a page."""


def main(arguments: list[str] | None = None) -> int:
    """Print the tables, or write them; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=__doc__
    )
    parser.add_argument(
        "--write",
        type=Path,
        metavar="PAGE",
        help="replace these tables in a page",
    )
    options = parser.parse_args(arguments)
    tables = [
        markdown(table()) for table in (plan, cost_of_counting, cost_of_clustering)
    ]
    if options.write is None:
        print(*tables, sep="\n\n")
    else:
        page = options.write.read_text("utf-8")
        for table in tables:
            page = with_table(page, table)
        options.write.write_text(page, "utf-8")
    return 0


def with_table(page: str, table: str) -> str:
    """Return a page in Markdown with a new version of one of its tables.

    It is the table with the same first three columns.
    """
    columns = table.partition("\n")[0].split("|")[: 1 + N_COLUMNS]
    start = page.find("\n" + "|".join(columns) + "|") + 1
    if not start:
        rule = f"a page with a table that begins with{'|'.join(columns)}|"
        raise SystemExit(f"Error: {must_be('--write', rule, 'one without')}")
    rows = page[start:].splitlines(keepends=True)
    n_rows = next(i for i, row in enumerate([*rows, ""]) if not row.startswith("|"))
    return page[:start] + table + "\n" + "".join(rows[n_rows:])


def plan() -> list[list[str]]:
    """Return one row per size of text: how it is counted on Dask."""
    heading = (
        "tokens,text,words,min count,kept,pairs,`--block-size`,`--partitions`,tasks"
    )
    rows = [heading.split(",")]
    for n_tokens, min_count, block, partitions in SETTINGS:
        n_bytes = n_tokens * BYTES_PER_TOKEN
        kept = sizes(n_tokens, min_count)
        rows.append(
            [
                power(n_tokens),
                bytes_text(n_bytes),
                number_text(sizes(n_tokens).words),
                f"{min_count:,}",
                number_text(kept.words),
                number_text(kept.pairs),
                bytes_text(block),
                str(partitions),
                f"{n_tasks(ceil(n_bytes / block), partitions):,}",
            ]
        )
    return rows


def cost_of_counting() -> list[list[str]]:
    """Return one row per size of text: what `plan` costs."""
    heading = "tokens,core hours,words moved,pairs moved,"
    heading += "worker counting,worker merging,waiting,shared disk,`counts.npz`"
    rows = [heading.split(",")]
    for n_tokens, min_count, block, partitions in SETTINGS:
        n_chunks = ceil(n_tokens * BYTES_PER_TOKEN / block)
        text, kept = sizes(n_tokens), sizes(n_tokens, min_count)
        chunk = sizes(n_tokens, min_count, 1 / n_chunks)
        counting = COUNTING_BYTES * chunk.pairs + VOCABULARY_BYTES * kept.words
        merging = max(MERGING_BYTES * kept.pairs, MERGING_WORD_BYTES * text.words)
        core_seconds = SECONDS_PER_TOKEN * n_tokens
        core_seconds += SECONDS_PER_TASK * n_tasks(n_chunks, partitions)
        amounts = (
            n_chunks * chunk.words * sum(WORD_BYTES),
            n_chunks * chunk.pairs * PAIR_BYTES,
            WORKER_BYTES + counting,
            WORKER_BYTES + merging / partitions,
            waiting_bytes(n_tokens, min_count, n_chunks),
            DISK_BYTES * kept.pairs,
            FILE_BYTES[0] * kept.pairs + FILE_BYTES[1] * kept.words,
        )
        hours = hours_text(core_seconds)
        rows.append([power(n_tokens), hours, *map(bytes_text, amounts)])
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


def cost_of_clustering() -> list[list[str]]:
    """Return one row per size of text and minimum count."""
    rows = [["tokens", "min count", "words", "pairs", "memory"]]
    rows[0] += [f"hours, c = {n_clusters}" for n_clusters in CLUSTERS]
    for n_tokens, min_count in CLUSTERINGS:
        kept = sizes(n_tokens, min_count)
        seconds = [clustering_seconds(n_tokens, min_count, c) for c in CLUSTERS]
        rows.append(
            [
                power(n_tokens),
                f"{min_count:,}",
                number_text(kept.words),
                number_text(kept.pairs),
                bytes_text(clustering_bytes(kept, max(CLUSTERS))),
                *map(hours_text, seconds),
            ]
        )
    return rows


def power(number: int) -> str:
    """Return a power of ten as such."""
    return f"10^{len(str(number)) - 1}"


def number_text(number: float, units: Sequence[str] = ("", "k", "M", "G", "T")) -> str:
    """Return a number with three significant digits and a letter for its magnitude."""
    magnitude = 0
    while number >= 999.5 and magnitude < len(units) - 1:
        number /= 1000
        magnitude += 1
    return f"{float(f'{number:.3g}'):,g}{units[magnitude]}"


def bytes_text(number: float) -> str:
    """Return a number of bytes with three significant digits."""
    return number_text(number, (" B", " kB", " MB", " GB", " TB"))


def hours_text(seconds: float) -> str:
    """Return hours with two significant digits."""
    return f"{float(f'{seconds / 3600:.2g}'):,g}"


if __name__ == "__main__":
    sys.exit(main())
