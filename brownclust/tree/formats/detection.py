"""Which format a file is in, judged by its first lines."""

from collections import Counter
from os import PathLike

from brownclust._validation import shown
from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import is_bit_string
from brownclust.tree.formats.columns import (
    BIT_STRING_FRACTION,
    count_bit_strings,
    sample_rows,
)
from brownclust.tree.formats.word2vec import is_header


def detect_format(lines: list[bytes], path: str | PathLike[str]) -> str:
    """Return the format that lines are in.

    Parameters
    ----------
    lines : list of bytes
        All lines of the file.
    path : str or path-like
        The file, for error messages.

    Raises
    ------
    ValueError
        If there are no lines, or several formats or none match.
    """
    rows = sample_rows(lines)
    if not rows:
        raise ValueError(f"{path}: expected words and their clusters, got none")
    first = rows[0][0]
    if len(rows[0]) == 1 and first.startswith(b"{"):
        return "jsonl"
    if len(rows[0]) == 1 and is_header(first):
        return "word2vec"
    n_columns = Counter(map(len, rows)).most_common(1)[0][0]
    n_bit_strings = count_bit_strings(rows)
    required = BIT_STRING_FRACTION * len(rows)
    if n_columns == 3:
        return "paths"
    if n_columns == 2 and not n_bit_strings[0] >= required:
        # A file sorted by class number begins with classes 0 and 1, which look like
        # bit strings: only all lines show that they are numbers.
        second = [line.rstrip(b"\r").partition(b"\t")[2] for line in lines if line]
        n_in_file = sum(map(is_bit_string, second))
        n_bit_strings[1] = n_in_file * len(rows) // len(second)
    if n_columns == 2 and max(n_bit_strings) >= required:
        return "paths" if n_bit_strings[0] >= n_bit_strings[1] else "snips"
    if n_columns == 2 and all(row[-1].isdigit() for row in rows):
        raise ValueError(
            f"{path}: expected a format that can be detected, got word TAB number; "
            "name the format (--from): alexclark or spacy"
        )
    raise ValueError(
        f"{path}:1: expected bit string TAB word TAB count, or another format, "
        f"got {shown(decode_word(lines[0]))}"
    )
