"""Split a file of columns at blank lines, and each sentence into lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from brownclust._validation import expected, shown
from brownclust.text.characters import BYTE_ORDER_MARK, decode_word
from brownclust.text.column_rows import RowError


@dataclass(slots=True)
class RawSentence:
    """Lines that are not blank, and the blank line after them."""

    first_line: int
    lines: list[bytes]
    gap: bytes


_MAX_LINE_BYTES = 1 << 20
"""The longest line: a token with its columns never has as many."""


def split_sentences(file: Iterable[bytes], name: str) -> Iterator[RawSentence]:
    """Yield the sentences of a file, without a byte order mark."""
    raw = iter(file)
    first = next(raw, b"").removeprefix(BYTE_ORDER_MARK)
    lines: list[bytes] = []
    start = 1
    for number, line in enumerate(chain([first] if first else [], raw), start=1):
        if len(line) > _MAX_LINE_BYTES:
            rule = f"one token on a line, in at most {_MAX_LINE_BYTES:,} bytes"
            raise ValueError(expected(f"{name}:{number}", rule, decode_word(line[:99])))
        if line.isspace():  # of bytes: ASCII whitespace only
            yield RawSentence(start, lines, line)
            lines, start = [], number + 1
        else:
            lines.append(line)
    if lines:
        yield RawSentence(start, lines, b"")


def split_lines(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of a sentence, and their ends."""
    lines = text.split("\n")
    ends = ["\n"] * len(lines)
    if lines[-1]:
        ends[-1] = ""
    else:
        del lines[-1], ends[-1]
    if "\r" in text:
        stripped = [line.rstrip("\r") for line in lines]
        ends = [
            line[len(short) :] + end
            for line, short, end in zip(lines, stripped, ends, strict=True)
        ]
        lines = stripped
    return lines, ends


def check_carriage_returns(lines: list[str]) -> None:
    """Raise an error for lines that end in a carriage return alone."""
    for i, line in enumerate(lines):
        if "\r" in line:
            rule = r"lines that end in \n or \r\n (tr '\r' '\n' converts old files)"
            problem = f"expected {rule}, got a carriage return alone: {shown(line)}"
            raise RowError(i, problem, is_of_file=True)
