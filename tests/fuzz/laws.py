"""Two ways of writing the same must be read to the same."""

import gzip
import json
import tempfile
from pathlib import Path

from brownclust import WordClusters
from brownclust.text.text_blocks import TextBlocks
from brownclust.text.text_format import TextFormat
from brownclust.tree.formats import read_table
from fuzz.compression import COMPRESSORS
from fuzz.mutation import pick
from fuzz.oracle import FaultError

LAW_FRACTION = 0.05
"""Fraction of inputs that are read a second time."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _compressed(data):
    return gzip.compress(data, 1, mtime=0)


def _with_crlf(data):
    # Where zero bytes are decides whether a file looks like UTF-16.
    if b"\r" in data or b"\0" in data:
        return None
    return data.replace(b"\n", b"\r\n")


def _with_blank_lines_at_the_end(data):
    return data + b"\n\n" if data.endswith(b"\n") else None


def _with_a_byte_order_mark(data):
    return None if data.startswith(BYTE_ORDER_MARK) else BYTE_ORDER_MARK + data


def _with_spaces_at_line_ends(data):
    if b"\r" in data or b"\n\n" in data:
        return None
    return data.replace(b"\n", b" \n")


def _in_utf_16(data):
    return _encoded(data, "utf-16")


def _in_utf_16_without_saying_so(data):
    return _encoded(data, "utf-16")


def _in_latin_1(data):
    if b"\0" in data:  # it looks like UTF-16
        return None
    return _encoded(data, "latin-1")


def _encoded(data, encoding):
    text = data.removeprefix(BYTE_ORDER_MARK)
    # After a mark of UTF-16 a zero looks like UTF-32; a second mark is a character.
    if text.startswith((b"\0", BYTE_ORDER_MARK)):
        return None
    try:
        return text.decode().encode(encoding)
    except UnicodeError:
        return None


PLAIN_LAWS = (_with_crlf, _with_blank_lines_at_the_end, _with_a_byte_order_mark)
COMMON_LAWS = (
    *PLAIN_LAWS,
    _compressed,
    _in_utf_16,
    _in_utf_16_without_saying_so,
    _in_latin_1,
)
"""Variants of a file; None if the file has none."""

COLUMN_LAWS = (*COMMON_LAWS, _with_spaces_at_line_ends)
_ENCODINGS = {_in_utf_16: "utf-16", _in_latin_1: "latin-1"}
_MAY_BE_REFUSED = (_in_utf_16_without_saying_so,)


def check_laws(random, path, data, laws, found, read_again):
    """Read a variant of a file that was read without error.

    Parameters
    ----------
    random : Random
        Chooses the variant.
    path : str
        The file.
    data : bytes
        Its content.
    laws : tuple of callables
        From data to a variant of it.
    found : object
        What was read.
    read_again : callable
        ``read_again(path, encoding)`` reads a file with the same options.
    """
    law = pick(random, laws)
    variant = law(data)
    if variant is None or Path(path).suffix in COMPRESSORS:
        return
    suffix = ".gz" if law is _compressed else ""
    other = Path(path).with_name(f"variant{''.join(Path(path).suffixes)}{suffix}")
    other.write_bytes(variant)
    name = law.__name__[1:].replace("_", " ")
    try:
        again = read_again(str(other), _ENCODINGS.get(law, "utf-8"))
    except Exception as error:
        if law in _MAY_BE_REFUSED and isinstance(error, ValueError):
            return
        raise FaultError(f"{name}, it cannot be read: {error!r}") from error
    finally:
        other.unlink()
    if again != found:
        raise FaultError(f"{name}, it holds something else: {again!a}, not {found!a}")


def check_round_trip(format, clusters, path):
    """Write clusters in a format that keeps bit strings, and read them again."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "clusters")
        try:
            clusters.export(file, format)
        except ValueError as error:
            if " must be " not in str(error):  # for a word that it cannot have
                raise ValueError(f"{path}: {error}") from error
            return
        try:
            again = WordClusters.from_table(read_table(file, format))
        except ValueError as error:
            raise FaultError(f"its {format} cannot be read: {error}") from error
    now = {word: again[word] for word in again}
    if now != {word: clusters[word] for word in clusters}:
        raise FaultError(f"its {format} is read with other bit strings: {now!a}")


def check_json_lines(path, lines):
    """Write lines of tokens as JSON, and read them again."""
    try:
        records = [{"text": [word.decode() for word in words]} for words in lines]
    except UnicodeError:
        return
    other = Path(path).with_name("variant.jsonl")
    other.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    text = b"".join(
        block.tobytes() for block in TextBlocks(str(other), TextFormat("jsonl"))
    )
    other.unlink()
    found = [words for line in text.split(b"\n") if (words := line.split())]
    if found != lines:
        raise FaultError(f"as JSON lines, it holds something else: {found!a}")
