r"""Word clusters as other tools write and read them.

=========== ========================================= ==========================
format      a line                                    who
=========== ========================================= ==========================
paths       ``0110 TAB said TAB 1204``                wcluster; Stanford's
                                                      terryKoo; ARK (CMU Twitter)
snips       ``said TAB 0110``                         Snips NLU
alexclark   ``said TAB 17``                           Stanford's alexClark
jsonl       ``{"word": "said", "bit_string": "0110",  anyone
            "count": 1204}``
spacy       ``said TAB 6``                            spaCy 1 and 2: bits read as
                                                      a number, the first the least
word2vec    ``said -1 1 1 -1`` under a line of sizes  embedding layers
=========== ========================================= ==========================

alexClark has numbers for classes and no tree; spaCy and word2vec lose counts. Numbers
of alexClark's are read as bit strings of one length, whose prefixes mean nothing.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from math import isnan
from os import PathLike
from typing import Any, BinaryIO

from brownclust._validation import check_choice, must_be, shown
from brownclust.text.characters import BYTE_ORDER_MARK, decode_word, encode_word
from brownclust.text.files import open_binary

BINARY = frozenset(b"01")
_LINES_TO_JUDGE = 1_000


@dataclass
class WordTable:
    """Words with their clusters, as a file has them.

    Attributes
    ----------
    words : list of bytes
        All different, none empty.
    bit_strings : list of str
        None is the beginning of another.
    counts : list of int
        0 where the file has none.
    warnings : list of str
        What had to be assumed.
    n_dropped : Counter
        Lines left out, by reason.
    n_expected : int or None
        How many words the file says it has, if it does.
    """

    words: list[bytes] = field(default_factory=list)
    bit_strings: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_dropped: Counter[str] = field(default_factory=Counter)
    n_expected: int | None = None


class _LineError(ValueError):
    """A line that cannot be read: what was expected, and what there is."""

    def __init__(self, expected: str, got: object) -> None:
        super().__init__(f"expected {expected}, got {shown(got)}")
        self.expected = expected


Row = tuple[bytes, str, int]
"""Word, bit string, count."""

Parser = Callable[[bytes], Row]


def read_table(
    path: str | PathLike[str], format: str | None = None, *, lenient: bool = False
) -> WordTable:
    """Read words and their clusters.

    Parameters
    ----------
    path : str or path-like
        A text file; decompressed if named ``.gz``, ``.xz``, ``.bz2`` or ``.zst``.
    format : str, optional
        One of `FORMATS`; guessed if None, and a guess that is not plain to see is
        among the warnings.
    lenient : bool, default False
        Leave out what cannot be read, and count it, instead of raising.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        With file and line: if a line is not of the format, a word is empty or there
        twice, or a bit string begins another.
    """
    if format is not None:
        check_choice("format", format, FORMATS)
    with open_binary(os.fspath(path)) as file:
        data = file.read()
    table = WordTable()
    if data.startswith(BYTE_ORDER_MARK):
        if not lenient:
            raise ValueError(f"{path}:1: expected a word, got a byte order mark")
        table.n_dropped["byte order mark"] += 1
        data = data[len(BYTE_ORDER_MARK) :]
    lines = data.split(b"\n")
    format = format or _guess(lines, path)
    numbers = _read_rows(path, lines, format, table, lenient=lenient)
    if not table.words:
        raise ValueError(f"{path}: expected words and their clusters, got none")
    _drop_beginnings(path, table, numbers, lenient=lenient)
    return table


def _read_rows(
    path: str | PathLike[str],
    lines: list[bytes],
    format: str,
    table: WordTable,
    *,
    lenient: bool,
) -> list[int]:
    """Fill the table; return the line number of each row."""
    try:
        start, parse = _FORMATS[format].parser(lines, table)
    except _LineError as error:
        raise ValueError(f"{path}:1: {error}") from None
    seen: set[bytes] = set()
    numbers = []
    for number, ended in enumerate(islice(lines, start, None), start=start + 1):
        line = ended.removesuffix(b"\r")
        if not line:
            continue
        try:
            word, bit_string, count = parse(line)
            if not word:
                raise _LineError("a word", "")
            if word in seen:
                raise _LineError("each word once", decode_word(word))
        except ValueError as error:
            if not isinstance(error, _LineError):  # numbers of thousands of digits
                error = _LineError(f"a line of {format}", decode_word(line))
            if not lenient:
                raise ValueError(f"{path}:{number}: {error}") from None
            table.n_dropped[f"not {error.expected}"] += 1
            continue
        seen.add(word)
        table.words.append(word)
        table.bit_strings.append(bit_string)
        table.counts.append(count)
        numbers.append(number)
    if table.n_expected is not None and len(numbers) != table.n_expected:
        short = f"expected {table.n_expected} words as its first line says, "
        if not lenient:
            raise ValueError(f"{path}: {short}got {len(numbers)}")
        table.warnings.append(f"{short}got {len(numbers)}")
    if format == "spacy":
        table.bit_strings = _with_last_zeros(table.bit_strings)
    return numbers


def _drop_beginnings(
    path: str | PathLike[str], table: WordTable, numbers: list[int], *, lenient: bool
) -> None:
    """Raise if a bit string begins another, or leave out the words of the shorter."""
    # Sorted, all that begin with a string follow it.
    in_order = sorted(set(table.bit_strings))
    bad = {
        shorter for shorter, longer in pairwise(in_order) if longer.startswith(shorter)
    }
    if not bad:
        return
    is_bad = [bit_string in bad for bit_string in table.bit_strings]
    if not lenient:
        at = is_bad.index(True)
        raise ValueError(
            f"{path}:{numbers[at]}: expected a bit string that begins no other, "
            f"got {shown(table.bit_strings[at])}"
        )
    table.n_dropped["bit string that begins another"] += sum(is_bad)
    kept = [i for i, is_one in enumerate(is_bad) if not is_one]
    table.words = [table.words[i] for i in kept]
    table.bit_strings = [table.bit_strings[i] for i in kept]
    table.counts = [table.counts[i] for i in kept]


# --- Tables with tabs ---------------------------------------------------------


def _is_binary(field: bytes) -> bool:
    """Whether it can be a bit string; that of a single cluster is empty."""
    return BINARY.issuperset(field)


def _to_bits(field: bytes) -> str:
    if not BINARY.issuperset(field):
        raise _LineError("a bit string of 0 and 1", decode_word(field))
    return field.decode("ascii")


def _to_count(field: bytes) -> int:
    if not field.isdigit() or len(field) > 18:
        raise _LineError("a count below 10**18", decode_word(field))
    return int(field)


def _table_parser(
    order: str, lines: list[bytes], table: WordTable
) -> tuple[int, Parser]:
    """Return a parser of lines with a bit string and a word, in either order."""
    rows = _sample(lines)
    n_columns = Counter(map(len, rows)).most_common(1)[0][0] if rows else 3
    n_columns = min(max(n_columns, 2), 3)
    first, second = (
        sum(_is_binary(row[column]) for row in rows if len(row) > column)
        for column in range(2)
    )
    found = order
    if max(first, second) >= 0.9 * len(rows):
        found = "bits word" if first >= second else "word bits"
    if first == second == len(rows):
        found = order  # words such as 0 and 1
    if found != order:
        name = {"bits word": "bit string", "word bits": "word"}[found]
        table.warnings.append(f"columns are swapped: took the first for the {name}")
    if order == "bits word" and n_columns == 2:
        table.warnings.append("no third column: took all counts for 0")
    columns = " TAB ".join(
        {"bits": "bit string"}.get(name, name) for name in found.split()
    ) + (" TAB count" if n_columns == 3 else "")
    is_swapped = found == "word bits"

    def parse(line: bytes) -> Row:
        fields = line.split(b"\t")
        if len(fields) != n_columns:
            raise _LineError(columns, decode_word(line))
        word, bits = fields[:2] if is_swapped else fields[1::-1]
        count = _to_count(fields[2]) if n_columns == 3 else 0
        return word, _to_bits(bits), count

    return 0, parse


def _paths_parser(lines: list[bytes], table: WordTable) -> tuple[int, Parser]:
    return _table_parser("bits word", lines, table)


def _snips_parser(lines: list[bytes], table: WordTable) -> tuple[int, Parser]:
    return _table_parser("word bits", lines, table)


def _alexclark_parser(lines: list[bytes], table: WordTable) -> tuple[int, Parser]:
    """Classes are numbers, or bit strings if none has another digit."""
    rows = [line.rstrip(b"\r").split(b"\t") for line in lines]
    classes = {row[1] for row in rows if len(row) > 1}
    if all(map(_is_binary, classes)):
        return _table_parser("word bits", lines, table)
    table.warnings.append("classes are numbers: prefixes of their bits mean nothing")
    largest = max((int(name) for name in classes if name.isdigit()), default=0)
    n_bits = max(largest.bit_length(), 1)

    def parse(line: bytes) -> Row:
        fields = line.split(b"\t")
        if len(fields) != 2 or not fields[1].isdigit():
            raise _LineError("word TAB class number", decode_word(line))
        return fields[0], f"{int(fields[1]):0{n_bits}b}", 0

    return 0, parse


def _spacy_parser(_lines: list[bytes], _table: WordTable) -> tuple[int, Parser]:
    def parse(line: bytes) -> Row:
        fields = line.split(b"\t")
        if len(fields) != 2 or not fields[1].isdigit():
            raise _LineError("word TAB number", decode_word(line))
        number = int(fields[1])
        return fields[0], f"{number:b}"[::-1] if number else "", 0

    return 0, parse


def _with_last_zeros(stripped: Sequence[str]) -> list[str]:
    """Give bit strings the zeros at their end that a number does not keep.

    As few as make none the beginning of another, which in a tree where every node
    has two children is how many there were.
    """
    names = sorted(set(stripped))
    whole = {}
    for at, name in enumerate(names):
        zeros = 0
        for later in range(at + 1, len(names)):
            if not names[later].startswith(name):
                break
            tail = names[later][len(name) :]
            zeros = max(zeros, len(tail) - len(tail.lstrip("0")) + 1)
        whole[name] = name + "0" * zeros
    return [whole[name] for name in stripped]


# --- Others -------------------------------------------------------------------


def _jsonl_parser(_lines: list[bytes], _table: WordTable) -> tuple[int, Parser]:
    expected = 'an object with "word" and "bit_string"'

    def parse(line: bytes) -> Row:
        try:
            row = json.loads(line)
            word, bit_string = encode_word(row["word"]), encode_word(row["bit_string"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise _LineError(expected, decode_word(line)) from None
        count = row.get("count", 0)
        if type(count) is not int or not 0 <= count < 10**18:
            raise _LineError("a count below 10**18", count)
        return word, _to_bits(bit_string), count

    return 0, parse


def _word2vec_parser(lines: list[bytes], table: WordTable) -> tuple[int, Parser]:
    """Of each vector the signs, up to the first zero."""
    sizes = lines[0].split()
    if len(sizes) != 2 or not all(size.isdigit() for size in sizes):
        raise _LineError("the number of words and of dimensions", decode_word(lines[0]))
    table.n_expected, n_dimensions = map(int, sizes)
    expected = f"a word and {n_dimensions} numbers"

    def parse(line: bytes) -> Row:
        word, *numbers = line.rstrip(b" ").split(b" ")
        if len(numbers) != n_dimensions:
            raise _LineError(expected, decode_word(line))
        bits = []
        for number in numbers:
            try:
                value = float(number)
            except ValueError:
                raise _LineError(expected, decode_word(line)) from None
            if isnan(value):
                raise _LineError(expected, decode_word(line))
            if value == 0:
                break
            bits.append("1" if value > 0 else "0")
        return word, "".join(bits), 0

    return 1, parse


# --- Writing ------------------------------------------------------------------


def _paths_lines(rows: Iterable[tuple[bytes, bytes, int, int]]) -> Iterator[bytes]:
    return (b"%b\t%b\t%d\n" % (bits, word, count) for word, bits, count, _ in rows)


def _snips_lines(rows: Iterable[tuple[bytes, bytes, int, int]]) -> Iterator[bytes]:
    return (b"%b\t%b\n" % (word, bits) for word, bits, _, _ in rows)


def _alexclark_lines(rows: Iterable[tuple[bytes, bytes, int, int]]) -> Iterator[bytes]:
    return (b"%b\t%d\n" % (word, label) for word, _, _, label in rows)


def _spacy_lines(rows: Iterable[tuple[bytes, bytes, int, int]]) -> Iterator[bytes]:
    return (b"%b\t%d\n" % (word, int(bits[::-1] or b"0", 2)) for word, bits, *_ in rows)


def _jsonl_lines(rows: Iterable[tuple[bytes, bytes, int, int]]) -> Iterator[bytes]:
    for word, bits, count, _ in rows:
        row = {"word": decode_word(word), "bit_string": bits.decode(), "count": count}
        # Bytes that are no UTF-8 go out as escapes, and come back.
        yield json.dumps(row).encode("ascii") + b"\n"


def _word2vec_lines(
    rows: Iterable[tuple[bytes, bytes, int, int]],
) -> Iterator[bytes]:
    rows = list(rows)
    size = max(len(bits) for _, bits, *_ in rows)
    yield b"%d %d\n" % (len(rows), size)
    vectors: dict[bytes, bytes] = {}
    for word, bits, *_ in rows:
        if bits not in vectors:
            numbers = [b"1" if bit == ord("1") else b"-1" for bit in bits]
            vectors[bits] = b" ".join(numbers + [b"0"] * (size - len(bits)))
        yield b"%b %b\n" % (word, vectors[bits])


@dataclass(frozen=True)
class _Format:
    parser: Callable[[list[bytes], WordTable], tuple[int, Parser]]
    lines: Callable[[Iterable[tuple[bytes, bytes, int, int]]], Iterator[bytes]]


_FORMATS = {
    "paths": _Format(_paths_parser, _paths_lines),
    "snips": _Format(_snips_parser, _snips_lines),
    "alexclark": _Format(_alexclark_parser, _alexclark_lines),
    "jsonl": _Format(_jsonl_parser, _jsonl_lines),
    "spacy": _Format(_spacy_parser, _spacy_lines),
    "word2vec": _Format(_word2vec_parser, _word2vec_lines),
}
FORMATS = tuple(_FORMATS)


def write_table(
    file: BinaryIO, format: str, rows: Iterable[tuple[bytes, bytes, int, int]]
) -> None:
    """Write rows (word, bit string, count, label) to an open file.

    Raises
    ------
    ValueError
        If a word cannot be told from what stands around it in this format.
    """
    check_choice("format", format, FORMATS)
    file.writelines(_FORMATS[format].lines(_checked(rows, format)))


def _checked(
    rows: Iterable[tuple[bytes, bytes, int, int]], format: str
) -> Iterator[tuple[bytes, bytes, int, int]]:
    forbidden = {"jsonl": b"", "word2vec": b"\n "}.get(format, b"\n\r\t")
    for row in rows:
        word = row[0]
        if not word or any(byte in word for byte in forbidden):
            rule = f"a word that a file of format {format} can hold"
            raise ValueError(must_be("word", rule, decode_word(word)))
        yield row


def _sample(lines: list[bytes]) -> list[list[bytes]]:
    some = filter(None, (line.rstrip(b"\r") for line in lines))
    return [line.split(b"\t") for line in islice(some, _LINES_TO_JUDGE)]


def _guess(lines: list[bytes], path: str | PathLike[str]) -> str:
    """Return the format that the first lines are in."""
    rows = _sample(lines)
    if not rows:
        raise ValueError(f"{path}: expected words and their clusters, got none")
    first = rows[0][0]
    if len(rows[0]) == 1 and first.startswith(b"{"):
        return "jsonl"
    sizes: Any = first.split()
    if len(rows[0]) == 1 and len(sizes) == 2 and all(n.isdigit() for n in sizes):
        return "word2vec"
    n_columns = Counter(map(len, rows)).most_common(1)[0][0]
    binary = [
        sum(_is_binary(row[column]) for row in rows if len(row) > column)
        for column in range(2)
    ]
    if n_columns == 3:
        return "paths"
    if n_columns == 2 and not binary[0] >= 0.9 * len(rows):
        # Files sorted by cluster begin with classes 0 and 1, whatever they are.
        second = [line.rstrip(b"\r").partition(b"\t")[2] for line in lines if line]
        binary[1] = sum(map(_is_binary, second)) * len(rows) // len(second)
    if n_columns == 2 and max(binary) >= 0.9 * len(rows):
        return "paths" if binary[0] >= binary[1] else "snips"
    if n_columns == 2 and all(row[-1].isdigit() for row in rows):
        raise ValueError(
            f"{path}: expected to be told the format: word TAB number is alexclark "
            "or spacy"
        )
    raise ValueError(
        f"{path}:1: expected bit string TAB word TAB count, or another format of "
        f"{', '.join(FORMATS)}, got {shown(decode_word(lines[0]))}"
    )
