"""Commands that write what wcluster also writes, and phrases on the command line."""

import json

import numpy as np
import pytest
from commands import fail, succeed

TEXT = "the cat chased the mouse\nthe dog chased the cat\nthe mouse chased the dog\n"
# What wcluster (commit fe90f87) writes for this text, sorted.
COLLOCS = "0.304599\tchased\tthe\t3\n0.203066\tthe\tcat\t2\n"
PATHS = "0\tcat\t2\n0\tdog\t2\n0\tmouse\t2\n10\tchased\t3\n11\tthe\t6\n"
MAP = """\
cat	0-L 0.606136	0-R 0.808868	0-freq 2
chased	10-L 0.693147	10-R 0.693147	10-freq 3
dog	0-L 0.606136	0-R 1.29928	0-freq 2
mouse	0-L 0.606136	0-R 0.808868	0-freq 2
the	11-L 0.788457	11-R 0.606136	11-freq 6
"""
IGNORE = ("--boundary", "ignore")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text(TEXT)
    (tmp_path / "paths").write_text(PATHS)
    (tmp_path / "phrases").write_text("the cat\nthe mouse\nbig cat\n")
    return tmp_path


def test_collocations(folder):
    assert succeed("collocations", "text", *IGNORE, "-n", 2).stdout == COLLOCS
    printed = succeed("collocations", "-", *IGNORE, "-n", 2, "-o", "-", stdin=TEXT)
    assert printed.stdout == COLLOCS
    said = succeed("collocations", "text", *IGNORE, "-n", 2, "-o", "file")
    assert said.stderr.endswith("file: 2 pairs\n")
    assert (folder / "file").read_text() == COLLOCS
    fail("collocations", "text", "-o", "file", exit_code=1)


def test_collocations_of_counts(folder):
    succeed("count", "text", "-o", "counts")
    options = ("--by", "pmi", "--min-pair-count", 3, "--stopwords", "phrase")
    (folder / "phrase").write_text("mouse\n")
    result = succeed("collocations", "counts", *options)
    assert [line.split("\t")[1:] for line in result.stdout.splitlines()] == [
        ["chased", "the", "3"]
    ]
    message = fail("collocations", "counts", "--by", "t", exit_code=2)
    assert "'t' is not one of 'mi', 'llr', 'pmi'" in message
    message = fail("collocations", "counts", "-n", 0, exit_code=2)
    assert message.startswith("--number must be an integer of at least 1, got '0'")


def test_a_list_of_collocations_is_one_of_phrases(folder):
    lines = succeed("collocations", "text").stdout.splitlines()
    (folder / "found").write_text(
        "".join("\t".join(line.split("\t")[1:3]) + "\n" for line in lines)
    )
    said = succeed("count", "text", "--phrases", "found", "-o", "counts").stderr
    assert said.startswith(f"Phrases: 4 of {len(lines)} phrases occurred\n")


def test_divergence(folder):
    printed = succeed("divergence", "paths", "text", *IGNORE).stdout
    assert "".join(sorted(printed.splitlines(keepends=True))) == MAP
    assert [line.split("\t")[0] for line in printed.splitlines()][-2:] == [
        "chased",
        "the",
    ]
    said = succeed("divergence", "paths", "text", *IGNORE, "-o", "map")
    assert said.stderr.endswith("map: 5 words\n")
    assert (folder / "map").read_text() == printed


def test_divergence_of_words_with_a_cluster(folder):
    (folder / "other").write_text("0\tcat\t2\n1\tdog\t2\n")
    printed = succeed("divergence", "other", "text").stdout
    assert printed == "cat\t0-L 0\t0-R 0\t0-freq 2\ndog\t1-L 0\t1-R 0\t1-freq 2\n"
    (folder / "other").write_text("0\tgnu\t2\n1\tgnat\t2\n")
    message = fail("divergence", "other", "text", exit_code=1)
    assert message == "other: expected clusters of words of TEXT, got none"


def counts_of(paths):
    """The count of each word of a paths file."""
    rows = [line.split("\t") for line in paths.read_text().splitlines()]
    return {word: int(count) for _, word, count in rows}


class TestPhrases:
    def test_are_counted_clustered_and_kept(self, folder):
        options = ("--phrases", "phrases", "-q")
        succeed("count", "text", *options, "-o", "counts")
        succeed("cluster", "text", *options, "-c", 3, "-o", "out")
        succeed("cluster", "counts", "-c", 3, "-o", "again", "-q")
        assert (folder / "out/paths").read_text() == (
            folder / "again/paths"
        ).read_text()
        words = set(counts_of(folder / "out/paths"))
        assert words == {"the_cat", "the_mouse", "the", "dog", "chased"}
        source = json.loads((folder / "out/run.json").read_text())["source"]
        assert source["options"]["phrases"] == "phrases"

    def test_new_text_is_read_with_those_of_the_model(self, folder):
        succeed("cluster", "text", "--phrases", "phrases", "-c", 3, "-o", "out", "-q")
        (folder / "phrases").unlink()
        (folder / "new").write_text("the big cat chased the cat\n")
        said = succeed("extend", "out", "new", "-o", "out2").stderr
        assert said.startswith("Phrases: 2 of 3 phrases occurred\n")
        counts = counts_of(folder / "out2/paths")
        assert counts["the_cat"] == 3
        assert counts["big_cat"] == 1
        with np.load("out2/model.npz") as model:
            assert "the mouse" in str(model["origin"])

    def test_held_out_text_too(self, folder):
        succeed("cluster", "text", "--phrases", "phrases", "-c", 3, "-o", "out", "-q")
        options = ("--phrases", "phrases", "--held-out", "text", "-q")
        printed = succeed("evaluate", "text", "out", *options).stdout
        assert "Perplexity: of text, 11 words, of which 0.0% are not in" in printed

    def test_running_text_too(self, folder):
        options = ("--phrases", "phrases", "--normalise", "lowercase", "-q")
        (folder / "phrases").write_text("The Cat\n")
        succeed("cluster", "text", *options, "-c", 3, "-o", "out")
        mapped = ("map", "out", "--join", "/", "--backoff", "lowercase")
        printed = succeed(*mapped, stdin="the cat\nThe Cat the dog THE CAT").stdout
        words = [token.split("/") for token in printed.split()]
        expected = ["the_cat", "The_Cat", "the", "dog", "THE", "CAT"]
        assert [word for word, _ in words] == expected
        assert words[0][1] == words[1][1] != "_"
        assert words[-1][1] == "_"
        assert printed.count("\n") == 1
        assert not printed.endswith("\n")

    def test_warning_if_none_occurs(self, folder):
        (folder / "phrases").write_text("big cat\n")
        said = succeed("count", "text", "--phrases", "phrases", "-o", "counts").stderr
        assert said.startswith("Warning: Phrases: none of 1 phrase occurred\n")

    def test_errors(self, folder):
        (folder / "phrases").write_text("the cat\n\ncat\n")
        arguments = ("count", "text", "--phrases", "phrases", "-o", "new")
        message = fail(*arguments, exit_code=1)
        rule = "two words or more, separated by spaces"
        assert message == f"phrases:3: expected {rule}, got 'cat'"
        arguments = ("count", "text", "--phrases", "none", "-o", "new")
        assert fail(*arguments, exit_code=2).startswith("--phrases must be an existing")
        succeed("count", "text", "-o", "counts", "-q")
        arguments = ("cluster", "counts", "--phrases", "phrases", "-o", "new")
        assert fail(*arguments, exit_code=2).startswith("--phrases is for text; the in")
