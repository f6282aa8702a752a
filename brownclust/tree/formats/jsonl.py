"""The format jsonl: a JSON object per line."""

import json
from collections.abc import Iterable, Iterator

from brownclust.text.characters import decode_word, encode_word
from brownclust.tree.formats.cluster_table import (
    ClusterTable,
    Format,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
    to_bit_string,
)


def _new_parser(_lines: list[bytes], _table: ClusterTable) -> tuple[int, LineParser]:
    expected = 'an object with "word" and "bit_string"'

    def parse(line: bytes) -> ParsedRow:
        try:
            row = json.loads(line)
            word, bit_string = encode_word(row["word"]), encode_word(row["bit_string"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise LineError(expected, decode_word(line)) from None
        count = row.get("count", 0)
        if type(count) is not int or not 0 <= count < 10**18:
            raise LineError("a count below 10**18", count)
        return word, to_bit_string(bit_string), count

    return 0, parse


def _lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    for word, bits, count, _ in rows:
        row = {"word": decode_word(word), "bit_string": bits.decode(), "count": count}
        # ASCII: bytes that are not UTF-8 are written as escapes and read back.
        yield json.dumps(row).encode("ascii") + b"\n"


JSONL = Format(_new_parser, _lines, separators=b"")
