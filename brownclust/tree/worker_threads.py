"""Threads that wait in a kernel for jobs of the first one."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree.agglomeration import stop_workers
from brownclust._kernels.tree.workers import MIN_WORK, N_READY

SECONDS_BETWEEN_LOOKS = 1e-4
"""At threads that start, which takes about as long."""


@contextmanager
def waiting_workers(
    workers: NDArray[np.int64],
    n_others: int,
    loop: Callable[[int], None],
    threads: ThreadPoolExecutor,
) -> Iterator[None]:
    """Let other threads, if any, wait for jobs of the first one.

    The block runs once all of them wait. The first thread waits for the others inside
    a kernel, where Ctrl-C does not reach it: it would wait for ever for one that could
    not start, or failed before its loop.

    Parameters
    ----------
    workers : int64 array
        What threads tell each other.
    n_others : int
        How many there are beside the first.
    loop : callable
        Called with the number of each thread, from 1 on, in that thread: a kernel that
        does jobs until it is stopped.
    threads : ThreadPoolExecutor
        Where they run.
    """
    if not n_others:
        yield
        return
    workers[:MIN_WORK] = 0
    # Both kernels are made ready here: the threads then need no more than run them.
    stop_workers(workers)
    loop(n_others)
    workers[:MIN_WORK] = 0
    workers[N_READY] = 0
    jobs: list[Future[None]] = []
    try:
        for thread in range(1, n_others + 1):
            jobs.append(threads.submit(loop, thread))  # noqa: PERF401  # those before a failure must be stopped
        _wait_until_ready(workers, jobs)
        yield
    finally:  # after Ctrl-C, too
        stop_workers(workers)
        wait(jobs)
    for job in jobs:
        job.result()


def _wait_until_ready(workers: NDArray[np.int64], jobs: list[Future[Any]]) -> None:
    """Wait until all threads are in their loop; raise the error of one that is not."""
    while workers[N_READY] < len(jobs):
        ended = wait(jobs, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED).done
        for job in ended:
            job.result()
