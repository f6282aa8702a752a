"""Probabilities and margins of tags, against brute force over all sequences."""

import pickle
from itertools import chain, product

import numpy as np
import pytest
from crfsuite_itself import crfsuite_of, strings_of
from hypothesis import given
from hypothesis import strategies as st
from synthetic import PLAIN, SENTENCES, TAGS, perceptron

from brownclust._kernels.tagger.marginals import fill_class_values
from brownclust.tagger import CRFTagger, Tagger
from brownclust.tagger.decoder import margins_of
from brownclust.tagger.schemes import SCHEMES
from brownclust.tagger.spans import convert
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.weights import FORBIDDEN

SPANS = ["B-X", "I-X", "B-X", "O", "B-Y", "B-Y"]


def score_of(sequence, scores, transitions, ends):
    """The score of a sequence of tags."""
    before = [len(ends), *sequence]
    steps = sum(transitions[i, j] for i, j in zip(before, sequence, strict=False))
    return steps + sum(scores[np.arange(len(sequence)), sequence]) + ends[sequence[-1]]


def by_brute_force(scores, transitions, ends, class_of, n_classes, is_sum):
    """What each class of each token scores; `class_of` converts a sequence."""
    n_tokens, n_tags = scores.shape
    sequences = list(product(range(n_tags), repeat=n_tokens))
    values = np.array(
        [score_of(list(s), scores, transitions, ends) for s in sequences], float
    )
    found = np.full((n_tokens, n_classes), 0.0 if is_sum else -np.inf)
    for sequence, value in zip(sequences, values - values.max(), strict=True):
        for t, number in enumerate(class_of(sequence)):
            if is_sum:
                found[t, number] += np.exp(value)
            else:
                found[t, number] = max(found[t, number], value)
    return found / found.sum(axis=1, keepdims=True) if is_sum else found


def by_kernel(all_scores, transitions, ends, classes, looks_ahead, n_classes, is_sum):
    sizes = np.array([len(scores) for scores in all_scores], np.int64)
    n_tags = ends.size
    longest = int(sizes.max())
    found = np.full((int(sizes.sum()), n_classes), 0.0 if is_sum else -np.inf)
    fill_class_values(
        sizes,
        np.concatenate(all_scores),
        transitions,
        ends,
        classes,
        looks_ahead,
        is_sum,
        np.empty(n_tags),
        np.empty((longest, n_tags)),
        np.empty((longest, n_tags)),
        found,
    )
    return np.split(found, np.cumsum(sizes)[:-1])


@pytest.mark.parametrize("is_sum", [False, True])
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=3),
    st.integers(1, 3),
    st.integers(0, 2**32 - 1),
)
def test_tags_as_they_are(is_sum, sizes, n_tags, seed):
    random = np.random.default_rng(seed)

    def weights(*shape):
        return random.integers(-9, 10, shape).astype(np.float32) / 4

    all_scores = [weights(size, n_tags) for size in sizes]
    transitions, ends = weights(n_tags + 1, n_tags), weights(n_tags)
    classes = np.arange(n_tags, dtype=np.int32)[None, :]
    found = by_kernel(all_scores, transitions, ends, classes, False, n_tags, is_sum)
    for scores, of_sentence in zip(all_scores, found, strict=True):
        if len(scores):
            expected = by_brute_force(
                scores, transitions, ends, lambda s: s, n_tags, is_sum
            )
            assert of_sentence == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("is_sum", [False, True])
@pytest.mark.parametrize(
    ("inner", "given_scheme"),
    [
        ("bilou", "bilou"),
        ("bilou", "iob2"),
        ("bilou", "iob1"),
        ("bilou", "ioe1"),
        ("iob2", "iob1"),
        ("ioe2", "ioe1"),
    ],
)
def test_tags_of_another_scheme(inner, given_scheme, is_sum):
    """Of the sequences that the tagger's scheme allows, in the scheme of the data."""
    tag_set = TagSet.learn([convert(SPANS, given_scheme), ["O"]], inner)
    random = np.random.default_rng(3)
    n_tags, n_classes = len(tag_set), len(tag_set.outputs)
    penalties, of_ends = tag_set.penalties()
    transitions = (random.normal(size=penalties.shape) + penalties).astype(np.float32)
    ends = of_ends.astype(np.float32)
    number = {tag: i for i, tag in enumerate(tag_set.outputs)}

    def class_of(sequence):
        sizes = np.array([len(sequence)])
        [tags] = tag_set.decode(np.array(sequence, np.int32), sizes)
        return [number[tag] for tag in tags]

    classes = tag_set.classes()
    assert (len(classes) == 1) == (inner == given_scheme)
    for n_tokens in (1, 2, 3):
        scores = random.normal(size=(n_tokens, n_tags)).astype(np.float32)
        [found] = by_kernel(
            [scores],
            transitions,
            ends,
            classes,
            tag_set.looks_ahead,
            n_classes,
            is_sum,
        )
        expected = by_brute_force(
            scores, transitions, ends, class_of, n_classes, is_sum
        )
        is_allowed = expected > FORBIDDEN // 2
        assert ((found > FORBIDDEN // 2) == is_allowed).all()
        assert found[is_allowed] == pytest.approx(expected[is_allowed], abs=1e-5)


def test_very_different_scores():
    scores = np.array([[0, -900], [900, 0]], np.float32)
    transitions, ends = np.zeros((3, 2), np.float32), np.zeros(2, np.float32)
    classes = np.arange(2, dtype=np.int32)[None, :]
    arguments = ([scores], transitions, ends, classes, False, 2)
    assert by_kernel(*arguments, True)[0].tolist() == [[1, 0], [1, 0]]
    assert by_kernel(*arguments, False)[0].tolist() == [[0, -900], [0, -900]]


def test_margins_of():
    lowest = float(FORBIDDEN)
    scores = np.array(
        [[0.0, -2, -5], [-1, 0, lowest], [0, lowest, 2 * lowest], [0, 0, -1]]
    )
    assert margins_of(scores).tolist() == [
        [2, -2, -5],
        [-1, 1, -np.inf],
        [np.inf, -np.inf, -np.inf],
        [0, 0, -1],
    ]
    assert margins_of(np.zeros((2, 1))).tolist() == [[np.inf], [np.inf]]
    assert margins_of(np.zeros((0, 3))).shape == (0, 3)


# --- Taggers --------------------------------------------------------------------


def predicted(tagger, found):
    return [[tagger.classes_[i] for i in of_one.argmax(axis=1)] for of_one in found]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_tag_with_a_positive_margin_is_the_predicted_one(scheme):
    from synthetic import sentences_of_names

    sentences, spans = sentences_of_names(30)
    tagger = perceptron(n_epochs=2)
    tagger.fit(sentences, [convert(of_one, scheme) for of_one in spans])
    others = [*sentences_of_names(20, seed=1)[0], []]
    found = tagger.margins(others)
    assert [one.shape for one in found] == [
        (len(one), len(tagger.classes_)) for one in others
    ]
    assert predicted(tagger, found) == tagger.predict(others)
    positive = np.concatenate([(one > 0).sum(axis=1) for one in found])
    assert (positive <= 1).all()
    assert tagger.margins([]) == []


@pytest.mark.parametrize("hash_size", [None, 64])
def test_marginals_are_those_of_crfsuite(hash_size, path):
    tagger = CRFTagger(PLAIN, options={"max_iterations": 5}, hash_size=hash_size).fit(
        SENTENCES, TAGS
    )
    found = tagger.predict_marginals([*SENTENCES[:20], [], ["new"]])
    assert found[20].shape == (0, len(tagger.classes_))
    # CRFsuite has tags as numbers, and features as strings.
    crfsuite = crfsuite_of(tagger)
    tags = tagger.predict(SENTENCES[:20])
    for features, of_sentence in zip(
        strings_of(tagger, SENTENCES[:20]), found, strict=False
    ):
        crfsuite.set(features)
        theirs = [
            [crfsuite.marginal(str(i), t) for i in range(len(tagger.classes_))]
            for t in range(len(features))
        ]
        assert of_sentence == pytest.approx(np.array(theirs), abs=1e-5)
        assert of_sentence.sum(axis=1) == pytest.approx(1)
    agree = [
        a == b
        for a, b in zip(chain(*tags), chain(*predicted(tagger, found)), strict=False)
    ]
    assert np.mean(agree) > 0.9
    tagger.save(path)
    for other in (Tagger.load(path), pickle.loads(pickle.dumps(tagger))):
        for ours, others in zip(
            found, other.predict_marginals(SENTENCES[:20]), strict=False
        ):
            assert (ours == others).all()
