"""Recognise files that are not text by their first bytes, and text in UTF-16 or 32.

`brownclust.text.encodings` looks at every text with this before it is decoded.
"""

COMPRESSED_KINDS = {
    "gzip": "gzip data",
    "xz": "xz data",
    "bzip2": "bzip2 data",
    "Zstandard": "Zstandard data",
}
SUFFIXES_OF_KINDS = dict(
    zip(COMPRESSED_KINDS.values(), (".gz", ".xz", ".bz2", ".zst"), strict=True)
)
"""By which the names of files with compressed text must end."""

NPY = "a NumPy array (.npy)"
ARROW_FILE = "an Arrow file"
ARROW_STREAM = "an Arrow stream"
PARQUET = "a Parquet file"
TABLES = (PARQUET, ARROW_FILE, ARROW_STREAM)
"""Files with columns, which can be texts, lists of tokens, or ids."""

_KINDS_BY_MAGIC = {
    b"\x1f\x8b": COMPRESSED_KINDS["gzip"],
    b"\xfd7zXZ\0": COMPRESSED_KINDS["xz"],
    b"\x28\xb5\x2f\xfd": COMPRESSED_KINDS["Zstandard"],
    b"PK\x03\x04": "a zip archive (as .zip, .npz, .xlsx and .docx files are)",
    b"PK\x05\x06": "an empty zip archive",
    b"\x93NUMPY": NPY,
    b"ARROW1\0\0": ARROW_FILE,
    b"\xff\xff\xff\xff": ARROW_STREAM,
    b"Obj\x01": "an Avro file",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"SQLite format 3\0": "an SQLite database",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Microsoft Office file (.xls, .doc)",
    b"%PDF-": "a PDF file",
    b"\x80\x02": "a Python pickle",
    b"\x80\x03": "a Python pickle",
    b"\x80\x04\x95": "a Python pickle",
    b"\x80\x05\x95": "a Python pickle",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x04\x22\x4d\x18": "LZ4 data",
    b"\x1f\x9d": "data of compress (.Z)",
    b"\x89LZO\0": "LZO data",
    b"LZIP\x01": "lzip data",
    b"\x5d\0\0\x80\0": "LZMA data",
    b"\xff\x06\0\0sNaPpY": "Snappy data",
    b"\x7fELF": "a program",
    b"\x89PNG\r\n\x1a\n": "an image",
    b"GIF8": "an image",
    b"{\\rtf1": "an RTF document",
    b"\xff\xd8\xff": "an image",
    b"II*\0": "an image",
    b"MM\0*": "an image",
    b"version https://git-lfs.github.com/spec/": "a Git LFS pointer (run: git lfs "
    "pull)",
}
_PARQUET = b"PAR1"
_BZIP2, _BZIP2_BLOCK = b"BZh", b"1AY&SY"
_BZIP2_EMPTY = b"\x17\x72\x45\x38\x50\x90"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_TAR_START, _TAR = 257, b"ustar"

LONGEST_MAGIC = 16
"""Bytes that are enough to recognise compressed data, and all but archives of tar."""

HEAD_SIZE = 1024
"""Bytes that are enough for all functions here."""

_MIN_BINARY = 64
"""Bytes from which on control characters are counted."""

_CONTROLS = bytes({*range(32), 127}.difference(b"\t\n\v\f\r\x1a\x1b"))
"""Characters that text hardly ever has; of random bytes, a tenth are some."""

_MAX_CONTROLS = 0.04
_MAX_CONTROLS_IN_UTF8 = 0.3
"""Largest fractions of them in text; higher in UTF-8, which no other bytes are by
chance, so that texts that separate fields by them are still read."""

_ESCAPES = {
    b"\x1b$B": "iso2022_jp",
    b"\x1b$@": "iso2022_jp",
    b"\x1b$)C": "iso2022_kr",
}
"""Escape sequences that switch character sets in 7-bit Asian encodings."""

_MIN_LETTERS = 2
"""ASCII letters in text in UTF-16 that would also be valid UTF-8, with NULs."""


_UNUSED_PLANES = "\U00040000"
"""The first code point above the planes in which Unicode assigns letters."""


def kind_of(head: bytes) -> str | None:
    """Return what a file is that is not text, such as ``"a PDF file"``.

    Parameters
    ----------
    head : bytes
        The first `HEAD_SIZE` bytes of the file, or all if it has fewer.

    Returns
    -------
    str or None
        None if it is not recognised.

    Examples
    --------
    >>> kind_of(b"%PDF-1.7"), kind_of(b"the cat sat")
    ('a PDF file', None)
    """
    for magic, kind in _KINDS_BY_MAGIC.items():
        if head.startswith(magic):
            return kind
    if head.startswith(_PARQUET) and not head[4:5].decode("latin-1").isprintable():
        return PARQUET
    if head.startswith(_BZIP2) and head[4:10] in (_BZIP2_BLOCK, _BZIP2_EMPTY):
        return COMPRESSED_KINDS["bzip2"]
    if head[1:4] == _ZSTD_SKIPPABLE and 0x50 <= head[0] <= 0x5F:
        return COMPRESSED_KINDS["Zstandard"]
    if head.startswith(_TAR, _TAR_START):
        return "a tar archive"
    return None


def is_binary(head: bytes) -> bool:
    """Whether the start of a file has too many control characters for text.

    Parameters
    ----------
    head : bytes
        The first `HEAD_SIZE` bytes of the file, which are not UTF-16 or UTF-32.

    Examples
    --------
    >>> is_binary(bytes(range(256))), is_binary("Köln".encode("latin-1"))
    (True, False)
    """
    n_controls = len(head) - len(head.translate(None, _CONTROLS))
    limit = _MAX_CONTROLS_IN_UTF8 if _is_utf8(head) else _MAX_CONTROLS
    return len(head) >= _MIN_BINARY and n_controls > limit * len(head)


def asian_encoding(head: bytes) -> str | None:
    """Return an encoding with escape sequences that text has, or None."""
    found = (name for escape, name in _ESCAPES.items() if escape in head)
    return next(found, None)


def is_utf8_beyond_ascii(head: bytes, encoding: str) -> bool:
    """Whether text said to be in another encoding seems to be UTF-8.

    Two characters beyond ASCII that are all UTF-8 are no accident in an encoding of one
    byte per character; in others, such as gb18030, four are hardly ever.
    """
    if head.isascii() or not _is_utf8(head):
        return False
    n_beyond = sum(not c.isascii() for c in head.decode("utf-8", "ignore"))
    is_of_bytes = len(head.decode(encoding, "replace")) == len(head)
    return n_beyond >= (2 if is_of_bytes else 4)


def unicode_encoding(head: bytes) -> str | None:
    """Return UTF-16 or UTF-32, by its mark or by where zero bytes are, or None.

    Parameters
    ----------
    head : bytes
        The first `HEAD_SIZE` bytes of the file, or all if it has fewer.

    Returns
    -------
    str or None
        A codec of Python: text in ``utf-16`` and ``utf-32`` has a byte order mark, in
        ``utf-16-le`` and the like none.

    Examples
    --------
    >>> unicode_encoding("ein".encode("utf-16")), unicode_encoding(b"ein")
    ('utf-16', None)
    """
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" not in head:
        return None
    for family, unit in (("utf-32", 4), ("utf-16", 2)):
        whole = head[: len(head) // unit * unit]
        for order, other in (("le", "be"), ("be", "le")):
            name = f"{family}-{order}"
            characters = whole.decode(name, "replace")
            swapped = whole.decode(f"{family}-{other}", "replace")
            is_better = _plainness(characters) > _plainness(swapped)
            if is_better and _is_text(characters, whole, unit):
                return name
    return None


def _plainness(characters: str) -> tuple[int, int]:
    """Return how many characters are spaces and newlines, and how many are ASCII."""
    n_spaces = characters.count(" ") + characters.count("\n")
    return n_spaces, sum(map(str.isascii, characters))


def _is_text(characters: str, head: bytes, unit: int) -> bool:
    """Whether bytes that decode to these characters are not rather UTF-8 with NULs."""
    if unit == 4:  # without NULs, which arrays of small numbers have
        is_valid = "\ufffd" not in characters and "\0" not in characters
        return is_valid and max(characters) < _UNUSED_PLANES
    if "\ufffd" in characters[:-1]:  # the last may continue after the head
        return False
    n_letters = sum(c.isascii() and c.isalnum() for c in characters)
    n_ascii = sum(map(str.isascii, characters))
    if "\0" in characters:
        return False
    if n_letters >= _MIN_LETTERS and 2 * n_ascii >= len(characters):
        return True
    return not _is_utf8(head)


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a character that continues after it
    return True
