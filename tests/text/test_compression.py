"""Compressed files: whole ones in several parts, and all kinds of damage."""

import bz2
import gzip
import lzma
import random
import zlib

import pytest
import zstandard

from brownclust.text.files import open_binary

COMPRESS = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
TEXT = b"one sentence a line\n" * 20

suffixes = pytest.mark.parametrize("suffix", COMPRESS)


@pytest.fixture
def read(tmp_path):
    def read(data, suffix):
        path = tmp_path / f"text{suffix}"
        path.write_bytes(data)
        with open_binary(str(path)) as file:
            return file.read()

    return read


@suffixes
def test_parts_one_after_the_other(read, suffix):
    compress = COMPRESS[suffix]
    data = compress(TEXT) + compress(b"") + compress(b"two\n")
    assert read(data, suffix) == TEXT + b"two\n"
    assert read(compress(b""), suffix) == b""
    assert read(data + bytes(512), suffix) == TEXT + b"two\n"  # as on a tape


@suffixes
def test_more_than_is_read_at_a_time(read, suffix):
    text = random.Random(1).randbytes(400_000).hex("\n", 8).encode()
    data = b"".join(COMPRESS[suffix](part) for part in (text[:300_000], text[300_000:]))
    assert read(data, suffix) == text
    repeated = b"a\n" * 1_200_000  # a block of compressed bytes holds megabytes
    assert read(COMPRESS[suffix](repeated), suffix) == repeated


@suffixes
def test_truncated_anywhere(read, suffix):
    compress = COMPRESS[suffix]
    whole = compress(TEXT)
    for n_bytes in range(len(whole)):
        for before in (b"", compress(b"one\n")):
            if n_bytes == 0 and before:
                continue
            with pytest.raises(ValueError, match=r"^\S+: expected a whole compressed"):
                read(before + whole[:n_bytes], suffix)


@suffixes
def test_flipped_bits_are_an_error_or_change_nothing(read, suffix):
    """A few bits, such as the time in the header of gzip, mean nothing."""
    whole = COMPRESS[suffix](TEXT)
    n_errors = 0
    for bit in range(8 * len(whole)):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        try:
            assert read(data, suffix) == TEXT
        except ValueError as error:
            assert "expected a whole compressed file" in str(error)  # noqa: PT017
            n_errors += 1
    assert n_errors > 0.8 * 8 * len(whole)


@suffixes
def test_a_damaged_second_part_is_not_dropped(read, suffix):
    compress = COMPRESS[suffix]
    second = bytearray(compress(TEXT))
    second[len(second) // 2] ^= 0xFF
    for more in (bytes(second), b"garbage", b"\0\0x", b"\n", compress(TEXT)[1:]):
        with pytest.raises(ValueError, match="expected a whole compressed file, got"):
            read(compress(TEXT) + more, suffix)


@suffixes
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "got an empty one"),
        (bytes(100), "got zeros, not "),
        (TEXT, "got one that is not .* data; if it is text, remove "),
        (b"\xff\xfea\0", "got one that is not "),
        (b"%PDF-1.7\n" + TEXT, "got a PDF file, not "),
    ],
)
def test_names_that_are_wrong(read, suffix, content, found):
    with pytest.raises(ValueError, match=f"expected a whole compressed file, {found}"):
        read(content, suffix)


@suffixes
def test_the_suffix_of_another_kind(read, suffix):
    for other in set(COMPRESS) - {suffix}:
        with pytest.raises(
            ValueError, match=rf"got \w+ data, not \w+ data as {suffix}"
        ):
            read(COMPRESS[other](TEXT), suffix)


def test_compressed_twice(read):
    with pytest.raises(ValueError, match="expected text, got gzip data"):
        read(gzip.compress(gzip.compress(TEXT)), ".gz")


def test_headers_of_gzip_with_a_name_and_a_comment(read):
    body = zlib.compressobj(wbits=-15)
    data = body.compress(TEXT) + body.flush()
    sizes = zlib.crc32(TEXT).to_bytes(4, "little") + len(TEXT).to_bytes(4, "little")
    header = b"\x1f\x8b\x08\x18\0\0\0\0\0\xffname.txt\0a comment\0"
    assert read(header + data + sizes, ".gz") == TEXT
    with pytest.raises(ValueError, match="expected a whole compressed file"):
        read(header + data + sizes[:4] + b"\0\0\0\1", ".gz")


def test_a_folder_with_the_name_of_a_compressed_file(tmp_path):
    (tmp_path / "text.gz").mkdir()
    with pytest.raises(IsADirectoryError), open_binary(str(tmp_path / "text.gz")):
        pass
