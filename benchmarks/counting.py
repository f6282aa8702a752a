"""Time counting and measure its memory.

``python -m benchmarks.counting TEXT… [--threads N]… [--memory BYTES] [--phrases N]
[--repeat N] [--busy]``

Each measurement is a process of its own. It counts once, to load the kernels and to
fill the file cache of the system, then again with the clock on. The numbers of threads
take turns, and ``LC_ALL=C.UTF-8 wc -w`` takes one after each. All counts must have the
same hash. With ``--busy``, another program keeps one core busy meanwhile. With
``--phrases``, the N pairs of most mutual information are joined.

``python -m benchmarks.running_text FILE --tokens N`` writes a large text.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, process_time
from typing import Any

from benchmarks.cases import digest
from benchmarks.report import positive
from brownclust import BigramCounts
from brownclust.counting.collocations import find_collocations
from brownclust.tree.run_record import peak_memory_bytes

BASE_BYTES = 200_000_000
"""About the memory of a process with all kernels loaded, which holds no counts yet."""


def measure(
    texts: Sequence[str], threads: int, memory: int | None, n_phrases: int | None
) -> dict[str, Any]:
    """Count texts twice in this process; time the second run."""
    counts = BigramCounts.from_text(texts, threads=threads, memory=memory)
    phrases = None
    if n_phrases is not None:
        pairs = find_collocations(counts, n_phrases)
        phrases = [f"{pair.left} {pair.right}" for pair in pairs]
        BigramCounts.from_sentences([["a", "b"]], phrases=["a b"])  # loads the kernel
    peak = peak_memory_bytes()
    started, cpu_started = perf_counter(), process_time()
    counts = BigramCounts.from_text(
        texts, threads=threads, memory=memory, phrases=phrases
    )
    return {
        "seconds": perf_counter() - started,
        "cpu_seconds": process_time() - cpu_started,
        "peak": peak,
        "n_bytes": counts.source["n_bytes"],
        "n_tokens": counts.n_tokens,
        "n_types": counts.n_types,
        "n_pairs": counts.successors.indices.size,
        "digest": digest(counts),
    }


def _measure_in_child(arguments: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.counting", "--child", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure_wc(texts: Sequence[str]) -> float:
    """Return the processor seconds that ``wc -w`` takes to count the words of texts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    subprocess.run(
        ["wc", "-w", *texts], check=True, env=environment, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def other_program(*, is_busy: bool) -> Iterator[None]:
    """Keep one core busy with a program that never waits."""
    command = [sys.executable, "-c", "while True: pass"]
    process = subprocess.Popen(command) if is_busy else None
    try:
        yield
    finally:
        if process is not None:
            process.kill()
            process.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.counting",
        description="Time counting and measure its memory.",
    )
    parser.add_argument("texts", nargs="+", metavar="TEXT", help="one sentence a line")
    parser.add_argument(
        "--threads",
        type=positive,
        action="append",
        metavar="N",
        help="number of threads; repeat the option for several (default 1)",
    )
    parser.add_argument(
        "--memory",
        type=positive,
        metavar="BYTES",
        help="memory for pairs; more goes to disk (default: no limit)",
    )
    parser.add_argument(
        "--phrases",
        type=positive,
        metavar="N",
        help="join the N best collocations (default: none)",
    )
    parser.add_argument(
        "--repeat", type=positive, default=5, metavar="N", help="runs (default 5)"
    )
    parser.add_argument(
        "--busy", action="store_true", help="keep one core busy meanwhile"
    )
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


def main() -> None:
    """Print a table."""
    options = _parser().parse_args()
    numbers = options.threads or [1]
    if options.child:
        counted = measure(options.texts, numbers[0], options.memory, options.phrases)
        print(json.dumps(counted))
        return
    given = [] if options.memory is None else ["--memory", str(options.memory)]
    given += [] if options.phrases is None else ["--phrases", str(options.phrases)]
    runs: dict[int, list[dict[str, Any]]] = {threads: [] for threads in numbers}
    wc_seconds = []
    with other_program(is_busy=options.busy):
        for _ in range(options.repeat):
            for threads in numbers:
                arguments = [*options.texts, *given, "--threads", str(threads)]
                runs[threads].append(_measure_in_child(arguments))
                wc_seconds.append(measure_wc(options.texts))
    all_runs = [run for of_threads in runs.values() for run in of_threads]
    first = all_runs[0]
    if len({run["digest"] for run in all_runs}) != 1:
        sys.exit("Error: the counts differ between runs")
    size, n_pairs = first["n_bytes"], first["n_pairs"]
    print(
        f"{size / 1e6:.1f} MB, {first['n_tokens']:,} tokens, "
        f"{first['n_types']:,} words, {n_pairs:,} distinct pairs"
    )
    wc = statistics.median(wc_seconds)
    print(f"wc -w: median {wc:.2f} s of processor time")
    for threads, of_threads in runs.items():
        seconds = [run["seconds"] for run in of_threads]
        cpu = statistics.median(run["cpu_seconds"] for run in of_threads)
        peak = max(run["peak"] for run in of_threads)
        print(
            f"{threads} threads: median {size / 1e6 / statistics.median(seconds):.1f} "
            f"MB/s, best {size / 1e6 / min(seconds):.1f}; peak {peak / 1e6:.0f} MB, "
            f"{(peak - BASE_BYTES) / n_pairs:.1f} bytes per pair above "
            f"{BASE_BYTES / 1e6:.0f} MB; median {cpu:.2f} s of processor time, "
            f"{cpu / wc:.1f} times that of wc, {cpu / first['n_tokens'] * 1e9:.0f} ns "
            "per token"
        )


if __name__ == "__main__":
    main()
