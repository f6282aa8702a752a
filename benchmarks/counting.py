"""How fast texts are counted, and in how much memory.

``python -m benchmarks.counting TEXT… [--threads N]… [--memory BYTES] [--repeat N]``

Each number of threads is a process of its own, which counts once to load kernels and to
fill the file cache, then as often as asked; all numbers of threads take turns. The
counts must be the same every time, and are compared by a hash.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from benchmarks.cases import digest
from brownclust import BigramCounts
from brownclust.tree.run_record import peak_memory_bytes

OVERHEAD = 200_000_000
"""Bytes that memory is counted from."""


def measure(texts: Sequence[str], threads: int, memory: int | None) -> dict[str, Any]:
    """Count texts twice in this process, and time the second time."""
    BigramCounts.from_text(texts, threads=threads, memory=memory)
    peak = peak_memory_bytes()
    started = perf_counter()
    counts = BigramCounts.from_text(texts, threads=threads, memory=memory)
    return {
        "seconds": perf_counter() - started,
        "peak": peak,
        "n_bytes": counts.source["n_bytes"],
        "n_tokens": counts.n_tokens,
        "n_types": counts.n_types,
        "n_pairs": counts.successors.indices.size,
        "digest": digest(counts),
    }


def _in_a_process(arguments: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.counting", "--child", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="Time counting.")
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--threads", type=int, action="append")
    parser.add_argument("--memory", type=int)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    numbers = options.threads or [1]
    if options.child:
        print(json.dumps(measure(options.texts, numbers[0], options.memory)))
        return
    memory = [] if options.memory is None else ["--memory", str(options.memory)]
    runs: dict[int, list[dict[str, Any]]] = {threads: [] for threads in numbers}
    for _ in range(options.repeat):
        for threads in numbers:
            arguments = [*options.texts, *memory, "--threads", str(threads)]
            runs[threads].append(_in_a_process(arguments))
    found = [run for of_threads in runs.values() for run in of_threads]
    if len({run["digest"] for run in found}) != 1:
        sys.exit("the counts differ")
    size, n_pairs = found[0]["n_bytes"], found[0]["n_pairs"]
    print(
        f"{size / 1e6:.1f} MB, {found[0]['n_tokens']:,} tokens, "
        f"{found[0]['n_types']:,} words, {n_pairs:,} different pairs"
    )
    for threads, of_threads in runs.items():
        seconds = [run["seconds"] for run in of_threads]
        peak = max(run["peak"] for run in of_threads)
        print(
            f"{threads} threads: median {size / 1e6 / statistics.median(seconds):.1f} "
            f"MB/s, best {size / 1e6 / min(seconds):.1f}; peak {peak / 1e6:.0f} MB, "
            f"{(peak - OVERHEAD) / n_pairs:.1f} bytes a pair above 200 MB"
        )


if __name__ == "__main__":
    main()
