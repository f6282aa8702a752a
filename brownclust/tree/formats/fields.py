"""Lines with fields: what separates them, headers and comments."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import LineError, is_bit_string

BIT_STRING_FRACTION = 0.9
"""A column holds bit strings if at least this fraction of its fields are some."""

_N_SAMPLE_LINES = 1_000

NAMES_OF_WORDS = frozenset(b"word words token form".split())
NAMES_OF_CLUSTERS = frozenset(b"class cluster bits bit_string bitstring path".split())
NAMES_OF_COUNTS = frozenset(b"count counts freq frequency".split())
_NAMES_OF_NUMBERS = NAMES_OF_COUNTS | frozenset(b"weight prob probability p".split())
_HEADER_NAMES = (
    NAMES_OF_WORDS | NAMES_OF_CLUSTERS | _NAMES_OF_NUMBERS | {b"type", b"tag"}
)
"""Names of columns; a first line that has nothing else is a header."""

_NAMES_OF_COLUMNS = {
    "word": NAMES_OF_WORDS,
    "class": NAMES_OF_CLUSTERS,
    "bit string": NAMES_OF_CLUSTERS,
    "bit string as a number": NAMES_OF_CLUSTERS,
}
"""The names of what formats have in a column; all other columns are numbers."""

_OTHER_SEPARATORS = {b",": "commas", b";": "semicolons"}

_is_number = re.compile(rb"[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|\.[0-9]+").fullmatch


@dataclass(frozen=True)
class Separator:
    """What separates the fields of a file's lines.

    Attributes
    ----------
    name : str
        For messages: TAB or SPACE.
    delimiter : bytes or None
        A tab; None stands for any number of blanks.
    """

    name: str
    delimiter: bytes | None

    def split(self, line: bytes) -> list[bytes]:
        """Return the fields of a line; only one if it is separated otherwise."""
        if self.delimiter is None and b"\t" in line:
            return [line]
        return line.split(self.delimiter)

    def splitter(self, *columns: str) -> Callable[[bytes], list[bytes]]:
        """Return a function from a line to its fields, one for each column.

        Parameters
        ----------
        *columns : str
            What each field is, for the message if there are too many or too few.
        """
        delimiter, n_columns = self.delimiter, len(columns)

        def split(line: bytes) -> list[bytes]:
            fields = line.split(delimiter)
            if len(fields) == n_columns and (delimiter or b"\t" not in line):
                return fields
            expected = f" {self.name} ".join(columns)
            if len(line.split()) == n_columns:
                expected += ", as on other lines (convert --lenient also reads this)"
            expected += how_to_separate(line)
            raise LineError(expected, decode_word(line))

        return split

    def unify(self, line: bytes) -> bytes:
        """Return a line with this separator wherever it has blanks or tabs."""
        return (self.delimiter or b" ").join(line.split())


TABS = Separator("TAB", b"\t")
BLANKS = Separator("SPACE", None)


def choose_separator(lines: list[bytes]) -> Separator:
    """Return what separates the fields of most of the first lines."""
    sample = _sample(lines)
    n_with_tabs = sum(b"\t" in line for line in sample)
    return TABS if 2 * n_with_tabs >= len(sample) else BLANKS


def sample_rows(lines: list[bytes], separator: Separator) -> list[list[bytes]]:
    """Return the fields of the first lines that are not empty, header or comment."""
    return [separator.split(line) for line in _sample(lines)]


def _sample(lines: list[bytes]) -> list[bytes]:
    rows = (line.rstrip(b"\r") for line in islice(lines, n_header_lines(lines), None))
    filled = (line for line in rows if line.strip() and not _is_remark(line))
    return list(islice(filled, _N_SAMPLE_LINES))


def most_common_length(rows: list[list[bytes]]) -> int:
    """Return how many fields most rows have."""
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 0


def n_header_lines(lines: list[bytes]) -> int:
    """Return 1 if the first line has the names of columns, else 0."""
    names = lines[0].removeprefix(b"#").lower().split() if lines else []
    return int(len(names) > 1 and _HEADER_NAMES.issuperset(names))


def check_header(lines: list[bytes], separator: Separator, *columns: str) -> int:
    """Return the number of header lines, like `n_header_lines`.

    Parameters
    ----------
    lines : list of bytes
        All lines of the file.
    separator : Separator
        What separates their fields.
    *columns : str
        What each field is read as, with the names that `Separator.splitter` takes.

    Raises
    ------
    LineError
        If a header says that a column is something else. A table that was written with
        the numbers of its rows has these where the format has words.
    """
    if not n_header_lines(lines):
        return 0
    line = lines[0].removesuffix(b"\r")
    names = separator.split(line.removeprefix(b"#").lower())
    if len(names) != len(columns):
        names = b" ".join(names).split()
    layout = f" {separator.name} ".join(columns)
    if len(names) != len(columns):
        rule = f"{layout}, and a header with as many names"
        raise LineError(rule, decode_word(line))
    for number, (name, column) in enumerate(zip(names, columns, strict=True), start=1):
        known = _NAMES_OF_COLUMNS.get(column, _NAMES_OF_NUMBERS)
        if name.strip() in _HEADER_NAMES - known - {b"type", b"tag"}:
            found = f"column {number} of the header is {decode_word(name.strip())}"
            rule = f"{layout} ({found}: swap or remove columns)"
            raise LineError(rule, decode_word(line))
    return 1


def how_to_separate(line: bytes) -> str:
    """Return advice for the end of a message, if a line seems to have commas."""
    for character, name in _OTHER_SEPARATORS.items():
        if b"\t" not in line and line.count(character) in {1, 2}:
            return f" (replace {name} by tabs)"
    return ""


_is_remark = re.compile(rb"#([ #!][^\t]*)?").fullmatch
"""Whether a line looks like a comment, not like one of the word ``#``."""


def is_comment(line: bytes, separator: Separator) -> bool:
    """Whether a line that cannot be read is a comment."""
    return line.startswith(b"#") and not (separator is TABS and b"\t" in line)


def count_bit_strings(rows: list[list[bytes]]) -> list[int]:
    """Return how many fields of the first and of the second column are bit strings."""
    return [
        sum(is_bit_string(row[column]) for row in rows if len(row) > column)
        for column in range(2)
    ]


def is_weight(field: bytes) -> bool:
    """Whether a field is a decimal number from 0 to 1."""
    return _is_number(field) is not None and float(field) <= 1
