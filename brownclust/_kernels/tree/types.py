"""Types of what the kernels of agglomeration take; n is the number of slots.

They are for readers and mypy. Numba infers its own.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Indices = NDArray[np.int32]
Slots = NDArray[np.int64]  # (N_SLOT_FIELDS, n)
Bounds = NDArray[np.int64]  # (N_BOUND_FIELDS, n_segments, n)
Overlap = NDArray[np.int64]  # (n, n)
Pool = NDArray[Any]  # int32 or int64 (2, n_pool)
PoolRow = NDArray[Any]  # part of a row of the pool: slots, or counts
Scratch = NDArray[np.int64]  # (N_SCRATCH, n): of one thread
Row = NDArray[np.int64]  # (n,), or part of it: an integer for each slot
Reals = NDArray[np.float64]  # (n,), or part of it
Progress = NDArray[np.int64]  # (PROGRESS_SIZE,)

# To mypy a NumPy integer is not an int; kernels use both alike.
int64 = cast(Callable[[Any], int], np.int64)
