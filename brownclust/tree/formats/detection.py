"""Which format a file is in, judged by its first lines."""

from os import PathLike

from brownclust._validation import shown
from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import ClusterTable, is_bit_string
from brownclust.tree.formats.fields import (
    BIT_STRING_FRACTION,
    Separator,
    choose_separator,
    count_bit_strings,
    how_to_separate,
    is_weight,
    most_common_length,
    sample_rows,
)
from brownclust.tree.formats.format_table import FORMAT_TABLE

_MIN_FRACTION = 0.5
"""In a file of bit strings with errors, at least this fraction of a column are some."""

_MAX_FRACTION = 0.1
"""Words and classes can be 0 and 1, too; if no more of them are, there is no tree."""


_WARNINGS = {
    "alexclark": "flat classes, without a tree: read as word, class, count or weight",
    "srilm": "flat classes, without a tree: read as class, probability, word",
}


class _AmbiguousError(Exception):
    """Raised when the lines can be in several formats; has them as its message."""


def detect_format(
    lines: list[bytes], path: str | PathLike[str], table: ClusterTable
) -> str:
    """Return the format that lines are in.

    Parameters
    ----------
    lines : list of bytes
        All lines of the file.
    path : str or path-like
        The file, for error messages.
    table : ClusterTable
        Gets a warning if the lines are recognised as flat classes.

    Raises
    ------
    ValueError
        If there are no lines, or several formats or none match.
    """
    separator = choose_separator(lines)
    rows = sample_rows(lines, separator)
    if not rows:
        raise ValueError(f"{path}: expected words and their clusters, got none")
    number, first = next(
        (number, line) for number, line in enumerate(lines, start=1) if line.strip()
    )
    format = _certain_format(lines[number - 1 :])
    try:
        if format is not None:
            pass
        elif most_common_length(rows) == 2:
            format = _of_two_columns(lines, rows, separator)
        elif most_common_length(rows) == 3:
            format = _of_three_columns(lines, rows, separator)
    except _AmbiguousError as ambiguous:
        raise ValueError(
            f"{path}: expected a format that can be detected, got {ambiguous}"
        ) from None
    if format is None:
        raise ValueError(
            f"{path}:{number}: expected bit string TAB word TAB count, or another "
            f"format of brownclust convert --help{how_to_separate(first)}, got "
            f"{shown(decode_word(first))}"
        )
    if format in _WARNINGS:
        table.warnings.append(_WARNINGS[format])
    return format


def _certain_format(lines: list[bytes]) -> str | None:
    """Return the format that its own lines show, without a look at other formats."""
    for name, format in FORMAT_TABLE.items():
        if format.is_it is not None and format.is_it(lines):
            return name
    return None


def _of_two_columns(
    lines: list[bytes], rows: list[list[bytes]], separator: Separator
) -> str | None:
    required = BIT_STRING_FRACTION * len(rows)
    first = count_bit_strings(rows)[0]
    # If both columns are bit strings, those of the second are words such as 0 and 1.
    second = _in_whole_file(lines, rows, separator) if first < required else first
    if max(first, second) >= required:
        return "paths" if first >= second else "snips"
    if all(row[-1].isdigit() for row in rows):
        raise _AmbiguousError(
            "word TAB number: name the format, --from (format=) alexclark or spacy"
        )
    has_repeats = any(len({row[i] for row in rows}) < len(rows) for i in (0, -1))
    if not has_repeats or max(first, second) >= _MIN_FRACTION * len(rows):
        return None
    raise _AmbiguousError(
        "two columns without bit strings: name the format, --from (format=) alexclark "
        "if they are word and class, srilm if they are class and word"
    )


def _of_three_columns(
    lines: list[bytes], rows: list[list[bytes]], separator: Separator
) -> str | None:
    rows = [row for row in rows if len(row) == 3]
    first = count_bit_strings(rows)[0]
    if first >= _MIN_FRACTION * len(rows):
        return "paths"
    n_numbers = sum(row[2].isdigit() or is_weight(row[2]) for row in rows)
    second_are_weights = all(is_weight(row[1]) for row in rows)
    if n_numbers < BIT_STRING_FRACTION * len(rows):
        return "srilm" if second_are_weights else None
    if second_are_weights and not all(row[1].isdigit() for row in rows):
        raise _AmbiguousError(
            "numbers in two columns: name the format, --from (format=) alexclark if "
            "they are word, class and count, srilm if class, probability and word"
        )
    second = _in_whole_file(lines, rows, separator)
    if second >= BIT_STRING_FRACTION * len(rows):
        return "paths"
    for column, n_bit_strings in enumerate((first, second)):
        # No class or word is a number such as 01, but bit strings of most trees are.
        has_zeros = any(
            row[column][:1] == b"0" != row[column] and is_bit_string(row[column])
            for row in rows
        )
        if has_zeros and n_bit_strings > _MAX_FRACTION * len(rows):
            raise _AmbiguousError(
                "a column with some bit strings: name the format, --from (format=) "
                "paths, or alexclark if they are word, class and count"
            )
    words = {row[0] for row in rows}
    are_numbers = all(row[1].isdigit() for row in rows)
    return "alexclark" if are_numbers or len(words) == len(rows) else None


def _in_whole_file(
    lines: list[bytes], rows: list[list[bytes]], separator: Separator
) -> int:
    """Return how many rows would have a bit string in column 2 as often as all lines.

    A file sorted by class number begins with classes 0 and 1, which look like bit
    strings: only all lines show that they are numbers.
    """
    n_in_rows = count_bit_strings(rows)[1]
    if n_in_rows <= _MAX_FRACTION * len(rows):
        return n_in_rows
    split = (separator.split(line.rstrip(b"\r")) for line in lines if line)
    second = [row[1] for row in split if len(row) > 1]
    return sum(map(is_bit_string, second)) * len(rows) // max(len(second), 1)
