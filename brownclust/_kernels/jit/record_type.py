"""How Numba reads a `Record`: by address, without looking at its arrays.

Private Numba; imported by `private_numba` alone.
"""

from hashlib import sha256
from typing import Any

from llvmlite import ir
from numba import types
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

from brownclust._kernels.jit.llvm_intrinsics import load
from brownclust._kernels.jit.record import WORD_BYTES, Record


class RecordType(types.Type):  # type: ignore[misc]
    """The type of a `Record`, known by the types of what kernels can read of it."""

    def __init__(self, name: str, members: tuple[tuple[str, Any], ...]) -> None:
        self.members = members
        digest = sha256(repr(members).encode()).hexdigest()[:12]
        super().__init__(name=f"{name}_{digest}")


@register_model(RecordType)
class _RecordModel(models.OpaqueModel):  # type: ignore[misc]
    """An address."""


@typeof_impl.register(Record)
def _type_of_record(record: Record, context: Any) -> RecordType:
    view = record.compiled_view
    if view.numba_type is None:
        members = view.values._asdict().items()  # type: ignore[attr-defined]
        typed = tuple((name, typeof_impl(value, context)) for name, value in members)
        view.numba_type = RecordType(type(record).__name__, typed)
    known: RecordType = view.numba_type
    return known


@unbox(RecordType)
def _unbox_record(_kind: RecordType, record: Any, context: Any) -> NativeValue:
    # This cannot fail: the type was asked for first, so there is a table.
    number = context.pyapi.object_getattr_string(record, "compiled_address")
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
    offset = ir.IntType(64)(WORD_BYTES * n_words)
    start = builder.gep(address, [offset], source_etype=ir.IntType(8))
    return load(context, builder, start, dict(kind.members)[name])


def _n_words(kind: Any) -> int:
    if isinstance(kind, types.Array):
        return 5 + 2 * int(kind.ndim)
    if isinstance(kind, types.BaseTuple):
        return sum(map(_n_words, kind))
    return 1
