import errno
import gzip
import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import zstandard
from commands import TEXT, fail, run, succeed

from brownclust import BigramCounts, BrownClustering, __version__
from brownclust.tree import checkpoint
from brownclust.tree.model import BrownModel
from brownclust_cli import checkpoints
from brownclust_cli.main import main
from brownclust_cli.progress import Progress

N_WORDS = 11
COMMANDS = [
    "cluster",
    "convert",
    "count",
    "cut",
    "demo",
    "extend",
    "features",
    "lookup",
    "refine",
    "stats",
]
FILES = ["merges.tsv", "model.npz", "paths", "run.json"]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder that `cluster` wrote, for tests that only read it."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "corpus.txt").write_text(TEXT)
    succeed("cluster", folder / "corpus.txt", "-c", 4, "--window", 6, "-o", folder)
    return folder


class TestHelp:
    def test_group(self):
        for arguments in ([], ["--help"], ["-h"]):
            result = succeed(*arguments)
            assert result.stdout.startswith(
                "Usage: brownclust [OPTIONS] COMMAND [ARGS]"
            )
            assert all(f"  {command} " in result.stdout for command in COMMANDS)

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_and_option_has_help(self, command):
        result = succeed(command, "--help")
        assert result.stdout.startswith(f"Usage: brownclust {command} ")
        for parameter in main.commands[command].params:
            if parameter.param_type_name == "option":
                assert parameter.help, parameter.name
                assert max(parameter.opts, key=len) in result.stdout
        assert "-q, --quiet" in result.stdout

    def test_version(self):
        assert succeed("--version").stdout == f"brownclust {__version__}\n"


class TestCluster:
    def test_files(self, text, out):
        result = succeed("cluster", text, "-c", 4, "-o", out)
        assert result.stdout == ""
        assert sorted(path.name for path in out.iterdir()) == FILES
        assert "11 words in 4 clusters" in result.stderr
        assert f"Next: brownclust cut {out} -c 2" in result.stderr

    def test_the_next_command_can_be_pasted(self, text, tmp_path):
        result = succeed("cluster", text, "-c", 4, "-o", tmp_path / "two words")
        assert f"Next: brownclust cut '{tmp_path}/two words' -c 2" in result.stderr
        result = succeed("count", text, "-o", tmp_path / "my counts")
        assert f"brownclust cluster '{tmp_path}/my counts' -c 11" in result.stderr

    def test_the_same_as_from_python(self, text, out):
        succeed("cluster", text, "-c", 4, "-o", out)
        twin = BrownClustering(4).fit(text)
        rows = [line.split("\t") for line in (out / "paths").read_text().splitlines()]
        assert {word: bits for bits, word, _ in rows} == twin.bit_strings_
        assert rows == sorted(rows, key=lambda row: (row[0], int(row[2]), row[1]))
        merges = (out / "merges.tsv").read_text().splitlines()[1:]
        joined = [[int(x) for x in line.split("\t")[1:3]] for line in merges]
        assert joined == twin.children_.tolist()
        assert float(merges[N_WORDS - 5].split("\t")[-1]) == twin.ami_

    def test_run_json(self, text, out):
        succeed("cluster", text, "-c", 2, "--window", 3, "--min-count", 3, "-o", out)
        record = json.loads((out / "run.json").read_text())
        assert record["version"] == __version__
        assert record["n_tokens"] == 34
        assert record["n_types"] == 4
        assert record["n_bigrams"] == 34 - 6
        assert record["n_clusters"] == 2
        assert record["window"] == 3
        assert record["ami"] == BrownModel.load(out).ami
        assert {"count", "cluster", "write"} <= set(record["seconds"])
        assert all(seconds >= 0 for seconds in record["seconds"].values())
        assert record["options"]["min_count"] == 3
        assert record["options"]["boundary"] == "break"
        assert record["source"]["files"] == [str(text)]
        assert len(record["source"]["sha256"]) == 64
        assert set(record["versions"]) == {"python", "numba", "numpy"}
        if sys.platform != "win32":
            assert record["peak_memory_bytes"] > 10_000_000

    def test_two_runs_write_the_same(self, text, tmp_path):
        for name, threads in (("one", 1), ("two", 2)):
            arguments = ("-c", 4, "--threads", threads, "-o", tmp_path / name)
            succeed("cluster", text, *arguments)
        for name in ("paths", "merges.tsv"):
            ours, again = (tmp_path / run / name for run in ("one", "two"))
            assert ours.read_bytes() == again.read_bytes()

    def test_standard_input_several_files_and_gz(self, text, out, tmp_path):
        packed = tmp_path / "more.gz"
        packed.write_bytes(gzip.compress(b"a bird sang\n"))
        stdin = "a fish swam\n"
        succeed("cluster", text, packed, "-", "-c", 2, "-o", out, stdin=stdin)
        words = {
            line.split("\t")[1] for line in (out / "paths").read_text().split("\n")[:-1]
        }
        assert {"cat", "bird", "fish"} <= words

    def test_counts(self, text, out, tmp_path):
        counts = tmp_path / "counts"  # whatever the name
        succeed("count", text, "--boundary", "mark", "-o", counts)
        succeed("cluster", counts, "-c", 4, "-o", out)
        succeed("cluster", text, "--boundary", "mark", "-c", 4, "-o", tmp_path / "two")
        for name in ("paths", "merges.tsv"):
            assert (out / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        record = json.loads((out / "run.json").read_text())
        assert record["options"]["boundary"] == "mark"

    def test_pairs(self, out, tmp_path):
        table = tmp_path / "pairs.tsv"
        table.write_text("a\tx\t3\nb\tx\t2\nb\ty\t1\n")
        succeed("cluster", "--pairs", table, "-c", 2, "-o", out)
        assert json.loads((out / "run.json").read_text())["n_bigrams"] == 6

    def test_full_window(self, text, out):
        succeed("cluster", text, "-c", 2, "--window", "full", "-o", out)
        assert BrownModel.load(out).dendrogram.window == N_WORDS

    def test_bytes_that_are_not_utf8_are_kept(self, out, tmp_path):
        latin = tmp_path / "latin1.txt"
        latin.write_bytes(b"caf\xe9 noir\n")
        option = ("--encoding-errors", "surrogateescape")
        succeed("cluster", latin, *option, "-c", 1, "-o", out)
        assert b"\tcaf\xe9\t1\n" in (out / "paths").read_bytes()

    def test_quiet(self, text, out):
        assert succeed("cluster", text, "-c", 2, "-q", "-o", out).output == ""

    def test_force(self, text, out):
        succeed("cluster", text, "-c", 2, "-o", out)
        (out / "notes").write_text("mine")
        message = fail("cluster", text, "-c", 3, "-o", out, exit_code=1)
        assert "paths" in message
        assert "already exists (--force replaces it)" in message
        assert BrownModel.load(out).n_clusters == 2
        succeed("cluster", text, "-c", 3, "-o", out, "--force")
        assert BrownModel.load(out).n_clusters == 3
        assert (out / "notes").read_text() == "mine"


class TestWrongCommandLine:
    """Exit code 2, before anything is read or written."""

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["-c", "0"], "--clusters must be an integer of at least 1, got '0'"),
            (["-c", "x"], "--clusters must be an integer of at least 1, got 'x'"),
            (["--min-count", "0"], "--min-count must be an integer of at least 1"),
            (["--max-vocabulary", "-1"], "--max-vocabulary must be an integer of at"),
            (["--threads", "0"], "--threads must be an integer of at least 1"),
            (["--window", "0"], "--window must be an integer of at least 1, or 'full'"),
            (
                ["-c", "5", "--window", "4"],
                "--clusters must be at most the window, 4, got 5",
            ),
            (["--vocabulary", "none.txt"], "--vocabulary must be an existing file,"),
            (["--vocabulary", "."], "--vocabulary must be an existing file, got '.'"),
            (["--vocabulary", "-"], "--vocabulary must be an existing file, got '-'"),
            (["--boundary", "stop"], "'stop' is not one of 'break', 'ignore', 'mark'"),
            (["--encoding-errors", "x"], "'x' is not one of"),
            (["--clustres", "3"], "No such option"),
        ],
    )
    def test_options(self, text, out, arguments, message):
        error = fail("cluster", text, "-o", out, *arguments, exit_code=2)
        assert message in error
        assert error.endswith("(see brownclust cluster --help)")
        assert not out.exists()

    def test_missing_path(self, out):
        message = fail("cluster", "none.txt", "-o", out, exit_code=2)
        assert message.startswith(
            "TEXT must be an existing file or folder, got 'none.txt'"
        )
        message = fail("count", "none.txt", "-o", out, exit_code=2)
        assert "got 'none.txt'" in message
        message = fail("cut", "none.npz", "--full", exit_code=2)
        assert message.startswith("MODEL must be an existing file or folder")
        message = fail("cut", "-", "--full", exit_code=2, stdin="")
        assert message.startswith("MODEL must be an existing file or folder, got '-'")

    def test_an_output_without_a_name(self, text, trained):
        for arguments in (
            ("cluster", text, "-c", 2),
            ("count", text),
            ("cut", trained, "--full"),
            ("demo",),
        ):
            message = fail(*arguments, "-o", "", exit_code=2)
            assert message.startswith("--output must be a path, got ''")
        for arguments in (("cluster", text), ("count", text), ("demo",)):
            message = fail(*arguments, "-o", "-", exit_code=2)
            assert message.startswith("--output must be a path, got '-'")

    def test_missing_text_or_output(self, text):
        assert "TEXT" in fail("cluster", "-o", "out", exit_code=2)
        assert "'--output'" in fail("cluster", text, exit_code=2)
        assert "'--output'" in fail("count", text, exit_code=2)

    def test_an_option_without_its_value(self, trained):
        message = fail("cut", trained, "-c", exit_code=2)
        assert message == "Option '-c' requires an argument (see brownclust --help)"

    def test_unknown_command(self):
        assert "No such command 'clusters'" in fail("clusters", exit_code=2)

    @pytest.mark.parametrize("options", [[], ["-c", "2", "--full"]])
    def test_cut_needs_one_of_two_options(self, trained, options):
        message = fail("cut", trained, *options, exit_code=2)
        assert "cut needs either --clusters or --full" in message

    def test_text_options_for_counts(self, text, out, tmp_path):
        counts = tmp_path / "counts.npz"
        succeed("count", text, "-o", counts)
        for option in (["--boundary", "break"], ["--normalise", "nfc"], ["--pairs"]):
            message = fail("cluster", counts, *option, "-o", out, exit_code=2)
            assert message.startswith(f"{option[0]} is for text; the input is counts")
        message = fail("cluster", counts, text, "-o", out, exit_code=2)
        assert "must be all text or all counts" in message

    def test_text_options_for_pairs(self, text, out):
        for option in (["--normalise", "nfc"], ["--format", "jsonl"]):
            message = fail("count", "--pairs", text, *option, "-o", out, exit_code=2)
            assert f"{option[0]} is for text; the input is a table of pairs" in message


class TestErrorsWhileRunning:
    """Exit code 1."""

    def test_more_clusters_than_words(self, text, out):
        message = fail("cluster", text, "-c", 12, "-o", out, exit_code=1)
        expected = (
            "--clusters must be at most the number of different words, 11, got 12"
        )
        assert message == expected
        message = fail("cluster", text, "-c", 3, "--window", 12, "-o", out, exit_code=1)
        assert message == (
            "--window must be at most the number of different words, 11, or 'full', "
            "got 12"
        )
        assert not out.exists()

    @pytest.mark.parametrize("content", ["", "\n\n", "  \t\n"])
    def test_no_words(self, out, tmp_path, content):
        (tmp_path / "empty.txt").write_text(content)
        fail("cluster", tmp_path / "empty.txt", "-c", 1, "-o", out, exit_code=1)
        fail("cluster", "-", "-c", 1, "-o", out, stdin=content, exit_code=1)
        assert not out.exists()

    def test_folder_without_text(self, out, tmp_path):
        (tmp_path / "empty").mkdir()
        message = fail("cluster", tmp_path / "empty", "-c", 1, "-o", out, exit_code=1)
        assert str(tmp_path / "empty") in message

    def test_options_that_keep_no_word(self, text, out, tmp_path):
        message = fail("count", text, "--min-count", 99, "-o", out, exit_code=1)
        assert message.startswith("--min-count must be at most 8, the count of the ")
        (tmp_path / "words").write_text("never\n")
        option = ("--vocabulary", tmp_path / "words")
        message = fail("count", text, *option, "-o", out, exit_code=1)
        assert message.startswith("--vocabulary must be a list with at least one wo")

    def test_bad_utf8(self, out, tmp_path):
        path = tmp_path / "latin1.txt"
        path.write_bytes(b"the cat\nthe caf\xe9\n")
        message = fail("cluster", path, "-c", 1, "-o", out, exit_code=1)
        assert message.startswith(f"{path}:2: ")
        assert "--encoding-errors" in message

    def test_truncated_gz(self, out, tmp_path):
        path = tmp_path / "text.gz"
        path.write_bytes(gzip.compress(TEXT.encode())[:-20])
        assert str(path) in fail("cluster", path, "-c", 1, "-o", out, exit_code=1)

    def test_impossible_output(self, text, tmp_path):
        for output in (text, text / "out"):
            message = fail("cluster", text, "-c", 1, "-o", output, exit_code=1)
            assert message.startswith(f"{text}: ")
        message = fail("count", text, "-o", tmp_path, exit_code=1)
        assert message == f"{tmp_path}: is not a file"

    def test_inputs_are_never_overwritten(self, text, out, tmp_path):
        message = fail("count", text, "-o", text, "--force", exit_code=1)
        assert message.startswith("--output must be a file other than the input, got ")
        link = tmp_path / "link"
        link.symlink_to(text)
        for inputs in ([link], [text.parent]):
            fail("count", *inputs, "-o", text, "--force", exit_code=1)
        assert text.read_text() == TEXT
        succeed("cluster", text, "-c", 4, "-o", out)
        for model in (out, out / "model.npz"):
            arguments = ("cut", model, "-c", 2, "-o", out / "model.npz", "--force")
            assert "a file other than" in fail(*arguments, exit_code=1)
        succeed("cut", out, "-c", 2, "-o", out / "paths", "--force")

    def test_output_is_checked_before_the_work(self, out, tmp_path):
        out.mkdir()
        (out / "paths").write_text("precious")
        (tmp_path / "latin1.txt").write_bytes(b"\xe9\n")  # which would fail, if read
        message = fail("cluster", tmp_path / "latin1.txt", "-o", out, exit_code=1)
        assert "already exists" in message
        message = fail(
            "count", tmp_path / "latin1.txt", "-o", out / "paths", exit_code=1
        )
        assert "already exists" in message

    @pytest.mark.parametrize("content", [b"", b"some text\n", b"PK\x03\x04 torn"])
    def test_file_that_is_not_a_model(self, tmp_path, content):
        (tmp_path / "model.npz").write_bytes(content)
        for model in (tmp_path, tmp_path / "model.npz"):
            message = fail("cut", model, "--full", exit_code=1)
            assert message.startswith(f"{tmp_path / 'model.npz'}: expected a ")

    def test_folder_without_model(self, tmp_path):
        message = fail("cut", tmp_path, "--full", exit_code=1)
        assert "expected a folder that brownclust cluster wrote" in message

    def test_newer_model(self, trained, tmp_path):
        with np.load(trained / "model.npz") as archive:
            np.savez(tmp_path / "new.npz", **{**archive, "format_version": 99})
        message = fail("cut", tmp_path / "new.npz", "-c", 2, exit_code=1)
        assert "got 99: written by a newer brownclust; run: pip install" in message

    def test_model_instead_of_counts(self, trained, out):
        message = fail("cluster", trained / "model.npz", "-o", out, exit_code=1)
        assert "expected a brownclust counts file, got brownclust model" in message

    def test_more_clusters_than_the_window(self, trained):
        message = fail("cut", trained, "-c", 7, exit_code=1)
        assert message.startswith("--clusters must be at most the window, 6, got")

    def test_out_of_memory(self, text, out, monkeypatch):
        def fail_to_allocate(*_, **__):
            raise MemoryError

        monkeypatch.setattr("brownclust.tree.fitting.brown_cluster", fail_to_allocate)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=1)
        advice = (
            "lower --window or raise --min-count, or limit counting with --memory, or "
            "lower --skip-grams if it is above 1"
        )
        assert message == f"out of memory: {advice}"

    @pytest.mark.parametrize(
        "error",
        [
            MemoryError("std::bad_alloc"),
            OSError(errno.ENOMEM, "Cannot allocate memory"),
            ImportError("libx.so: failed to map segment from shared object"),
        ],
    )
    def test_out_of_memory_in_a_library(self, text, out, monkeypatch, error):
        def fail_within(*_, **__):
            raise type(error)("a page of advice") from error

        monkeypatch.setattr("brownclust.tree.fitting.brown_cluster", fail_within)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=1)
        assert message.startswith("out of memory: lower --window")

    def test_window_too_wide_for_the_memory(self, text, out, monkeypatch):
        monkeypatch.setattr("brownclust.tree.state._physical_memory", lambda: 1_000)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=1)
        assert message == (
            "--window must be small enough for 0 GiB of memory (it takes 0), got 2"
        )
        assert not out.exists()

    def test_interrupted(self, text, out, monkeypatch):
        def interrupt(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr("brownclust.tree.fitting.brown_cluster", interrupt)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=130)
        assert message == "interrupted"
        assert not out.exists()


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


class TestCut:
    def test_at_the_number_of_clusters_of_the_model(self, trained):
        for model in (trained, trained / "model.npz"):
            result = succeed("cut", model, "-c", 4)
            assert result.stdout == (trained / "paths").read_text()
            assert result.stderr == ""

    @pytest.mark.parametrize("clusters", [1, 2, 6])
    def test_at_other_numbers(self, trained, clusters):
        rows = [
            r.split("\t")
            for r in succeed("cut", trained, "-c", clusters).stdout.splitlines()
        ]
        assert len({bits for bits, _, _ in rows}) == clusters
        assert len(rows) == N_WORDS

    def test_full(self, trained):
        rows = [
            r.split("\t") for r in succeed("cut", trained, "--full").stdout.splitlines()
        ]
        paths = [bits for bits, _, _ in rows]
        assert len(set(paths)) == N_WORDS
        assert paths == sorted(paths)

    def test_output_file(self, trained, tmp_path):
        output = tmp_path / "new" / "paths.txt"
        result = succeed("cut", trained, "-c", 3, "-o", output)
        assert result.stdout == ""
        assert result.stderr == f"{output}: 11 words in 3 clusters\n"
        assert output.read_text() == succeed("cut", trained, "-c", 3).stdout
        assert "exists" in fail("cut", trained, "-c", 2, "-o", output, exit_code=1)
        assert (
            succeed("cut", trained, "--full", "-q", "--force", "-o", output).output
            == ""
        )
        assert output.read_text() == succeed("cut", trained, "--full").stdout

    def test_dash_is_standard_output(self, trained):
        result = succeed("cut", trained, "-c", 3, "-o", "-")
        assert result.stdout == succeed("cut", trained, "-c", 3).stdout
        assert result.stderr == ""

    def test_closed_pipe(self, trained, tmp_path):
        """As in `brownclust cut … | head`: no message, whatever the size."""
        vocabulary = [[f"word{i}"] * 2 for i in range(30_000)]
        BrownClustering(1).fit(vocabulary).model_.save(tmp_path / "big.npz")
        command = [sys.executable, "-m", "brownclust_cli", "cut"]
        with subprocess.Popen(
            [*command, str(tmp_path / "big.npz"), "-c", "1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout.readline() == b"\tword0\t2\n"
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 1


class TestDemo:
    def test_table(self, monkeypatch):
        monkeypatch.setenv("COLUMNS", "72")
        result = succeed("demo", "-c", 12)
        lines = result.stdout.splitlines()
        assert len(lines) == 13
        assert lines[0].split() == ["bit", "string", "words", "most", "frequent"]
        assert all(len(line) <= 72 for line in lines)
        assert all(set(line.split()[0]) <= {"0", "1"} for line in lines[1:])
        assert "pydoc" in result.stderr
        assert "Next: brownclust cluster" in result.stderr.splitlines()[-1]

    def test_more_clusters_than_words(self):
        result = run("demo", "-c", 100_000)
        assert result.exit_code == 1
        assert "Error: --clusters must be at most" in result.stderr

    def test_output(self, out):
        result = succeed("demo", "-c", 3, "-q", "-o", out)
        assert result.stderr == ""
        assert sorted(path.name for path in out.iterdir()) == FILES
        assert "already exists" in fail("demo", "-o", out, exit_code=1)
        assert len(succeed("cut", out, "-c", 2).stdout.splitlines()) > 1000


class TestProgress:
    @pytest.fixture
    def clock(self, monkeypatch):
        now = [0.0]
        monkeypatch.setattr("brownclust_cli.progress.monotonic", lambda: now[0])
        monkeypatch.setattr("brownclust_cli.progress.SECONDS_BETWEEN_LINES", 5.0)
        return now

    def test_plain_lines_every_few_seconds(self, clock, capsys):
        with Progress(quiet=False) as progress:
            for second in range(13):
                clock[0] = float(second)
                progress("count", second * 10_000_000, 120_000_000)
        lines = capsys.readouterr().err.splitlines()
        assert lines == [
            "count: 42% of 120MB (10.0MB/s, 00:07 left)",
            "count: 83% of 120MB (10.0MB/s, 00:02 left)",
        ]

    def test_without_a_total(self, clock, capsys):
        with Progress(quiet=False) as progress:
            for second in (0, 6):
                clock[0] = float(second)
                progress("count", second * 1_000_000, None)
        assert capsys.readouterr().err == "count: 6.00MB (1.00MB/s)\n"

    def test_progress_starts_again_with_the_next_file(self, clock, capsys):
        with Progress(quiet=False) as progress:
            for second, done in ((0, 0), (4, 1_000_000), (100, 0), (105, 500_000)):
                clock[0] = float(second)
                progress("count", done, 1_000_000)
        assert capsys.readouterr().err == "count: 50% of 1.00MB (100kB/s, 00:05 left)\n"

    def test_each_stage_has_its_own_clock_and_unit(self, clock, capsys):
        with Progress(quiet=False) as progress:
            progress("count", 0, None)
            clock[0] = 100.0
            progress("cluster", 0, 1000)
            assert capsys.readouterr().err == ""
            clock[0] = 105.0
            progress("cluster", 500, 1000)
        assert capsys.readouterr().err == (
            "cluster: 50% of 1.00k merges (100 merges/s, 00:05 left)\n"
        )

    def test_a_bar_on_a_terminal(self, monkeypatch):
        class Terminal(io.StringIO):
            def isatty(self):
                return True

        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        with Progress(quiet=False) as progress:
            progress("cluster", 0, 100)
            progress("cluster", 50, 100)
            progress.say("half")
            progress("cluster", 100, 100)
        assert "cluster:   0%|" in terminal.getvalue()
        assert terminal.getvalue().count("half\n") == 1

    def test_quiet(self, clock, capsys):
        with Progress(quiet=True) as progress:
            progress.say("hello")
            for second in (0, 10, 20):
                clock[0] = float(second)
                progress("count", second, 20)
        assert capsys.readouterr().err == ""


@pytest.mark.skipif(os.name == "nt", reason="closes streams as POSIX shells do")
class TestClosedStreams:
    """As with ``<&-``, ``>&-`` and ``2>&-`` in a shell, or in a daemon."""

    def run(self, closed, *arguments):
        redirection = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}[closed]
        command = [sys.executable, "-m", "brownclust_cli", *map(str, arguments)]
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
            capture_output=True,
            text=True,
            check=False,
        )

    def test_no_standard_input(self, out):
        result = self.run("stdin", "count", "-", "-o", out)
        assert result.stderr == "Error: standard input is closed\n"
        assert result.returncode == 1

    def test_no_standard_output(self, trained):
        result = self.run("stdout", "cut", trained, "--full")
        assert result.stderr == "Error: standard output is closed\n"
        assert result.returncode == 1

    def test_no_standard_error(self, text, out):
        result = self.run("stderr", "count", text, "-o", out)
        assert result.returncode == 0
        assert BigramCounts.load(out).n_tokens == 34


def test_default_interval_of_checkpoints():
    assert checkpoints.SECONDS == checkpoint.SECONDS


def test_interrupted_while_the_commands_are_imported():
    program = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'brownclust_cli.count': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from brownclust_cli.__main__ import run\n"
        "run()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (130, "")
    assert result.stderr == "Error: interrupted\n"


def test_installed_command():
    """The console script, in a process of its own."""
    command = [sys.executable, "-m", "brownclust_cli"]
    result = subprocess.run(
        [*command, "cluster", "none.txt", "-o", "x"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


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


def test_counts_as_text_are_read_wherever_counts_are(folder, tmp_path):
    text = tmp_path / "counts.tsv"
    succeed("count", "counts", "--to", "text", "-o", text)
    succeed("count", text, "-o", tmp_path / "again.npz")
    succeed("count", tmp_path / "again.npz", "--to", "text", "-o", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == text.read_bytes()
    succeed("cluster", text, "-c", 3, "-o", tmp_path / "out")
    assert (tmp_path / "out" / "paths").read_bytes() == (
        folder / "out" / "paths"
    ).read_bytes()
    assert succeed("stats", text, "-c", 3).stdout
    assert succeed("evaluate", "text", "out", "--held-out", text).stdout
    message = fail("choose-k", text, "--hold-out", 10, exit_code=2)
    assert message.startswith("--hold-out is for text; the input is counts made by ")
