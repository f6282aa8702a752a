"""Flat classes on the command line, and ``--from`` wherever clusters are read."""

import pytest
from commands import TEXT, fail, succeed

from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger import Tagger


@pytest.fixture
def classes(tmp_path):
    """A word and its class, of which the format cannot be recognised."""
    path = tmp_path / "news.classes"
    path.write_text("cat\t5\ndog\t5\nran\t17\nsat\t17\nthe\t300\n")
    return path


@pytest.fixture
def tagged(tmp_path):
    path = tmp_path / "tagged"
    path.write_text("the D\ncat N\nsat V\n\nthe D\ngnu N\nran V\n")
    return path


def test_names_survive_npz(classes, tmp_path):
    npz, back = tmp_path / "z.npz", tmp_path / "back"
    succeed("convert", classes, npz, "--from", "alexclark")
    for options in ((), ("--to", "alexclark")):
        succeed("convert", npz, back, *options, "--force")
        assert back.read_text() == classes.read_text()
    succeed("convert", npz, back, "--to", "srilm", "--force")
    succeed("convert", back, npz, "--force", "-q")
    assert WordClusters.load(npz)["sat"] == "17"


@pytest.mark.parametrize("format", ["paths", "snips", "spacy", "word2vec"])
def test_formats_with_bit_strings_are_refused(classes, tmp_path, format):
    arguments = ("convert", classes, tmp_path / "o", "--from", "alexclark")
    message = fail(*arguments, "--to", format, exit_code=1)
    assert message == (
        "--to must be one of alexclark, mkcls, clustercat, srilm, lines, csv, json, "
        f"jsonl for flat classes, which have no tree, got '{format}'"
    )
    assert not (tmp_path / "o").exists()


def test_lookup(classes):
    message = fail("lookup", classes, "cat", exit_code=1)
    assert "name the format, --from (format=) alexclark or spacy" in message
    options = ("--from", "alexclark")
    assert succeed("lookup", classes, "cat", *options).stdout == "5\tcat\t0\tdog\n"
    result = succeed("lookup", classes, "--prefix", "17", *options)
    assert result.stdout == "17\tran\t0\n17\tsat\t0\n"
    message = fail("lookup", classes, "--prefix", "1", *options, exit_code=1)
    assert message == f"no class of {classes} is '1'"


def test_features(classes, tagged):
    message = fail("features", classes, tagged, exit_code=1)
    assert "--from (format=) alexclark or spacy" in message
    arguments = ("features", classes, tagged, "--from", "alexclark")
    expected = "the D 300\ncat N 5\nsat V 17\n\nthe D 300\ngnu N _\nran V 17\n"
    result = succeed(*arguments)
    assert (result.stdout, result.stderr) == (expected, "")
    result = succeed(*arguments, "--prefix-lengths", "2,4")
    assert result.stdout == expected
    assert "have no prefixes: the feature is the class" in result.stderr
    result = succeed(*arguments, "--to", "crfsuite", "--context", 0)
    assert result.stdout.splitlines()[0] == "D\tw[0]=the\tb[0]=300"
    message = fail(*arguments, "--cut", 2, exit_code=1)
    assert message.endswith("got flat classes, which have no tree")


def test_taggers(classes, tagged, tmp_path):
    out = tmp_path / "t.npz"
    arguments = ("tag", "train", tagged, "-o", out, "-q")
    message = fail(*arguments, "--clusters", classes, exit_code=1)
    assert "--from (format=) alexclark or spacy" in message
    options = ("--clusters", classes, "--from", "alexclark")
    succeed(*arguments, *options)
    assert Tagger.load(out).clusters["sat"] == "17"
    succeed("tag", "predict", out, tagged)
    message = fail(*arguments, "--from", "alexclark", "--force", exit_code=2)
    assert message.startswith("--from needs --clusters")


def test_cut(classes, tmp_path):
    npz = tmp_path / "z.npz"
    rule = "expected a model to cut (model.npz), got"
    message = fail("cut", classes, "-c", 2, exit_code=1)
    assert message == f"{classes}: {rule} text, which has no order of merges"
    succeed("convert", classes, npz, "--from", "alexclark")
    message = fail("cut", npz, "-c", 2, exit_code=1)
    assert message == f"{npz}: {rule} classes without a tree"
    text = tmp_path / "text"
    text.write_text(TEXT)
    succeed("cluster", text, "-c", 4, "-o", tmp_path / "out", "-q")
    succeed("convert", tmp_path / "out", npz, "--force")
    message = fail("cut", npz, "-c", 2, exit_code=1)
    assert message.startswith(f"{npz}: {rule} word clusters, without the losses of")


def test_lenient_lookup(tmp_path):
    path = tmp_path / "mixed"
    path.write_text("00\tcat\t5\n01 dog 4\n1\tthe\t3\n")
    message = fail("lookup", path, "dog", exit_code=1)
    assert message.startswith(
        f"{path}:2: expected bit string TAB word TAB count, as on"
    )
    result = succeed("lookup", path, "dog", "--lenient", "-q")
    assert result.stdout == "01\tdog\t4\tcat the\n"


@pytest.mark.parametrize("command", ["lookup", "features", "tag train"])
def test_format_of_a_file_that_is_not_text(command, classes, tagged, tmp_path):
    npz = tmp_path / "z.npz"
    succeed("convert", classes, npz, "--from", "alexclark")
    arguments = {
        "lookup": ("lookup", npz, "cat"),
        "features": ("features", npz, tagged),
        "tag train": ("tag", "train", tagged, "--clusters", npz, "-o", "o.npz"),
    }[command]
    message = fail(*arguments, "--from", "srilm", exit_code=2)
    assert message.startswith(f"--from must be left out, since {npz} is not text, got")
