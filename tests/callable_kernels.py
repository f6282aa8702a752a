"""Kernels that only kernels call have no way in from Python: calling one crashes."""

from numba import njit


def callable_alone(kernel):
    """An inner kernel as a function that Python can call."""
    return njit(getattr(kernel, "py_func", kernel))
