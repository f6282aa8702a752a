"""The format csv: columns separated by commas, below a line with their names."""

import csv
from collections.abc import Callable, Iterable, Iterator

from brownclust.text.characters import decode_word, encode_word
from brownclust.tree.formats.cluster_table import (
    SEPARATORS,
    ClusterTable,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
    is_bit_string,
    to_bit_string,
    to_class_name,
    to_count,
)
from brownclust.tree.formats.fields import (
    NAMES_OF_CLUSTERS,
    NAMES_OF_COUNTS,
    NAMES_OF_WORDS,
)
from brownclust.tree.formats.format import Format

_WORD, _BITS, _CLASS, _COUNT = b"word", b"bit_string", b"class", b"count"
_CLUSTER = b"cluster"
"""The name of a column of which only its fields show what they are."""

_RULE = "a line of names, such as word,bit_string,count or word,class"


# --- Reading ------------------------------------------------------------------


def _split(line: bytes) -> list[bytes]:
    """Return the fields of a line, without quotes."""
    if b'"' not in line:
        return line.split(b",")
    try:
        [row] = csv.reader([decode_word(line)], strict=True)
    except csv.Error:
        raise LineError("fields with a quote at both ends", decode_word(line)) from None
    return list(map(encode_word, row))


def _new_parser(lines: list[bytes], table: ClusterTable) -> tuple[int, LineParser]:
    """Parse fields in the order of the names in the first line."""
    header = lines[0].removesuffix(b"\r")
    names = [name.strip().lower() for name in _split(header)]
    word = _find(names, NAMES_OF_WORDS, "words")
    cluster = _find(names, NAMES_OF_CLUSTERS, "clusters")
    count = _find(names, NAMES_OF_COUNTS, "counts")
    if word is None or cluster is None:
        raise LineError(_RULE, decode_word(header))
    used = {word, cluster, count}
    others = [decode_word(name) for i, name in enumerate(names) if i not in used]
    if others:
        table.warnings.append(f"columns that are not read: {', '.join(others)}")
    table.is_flat = names[cluster] == _CLASS
    if names[cluster] == _CLUSTER:
        table.is_flat = _are_classes(_column(lines, cluster), decode_word(header))
    to_cluster: Callable[[bytes], str] = (
        to_class_name if table.is_flat else to_bit_string
    )
    expected = f"{len(names)} fields, as in the first line"

    def parse(line: bytes) -> ParsedRow:
        fields = _split(line)
        if len(fields) != len(names):
            raise LineError(expected, decode_word(line))
        if any(byte in fields[word] for byte in SEPARATORS):
            rule = "a word without tabs and line ends"
            raise LineError(rule, decode_word(fields[word]))
        number = to_count(fields[count]) if count is not None else 0
        return fields[word], to_cluster(fields[cluster]), number

    return 1, parse


def _find(names: list[bytes], wanted: frozenset[bytes], what: str) -> int | None:
    """Return the index of the only column with one of some names."""
    found = [i for i, name in enumerate(names) if name in wanted]
    if len(found) > 1:
        rule = f"one column of {what}"
        raise LineError(rule, decode_word(b",".join(names)))
    return found[0] if found else None


def _column(lines: list[bytes], index: int) -> Iterator[bytes]:
    """Yield the fields of a column; of lines that cannot be read, none."""
    for line in lines[1:]:
        try:
            fields = _split(line.removesuffix(b"\r"))
        except LineError:
            continue
        if index < len(fields) and line.strip():
            yield fields[index]


def _are_classes(fields: Iterable[bytes], header: str) -> bool:
    """Whether fields are the names of classes, or bit strings."""
    has_zeros = False
    for field in fields:
        if not is_bit_string(field):
            return True
        has_zeros |= field[:1] == b"0" != field
    if not has_zeros:
        rule = "bit_string or class as the name of a column with only 0, 1, 10, ..."
        raise LineError(rule, header)
    return False


def _is_it(lines: list[bytes]) -> bool:
    if b"," not in lines[0] or b"\t" in lines[0]:
        return False
    names = {name.strip(b' "\r').lower() for name in lines[0].split(b",")}
    return bool(names & NAMES_OF_WORDS and names & NAMES_OF_CLUSTERS)


# --- Writing ------------------------------------------------------------------


def _lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    for number, (word, bits, count, name) in enumerate(rows):
        if not number:
            cluster = _CLASS if bits is None else _BITS
            yield b"%b,%b,%b\n" % (_WORD, cluster, _COUNT)
        field = encode_word(str(name)) if bits is None else bits
        yield b"%b,%b,%d\n" % (_quoted(word), _quoted(field), count)


def _quoted(field: bytes) -> bytes:
    if b"," in field or b'"' in field:
        return b'"%b"' % field.replace(b'"', b'""')
    return field


CSV = Format(
    name="csv",
    example="said,0110,1204",
    programs="tables; below the names word,bit_string,count or word,class,count",
    new_parser=_new_parser,
    format_lines=_lines,
    has_classes=True,
    has_counts=True,
    suffix=".csv",
    is_it=_is_it,
)
