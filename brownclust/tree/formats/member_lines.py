"""The format lines: the words of a cluster on a line, separated by blanks."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from brownclust.tree.formats.cluster_table import (
    ClusterTable,
    LineParser,
    OutputRow,
    ParsedRow,
)
from brownclust.tree.formats.format import Format, Records


def _records(lines: list[bytes]) -> Records:
    """Return a record for each word: the word, a tab and the number of its cluster."""
    numbers = []
    records = []
    cluster = 0
    for number, line in enumerate(lines, start=1):
        words = line.split()
        records += [b"%b\t%d" % (word, cluster) for word in words]
        numbers += [number] * len(words)
        cluster += bool(words)
    return numbers, records


def _new_parser(_records: list[bytes], table: ClusterTable) -> tuple[int, LineParser]:
    table.is_flat = True

    def parse(record: bytes) -> ParsedRow:
        word, _, number = record.partition(b"\t")
        return word, number.decode("ascii"), 0

    return 0, parse


def _lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    for _, members in groupby(rows, key=lambda row: row[3]):
        yield b" ".join(word for word, *_ in members) + b"\n"


LINES = Format(
    name="lines",
    example="said told asked",
    programs="any program: the words of a cluster on a line, the cluster without name",
    new_parser=_new_parser,
    format_lines=_lines,
    has_tree=False,
    has_classes=True,
    separators=b"\n\r\t\v\f ",
    records=_records,
)
