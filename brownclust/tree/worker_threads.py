"""Threads that do chunks of the jobs of the first one, in a kernel."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree.agglomeration import stop_workers
from brownclust._kernels.tree.workers import MIN_WORK


@contextmanager
def working_threads(
    workers: NDArray[np.int64],
    n_others: int,
    loop: Callable[[], None],
    threads: ThreadPoolExecutor,
) -> Iterator[None]:
    """Let other threads, if any, do chunks of the first one's jobs.

    None is waited for that has not begun a chunk: it may not have started yet, or have
    failed.

    Parameters
    ----------
    workers : int64 array
        What threads tell each other.
    n_others : int
        How many there are beside the first.
    loop : callable
        Called in each of these threads: a kernel that does chunks until it is stopped.
    threads : ThreadPoolExecutor
        Where they run.
    """
    if not n_others:
        yield
        return
    workers[:MIN_WORK] = 0
    # Both kernels are made ready here: the threads then need no more than run them.
    stop_workers(workers)
    loop()
    workers[:MIN_WORK] = 0
    jobs: list[Future[None]] = []
    try:
        for _ in range(n_others):
            jobs.append(threads.submit(loop))  # noqa: PERF401  # those before a failure must be stopped
        yield
    finally:  # after Ctrl-C, too
        stop_workers(workers)
        wait(jobs)
    for job in jobs:
        job.result()
