"""Odd tags, tags without letters or types, and schemes, in ``brownclust tag``."""

import json

import pytest
from commands import fail, succeed
from samples import make_tagger, write

from brownclust.tagger import Tagger, read_tagged
from brownclust.text.column_format import ColumnFormat

SPANS = "Jo\tB-PER\nPi\tI-PER\nran\tO\nBern\tB-LOC\n\nBern\tB-LOC\nis\tO\nold\tO\n"
HINT = "(--lenient reads it as O)"
TRAIN_HINT = "(--lenient reads it as O; --scheme none takes all tags as they are)"

ODD = [  # the first odd line, and how it reads
    (SPANS.replace("ran\tO", "ran\to"), 3, "'o'"),
    ("token\tlabel\n" + SPANS, 1, "'label'"),
    (SPANS.replace("I-PER", "i-PER"), 2, "'i-PER'"),
    (SPANS.replace("\tO", "\to"), 3, "'o'"),
    (SPANS.replace("Bern\tB-LOC\nis", "Bern\tLOC\nis"), 6, "'LOC'"),
]


@pytest.fixture(scope="module")
def spans(tmp_path_factory):
    return make_tagger(tmp_path_factory.mktemp("spans") / "spans.npz", SPANS)


@pytest.mark.parametrize(("text", "line", "tag"), ODD)
def test_odd_tags_are_errors(spans, tmp_path, text, line, tag):
    # Named as a header, the first line would be one.
    data = write(tmp_path / "data.tsv", text)
    options = ("--format", "columns")
    out = tmp_path / "out.npz"
    message = fail("tag", "train", data, "-o", out, *options, exit_code=1)
    assert message.startswith(f"{data}:{line}: expected a tag such as O, B-PER or ")
    assert message.endswith(f", got {tag} {TRAIN_HINT}")
    assert not out.exists()
    good = write(tmp_path / "good.tsv", SPANS)
    arguments = ("tag", "train", good, "--dev", data, "-o", out, "-q", *options)
    assert f"{data}:{line}: expected a" in fail(*arguments, exit_code=1)
    message = fail("tag", "evaluate", spans, data, *options, exit_code=1)
    assert message.startswith(f"{data}:{line}: expected a tag such as O, B-PER or ")
    assert message.endswith(f", got {tag} {HINT}")


@pytest.mark.parametrize(("text", "line", "tag"), ODD)
def test_lenient_reads_odd_tags_as_outside(spans, tmp_path, text, line, tag):
    data = write(tmp_path / "data.tsv", text)
    repaired = text.split("\n")
    repaired[line - 1] = repaired[line - 1].split("\t")[0] + "\tO"
    options = ("--lenient", "--format", "columns")
    out = tmp_path / "out.npz"
    result = succeed("tag", "train", data, "-o", out, "--epochs", 2, *options)
    assert f"Warning: {data}: " in result.stderr
    assert f" read as O: {tag}" in result.stderr
    assert Tagger.load(out).tag_set_.scheme == "bilou"
    result = succeed("tag", "evaluate", spans, data, *options)
    assert f" read as O: {tag}" in result.stderr
    assert "not in the training data" not in result.stderr
    assert "\nF1 " in result.stdout


def test_odd_tags_of_several_files(tmp_path):
    """What tags look like is seen from all files together."""
    good = write(tmp_path / "good.tsv", SPANS)
    odd = write(tmp_path / "odd.tsv", "He\to\nran\to\n")
    message = fail("tag", "train", good, odd, "-o", tmp_path / "out", exit_code=1)
    assert message.startswith(f"{odd}:1: expected a tag such as O, B-PER or I-PER")


def test_without_a_scheme_all_tags_are_taken(tmp_path):
    data = write(tmp_path / "data.tsv", ODD[0][0])
    out = tmp_path / "out.npz"
    options = ("--epochs", 2, "--scheme", "none", "--dev", data)
    succeed("tag", "train", data, "-o", out, *options)
    assert "o" in Tagger.load(out).classes_
    found = succeed("tag", "evaluate", out, data)
    assert "\nF1 " not in found.stdout
    assert found.stderr == ""


def test_lenient_is_no_advice_where_no_tags_would_be_left(tmp_path):
    text = SPANS.replace("-", "–")  # noqa: RUF001
    data = write(tmp_path / "data.tsv", text)
    out = tmp_path / "out.npz"
    way = "(--scheme none takes all tags as they are)"
    for options in ((), ("--lenient",)):
        message = fail("tag", "train", data, "-o", out, *options, exit_code=1)
        assert message.startswith(f"{data}:1: expected a tag such as O, B-PER or I-PER")
        assert message.endswith(way)


@pytest.mark.parametrize("pos", [False, True])
def test_empty_tags(spans, tmp_path, pos):
    text = SPANS.replace("ran\tO", "ran\t")
    if pos:
        for old, new in {"B-PER": "N", "I-PER": "N", "B-LOC": "N", "O": "V"}.items():
            text = text.replace(f"\t{old}", f"\t{new}")
    data = write(tmp_path / "data.tsv", text)
    out = tmp_path / "out.npz"
    message = fail("tag", "train", data, "-o", out, exit_code=1)
    assert message.startswith(f"{data}:3: expected a tag, got '' (--lenient ")
    result = succeed("tag", "train", data, "-o", out, "--epochs", 1, "--lenient")
    found = "1 sentence with an empty tag left out" if pos else "read as O: '' (1)"
    assert found in result.stderr
    if not pos:
        message = fail("tag", "evaluate", spans, data, exit_code=1)
        assert message.startswith(f"{data}:3: expected a tag, got ''")


def test_empty_tags_in_every_sentence(tmp_path):
    data = write(tmp_path / "data.tsv", "a\t\nb\tX\n\nc\tX\nd\t\n")
    arguments = ("tag", "train", data, "-o", tmp_path / "out", "--lenient")
    message = fail(*arguments, exit_code=1)
    assert message == f"{data}: expected sentences without empty tags, got none"


def test_names_of_columns_are_not_a_string(tmp_path):
    data = write(tmp_path / "data.tsv", SPANS)
    with pytest.raises(TypeError, match=r"^names must be distinct names of col"):
        read_tagged(data, names="word,tag")
    with pytest.raises(
        ValueError, match=r":1: expected at least 3 columns, got 'Jo\\t"
    ):
        read_tagged(data, names=("word", "pos", "tag"))
    assert read_tagged(data, names=("word", "tag", "x"), tag="tag") == read_tagged(data)


def test_read_tagged(tmp_path):
    data = write(tmp_path / "data.tsv", SPANS.replace("ran\tO", "ran\t"))
    with pytest.raises(ValueError, match=r"data\.tsv:3: expected a tag, got ''$"):
        read_tagged(data)
    lenient = ColumnFormat(lenient=True)
    with pytest.warns(UserWarning, match=r"data\.tsv: 1 tag read as O: '' \(1\)$"):
        _, tags = read_tagged(data, column_format=lenient)
    assert tags[0] == ["B-PER", "I-PER", "O", "B-LOC"]
    write(data, "b\tN\nc\tV\n\na\t\n")
    with pytest.warns(UserWarning, match=r"1 sentence with an empty tag left out$"):
        sentences, tags = read_tagged(data, column_format=lenient)
    assert (sentences, tags) == ([["b", "c"]], [["N", "V"]])


def in_other_tags(**others):
    text = SPANS
    for old, new in others.items():
        text = text.replace(f"\t{old.replace('_', '-')}", f"\t{new}")
    return text


LETTERS = in_other_tags(B_PER="B", I_PER="I", B_LOC="B")
TYPES = in_other_tags(B_PER="PER", I_PER="PER", B_LOC="LOC")
IOBES = in_other_tags(I_PER="E-PER", B_LOC="S-LOC")
BMES = IOBES + "\nA\tB-LOC\nB\tM-LOC\nC\tE-LOC\n"


@pytest.mark.parametrize("text", [LETTERS, TYPES, IOBES, BMES])
def test_tags_of_all_kinds_have_f1(tmp_path, text):
    tagger = tmp_path / "tagger.npz"
    data = write(tmp_path / "data.tsv", text)
    result = succeed("tag", "train", data, "-o", tagger, "--dev", data)
    note = "tags are types without B- and I-: spans are runs of equal tags"
    assert (note in result.stderr) == (text == TYPES)
    result = succeed("tag", "evaluate", tagger, data)
    assert "\nF1 " in result.stdout
    assert (note in result.stdout) == (text == TYPES)
    assert result.stderr == ""
    found = json.loads(succeed("tag", "evaluate", tagger, data, "--json").stdout)
    assert found["accuracy"] == found["f1"] == 1
    predicted = succeed("tag", "predict", tagger, data).stdout.splitlines()
    rows = [line.split("\t") for line in predicted if line]
    assert [row[1] for row in rows] == [row[2] for row in rows]


@pytest.mark.parametrize("text", [TYPES, IOBES])
def test_accuracy_across_schemes(spans, tmp_path, text):
    other = make_tagger(tmp_path / "other.npz", text)
    data = write(tmp_path / "data.tsv", text)
    arguments = ("tag", "evaluate", spans, data, "--against", other)
    result = succeed(*arguments)
    assert result.stderr == ""
    scheme = "types" if text == TYPES else "iobes"
    note = f"converted from scheme iob2 to {scheme}, that of the gold tags"
    assert f"\npredicted tags {note}\n" in result.stdout
    assert f"\ntags of the first tagger {note}\n" in result.stdout
    assert "tags of the second tagger" not in result.stdout
    found = json.loads(succeed(*arguments, "--json").stdout)
    assert found["accuracy"] == found["accuracy_known"] == found["f1"] == 1
    assert found["against"]["accuracy"]["first"] == 1
    assert found["against"]["accuracy"]["second"] == 1


def test_all_tags_are_equal(tmp_path):
    data = write(tmp_path / "data.tsv", "a\tX\nb\tX\n")
    result = succeed("tag", "train", data, "-o", tmp_path / "out", "--epochs", 1)
    assert "Warning: all tags are X (see --tag)\n" in result.stderr


def test_reading_options(spans, tmp_path):
    text = SPANS.replace("Bern", "Bürn").replace("\nran", "\n%% no token\nran")
    data = write(tmp_path / "data.tsv", text.encode("latin-1"))
    message = fail("tag", "evaluate", spans, data, exit_code=1)
    assert message.startswith(f"{data}:5: expected UTF-8, got byte 0xfc")
    options = ("--encoding", "latin-1", "--comment", "%%")
    tagger = tmp_path / "tagger.npz"
    succeed("tag", "train", data, "-o", tagger, *options)
    assert "Bürn" in Tagger.load(tagger).known_words_
    found = succeed("tag", "evaluate", tagger, data, *options).stdout
    assert found.startswith("2 sentences, 7 tokens, 0 of words not seen in training\n")
    predicted = succeed("tag", "predict", tagger, data, *options).stdout
    assert "\nBürn\tB-LOC\tB-LOC\n" in predicted  # in UTF-8


@pytest.mark.parametrize("text", ["Jo ran home .\nShe ran .\n", "Jo/N ran/V far/A\n"])
def test_running_text_is_not_tagged_as_columns(spans, tmp_path, text):
    data = write(tmp_path / "data.txt", text)
    message = fail("tag", "predict", spans, data, exit_code=1)
    assert message.startswith(f"{data}:1: expected ")
    assert "use --tokens" in message


@pytest.mark.parametrize(
    ("text", "line", "tag"), [(TYPES, 1, "PER"), (LETTERS, 1, "B"), (SPANS, 0, "")]
)
def test_tags_that_another_tagger_lacks(spans, tmp_path, text, line, tag):
    data = write(tmp_path / "data.tsv", text)
    arguments = ("tag", "train", data, "--warm-start", spans, "-o", tmp_path / "out")
    if not line:
        succeed(*arguments, "--epochs", 1)
        return
    message = fail(*arguments, "-q", exit_code=1)
    assert message.startswith(f"{data}:{line}: expected a tag of --warm-start: O, B-")
    assert message.endswith(f", got '{tag}'")
