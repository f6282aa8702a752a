"""What NumPy has no words for: bytes as a number, parts of floats, waiting.

``plain_intrinsics`` says what they do; with private Numba they are LLVM's instructions.
"""

from brownclust._kernels.jit.mode import USES_PRIVATE_NUMBA

if USES_PRIVATE_NUMBA:
    from brownclust._kernels.jit.llvm_intrinsics import (
        add_release,
        float_exponent,
        float_mantissa,
        lesser,
        load_acquire,
        load_eight,
        multiply_add,
        nanoseconds,
        nap,
        prefetch,
        real_exponent,
        real_mantissa,
        store_release,
        yield_cpu,
    )
else:
    from brownclust._kernels.jit.plain_intrinsics import (
        add_release,
        float_exponent,
        float_mantissa,
        lesser,
        load_acquire,
        load_eight,
        multiply_add,
        nanoseconds,
        nap,
        prefetch,
        real_exponent,
        real_mantissa,
        store_release,
        yield_cpu,
    )

__all__ = [
    "add_release",
    "float_exponent",
    "float_mantissa",
    "lesser",
    "load_acquire",
    "load_eight",
    "multiply_add",
    "nanoseconds",
    "nap",
    "prefetch",
    "real_exponent",
    "real_mantissa",
    "store_release",
    "yield_cpu",
]

HAS_ATOMICS = USES_PRIVATE_NUMBA
"""Whether threads can wait for each other inside kernels; if not, there must be one."""
