"""The tree over the classes of a flat clustering."""

import numpy as np
import pytest
from strategies import fixed_text

from brownclust import BigramCounts, brown_cluster
from brownclust.tree.class_tree import class_tree
from brownclust.tree.exchange import refine_labels
from brownclust.tree.information import average_mutual_information

N_CLUSTERS = 12


@pytest.fixture(scope="module")
def counts():
    lines = fixed_text(n_words=200, n_tokens=5_000).decode().splitlines()
    return BigramCounts.from_sentences(line.split() for line in lines)


@pytest.fixture(scope="module")
def labels(counts):
    greedy = brown_cluster(counts, window=N_CLUSTERS).cut(N_CLUSTERS)
    return refine_labels(counts, greedy).labels


def test_cuts_have_the_information_that_the_tree_says(counts, labels):
    tree = class_tree(counts, labels)
    assert (tree.n_leaves, tree.window) == (N_CLUSTERS, N_CLUSTERS)
    for n_clusters in range(1, N_CLUSTERS + 1):
        of_words = tree.cut(n_clusters)[labels]
        expected = average_mutual_information(counts, of_words)
        assert tree.average_mutual_information(n_clusters) == pytest.approx(
            expected, abs=1e-9
        )


def test_one_class(counts):
    tree = class_tree(counts, np.zeros(counts.n_types, int))
    assert tree.n_leaves == 1


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0.5] * 200, TypeError, "labels must be integers"),
        ([0], ValueError, "labels must be of shape"),
        ([0, 2] * 100, ValueError, "labels must be all numbers from 0"),
        ([-1, 0] * 100, ValueError, "labels must be all numbers from 0"),
    ],
)
def test_labels_are_checked(counts, labels, error, message):
    with pytest.raises(error, match=message):
        class_tree(counts, labels)
