"""Formats with columns and bit strings: paths, snips and spacy."""

from collections.abc import Iterable, Iterator, Sequence

from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import (
    MAX_DIGITS,
    ClusterTable,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
    to_bit_string,
    to_count,
)
from brownclust.tree.formats.fields import (
    BIT_STRING_FRACTION,
    check_header,
    choose_separator,
    count_bit_strings,
    most_common_length,
    sample_rows,
)
from brownclust.tree.formats.format import Format

# --- Reading ------------------------------------------------------------------


def _new_table_parser(
    lines: list[bytes], table: ClusterTable, *, bits_first: bool
) -> tuple[int, LineParser]:
    """Parse lines with a bit string and a word, in either order, perhaps a count."""
    separator = choose_separator(lines)
    rows = sample_rows(lines, separator)
    n_columns = min(max(most_common_length(rows), 2), 3)
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
    columns = ["bit string", "word"] if bits_are_first else ["word", "bit string"]
    if n_columns == 3:
        columns.append("count")
    split = separator.splitter(*columns)

    def parse(line: bytes) -> ParsedRow:
        fields = split(line)
        word, bits = fields[1::-1] if bits_are_first else fields[:2]
        count = to_count(fields[2]) if n_columns == 3 else 0
        return word, to_bit_string(bits), count

    return check_header(lines, separator, *columns), parse


def _new_paths_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    return _new_table_parser(lines, table, bits_first=True)


def _new_snips_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    return _new_table_parser(lines, table, bits_first=False)


def _new_spacy_parser(
    lines: list[bytes], _table: ClusterTable
) -> tuple[int, LineParser]:
    columns = ("word", "bit string as a number")
    separator = choose_separator(lines)
    split = separator.splitter(*columns)

    def parse(line: bytes) -> ParsedRow:
        word, digits = split(line)
        if not digits.isdigit() or len(digits) > MAX_DIGITS:
            rule = f"a number of at most {MAX_DIGITS} digits"
            raise LineError(rule, decode_word(digits))
        number = int(digits)
        return word, f"{number:b}"[::-1] if number else "", 0

    return check_header(lines, separator, *columns), parse


def _complete_spacy(table: ClusterTable) -> None:
    table.bit_strings = _restore_last_zeros(table.bit_strings)


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
    for word, bits, count, _ in rows:
        yield b"%b\t%b\t%d\n" % (bits or b"", word, count)


def _snips_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    return (b"%b\t%b\n" % (word, bits or b"") for word, bits, _, _ in rows)


def _spacy_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    for word, bits, *_ in rows:
        yield b"%b\t%d\n" % (word, int((bits or b"0")[::-1], 2))


PATHS = Format(
    name="paths",
    example="0110 TAB said TAB 1204",
    programs="wcluster; Stanford's terryKoo; ARK's Twitter clusters",
    new_parser=_new_paths_parser,
    format_lines=_paths_lines,
    has_counts=True,
    has_columns=True,
)
SNIPS = Format(
    name="snips",
    example="said TAB 0110",
    programs="Snips NLU",
    new_parser=_new_snips_parser,
    format_lines=_snips_lines,
    has_columns=True,
)
SPACY = Format(
    name="spacy",
    example="said TAB 6",
    programs="spaCy 1 and 2: the bits as a number, the first bit the least",
    new_parser=_new_spacy_parser,
    format_lines=_spacy_lines,
    has_columns=True,
    complete=_complete_spacy,
)
