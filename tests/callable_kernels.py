"""Kernels that only kernels call have no entry from Python."""

from numba import njit

from brownclust._kernels.jit.mode import USES_PRIVATE_NUMBA
from brownclust._kernels.jit.record import Record


def callable_alone(kernel):
    """An inner kernel as a function that Python can call."""
    compiled = njit(getattr(kernel, "py_func", kernel))
    if USES_PRIVATE_NUMBA:
        return compiled

    def call(*arguments):  # public Numba takes no records
        return compiled(
            *[a.compiled_view.values if isinstance(a, Record) else a for a in arguments]
        )

    return call
