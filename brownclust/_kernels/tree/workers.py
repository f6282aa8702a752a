"""Threads that share the work of one step.

The first thread makes all decisions. For a job that is worth it, it says which and
begins a round; the others, which wait in `agglomeration.assist`, do their shares of it.
What one thread writes in a round, no other reads or writes in that round, so that the
result does not depend on their number.
"""

from typing import Any

import numpy as np

from brownclust._kernels.jit.compilation import Array, Bool, Int, inner_kernel
from brownclust._kernels.jit.intrinsics import add_release, load_acquire, yield_cpu

# Positions in `Window.team`, those that are waited on in cache lines of their own
ROUND: Any = np.int64(0)  # rounds begun
N_DONE: Any = np.int64(8)  # shares done, by all but the first thread, in all rounds
JOB = 16
FIRST = 17  # arguments of the job
SECOND = 18
THIRD = 19
LEAST_WORK = 20  # a job of fewer terms is not shared
SHARE = 24  # + thread: the first slot of its share; of the first thread, 0

# Jobs
QUIT: Any = np.int64(0)
GROW: Any = np.int64(1)
BOUND_PAIRS: Any = np.int64(2)
RESCAN: Any = np.int64(3)

COST_OF_SLOT: Any = np.int64(8)
"""Of bounding the pair with a slot, in terms."""

SPINS: Any = np.int64(2_000)
"""Looks at a number before the processor is offered to others, about a microsecond."""


@inner_kernel
def wait_for(team: Array, position: Int, value: Int) -> None:
    """Wait until team[position] >= value."""
    n_looks = 0
    while load_acquire(team, position) < value:
        n_looks += 1
        if n_looks > SPINS:
            yield_cpu()


@inner_kernel
def is_shared(team: Array, n_threads: Int, work: Int) -> Bool:
    """Whether a job of so many terms is worth the others' help."""
    return n_threads > 1 and work >= team[LEAST_WORK]


@inner_kernel
def begin_round(team: Array, job: Int, first: Int, second: Int, third: Int) -> None:
    """Let the other threads do their shares of a job."""
    team[JOB] = job
    team[FIRST] = first
    team[SECOND] = second
    team[THIRD] = third
    add_release(team, ROUND)


@inner_kernel
def end_round(team: Array, n_threads: Int) -> None:
    """Wait until all others are done."""
    wait_for(team, N_DONE, team[ROUND] * (n_threads - 1))
