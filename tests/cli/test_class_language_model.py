"""A class n-gram model, trained by another program on what ``map`` writes."""

from itertools import chain, pairwise
from math import inf, log2

import pytest
from commands import succeed

lm = pytest.importorskip("nltk.lm")
preprocessing = pytest.importorskip("nltk.lm.preprocessing")

ANIMALS, VERBS = ("dog", "cat", "puppy", "kitten"), ("sees", "hears", "likes")
UNSEEN = [("kitten", "hears"), ("puppy", "likes")]
TRAIN = [
    f"the {animal} {verb} a {other}"
    for verb in VERBS
    for animal in ANIMALS
    for other in ANIMALS
    if (animal, verb) not in UNSEEN
]
TEST = [f"the {animal} {verb} a dog" for animal, verb in UNSEEN]


def trained_on(lines):
    model = lm.MLE(2)
    sentences = [line.split() for line in lines]
    model.fit(*preprocessing.padded_everygram_pipeline(2, sentences))
    return model


def log_score(model, line):
    padded = preprocessing.pad_both_ends(line.split(), n=2)
    return sum(model.logscore(word, [before]) for before, word in pairwise(padded))


@pytest.fixture
def mapped(tmp_path):
    """Training and test text as classes, and log2 p(word | class) of each word."""
    (tmp_path / "train").write_text("\n".join(TRAIN) + "\n")
    (tmp_path / "test").write_text("\n".join(TEST) + "\n")
    out = tmp_path / "out"
    succeed("cluster", tmp_path / "train", "-c", 4, "--boundary", "mark", "-o", out)
    texts = [
        succeed("map", out, tmp_path / name, "--as", "srilm").stdout.splitlines()
        for name in ("train", "test")
    ]
    succeed("convert", out, tmp_path / "classes", "--to", "srilm")
    rows = [line.split() for line in (tmp_path / "classes").read_text().splitlines()]
    return *texts, {word: (name, float(p)) for name, p, word in rows}


def test_classes_predict_pairs_of_words_that_were_never_seen(mapped):
    train, test, classes = mapped
    of_classes, of_words = trained_on(train), trained_on(TRAIN)
    for words, line in zip(TEST, test, strict=True):
        assert line.split() == [classes[word][0] for word in words.split()]
        of_members = sum(log2(classes[word][1]) for word in words.split())
        assert log_score(of_words, words) == -inf
        assert -15 < log_score(of_classes, line) + of_members < 0


def test_the_model_knows_no_other_tokens(mapped):
    train, test, classes = mapped
    names = {name for name, _ in classes.values()}
    assert names == set(chain.from_iterable(map(str.split, train + test)))
    model = trained_on(train)
    assert set(model.vocab) == names | {"<s>", "</s>", "<UNK>"}


def test_probabilities_of_the_words_of_a_class_sum_to_one(mapped):
    _, _, classes = mapped
    totals = {}
    for name, p in classes.values():
        totals[name] = totals.get(name, 0) + p
    assert list(totals.values()) == pytest.approx([1.0] * len(totals))
