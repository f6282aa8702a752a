"""Convert text in any encoding to UTF-8, and check text that should be UTF-8.

Every reader of text gets its bytes from here, so that all treat them alike.
"""

import codecs
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from brownclust._validation import must_be
from brownclust.text.characters import BYTE_ORDER_MARK
from brownclust.text.file_kinds import (
    HEAD_SIZE,
    SUFFIXES_OF_KINDS,
    asian_encoding,
    is_binary,
    is_utf8_beyond_ascii,
    kind_of,
    unicode_encoding,
)

UTF8 = "utf-8"
"""The default encoding, and that of all blocks of text and of all output."""

_NOT_FOR_TEXT = ("idna", "punycode", "undefined")
"""Codecs that Python takes for encodings of text, but which are not of whole files."""

_MARK = "\ufeff"
_NUL_RUN = bytes(64)
"""NULs in a row: not a word, but a hole in a damaged file."""

_MIN_ASCII = 16
"""Bytes that are ASCII throughout: by chance, UTF-16 does not have as many."""

_FIX = (
    "; convert the file, or name its encoding, such as latin-1: --encoding "
    "(encoding=); or keep, replace or drop such bytes: --encoding-errors "
    "(encoding_errors=) surrogateescape, replace or ignore"
)
_lone_surrogates = re.compile("[\ud800-\udfff]")


def check_encoding(option: str, name: str) -> str:
    """Return Python's name for an encoding of text.

    Parameters
    ----------
    option : str
        Name of the argument in errors.
    name : str
        A codec of Python, such as ``"latin-1"``, ``"utf-16"`` or ``"gb18030"``.

    Returns
    -------
    str
        The same for all names of one encoding: ``"utf-8"`` for ``"UTF8"``, and for
        ``"utf-8-sig"``, since byte order marks are always dropped.

    Raises
    ------
    TypeError
        If it is not a string.
    ValueError
        If it is not an encoding of text that Python knows.

    Examples
    --------
    >>> check_encoding("encoding", "Latin-1"), check_encoding("encoding", "UTF8")
    ('iso8859-1', 'utf-8')
    """
    rule = "an encoding of text that Python knows, such as utf-8, latin-1 or utf-16"
    if not isinstance(name, str):
        raise TypeError(must_be(option, rule, name))
    try:
        codec: Any = codecs.lookup(name)
        is_text = codec._is_text_encoding and codec.name not in _NOT_FOR_TEXT
    except (LookupError, ValueError):
        is_text = False
    if not is_text or codec.incrementaldecoder is None:
        raise ValueError(must_be(option, rule, name))
    return UTF8 if codec.name == "utf-8-sig" else str(codec.name)


def to_utf8(
    pieces: Iterable[bytes],
    name: str,
    encoding: str = UTF8,
    encoding_errors: str = "strict",
    *,
    place: Callable[[int], str] | None = None,
    is_start: bool = True,
) -> Iterator[bytes]:
    """Yield a text as UTF-8, without a byte order mark at its start.

    Parameters
    ----------
    pieces : iterable of bytes
        The text, divided anywhere.
    name : str
        Name of the file, for errors.
    encoding : str
        Its encoding, as `check_encoding` returned it.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not of the encoding.
    place : callable, optional
        Function from the number of a line, from 1, to its place in errors; by default
        ``name:line``.
    is_start : bool
        Whether the text begins where its file does.

    Yields
    ------
    bytes
        Whole characters. With "surrogateescape", other bytes are among them.

    Raises
    ------
    ValueError
        If the file is not text, is in UTF-16 or UTF-32 without `encoding` saying so,
        or, with "strict", if bytes are not of the encoding or a hole of NULs is found.

    Notes
    -----
    Text in UTF-8 is not copied, and only decoded where it is not ASCII.
    """
    if place is None:
        place = f"{name}:{{}}".format
    rest = iter(pieces)
    if is_start:
        head = _read_head(rest)
        is_strict = encoding_errors == "strict"
        _check_head(b"".join(head), name, encoding, is_strict=is_strict)
        rest = _without_mark(head, rest)
    if encoding != UTF8 or encoding_errors in {"replace", "ignore"}:
        return _converted(rest, place, encoding, encoding_errors)
    if encoding_errors == "surrogateescape":
        return rest
    return _checked(rest, place)


def _read_head(pieces: Iterator[bytes]) -> list[bytes]:
    """Return the first pieces of a text, enough to recognise what it is."""
    head: list[bytes] = []
    size = 0
    for piece in pieces:
        head.append(piece)
        size += len(piece)
        # A line that someone has typed is answered before the next one.
        is_line = piece.endswith(b"\n") and piece.isascii() and b"\0" not in piece
        if size >= HEAD_SIZE or (is_line and len(head) == 1):
            break
    return head


def _without_mark(head: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    """Yield all pieces, without the byte order mark of UTF-8 at the start."""
    is_marked = b"".join(head).startswith(BYTE_ORDER_MARK)
    n_dropped = len(BYTE_ORDER_MARK) if is_marked else 0
    for piece in head:
        yield piece[n_dropped:]
        n_dropped = max(0, n_dropped - len(piece))
    yield from rest


def _check_head(head: bytes, name: str, encoding: str, *, is_strict: bool) -> None:
    """Raise an error if a file does not begin as text in its encoding does."""
    start = head[:HEAD_SIZE]
    kind = kind_of(start)
    if kind is not None:
        fix = ""
        if (suffix := SUFFIXES_OF_KINDS.get(kind)) is not None:
            fix = f"; decompress it, or give it a name that ends in {suffix}"
        raise ValueError(f"{name}: expected text, got {kind}{fix}")
    found = UTF8 if start.startswith(BYTE_ORDER_MARK) else unicode_encoding(start)
    family = encoding.removesuffix("-le").removesuffix("-be")
    is_wide = family in {"utf-16", "utf-32"}
    if found is None and is_wide:
        is_ascii = len(start) >= _MIN_ASCII and start.isascii() and b"\0" not in start
        found = UTF8 if is_ascii else None
    elif found is None and is_strict:
        if is_binary(start) and _NUL_RUN not in start:
            raise ValueError(f"{name}: expected text, got binary data")
        if encoding == UTF8:
            found = asian_encoding(start)
        elif is_utf8_beyond_ascii(start, encoding):
            found = UTF8
    if found is None:
        return
    has_mark = found == family and start.startswith(_MARK.encode(encoding))
    # Without a mark, "utf-16" and "utf-32" are in the byte order of this machine.
    if found not in {encoding, f"{encoding}-{sys.byteorder[0]}e"} and not has_mark:
        raise ValueError(
            f"{name}: expected {_shown(encoding)}, got what looks like "
            f"{_shown(found)}: --encoding {found} (encoding={found!r})"
        )


def _shown(encoding: str) -> str:
    return encoding.upper() if encoding.startswith("utf") else encoding


def _checked(pieces: Iterator[bytes], place: Callable[[int], str]) -> Iterator[bytes]:
    """Yield text, and raise an error if it is not UTF-8."""
    import numpy as np  # too slow for --help

    n_lines, incomplete = 0, b""
    for piece in pieces:
        text = incomplete + piece if incomplete else piece
        incomplete = b""
        if b"\0" in text:
            _check_holes(text, n_lines, place)
        if not text.isascii():
            try:
                _, end = codecs.utf_8_decode(text, "strict", False)
            except UnicodeDecodeError as error:
                line = 1 + n_lines + text.count(b"\n", 0, error.start)
                raise _wrong_byte(place(line), UTF8, text[error.start]) from None
            if end < len(text):
                text, incomplete = text[:end], text[end:]
        # A fifth of the time of text.count: lines are short.
        newlines = np.frombuffer(text, np.uint8) == ord("\n")
        n_lines += int(np.count_nonzero(newlines))
        yield text
    if incomplete:
        raise _wrong_byte(place(1 + n_lines), UTF8, incomplete[0])


def _converted(
    pieces: Iterator[bytes],
    place: Callable[[int], str],
    encoding: str,
    encoding_errors: str,
) -> Iterator[bytes]:
    """Yield text in another encoding, or with bytes replaced or dropped, as UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)(encoding_errors)
    n_lines, is_start = 0, True
    for piece, is_last in _with_last(pieces):
        state = decoder.getstate()
        try:
            text = decoder.decode(piece, is_last)
        except UnicodeError as error:
            before = _decoded_before(error, decoder, state, piece)
            line = 1 + n_lines + before.count("\n")
            raise _undecodable(place(line), encoding, error) from None
        if is_start and text:
            text = text.removeprefix(_MARK)
            is_start = False
        data = _encode(text, encoding_errors, n_lines, place)
        if encoding_errors == "strict" and b"\0" in data:
            _check_holes(data, n_lines, place)
        n_lines += data.count(b"\n")
        yield data


def _with_last(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    for piece in pieces:
        yield piece, False
    yield b"", True


def _encode(
    text: str, encoding_errors: str, n_lines: int, place: Callable[[int], str]
) -> bytes:
    # Bytes that could not be decoded become themselves.
    handler = "surrogateescape" if encoding_errors == "surrogateescape" else "strict"
    try:
        return text.encode(UTF8, handler)
    except UnicodeEncodeError as error:
        if encoding_errors in {"replace", "ignore"}:
            substitute = "\ufffd" if encoding_errors == "replace" else ""
            return _lone_surrogates.sub(substitute, text).encode(UTF8)
        line = 1 + n_lines + text.count("\n", 0, error.start)
        found = f"{place(line)}: expected no lone surrogates, got "
        raise ValueError(f"{found}{text[error.start]!r}") from None


def _decoded_before(
    error: UnicodeError,
    decoder: codecs.IncrementalDecoder,
    state: tuple[bytes, int],
    piece: bytes,
) -> str:
    """Return what a piece has before the byte of an error, to count lines."""
    text = ""
    if isinstance(error, UnicodeDecodeError):
        n_buffered = len(error.object) - len(piece)
        with suppress(UnicodeError):
            decoder.setstate(state)
            text = decoder.decode(piece[: max(0, error.start - n_buffered)], False)
    return text


def _undecodable(place: str, encoding: str, error: UnicodeError) -> ValueError:
    if isinstance(error, UnicodeDecodeError):
        return _wrong_byte(place, encoding, error.object[error.start])
    return ValueError(f"{place}: expected {_shown(encoding)} ({error})")  # no byte


def _wrong_byte(place: str, encoding: str, byte: int) -> ValueError:
    rule = f"expected {_shown(encoding)}"
    return ValueError(f"{place}: {rule}, got byte 0x{byte:02x}{_FIX}")


def _check_holes(text: bytes, n_lines: int, place: Callable[[int], str]) -> None:
    start = text.find(_NUL_RUN)
    if start >= 0:
        line = 1 + n_lines + text.count(b"\n", 0, start)
        raise ValueError(
            f"{place(line)}: expected text, got a hole of NUL bytes, as in a damaged "
            "file; to keep it: --encoding-errors (encoding_errors=) surrogateescape"
        )
