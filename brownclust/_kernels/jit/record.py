"""Records of arrays that kernels are given by address.

To Numba a named tuple of arrays is a hundred arguments, of every kernel that passes it
on, and most of the time of compiling goes there. A `Record` is one: the address of a
table in which the arrays' own descriptions stand side by side.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    register_model,
    typeof_impl,
    unbox,
)

WORD = 8  # bytes


@dataclass(frozen=True)
class Record:
    """Base of frozen data classes of arrays, numbers, and named tuples of these."""

    def __post_init__(self) -> None:
        """Note where everything is."""
        words = np.array(_words([getattr(self, f.name) for f in fields(self)]))
        self.__dict__.update(_words=words, _address=words.ctypes.data)


def _words(value: Any) -> list[int]:
    """Describe a value as Numba's compiled code does, in 64-bit words."""
    if isinstance(value, np.ndarray):
        head = [0, 0, value.size, value.itemsize, value.ctypes.data]
        return [*head, *value.shape, *value.strides]
    if isinstance(value, float):
        return [int(np.float64(value).view(np.int64))]
    return [word for part in value for word in _words(part)]


class RecordType(types.Type):  # type: ignore[misc]
    """The type of a `Record`, known by the types of its fields."""

    def __init__(self, name: str, members: tuple[tuple[str, Any], ...]) -> None:
        self.members = members
        super().__init__(name=f"{name}{members}")


@register_model(RecordType)
class _RecordModel(models.OpaqueModel):  # type: ignore[misc]
    """An address."""


@typeof_impl.register(Record)
def _type_of_record(record: Record, context: Any) -> RecordType:
    known: RecordType | None = record.__dict__.get("_type")
    if known is None:
        values = [(field.name, getattr(record, field.name)) for field in fields(record)]
        members = tuple((name, typeof_impl(value, context)) for name, value in values)
        known = record.__dict__["_type"] = RecordType(type(record).__name__, members)
    return known


@unbox(RecordType)
def _unbox_record(_kind: RecordType, record: Any, context: Any) -> NativeValue:
    number = context.pyapi.object_getattr_string(record, "_address")
    address = context.pyapi.long_as_voidptr(number)
    context.pyapi.decref(number)
    return NativeValue(address)


@infer_getattr
class _RecordAttributes(AttributeTemplate):  # type: ignore[misc]
    key = RecordType

    def generic_resolve(self, kind: RecordType, name: str) -> Any:
        return dict(kind.members).get(name)


@lower_getattr_generic(RecordType)
def _load_member(
    context: Any, builder: Any, kind: RecordType, address: Any, name: str
) -> Any:
    n_words = 0
    for member, member_type in kind.members:
        if member == name:
            break
        n_words += _n_words(member_type)
    start = cgutils.pointer_add(builder, address, WORD * n_words)
    value_type = context.get_value_type(dict(kind.members)[name])
    return builder.load(builder.bitcast(start, ir.PointerType(value_type)))


def _n_words(kind: Any) -> int:
    if isinstance(kind, types.Array):
        return 5 + 2 * int(kind.ndim)
    if isinstance(kind, types.BaseTuple):
        return sum(map(_n_words, kind))
    return 1
