"""What a format is: one record with all that the program knows about it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from brownclust.tree.formats.cluster_table import (
    SEPARATORS,
    ClusterTable,
    LineParser,
    OutputRow,
)

Records = tuple[list[int], list[bytes]]
"""The number of the line where each record begins, and the record."""


@dataclass(frozen=True)
class Format:
    """How to recognise, read and write one format, and how to describe it.

    Attributes
    ----------
    name : str
        The name for ``--from``, ``--to`` and ``format=``.
    example : str
        A line, as help and documentation show it.
    programs : str
        Which programs read or write it.
    new_parser : callable
        From all records, and the table to be filled, to the number of header lines and
        a function that parses each further record. It may add to the table's `warnings`
        and set its other attributes.
    format_lines : callable
        From rows to lines, each with its newline.
    has_tree : bool
        Whether it has bit strings.
    has_classes : bool
        Whether it has flat classes. A format without these cannot represent them; one
        without bit strings numbers the clusters of a tree.
    has_counts : bool
        Whether it has the counts of words.
    separators : bytes
        Bytes that a word cannot contain.
    has_columns : bool
        Whether lines have fields separated by tabs or blanks, so that there can be
        comments and a header.
    suffix : str
        How names of such files end, if all files with this end are in this format.
    is_it : callable, optional
        Whether lines, the first of which is not blank, are certainly meant to be in
        this format. None if only a comparison with other formats shows it.
    records : callable, optional
        From all lines to the records, where a record is not a line.
    complete : callable, optional
        Changes the table when all records are read.
    """

    name: str
    example: str
    programs: str
    new_parser: Callable[[list[bytes], ClusterTable], tuple[int, LineParser]]
    format_lines: Callable[[Iterable[OutputRow]], Iterator[bytes]]
    has_tree: bool = True
    has_classes: bool = False
    has_counts: bool = False
    separators: bytes = SEPARATORS
    has_columns: bool = False
    suffix: str = ""
    is_it: Callable[[list[bytes]], bool] | None = None
    records: Callable[[list[bytes]], Records] | None = None
    complete: Callable[[ClusterTable], None] | None = None
