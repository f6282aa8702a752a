"""How kernels are compiled, and kept on disk."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

IS_COMPILED = not config.DISABLE_JIT
"""False where NUMBA_DISABLE_JIT leaves the kernels plain Python."""

Function = TypeVar("Function", bound=Callable[..., Any])

# Types that Numba infers; with the JIT off, integers are Python's or NumPy's.
Int = Any
Bool = Any
Array = Any


def kernel(**options: Any) -> Callable[[Function], Function]:
    """Return Numba's `njit` with these options, keeping what it compiles on disk.

    Where neither the package's folder nor the user's can be written to, as in many
    containers, every process compiles anew; ``NUMBA_CACHE_DIR`` names another folder.
    """

    def decorate(function: Function) -> Function:
        try:
            compiled: Any = njit(cache=True, no_cfunc_wrapper=True, **options)(function)
        except RuntimeError:  # no such folder
            compiled = njit(no_cfunc_wrapper=True, **options)(function)
        else:
            _renew_with_all_kernels(compiled)
        kept: Function = compiled
        return kept

    return decorate


# Without reference counts of arrays, which nothing here can outlive, and without a test
# for a zero divisor: two thirds of the run time of small steps.
_FAST = {"nogil": True, "error_model": "numpy", "_nrt": False}

fast_kernel = kernel(**_FAST)
"""Of kernels that make no array and touch no Python object."""

inner_kernel = kernel(**_FAST, no_cpython_wrapper=True)
"""Of those among them that kernels alone call: half as long to compile.

Called from Python, one crashes: there is no way in.
"""

inlined_kernel = kernel(**_FAST, inline="always")
"""Of those among these that one other calls: a page to read, not a unit to compile."""


def _renew_with_all_kernels(compiled: Any) -> None:
    """Let what is on disk be stale if any kernel's source has changed.

    Numba looks at the file of the function alone; but what it keeps contains the
    kernels of other files that this one calls.
    """
    kept = getattr(compiled, "_cache", None)  # none with the JIT off
    if kept is not None:
        kept._cache_file._source_stamp = _stamp_of_all_kernels()


@cache
def _stamp_of_all_kernels() -> str:
    stamp = sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        stamp.update(path.read_bytes())
    return stamp.hexdigest()
