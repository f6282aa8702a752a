"""How many threads there are, and how they are started: all of them, or none."""

import math
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Self, TypeVar

from brownclust._validation import check_integer, must_be

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Result = TypeVar("Result")

MAX_THREADS = 1024
"""A larger number must be a mistake: no machine has so many cores."""

_CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")
"""In a container on Linux: microseconds of processor time, in each period."""


def check_threads(threads: int) -> int:
    """Return a number of threads; raise an error if it is below 1 or too large."""
    return check_integer("threads", threads, minimum=1, maximum=MAX_THREADS)


def n_useful_threads(threads: int) -> int:
    """Return how many threads to start if there may be `threads`.

    The result of our work does not depend on their number, but more threads than cores
    only wait for each other. So no more are started, and a script with one number of
    threads runs on any machine.
    """
    return min(threads, available_cores())


def available_cores() -> int:
    """Return the number of processor cores that this process may use."""
    try:
        n_cores = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # as on macOS and Windows
        n_cores = os.cpu_count() or 1
    return max(1, min(n_cores, _container_cores()))


def _container_cores() -> int:
    """Return how many cores the container may keep busy; many if it has no limit."""
    try:
        quota, period = _CPU_LIMIT.read_text().split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError, ZeroDivisionError):  # no limit, or none that we know
        return MAX_THREADS


def thread_pool(n_threads: int) -> "ThreadPoolExecutor":
    """Return a pool of threads, all of which run already.

    A pool of Python's starts them one by one, as it gets jobs. If threads wait for each
    other, and the last cannot start, the others would wait for ever.

    Parameters
    ----------
    n_threads : int
        Number of threads; with 0 there can be one later.

    Raises
    ------
    ValueError
        If the system does not let so many threads start; those that did have ended.
    """
    from concurrent.futures import ThreadPoolExecutor  # too slow for --help

    pool = ThreadPoolExecutor(max(1, n_threads), thread_name_prefix="brownclust")
    all_started = Event()
    n_started = 0
    try:
        for _ in range(n_threads):
            pool.submit(all_started.wait)  # so that the next job needs a new thread
            n_started += 1
    except RuntimeError as error:
        all_started.set()
        pool.shutdown(cancel_futures=True)
        rule = f"at most {max(1, n_started)} here ({error})"
        raise ValueError(must_be("threads", rule, n_threads)) from None
    except BaseException:  # Ctrl-C
        all_started.set()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    all_started.set()
    return pool


class SideThread:
    """A thread beside this one, or none if the system starts no more.

    For work that may as well be done at once. It is done in the order of `submit`.
    """

    def __enter__(self) -> Self:
        """Start the thread."""
        from concurrent.futures import ThreadPoolExecutor  # too slow for --help

        pool = ThreadPoolExecutor(1, thread_name_prefix="brownclust")
        self._pool: ThreadPoolExecutor | None = pool
        try:
            pool.submit(int)  # starts it
        except RuntimeError:
            pool.shutdown(cancel_futures=True)
            self._pool = None
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the thread to end."""
        if self._pool is not None:
            self._pool.shutdown()

    def submit(
        self, function: Callable[..., Result], *arguments: Any
    ) -> "Future[Result]":
        """Let the thread call a function, or call it now; return its future result."""
        from concurrent.futures import Future

        if self._pool is not None:
            return self._pool.submit(function, *arguments)
        done: Future[Result] = Future()
        done.set_result(function(*arguments))
        return done
