"""What is used of Numba that it does not document, and whether it is as we know it.

- the layout of arrays, numbers and tuples in compiled code (`record`)
- options of its decorator (`compilation`)
- how its compiler links and optimises (`whole_program`) and finds types
  (`typing_memory`)
- the stamp and the files of its disk cache (`cache`, `checked_cache`)
- how functions are written in LLVM's instructions (`record_type`, `llvm_intrinsics`)
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.cpu import CPUTargetOptions
from numba.core.datamodel import default_manager
from numba.core.registry import cpu_target

import brownclust._kernels.jit.record_type  # noqa: F401  (shows Numba our records)
from brownclust._kernels.jit.record import array_layout
from brownclust._kernels.jit.whole_program import (
    USED_OF_LIBRARIES,
    EntryCompiler,
    EntryLibrary,
    InnerCompiler,
)

_COMPILER = "pipeline_class"
"""The one option that Numba documents."""

OPTIONS: dict[str, bool] = {"no_cfunc_wrapper": True}
"""Of all kernels: nothing calls them from C."""

FAST_OPTIONS: dict[str, Any] = {"_nrt": False, _COMPILER: EntryCompiler}
"""Of kernels that make no array: without counts of references to arrays, which nothing
in a kernel outlives; compiled with all that they call."""

INNER_OPTIONS: dict[str, Any] = {
    "no_cpython_wrapper": True,
    _COMPILER: InnerCompiler,
}
"""Of kernels that only kernels call: no machine code of their own."""

_CACHE_FILE = (
    *("_load_index", "_save_index", "_load_data", "_save_data", "_data_path", "_dump"),
    "_open_for_write",
)
_CACHE = ("load_overload", "save_overload", "cache_path")
"""Parts of the disk cache that `checked_cache` calls or replaces."""

_POINTERS = ("meminfo", "parent", "data")
"""Members of an array that are addresses; the others are integers."""


def difference(model_of: Callable[[Any], Any] = default_manager.lookup) -> str | None:
    """What is not as we know it, or None. Nothing is compiled.

    Parameters
    ----------
    model_of : callable, optional
        Numba's models of its types in compiled code; others in tests.
    """
    for n_dims in (1, 2, 3):
        kind = types.Array(types.int64, n_dims, "C")
        model = model_of(kind)
        members = zip(model._fields, model.get_value_type().elements, strict=True)
        found = [(name, *_words(part)) for name, part in members]
        known = [
            (name, *len(words) * ["pointer" if name in _POINTERS else "i64"])
            for name, words in array_layout(np.zeros((1,) * n_dims)).items()
        ]
        if found != known:
            return f"{kind} is {found}, not {known}"
    for kind, words in (
        (types.intp, ["i64"]),
        (types.float64, ["double"]),
        (types.Tuple((types.float64, types.int64)), ["double", "i64"]),
        (types.UniTuple(types.int64, 2), ["i64", "i64"]),
    ):
        if _words(model_of(kind).get_value_type()) != words:
            return f"{kind} is {model_of(kind).get_value_type()}, not {words}"
    for option in {*OPTIONS, *FAST_OPTIONS, *INNER_OPTIONS} - {_COMPILER}:
        if not hasattr(CPUTargetOptions, option):
            return f"there is no option {option}"
    index = IndexDataCacheFile("", "", "stamp")
    if (index._source_stamp, index._version) != ("stamp", numba.__version__):
        return "the disk cache has another stamp"
    library = EntryLibrary(cpu_target.target_context.codegen(), "")
    for what, owner, names in (
        ("the disk cache", IndexDataCacheFile, _CACHE_FILE),
        ("the disk cache", FunctionCache, _CACHE),
        ("a library of compiled code", library, USED_OF_LIBRARIES),
    ):
        for name in names:
            if not hasattr(owner, name):
                return f"{what} has no {name}"
    return None


def _words(kind: Any) -> list[str]:
    """The 64-bit words of a type of LLVM."""
    if isinstance(kind, ir.PointerType):
        return ["pointer"]
    if isinstance(kind, ir.ArrayType):
        return [word for _ in range(kind.count) for word in _words(kind.element)]
    if isinstance(kind, ir.LiteralStructType) and not kind.packed:
        return [word for part in kind.elements for word in _words(part)]
    return [str(kind)]
