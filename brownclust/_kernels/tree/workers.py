"""Threads that do parts of one step.

The first thread makes all decisions. If a job is large enough to be divided, it
publishes the job and begins a round; the other threads, which wait in
`agglomeration.worker_loop`, each do their part. What one thread writes in a round, no
other thread reads or writes in that round, so the result does not depend on their
number.
"""

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.jit.intrinsics import add_release, load_acquire, yield_cpu
from brownclust._kernels.tree.types import Integers, int64

# Positions in `State.workers`. Those that threads wait for have a cache line of eight
# numbers to themselves, so that no other write slows the waiting down.
ROUND = int64(0)  # rounds begun
N_DONE = int64(8)  # parts done, by all but the first thread, in all rounds
JOB = 16
ARGUMENTS = 17  # three, of the job
MIN_WORK = 20  # a job of fewer terms is not divided
N_READY = int64(21)  # threads that wait for rounds, all but the first
CHUNK_START = 24  # + thread: the first slot of its chunk; of the first thread, 0

# Jobs
STOP = int64(0)
UPDATE = int64(1)
BOUND_PAIRS = int64(2)
RESCAN = int64(3)

COST_OF_SLOT = int64(8)
"""What bounding the pair with one slot costs, in terms D."""

SPINS_BEFORE_YIELD = int64(2_000)
"""Looks at a number, about a microsecond, before the processor is offered to others.

To offer it at every look would be a system call each time. Never to offer it would stop
the other threads where there are more of them than processors.
"""


@inner_kernel
def wait_for(workers: Integers, position: int, value: int) -> None:
    """Wait until workers[position] >= value."""
    n_looks = 0
    while load_acquire(workers, position) < value:
        n_looks += 1
        if n_looks > SPINS_BEFORE_YIELD:
            yield_cpu()


@inner_kernel
def is_parallel(workers: Integers, n_threads: int, work: int) -> bool:
    """Whether a job of so many terms is worth waking the other threads."""
    return n_threads > 1 and work >= workers[MIN_WORK]


@inner_kernel
def begin_round(
    workers: Integers, job: int, first: int, second: int, third: int
) -> None:
    """Publish a job and its three arguments, and let the other threads begin."""
    workers[JOB] = job
    workers[ARGUMENTS] = first
    workers[ARGUMENTS + 1] = second
    workers[ARGUMENTS + 2] = third
    add_release(workers, ROUND)


@inner_kernel
def end_round(workers: Integers, n_threads: int) -> None:
    """Wait until all other threads have done their part."""
    wait_for(workers, N_DONE, workers[ROUND] * (n_threads - 1))
