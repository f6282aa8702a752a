"""Counts as text, for other programs, and back.

The first line begins with `HEADER` and has the totals as JSON. Then there is a line for
each word, an empty line, and a line for each pair of neighbours:

- ``word TAB count``, by rank; with boundary "mark" also the number of lines that start
  with the word, and the number of those that end with it;
- ``left TAB right TAB count``.
"""

import json
import os
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from brownclust._atomic import atomic_write
from brownclust._kernels.counting.pair_lines import extract_counts
from brownclust._validation import expected, must_be
from brownclust.counting.chunk import TextChunk
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.counting.options import MAX_COUNT
from brownclust.counting.origin import Origin
from brownclust.counting.sparse_rows import SparseRows, offsets_from_sizes
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_table import WordTable
from brownclust.text.blocks import BLOCK_SIZE, PathLike, split_after
from brownclust.text.characters import decode_word
from brownclust.text.files import open_binary, open_decompressed

HEADER = b"# brownclust counts "
"""What the first line of such a file begins with; a text hardly ever does."""

FORMAT_VERSION = 1

_TOTALS = ("n_tokens", "n_bigrams", "n_lines")
_MAX_DIGITS = 18


# --- Writing ------------------------------------------------------------------


def write_counts_text(path: PathLike, counts: BigramCounts) -> None:
    """Write counts as text, atomically.

    Parameters
    ----------
    path : path
        The file to write.
    counts : BigramCounts
        The counts. Their `source` is not written.

    Notes
    -----
    About two million pairs a second.
    """
    header = {
        "format_version": FORMAT_VERSION,
        "boundary": counts.boundary,
        **{name: getattr(counts, name) for name in _TOTALS},
        **json.loads(counts.origin.to_json()),
    }
    words = list(counts.vocabulary.iter_bytes())
    with atomic_write(path, "wb") as file:
        file.write(HEADER + json.dumps(header).encode("ascii") + b"\n")
        file.writelines(_word_lines(words, counts.table))
        file.write(b"\n")
        file.writelines(_pair_lines(words, counts.successors))


def _word_lines(words: list[bytes], table: CountTable) -> Iterator[bytes]:
    columns = [table.unigram_counts]
    if table.boundary == "mark":
        columns += [table.edge_starts, table.edge_ends]
    line = b"%b" + b"\t%d" * len(columns) + b"\n"
    for word, *numbers in zip(words, *(c.tolist() for c in columns), strict=True):
        yield line % (word, *numbers)


def _pair_lines(words: list[bytes], rows: SparseRows) -> Iterator[bytes]:
    for left, (start, end) in zip(words, pairwise(rows.offsets.tolist()), strict=True):
        indices = rows.indices[start:end].tolist()
        for right, count in zip(indices, rows.counts[start:end].tolist(), strict=True):
            yield b"%b\t%b\t%d\n" % (left, words[right], count)


# --- Reading ------------------------------------------------------------------


def is_counts_text(path: str) -> bool:
    """Whether a file is one that `write_counts_text` wrote, perhaps compressed.

    Parameters
    ----------
    path : str
        A file that exists.
    """
    try:
        with open_decompressed(path) as file:
            return file.read(len(HEADER)) == HEADER
    except (OSError, ValueError, ImportError):  # reading it as a text reports these
        return False


def read_counts_text(path: PathLike) -> BigramCounts:
    """Read counts that `write_counts_text` wrote.

    Parameters
    ----------
    path : path
        The file; decompressed if named ``.gz``, ``.xz``, ``.bz2`` or ``.zst``.

    Returns
    -------
    BigramCounts
        The same counts; `source` names the file.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If a line is not as described (``path:line:``), or if the counts do not fit
        together (``path:``).

    Notes
    -----
    About five million pairs a second. Memory is 50 bytes a pair while reading.
    """
    name = os.fspath(path)
    with open_binary(name, encoding_errors="surrogateescape") as file:
        header = _read_header(file, name)
        vocabulary, columns = _read_words(file, name, header["boundary"] == "mark")
        pairs = _read_pairs(file, name, vocabulary, 3 + len(vocabulary))
    try:
        table = CountTable(
            columns[0],
            _sparse_rows(pairs, vocabulary),
            columns[1],
            columns[2],
            header["n_tokens"],
            header["n_bigrams"],
            header["n_lines"],
            header["boundary"],
        )
        source = {"kind": "counts as text", "file": name}
        counts = BigramCounts(vocabulary, table, Origin.from_dict(header), source)
        counts.validate()
    except (TypeError, ValueError) as error:
        rule = "expected counts that fit together"
        raise ValueError(f"{name}: {rule}: {error}") from None
    return counts


def _read_header(file: BinaryIO, name: str) -> dict[str, Any]:
    line = file.readline().rstrip(b"\r\n")
    header: Any = None
    if line.startswith(HEADER):
        try:
            header = json.loads(line.removeprefix(HEADER))
        except (ValueError, RecursionError):
            header = None
    keys = {"format_version", "boundary", *_TOTALS, "normalise", "skip_grams"}
    keys.add("from_pairs")
    if not isinstance(header, dict) or not keys <= header.keys():
        rule = f"{HEADER.decode()}{{...}} with {', '.join(sorted(keys))}"
        raise ValueError(expected(f"{name}:1", rule, decode_word(line)))
    if header["format_version"] != FORMAT_VERSION:
        rule = f"format_version {FORMAT_VERSION}, the only one that this version reads"
        raise ValueError(expected(f"{name}:1", rule, header["format_version"]))
    return header


def _read_words(
    file: BinaryIO, name: str, has_edges: bool
) -> tuple[Vocabulary, NDArray[np.int64]]:
    """Return the words up to an empty line, and counts, starts and ends of lines."""
    rule = "word TAB count" + " TAB starts TAB ends" * has_edges
    words: dict[bytes, None] = {}
    rows = []
    for number, line in enumerate(iter(file.readline, b""), start=2):
        word, *fields = line.rstrip(b"\r\n").split(b"\t")
        if not (word or fields):
            break
        place = f"{name}:{number}"
        if len(fields) != 1 + 2 * has_edges or not all(
            field.isdigit() and len(field) <= _MAX_DIGITS for field in fields
        ):
            raise ValueError(expected(place, rule, decode_word(line.rstrip(b"\n"))))
        if word in words or word.split() != [word]:
            what = "each word once" if word in words else "a word without whitespace"
            raise ValueError(expected(place, what, decode_word(word)))
        words[word] = None
        rows.append([*map(int, fields), 0, 0][:3])
    if not words:
        raise ValueError(f"{name}: expected words, got none")
    return Vocabulary.from_words(words), np.array(rows, np.int64).T.copy()


def _read_pairs(
    file: BinaryIO, name: str, vocabulary: Vocabulary, first_line: int
) -> NDArray[np.int64]:
    """Return rows (left, right, count); words are given by rank."""
    known = WordTable.from_vocabulary(vocabulary)
    chunk = TextChunk(0)
    parts = [np.empty((0, 3), np.int64)]
    number = first_line
    rule = "left TAB right TAB count (words of the list, a count of at least 1)"
    pieces = iter(lambda: file.read(BLOCK_SIZE), b"")
    for lines in split_after((b"\n",), pieces):
        original = bytes(lines)
        block = np.frombuffer(lines, np.uint8)
        counts = np.empty(lines.count(b"\n"), np.int64)
        n_counts, stop = extract_counts(block, MAX_COUNT, counts)
        chunk.read(block, False, known)
        chunk.drop_edges()
        tokens = chunk.tokens
        if stop < block.size or (tokens < 1).any():
            bad = _first_bad_line(original, vocabulary)
            line = decode_word(original.split(b"\n")[bad])
            raise ValueError(expected(f"{name}:{number + bad}", rule, line))
        ranks = tokens.reshape(-1, 2).astype(np.int64) - 1
        parts.append(np.column_stack([ranks, counts[:n_counts]]))
        number += counts.size
    return np.concatenate(parts)


def _first_bad_line(lines: bytes, vocabulary: Vocabulary) -> int:
    """Return the number, from 0, of the first line that is not a pair of words."""
    known = set(vocabulary.iter_bytes())
    for i, line in enumerate(lines.split(b"\n")):
        fields = line.rstrip(b"\r").split(b"\t")
        if fields == [b""]:
            continue
        is_pair = len(fields) == 3 and known.issuperset(fields[:2])
        digits = fields[-1]
        is_short = digits.isdigit() and len(digits) <= _MAX_DIGITS
        if not (is_pair and is_short and 0 < int(digits) <= MAX_COUNT):
            return i
    return 0


def _sparse_rows(pairs: NDArray[np.int64], vocabulary: Vocabulary) -> SparseRows:
    """Return pairs in any order as sparse rows."""
    left, right, counts = pairs.T
    order = np.argsort(left * len(vocabulary) + right, kind="stable")
    left, right = left[order], right[order]
    is_same = (left[1:] == left[:-1]) & (right[1:] == right[:-1])
    if is_same.any():
        i = int(is_same.argmax())
        pair = f"{vocabulary[int(left[i])]} {vocabulary[int(right[i])]}"
        raise ValueError(must_be("pairs", "all different", f"{pair} twice"))
    sizes = np.bincount(left, minlength=len(vocabulary))
    return SparseRows(
        offsets_from_sizes(sizes), right.astype(np.int32), counts[order].copy()
    )
