"""Reading and writing files of all formats."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from os import PathLike
from typing import BinaryIO

from brownclust._validation import check_choice, must_be, shown
from brownclust.text.characters import decode_word
from brownclust.text.files import open_binary
from brownclust.tree.formats.cluster_table import ClusterTable, LineError, OutputRow
from brownclust.tree.formats.columns import ALEXCLARK, PATHS, SNIPS, SPACY
from brownclust.tree.formats.detection import detect_format
from brownclust.tree.formats.jsonl import JSONL
from brownclust.tree.formats.word2vec import WORD2VEC

_FORMATS = {
    "paths": PATHS,
    "snips": SNIPS,
    "alexclark": ALEXCLARK,
    "jsonl": JSONL,
    "spacy": SPACY,
    "word2vec": WORD2VEC,
}
FORMATS = tuple(_FORMATS)


def read_table(
    path: str | PathLike[str], format: str | None = None, *, lenient: bool = False
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

    Returns
    -------
    ClusterTable
        With a warning for each assumption, such as swapped columns.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        With file and line: if a line is not in the format, a word is empty or repeated,
        or a bit string is a prefix of another.
    """
    if format is not None:
        check_choice("format", format, FORMATS)
    with open_binary(os.fspath(path), encoding_errors="surrogateescape") as file:
        data = file.read()
    table = ClusterTable()
    lines = data.split(b"\n")
    format = format or detect_format(lines, path)
    line_numbers = _read_rows(path, lines, format, table, lenient=lenient)
    if not table.words:
        raise ValueError(f"{path}: expected words and their clusters, got none")
    _check_prefixes(path, table, line_numbers, lenient=lenient)
    return table


def _read_rows(
    path: str | PathLike[str],
    lines: list[bytes],
    format: str,
    table: ClusterTable,
    *,
    lenient: bool,
) -> list[int]:
    """Fill the table; return the line number of each row."""
    try:
        start, parse = _FORMATS[format].new_parser(lines, table)
    except LineError as error:
        raise ValueError(f"{path}:1: {error}") from None
    seen: set[bytes] = set()
    line_numbers = []
    for number, ended in enumerate(islice(lines, start, None), start=start + 1):
        line = ended.removesuffix(b"\r")
        if not line:
            continue
        try:
            word, bit_string, count = parse(line)
            if not word:
                raise LineError("a word", "")
            if word in seen:
                raise LineError("each word once", decode_word(word))
        except ValueError as error:
            if not isinstance(error, LineError):  # numbers of thousands of digits
                error = LineError(f"a line of {format}", decode_word(line))
            if not lenient:
                raise ValueError(f"{path}:{number}: {error}") from None
            table.n_skipped[f"expected {error.expected}"] += 1
            continue
        seen.add(word)
        table.words.append(word)
        table.bit_strings.append(bit_string)
        table.counts.append(count)
        line_numbers.append(number)
    if table.n_expected is not None and len(line_numbers) != table.n_expected:
        expected = f"expected {table.n_expected} words, as in the first line, "
        if not lenient:
            raise ValueError(f"{path}: {expected}got {len(line_numbers)}")
        table.warnings.append(f"{expected}got {len(line_numbers)}")
    complete = _FORMATS[format].complete
    if complete is not None:
        table.bit_strings = list(complete(table.bit_strings))
    return line_numbers


def _check_prefixes(
    path: str | PathLike[str],
    table: ClusterTable,
    line_numbers: list[int],
    *,
    lenient: bool,
) -> None:
    """Raise if a bit string is a prefix of another, or skip the words of the prefix."""
    # When sorted, a prefix directly precedes a bit string that begins with it.
    ordered = sorted(set(table.bit_strings))
    bad = {
        shorter for shorter, longer in pairwise(ordered) if longer.startswith(shorter)
    }
    if not bad:
        return
    is_bad = [bit_string in bad for bit_string in table.bit_strings]
    if not lenient:
        i = is_bad.index(True)
        raise ValueError(
            f"{path}:{line_numbers[i]}: expected a bit string that is not a prefix of "
            f"another, got {shown(table.bit_strings[i])}"
        )
    table.n_skipped["bit string that is a prefix of another"] += sum(is_bad)
    kept = [i for i, bad_row in enumerate(is_bad) if not bad_row]
    table.words = [table.words[i] for i in kept]
    table.bit_strings = [table.bit_strings[i] for i in kept]
    table.counts = [table.counts[i] for i in kept]


def write_table(file: BinaryIO, format: str, rows: Iterable[OutputRow]) -> None:
    """Write words and their clusters to an open file.

    Parameters
    ----------
    file : binary file
        Where to write.
    format : str
        One of `FORMATS`.
    rows : iterable of (bytes, bytes, int, int)
        Word, bit string, count, and the number of the cluster by order of bit strings.

    Raises
    ------
    ValueError
        If a word is empty, or has a byte that separates fields or lines.
    """
    check_choice("format", format, FORMATS)
    file.writelines(_FORMATS[format].format_lines(_checked(rows, format)))


def _checked(rows: Iterable[OutputRow], format: str) -> Iterator[OutputRow]:
    separators = _FORMATS[format].separators
    for row in rows:
        word = row[0]
        if not word or any(byte in word for byte in separators):
            rule = f"a word that format {format} can represent"
            raise ValueError(must_be("word", rule, decode_word(word)))
        yield row
