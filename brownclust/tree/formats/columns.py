"""Formats with columns separated by tabs: paths, snips, alexclark and spacy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import (
    ClusterTable,
    Format,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
    is_bit_string,
    to_bit_string,
)

BIT_STRING_FRACTION = 0.9
"""A column holds bit strings if at least this fraction of its fields are some."""

_N_SAMPLE_LINES = 1_000


def sample_rows(lines: list[bytes]) -> list[list[bytes]]:
    """Return the fields of the first lines that are not empty."""
    filled = filter(None, (line.rstrip(b"\r") for line in lines))
    return [line.split(b"\t") for line in islice(filled, _N_SAMPLE_LINES)]


def count_bit_strings(rows: list[list[bytes]]) -> list[int]:
    """Return how many fields of the first and of the second column are bit strings."""
    return [
        sum(is_bit_string(row[column]) for row in rows if len(row) > column)
        for column in range(2)
    ]


# --- Reading ------------------------------------------------------------------


def _to_count(field: bytes) -> int:
    if not field.isdigit() or len(field) > 18:
        raise LineError("a count below 10**18", decode_word(field))
    return int(field)


def _new_table_parser(
    lines: list[bytes], table: ClusterTable, *, bits_first: bool
) -> tuple[int, LineParser]:
    """Parse lines with a bit string and a word, in either order, perhaps a count."""
    rows = sample_rows(lines)
    n_columns = Counter(map(len, rows)).most_common(1)[0][0] if rows else 3
    n_columns = min(max(n_columns, 2), 3)
    first, second = count_bit_strings(rows)
    bits_are_first = bits_first
    # Where all fields of both columns are bit strings, words may be 0 and 1.
    is_ambiguous = first == second == len(rows)
    if max(first, second) >= BIT_STRING_FRACTION * len(rows) and not is_ambiguous:
        bits_are_first = first >= second
    if bits_are_first != bits_first:
        name = "bit string" if bits_are_first else "word"
        table.warnings.append(f"columns are swapped: read the first as the {name}")
    if bits_first and n_columns == 2:
        table.warnings.append("no third column: all counts are set to 0")
    columns = "bit string TAB word" if bits_are_first else "word TAB bit string"
    if n_columns == 3:
        columns += " TAB count"

    def parse(line: bytes) -> ParsedRow:
        fields = line.split(b"\t")
        if len(fields) != n_columns:
            raise LineError(columns, decode_word(line))
        word, bits = fields[1::-1] if bits_are_first else fields[:2]
        count = _to_count(fields[2]) if n_columns == 3 else 0
        return word, to_bit_string(bits), count

    return 0, parse


def _new_paths_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    return _new_table_parser(lines, table, bits_first=True)


def _new_snips_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    return _new_table_parser(lines, table, bits_first=False)


def _new_alexclark_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    """Parse class numbers, or bit strings if no class has another digit."""
    rows = [line.rstrip(b"\r").split(b"\t") for line in lines]
    classes = {row[1] for row in rows if len(row) > 1}
    if all(map(is_bit_string, classes)):
        return _new_table_parser(lines, table, bits_first=False)
    table.warnings.append("classes are numbers: prefixes of their bits have no meaning")
    largest = max((int(name) for name in classes if name.isdigit()), default=0)
    n_bits = max(largest.bit_length(), 1)

    def parse(line: bytes) -> ParsedRow:
        fields = line.split(b"\t")
        if len(fields) != 2 or not fields[1].isdigit():
            raise LineError("word TAB class number", decode_word(line))
        return fields[0], f"{int(fields[1]):0{n_bits}b}", 0

    return 0, parse


def _new_spacy_parser(
    _lines: list[bytes], _table: ClusterTable
) -> tuple[int, LineParser]:
    def parse(line: bytes) -> ParsedRow:
        fields = line.split(b"\t")
        if len(fields) != 2 or not fields[1].isdigit():
            raise LineError("word TAB number", decode_word(line))
        number = int(fields[1])
        return fields[0], f"{number:b}"[::-1] if number else "", 0

    return 0, parse


def _restore_last_zeros(stripped: Sequence[str]) -> list[str]:
    """Append to bit strings the zeros that a number, lowest bit first, does not keep.

    The fewest zeros with which no bit string is a prefix of another. In a tree where
    every node has two children or none, these are the original zeros.
    """
    bit_strings = sorted(set(stripped))
    complete = {}
    for i, bit_string in enumerate(bit_strings):
        n_zeros = 0
        for later in range(i + 1, len(bit_strings)):
            if not bit_strings[later].startswith(bit_string):
                break
            tail = bit_strings[later][len(bit_string) :]
            n_zeros = max(n_zeros, len(tail) - len(tail.lstrip("0")) + 1)
        complete[bit_string] = bit_string + "0" * n_zeros
    return [complete[bit_string] for bit_string in stripped]


# --- Writing ------------------------------------------------------------------


def _paths_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    return (b"%b\t%b\t%d\n" % (bits, word, count) for word, bits, count, _ in rows)


def _snips_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    return (b"%b\t%b\n" % (word, bits) for word, bits, _, _ in rows)


def _alexclark_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    return (b"%b\t%d\n" % (word, label) for word, _, _, label in rows)


def _spacy_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    return (b"%b\t%d\n" % (word, int(bits[::-1] or b"0", 2)) for word, bits, *_ in rows)


PATHS = Format(_new_paths_parser, _paths_lines)
SNIPS = Format(_new_snips_parser, _snips_lines)
ALEXCLARK = Format(_new_alexclark_parser, _alexclark_lines)
SPACY = Format(_new_spacy_parser, _spacy_lines, complete=_restore_last_zeros)
