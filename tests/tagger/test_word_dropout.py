"""Words hidden in training, against features listed by name."""

import numpy as np
import pytest
from synthetic import CLUSTERS, NAMED, SENTENCES, SPANS, TAGS, perceptron, saved

from brownclust._kernels.tagger.perceptron import list_features
from brownclust.tagger import PerceptronTagger
from brownclust.tagger.documents import Text
from brownclust.tagger.encoding import encode_and_learn
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.templates import parse_templates
from brownclust.tagger.training_text import TrainingText

LIST_FEATURES = getattr(list_features, "py_func", list_features)  # not compiled

TEMPLATES = parse_templates(
    """
    word[0]
    lower[-1..1]
    suffix:2[0]
    cluster[-1..1]
    short_shape[1]
    lower[-1] & lower[0]
    suffix:2[0] & normal[1]
    cluster[0] & suffix:2[1]
    """
)


class EveryThird:
    """Numbers for which every third token is hidden, whatever its probability."""

    def random(self, size):
        return np.where(np.arange(size) % 3 == 0, 0.0, 1.0)


@pytest.fixture
def text():
    space = FeatureSpace(TEMPLATES, clusters=CLUSTERS)
    tag_set = TagSet.learn(TAGS)
    rows = space.rows()
    encoded = encode_and_learn(space, Text.of(SENTENCES), rows)
    return space, TrainingText.from_encoded(
        space,
        encoded,
        rows,
        gold=tag_set.encode(TAGS),
        tag_set=tag_set,
        is_known=np.zeros(space.n_features, bool),
        word_dropout=0.5,
    )


def names_of(space, text, position):
    found = np.empty(text.n_features, np.int32)
    names = space.names()
    n_found = LIST_FEATURES(text.table, position, found)
    return [names[number] for number in found[:n_found]]


def test_a_hidden_word_has_no_features_of_its_own(text):
    space, shown = text
    hidden = shown.of_epoch(EveryThird())
    number = 0  # of the token
    for start, end in shown.table.bounds.tolist():
        is_hidden = [(number + t) % 3 == 0 for t in range(end - start)]
        number += end - start
        for t in range(end - start):
            expected = [
                name
                for name in names_of(space, shown, start + t)
                if not any(
                    f"{attribute}[{offset}]" in name
                    for attribute in ("word", "lower", "normal")
                    for offset in (-1, 0, 1)
                    if 0 <= t + offset < len(is_hidden) and is_hidden[t + offset]
                )
            ]
            assert names_of(space, hidden, start + t) == expected


def test_rare_words_are_hidden_more_often(text):
    _, shown = text
    random = np.random.default_rng(0)
    base, n_rows = shown.table.types[0], int(shown.table.types[0].max()) + 1
    n_hidden = np.zeros(n_rows)
    for _ in range(300):
        is_hidden = shown.of_epoch(random).table.types[0] != base
        n_hidden += np.bincount(base[is_hidden], minlength=n_rows)
    positions = np.concatenate([np.arange(*b) for b in shown.table.bounds.tolist()])
    counts = np.bincount(base[positions], minlength=n_rows)
    for row in np.flatnonzero(counts):
        found = n_hidden[row] / 300 / counts[row]
        assert found == pytest.approx(0.5 / (0.5 + counts[row]), abs=0.05)


def test_none_is_none(tmp_path):
    one = perceptron().fit(SENTENCES, TAGS)
    other = perceptron(word_dropout=0).fit(SENTENCES, TAGS)
    assert saved(one, tmp_path / "a") != b""
    assert one.weights_.values.tolist() == other.weights_.values.tolist()


@pytest.mark.parametrize("hash_size", [None, 100])
def test_the_same_after_an_interruption(tmp_path, hash_size):
    options = {"word_dropout": 1.5, "n_epochs": 4, "hash_size": hash_size}
    whole = saved(perceptron(**options).fit(NAMED, SPANS), tmp_path / "whole")
    assert saved(perceptron(**options).fit(NAMED, SPANS), tmp_path / "b") == whole
    path = tmp_path / "checkpoint"

    def stop(epoch):
        if epoch.number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perceptron(**options).fit(NAMED, SPANS, checkpoint=path, on_epoch=stop)
    loaded = PerceptronTagger.load(path)
    resumed = perceptron(**options).fit(NAMED, SPANS, warm_start=loaded)
    assert saved(resumed, tmp_path / "resumed") == whole
    without = perceptron(**{**options, "word_dropout": 0.0}).fit(NAMED, SPANS)
    assert saved(without, tmp_path / "without") != whole
