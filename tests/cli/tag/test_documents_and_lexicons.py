"""Documents and lists of names in ``tag train``, ``predict`` and ``evaluate``."""

import pytest
from commands import fail, succeed
from samples import write

from brownclust.tagger import Tagger, read_tagged_documents
from brownclust.tagger.first_pass import N_FOLDS

STORY = "Mr O\nLee B-PER\nleft O\n\nLee B-PER\nwon O\n\n"
OTHER = STORY.replace("Mr", "in").replace("PER", "LOC")
MARK = "-DOCSTART- O\n\n"
MARKED = f"{MARK}{STORY}{MARK}{OTHER}" * 3
UNMARKED = MARKED.replace(MARK, "")
OPTIONS = ("--preset", "ner", "--epochs", 3)


def untagged(text):
    return "".join(f"{line.partition(' ')[0]}\n" for line in text.splitlines())


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    data, path = write(folder / "a.conll", MARKED), folder / "ner.npz"
    result = succeed("tag", "train", data, *OPTIONS, "--dev", data, "-o", path)
    lines = result.stderr.splitlines()
    assert lines[:3] == [
        "12 sentences, 30 tokens",
        "6 documents",
        f"Training {N_FOLDS + 1} first taggers, whose tags become features …",
    ]
    assert " dev " in lines[3]
    return path


def train(tmp_path, text, *options):
    data, path = write(tmp_path / "a.conll", text), tmp_path / "ner.npz"
    result = succeed("tag", "train", data, *OPTIONS, *options, "-o", path)
    return Tagger.load(path), result.stderr


def test_without_marks_the_preset_has_no_features_of_documents(tmp_path):
    tagger, printed = train(tmp_path, UNMARKED)
    assert not tagger.uses_documents
    assert "document" not in printed


def test_documents_of_some_sentences(tmp_path, tagger):
    options = ("--document-sentences", 2, "--dev", tmp_path / "a.conll")
    same, printed = train(tmp_path, UNMARKED, *options)
    assert "\n6 documents\n" in printed
    assert (tmp_path / "ner.npz").read_bytes() == tagger.read_bytes()
    assert same.uses_documents


def test_own_templates_take_files_for_documents(tmp_path):
    templates = write(tmp_path / "my.templates", "lower[0]\nelsewhere.lower[-1]\n")
    data = write(tmp_path / "a.conll", UNMARKED)
    arguments = (data, data, "--templates", templates, "--epochs", 1)
    result = succeed("tag", "train", *arguments, "-o", tmp_path / "ner.npz")
    assert "\n2 documents\n" in result.stderr
    assert "first taggers" not in result.stderr


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_predicted_tags_do_not_depend_on_the_batch(tagger, tmp_path, batch):
    data = write(tmp_path / "a.conll", MARKED)
    options = ("--batch", batch)
    result = succeed("tag", "predict", tagger, data, *options)
    words = "".join(f"{line}\n" for line in result.stdout.splitlines())
    assert words == "".join(
        f"{line} {line.split()[1]}\n" if line and line[0] != "-" else f"{line}\n"
        for line in MARKED.splitlines()
    )


@pytest.mark.parametrize("options", [(), ("--batch", 1), ("--margins",)])
def test_predict_documents_of_some_sentences(tagger, tmp_path, options):
    data = write(tmp_path / "words", untagged(UNMARKED))
    arguments = (tagger, data, "--document-sentences", 2, *options)
    tags = [
        line.split("\t")[1:2]
        for line in succeed("tag", "predict", *arguments).stdout.splitlines()
    ]
    assert [*filter(None, tags)] == [
        [line.split()[1]] for line in UNMARKED.splitlines() if line
    ]
    text = untagged(UNMARKED).replace("\n\n", "|").replace("\n", " ").replace("|", "\n")
    write(tmp_path / "lines", text)
    arguments = (tagger, tmp_path / "lines", "--tokens", "--document-sentences", 2)
    lines = succeed("tag", "predict", *arguments, *options).stdout.splitlines()
    assert [line.split("\t")[1] for line in lines if line] == [
        *(one for [one] in filter(None, tags))
    ]


def test_evaluate(tagger, tmp_path):
    data = write(tmp_path / "a.conll", MARKED)
    against = ("--against", tagger, "--samples", 10)
    printed = succeed("tag", "evaluate", tagger, data, *against).stdout
    assert "\nF1        100.00  100.00       +0.00  1\n" in printed
    other = write(tmp_path / "b.conll", UNMARKED)
    options = ("--document-sentences", 2, "--samples", 10)
    assert succeed("tag", "evaluate", tagger, other, *options).stdout == (
        succeed("tag", "evaluate", tagger, data, "--samples", 10).stdout
    )


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        (MARKED[: len(MARKED) // 3], [0, 0, 1, 1]),
        (UNMARKED[: len(UNMARKED) // 3], [0, 0, 0, 0]),
        ("-DOCSTART- O\na O\n\nb O\n\n-DOCSTART- O\nc O\n", [0, 0, 1]),
        ("#begin document (x); part 000\na X\n\nb X\n#end document\n", [0, 0]),
        ("a X\n\n-DOCSTART- X\n\n-DOCSTART- X\n\nb X\n", [0, 1]),
        (
            "# newdoc id = 1\n# sent_id = 1\n1\ta"
            + 8 * "\t_"
            + "\n\n# sent_id = 2\n1\tb"
            + 8 * "\t_"
            + "\n\n# newdoc\n1\tc"
            + 8 * "\t_"
            + "\n\n",
            [0, 0, 1],
        ),
    ],
)
def test_marks_of_documents(tmp_path, text, documents):
    path = write(tmp_path / "text", text)
    sentences, _, found = read_tagged_documents(path)
    assert found == documents
    assert len(sentences) == len(documents)


def test_lexicons(tmp_path):
    city = write(tmp_path / "city.txt", "Lee\nNew York\n")
    name = write(tmp_path / "names.tsv", "Lee\tperson\n")
    options = ("--lexicon", city, "--lexicon", name)
    tagger, _ = train(tmp_path, UNMARKED, *options)
    assert {"lexicon[0]=U-city|person"} <= {*tagger.space_.names()}
    [lexicon] = tagger.lexicons
    assert lexicon.phrases == ["Lee", "New York", "Lee"]


def test_wrong_lexicons(tmp_path):
    data = write(tmp_path / "a.conll", UNMARKED)
    bad = write(tmp_path / "bad.txt", "a\tb\tc\n")
    out = ("-o", tmp_path / "ner.npz")
    message = fail("tag", "train", data, "--lexicon", bad, *out, exit_code=1)
    assert message.startswith(f"{bad}:1: expected a phrase, or a phrase, a tab and its")
    templates = write(tmp_path / "my.templates", "lower[0]\n")
    options = ("--lexicon", bad, "--templates", templates)
    message = fail("tag", "train", data, *options, *out, exit_code=1)
    assert message == "--lexicon needs a template such as lexicon[0]"
    missing = ("--lexicon", tmp_path / "none")
    assert "none" in fail("tag", "train", data, *missing, *out, exit_code=2)


@pytest.mark.parametrize("command", ["train", "predict", "evaluate"])
def test_wrong_numbers_of_sentences(tmp_path, command):
    data = write(tmp_path / "a.conll", UNMARKED)
    arguments = [data] * (2 if command == "evaluate" else 1)
    options = ("--document-sentences", 0)
    message = fail("tag", command, *arguments, *options, exit_code=2)
    assert "--document-sentences must be an integer of at least 1, got '0'" in message
