"""How fast this machine streams: the limit of every stage that reads or writes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np

MEMORY_BYTES = 1 << 30
"""Of an array to stream from memory: more than caches hold."""

PASS_BYTES = 1 << 28
"""How much is streamed between two looks at the clock, at least."""

REPEATS = 3
"""The fastest counts: a limit is what the machine can do."""


@dataclass(frozen=True)
class Bandwidth:
    """Bytes per second of all threads together.

    Attributes
    ----------
    read : float
        Of an array that is added up.
    copied : float
        Of an array that is copied: its bytes, which are read once and written once.
    """

    read: float
    copied: float


def measure_bandwidth(threads: int, n_bytes: int = MEMORY_BYTES) -> Bandwidth:
    """Measure how fast threads together stream an array of this size, again and again.

    Takes about two seconds. An array that fits into a cache is streamed from there.
    """
    array = np.ones(max(threads, n_bytes // 8), np.int64)
    copy = np.empty_like(array)
    passes = -(-PASS_BYTES // array.nbytes)

    def read(part: int) -> None:
        source = np.array_split(array, threads)[part]
        for _ in range(passes):
            source.sum()

    def write(part: int) -> None:
        source, target = (np.array_split(a, threads)[part] for a in (array, copy))
        for _ in range(passes):
            np.copyto(target, source)

    n_streamed = passes * array.nbytes
    return Bandwidth(
        n_streamed / _fastest(read, threads), n_streamed / _fastest(write, threads)
    )


def _fastest(stream: Callable[[int], None], threads: int) -> float:
    """Return the seconds of the fastest run of all parts, one on each thread."""

    def seconds(pool: ThreadPoolExecutor) -> Iterator[float]:
        for _ in range(REPEATS + 1):  # the first also maps the memory
            started = perf_counter()
            list(pool.map(stream, range(threads)))
            yield perf_counter() - started

    with ThreadPoolExecutor(threads) as pool:
        return min(seconds(pool))
