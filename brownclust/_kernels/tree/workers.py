"""Threads that share the work of one step.

The first thread makes all decisions. For a job that is worth it, it says which and
begins a round; the others, which wait in `agglomeration.assist`, do their shares of it.
What one thread writes in a round, no other reads or writes in that round, so that the
result does not depend on their number.
"""

import sys
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.extending import intrinsic
from numba.np.arrayobj import make_array

from brownclust._kernels.jit.compilation import Array, Bool, Int, inner_kernel

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

_give_way = types.ExternalFunction(
    "SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32()
)


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    return builder.gep(make_array(kind)(context, builder, array).data, [index])


@intrinsic
def load_acquire(_typing: Any, array: Any, index: Any) -> Any:
    """array[index], before anything that follows is read."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values)
        return builder.load_atomic(address, "acquire", 8)

    return types.int64(array, types.intp), generate


@intrinsic
def add_release(_typing: Any, array: Any, index: Any) -> Any:
    """array[index] += 1, after all that was written before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values)
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", address, one, "acq_rel")

    return types.int64(array, types.intp), generate


@inner_kernel
def wait_for(team: Array, position: Int, value: Int) -> None:
    """Wait until team[position] >= value."""
    n_looks = 0
    while load_acquire(team, position) < value:
        n_looks += 1
        if n_looks > SPINS:
            _give_way()


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
