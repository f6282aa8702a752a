"""Columns of Parquet and Arrow files.

`brownclust.text.text_blocks` reads columns of text here, ``id_corpus`` columns of
integers.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from brownclust._validation import expected, on_one_line
from brownclust.text.file_kinds import ARROW_STREAM, HEAD_SIZE, PARQUET, TABLES, kind_of
from brownclust.text.files import name_of, open_decompressed
from brownclust.text.tables import IDS, TEXT, find_column, import_pyarrow
from brownclust.text.tokens import TokenError, join_words

_ROWS = 1 << 14
"""Rows of Parquet files read at a time."""


class Column(NamedTuple):
    """A column of a table."""

    holds: str
    """`IDS`, `TEXT` or `TOKENS`."""
    arrays: Iterator[Any]
    """Arrays of pyarrow, which can be read once."""


@contextmanager
def open_column(path: str, kind: str, field: str | None) -> Iterator[Column]:
    """Open a file, and find the column to read.

    Parameters
    ----------
    path : str
        The file.
    kind : str
        `PARQUET`, `ARROW_FILE` or `ARROW_STREAM`.
    field : str, optional
        The name of the column; None for the only one that can be read.

    Yields
    ------
    Column

    Raises
    ------
    ImportError
        If pyarrow is not installed.
    ValueError
        With the name of the file: if it is damaged, also while reading; if there is no
        such column, or it holds something else.
    """
    pyarrow = import_pyarrow(path)
    with ExitStack() as stack:
        with _naming_damage(path, kind):
            file = stack.enter_context(pyarrow.memory_map(path))
            if kind == PARQUET:
                from pyarrow import parquet

                table = stack.enter_context(parquet.ParquetFile(file))
                schema = table.schema_arrow
            elif kind == ARROW_STREAM:
                table = stack.enter_context(pyarrow.ipc.open_stream(file))
                schema = table.schema
            else:
                table = stack.enter_context(pyarrow.ipc.open_file(file))
                schema = table.schema
        name, holds = find_column(schema, field, path)
        if kind == PARQUET:
            batches = table.iter_batches(batch_size=_ROWS, columns=[name])
        elif kind == ARROW_STREAM:
            batches = iter(table)
        else:
            batches = map(table.get_batch, range(table.num_record_batches))
        yield Column(holds, _arrays(batches, name, path, kind))


def _arrays(batches: Iterable[Any], name: str, path: str, kind: str) -> Iterator[Any]:
    """Yield the arrays of a column, after checking that they can be read safely."""
    each = iter(batches)
    while True:
        with _naming_damage(path, kind):
            batch = next(each, None)
            if batch is None:
                return
            array = batch.column(name)
            array.validate(full=True)
        yield array


@contextmanager
def _naming_damage(path: str, kind: str) -> Iterator[None]:
    """Turn the errors of pyarrow into one that names the file."""
    from pyarrow.lib import ArrowException

    try:
        yield
    except (ArrowException, OSError, ValueError, IndexError, KeyError) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        rule = f"expected {kind} that is whole, got a damaged or truncated one"
        raise ValueError(f"{path}: {rule} ({on_one_line(str(error))})") from None


def read_table_lines(path: str, field: str | None) -> Iterator[bytes]:
    """Yield the texts of a column as lines, or its lists of tokens, one a line.

    A missing text or list is left out. Whitespace inside a token becomes an underscore,
    as in JSON lines.

    Parameters
    ----------
    path : str
        A Parquet or Arrow file.
    field : str, optional
        The name of the column; None for the only one that can be read.

    Raises
    ------
    ImportError, ValueError
        As `open_column` does; if the file is no table, or the column has ids; with the
        number of the row, if a token is missing or empty.
    """
    kind = kind_of_file(path)
    if kind not in TABLES:
        found = kind or "another file"
        rule = "a Parquet or Arrow file"
        raise ValueError(f"{name_of(path)}: expected {rule}, got {found}")
    row = 0
    with open_column(path, kind, field) as column:
        if column.holds == IDS:
            rule = "a column of text or of tokens"
            raise ValueError(f"{path}: expected {rule}, got integers (see from_ids)")
        for array in column.arrays:
            for value in array.to_pylist():
                row += 1
                if value is None:
                    continue
                if column.holds == TEXT:
                    yield value.encode() + b"\n"
                    continue
                try:
                    yield join_words(value).encode()
                except TokenError as error:
                    rule = f"tokens, each {error.rule}"
                    place = f"{path}: row {row}"
                    raise ValueError(expected(place, rule, error.token)) from None


def kind_of_file(path: str) -> str | None:
    """Return what a file is, if it is not text; None if it cannot be known.

    Pipes are not read.
    """
    if not Path(path).is_file():
        return None
    with open_decompressed(path) as file:
        return kind_of(file.read(HEAD_SIZE))


def has_tables(files: Iterable[str]) -> bool:
    """Whether one of some files is a Parquet or Arrow file."""
    return any(kind_of_file(file) in TABLES for file in files)
