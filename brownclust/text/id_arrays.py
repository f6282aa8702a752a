"""Ids from Python: arrays, lists of them, columns of tables, datasets.

`brownclust.text.id_corpus` reads them. No library is imported for its own objects: they
are recognised by their attributes.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.text.id_blocks import BLOCK_IDS, Piece
from brownclust.text.rows import check_rows
from brownclust.text.tables import IDS, find_column, id_pieces, import_pyarrow

RULE = "an array of integers, or an iterable of such rows"

_ROWS = 1 << 12
"""Rows converted at a time."""

Integers = NDArray[np.int64]


def read_arrays(data: Any, offsets: Any, field: str | None) -> Iterator[Piece]:
    """Yield ids from Python.

    Parameters
    ----------
    data : array, iterable of rows, table or dataset
        See `BigramCounts.from_ids`.
    offsets : sequence of int, optional
        Where lines of an array of one dimension begin, and its size.
    field : str, optional
        The column of a table or dataset.

    Raises
    ------
    TypeError, ValueError
        If it is not as described; at once, or while rows are read.
    """
    if is_table(data):
        pieces = _of_table(data, field)
    elif field is not None:
        raise ValueError(must_be("field", "left out for arrays", field))
    else:
        array = _array_of(data)
        if array is not None and array.ndim and array.dtype != object:
            return _of_array(array, offsets)
        check_rows("ids", data, RULE)
        pieces = _of_rows(data)
    if offsets is not None:
        raise ValueError(must_be("offsets", "left out for rows", offsets))
    return pieces


def are_ids(data: Any, first: Any) -> bool:
    """Whether data are ids rather than tokens.

    Parameters
    ----------
    data : object
        A value that is neither a path nor counts.
    first : object
        Its first row; None if there is none.
    """
    for value in (data, first):
        dtype = getattr(value, "dtype", getattr(value, "type", None))
        if getattr(dtype, "kind", None) in {"i", "u", "f"}:
            return True
        if dtype is not None and "int" in str(dtype).lower():  # torch, polars, pyarrow
            return True
    items = first if isinstance(first, list | tuple) else (first,)
    return len(items) > 0 and isinstance(items[0], int | np.integer)


def _array_of(data: Any) -> NDArray[Any] | None:
    """Return an array of any library as one of NumPy; None for other iterables."""
    if isinstance(data, np.ndarray):
        return data
    if isinstance(data, list | tuple):
        is_flat = len(data) > 0 and isinstance(data[0], int | float | np.number)
        return np.array(data) if is_flat else None
    if hasattr(data, "__array__") and hasattr(data, "dtype"):
        return np.asarray(data)
    return None


def _of_array(array: NDArray[Any], offsets: Any) -> Iterator[Piece]:
    if array.dtype.kind not in "iu":
        raise TypeError(must_be("ids", "integers", f"an array of {array.dtype}"))
    if array.ndim not in (1, 2):
        rule = "an array of one or two dimensions"
        raise ValueError(must_be("ids", rule, f"one of shape {array.shape}"))
    if array.ndim == 2:
        if offsets is not None:
            raise ValueError(must_be("offsets", "left out for rows", offsets))
        return _of_matrix(array)
    return _of_vector(array, _line_ends(offsets, array.size))


def _line_ends(offsets: Any, n_ids: int) -> Integers:
    if offsets is None:
        return np.array([n_ids])
    ends = np.asarray(offsets)
    if ends.dtype.kind not in "iu" or ends.ndim != 1:
        raise TypeError(must_be("offsets", "an array of integers", offsets))
    is_valid = ends.size > 0 and ends[0] == 0 and ends[-1] == n_ids
    if not is_valid or (ends[1:] < ends[:-1]).any():
        rule = f"ascending from 0 to {n_ids}, the number of ids"
        raise ValueError(must_be("offsets", rule, offsets))
    return ends[1:].astype(np.int64)


def _of_vector(array: NDArray[Any], line_ends: Integers) -> Iterator[Piece]:
    yield Piece(array, line_ends)


def _of_matrix(array: NDArray[Any]) -> Iterator[Piece]:
    n_rows = max(1, BLOCK_IDS // max(1, array.shape[1]))
    for start in range(0, len(array), n_rows):
        rows = array[start : start + n_rows]
        ends = np.arange(1, len(rows) + 1) * array.shape[1]
        yield Piece(rows.reshape(-1), ends)


def _of_rows(rows: Iterable[Any]) -> Iterator[Piece]:
    each = iter(rows)
    while batch := [_row_of(row) for row in islice(each, _ROWS)]:
        ends = np.cumsum([len(row) for row in batch], dtype=np.int64)
        yield Piece(_values_of(batch), ends)


def _row_of(row: Any) -> list[Any] | NDArray[Any]:
    """Return a row as an array or a list, whose items are not checked yet."""
    if type(row) is list or type(row) is np.ndarray:
        return row
    if isinstance(row, str | bytes | dict | set) or not isinstance(row, Iterable):
        raise TypeError(must_be("row", "a list or an array of integers", row))
    if hasattr(row, "to_numpy"):
        return np.asarray(row.to_numpy())
    return np.asarray(row) if hasattr(row, "__array__") else list(row)


def _values_of(rows: list[Any]) -> NDArray[Any]:
    """Return the items of rows, one after the other."""
    if all(type(row) is list for row in rows):
        items = list(chain.from_iterable(rows))
        return _integers(items)
    arrays = [
        _integers(row) if isinstance(row, list) else _checked(row) for row in rows
    ]
    values = np.concatenate(arrays)
    if values.dtype.kind == "f":  # of signed integers, and of unsigned ones of 64 bits
        values = _integers([int(item) for array in arrays for item in array])
    return values


def _integers(items: list[Any]) -> NDArray[Any]:
    """Return a list of integers as an array."""
    if not items:
        return np.empty(0, np.int64)
    if set(map(type, items)) != {int}:
        for item in items:
            if isinstance(item, bool) or not isinstance(item, int | np.integer):
                raise TypeError(must_be("id", "an integer", item))
    try:
        return np.array(items, np.int64)
    except OverflowError:  # such integers are not ids, whatever they become here
        limits = np.iinfo(np.int64)
        return np.array([min(max(int(i), limits.min), limits.max) for i in items])


def _checked(row: NDArray[Any]) -> NDArray[Any]:
    if row.dtype.kind not in "iu" and row.size:
        raise TypeError(must_be("row", "a list or an array of integers", row))
    if row.ndim != 1:
        rule = "a list or an array of one dimension"
        raise ValueError(must_be("row", rule, f"one of shape {row.shape}"))
    return row if row.size else np.empty(0, np.int64)


def is_table(data: Any) -> bool:
    """Whether data are a table, a dataset, or a column that is not an array."""
    if isinstance(data, np.ndarray | list | tuple):
        return False
    has_columns = hasattr(data, "column_names") or hasattr(data, "columns")
    is_arrow = any(hasattr(data, f"__arrow_c_{of}__") for of in ("stream", "array"))
    if has_columns:
        return is_arrow or _is_dataset(data)
    return is_arrow and (_is_of_pyarrow(data) or not hasattr(data, "__array__"))


def _is_dataset(data: Any) -> bool:
    """Whether data are a dataset of Hugging Face."""
    return hasattr(data, "with_format") and hasattr(data, "iter")


def _is_of_pyarrow(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "pyarrow"


def _of_table(data: Any, field: str | None) -> Iterator[Piece]:
    """Yield the ids of a table, column or dataset."""
    pyarrow = import_pyarrow("ids")
    if _is_dataset(data):
        tables = data.with_format("arrow").iter(batch_size=_ROWS)
        return id_pieces(_columns(tables, field), _missing)
    if hasattr(data, "column_names") or hasattr(data, "columns"):
        return id_pieces(_columns([pyarrow.table(data)], field), _missing)
    if field is not None:
        raise ValueError(must_be("field", "left out for a column", field))
    if not hasattr(data, "__arrow_c_stream__"):
        data = [pyarrow.array(data)]
    column = pyarrow.chunked_array(data)
    if find_column(pyarrow.schema([("ids", column.type)]), "ids", "ids")[1] != IDS:
        raise TypeError(must_be("ids", "integers, or lists of them", str(column.type)))
    return id_pieces(column.chunks, _missing)


def _columns(tables: Iterable[Any], field: str | None) -> Iterator[Any]:
    for table in tables:
        name, holds = find_column(table.schema, field, "ids")
        if holds != IDS:
            rule = f"integers, or lists of them, in column {name!r}"
            raise TypeError(must_be("ids", rule, str(table.schema.field(name).type)))
        yield from table.column(name).chunks


def _missing(found: str) -> str:
    return f"ids must be integers, got {found}"
