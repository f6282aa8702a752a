"""Reading and writing files of all formats."""

import os
from collections.abc import Iterable, Iterator
from os import PathLike
from typing import BinaryIO

from brownclust._validation import check_choice, expected, must_be
from brownclust.text.characters import decode_word
from brownclust.text.encodings import UTF8
from brownclust.text.files import open_binary
from brownclust.tree.formats.cluster_table import ClusterTable, OutputRow
from brownclust.tree.formats.detection import detect_format
from brownclust.tree.formats.format_table import FORMAT_TABLE, FORMATS
from brownclust.tree.formats.rows import RowReader


def read_table(
    path: str | PathLike[str],
    format: str | None = None,
    *,
    lenient: bool = False,
    encoding: str = UTF8,
    encoding_errors: str = "strict",
) -> ClusterTable:
    """Read words and their clusters.

    Parameters
    ----------
    path : str or path-like
        A text file; decompressed if named ``.gz``, ``.xz``, ``.bz2`` or ``.zst``.
    format : str, optional
        One of `FORMATS`; detected if None.
    lenient : bool, default False
        Skip and count what cannot be read, instead of raising.
    encoding : str, default "utf-8"
        Encoding of the file: any that Python knows.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not of the encoding: raise an error, keep them as
        they are, replace them by U+FFFD, or drop them.

    Returns
    -------
    ClusterTable
        With a warning for each assumption, such as swapped columns.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        With file and line: if a byte is not of the encoding, a line is not in the
        format, a word is empty or repeated, or a bit string is a prefix of another.
    """
    if format is not None:
        check_choice("format", format, FORMATS)
    opened = open_binary(
        os.fspath(path), encoding=encoding, encoding_errors=encoding_errors
    )
    with opened as file:
        data = file.read()
    table = ClusterTable()
    lines = data.split(b"\n")
    if b"\r" in lines[0].rstrip(b"\r"):
        rule = r"lines that end in a newline (tr '\r' '\n' converts old files)"
        place, line = f"{path}:1", decode_word(lines[0])
        raise ValueError(expected(place, f"{rule}, not in a carriage return", line))
    found = format or detect_format(lines, path, table)
    reader = RowReader(path, FORMAT_TABLE[found], table, lenient=lenient)
    reader.read(lines)
    if not table.words:
        raise ValueError(f"{path}: expected words and their clusters, got none")
    if not table.is_flat:
        hint = " (class numbers without a tree: --from (format=) alexclark)"
        reader.check_prefixes("" if format else hint)
    return table


def write_table(file: BinaryIO, format: str, rows: Iterable[OutputRow]) -> None:
    """Write words and their clusters to an open file.

    Parameters
    ----------
    file : binary file
        Where to write.
    format : str
        One of `FORMATS`.
    rows : iterable of (bytes, bytes or None, int, int or str)
        Word; bit string, None for flat classes; count; and the number of the cluster by
        order of bit strings, or the name of the flat class.

    Raises
    ------
    ValueError
        If a word is empty, or has a byte that separates fields or lines; or if the
        format has bit strings, and flat classes have none.
    """
    check_choice("format", format, FORMATS)
    file.writelines(FORMAT_TABLE[format].format_lines(_checked(rows, format)))


def _checked(rows: Iterable[OutputRow], format: str) -> Iterator[OutputRow]:
    separators = FORMAT_TABLE[format].separators
    has_classes = FORMAT_TABLE[format].has_classes
    for row in rows:
        word, bit_string, *_ = row
        if not word or any(byte in word for byte in separators):
            rule = f"a word that format {format} can represent"
            raise ValueError(must_be("word", rule, decode_word(word)))
        if bit_string is None and not has_classes:
            flat = [name for name, other in FORMAT_TABLE.items() if other.has_classes]
            rule = f"one of {', '.join(flat)} for flat classes, which have no tree"
            raise ValueError(must_be("format", rule, format))
        yield row
