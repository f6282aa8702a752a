"""Threads that do parts of one step.

The first thread makes all decisions. If a job is large enough to be divided, it
publishes the job and begins a round. Every thread, the first too, then takes one chunk
of it after the other, until none is left. So a thread that does not run just now, as
another program has its processor, is not waited for unless it has taken a chunk. What
one chunk writes, no other chunk of the round reads or writes, so the result does not
depend on the number of threads, or on which of them does what.
"""

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.jit.intrinsics import (
    add_release,
    load_acquire,
    nanoseconds,
    nap,
    store_release,
    yield_cpu,
)
from brownclust._kernels.tree.state import LARGEST
from brownclust._kernels.tree.types import Integers, int64

# Positions in `State.workers`. Those that threads wait for have a cache line of eight
# numbers to themselves, so that no other write slows the waiting down.
ROUND = int64(0)  # rounds begun
NEXT_CHUNK = int64(8)  # chunks taken in the round, and looks for one when none was left
N_DONE = int64(16)  # chunks done in the round
JOB = 24
N_CHUNKS = 25
ARGUMENTS = 26  # three, of the job
BEGUN_AT = 29  # nanoseconds, when the round began
PAUSE = 30  # so many jobs that could be divided will not be
NEXT_PAUSE = 31  # how many, once a thread is waited for too long
MIN_WORK = 32  # a job of fewer terms is not divided
CHUNK_START = 40  # + chunk: the first slot of a chunk; of the first chunk, 0

# Jobs
STOP = int64(0)
ENOUGH_CHUNKS = int64(LARGEST)  # of which each thread takes one
UPDATE = int64(1)
BOUND_PAIRS = int64(2)
RESCAN = int64(3)
PENDING_OVERLAPS = int64(4)

COST_OF_SLOT = int64(8)
"""What bounding the pair with one slot costs, in terms D."""

LOOKS_BEFORE_YIELD = int64(2_000)
"""Looks at a number, about a microsecond, before the processor is offered to others.

To offer it at every look would be a system call each time. Never to offer it would stop
the other threads where there are more of them than processors.
"""

LOOKS_BEFORE_NAP = int64(2_500)
"""Looks after which a thread that waits for a round naps: some 200 microseconds.

Where nothing is divided for so long, it leaves its processor to other programs.
"""

LONG_WAIT = int64(300_000)
"""Nanoseconds, besides what the first thread has worked in the round.

A chunk takes longer only if its thread has lost its processor to another program.
"""

FIRST_PAUSE = int64(64)
LONGEST_PAUSE = int64(2**14)
"""Jobs done by the first thread alone: some milliseconds, and about a second."""


@inner_kernel
def wait_for_round(workers: Integers, n_rounds: int) -> int:
    """Wait until so many rounds have begun; return how many have."""
    n_looks = 0
    while load_acquire(workers, ROUND) < n_rounds:
        n_looks += 1
        if n_looks > LOOKS_BEFORE_NAP:
            nap()
        elif n_looks > LOOKS_BEFORE_YIELD:
            yield_cpu()
    begun: int = load_acquire(workers, ROUND)
    return begun


@inner_kernel
def is_parallel(workers: Integers, n_threads: int, work: int) -> bool:
    """Whether a job of so many terms is worth waking the other threads.

    Not for some time after one of them was waited for too long.
    """
    is_large: bool = n_threads > 1 and work >= workers[MIN_WORK]
    if is_large and workers[PAUSE] > 0:
        workers[PAUSE] -= 1
        return False
    return is_large


@inner_kernel
def begin_round(
    workers: Integers, job: int, n_chunks: int, first: int, second: int, third: int
) -> None:
    """Publish a job and its three arguments, and let the other threads begin.

    One that looks for a chunk just now may find one before the round's number changes:
    so that there is one is written last.
    """
    workers[JOB] = job
    workers[N_CHUNKS] = n_chunks
    workers[ARGUMENTS] = first
    workers[ARGUMENTS + 1] = second
    workers[ARGUMENTS + 2] = third
    workers[N_DONE] = 0
    workers[BEGUN_AT] = nanoseconds()
    store_release(workers, NEXT_CHUNK, int64(0))
    add_release(workers, ROUND)


@inner_kernel
def begin_last_round(workers: Integers) -> None:
    """Let each of the other threads take a chunk of the job to stop."""
    begin_round(workers, STOP, ENOUGH_CHUNKS, int64(0), int64(0), int64(0))


@inner_kernel
def take_chunk(workers: Integers) -> int:
    """The number of a chunk that no thread has taken, -1 if there is none left."""
    chunk: int = add_release(workers, NEXT_CHUNK)
    return chunk if chunk < workers[N_CHUNKS] else int64(-1)


@inner_kernel
def finish_chunk(workers: Integers) -> int:
    """Count a chunk as done, and take the next one."""
    add_release(workers, N_DONE)
    return take_chunk(workers)


@inner_kernel
def end_round(workers: Integers) -> None:
    """Wait until all chunks of the round are done.

    If that takes too long, other programs need the processors: the next jobs are not
    divided, the more the more often it happens.
    """
    for _ in range(LOOKS_BEFORE_YIELD):
        if load_acquire(workers, N_DONE) == workers[N_CHUNKS]:
            workers[NEXT_PAUSE] = max(FIRST_PAUSE, workers[NEXT_PAUSE] - 1)
            return
    waits_from = nanoseconds()
    while load_acquire(workers, N_DONE) < workers[N_CHUNKS]:
        yield_cpu()
    if nanoseconds() - waits_from > waits_from - workers[BEGUN_AT] + LONG_WAIT:
        workers[PAUSE] = max(FIRST_PAUSE, workers[NEXT_PAUSE])
        workers[NEXT_PAUSE] = min(LONGEST_PAUSE, 2 * workers[PAUSE])
