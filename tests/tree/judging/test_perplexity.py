"""Perplexity against a model that is applied token by token, in plain Python."""

from collections import Counter
from dataclasses import dataclass, field
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust import BigramCounts
from brownclust.tree.judging import HeldOut

EDGE = "\n"
BOUNDARIES = ["break", "ignore", "mark"]


def stream(lines, boundary):
    """Pairs (symbol before or None, symbol) of a text, in order."""
    if boundary == "ignore":
        lines = [[word for line in lines for word in line]]
    for line in lines:
        if boundary == "mark":
            yield from zip([EDGE, *line], [*line, EDGE], strict=True)
        elif line:
            yield from zip([None, *line[:-1]], line, strict=True)


@dataclass
class PlainModel:
    """The probabilities as `HeldOut` documents them, without arrays."""

    lines: list
    class_of: dict  # of all words that the counts keep
    boundary: str
    unigrams: Counter = field(default_factory=Counter)
    classes: Counter = field(default_factory=Counter)
    pairs: Counter = field(default_factory=Counter)

    def __post_init__(self):
        class_of = {**self.class_of, EDGE: "edge"}
        tokens = Counter(word for _, word in stream(self.lines, self.boundary))
        rarest = min(n for word, n in tokens.items() if word in self.class_of)
        self.removed = sum(n for word, n in tokens.items() if word not in class_of)
        self.rarest = sum(
            n for word, n in tokens.items() if word in self.class_of and n == rarest
        )
        self.total = sum(tokens.values())
        for before, word in stream(self.lines, self.boundary):
            if word in class_of:
                self.unigrams[word] += 1
                self.classes[class_of[word]] += 1
                if before in class_of:
                    self.pairs[class_of[before], class_of[word]] += 1
        n_once, n_twice = (list(self.pairs.values()).count(n) for n in (1, 2))
        self.discount = (n_once + 1) / (n_once + 2 * n_twice + 2)
        self.class_of = class_of

    def probability(self, before, word):
        unknown = (self.removed + self.rarest) / (self.total + self.rarest)
        if word not in self.class_of:
            return unknown
        own = self.class_of[word]
        within = self.unigrams[word] / self.classes[own]
        return (1 - unknown) * self.of_class(self.class_of.get(before), own) * within

    def of_class(self, before, own):
        frequency = self.classes[own] / sum(self.classes.values())
        after = {b: n for (a, b), n in self.pairs.items() if a == before}
        if not after:
            return frequency
        seen = max(after.get(own, 0) - self.discount, 0)
        return (seen + self.discount * len(after) * frequency) / sum(after.values())

    def perplexity(self, lines):
        bits = [
            -log2(self.probability(before, word))
            for before, word in stream(lines, self.boundary)
        ]
        return 2 ** (sum(bits) / len(bits))


def texts(letters, max_lines):
    line = st.lists(st.sampled_from(letters), min_size=1, max_size=8)
    return st.lists(line, min_size=1, max_size=max_lines)


@st.composite
def cases(draw):
    lines = draw(texts("abcdef", 12))
    held_out = draw(texts("abcdefgh", 6))
    boundary = draw(st.sampled_from(BOUNDARIES))
    most = Counter(word for line in lines for word in line).most_common(1)[0][1]
    min_count = draw(st.integers(1, min(most, 3)))
    counts = BigramCounts.from_sentences(lines, boundary=boundary, min_count=min_count)
    n_types = counts.n_types
    labels = st.lists(st.integers(-1, 3), min_size=n_types, max_size=n_types)
    return lines, held_out, counts, draw(labels)


@given(cases())
def test_equals_the_plain_model(case):
    lines, held_out, counts, labels = case
    class_of = dict(zip(counts.vocabulary, labels, strict=True))
    plain = PlainModel(lines, class_of, counts.boundary)
    other = BigramCounts.from_sentences(held_out, boundary=counts.boundary)
    text = HeldOut(counts, other)
    symbols = list(stream(held_out, counts.boundary))
    assert text.n_scored == len(symbols)
    assert text.n_unknown == sum(word not in plain.class_of for _, word in symbols)
    assert text.perplexity(labels) == pytest.approx(plain.perplexity(held_out), 1e-12)


@given(cases())
def test_probabilities_after_a_word_add_up_to_one(case):
    lines, _, counts, labels = case
    class_of = dict(zip(counts.vocabulary, labels, strict=True))
    plain = PlainModel(lines, class_of, counts.boundary)
    words = [*counts.vocabulary, "unknown", *([EDGE] if EDGE in plain.unigrams else [])]
    for before in [None, *words]:
        total = sum(plain.probability(before, word) for word in words)
        assert total == pytest.approx(1.0)


def count(text, **options):
    return BigramCounts.from_sentences(map(str.split, text.splitlines()), **options)


TEXT = "the cat sat\nthe dog sat\na cat ran"


def test_numbers_of_clusters_do_not_matter():
    text = HeldOut(count(TEXT), count("a dog sat"))
    labels = np.array([0, 1, 2, 2, 0, 1])
    assert text.perplexity(labels) == text.perplexity(7 * labels + 3)


def test_words_of_the_held_out_text_that_were_removed_are_unknown():
    held_out = count("a dog sat\na dog ran\nthe cat")
    assert HeldOut(count(TEXT), held_out).n_unknown == 0
    assert HeldOut(count(TEXT), held_out.select(min_count=2)).n_unknown == 4


def test_unknown_words_cost_the_same_under_all_clusterings():
    text = HeldOut(count(TEXT), count("gnu gnu"))
    perplexity = 1 / text.unknown_probability
    assert text.unknown_probability == 3 / 12
    assert text.perplexity([0] * 6) == pytest.approx(perplexity)
    assert text.perplexity(range(6)) == pytest.approx(perplexity)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"boundary": "mark"},
            "boundary must be 'break' in both texts, got 'mark'",
        ),
        (
            {"normalise": ["lowercase"]},
            "normalise must be () in both counts, got ('lowercase',)",
        ),
        (
            {"skip_grams": 2},
            "held_out must be of adjacent words of a text, got 'skip-grams'",
        ),
    ],
)
def test_texts_counted_in_different_ways(options, message):
    with pytest.raises(ValueError, match="must be") as error:
        HeldOut(count(TEXT), count(TEXT, **options))
    assert str(error.value) == message


def test_pairs_are_not_a_text():
    pairs = BigramCounts.from_pairs([("a", "b", 2)])
    with pytest.raises(ValueError, match="counts must be of adjacent words of a text"):
        HeldOut(pairs, pairs)


def test_labels_are_checked():
    text = HeldOut(count(TEXT), count(TEXT))
    with pytest.raises(ValueError, match=r"labels must be of shape \(6,\), one for"):
        text.perplexity([0, 1])
    with pytest.raises(TypeError, match="labels must be integers, got 'float64'"):
        text.perplexity(np.zeros(6))
