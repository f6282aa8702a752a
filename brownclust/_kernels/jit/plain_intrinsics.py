"""The functions of `llvm_intrinsics` in Python, compiled or not, for one thread."""

from typing import Any

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
    """Fetch array[index] into the caches, to be written soon."""


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
def yield_cpu() -> int:
    """Offer the processor to another thread."""
    return 0
