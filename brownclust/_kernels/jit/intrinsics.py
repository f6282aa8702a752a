"""Loads that NumPy has no words for: bytes as a number, and memory ahead of its use."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.extending import intrinsic
from numba.np.arrayobj import make_array

from brownclust._kernels.jit.compilation import IS_COMPILED


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    return builder.gep(make_array(kind)(context, builder, array).data, [index])


@intrinsic
def _load_eight(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values)
        number = builder.bitcast(address, ir.IntType(64).as_pointer())
        return builder.load(number, align=1)

    return types.int64(array, types.intp), generate


@intrinsic
def _prefetch(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        pointer, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = _address(context, builder, signature.args[0], *values)
        kind = ir.FunctionType(ir.VoidType(), [pointer, flag, flag, flag])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        to_write, into_all_caches, data = flag(1), flag(3), flag(1)
        address = builder.bitcast(address, pointer)
        builder.call(fetch, [address, to_write, into_all_caches, data])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


def _load_eight_in_python(array: Any, index: int) -> int:
    return int.from_bytes(array[index : index + 8].tobytes(), "little")


def _prefetch_in_python(array: Any, index: int) -> None:
    pass


load_eight: Any = _load_eight if IS_COMPILED else _load_eight_in_python
"""Eight bytes of an array from an index on, the first the lowest, as int64."""

prefetch: Any = _prefetch if IS_COMPILED else _prefetch_in_python
"""Fetch what is at an index of an array, counted in elements, to be written soon."""
