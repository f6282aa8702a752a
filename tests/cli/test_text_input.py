"""Text of any encoding, damaged files and lists of words, from the command line."""

import gzip
import json
import lzma

import pytest
from commands import TEXT, fail, run, succeed

from brownclust import BigramCounts

GERMAN = "Jürgen fuhr nach Köln\nKöln schlief\nJürgen schlief\n"
COLUMNS = "Jürgen\tPER\nfuhr\tO\n\nKöln\tLOC\n"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def clusters(write, out):
    succeed("cluster", write(GERMAN), "-c", 3, "-o", out)
    return out


class TestEncoding:
    @pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-32-be", "cp1250"])
    def test_the_same_clusters(self, write, out, clusters, encoding):
        stored = write(GERMAN.encode(encoding), "stored")
        again, option = out.with_name("again"), ("--encoding", encoding)
        succeed("cluster", stored, "-c", 3, *option, "-o", again)
        for name in ("paths", "merges.tsv"):
            assert (again / name).read_bytes() == (out / name).read_bytes()
        record = json.loads((again / "run.json").read_text())
        assert record["source"]["options"]["encoding"] in {encoding, "iso8859-1"}
        extended = out.with_name("extended")
        succeed("extend", clusters, stored, *option, "-o", extended)
        assert json.loads((extended / "run.json").read_text())["n_types"] == 5

    def test_standard_input_and_compressed_files(self, write, out):
        data = GERMAN.encode("utf-16")
        packed = write(lzma.compress(data), "text.xz")
        for text, stdin in ((packed, None), ("-", data)):
            options = ("--encoding", "utf-16", "-o", out, "--force")
            succeed("count", text, *options, stdin=stdin)
            assert "Köln" in list(BigramCounts.load(out).vocabulary)

    def test_pairs_lists_json_and_columns(self, write, out):
        option = ("--encoding", "latin-1", "-o", out, "--force")

        def vocabulary(text, *options):
            succeed("count", write(text.encode("latin-1"), "t"), *options, *option)
            return set(BigramCounts.load(out).vocabulary)

        assert vocabulary("größer\tals\t3\n", "--pairs") == {"größer", "als"}
        words = write("Köln\r\nJürgen\r\n".encode("latin-1"), "words")
        assert vocabulary(GERMAN, "--stopwords", words) == {"fuhr", "nach", "schlief"}
        assert vocabulary(GERMAN, "--vocabulary", words) == {"Köln", "Jürgen"}
        record = '{"text": "größer als"}\n'
        assert vocabulary(record, "--format", "jsonl") == {"größer", "als"}
        found = vocabulary(COLUMNS, "--format", "conll")
        assert found == {"Jürgen", "fuhr", "Köln"}

    def test_lists_for_counts_and_pairs(self, write, out):
        counts, words = out.with_name("counts"), write("Köln".encode("latin-1"), "w")
        succeed("count", write(GERMAN), "-o", counts)
        options = ("--stopwords", words)
        message = fail("count", counts, *options, "-o", out, exit_code=1)
        assert message.startswith(f"{words}:1: expected UTF-8, got byte 0xf6")
        succeed("count", counts, *options, "--encoding", "latin-1", "-o", out)
        assert "Köln" not in list(BigramCounts.load(out).vocabulary)
        message = fail("count", counts, "--encoding", "l1", "-o", "x", exit_code=2)
        assert message.startswith("--encoding is for text; the input is counts made by")

    def test_features_give_the_clusters_or_an_error(self, write, clusters):
        expected = succeed("features", clusters, write(COLUMNS, "u.tsv")).output
        assert "_" not in expected
        path = write(COLUMNS.encode("latin-1"), "l.tsv")
        message = fail("features", clusters, path, exit_code=1)
        assert message.startswith(f"{path}:1: expected UTF-8, got byte 0xfc")
        option = ("--encoding", "latin-1")
        assert succeed("features", clusters, path, *option).output == expected
        packed = write(gzip.compress(path.read_bytes()), "l.tsv.gz")
        assert succeed("features", clusters, packed, *option).output == expected
        given = path.read_bytes()
        assert succeed("features", clusters, *option, stdin=given).output == expected

    @pytest.mark.parametrize("name", ["rot13", "base64", "idna", "none", ""])
    @pytest.mark.parametrize("command", ["count", "cluster", "extend", "features"])
    def test_encodings_that_do_not_exist(self, write, clusters, command, name):
        inputs = (clusters,) if command in {"extend", "features"} else ()
        options = ("--encoding", name, "-o", clusters.with_name("new"))
        if command == "cluster":
            options += ("-c", 2)
        message = fail(command, *inputs, write(GERMAN), *options, exit_code=2)
        rule = "--encoding must be an encoding of text that Python knows"
        assert message.startswith(rule)

    def test_utf16_and_files_that_are_not_text(self, write, clusters):
        for data, found in (
            (
                GERMAN.encode("utf-16"),
                "UTF-8, got what looks like UTF-16: --encoding u",
            ),
            (b"%PDF-1.7\n", "text, got a PDF file"),
            (gzip.compress(b"a"), "text, got gzip data; decompress it"),
        ):
            path = write(data, "data")
            for command in (
                ("count", path),
                ("cluster", path, "-c", 2),
                ("count", path, "--pairs"),
                ("count", path, "--format", "jsonl"),
                ("count", path, "--format", "conll"),
                ("count", write(TEXT), "--stopwords", path),
                ("extend", clusters, path),
                ("features", clusters, path),
            ):
                new = clusters.with_name("new")
                message = fail(*command, "-o", new, exit_code=1)
                assert message.startswith(f"{path}: expected {found}"), command
                assert not new.exists()


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_damaged_compressed_files(write, clusters, suffix):
    compress = {".gz": gzip.compress, ".xz": lzma.compress}[suffix]
    rows = "0\tthe\t5\n1\tof\t3\n" * 9
    new = clusters.with_name("new")
    for i, data in enumerate((compress(rows.encode())[:-9], rows.encode(), b"")):
        path = write(data, f"{i}{suffix}")
        for command in (
            ("convert", path, new),
            ("lookup", path, "the"),
            ("features", path, write(COLUMNS), "-o", new),
            ("features", clusters, path, "-o", new),
            ("count", path, "-o", new),
            ("count", path, "--pairs", "-o", new),
            ("count", write(TEXT), "--stopwords", path, "-o", new),
            ("extend", clusters, path, "-o", new),
        ):
            message = fail(*command, exit_code=1)
            assert message.startswith(f"{path}: expected a whole compressed file, got")
            assert not new.exists()


class TestListsOfWords:
    def test_how_many_occurred(self, write, out):
        words = write("the\nThe\nunicorn\n", "words")
        for text in (write(TEXT), out.with_name("all")):
            result = succeed("count", text, "--stopwords", words, "-o", out, "--force")
            assert "Stop words: 1 of 3 words occurred\n" in result.stderr
            succeed("count", write(TEXT), "-o", out.with_name("all"), "--force")
        options = ("--vocabulary", words, "--min-count", 2, "-c", 1)
        result = succeed("cluster", write(TEXT), *options, "-o", out.with_name("dir"))
        assert "Vocabulary: 1 of 3 words occurred 2 times or more\n" in result.stderr

    def test_none_occurred(self, write, out):
        words = write("The\nA\n", "words")
        result = succeed("count", write(TEXT), "--stopwords", words, "-o", out)
        assert "Warning: Stop words: none of 2 words occurred\n" in result.stderr
        result = succeed(
            "count", write(TEXT), "--stopwords", words, "-qo", out, "--force"
        )
        assert result.stderr == ""

    @pytest.mark.parametrize("separator", ["\t", ","])
    def test_several_words_on_a_line(self, write, out, separator):
        words = write(f"the{separator}500\na{separator}300\n", "words")
        counts = out.with_name("counts")
        succeed("count", write(TEXT), "-o", counts)
        for text in (write(TEXT), counts):
            for option in ("--stopwords", "--vocabulary"):
                message = fail("count", text, option, words, "-o", out, exit_code=1)
                rule = "one word on a line, without counts, quotes or comments"
                line = f"the{separator}500"
                assert message == f"{words}:1: expected {rule}, got {line!r}"
        assert not out.exists()


def test_numbers_of_thousands_of_digits(write, out):
    digits = "9" * 5000
    pairs = write(f"a\tb\t3\na\tb\t{digits}\n")
    message = fail("count", pairs, "--pairs", "-o", out, exit_code=1)
    assert message.startswith(f"{pairs}:2: expected left TAB right TAB count")
    assert len(message) < 500
    records = write(f'{{"id": {digits}, "text": "a b"}}\n')
    succeed("count", records, "--format", "jsonl", "-o", out)
    assert list(BigramCounts.load(out).vocabulary) == ["a", "b"]
    for record, rule in (
        (f'{{"text": ["a", {digits}]}}', "tokens, each a string"),
        (f'{{"text": {digits}}}', "a string or a list of tokens in field 'text'"),
        (f'{{"id": {digits}, "text": ', "a JSON object"),
    ):
        path = write(record, "records")
        message = fail("count", path, "--format", "jsonl", "-o", "x", exit_code=1)
        assert message.startswith(f"{path}:1: expected {rule}")
        assert len(message) < 500


def test_one_error_a_line(write, out):
    """No message is a traceback, whatever bytes a file has."""
    for data in (b"\xff" * 9, b"\0" * 999, bytes(range(256)), b"\xfe\xff\xd8"):
        for encoding in ("utf-8", "utf-16", "utf-7", "gb18030", "cp037", "hz"):
            options = ("--encoding", encoding, "-o", out, "--force")
            result = run("count", write(data), *options)
            assert result.exit_code in {0, 1}, result.output
            assert isinstance(result.exception, SystemExit | None)
