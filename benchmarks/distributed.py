"""Measure counting on Dask, and check the formulas that predict its cost.

``python -m benchmarks.distributed --tokens N…`` draws a text of each size from the law
of `benchmarks.word_law` and counts it on a local cluster of two worker processes. It
prints three tables:

1. tasks, bytes moved, memory and processor time of each size;
2. the constants of `benchmarks.scale`, fitted to all sizes, and as each size alone
   gives them;
3. predictions divided by measurements. The prediction for a size uses its number of
   tokens and the constants fitted to the other sizes.

Each text is cut into 16 chunks, so chunks and partitions grow with the text. A single
process then runs the same steps again, and resets its peak memory between them. This
needs Linux (``/proc``).
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from distributed import Client, LocalCluster
from numpy.typing import NDArray

from benchmarks import scale
from benchmarks.report import describe, markdown, positive, provenance
from benchmarks.running_text import RunningText
from benchmarks.word_law import ENGLISH
from brownclust.counting.counter import Counter
from brownclust.distributed import count_distributed
from brownclust.distributed.chunks import FileChunk, cut_into_chunks, find_files
from brownclust.distributed.pair_pass import count_pairs_of_chunk, partition_bounds
from brownclust.distributed.shared_data import SharedData
from brownclust.distributed.word_pass import count_words_of_chunk
from brownclust.distributed.worker_counts import merge_rows, merge_words
from brownclust.text.text_format import TextFormat

TOKENS = [10**6, 4 * 10**6, 16 * 10**6]
CHUNKS = 16
PARTITIONS = 4


@dataclass(frozen=True)
class SingleProcess:
    """Sizes and memory of counting all chunks and merging the first partition.

    Attributes
    ----------
    chunk_words, chunk_pairs : float
        Distinct words and pairs of a chunk, on average.
    partition_words, partition_pairs : int
        Distinct words and pairs of the first partition.
    moved_bytes : tuple of int
        Bytes that go from counting to merging, in the word pass and in the pair pass.
    peak_bytes : tuple of int
        Peak memory of counting pairs, of merging words and of merging pairs.
    """

    chunk_words: float
    chunk_pairs: float
    partition_words: int
    partition_pairs: int
    moved_bytes: tuple[int, int]
    peak_bytes: tuple[int, int, int]


@dataclass(frozen=True)
class DaskRun:
    """A text counted on a Dask cluster.

    Attributes
    ----------
    n_tokens, n_bytes, n_tasks, n_words, n_pairs : int
        Size of the text, of the task graph and of the counts.
    single_process : SingleProcess
        The same steps in one process.
    base_bytes, peak_bytes : int
        Memory of a worker before counting, and its peak.
    cpu_seconds : tuple of float
        Processor time of both workers, in the word pass and in the pair pass.
    wall_seconds : float
        Wall time.
    """

    n_tokens: int
    n_bytes: int
    n_tasks: int
    n_words: int
    n_pairs: int
    single_process: SingleProcess
    base_bytes: int
    peak_bytes: int
    cpu_seconds: tuple[float, float]
    wall_seconds: float


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.distributed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--tokens",
        nargs="+",
        type=positive,
        default=TOKENS,
        metavar="N",
        help="sizes of the texts, in tokens",
    )
    parser.add_argument(
        "--write",
        type=Path,
        metavar="PAGE",
        help="replace these tables in a page: docs/scale.md",
    )
    options = parser.parse_args(arguments)
    origin = provenance()
    with tempfile.TemporaryDirectory() as folder:
        runs = [measure(n_tokens, Path(folder)) for n_tokens in options.tokens]
    tables = [table_of_runs(runs), table_of_constants(runs), table_of_ratios(runs)]
    for table in map(markdown, tables):
        print(table, end="\n\n")
        if options.write is not None:
            page = options.write.read_text("utf-8")
            options.write.write_text(scale.with_table(page, table), "utf-8")
    print(describe(origin))
    return 0


def measure(n_tokens: int, folder: Path) -> DaskRun:
    """Draw a text and count it on a new cluster."""
    small, text = folder / "small.txt", folder / f"{n_tokens}.txt"
    small.write_text("a b a\n" * 100, "utf-8")
    RunningText(n_tokens, ENGLISH, dependence=0.0).write(text)
    n_bytes = text.stat().st_size
    cpu_at_start: dict[str, float] = {}
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
        ) as cluster,
        Client(cluster) as client,
    ):

        def record_cpu(stage: str, done: int, total: int | None) -> None:
            if stage not in cpu_at_start:  # the first report of a pass
                cpu_at_start[stage] = sum(client.run(process_time).values())

        options: dict[str, Any] = {"client": client, "partitions": PARTITIONS}
        # A small text first: the workers load the kernels.
        count_distributed(small, folder / "small.npz", block_size=100, **options)
        base_bytes = max(client.run(reset_peak_memory).values())
        started = perf_counter()
        block_size = ceil(n_bytes / CHUNKS)
        counts = count_distributed(
            text,
            folder / "counts.npz",
            block_size=block_size,
            progress=record_cpu,
            **options,
        )
        wall_seconds = perf_counter() - started
        record_cpu("end", 0, None)
        peak_bytes = max(client.run(peak_memory).values())
        chunks = cut_into_chunks(find_files(text), block_size, split_files=True)
        client.restart()
        single_process = client.submit(measure_single_process, chunks).result()
    text.unlink()
    words_cpu, pairs_cpu = map(float, np.diff(list(cpu_at_start.values())))
    return DaskRun(
        n_tokens=n_tokens,
        n_bytes=n_bytes,
        n_tasks=counts.n_tasks,
        n_words=counts.n_types,
        n_pairs=counts.n_pairs,
        single_process=single_process,
        base_bytes=base_bytes,
        peak_bytes=peak_bytes,
        cpu_seconds=(words_cpu, pairs_cpu),
        wall_seconds=wall_seconds,
    )


def peak_memory() -> int:
    """Return the peak memory of this process since the last reset, in bytes."""
    return _memory_status("VmHWM")


def reset_peak_memory() -> int:
    """Set the peak memory of this process to the present one; return that, in bytes."""
    Path("/proc/self/clear_refs").write_text("5", "utf-8")
    return _memory_status("VmRSS")


def _memory_status(field: str) -> int:
    """Return a field of ``/proc/self/status`` in bytes."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    raise ValueError(f"/proc/self/status must have a field {field}")


def measure_single_process(chunks: list[FileChunk]) -> SingleProcess:
    """Run the steps of all tasks in this process, and measure the memory of each."""
    text_format = TextFormat()
    counted = [
        count_words_of_chunk(chunk, text_format, PARTITIONS, False, "benchmark")
        for chunk in chunks
    ]
    words = [parts[:-1] for parts in counted]
    base = reset_peak_memory()
    first = merge_words(*(parts[0] for parts in words))
    merging_words = peak_memory() - base
    everything = merge_words(*(part for parts in words for part in parts))
    order = np.argsort(-everything.counts, kind="stable")
    counter = Counter()
    ids = counter.add_vocabulary(everything.vocabulary)
    vocabulary = counter.vocabulary(ids[order])
    bounds = partition_bounds(everything.counts[order], PARTITIONS)
    shared = SharedData(vocabulary.buffer, vocabulary.offsets, bounds)
    rows, counting = [], 0
    for chunk in chunks:
        base = reset_peak_memory()
        rows.append(
            count_pairs_of_chunk(chunk, text_format, "break", shared, "benchmark")[:-1]
        )
        counting = max(counting, peak_memory() - base)
    base = reset_peak_memory()
    merged = merge_rows(*(parts[0] for parts in rows))
    merging = peak_memory() - base
    n_words = [sum(part.counts.size for part in parts) for parts in words]
    n_pairs = [sum(map(len, parts)) for parts in rows]
    moved = (
        sum(array.nbytes for parts in words for part in parts for array in part),
        sum(part.nbytes for parts in rows for part in parts),
    )
    return SingleProcess(
        chunk_words=float(np.mean(n_words)),
        chunk_pairs=float(np.mean(n_pairs)),
        partition_words=first.counts.size,
        partition_pairs=len(merged),
        moved_bytes=moved,
        peak_bytes=(counting, merging_words, merging),
    )


def amounts_and_costs(run: DaskRun) -> dict[str, tuple[float, float]]:
    """Return for each constant the amount of work and its measured cost."""
    single, megabytes = run.single_process, run.n_bytes / 1e6
    counting, merging_words, merging = single.peak_bytes
    return {
        "bytes per pair counted": (single.chunk_pairs, counting),
        "bytes per word merged": (single.partition_words, merging_words),
        "bytes per pair merged": (single.partition_pairs, merging),
        "bytes per word moved": (CHUNKS * single.chunk_words, single.moved_bytes[0]),
        "bytes per pair moved": (CHUNKS * single.chunk_pairs, single.moved_bytes[1]),
        "core seconds per MB, words": (megabytes, run.cpu_seconds[0]),
        "core seconds per MB, pairs": (megabytes, run.cpu_seconds[1]),
    }


def fit(runs: Sequence[DaskRun], name: str) -> NDArray[np.float64]:
    """Return slope and intercept of cost by amount: least squares of relative errors.

    One run alone gives the slope; the intercept is then 0.
    """
    amounts, costs = np.array([amounts_and_costs(run)[name] for run in runs]).T
    if len(runs) == 1:
        return np.array([costs[0] / amounts[0], 0])
    return np.asarray(np.polyfit(amounts, costs, 1, w=1 / costs))


def table_of_runs(runs: list[DaskRun]) -> list[list[str]]:
    """Return one row per size."""
    heading = "tokens,text,tasks,words,pairs,words of a chunk,pairs of a chunk,"
    heading += "words moved,pairs moved,worker at start,at most,"
    heading += "core s for words,core s for pairs,seconds"
    rows = [heading.split(",")]
    for run in runs:
        single = run.single_process
        sizes = (
            *(run.n_tasks, run.n_words, run.n_pairs),
            *(single.chunk_words, single.chunk_pairs),
        )
        rows.append(
            [
                scale.number_text(run.n_tokens),
                scale.bytes_text(run.n_bytes),
                *map(scale.number_text, sizes),
                *map(scale.bytes_text, single.moved_bytes),
                *map(scale.bytes_text, (run.base_bytes, run.peak_bytes)),
                *(f"{s:.1f}" for s in (*run.cpu_seconds, run.wall_seconds)),
            ]
        )
    return rows


def table_of_constants(runs: list[DaskRun]) -> list[list[str]]:
    """Return one row per constant: the fit to all sizes, then cost / amount of each."""
    each = [f"{scale.number_text(run.n_tokens)} alone" for run in runs]
    rows = [["constant", "fitted", "fixed part", *each]]
    for name in amounts_and_costs(runs[0]):
        of_runs = [amounts_and_costs(run)[name] for run in runs]
        values = [*fit(runs, name), *(cost / amount for amount, cost in of_runs)]
        rows.append([name, *(f"{round(value, 6) + 0.0:.3g}" for value in values)])
    return rows


def table_of_ratios(runs: list[DaskRun]) -> list[list[str]]:
    """Return predictions divided by measurements, one row per size."""
    heading = "tokens,tasks,words,pairs,words moved,pairs moved,memory of a worker,"
    heading += "core s for words,core s for pairs"
    rows = [heading.split(",")]
    for run in runs:
        others = [one for one in runs if one is not run] or runs
        counting, words, pairs, *moved_and_times = (
            np.poly1d(fit(others, name)) for name in amounts_and_costs(run)
        )
        text, chunk = scale.sizes(run.n_tokens), scale.sizes(run.n_tokens / CHUNKS)
        amounts = [CHUNKS * chunk.words, CHUNKS * chunk.pairs]
        amounts += [run.n_bytes / 1e6] * 2
        *moved, words_cpu, pairs_cpu = (
            cost(amount) for cost, amount in zip(moved_and_times, amounts, strict=True)
        )
        # Each of the two workers holds half of the counted pairs until their merge.
        memory = (
            run.base_bytes
            + moved[1] / 2
            + max(
                counting(chunk.pairs),
                words(text.words / PARTITIONS),
                pairs(text.pairs / PARTITIONS),
            )
        )
        n_tasks = scale.n_tasks(CHUNKS, PARTITIONS)
        predicted = [n_tasks, text.words, text.pairs, *moved]
        predicted += [memory, words_cpu, pairs_cpu]
        measured: list[float] = [run.n_tasks, run.n_words, run.n_pairs]
        measured += [*run.single_process.moved_bytes, run.peak_bytes, *run.cpu_seconds]
        ratios = np.array(predicted) / measured
        rows.append(
            [scale.number_text(run.n_tokens), *(f"{ratio:.2f}" for ratio in ratios)]
        )
    return rows


if __name__ == "__main__":
    sys.exit(main())
