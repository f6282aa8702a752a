"""The strongest features and transitions of taggers."""

import json
import re

import pytest
from crfsuite_itself import crfsuite_of
from synthetic import CLUSTERS, PLAIN, SENTENCES, TAGS, perceptron, sentences_of_names

from brownclust._validation import NotFittedError
from brownclust.tagger import CRFTagger, describe
from brownclust.tagger.crf_model import read_model


def test_strongest_features_of_each_tag():
    tagger = perceptron().fit(SENTENCES, TAGS)
    found = describe(tagger, 10**6)
    listed = [
        (one.name, tag, one.weight)
        for tag, features in found.features.items()
        for one in features
    ]
    everything = tagger.strongest_features(10**6)
    assert sorted(listed) == sorted(everything)
    for features in found.features.values():
        sizes = [abs(one.weight) for one in features]
        assert sizes == sorted(sizes, reverse=True)
    assert found.n_weights == len(everything)
    assert found.n_features == len({name for name, _, _ in everything})
    short = describe(tagger, 2)
    assert {tag: features[:2] for tag, features in found.features.items()} == (
        short.features
    )
    assert short.transitions == found.transitions[:2]
    assert json.loads(json.dumps(short.to_dict()))["algorithm"] == "perceptron"


def test_transitions():
    tagger = perceptron().fit(SENTENCES, TAGS)
    found = {
        (one.before, one.tag): one.weight for one in describe(tagger, 99).transitions
    }
    names = tagger.tag_set_.names
    for i, before in enumerate((*names, None)):
        for j, tag in enumerate(names):
            assert found.get((before, tag), 0) == tagger.weights_.transitions[i, j]


def test_one_tag_or_type():
    sentences, spans = sentences_of_names(30)
    tagger = perceptron().fit(sentences, spans)
    found = describe(tagger, 50, "PER")
    assert found.scheme == "bilou"
    assert {*found.features} == {"B-PER", "I-PER", "L-PER", "U-PER"}
    assert all("PER" in f"{one.before} {one.tag}" for one in found.transitions)
    allowed = {("B-PER", "L-PER"), ("B-PER", "I-PER"), ("I-PER", "L-PER")}
    inside = {(one.before, one.tag) for one in found.transitions if one.tag[0] in "IL"}
    assert inside <= allowed | {("I-PER", "I-PER")}
    assert {*describe(tagger, 3, "U-ORG").features} == {"U-ORG"}
    rule = "tag must be one of O, .*U-PER.*, ORG, PER, got 'LOC'"
    with pytest.raises(ValueError, match=f"^{rule}$"):
        describe(tagger, 3, "LOC")
    with pytest.raises(ValueError, match=r"^n must be at least 1, got 0$"):
        describe(tagger, 0)
    with pytest.raises(NotFittedError):
        describe(perceptron())


def test_words_of_clusters():
    templates = ["cluster:2[0]", "cluster[-1] & lower[0]", "cluster:9[0]"]
    tagger = perceptron(templates, clusters=CLUSTERS).fit(SENTENCES, TAGS)
    seen = set()
    for features in describe(tagger, 99).features.values():
        for one in features:
            terms = re.findall(r"(cluster(:\d+)?\[-?\d+\]=([01]+)(\$?))", one.name)
            assert {*one.words} == {term for term, *_ in terms}
            for term, length, prefix, mark in terms:
                seen.add((length, mark))
                words = CLUSTERS.members(prefix)[:5]
                assert one.words[term] == words != []
                assert f"{term} ({' '.join(words)})" in str(one)
    assert {(":2", ""), (":9", "$"), ("", "")} <= seen


def test_crf():
    """Weights are those of CRFsuite's model."""
    tagger = CRFTagger(PLAIN, options={"max_iterations": 5}).fit(SENTENCES, TAGS)
    labels = list(map(str, range(len(tagger.classes_))))
    model = read_model(tagger._model, labels)
    theirs = {
        (model.attributes[source], tagger.classes_[int(model.labels[label])]): weight
        for kind, source, label, weight in model.features.tolist()
        if kind == 0
    }
    found = describe(tagger, 10**6)
    ours = {
        (one.name, tag): one.weight
        for tag, features in found.features.items()
        for one in features
    }
    assert ours == pytest.approx(theirs, rel=1e-6)
    assert found.algorithm == "crf"
    info = crfsuite_of(tagger).info()
    theirs = {
        (tagger.classes_[int(a)], tagger.classes_[int(b)]): weight
        for (a, b), weight in info.transitions.items()
    }
    ours = {(one.before, one.tag): one.weight for one in found.transitions}
    assert ours == pytest.approx(theirs, abs=1e-5)


def test_hashed_features():
    tagger = perceptron(hash_size=32).fit(SENTENCES, TAGS)
    found = describe(tagger, 3)
    names = {one.name for features in found.features.values() for one in features}
    assert all(re.fullmatch(r"#\d+", name) for name in names)


def test_report():
    tagger = perceptron(["word[0]"], n_epochs=1).fit([["a", "b\x1b["]], [["P", "Q"]])
    lines = describe(tagger).report().split("\n")
    assert lines[0] == "perceptron, 2 tags, 4 weights of 2 features"
    assert "P" in lines
    assert any(line.endswith("  word[0]=a") for line in lines)
    assert "transitions" in lines
    assert any(line.endswith("  (start) → P") for line in lines)
    assert "\x1b" not in "".join(lines)
