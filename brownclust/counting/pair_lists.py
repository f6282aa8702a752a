"""Read pairs with counts, ``left TAB right TAB count``, from a file or from Python.

`BigramCounts.from_pairs` gives what is read here to a counter.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_lines import extract_counts
from brownclust._validation import check_integer, expected, must_be
from brownclust.counting.options import MAX_COUNT
from brownclust.text.blocks import PathLike, Progress, batches
from brownclust.text.characters import (
    WHITESPACE_CHARACTERS,
    decode_word,
    encode_word,
)
from brownclust.text.files import name_of
from brownclust.text.rows import check_rows
from brownclust.text.text_blocks import read_whole_lines
from brownclust.text.text_format import TextFormat

PairBatch = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""The words of some pairs as text, two for each pair, and the counts of the pairs."""

_WORD = re.compile(f"[^{WHITESPACE_CHARACTERS}]+")
_PAIRS_PER_BATCH = 1 << 16
"""Pairs from Python counted at a time: many for each kernel call, a few MB of text."""


def read_pairs(
    table: PathLike | Iterable[tuple[str, str, int]],
    text_format: TextFormat,
    progress: Progress | None = None,
) -> Iterator[PairBatch]:
    """Yield the pairs of a table in batches.

    Parameters
    ----------
    table : path or iterable of (left, right, count)
        A file has a pair a line; empty lines are skipped. A pair may occur again.
    text_format : TextFormat
        The encoding of a file.
    progress : callable, optional
        For files: called as ``progress("count", done, total)``, in bytes.

    Yields
    ------
    PairBatch
        Words and counts.

    Raises
    ------
    TypeError
        If a word is not a string, or a count is not an integer.
    ValueError
        If a row is not two words and a count.
    """
    if isinstance(table, str | os.PathLike):
        return _read_file(table, text_format, progress)
    if isinstance(table, Mapping):
        rule = "(left, right, count) of each pair, as in ((*pair, count) for pair, "
        raise TypeError(must_be("table", f"{rule}count in table.items())", table))
    check_rows("table", table, "a path or an iterable of (left, right, count)")
    return _read_tuples(map(_check_pair, table))


def _read_file(
    path: PathLike, text_format: TextFormat, progress: Progress | None
) -> Iterator[PairBatch]:
    name = name_of(os.fspath(path))
    n_lines = 0
    for lines in read_whole_lines(path, text_format, progress=progress):
        block = np.frombuffer(lines, np.uint8)
        counts = np.empty(lines.count(b"\n"), np.int64)
        n_counts, stop = extract_counts(block, MAX_COUNT, counts)
        if stop < len(lines):
            number = n_lines + lines.count(b"\n", 0, stop) + 1
            line = bytes(lines[stop : lines.index(b"\n", stop)])
            rule = "left TAB right TAB count (words without whitespace, a count from "
            rule += f"1 to {MAX_COUNT})"
            raise ValueError(expected(f"{name}:{number}", rule, decode_word(line)))
        n_lines += counts.size
        yield block, counts[:n_counts]


def _read_tuples(pairs: Iterable[tuple[bytes, bytes, int]]) -> Iterator[PairBatch]:
    for batch in batches(pairs, _PAIRS_PER_BATCH):
        text = b"".join(b"%b %b\n" % (left, right) for left, right, _ in batch)
        counts = np.array([count for _, _, count in batch], np.int64)
        yield np.frombuffer(bytearray(text), np.uint8), counts


def _check_pair(pair: Any) -> tuple[bytes, bytes, int]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 3:
        raise ValueError(must_be("pair", "(left, right, count)", pair))
    left, right, count = pair
    for word in (left, right):
        if not isinstance(word, str):
            raise TypeError(must_be("word", "a string", word))
        if not _WORD.fullmatch(word):
            raise ValueError(must_be("word", "non-empty and without whitespace", word))
    count = check_integer("count", count, minimum=1, maximum=MAX_COUNT)
    return encode_word(left), encode_word(right), count
