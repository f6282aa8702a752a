"""Tables of pairs, ``left TAB right TAB count``, from a file or from Python."""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

from brownclust._validation import check_integer, must_be, shown
from brownclust.corpus import STANDARD_INPUT, Normaliser, PathLike, read_lines
from brownclust.vocabulary import decode_word, encode_word

Pair = tuple[bytes, bytes, int]

MAXIMUM_COUNT = (1 << 62) - 1
"""Largest count, and largest total of counts: sums of two still fit 64 bits."""

_WORD = re.compile("[^ \n\t\r\v\f]+")
_ROW = re.compile(rb"([^ \n\t\r\v\f]+)\t([^ \n\t\r\v\f]+)\t0*([1-9][0-9]{0,18})")


def read_pairs(table: PathLike | Iterable[tuple[str, str, int]]) -> Iterator[Pair]:
    """Iterate over the pairs of a table; a pair may occur more than once.

    Raises
    ------
    TypeError
        If a word is no string or a count no integer.
    ValueError
        If a row of the table is anything else than two words and a count. Empty
        lines are skipped.
    """
    if isinstance(table, str | os.PathLike):
        return _read_file(table)
    return map(_check_pair, table)


def _read_file(path: PathLike) -> Iterator[Pair]:
    name = "<stdin>" if path == STANDARD_INPUT else os.fspath(path)
    normaliser = Normaliser(lowercase=False, encoding_errors="strict")
    for number, line in enumerate(read_lines(path, normaliser=normaliser), 1):
        row = _ROW.fullmatch(line)
        if row is not None:
            yield row[1], row[2], int(row[3])
        elif line:
            raise ValueError(
                f"{name}:{number}: expected left TAB right TAB count (words without "
                f"white space, a count from 1 up), got {shown(decode_word(line))}"
            )


def _check_pair(pair: Any) -> Pair:
    if isinstance(pair, str | bytes) or len(pair) != 3:
        raise ValueError(must_be("pair", "(left, right, count)", pair))
    left, right, count = pair
    for word in (left, right):
        if not isinstance(word, str):
            raise TypeError(must_be("word", "a string", word))
        if not _WORD.fullmatch(word):
            raise ValueError(must_be("word", "non-empty and free of white space", word))
    return (
        encode_word(left),
        encode_word(right),
        check_integer("count", count, minimum=1),
    )
