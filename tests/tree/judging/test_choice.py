"""Numbers of clusters: what a choice holds, and the knee of a curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed_text

from brownclust import BigramCounts, brown_cluster
from brownclust.tree.judging import HeldOut, choose_n_clusters, knee


@pytest.fixture(scope="module")
def sentences():
    return [line.split() for line in fixed_text(n_words=60).decode().splitlines()]


@pytest.fixture(scope="module")
def counts(sentences):
    return BigramCounts.from_sentences(sentences[::2])


def test_candidates_are_cuts_of_one_tree(counts, sentences):
    text = HeldOut(counts, BigramCounts.from_sentences(sentences[1::2]))
    choice = choose_n_clusters(counts, [20, 5, 20, 40], held_out=text)
    tree = brown_cluster(counts, window=40)
    assert np.array_equal(choice.ami_by_n_clusters, tree.ami_by_n_clusters)
    assert [c.n_clusters for c in choice.candidates] == [5, 20, 40]
    for candidate in choice.candidates:
        k = candidate.n_clusters
        assert candidate.ami == tree.average_mutual_information(k)
        assert candidate.perplexity == text.perplexity(tree.cut(k))
    perplexities = [c.perplexity for c in choice.candidates]
    assert choice.best().perplexity == min(perplexities)
    assert choice.knee == knee(tree.ami_by_n_clusters)


def test_without_held_out_text(counts):
    choice = choose_n_clusters(counts, [3, 4])
    assert [c.perplexity for c in choice.candidates] == [None, None]
    assert choice.best() is None


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([], "n_clusters must be at least one number"),
        ([0], "n_clusters must be at least 1, got 0"),
        ([61], "n_clusters must be at most the number of different words, 60, got 61"),
    ],
)
def test_errors(counts, numbers, message):
    with pytest.raises(ValueError, match=message):
        choose_n_clusters(counts, numbers)


@given(st.lists(st.floats(0, 10, width=32), min_size=1, max_size=20), st.data())
def test_knee_is_where_the_curve_is_farthest_above_its_chord(losses, data):
    curve = np.cumsum(sorted(losses, reverse=True))
    at = knee(curve) - 1
    chord = np.linspace(curve[0], curve[-1], curve.size)
    assert (curve - chord)[at] == (curve - chord).max()


def test_knees():
    assert knee([1.0]) == 1
    assert knee([0.0, 1.0]) == 1  # a straight line has none
    assert knee([0, 10, 11, 12, 13]) == 2
