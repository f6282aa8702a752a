"""What all formats share: the table that files are read into, and their parts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from brownclust._validation import shown
from brownclust.text.characters import decode_word

_BITS = frozenset(b"01")

ParsedRow = tuple[bytes, str, int]
"""Word, bit string, count."""

OutputRow = tuple[bytes, bytes, int, int]
"""Word, bit string, count, number of the cluster by order of bit strings."""

LineParser = Callable[[bytes], ParsedRow]


@dataclass
class ClusterTable:
    """Words with their clusters, as read from a file.

    Attributes
    ----------
    words : list of bytes
        All different, none empty.
    bit_strings : list of str
        None is a prefix of another.
    counts : list of int
        0 where the file has none.
    warnings : list of str
        Assumptions that had to be made.
    n_skipped : Counter
        Number of lines left out, by reason.
    n_expected : int or None
        Number of words according to the file, if it has that number.
    """

    words: list[bytes] = field(default_factory=list)
    bit_strings: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_skipped: Counter[str] = field(default_factory=Counter)
    n_expected: int | None = None


@dataclass(frozen=True)
class Format:
    """How to read and write one format.

    Attributes
    ----------
    new_parser : callable
        From all lines, and the table to be filled, to the number of header lines and
        a function that parses each further line. It may add to the table's `warnings`
        and set `n_expected`.
    format_lines : callable
        From rows to lines, each with its newline.
    separators : bytes
        Bytes that a word cannot contain.
    complete : callable, optional
        From all bit strings as parsed to those that the file stands for.
    """

    new_parser: Callable[[list[bytes], ClusterTable], tuple[int, LineParser]]
    format_lines: Callable[[Iterable[OutputRow]], Iterator[bytes]]
    separators: bytes = b"\n\r\t"
    complete: Callable[[Sequence[str]], Sequence[str]] | None = None


class LineError(ValueError):
    """A line that cannot be read: what was expected, and what it has."""

    def __init__(self, expected: str, got: object) -> None:
        super().__init__(f"expected {expected}, got {shown(got)}")
        self.expected = expected


def is_bit_string(field: bytes) -> bool:
    """Whether a field has only 0 and 1; the bit string of a single cluster is empty."""
    return _BITS.issuperset(field)


def to_bit_string(field: bytes) -> str:
    """Return a field as a bit string; `LineError` if it is not one."""
    if not is_bit_string(field):
        raise LineError("a bit string of 0 and 1", decode_word(field))
    return field.decode("ascii")
