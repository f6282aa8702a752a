"""Decorators that compile functions into kernels."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, cast

from numba import njit, typeof
from numba.extending import typeof_impl

from brownclust._kernels.jit.cache import compile_and_keep
from brownclust._kernels.jit.mode import IS_COMPILED, USES_PRIVATE_NUMBA
from brownclust._kernels.jit.record import Record

Function = TypeVar("Function", bound=Callable[..., Any])

# Without Python's lock, and without a test for a zero divisor, which together with
# counts of references takes two thirds of the run time of small steps.
_FAST: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_ALL: dict[str, Any] = {}
_INNER: dict[str, Any] = {}
_INLINED: dict[str, Any] = {"inline": "always"}
if USES_PRIVATE_NUMBA:
    from brownclust._kernels.jit import private_numba

    _ALL = private_numba.OPTIONS
    _FAST |= private_numba.FAST_OPTIONS
    _INNER = _INLINED = private_numba.INNER_OPTIONS


class _Entry:
    """What Python is given instead of a compiled kernel; kernels call the kernel."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self.__name__: str = compiled.__name__
        self.__qualname__: str = compiled.__qualname__
        self.__module__ = compiled.__module__
        self.__doc__ = compiled.__doc__

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)

    def __reduce__(self) -> str:
        return self.__qualname__  # a copy, also in another process, is the original


@typeof_impl.register(_Entry)
def _type_of_kernel(entry: _Entry, _context: Any) -> Any:
    return typeof(entry._compiled)


class _NoEntry(_Entry):
    """Of a kernel that was compiled without one: to call it would crash Python."""

    def __call__(self, *_arguments: Any) -> NoReturn:
        name = self.__name__
        raise TypeError(
            f"{name} must be called by a kernel: it has no entry from Python, "
            f"where {name}.py_func does the same"
        )


class _PublicEntry(_Entry):
    """Gives the kernel named tuples for records."""

    def __call__(self, *arguments: Any) -> Any:
        return self._compiled(
            *[
                argument.compiled_view.values
                if isinstance(argument, Record)
                else argument
                for argument in arguments
            ]
        )


def _decorator(
    options: dict[str, Any], entry: type[_Entry] | None, *, is_kept: bool = True
) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        if not IS_COMPILED:
            return function
        compile_it = compile_and_keep if is_kept else njit
        compiled = compile_it(function, **_ALL, **options)
        entered: Any = compiled if entry is None else entry(compiled)
        return cast(Function, entered)

    return decorate


_entry = None if USES_PRIVATE_NUMBA else _PublicEntry


fast_kernel = _decorator(_FAST, _entry)
"""Of kernels that Python calls. They make no array and touch no Python object.

What they are compiled to is kept on disk; ``NUMBA_CACHE_DIR`` names another folder.
"""

# On disk, compiled kernels contain those that they call. With public Numba, these are
# compiled by themselves as well, and kept for the next that calls them.
inner_kernel = _decorator(_FAST | _INNER, _NoEntry, is_kept=not USES_PRIVATE_NUMBA)
"""Of kernels that only kernels call; see `whole_program`.

Called from Python, one raises TypeError.
"""

inlined_kernel = _decorator(_FAST | _INLINED, _NoEntry, is_kept=False)
"""Of those among these that one other calls: a page to read, not a unit to compile.

With public Numba, which compiles each unit by itself, it is inlined.
"""
