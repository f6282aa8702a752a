"""The tree over words that follows from a tree over their clusters."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust import Dendrogram
from brownclust.tree.dendrogram import BLANK_LOSS
from brownclust.tree.refined_tree import tree_of_words


def random_class_tree(random, n_clusters):
    active = list(range(n_clusters))
    merges = []
    for step in range(n_clusters - 1):
        pair = sorted(random.sample(active, 2))
        active = [node for node in active if node not in pair] + [n_clusters + step]
        merges.append(pair)
    return Dendrogram(
        merges,
        [random.randrange(10) for _ in merges],
        scale=2,
        window=n_clusters,
        n_bigrams=20,
        ami_at_window=3.0,
    )


def random_labels(random, n_clusters, n_more):
    labels = list(range(n_clusters))
    labels += [random.randrange(n_clusters) for _ in range(n_more)]
    random.shuffle(labels)
    return np.array(labels, np.int32)


def partition(labels):
    return {frozenset(np.flatnonzero(labels == label)) for label in set(labels)}


@given(st.integers(1, 8), st.integers(0, 12), st.randoms(use_true_random=False))
def test_cuts_are_those_of_the_tree_over_clusters(n_clusters, n_more, random):
    random = Random(random.random())
    class_tree = random_class_tree(random, n_clusters)
    labels = random_labels(random, n_clusters, n_more)
    tree = tree_of_words(class_tree, labels)
    assert tree.window == n_clusters
    assert tree.n_blank == n_more
    for k in range(1, n_clusters + 1):
        assert partition(tree.cut(k)) == partition(class_tree.cut(k)[labels])
    assert tree.ami_by_n_clusters.tolist() == class_tree.ami_by_n_clusters.tolist()
    assert (tree.children[:, 0] < tree.children[:, 1]).all()


def test_words_join_their_cluster_by_rank():
    pair = Dendrogram([[0, 1]], [5], scale=0, window=2, n_bigrams=4, ami_at_window=1.25)
    tree = tree_of_words(pair, np.array([1, 0, 1, 0, 1], np.int32))
    assert tree.children.tolist() == [[0, 2], [1, 3], [4, 5], [6, 7]]
    assert tree.losses.tolist() == [BLANK_LOSS] * 3 + [5]


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 2, 0], [-1, 0, 1]])
def test_labels_that_are_not_those_of_the_leaves(labels):
    pair = Dendrogram([[0, 1]], [5], scale=0, window=2, n_bigrams=4, ami_at_window=1.25)
    with pytest.raises(ValueError, match="labels must be 0 to 1, each at least once"):
        tree_of_words(pair, np.array(labels, np.int32))
