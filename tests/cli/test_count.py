"""``brownclust count``."""

import json
import sys

import pytest
import zstandard
from commands import TEXT, fail, succeed

from brownclust import BigramCounts
from brownclust.tree.model import BrownModel

N_WORDS = 11


class TestCount:
    def test_file(self, text, out):
        result = succeed("count", text, "-o", out)
        assert result.stdout == ""
        assert "11 words, 34 tokens" in result.stderr
        counts = BigramCounts.load(out)
        assert counts.n_tokens == 34
        assert list(counts.vocabulary) == list(BigramCounts.from_text(text).vocabulary)

    def test_options(self, text, out, tmp_path):
        (tmp_path / "words").write_text("cat\nTHE\nnever\n")
        options = ("--vocabulary", tmp_path / "words", "--normalise", "lowercase")
        succeed("count", text, *options, "--max-vocabulary", 2, "-o", out)
        assert list(BigramCounts.load(out).vocabulary) == ["the", "cat"]

    def test_stopwords(self, text, out, tmp_path):
        (tmp_path / "words").write_text("cat\nthe\nnever\n")
        succeed("count", text, "--stopwords", tmp_path / "words", "-o", out)
        vocabulary = BigramCounts.load(out).vocabulary
        assert len(vocabulary) == N_WORDS - 2
        assert "the" not in vocabulary
        succeed("count", text, "-o", tmp_path / "all")
        again = tmp_path / "again"
        options = ("--stopwords", tmp_path / "words", "-o", again)
        succeed("count", tmp_path / "all", *options)
        assert BigramCounts.load(again).vocabulary == vocabulary

    @pytest.mark.parametrize("size", ["256M", "0.5G", "1GiB", "300000000", "1t"])
    def test_memory(self, text, out, size, tmp_path):
        options = ("--memory", size, "--temp-dir", tmp_path)
        succeed("count", text, *options, "-o", out)
        succeed("count", text, "-o", tmp_path / "plain")
        assert out.read_bytes() == (tmp_path / "plain").read_bytes()

    @pytest.mark.parametrize(
        "size",
        ["", "255M", "-1G", "2X", "many", "1e9", "²G", "9" * 400 + "T", "1048577T"],
    )
    def test_wrong_memory(self, text, out, size):
        message = fail("count", text, "--memory", size, "-o", out, exit_code=2)
        rule = "--memory must be a size such as 500M or 2G, from 256M to 1048576T, got "
        assert message.startswith(rule)

    def test_memory_does_not_apply_to_counts(self, text, out, tmp_path):
        succeed("count", text, "-o", out)
        options = ("--memory", "1G", "-o", tmp_path / "again")
        message = fail("count", out, *options, exit_code=2)
        assert message.startswith("--memory is for text; the input is counts made by")

    def test_skip_grams(self, text, out):
        succeed("count", text, "--skip-grams", 2, "-o", out)
        counts = BigramCounts.load(out)
        assert counts.n_tokens == 2 * counts.n_bigrams == 2 * (28 + 22)

    def test_normalisers_in_order(self, out):
        steps = ("--normalise", "users=NAME", "--normalise", "lowercase")
        succeed("count", "-", *steps, "-o", out, stdin="@Bob Said @bob")
        counts = BigramCounts.load(out)
        assert list(counts.vocabulary) == ["name", "said"]
        assert counts.source["options"]["normalise"] == ["users=NAME", "lowercase"]

    def test_patterns(self, text, out, tmp_path):
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / "b.txt").write_text("a bird\n")
        succeed("count", text.parent / "**" / "*.txt", "-o", out)
        counts = BigramCounts.load(out)
        assert counts.source["files"] == [str(text), str(tmp_path / "more" / "b.txt")]
        succeed("count", tmp_path / "o*", "-o", tmp_path / "again.npz")
        message = fail("count", tmp_path / "*.gz", "-o", out, exit_code=2)
        rule = "TEXT must be a pattern that matches a file, got "
        assert message.startswith(f"{rule}'{tmp_path / '*.gz'}' (see ")

    def test_zstandard(self, text, out, tmp_path, monkeypatch):
        path = tmp_path / "text.zst"
        path.write_bytes(zstandard.compress(TEXT.encode()))
        succeed("count", path, "-o", out)
        assert BigramCounts.load(out).n_tokens == 34
        monkeypatch.setitem(sys.modules, "zstandard", None)
        message = fail("count", text, path, "-o", out, "--force", exit_code=1)
        expected = f"{path} needs zstandard; run: pip install 'brownclust[zst]'"
        assert message == expected

    def test_json_lines(self, text, out, tmp_path):
        path = tmp_path / "text.jsonl"
        path.write_text(json.dumps({"text": TEXT, "3": ["a", "b"]}))
        succeed("count", path, "--format", "jsonl", "-o", out)
        assert BigramCounts.load(out).n_tokens == 34
        options = ("--format", "jsonl", "--field", "3", "--force")
        succeed("count", path, *options, "-o", out)
        assert list(BigramCounts.load(out).vocabulary) == ["a", "b"]
        message = fail("count", text, *options, "-o", out, exit_code=1)
        assert message.startswith(f"{text}:1: expected a JSON object (Expecting value")

    @pytest.mark.parametrize("field", [[], ["--field", "form"], ["--field", "2"]])
    def test_conllu(self, out, field):
        tail = "\t_\t_\t_\t_\t_\t_\t_\t_\n"
        text = f"# text = x\n1-2\tdu{tail}1\tde{tail}2\tle{tail}2.1\tx{tail}\n"
        succeed("count", "-", "--format", "conll", *field, "-o", out, stdin=text)
        assert list(BigramCounts.load(out).vocabulary) == ["de", "le"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--field", "x"], "--field must be left out for format 'text', got 'x'"),
            (["--format", "conll", "--field", "0"], "--field must be a number (1 is"),
            (["--format", "xml"], "'xml' is not one of 'text', 'conll', 'conllu', 'c"),
            (["--normalise", "stem"], "--normalise must be one of lowercase, digits,"),
            (["--normalise", "nfc=x"], "--normalise must be a step, or urls=WORD or"),
            (["--stopwords", "none"], "--stopwords must be an existing file, got 'n"),
        ],
    )
    def test_invalid_options(self, text, out, options, message):
        assert message in fail("count", text, *options, "-o", out, exit_code=2)

    def test_counts_add_up(self, text, tmp_path):
        other = tmp_path / "other.txt"
        other.write_text("a bird sang to the cat\n")
        for name, *inputs in (("1", text), ("2", other), ("both", text, other)):
            succeed("count", *inputs, "-o", tmp_path / name)
        succeed("count", tmp_path / "1", tmp_path / "2", "-o", tmp_path / "sum")
        added, both = (BigramCounts.load(tmp_path / name) for name in ("sum", "both"))
        assert added.vocabulary == both.vocabulary
        assert added.unigram_counts.tolist() == both.unigram_counts.tolist()
        assert added.successors.counts.tolist() == both.successors.counts.tolist()

    def test_pairs(self, out, tmp_path):
        (tmp_path / "pairs.tsv").write_text("a\tx\t3\nb\tx\t2\n")
        succeed("count", "--pairs", tmp_path / "pairs.tsv", "-o", out)
        assert BigramCounts.load(out).n_bigrams == 5

    def test_folders_of_pairs_and_of_counts(self, out, tmp_path):
        tables, parts = tmp_path / "tables", tmp_path / "parts"
        tables.mkdir()
        for name in ("1", "2"):
            (tables / name).write_text("a\tx\t3\nb\tx\t2\n")
            succeed("count", "--pairs", tables / name, "-o", parts / name)
        for inputs in (["--pairs", tables], [parts]):
            succeed("count", *inputs, "-o", out, "--force")
            assert BigramCounts.load(out).n_bigrams == 10
        (tables / "2").write_text("\na x 3\n")
        message = fail("count", "--pairs", tables, "-o", out, "--force", exit_code=1)
        assert message.startswith(f"{tables / '2'}:2: ")

    def test_words_are_selected_after_adding_up(self, text, out, tmp_path):
        (tmp_path / "words").write_text("cat\ndog\nrug\nsaw\n")
        options = ("--min-count", 2, "--max-vocabulary", 3)
        options += ("--vocabulary", tmp_path / "words")
        succeed("count", text, text, *options, "-o", tmp_path / "expected")
        succeed("count", text, "-o", tmp_path / "1")
        succeed("count", tmp_path / "1", tmp_path / "1", *options, "-o", out)
        expected, counts = map(BigramCounts.load, (tmp_path / "expected", out))
        assert counts.vocabulary == expected.vocabulary
        assert counts.successors.counts.tolist() == expected.successors.counts.tolist()
        succeed("cluster", tmp_path / "1", *options, "-c", 2, "-o", tmp_path / "model")
        assert len(BrownModel.load(tmp_path / "model").vocabulary) == 3

    def test_words_are_selected_from_pairs(self, out, tmp_path):
        table = tmp_path / "pairs.tsv"
        table.write_text("a\tx\t3\nb\tx\t2\n")
        succeed("count", "--pairs", table, "--min-count", 3, "-o", out)
        assert list(BigramCounts.load(out).vocabulary) == ["x", "a"]
        assert BigramCounts.load(out).n_bigrams == 5

    def test_bad_pairs(self, out, tmp_path):
        table = tmp_path / "pairs.tsv"
        table.write_text("a\tx\t3\nb x 2\n")
        message = fail("count", "--pairs", table, "-o", out, exit_code=1)
        assert message.startswith(f"{table}:2: ")

    def test_force_and_quiet(self, text, out):
        succeed("count", text, "-o", out)
        assert "already exists" in fail("count", text, "-o", out, exit_code=1)
        assert succeed("count", text, "-o", out, "--force", "-q").output == ""


def test_counts_that_cannot_be_added_are_named(tmp_path):
    parts = []
    for boundary in ("break", "mark"):
        text, counts = tmp_path / boundary, tmp_path / f"{boundary}.npz"
        text.write_text(TEXT)
        succeed("count", text, "--boundary", boundary, "-o", counts)
        parts.append(counts)
    message = fail("count", *parts, "-o", tmp_path / "sum.npz", exit_code=1)
    assert message == (
        f"{parts[1]}: cannot be added to the counts before it: "
        "boundary must be 'break' in both counts, got 'mark'"
    )


def test_pairs_with_too_many_tokens_name_the_file(tmp_path):
    files = [tmp_path / name for name in ("one.tsv", "two.tsv")]
    for file in files:
        file.write_text(f"a\tb\t{2**52}\n")
    message = fail("count", "--pairs", *files, "-o", tmp_path / "sum", exit_code=1)
    assert message == (
        f"{files[1]}: cannot be added to the counts before it: "
        f"the number of tokens must be at most {2**53}, got {2**54}"
    )
