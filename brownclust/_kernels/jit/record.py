"""Many arrays as one argument of a kernel. This module does not import Numba.

To Numba a named tuple of arrays is a hundred arguments, of every kernel that passes it
on, and most of the compile time goes there. A `Record` is one: the address of a table
in which the descriptions of its arrays stand side by side, laid out as in compiled
code. `record_type` shows Numba how to read it. With public Numba alone (see `mode`),
kernels are given a named tuple with the same attributes.
"""

from collections import namedtuple
from dataclasses import fields
from threading import Lock
from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

WORD_BYTES = 8

_lock = Lock()


class _ValuesClass:
    """A class attribute that is made on first use: a record's named tuple.

    An attribute, so that pickle, with which Numba's disk cache writes types, finds it
    in a new process too.
    """

    def __get__(self, record: object, owner: type["Record"]) -> type[Any]:
        with _lock:  # else two threads could make two classes, so two types
            made: Any = owner.__dict__.get("_values_class")
            if made is None:
                made = cast(Any, namedtuple(owner.__name__, owner.compiled_names()))
                made.__module__ = owner.__module__
                made.__qualname__ = f"{owner.__qualname__}.values_class"
                type.__setattr__(owner, "_values_class", made)
        kind: type[Any] = made
        return kind


class CompiledView:
    """What compiled code sees of a record, and what keeps that alive.

    Attributes
    ----------
    values : named tuple
        The attributes.
    words : int64 array
        The same as a table of 64-bit words.
    address : int
        Of this table.
    numba_type : object
        The record's type; `record_type` sets it on first use.
    """

    __slots__ = ("address", "numba_type", "values", "words")

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values
        self.words: NDArray[np.int64] = np.array(_words(values), dtype=np.int64)
        self.address = self.words.ctypes.data
        self.numba_type: Any = None


class Record:
    """Base of frozen dataclasses that kernels take as one argument.

    What kernels can read of them is arrays, floats, integers (as int64), and named
    tuples of these. Nothing is computed before the first call of compiled code.
    """

    compiled_attributes: ClassVar[tuple[str, ...]] = ()
    """What kernels can read, properties included; if empty, all fields."""

    values_class = _ValuesClass()
    """The named tuple of what kernels can read."""

    @classmethod
    def compiled_names(cls) -> tuple[str, ...]:
        """Names of what kernels can read, in the order in which it is laid out."""
        dataclass: Any = cls
        return cls.compiled_attributes or tuple(f.name for f in fields(dataclass))

    @property
    def compiled_view(self) -> CompiledView:
        """What compiled code sees, from the first use on the same."""
        view: CompiledView | None = self.__dict__.get("_compiled_view")
        if view is None:
            values = [getattr(self, name) for name in self.compiled_names()]
            made = CompiledView(self.values_class(*values))
            # Atomic: all threads get the address of the table that is kept.
            view = self.__dict__.setdefault("_compiled_view", made)
        return view

    @property
    def compiled_address(self) -> int:
        """The address that compiled code is given."""
        return self.compiled_view.address

    def __getstate__(self) -> dict[str, Any]:
        """Leave out of copies and pickles what has addresses in it."""
        state = dict(self.__dict__)
        state.pop("_compiled_view", None)
        return state


def array_layout(array: NDArray[Any]) -> dict[str, tuple[int, ...]]:
    """The members of an array in Numba's compiled code, in order, as 64-bit words."""
    return {
        "meminfo": (0,),  # kernels do not count references to arrays
        "parent": (0,),
        "nitems": (array.size,),
        "itemsize": (array.itemsize,),
        "data": (array.ctypes.data,),
        "shape": array.shape,
        "strides": array.strides,
    }


def _words(value: Any) -> list[int]:
    """Describe a value as Numba's compiled code does, in 64-bit words."""
    if isinstance(value, np.ndarray):
        return [word for words in array_layout(value).values() for word in words]
    if isinstance(value, float):
        return [int(np.float64(value).view(np.int64))]
    if isinstance(value, int | np.int64) and not isinstance(value, bool):
        return [int(value)]
    if isinstance(value, tuple):
        return [word for part in value for word in _words(part)]
    raise TypeError(
        "what kernels read of a record must be arrays, floats, integers or tuples of "
        f"these, got {value!r}"
    )
