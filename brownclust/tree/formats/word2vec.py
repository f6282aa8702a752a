"""The text format of word2vec: a vector per word, with -1 for bit 0 and 1 for bit 1."""

from collections.abc import Iterable, Iterator

from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import (
    MAX_COUNT_DIGITS,
    ClusterTable,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
)
from brownclust.tree.formats.format import Format

_BIT_OF_NUMBER = {-1.0: "0", 1.0: "1"}


def _is_header(line: bytes) -> bool:
    """Whether a line has two numbers, as the first line of such a file."""
    sizes = line.split()
    return len(sizes) == 2 and all(
        size.isdigit() and len(size) <= MAX_COUNT_DIGITS for size in sizes
    )


def _new_parser(lines: list[bytes], table: ClusterTable) -> tuple[int, LineParser]:
    """Parse vectors of -1 and 1, and zeros after the last bit."""
    if not _is_header(lines[0]):
        rule = "the number of words and of dimensions"
        raise LineError(rule, decode_word(lines[0]))
    table.n_expected, n_dimensions = map(int, lines[0].split())
    expected = f"a word and {n_dimensions} numbers"

    def parse(line: bytes) -> ParsedRow:
        word, *fields = line.rstrip(b" ").split(b" ")
        if len(fields) != n_dimensions:
            raise LineError(expected, decode_word(line))
        try:
            numbers = list(map(float, fields))
        except ValueError:
            raise LineError(expected, decode_word(line)) from None
        n_bits = numbers.index(0) if 0 in numbers else n_dimensions
        bits = map(_BIT_OF_NUMBER.get, numbers[:n_bits])
        found = [bit for bit in bits if bit is not None]
        if len(found) < n_bits or any(numbers[n_bits:]):
            rule = "-1 and 1, then only 0: bits, not an embedding"
            raise LineError(rule, decode_word(line))
        return word, "".join(found), 0

    return 1, parse


def _lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    with_bits = [(word, bits or b"") for word, bits, *_ in rows]
    n_dimensions = max(len(bits) for _, bits in with_bits)
    yield b"%d %d\n" % (len(with_bits), n_dimensions)
    vectors: dict[bytes, bytes] = {}
    for word, bits in with_bits:
        if bits not in vectors:
            numbers = [b"1" if bit == ord("1") else b"-1" for bit in bits]
            vectors[bits] = b" ".join(numbers + [b"0"] * (n_dimensions - len(bits)))
        yield b"%b %b\n" % (word, vectors[bits])


def _is_it(lines: list[bytes]) -> bool:
    return b"\t" not in lines[0] and _is_header(lines[0])


WORD2VEC = Format(
    name="word2vec",
    example="said -1 1 1 -1",
    programs="embedding layers, gensim; below a line with two sizes",
    new_parser=_new_parser,
    format_lines=_lines,
    separators=b"\n ",
    is_it=_is_it,
)
