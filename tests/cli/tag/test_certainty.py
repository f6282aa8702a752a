"""``brownclust tag predict`` with probabilities or margins."""

import pytest
from commands import fail, succeed
from samples import CONLLU, NER, POS, make_tagger, write

from brownclust.tagger import Tagger


@pytest.fixture(scope="module")
def crf(folder):
    tagger = folder / "crf.npz"
    source = write(folder / "crf.txt", POS)
    succeed("tag", "train", source, "-o", tagger, "--algorithm", "crf", "-q")
    return tagger


def rows_of(text):
    return [line.split("\t") for line in text.splitlines() if line]


def test_probabilities(crf, data):
    result = succeed("tag", "predict", crf, data, "--probabilities")
    rows = rows_of(result.stdout)
    assert [row[:2] for row in rows] == rows_of(POS)
    tagger = Tagger.load(crf)
    words = [["the", "dog", "barks"], ["a", "cat", "sleeps"], ["dogs", "bark"]]
    expected = [
        f"{values[tagger.classes_.index(tag)]:.4f}"
        for of_sentence, tags in zip(
            tagger.predict_marginals(words), tagger.predict(words), strict=True
        )
        for values, tag in zip(of_sentence, tags, strict=True)
    ]
    assert [row[3] for row in rows] == expected
    assert all(0 < float(number) <= 1 for number in expected)
    tokens = succeed(
        "tag", "predict", crf, "--tokens", "--probabilities", stdin="the dog"
    )
    assert [row[0] for row in rows_of(tokens.stdout)] == ["the", "dog"]
    assert {len(row) for row in rows_of(tokens.stdout)} == {3}


def test_margins(pos, data):
    plain = rows_of(succeed("tag", "predict", pos, data).stdout)
    rows = rows_of(succeed("tag", "predict", pos, data, "--margins").stdout)
    assert [row[:3] for row in rows] == plain
    assert all(float(row[3]) > 0 for row in rows)
    replaced = succeed("tag", "predict", pos, data, "--margins", "--replace", 2)
    assert [[row[0], row[2], row[3]] for row in rows] == rows_of(replaced.stdout)


def test_spaces_and_a_column_for_features(ner, names):
    plain = succeed("tag", "predict", ner, names).stdout.splitlines()
    lines = succeed("tag", "predict", ner, names, "--margins").stdout.splitlines()
    assert [line.rpartition(" ")[0] for line in lines] == plain


def test_conllu(upos, conllu):
    result = succeed("tag", "predict", upos, conllu, "--margins")
    for line, before in zip(result.stdout.split("\n"), CONLLU.split("\n"), strict=True):
        if before[:1].isdecimal() and before.split("\t")[0].isdecimal():
            *others, misc = line.split("\t")
            assert others == before.split("\t")[:-1]
            had = before.split("\t")[-1].replace("_", "")
            assert misc.startswith(f"{had}|TagMargin=" if had else "TagMargin=")
        else:
            assert line == before
    again = succeed("tag", "predict", upos, "-", "--margins", stdin=result.stdout)
    assert again.stdout == result.stdout


def test_taggers_that_lack_it(pos, crf, data):
    message = fail("tag", "predict", pos, data, "--probabilities", exit_code=1)
    assert message == (
        "--probabilities needs a tagger of brownclust tag train --algorithm crf, but "
        f"{pos} is a perceptron: it has --margins"
    )
    message = fail("tag", "predict", crf, data, "--margins", exit_code=1)
    assert message.endswith(f"{crf} is a crf: it has --probabilities")
    options = ("--margins", "--probabilities")
    message = fail("tag", "predict", crf, data, *options, exit_code=2)
    assert message.startswith("predict takes --probabilities or --margins, not both")


def test_other_schemes(folder):
    """The predicted tags are those that lead, in the scheme of the data."""
    tagger = make_tagger(
        folder / "spans.npz", NER.replace("NNP ", "").replace("VBD ", "")
    )
    words = "Ann\nLee\nsaw\nRome\n"
    rows = rows_of(succeed("tag", "predict", tagger, "--margins", stdin=words).stdout)
    assert [row[1] for row in rows] == ["B-PER", "I-PER", "O", "B-LOC"]
    assert all(float(row[2]) > 0 for row in rows)
