"""What all formats share: the table that files are read into, and their parts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from brownclust._validation import shown
from brownclust.text.characters import decode_word

SEPARATORS = b"\n\r\t"
"""Bytes that no word may contain, since they separate lines and fields."""

MAX_COUNT_DIGITS = 18
"""So that counts fit in 64 bits."""

MAX_DIGITS = 4_000
"""Of other numbers, which Python reads without a limit being set."""

COUNT_RULE = f"a count (a whole number of at most {MAX_COUNT_DIGITS} digits)"
"""For errors."""

_BITS = frozenset(b"01")

ParsedRow = tuple[bytes, str, int]
"""Word, bit string or class name, count."""

OutputRow = tuple[bytes, bytes | None, int, int | str]
"""Word; bit string, None for flat classes; count; and the number of the cluster by
order of bit strings, or the name of the flat class."""

LineParser = Callable[[bytes], ParsedRow]


@dataclass
class ClusterTable:
    """Words with their clusters, as read from a file.

    Attributes
    ----------
    words : list of bytes
        All different, none empty.
    bit_strings : list of str
        None is a prefix of another; if `is_flat`, the names of classes.
    counts : list of int
        0 where the file has none.
    is_flat : bool
        Whether the file has flat classes: names, usually numbers, and no tree.
    has_weights : bool
        Whether the file has numbers that are not counts, and therefore not kept.
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
    is_flat: bool = False
    has_weights: bool = False
    warnings: list[str] = field(default_factory=list)
    n_skipped: Counter[str] = field(default_factory=Counter)
    n_expected: int | None = None


class LineError(ValueError):
    """A line that cannot be read: what was expected, and what it has."""

    def __init__(self, expected: str, got: object) -> None:
        super().__init__(f"expected {expected}, got {shown(got)}")
        self.expected = expected


def is_bit_string(field: bytes) -> bool:
    """Whether a field has only 0 and 1; the bit string of a single cluster is empty."""
    return _BITS.issuperset(field)


def is_class_name(field: bytes) -> bool:
    """Whether a field can be the name of a flat class."""
    return field.split() == [field]


def to_bit_string(field: bytes) -> str:
    """Return a field as a bit string; `LineError` if it is not one."""
    if not is_bit_string(field):
        raise LineError("a bit string of 0 and 1", decode_word(field))
    return field.decode("ascii")


def to_class_name(field: bytes) -> str:
    """Return a field as the name of a class; `LineError` if it cannot be one."""
    if not is_class_name(field):
        raise LineError("the name of a class, without blanks", decode_word(field))
    return decode_word(field)


def to_count(field: bytes) -> int:
    """Return a field as a count; `LineError` if it is not one."""
    if not field.isdigit() or len(field) > MAX_COUNT_DIGITS:
        raise LineError(COUNT_RULE, decode_word(field))
    return int(field)
