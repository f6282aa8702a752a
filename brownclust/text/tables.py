"""Columns of tables: which one to read, and the ids in its arrays.

`brownclust.text.id_arrays` reads tables from Python here, ``table_files`` those of
files. The package of the extra ``arrow``, pyarrow, is imported where it is used.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from brownclust._validation import on_one_line
from brownclust.text.id_blocks import Piece

IDS, TEXT, TOKENS = "ids", "text", "tokens"
"""What a column can hold: integers, or lists of them; texts; lists of strings."""


def import_pyarrow(what: str) -> Any:
    """Return the package ``pyarrow``.

    Parameters
    ----------
    what : str
        The file or argument that needs it, for the message.

    Raises
    ------
    ImportError
        If it is not installed; the message says how to install it.
    """
    try:
        import pyarrow
    except ImportError:
        raise ImportError(
            f"{what} needs pyarrow; run: pip install 'brownclust[arrow]'"
        ) from None
    return pyarrow


def find_column(schema: Any, field: str | None, place: str) -> tuple[str, str]:
    """Return the name of the column to read, and what it holds.

    Parameters
    ----------
    schema : pyarrow.Schema
        Names and types of the columns.
    field : str, optional
        The name of the column; None for the only one that can be read.
    place : str
        The file or argument, for errors.

    Raises
    ------
    ValueError
        If there is no such column, there are several, or it holds something else.
    """
    found = {name: _holds(type) for name, type in zip(schema.names, schema.types)}  # noqa: B905
    columns = ", ".join(map(repr, schema.names)) or "none"
    if field is None:
        usable = [name for name, holds in found.items() if holds]
        if len(usable) != 1:
            rule = "one column with text, tokens or ids"
            hint = "; name one: --field (field=)" if usable else ""
            found_columns = ", ".join(map(repr, usable)) or f"the columns {columns}"
            raise ValueError(
                f"{place}: expected {rule}, got {on_one_line(found_columns)}{hint}"
            )
        [field] = usable
    if field not in found:
        rule = f"a column {field!r} (--field, field=)"
        raise ValueError(f"{place}: expected {rule}, got {on_one_line(columns)}")
    if schema.names.count(field) > 1:
        raise ValueError(f"{place}: expected one column {field!r}, got several")
    if not found[field]:
        rule = f"text, tokens or ids in column {field!r}"
        raise ValueError(f"{place}: expected {rule}, got {schema.field(field).type}")
    return field, found[field]


def _holds(type: Any) -> str:
    """Return what a type of pyarrow can be read as; "" for nothing."""
    from pyarrow import types

    def is_string(one: Any) -> bool:
        return bool(types.is_string(one) or types.is_large_string(one))

    if types.is_dictionary(type):
        type = type.value_type
    is_list = (
        types.is_list(type)
        or types.is_large_list(type)
        or types.is_fixed_size_list(type)
    )
    item = type.value_type if is_list else type
    if types.is_integer(item):
        return IDS
    if is_string(item):
        return TOKENS if is_list else TEXT
    return ""


def id_pieces(arrays: Iterable[Any], wrong: Callable[[str], str]) -> Iterator[Piece]:
    """Yield the ids of arrays; each list is a line.

    Parameters
    ----------
    arrays : iterable of pyarrow.Array
        Of integers, or of lists of integers; a missing list is an empty one.
    wrong : callable
        Returns the message for what was found instead of an integer.

    Raises
    ------
    ValueError
        If an id is missing.
    """
    from pyarrow import compute, types

    for array in arrays:
        values = array.dictionary_decode() if types.is_dictionary(array.type) else array
        line_ends = np.empty(0, np.int64)
        if not types.is_integer(values.type):
            sizes = compute.fill_null(compute.list_value_length(values), 0)
            line_ends = np.cumsum(sizes.to_numpy(zero_copy_only=False), dtype=np.int64)
            values = values.flatten()
        if values.null_count:
            raise ValueError(wrong("a missing value"))
        yield Piece(values.to_numpy(zero_copy_only=False), line_ends)
