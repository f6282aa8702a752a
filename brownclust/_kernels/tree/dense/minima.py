"""The least of a row of bounds, and those that are not above a limit: vectorised."""

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel
from brownclust._kernels.jit.intrinsics import lesser
from brownclust._kernels.tree.types import Indices, Reals, int64

GROUP = 64
"""Bounds that are looked at together: one by one only if the least is low enough."""


@inner_kernel
def least_value(values: Reals) -> float:
    """The least of these, infinity if there are none; O(values)."""
    least = np.inf
    for t in range(values.size):
        least = lesser(least, values[t])
    return least


@inner_kernel
def next_not_above(values: Reals, begin: int, limit: float) -> int:
    """Where the first value from `begin` on is that is not above the limit.

    The number of values if there is none. O(values passed over).
    """
    while begin < values.size:
        group = values[begin : begin + GROUP]
        if least_value(group) <= limit:
            for t in range(group.size):
                if group[t] <= limit:
                    return int64(begin + t)
        begin += GROUP
    return int64(values.size)


@inner_kernel
def list_not_above(values: Reals, limit: float, found: Indices) -> int:
    """List where values are that are not above the limit; return how many there are.

    O(values).
    """
    n_found = int64(0)
    for begin in range(0, values.size, GROUP):
        group = values[begin : begin + GROUP]
        if least_value(group) <= limit:
            for t in range(group.size):
                found[n_found] = begin + t
                n_found += group[t] <= limit
    return n_found


@inner_kernel
def first_minimum(values: Reals) -> int:
    """Where the least value first is; O(values)."""
    return next_not_above(values, int64(0), least_value(values))
