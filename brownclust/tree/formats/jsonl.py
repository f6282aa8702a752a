"""The format jsonl: a JSON object per line, with a bit string or a flat class."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from brownclust.text.characters import decode_word, encode_word
from brownclust.tree.formats.cluster_table import (
    COUNT_RULE,
    MAX_COUNT_DIGITS,
    MAX_DIGITS,
    SEPARATORS,
    ClusterTable,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
    to_bit_string,
    to_class_name,
)
from brownclust.tree.formats.format import Format

_BITS = "bit_string"
_CLASS = "class"


def _new_parser(lines: list[bytes], table: ClusterTable) -> tuple[int, LineParser]:
    first = _object(next((line for line in lines if line.strip()), b""))
    # With both, the bit string is the cluster; the class may be anything.
    table.is_flat = _CLASS in first and _BITS not in first
    key = _CLASS if table.is_flat else _BITS
    expected = f'an object with "word" and "{key}"'
    if key not in first:
        expected += f', or "{_CLASS}" for flat classes'
        if len(first) > 1:
            expected += " (one object for all words: --from (format=) json)"

    def parse(line: bytes) -> ParsedRow:
        row = _object(line)
        word, cluster = row.get("word"), row.get(key)
        if table.is_flat and type(cluster) is int:
            cluster = str(cluster)
        if not (isinstance(word, str) and isinstance(cluster, str)):
            raise LineError(expected, decode_word(line))
        count = row.get("count", 0)
        if type(count) is not int or not 0 <= count < 10**MAX_COUNT_DIGITS:
            raise LineError(COUNT_RULE, decode_word(line))
        try:
            word_bytes, field = encode_word(word), encode_word(cluster)
        except UnicodeEncodeError:
            raise LineError("text without surrogates", decode_word(line)) from None
        if any(byte in word_bytes for byte in SEPARATORS):
            raise LineError("a word without tabs and line ends", word)
        to_cluster = to_class_name if table.is_flat else to_bit_string
        return word_bytes, to_cluster(field), count

    return 0, parse


def _object(line: bytes) -> dict[str, Any]:
    """Return the object of a line; an empty one if there is none."""
    try:
        row = json.loads(line, parse_int=_integer)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _integer(digits: str) -> int | str:
    """Return an integer; one of thousands of digits, which Python refuses, as text."""
    return int(digits) if len(digits) <= MAX_DIGITS else digits


def _lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    for word, bits, count, name in rows:
        row = {"word": decode_word(word)}
        row |= {_CLASS: str(name)} if bits is None else {_BITS: bits.decode()}
        # ASCII: bytes that are not UTF-8 are written as escapes and read back.
        yield json.dumps(row | {"count": count}).encode("ascii") + b"\n"


def _is_it(lines: list[bytes]) -> bool:
    return lines[0].startswith(b"{") and "word" in _object(lines[0])


JSONL = Format(
    name="jsonl",
    example='{"word": "said", "bit_string": "0110", "count": 1204}',
    programs='any program; classes are "class": "17" instead of the bit string',
    new_parser=_new_parser,
    format_lines=_lines,
    has_classes=True,
    has_counts=True,
    separators=b"",
    suffix=".jsonl",
    is_it=_is_it,
)
