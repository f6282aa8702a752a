"""Tables of pairs, ``left TAB right TAB count``, from a file or from Python."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_lines import take_counts
from brownclust._validation import check_integer, must_be, shown
from brownclust.counting.options import MAX_COUNT
from brownclust.text.blocks import PathLike, Progress
from brownclust.text.characters import SPACES, decode_word, encode_word
from brownclust.text.files import STANDARD_INPUT
from brownclust.text.text_blocks import read_whole_lines
from brownclust.text.text_format import TextFormat

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""A text of two words a pair, and the counts of the pairs."""

_WORD = re.compile(f"[^{SPACES}]+")
_BATCH_SIZE = 1 << 16


def read_pairs(
    table: PathLike | Iterable[tuple[str, str, int]], progress: Progress | None = None
) -> Iterator[Batch]:
    """Iterate over the pairs of a table; a pair may occur more than once.

    Raises
    ------
    TypeError
        If a word is no string or a count no integer.
    ValueError
        If a row of the table is anything else than two words and a count. Empty lines
        are skipped.
    """
    if isinstance(table, str | os.PathLike):
        return _read_file(table, progress)
    if not isinstance(table, Iterable):
        rule = "a path or an iterable of (left, right, count)"
        raise TypeError(must_be("table", rule, table))
    return _read_tuples(map(_check_pair, table))


def _read_file(path: PathLike, progress: Progress | None) -> Iterator[Batch]:
    name = "<stdin>" if path == STANDARD_INPUT else os.fspath(path)
    n_lines = 0
    for lines in read_whole_lines(path, TextFormat(), progress=progress):
        block = np.frombuffer(lines, np.uint8)
        counts = np.empty(lines.count(b"\n"), np.int64)
        n_counts, stop = take_counts(block, MAX_COUNT, counts)
        if stop < len(lines):
            number = n_lines + lines.count(b"\n", 0, stop) + 1
            line = bytes(lines[stop : lines.index(b"\n", stop)])
            raise ValueError(
                f"{name}:{number}: expected left TAB right TAB count (words without "
                f"white space, a count from 1 up), got {shown(decode_word(line))}"
            )
        n_lines += counts.size
        yield block, counts[:n_counts]


def _read_tuples(pairs: Iterator[tuple[bytes, bytes, int]]) -> Iterator[Batch]:
    while batch := list(islice(pairs, _BATCH_SIZE)):
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
            raise ValueError(must_be("word", "non-empty and free of white space", word))
    count = check_integer("count", count, minimum=1, maximum=MAX_COUNT)
    return encode_word(left), encode_word(right), count
