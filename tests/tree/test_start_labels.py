"""Clusters of other words as a start for refining."""

import numpy as np
import pytest
from strategies import fixed_text

from brownclust import BigramCounts, cluster_counts
from brownclust.tree.information import merge_loss
from brownclust.tree.start_labels import start_labels

LINES = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]


@pytest.fixture
def counts():
    return BigramCounts.from_sentences(map(str.split, LINES))


def named(counts, start):
    return dict(zip(counts.vocabulary, start.labels.tolist(), strict=True))


def test_all_words_known(counts):
    start = start_labels(counts, list(counts.vocabulary), [9, 4, 4, 7, 7, 9])
    assert named(counts, start) == {
        "a": 2,
        "cat": 0,
        "dog": 0,
        "ran": 1,
        "sat": 1,
        "the": 2,
    }
    assert start[1:] == (0, 0, 0)


def test_new_words_join_the_cluster_of_their_neighbours(counts):
    start = start_labels(counts, ["the", "a", "cat", "sat"], [0, 0, 1, 2])
    assert named(counts, start) == {
        "a": 0,
        "cat": 1,
        "dog": 1,
        "ran": 2,
        "sat": 2,
        "the": 0,
    }
    assert start.n_placed == 2


def test_words_and_clusters_that_the_counts_do_not_have(counts):
    words = ["the", "gnu", "cat", "emu", "a"]
    start = start_labels(counts, words, [5, 6, 8, 5, 5])
    assert start.n_dropped == 2
    assert start.n_empty == 1
    assert set(start.labels.tolist()) == {0, 1}


def test_no_word_known(counts):
    with pytest.raises(ValueError, match="words must be words of the counts, got"):
        start_labels(counts, ["gnu"], [0])


def test_words_that_are_counted_as_one():
    counts = BigramCounts.from_sentences([["xe_máy", "b"], ["c", "b"]])
    start = start_labels(counts, ["xe máy", "xe_máy", "b", "c"], [3, 4, 5, 4])
    assert start.n_empty == 1
    assert start.labels.max() == 1


def test_clusters_of_the_most_frequent_words():
    """Each rare word joins the cluster where it loses least, by brute force."""
    counts = BigramCounts.from_sentences(
        map(str.split, fixed_text(n_words=40, n_tokens=800).decode().splitlines())
    )
    known = counts.select(max_vocabulary=30)
    clusters = cluster_counts(known, n_clusters=4).dendrogram.cut(4)
    start = start_labels(counts, list(known.vocabulary), clusters)
    assert start.n_placed == 10
    assert np.array_equal(start.labels[:30], clusters)
    for word in range(30, 40):
        words = list(counts.vocabulary)
        without_others = counts.select(vocabulary=[*words[:30], words[word]])
        labels = np.append(clusters, 4)
        losses = [merge_loss(without_others, labels, i, 4) for i in range(4)]
        best = int(start.labels[word])
        assert losses[best] == pytest.approx(min(losses), abs=1e-9)
