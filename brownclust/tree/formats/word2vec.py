"""The text format of word2vec: a vector per word, with -1 for bit 0 and 1 for bit 1."""

from collections.abc import Iterable, Iterator
from math import isnan

from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import (
    ClusterTable,
    Format,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
)


def is_header(line: bytes) -> bool:
    """Whether a line has two numbers, as the first line of such a file."""
    sizes = line.split()
    return len(sizes) == 2 and all(size.isdigit() for size in sizes)


def _new_parser(lines: list[bytes], table: ClusterTable) -> tuple[int, LineParser]:
    """Parse vectors; a bit string has the signs of the numbers before the first 0."""
    if not is_header(lines[0]):
        rule = "the number of words and of dimensions"
        raise LineError(rule, decode_word(lines[0]))
    table.n_expected, n_dimensions = map(int, lines[0].split())
    expected = f"a word and {n_dimensions} numbers"

    def parse(line: bytes) -> ParsedRow:
        word, *numbers = line.rstrip(b" ").split(b" ")
        if len(numbers) != n_dimensions:
            raise LineError(expected, decode_word(line))
        bits = []
        for number in numbers:
            try:
                value = float(number)
            except ValueError:
                raise LineError(expected, decode_word(line)) from None
            if isnan(value):
                raise LineError(expected, decode_word(line))
            if value == 0:
                break
            bits.append("1" if value > 0 else "0")
        return word, "".join(bits), 0

    return 1, parse


def _lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    rows = list(rows)
    n_dimensions = max(len(bits) for _, bits, *_ in rows)
    yield b"%d %d\n" % (len(rows), n_dimensions)
    vectors: dict[bytes, bytes] = {}
    for word, bits, *_ in rows:
        if bits not in vectors:
            numbers = [b"1" if bit == ord("1") else b"-1" for bit in bits]
            vectors[bits] = b" ".join(numbers + [b"0"] * (n_dimensions - len(bits)))
        yield b"%b %b\n" % (word, vectors[bits])


WORD2VEC = Format(_new_parser, _lines, separators=b"\n ")
