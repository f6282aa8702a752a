"""The functions of `llvm_intrinsics` in Python, compiled or not, for one thread."""

from math import frexp
from typing import Any

import numpy as np

from brownclust._kernels.jit.compilation import inner_kernel


@inner_kernel
def load_eight(array: Any, index: int) -> int:
    """Eight bytes of an array from an index on as an int64, the first the lowest."""
    number = 0
    for i in range(8):
        number |= int(array[index + i]) << 8 * i
    return number


@inner_kernel
def prefetch(array: Any, index: int) -> None:
    """Fetch array[index] into the caches."""


@inner_kernel
def load_acquire(array: Any, index: int) -> int:
    """array[index], before anything that follows is read."""
    number: int = array[index]
    return number


@inner_kernel
def add_release(array: Any, index: int) -> int:
    """array[index] += 1, after all that was written before; the number before."""
    number: int = array[index]
    array[index] = number + 1
    return number


@inner_kernel
def store_release(array: Any, index: int, number: int) -> None:
    """array[index] = number, after all that was written before."""
    array[index] = number


@inner_kernel
def yield_cpu() -> int:
    """Offer the processor to another thread."""
    return 0


@inner_kernel
def nanoseconds() -> int:
    """A clock that never goes back; 0 where there is none."""
    return 0


@inner_kernel
def nap() -> int:
    """Leave the processor to others for some 50 microseconds."""
    return 0


@inner_kernel
def float_exponent(number: Any) -> Any:
    """The exponent of a float32 >= 0, -127 for 0: number = mantissa * 2**exponent."""
    if number == 0.0:
        return np.float32(-127.0)
    return np.float32(frexp(number)[1] - 1)


@inner_kernel
def float_mantissa(number: Any) -> Any:
    """The mantissa of a float32 >= 0, from 1 to 2; 1 for 0."""
    if number == 0.0:
        return np.float32(1.0)
    return np.float32(2.0 * frexp(number)[0])


@inner_kernel
def multiply_add(factor: Any, other: Any, term: Any) -> Any:
    """Float32 factor * other + term, rounded once or twice."""
    return np.float32(np.float32(factor * other) + term)


@inner_kernel
def lesser(number: float, other: float) -> float:
    """The lesser of two float64 that are not NaN; loops with it are vectorised.

    With the operator, LLVM keeps the order of a loop for the sake of NaN and -0.
    """
    return min(number, other)


@inner_kernel
def real_exponent(number: float) -> int:
    """The exponent of a float64 >= 1: number = mantissa * 2**exponent."""
    return int(frexp(number)[1] - 1)


@inner_kernel
def real_mantissa(number: float) -> float:
    """The mantissa of a float64 >= 1, from 1 to 2."""
    return 2.0 * frexp(number)[0]
