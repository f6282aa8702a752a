"""Slots whose pairs are bounded later: the tree is the same as if at once."""

from unittest.mock import patch

import numpy as np
import pytest

from brownclust import BigramCounts
from brownclust.tree import state as tree_state
from brownclust.tree.agglomerate import brown_cluster

NEVER = 0
WHENEVER_BOUNDS_ARE_HIGH = 2**60


def text_with_classes(seed, n_tokens=6000, n_words=1500, n_classes=12):
    """Words by Zipf's law, each of one class; classes follow each other by a chain."""
    random = np.random.default_rng(seed)
    frequencies = 1 / np.arange(1, n_words + 1)
    class_of_word = random.integers(0, n_classes, n_words)
    follows = random.dirichlet(np.full(n_classes, 0.3), n_classes).cumsum(axis=1)
    members = [np.flatnonzero(class_of_word == k) for k in range(n_classes)]
    chances = [
        frequencies[words].cumsum() / frequencies[words].sum() for words in members
    ]
    state = 0
    for to_class, to_word in random.random((n_tokens, 2)):
        state = min(np.searchsorted(follows[state], to_class), n_classes - 1)
        yield f"w{members[state][np.searchsorted(chances[state], to_word)]}"


def merges(counts, window, limit):
    with patch.object(tree_state, "FIRST_DROP_LIMIT", limit):
        tree = brown_cluster(counts, window=window)
    return np.column_stack([tree.children, tree.losses]).tolist()


@pytest.mark.parametrize("window", [20, 60, 150])
@pytest.mark.parametrize("seed", range(2))
def test_the_tree_does_not_depend_on_when_slots_are_bounded(seed, window):
    counts = BigramCounts.from_sentences([text_with_classes(seed)])
    expected = merges(counts, window, NEVER)
    for limit in (WHENEVER_BOUNDS_ARE_HIGH, tree_state.FIRST_DROP_LIMIT):
        assert merges(counts, window, limit) == expected
