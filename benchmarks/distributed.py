"""What counting on Dask takes, and how well its formulas hold.

``python -m benchmarks.distributed --tokens N…`` draws a text of each size from the law
of `benchmarks.zipf`, counts it on a cluster of two worker processes of this machine,
and prints tasks, bytes moved, memory and processor time; then what each size says of
the constants of `benchmarks.scale`; then predictions divided by measurements. A size is
predicted from its number of tokens, by constants of the other sizes.

A text is cut into 16 chunks, so that chunks and partitions grow as the texts do. All is
done once more in one process, which forgets its peak of memory between the steps.
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
from benchmarks.report import describe, plain, positive, provenance
from benchmarks.zipf import ENGLISH, sentences
from brownclust.counting.counter import Counter
from brownclust.distributed import count_distributed
from brownclust.distributed.chunks import FileChunk, cut_into_chunks, find_files
from brownclust.distributed.pair_pass import count_pairs_of_chunk, partition_bounds
from brownclust.distributed.shared_data import SharedData
from brownclust.distributed.word_pass import count_words_of_chunk
from brownclust.distributed.worker_counts import merge_rows, merge_words
from brownclust.text.normalise import Normaliser

TOKENS = [10**6, 4 * 10**6, 16 * 10**6]
CHUNKS = 16
PARTITIONS = 4


@dataclass(frozen=True)
class Alone:
    """What counting chunks, and merging the first partition, took in one process."""

    words: float  # different ones in a chunk, on average
    pairs: float
    all_words: int  # different ones in the first partition
    all_pairs: int
    moved: tuple[int, int]  # bytes handed from counting to merging, by pass
    peaks: tuple[int, int, int]  # bytes: counting pairs, merging words, merging pairs


@dataclass(frozen=True)
class Run:
    """A text counted on a cluster; memory and processor time are the workers'."""

    n_tokens: int
    n_bytes: int
    n_tasks: int
    n_words: int
    n_pairs: int
    alone: Alone
    base: int
    peak: int
    cpu: tuple[float, float]
    wall: float


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.distributed", description=__doc__
    )
    parser.add_argument("--tokens", nargs="+", type=positive, default=TOKENS)
    options = parser.parse_args(arguments)
    origin = provenance()
    with tempfile.TemporaryDirectory() as folder:
        runs = [measure(n_tokens, Path(folder)) for n_tokens in options.tokens]
    for table in (table_of_runs(runs), table_of_constants(runs), table_of_ratios(runs)):
        print(plain(table), end="\n\n")
    print(describe(origin))
    return 0


def measure(n_tokens: int, folder: Path) -> Run:
    """Draw a text and count it, on a new cluster."""
    small, text = folder / "small.txt", folder / f"{n_tokens}.txt"
    small.write_text("a b a\n" * 100, "utf-8")
    with text.open("wb") as file:
        file.writelines(sentences(ENGLISH, n_tokens))
    n_bytes = text.stat().st_size
    cpu: dict[str, float] = {}
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
        ) as cluster,
        Client(cluster) as client,
    ):

        def note(stage: str, done: int, total: int | None) -> None:
            if stage not in cpu:  # a pass begins
                cpu[stage] = sum(client.run(process_time).values())

        how: dict[str, Any] = {"client": client, "partitions": PARTITIONS}
        # Loads the kernels.
        count_distributed(small, folder / "small.npz", block_size=100, **how)
        base = max(client.run(forget_peak).values())
        started = perf_counter()
        block = ceil(n_bytes / CHUNKS)
        counts = count_distributed(
            text, folder / "counts.npz", block_size=block, progress=note, **how
        )
        wall = perf_counter() - started
        note("end", 0, None)
        peak = max(client.run(held, "VmHWM").values())
        chunks = cut_into_chunks(find_files(text), block, split_files=True)
        client.restart()
        alone = client.submit(measure_alone, chunks).result()
    text.unlink()
    words_cpu, pairs_cpu = map(float, np.diff(list(cpu.values())))
    return Run(
        *(n_tokens, n_bytes, counts.n_tasks, counts.n_types, counts.n_pairs),
        *(alone, base, peak, (words_cpu, pairs_cpu), wall),
    )


def held(what: str) -> int:
    """Return bytes that this process holds: now (VmRSS) or at most (VmHWM)."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith(what):
            return 1024 * int(line.split()[1])
    raise ValueError(what)


def forget_peak() -> int:
    """Let the most that this process holds be what it holds now; return that."""
    Path("/proc/self/clear_refs").write_text("5", "utf-8")
    return held("VmRSS")


def measure_alone(chunks: list[FileChunk]) -> Alone:
    """Do in one process what tasks do."""
    normaliser = Normaliser(())
    counted = [
        count_words_of_chunk(chunk, normaliser, PARTITIONS, False, "alone")
        for chunk in chunks
    ]
    words = [parts[:-1] for parts in counted]
    base = forget_peak()
    first = merge_words(*(parts[0] for parts in words))
    merging_words = held("VmHWM") - base
    everything = merge_words(*(part for parts in words for part in parts))
    order = np.argsort(-everything.counts, kind="stable")
    counter = Counter()
    ids = counter.add_vocabulary(everything.vocabulary)
    vocabulary = counter.vocabulary(ids[order])
    bounds = partition_bounds(everything.counts[order], PARTITIONS)
    shared = SharedData(vocabulary.buffer, vocabulary.offsets, bounds)
    rows, counting = [], 0
    for chunk in chunks:
        base = forget_peak()
        rows.append(
            count_pairs_of_chunk(chunk, normaliser, "break", shared, "alone")[:-1]
        )
        counting = max(counting, held("VmHWM") - base)
    base = forget_peak()
    merged = merge_rows(*(parts[0] for parts in rows))
    merging = held("VmHWM") - base
    n_words = [sum(part.counts.size for part in parts) for parts in words]
    n_pairs = [sum(map(len, parts)) for parts in rows]
    moved = (
        sum(array.nbytes for parts in words for part in parts for array in part),
        sum(part.nbytes for parts in rows for part in parts),
    )
    sizes = float(np.mean(n_words)), float(np.mean(n_pairs))
    peaks = counting, merging_words, merging
    return Alone(*sizes, first.counts.size, len(merged), moved, peaks)


def amounts(run: Run) -> dict[str, tuple[float, float]]:
    """Return of what, and how much was measured, for each constant."""
    alone, megabytes = run.alone, run.n_bytes / 1e6
    counting, merging_words, merging = alone.peaks
    return {
        "bytes a pair counted": (alone.pairs, counting),
        "bytes a word merged": (alone.all_words, merging_words),
        "bytes a pair merged": (alone.all_pairs, merging),
        "bytes a word moved": (CHUNKS * alone.words, alone.moved[0]),
        "bytes a pair moved": (CHUNKS * alone.pairs, alone.moved[1]),
        "seconds a MB, words": (megabytes, run.cpu[0]),
        "seconds a MB, pairs": (megabytes, run.cpu[1]),
    }


def fit(runs: Sequence[Run], name: str) -> NDArray[np.float64]:
    """Return how much there is of one, and besides, by relative least squares."""
    of_what, how_much = np.array([amounts(run)[name] for run in runs]).T
    if len(runs) == 1:
        return np.array([how_much[0] / of_what[0], 0])
    return np.asarray(np.polyfit(of_what, how_much, 1, w=1 / how_much))


def table_of_runs(runs: list[Run]) -> list[list[str]]:
    """Return a row a size."""
    rows = [
        ["tokens", "bytes", "tasks", "words", "pairs", "words/chunk", "pairs/chunk"]
    ]
    rows[0] += ["moved 1", "moved 2", "base", "peak", "cpu 1", "cpu 2", "wall"]
    for run in runs:
        alone = run.alone
        counted = (run.n_tokens, run.n_bytes, run.n_tasks, run.n_words, run.n_pairs)
        sizes = (*counted, alone.words, alone.pairs, *alone.moved, run.base, run.peak)
        times = (*run.cpu, run.wall)
        rows.append([*map(scale.human, sizes), *(f"{s:.1f}" for s in times)])
    return rows


def table_of_constants(runs: list[Run]) -> list[list[str]]:
    """Return a row a constant: what is fitted, then measured by amount, a size each."""
    rows = [["constant", "fitted", "and besides", *(f"{r.n_tokens:,}" for r in runs)]]
    for name in amounts(runs[0]):
        each = [measured / of for of, measured in (amounts(r)[name] for r in runs)]
        rows.append([name, *(f"{value:.3g}" for value in (*fit(runs, name), *each))])
    return rows


def table_of_ratios(runs: list[Run]) -> list[list[str]]:
    """Return predictions by measurements, a row a size."""
    rows = [["tokens", "tasks", "words", "pairs", "moved 1", "moved 2", "memory"]]
    rows[0] += ["cpu 1", "cpu 2"]
    for run in runs:
        others = [one for one in runs if one is not run] or runs
        counting, words, pairs, *moved_and_times = (
            np.poly1d(fit(others, name)) for name in amounts(run)
        )
        of_all, of_chunk = scale.sizes(run.n_tokens), scale.sizes(run.n_tokens / CHUNKS)
        of_what = [CHUNKS * of_chunk.words, CHUNKS * of_chunk.pairs]
        of_what += [run.n_bytes / 1e6] * 2
        *moved, words_cpu, pairs_cpu = (
            law(of) for law, of in zip(moved_and_times, of_what, strict=True)
        )
        # A worker keeps its half of what has been counted until it is merged.
        memory = (
            run.base
            + moved[1] / 2
            + max(
                counting(of_chunk.pairs),
                words(of_all.words / PARTITIONS),
                pairs(of_all.pairs / PARTITIONS),
            )
        )
        told = [scale.n_tasks(CHUNKS, PARTITIONS), of_all.words, of_all.pairs, *moved]
        found = [run.n_tasks, run.n_words, run.n_pairs, *run.alone.moved]
        ratios = np.array([*told, memory, words_cpu, pairs_cpu]) / [
            *(*found, run.peak, *run.cpu)
        ]
        rows.append([f"{run.n_tokens:,}", *(f"{ratio:.2f}" for ratio in ratios)])
    return rows


if __name__ == "__main__":
    sys.exit(main())
