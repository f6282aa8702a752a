"""Files of ids: raw integers, NumPy arrays, and columns of Parquet and Arrow files.

`brownclust.text.id_corpus` reads them. Files are read in order, a block at a time, so
that they can be compressed, or larger than memory.
"""

from collections.abc import Iterator
from math import prod
from typing import Any, BinaryIO

import numpy as np

from brownclust._validation import expected, must_be
from brownclust.text.id_blocks import BLOCK_IDS, Piece

TYPES = "a type of integers, such as uint16 or int32"

LINE_END = Piece(np.empty(0, np.int32), np.zeros(1, np.int64))
"""Ends the last line of a file."""

_NO_ENDS = np.empty(0, np.int64)

_MAX_HEADER = 10_000
"""Bytes of the header of an array, as NumPy allows."""


def check_dtype(name: str, value: Any) -> "np.dtype[Any]":
    """Return a type of integers.

    Parameters
    ----------
    name : str
        The argument, for the message.
    value : object
        ``"uint16"``, or anything else that NumPy takes for a type.

    Raises
    ------
    TypeError
        If it is not a string or a type.
    ValueError
        If it is not a type of integers.
    """
    if not isinstance(value, str | type | np.dtype):
        raise TypeError(must_be(name, TYPES, value))
    try:
        dtype = np.dtype(value)
    except (TypeError, ValueError, SyntaxError):
        dtype = np.dtype(object)
    if dtype.kind not in "iu":
        raise ValueError(must_be(name, TYPES, str(value)))
    return dtype


def read_raw(file: BinaryIO, dtype: "np.dtype[Any]", name: str) -> Iterator[Piece]:
    """Yield the integers of a file that has nothing else.

    Raises
    ------
    ValueError
        If the size of the file is not a multiple of the size of an integer.
    """
    rest, n_bytes = b"", 0
    while data := file.read(BLOCK_IDS * dtype.itemsize):
        n_bytes += len(data)
        data = rest + data
        whole = len(data) // dtype.itemsize * dtype.itemsize
        rest = data[whole:]
        yield Piece(np.frombuffer(data[:whole], dtype), _NO_ENDS)
    if rest:
        rule = f"integers of {dtype.itemsize} bytes ({dtype})"
        raise ValueError(f"{name}: expected {rule}, got {n_bytes} bytes")
    yield LINE_END


def read_npy(file: BinaryIO, name: str) -> Iterator[Piece]:
    """Yield the integers of a NumPy array; the rows of a matrix are lines.

    Raises
    ------
    ValueError
        If it holds anything but integers, or is damaged.
    """
    shape, dtype = _header_of(file, name)
    n_ids = prod(shape)
    whole = f"{n_ids} integers, as the header says"
    width = shape[1] if len(shape) == 2 else 0
    start = 0
    while start < n_ids:
        n_here = min(BLOCK_IDS, n_ids - start)
        data = file.read(n_here * dtype.itemsize)
        if len(data) < n_here * dtype.itemsize:
            found = start + len(data) // dtype.itemsize
            raise ValueError(f"{name}: expected {whole}, got {found}")
        end = start + n_here
        ends = _NO_ENDS
        if width:
            ends = np.arange(start // width + 1, end // width + 1) * width - start
        yield Piece(np.frombuffer(data, dtype), ends)
        start = end
    if file.read(1):
        raise ValueError(f"{name}: expected {whole}, got more")
    yield LINE_END


def _header_of(file: BinaryIO, name: str) -> tuple[tuple[int, ...], "np.dtype[Any]"]:
    from numpy.lib import format as npy

    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    try:
        read = readers[npy.read_magic(file)]
        shape, is_transposed, dtype = read(file, max_header_size=_MAX_HEADER)
    except (ValueError, KeyError, EOFError, SyntaxError, TypeError) as error:
        rule = "expected a NumPy array, got a damaged one"
        raise ValueError(f"{name}: {rule} ({error})") from None
    if dtype.hasobject:
        found = "Python objects (save each row's ids in one array of integers)"
        raise ValueError(f"{name}: expected an array of integers, got {found}")
    if dtype.kind not in "iu":
        raise ValueError(f"{name}: expected an array of integers, got {dtype}")
    if len(shape) not in (1, 2) or min(shape, default=0) < 0:
        rule = "an array of one or two dimensions"
        raise ValueError(expected(name, rule, shape))
    if is_transposed and len(shape) == 2:
        rule = "an array in C order (numpy.ascontiguousarray)"
        raise ValueError(f"{name}: expected {rule}, got one in Fortran order")
    return shape, dtype
