"""Functions for kernels in LLVM's instructions: loads, parts of floats, atomics.

Private Numba; see `intrinsics` for what the functions do.
"""

import sys
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_WORD_BYTES = 8

yield_cpu = types.ExternalFunction(
    "SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32()
)

_NAP = 50  # microseconds

_MONOTONIC_CLOCK = 6 if sys.platform == "darwin" else 1


def load(
    context: Any, builder: Any, address: Any, kind: Any, align: int | None = None
) -> Any:
    """Load a value of one of Numba's types.

    Numba says which type the pointer has: LLVM 15, which Numba 0.61 has, must know what
    pointers point to; later versions have one type of pointer only.
    """
    pointer = builder.bitcast(address, context.get_value_type(types.CPointer(kind)))
    return builder.load(pointer, align=align, typ=context.get_value_type(kind))


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """The address of array[index]."""
    from numba.np.arrayobj import make_array  # not needed where nothing is compiled

    start = make_array(kind)(context, builder, array).data
    return builder.gep(start, [index], source_etype=context.get_data_type(kind.dtype))


@intrinsic
def load_eight(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values)
        return load(context, builder, address, types.int64, align=1)

    return types.int64(array, types.intp), generate


@intrinsic
def prefetch(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values)
        pointer, flag = context.get_value_type(types.voidptr), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, flag, flag, flag])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        to_read, into_all_caches, data = flag(0), flag(3), flag(1)
        address = builder.bitcast(address, pointer)
        builder.call(fetch, [address, to_read, into_all_caches, data])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@intrinsic
def load_acquire(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values)
        kind = context.get_value_type(types.int64)
        return builder.load_atomic(address, "acquire", _WORD_BYTES, typ=kind)

    return types.int64(array, types.intp), generate


@intrinsic
def add_release(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values)
        one = ir.IntType(64)(1)
        return builder.atomic_rmw("add", address, one, "acq_rel")

    return types.int64(array, types.intp), generate


@intrinsic
def nap(_typing: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, _values: Any) -> Any:
        integer = ir.IntType(32)
        if sys.platform == "win32":  # which only sleeps for milliseconds
            name, arguments = "SwitchToThread", []
        else:
            name, arguments = "usleep", [integer(_NAP)]
        kind = ir.FunctionType(integer, [integer] * len(arguments))
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        return builder.call(function, arguments)

    return types.int32(), generate


@intrinsic
def nanoseconds(_typing: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, _values: Any) -> Any:
        word, number = ir.IntType(64), ir.IntType(32)
        if sys.platform == "win32":
            return word(0)
        time = cgutils.alloca_once(builder, ir.ArrayType(word, 2))
        kind = ir.FunctionType(number, [number, time.type])
        name = "clock_gettime"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        monotonic = number(_MONOTONIC_CLOCK)
        builder.call(function, [monotonic, time])
        parts = builder.load(time, typ=ir.ArrayType(word, 2))
        seconds = builder.mul(builder.extract_value(parts, 0), word(10**9))
        return builder.add(seconds, builder.extract_value(parts, 1))

    return types.int64(), generate


@intrinsic
def store_release(_typing: Any, array: Any, index: Any, number: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], *values[:2])
        builder.store_atomic(values[2], address, "release", _WORD_BYTES)
        return context.get_dummy_value()

    return types.void(array, types.intp, types.int64), generate


@intrinsic
def float_exponent(_typing: Any, number: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        integer = ir.IntType(32)
        bits = builder.bitcast(values[0], integer)
        exponent = builder.sub(builder.lshr(bits, integer(23)), integer(127))
        return builder.sitofp(exponent, ir.FloatType())

    return types.float32(types.float32), generate


@intrinsic
def float_mantissa(_typing: Any, number: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        integer = ir.IntType(32)
        bits = builder.bitcast(values[0], integer)
        mantissa = builder.and_(bits, integer(0x7FFFFF))
        return builder.bitcast(
            builder.or_(mantissa, integer(0x3F800000)), ir.FloatType()
        )

    return types.float32(types.float32), generate


@intrinsic
def multiply_add(_typing: Any, factor: Any, other: Any, term: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FloatType()
        signature = ir.FunctionType(kind, [kind, kind, kind])
        function = builder.module.declare_intrinsic("llvm.fmuladd", [kind], signature)
        return builder.call(function, values)

    return types.float32(types.float32, types.float32, types.float32), generate


@intrinsic
def lesser(_typing: Any, number: Any, other: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.DoubleType()
        signature = ir.FunctionType(kind, [kind, kind])
        function = builder.module.declare_intrinsic("llvm.minnum", [kind], signature)
        return builder.call(function, values, fastmath=("nnan", "nsz"))

    return types.float64(types.float64, types.float64), generate


@intrinsic
def real_exponent(_typing: Any, number: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        integer = ir.IntType(64)
        bits = builder.bitcast(values[0], integer)
        return builder.sub(builder.lshr(bits, integer(52)), integer(1023))

    return types.int64(types.float64), generate


@intrinsic
def real_mantissa(_typing: Any, number: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        integer = ir.IntType(64)
        bits = builder.bitcast(values[0], integer)
        mantissa = builder.and_(bits, integer(2**52 - 1))
        one = integer(1023 << 52)
        return builder.bitcast(builder.or_(mantissa, one), ir.DoubleType())

    return types.float64(types.float64), generate
