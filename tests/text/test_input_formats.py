"""Text inside CoNLL files and JSON lines."""

import gzip
import hashlib
import io
import json
import re
import sys

import pytest

from brownclust.text.column_format import LeftOutWarning
from brownclust.text.text_blocks import TextBlocks
from brownclust.text.text_format import TextFormat

CONLLU = """\
# sent_id = 1
# text = Don't panic.
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\t_\t_\t0\troot\t_\t_
2\tn't\tnot\tPART\t_\t_\t1\tadvmod\t_\t_
3\tpanic\tpanic\tVERB\t_\t_\t1\tx\t_\t_
3.1\tnow\tnow\tADV\t_\t_\t_\t_\t_\t_

# sent_id = 2
1\tÄrger\tÄrger\tNOUN\t_\t_\t0\troot\t_\t_

"""
RECORDS = [
    {"text": "the cat\nsat", "id": 1},
    {"id": 2, "text": "on Ärger\r\n", "tokens": []},
    {"text": ""},
]
JSONL = "".join(json.dumps(record) + "\n" for record in RECORDS)
BLOCK_SIZES = [1, 2, 7, 1 << 18]


def read(paths, *, block_size=1 << 18, progress=None, **options):
    blocks = TextBlocks(
        paths, TextFormat(**options), block_size=block_size, progress=progress
    )
    return b"".join(block.tobytes() for block in blocks)


class TestConll:
    @pytest.mark.parametrize("block_size", BLOCK_SIZES)
    def test_words_of_conllu(self, write, block_size):
        path = write(CONLLU)
        for format in ("conll", "conllu"):
            text = read(path, format=format, block_size=block_size)
            assert text.decode() == "Do n't panic\nÄrger\n"

    @pytest.mark.parametrize("field", ["lemma", "LEMMA", 3, -8])
    def test_another_column(self, write, field):
        text = read(write(CONLLU), format="conll", field=field)
        assert text.decode() == "do not panic\nÄrger\n"

    def test_conllu_that_is_recognised_by_its_name_alone(self, write):
        line = "1\tcats\tcat\tNOUN\t_\t_\t?\troot\t_\t_\n"
        assert read(write(line, "data"), format="conll") == b"1\n"
        assert read(write(line, "data"), format="conllu") == b"cats\n"
        assert read(write(line, "data.conllu.gz.conllu"), format="conll") == b"cats\n"

    def test_columns_without_names(self, write):
        path = write("-DOCSTART- -X-\n\nEU NNP\nrejects VBZ\n\n\n\nPeter NNP\n")
        assert read(path, format="conll") == b"EU rejects\nPeter\n"
        assert read(path, format="conll", field=2) == b"NNP VBZ\nNNP\n"

    def test_whitespace_in_tokens(self, write):
        path = write("1 000\tx\n a  b c\u00a0d \ty\ne\tz\n")
        text = read(path, format="conll").decode()
        assert text == "1_000 a_b_c\u00a0d e\n"

    @pytest.mark.parametrize("line", ["\tx", " \tx"])
    def test_empty_tokens(self, write, line):
        path = write(f"a\tb\n\n# x\n{line}\n\nc\td\n")
        message = f":4: expected a word in column 1, got an empty field: {line!r}"
        with pytest.raises(ValueError, match=re.escape(message)):
            read(path, format="conll")
        with pytest.warns(LeftOutWarning, match=re.escape(f"{path}{message}")):
            assert read(path, format="conll", lenient=True) == b"a\nc\n"

    def test_comments(self, write):
        path = write("a\tb\n%% c\td\ne\tf\n")
        assert read(path, format="conll", comment="%%") == b"a e\n"
        assert read(path, format="columns") == b"a %%_c e\n"

    def test_no_tokens(self, write):
        assert read([write(""), write("\n\n", "b")], format="conll") == b""

    def test_too_few_columns_for_a_field(self, write):
        path = write("a\tx\n\nb\n")
        message = f"^{path}:3: expected 2 columns separated by tabs, got 1: 'b'"
        with pytest.raises(ValueError, match=message):
            read(path, format="conll", field=2)
        message = f"^{path}:1: expected at least 3 columns, got 'a"
        with pytest.raises(ValueError, match=message):
            read(path, format="conll", field=3)

    def test_column_that_does_not_exist(self, write):
        with pytest.raises(ValueError, match=r"^field must be a number or one"):
            read(write(CONLLU), format="conll", field="WORD")

    def test_too_few_columns(self, write):
        path = write("1\tcat\n")
        with pytest.raises(ValueError, match=f"^{path}:1: expected 10 columns"):
            read(path, format="conllu")


class TestJsonLines:
    @pytest.mark.parametrize("block_size", BLOCK_SIZES)
    def test_text(self, write, block_size):
        text = read(write(JSONL), format="jsonl", block_size=block_size)
        assert text.decode() == "the cat\nsat\non Ärger\r\n\n\n"

    @pytest.mark.parametrize("block_size", BLOCK_SIZES)
    def test_tokens(self, write, block_size):
        path = write('{"words": ["a", "b"]}\n\n  \n{"words": []}\r\n{"words": ["ü"]}')
        options = {"format": "jsonl", "field": "words", "block_size": block_size}
        assert read(path, **options).decode() == "a b\n\nü\n"

    def test_whitespace_in_tokens(self, write):
        path = write(r'{"text": ["xe máy", " 20\n000", "a\u00a0b"]}')
        text = read(path, format="jsonl").decode()
        assert text == "xe_máy 20_000 a\u00a0b\n"

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("text", r"expected a JSON object \(Expecting value at .* 1\), got 'text'"),
            (
                '{"text": "a"',
                r"expected a JSON object \(Expecting ',' delimiter at character 13\)",
            ),
            (
                "[" * 100_000,
                r"expected a JSON object \(with fewer brackets .*\), got '\[\[",
            ),
            (
                '{"text": "a\tb"}',
                r"expected a JSON object \(Inv.* character at character 12",
            ),
            ("9" * 9_999, "expected a JSON object, got '99"),
            ('["a"]', r"""expected a JSON object, got '\["a"\]'"""),
            ("3", "expected a JSON object, got '3'"),
            (
                '{"b": 1, "c": 2}',
                r"expected a field 'text' \(--field, .*\), got 'b', 'c'",
            ),
            (
                '{"text": null}',
                "expected a string or a list of tokens in field 'text', got null",
            ),
            ('{"text": {"a": 1}}', "expected a string or a list of tokens in field"),
            ('{"text": ["a", []]}', "expected tokens, each a string, got a list"),
            ('{"text": ["a", 1]}', "expected tokens, each a string, got 1"),
            ('{"text": ["a", ""]}', "expected tokens, each non-empty, got ''"),
            (
                r'{"text": ["a b", " \t"]}',
                r"expected tokens, each non-empty, got ' \\t'",
            ),
            (r'{"text": "\ud800"}', r"expected no lone surrogates, got '\\ud800'"),
        ],
    )
    @pytest.mark.parametrize("block_size", [1, 1 << 18])
    def test_malformed_records(self, write, line, message, block_size):
        path = write(JSONL + "\n" + line + "\n" + JSONL)
        with pytest.raises(ValueError, match=f"^{path}:5: {message}"):
            read(path, format="jsonl", block_size=block_size)

    def test_escaped_surrogates_stand_for_bytes(self, write):
        path = write(r'{"text": "caf\udce9"}')
        with pytest.raises(ValueError, match=f"^{path}:1: expected no lone surrogates"):
            read(path, format="jsonl")
        options = {"format": "jsonl", "encoding_errors": "surrogateescape"}
        assert read(path, **options) == b"caf\xe9\n"
        with pytest.raises(ValueError, match="expected no lone surrogates"):
            read(write(r'{"text": "\ud800"}'), **options)


FILES = [("conll", CONLLU), ("jsonl", JSONL)]


@pytest.mark.parametrize(("format", "text"), FILES)
class TestBoth:
    def test_files_of_all_kinds(self, write, format, text, tmp_path, monkeypatch):
        once = read(write(text), format=format)
        folder = tmp_path / "folder"
        folder.mkdir()
        write(gzip.compress(text.encode()), "folder/1.gz")
        write(text, "folder/2")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        paths = [folder, tmp_path / "folder" / "*.gz", "-"]
        assert read(paths, format=format) == 4 * once

    def test_size_and_hash_are_those_of_the_file(self, write, format, text):
        path = write(gzip.compress(text.encode()), "file.gz")
        blocks = TextBlocks(path, TextFormat(format))
        assert all(block.size for block in blocks)
        assert blocks.n_bytes == len(text.encode())
        assert blocks.sha256 == hashlib.sha256(text.encode()).hexdigest()

    def test_byte_order_mark(self, write, format, text):
        once = read(write(text), format=format)
        path = write(b"\xef\xbb\xbf" + text.encode())
        assert read(path, format=format, block_size=1) == once

    def test_normalisers(self, write, format, text):
        lower = read(write(text), format=format).decode().lower()
        assert read(write(text), format=format, normalise=["lowercase"]) == (
            lower.encode()
        )

    def test_bytes_that_are_not_utf8(self, write, format, text):
        bad = {
            "conll": b"caf\xe9\tx\n\n",
            "jsonl": b'{"text": "caf\xe9"}\n',
        }[format]
        n_lines = bad.count(b"\n")
        path = write(bad.replace(b"\xe9", "é".encode()) + bad)
        message = f"^{path}:{n_lines + 1}: expected UTF-8, got byte 0xe9;"
        with pytest.raises(ValueError, match=message):
            read(path, format=format)
        for way, form in (
            ("surrogateescape", b"caf\xe9"),
            ("replace", "caf\ufffd".encode()),
            ("ignore", b"caf"),
        ):
            got = read(path, format=format, encoding_errors=way)
            assert got == "café\n".encode() + form + b"\n"

    def test_block_size_does_not_depend_on_the_file(self, write, format, text):
        path = write(text * 500)
        blocks = TextBlocks(path, TextFormat(format), block_size=64)
        assert max(block.size for block in blocks) < 128


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"format": "xml"},
            "format must be one of text, conll, conllu, columns, jsonl, arrow, got",
        ),
        ({"field": "text"}, "field must be left out for format 'text', got 'text'"),
        ({"format": "jsonl", "field": 1}, "field must be the name of a field, got 1"),
        (
            {"format": "conll", "field": 0},
            r"field must be a number \(1 is the first",
        ),
        ({"format": "conll", "field": 1.5}, r"field must be a number \(1 is the first"),
        ({"comment": "#"}, "comment must be left out for format 'text', got '#'"),
        ({"lenient": True}, "lenient must be left out for format 'text', got True"),
        (
            {"format": "conll", "comment": " "},
            "comment must be the beginning of a line, such as '#', got ' '",
        ),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        read("none", **options)
