import bz2
import gzip
import hashlib
import io
import lzma
import random
import re
import sys

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from brownclust.text.blocks import split_after
from brownclust.text.characters import WHITESPACE
from brownclust.text.files import expand_paths, open_binary
from brownclust.text.sentence_blocks import SentenceBlocks
from brownclust.text.text_blocks import TextBlocks
from brownclust.text.text_format import TextFormat

COMPRESS = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.compress,
}
TINY_BLOCKS = [1, 2, 3, 7, 1 << 18]


def read(paths, *, block_size=1 << 18, progress=None, **options):
    blocks = TextBlocks(
        paths, TextFormat(**options), block_size=block_size, progress=progress
    )
    return b"".join(block.tobytes() for block in blocks)


@pytest.mark.parametrize("block_size", TINY_BLOCKS)
def test_all_text_is_read_and_ends_in_a_newline(write, block_size):
    path = write("Ein Äpfel\r\nzwei\tÄpfel".encode())
    text = read(path, block_size=block_size)
    assert text == "Ein Äpfel\r\nzwei\tÄpfel\n".encode()


@given(st.text("ab \n\r", max_size=60).map(str.encode), st.integers(1, 9))
def test_pieces_end_in_separators(data, block_size):
    pieces = [data[i : i + block_size] for i in range(0, len(data), block_size)]
    for separators in (WHITESPACE, (b"\n",)):
        blocks = list(split_after(separators, pieces))
        assert b"".join(blocks) == data + b"\n"
        assert all(block.endswith(separators) for block in blocks)


def test_long_lines_are_split_into_blocks(write):
    path = write(b"word " * 10_000)
    blocks = TextBlocks(path, TextFormat(), block_size=100)
    assert max(block.size for block in blocks) <= 104


@pytest.mark.parametrize("block_size", TINY_BLOCKS)
def test_byte_order_mark_is_dropped_at_the_start_only(write, block_size):
    first = write(b"\xef\xbb\xbfa \xef\xbb\xbfb", "first")
    second = write(b"\xef\xbb\xbfc", "second")
    text = read([first, second], block_size=block_size)
    assert text == b"a \xef\xbb\xbfb\nc\n"


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("block_size", TINY_BLOCKS)
def test_compressed_files(write, suffix, block_size):
    path = write(COMPRESS[suffix](b"a b\nc"), "text" + suffix)
    assert read(path, block_size=block_size) == b"a b\nc\n"


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("damage", [lambda data: data[:-6], lambda data: b"x" + data])
def test_damaged_compressed_files(write, suffix, damage):
    path = write(damage(COMPRESS[suffix](b"a b\nc")), "text" + suffix)
    with pytest.raises(ValueError, match=r"^\S+: expected a whole compressed file"):
        read(path)


@pytest.mark.parametrize("suffix", COMPRESS)
def test_files_compressed_in_parts(write, suffix):
    parts = COMPRESS[suffix](b"a b\n") + COMPRESS[suffix](b"c")
    assert read(write(parts, "text" + suffix)) == b"a b\nc\n"


class TestZstandard:
    SKIPPABLE = b"\x50\x2a\x4d\x18\x04\x00\x00\x00junk"

    def test_skippable_frames(self, write):
        frame = zstandard.compress(b"a b\n")
        path = write(self.SKIPPABLE + frame + self.SKIPPABLE + frame, "text.zst")
        assert read(path) == b"a b\na b\n\n"

    @pytest.mark.parametrize("n_bytes", range(1, len(zstandard.compress(b"a b\nc"))))
    def test_truncated_anywhere(self, write, n_bytes):
        data = zstandard.compress(b"x y") + zstandard.compress(b"a b\nc")[:n_bytes]
        with pytest.raises(ValueError, match="whole compressed file"):
            read(write(data, "text.zst"))

    def test_more_than_one_read(self, write):
        text = random.Random(0).randbytes(300_000).hex(" ").encode()
        path = write(zstandard.compress(text), "text.ZST")
        assert read(path) == text + b"\n"
        with open_binary(str(path)) as file:
            assert file.readline() == text

    def test_the_largest_window(self, write):
        parameters = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
        stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
        path = write(stream.compress(b"a b") + stream.flush(), "text.zst")
        assert read(path) == b"a b\n"

    def test_without_the_package(self, write, monkeypatch):
        monkeypatch.setitem(sys.modules, "zstandard", None)
        path = write(zstandard.compress(b"a"), "text.zst")
        message = rf"^{path} needs zstandard; run: pip install 'brownclust\[zst\]'$"
        for open_it in (open_binary, read):  # the latter before anything is read
            with pytest.raises(ImportError, match=message):
                open_it(str(path))
        with pytest.raises(ImportError, match=message):
            TextBlocks([write(b"a"), path], TextFormat())


def test_standard_input(monkeypatch, write):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"b\nc")))
    assert read([write(b"a"), "-"]) == b"a\nb\nc\n"


def test_a_directory_stands_for_its_files(write, tmp_path):
    write(b"two", "b.txt")
    write(gzip.compress(b"one"), "a.txt.gz")
    write(b"no", ".hidden")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").write_bytes(b"no")
    assert read(tmp_path) == b"one\ntwo\n"


def test_directory_without_files(tmp_path):
    with pytest.raises(ValueError, match="path must be a directory with at least one"):
        expand_paths(tmp_path)


class TestPatterns:
    @pytest.fixture
    def folder(self, tmp_path):
        for name in ("b.txt", "a.txt", ".c.txt", "in/d.txt", "in/deep/e.txt", "f.md"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(name)
        return tmp_path

    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            ("*.txt", ["a.txt", "b.txt"]),
            ("[b-z].*", ["b.txt", "f.md"]),
            ("?.md", ["f.md"]),
            ("**/*.txt", ["a.txt", "b.txt", "in/d.txt", "in/deep/e.txt"]),
            ("*", ["a.txt", "b.txt", "f.md"]),
            ("i*/*", ["in/d.txt"]),
        ],
    )
    def test_files_that_match(self, folder, pattern, names):
        expected = [str(folder / name) for name in names]
        assert expand_paths(folder / pattern) == expected
        assert expand_paths(["-", f"{folder}/{pattern}"]) == ["-", *expected]

    @pytest.mark.parametrize("pattern", ["*.gz", "*/", "none/*", "in/dee?"])
    def test_patterns_that_match_no_file(self, folder, pattern):
        rule = "path must be a pattern that matches a file, got "
        with pytest.raises(
            FileNotFoundError, match=f"^{rule}'{re.escape(str(folder))}"
        ):
            expand_paths(f"{folder}/{pattern}")

    def test_a_file_with_the_name_of_a_pattern(self, folder):
        path = folder / "[a].txt"
        path.write_text("itself")
        assert expand_paths(path) == [str(path)]

    def test_text(self, folder):
        assert read(folder / "*.txt") == b"a.txt\nb.txt\n"


def test_a_missing_file_is_an_error_before_reading(write, tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        expand_paths([write(b"a"), tmp_path / "nothing"])


def test_wrong_paths():
    with pytest.raises(TypeError, match="path must be a string or path-like, got 3"):
        expand_paths([3])
    for wrong in (3, None):
        with pytest.raises(
            TypeError, match="paths must be a path or an iterable of paths"
        ):
            expand_paths(wrong)
    with pytest.raises(ValueError, match=r"paths must be at least one path, got \[\]"):
        expand_paths([])


@pytest.mark.parametrize("block_size", TINY_BLOCKS)
def test_bytes_that_are_not_utf8_are_reported_by_line(write, block_size):
    good = write(b"fine\n", "good")
    bad = write("größer\n\r\nfein\n".encode() + b"x caf\xe9 y\n", "bad")
    message = rf"^{bad}:4: expected UTF-8, got byte 0xe9; .*--encoding-errors"
    with pytest.raises(ValueError, match=message):
        read([good, bad], block_size=block_size)


def test_standard_input_has_a_name_in_errors(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\n\xff")))
    with pytest.raises(ValueError, match=r"^<stdin>:2: expected UTF-8, got byte 0xff"):
        read("-")


@pytest.mark.parametrize(
    ("encoding_errors", "expected"),
    [
        ("surrogateescape", b"Caf\xe9 \xc3\x89\xff\n"),
        ("replace", "Caf\ufffd É\ufffd\n".encode()),
        ("ignore", "Caf É\n".encode()),
    ],
)
@pytest.mark.parametrize("block_size", TINY_BLOCKS)
def test_bytes_that_are_not_utf8_can_be_kept_replaced_or_dropped(
    write, encoding_errors, expected, block_size
):
    options = {"encoding_errors": encoding_errors, "block_size": block_size}
    path = write(b"Caf\xe9 \xc3\x89\xff")
    assert read(path, **options) == expected
    lower = expected.replace(b"C", b"c").replace("É".encode(), "é".encode())
    assert read(path, normalise=["lowercase"], **options) == lower


@pytest.mark.parametrize("block_size", TINY_BLOCKS)
def test_lower_case_follows_unicode(write, block_size):
    # A final sigma depends on its neighbours, and İ becomes two characters.
    text = "ΟΔΟΣ ΟΔΟΣ\nİSTANBUL ẞ ÀÉ ascii ASCII"
    path = write(text.encode())
    lower = read(path, normalise=["lowercase"], block_size=block_size)
    assert lower.decode() == text.lower() + "\n"


def test_size_hash_and_progress(write):
    parts = [b"a b\n" * 50, b"c"]
    files = [write(part, name) for part, name in zip(parts, "xy", strict=True)]
    calls = []
    blocks = TextBlocks(
        files,
        TextFormat(),
        block_size=64,
        progress=lambda *call: calls.append(call),
    )
    for _ in blocks:
        pass
    assert blocks.n_bytes == 201
    assert blocks.sha256 == hashlib.sha256(b"".join(parts)).hexdigest()
    assert calls[0] == ("count", 0, 201)
    assert calls[-1] == ("count", 201, 201)
    assert [done for _, done, _ in calls] == sorted(done for _, done, _ in calls)


def test_progress_without_a_total(write):
    calls = []
    path = write(gzip.compress(b"a b"), "text.gz")
    read(path, progress=lambda *call: calls.append(call))
    assert calls[-1] == ("count", 3, None)


def blocks_of(sentences, *, encoding_errors="strict", **options):
    text_format = TextFormat(encoding_errors=encoding_errors)
    blocks = SentenceBlocks(sentences, text_format, **options)
    return b"".join(block.tobytes() for block in blocks), blocks


@pytest.mark.parametrize("block_size", TINY_BLOCKS)
def test_sentences_are_lines(block_size):
    sentences = iter([["ein", "Äpfel"], [], ("zwei",), iter(["a", "b"])])
    text, blocks = blocks_of(sentences, block_size=block_size)
    assert text == "ein Äpfel\n\nzwei\na b\n".encode()
    assert blocks.n_bytes == len(text)
    assert blocks.sha256 == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize("space", [" ", "\t", "\n", "\v", "\f", "\r"])
def test_token_with_whitespace(space):
    # With the empty token, as many words as tokens.
    with pytest.raises(ValueError, match="token must be non-empty and without whitesp"):
        blocks_of([["a", f"b{space}c", ""]])


def test_other_spaces_do_not_separate_words():
    sentence = ["10\u00a0000", "\u3000", "a\x1cb"]
    assert blocks_of([sentence])[0].decode() == " ".join(sentence) + "\n"


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("a b", "sentences must be an iterable of lists of tokens, got 'a b'"),
        (5, "sentences must be an iterable of lists of tokens, got 5"),
        (["a b"], "sentence must be a list of tokens, got 'a b'"),
        ([b"a"], "sentence must be a list of tokens, got b'a'"),
        ([3], "sentence must be a list of tokens, got 3"),
        ([["a", b"b"]], "token must be a string, got b'b'"),
        ([["a", None]], "token must be a string, got None"),
    ],
)
def test_sentences_of_a_wrong_type(sentences, message):
    with pytest.raises(TypeError, match=f"^{message}$"):
        blocks_of(sentences)


def test_empty_token():
    with pytest.raises(ValueError, match=r"token must be non-empty .*, got ''"):
        blocks_of([["a", ""]])


def test_lone_surrogates():
    with pytest.raises(ValueError, match=r"token must be without .*, got '\\udce9'"):
        blocks_of([["caf\udce9"]])
    text, _ = blocks_of([["caf\udce9"]], encoding_errors="surrogateescape")
    assert text == b"caf\xe9\n"
