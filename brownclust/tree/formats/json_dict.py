"""The format json: one JSON object with the bit string or class of every word."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from brownclust._validation import must_be
from brownclust.text.characters import decode_word, encode_word
from brownclust.tree.formats.cluster_table import (
    MAX_COUNT_DIGITS,
    SEPARATORS,
    ClusterTable,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
    to_bit_string,
    to_class_name,
)
from brownclust.tree.formats.fields import BIT_STRING_FRACTION
from brownclust.tree.formats.format import Format, Records

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_OPENING = re.compile(r"\s*\{\s*")
_PAIR = re.compile(rf'{_STRING}\s*:\s*(?:{_STRING}|[^\s",:{{}}\[\]]+)\s*([,}}])\s*')
"""A word, its cluster, and the comma or brace that follows."""

_RULE = 'words and their clusters, such as "said": "0110", in an object'


# --- Reading ------------------------------------------------------------------


def _records(lines: list[bytes]) -> Records:
    """Return a record for each pair, up to the comma or brace that follows it.

    Text that is not a pair is the last record, which the parser refuses.
    """
    text = decode_word(b"\n".join(lines)).rstrip()
    numbers = []
    records = []
    opening = _OPENING.match(text)
    position = opening.end() if opening else 0
    follows = "," if opening else ""
    number = 1 + text.count("\n", 0, position)
    while follows == "," and (match := _PAIR.match(text, position)):
        numbers.append(number)
        records.append(encode_word(match[0]))
        follows = match[1]
        end = match.end()
        number += text.count("\n", position, end)
        position = end
    if position < len(text) or follows != "}":
        numbers.append(number)
        rest = text[position:].partition("\n")[0]
        records.append(encode_word(rest or "the end of the file"))
    return numbers, records


def _new_parser(records: list[bytes], table: ClusterTable) -> tuple[int, LineParser]:
    """Parse pairs, after a look at all clusters."""
    clusters = [cluster for _, cluster in map(_pair, records) if cluster is not None]
    table.is_flat = not _are_bit_strings(clusters)
    to_cluster = to_class_name if table.is_flat else to_bit_string

    def parse(record: bytes) -> ParsedRow:
        word, cluster = _pair(record)
        if cluster is None:
            raise LineError(_RULE, decode_word(record))
        try:
            word_bytes, field = encode_word(word), encode_word(str(cluster))
        except UnicodeEncodeError:
            raise LineError("text without surrogates", decode_word(record)) from None
        if any(byte in word_bytes for byte in SEPARATORS):
            raise LineError("a word without tabs and line ends", word)
        return word_bytes, to_cluster(field), 0

    return 0, parse


def _pair(record: bytes) -> tuple[str, str | int | None]:
    """Return a word and its cluster, which is None if it is not one."""
    pair = decode_word(record).rstrip()[:-1]
    try:
        [(word, cluster)] = json.loads(f"{{{pair}}}", parse_int=_number).items()
    except ValueError:
        return "", None
    is_cluster = isinstance(cluster, str) or (type(cluster) is int and cluster >= 0)
    return word, cluster if is_cluster else None


def _are_bit_strings(clusters: Sequence[str | int]) -> bool:
    """Whether these are bit strings: strings of 0 and 1, and not a single number.

    Some strings may be wrong; the parser then reports them.
    """
    if any(isinstance(cluster, int) for cluster in clusters):
        return False
    n_bit_strings = sum(map(frozenset("01").issuperset, map(str, clusters)))
    return n_bit_strings >= BIT_STRING_FRACTION * len(clusters)


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_COUNT_DIGITS else None


def _is_it(lines: list[bytes]) -> bool:
    """Whether this is an object, but not one of many with the key ``word``."""
    if not lines[0].startswith(b"{"):
        return False
    try:
        first = json.loads(lines[0], parse_int=_number)
    except (ValueError, RecursionError):  # the object has more lines
        return True
    return "word" not in first


# --- Writing ------------------------------------------------------------------


def _lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    """Write a pair a line; the names of flat classes that are numbers as numbers."""
    listed = list(rows)
    clusters = [
        _value(name) if bits is None else bits.decode("ascii")
        for _, bits, _, name in listed
    ]
    if listed[0][1] is None and _are_bit_strings(clusters):
        rule = "other than strings of 0 and 1 with zeros before them in format json"
        raise ValueError(must_be("class names", rule, clusters[0]))
    before = b"{"
    for (word, *_), cluster in zip(listed, clusters, strict=True):
        # ASCII: bytes that are not UTF-8 are written as escapes and read back.
        pair = f"{json.dumps(decode_word(word))}: {json.dumps(cluster)}"
        yield b"%b\n%b" % (before, pair.encode("ascii"))
        before = b","
    yield b"\n}\n"


def _value(name: int | str) -> int | str:
    """Return a number if it is written as this name, else the name."""
    name = str(name)
    is_number = name.isascii() and name.isdigit() and len(name) <= MAX_COUNT_DIGITS
    return int(name) if is_number and str(int(name)) == name else name


JSON = Format(
    name="json",
    example='{"said": "0110"}',
    programs="any program: one object for all words; classes are numbers or names",
    new_parser=_new_parser,
    format_lines=_lines,
    has_classes=True,
    separators=b"",
    suffix=".json",
    is_it=_is_it,
    records=_records,
)
