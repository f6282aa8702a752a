"""Text in other encodings, files that are not text, and bytes that are not UTF-8."""

import bz2
import codecs
import gzip
import io
import lzma
import pickle
import sys

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from brownclust.text.encodings import check_encoding, to_utf8
from brownclust.text.file_kinds import unicode_encoding
from brownclust.text.files import open_binary
from brownclust.text.text_blocks import TextBlocks, read_whole_lines
from brownclust.text.text_format import TextFormat

GERMAN = "Jürgen kam aus Köln\n\nund ging\n" * 3
JAPANESE = "東京 の 日本語\n文\n"
ENCODINGS = {
    "latin-1": GERMAN,
    "cp1252": GERMAN,
    "cp037": GERMAN,
    "utf-7": GERMAN,
    "utf-8-sig": GERMAN,
    "utf-16": GERMAN,
    "utf-16-le": GERMAN,
    "utf-16-be": GERMAN,
    "utf-32": GERMAN,
    "utf-32-be": JAPANESE,
    "shift_jis": JAPANESE,
    "euc_jp": JAPANESE,
    "iso2022_jp": JAPANESE,
    "gb18030": JAPANESE,
}


def read(path, **options):
    with open_binary(path, **options) as file:
        return file.read()


def read_blocks(path, *, block_size=1 << 18, **options):
    blocks = TextBlocks(path, TextFormat(**options), block_size=block_size)
    return b"".join(block.tobytes() for block in blocks)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("block_size", [1, 2, 3, 7, 1 << 18])
def test_characters_are_read_whole_wherever_blocks_end(write, encoding, block_size):
    text = ENCODINGS[encoding]
    path = write(text.encode(encoding))
    assert read(path, encoding=encoding).decode() == text
    options = {"encoding": encoding, "block_size": block_size}
    assert read_blocks(path, **options).decode() == text + "\n"
    lower = read_blocks(path, normalise=["lowercase"], **options)
    assert lower.decode() == text.lower() + "\n"


@given(st.text(max_size=40), st.sampled_from(["utf-16-le", "utf-32", "gb18030"]))
def test_any_text(text, encoding):
    text = text.removeprefix("\ufeff").replace("\0", "")
    pieces = (bytes([byte]) for byte in text.encode(encoding))
    assert b"".join(to_utf8(pieces, "text", encoding)).decode() == text


@pytest.mark.parametrize(
    "name",
    [
        *("rot13", "base64", "hex", "zlib", "uu"),  # codecs, but not of text
        *("idna", "punycode", "undefined"),
        *("", "no such", "a\0b", "ünicode", "../utf_8"),
    ],
)
def test_encodings_that_do_not_exist(write, name):
    rule = "encoding must be an encoding of text that Python knows, .*, got "
    for use in (
        lambda: check_encoding("encoding", name),
        lambda: TextFormat(encoding=name),
        lambda: open_binary(write(b"a"), encoding=name),
    ):
        with pytest.raises(ValueError, match=f"^{rule}"):
            use()


@pytest.mark.parametrize("name", [None, 8, b"utf-8"])
def test_encodings_of_a_wrong_type(name):
    with pytest.raises(TypeError, match="encoding must be an encoding of text"):
        TextFormat(encoding=name)


def test_one_encoding_has_one_name():
    for names in (("UTF8", "utf_8", "U8", "utf-8-sig"), ("latin-1", "L1", "cp819")):
        assert len({TextFormat(encoding=name) for name in names}) == 1


class TestUnicodeWithoutAName:
    """UTF-16 and UTF-32 are recognised, with a byte order mark and without."""

    @pytest.mark.parametrize(
        "encoding",
        ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
    )
    @pytest.mark.parametrize(
        "text", [GERMAN, JAPANESE, "中文一二三\n" * 9, "😀 a\n" * 9]
    )
    @pytest.mark.parametrize("errors", ["strict", "surrogateescape", "ignore"])
    def test_the_error_names_it(self, write, encoding, text, errors):
        path = write(text.encode(encoding))
        named = rf"^{path}: expected UTF-8, got what looks like UTF-.*: --encoding "
        with pytest.raises(ValueError, match=f"{named}{encoding} ") as caught:
            read(path, encoding_errors=errors)
        with pytest.raises(ValueError, match=f"{named}{encoding} "):
            read_blocks(path, block_size=2, encoding_errors=errors)
        fix = str(caught.value).split("--encoding ")[1].split()[0]
        assert read(path, encoding=fix).decode() == text

    @pytest.mark.parametrize(
        ("stored", "named"),
        [
            ("utf-16-be", "utf-16"),
            ("utf-16-be", "utf-16-le"),
            ("utf-16", "latin-1"),
            ("utf-16-le", "cp1252"),
            ("utf-32", "utf-16"),
            ("utf-8-sig", "latin-1"),
            ("ascii", "utf-16"),
            ("ascii", "utf-32-le"),
        ],
    )
    def test_another_encoding_than_the_one_named(self, write, stored, named):
        path = write(b"".join([b"plain text of 1984\n".decode().encode(stored)]))
        with pytest.raises(ValueError, match="got what looks like UTF-"):
            read(path, encoding=named)

    @pytest.mark.parametrize("order", ["le", "be"])
    def test_a_mark_with_its_order_named(self, write, order):
        path = write("\ufeffein\n".encode(f"utf-16-{order}"))
        assert read(path, encoding=f"utf-16-{order}") == b"ein\n"
        assert read(path, encoding="utf-16") == b"ein\n"

    @pytest.mark.parametrize(
        "data",
        [b"", b"\0", b"a\0", b"a\0b a\n", b"a\0 \0", "ein \0 Äpfel".encode(), b"a\n\0"],
    )
    def test_nul_characters_are_not_utf16(self, write, data):
        assert unicode_encoding(data) is None
        assert read(write(data)) == data


@pytest.mark.parametrize(
    ("encoding", "data", "place", "byte"),
    [
        ("utf-8", b"a\n\nb caf\xe9 c\n", 3, "0xe9"),
        ("utf-8", b"a\nb\xc3", 2, "0xc3"),  # the file ends inside a character
        ("ascii", b"a\nb\n\xff", 3, "0xff"),
        ("cp1252", b"a\nb\n\x81", 3, "0x81"),
        ("shift_jis", "東\n京\n".encode("shift_jis") + b"\x82\n", 3, "0x82"),
        ("utf-16-le", "a\nb\n".encode("utf-16-le") + b"a", 3, "0x61"),
        ("utf-16-be", "a\nb\n".encode("utf-16-be") + b"\xdc\0\0a", 3, "0xdc"),
    ],
)
@pytest.mark.parametrize("block_size", [1, 2, 1 << 18])
def test_the_line_of_a_wrong_byte(write, encoding, data, place, byte, block_size):
    path = write(data)
    shown = encoding.upper() if encoding.startswith("utf") else encoding
    message = f"^{path}:{place}: expected {shown}, got byte {byte}; .*--encoding-errors"
    with pytest.raises(ValueError, match=message):
        read(path, encoding=encoding)
    with pytest.raises(ValueError, match=message):
        read_blocks(path, encoding=encoding, block_size=block_size)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_wrong_bytes_are_kept_replaced_or_dropped(write, encoding):
    path = write(b"caf\xe9 a\n")
    for errors, expected in (
        ("surrogateescape", b"caf\xe9 a\n"),
        ("replace", "caf\ufffd a\n".encode()),
        ("ignore", b"caf a\n"),
    ):
        options = {"encoding": encoding, "encoding_errors": errors}
        assert read(path, **options) == expected
        assert read_blocks(path, **options) == expected + b"\n"
    with pytest.raises(ValueError, match="encoding_errors must be one of strict"):
        read(path, encoding_errors="guess")


def test_lone_surrogates_are_not_text(write):
    path = write(b"a\n\\ud800 b\n")
    with pytest.raises(ValueError, match=r":2: expected no lone surrogates, got '\\ud"):
        read(path, encoding="unicode_escape")
    replaced = read(path, encoding="unicode_escape", encoding_errors="replace")
    assert replaced == "a\n\ufffd b\n".encode()


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii", "gb18030"])
@pytest.mark.parametrize("text", [GERMAN * 50, JAPANESE])
def test_utf8_named_as_another_encoding(write, encoding, text):
    """It would be read as other characters, and words would have no clusters."""
    path = write(text.encode())
    with pytest.raises(ValueError, match="got what looks like UTF-8: --encoding utf-8"):
        read(path, encoding=encoding)
    assert read(path, encoding=encoding, encoding_errors="ignore") is not None


@pytest.mark.parametrize(
    ("encoding", "character"), [("iso2022_jp", "東"), ("iso2022_kr", "한")]
)
def test_seven_bit_encodings_are_named(write, encoding, character):
    path = write(f"ascii first\n{character}\n".encode(encoding))
    with pytest.raises(ValueError, match=f"got what looks like {encoding}: --encodin"):
        read(path)


def binary_samples():
    generator = np.random.default_rng(7)
    yield generator.bytes(3_000)
    yield b"2 60\nthe " + generator.normal(size=600).astype("f4").tobytes()
    yield np.arange(1_000, dtype="i4").tobytes()
    yield np.arange(100, dtype="i8").tobytes()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "gb18030"])
@pytest.mark.parametrize("kind", range(4))
def test_binary_data_is_not_text_in_any_encoding(write, kind, encoding):
    data = list(binary_samples())[kind]
    path = write(data)
    with pytest.raises(ValueError, match=f"^{path}: expected text, got binary data$"):
        read(path, encoding=encoding)
    kept = {"encoding_errors": "surrogateescape"}
    assert read(path, **kept) == read_blocks(path, **kept)[: len(data)]


def test_text_with_control_characters_is_text(write):
    for text in (
        "\x01".join("abcdef") + "\n",
        "a\x02b c\n" * 40,
        "\x1b[1mbold\x1b[0m\n" * 9,
    ):
        assert read(write(text.encode())).decode() == text


def test_byte_order_marks_are_dropped_at_the_start_only(write):
    for encoding in ("utf-8", "utf-16-le", "utf-16", "gb18030"):
        path = write("\ufeffa \ufeffb\n".encode(encoding))
        assert read(path, encoding=encoding).decode() == "a \ufeffb\n"


def test_a_hole_in_a_file(write):
    path = write(b"a b\nwor" + bytes(4096) + b"d\n")
    with pytest.raises(ValueError, match=r":2: expected text, got a hole of NUL bytes"):
        read(path)
    with pytest.raises(ValueError, match=r":2: expected text, got a hole of NUL bytes"):
        read_blocks(path, encoding="latin-1")
    assert len(read(path, encoding_errors="surrogateescape")) == 4096 + 9


def npy():
    file = io.BytesIO()
    np.save(file, np.arange(3))
    return file.getvalue()


def npz():
    file = io.BytesIO()
    np.savez(file, a=np.arange(3))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (gzip.compress(b"a"), "gzip data; decompress it"),
        (lzma.compress(b"a"), "xz data; decompress it"),
        (bz2.compress(b""), "bzip2 data; decompress it"),
        (bz2.compress(b"a"), "bzip2 data; decompress it"),
        (zstandard.compress(b"a"), "Zstandard data; decompress it"),
        (npy(), r"a NumPy array \(.npy\)"),
        (npz(), "a zip archive"),
        (b"PAR1\x15\x04\x15", "a Parquet file"),
        (b"ARROW1\0\0", "an Arrow file"),
        (b"%PDF-1.4\n%\xe2\xe3", "a PDF file"),
        (b"SQLite format 3\0\x10\0", "an SQLite database"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file"),
        (pickle.dumps({"a": 1}), "a Python pickle"),
        (b"name.txt".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("compress", [False, True])
def test_files_that_are_not_text(write, data, kind, encoding, compress):
    path = write(gzip.compress(data), "a.gz") if compress else write(data)
    message = f"^{path}: expected text, got {kind}"
    with pytest.raises(ValueError, match=message):
        read(path, encoding=encoding)
    with pytest.raises(ValueError, match=message):
        read_blocks(path, encoding=encoding, block_size=1)


def test_text_that_begins_like_another_file(write):
    for data in (b"PAR1 is a word\n", b"BZh is, too\n", b"PK\n", b"7z\n", b"MM\n"):
        assert read(write(data)) == data


class OneLineAtATime(io.RawIOBase):
    """Standard input that a person types: the second line waits for an answer."""

    def __init__(self):
        self.answers = []
        self._lines = [b"first\n", b"second\n"]

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self._lines:
            return 0
        assert len(self.answers) == 2 - len(self._lines)
        line = self._lines.pop(0)
        buffer[: len(line)] = line
        return len(line)


def test_lines_are_read_as_they_are_typed(monkeypatch):
    typed = OneLineAtATime()
    stream = io.TextIOWrapper(io.BufferedReader(typed))
    monkeypatch.setattr(sys, "stdin", stream)
    with open_binary("-") as file:
        for line in file:
            typed.answers.append(line)
    assert typed.answers == [b"first\n", b"second\n"]
    assert not stream.closed


def test_standard_input_has_a_name_in_errors(monkeypatch):
    for data, message in (
        (b"a\n\xff", "^<stdin>:2: expected UTF-8, got byte 0xff"),
        (codecs.BOM_UTF16 + b"a\0", "^<stdin>: expected UTF-8, got what looks like"),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        with pytest.raises(ValueError, match=message):
            read("-")


def test_lines_of_gigabytes(write, monkeypatch):
    """Nothing is read whole that has no end: the limit is lowered here."""
    monkeypatch.setattr("brownclust.text.blocks.MAX_LINE_BYTES", 300_000)

    def message(what):
        return rf"^\S+: expected {what} of at most 300,000 bytes, got a longer one"

    for format, first in (("jsonl", b'{"text": ""}\n'), ("conll", b"ok\n")):
        path = write(first + b"a b " * 300_000)
        with pytest.raises(ValueError, match=message("a line")):
            read(path)
        with pytest.raises(ValueError, match=message("a line")):
            read_blocks(path, format=format)
    with pytest.raises(ValueError, match=message("a line")):
        list(read_whole_lines(path, TextFormat()))
    assert len(read_blocks(path)) == 1_200_004  # plain text needs no whole lines
    with pytest.raises(ValueError, match=message("a word")):
        read_blocks(write(b"ok\n" + b"a" * 1_200_000))


def test_a_column_file_of_one_line(write):
    path = write(b"ok\n\n" + b"a b " * 300_000)
    message = f"^{path}:3: expected one token on a line, in at most 1,048,576 bytes"
    with pytest.raises(ValueError, match=message):
        read_blocks(path, format="conll")
