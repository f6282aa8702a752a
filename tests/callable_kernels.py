"""Kernels that only kernels call have no entry from Python."""

from numba import njit


def callable_alone(kernel):
    """An inner kernel as a function that Python can call."""
    return njit(getattr(kernel, "py_func", kernel))
