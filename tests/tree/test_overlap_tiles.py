"""Overlaps computed in tiles, against those computed row by row."""

from unittest.mock import patch

import numpy as np
import pytest
from numba import config

from brownclust.counting.counts import BigramCounts
from brownclust.tree import state as tree_state


def random_counts(n_words, density, largest):
    """Counts of random pairs: some words follow others up to `largest` times."""
    random = np.random.default_rng(7)
    is_pair = random.random((n_words, n_words)) < density * random.random(n_words)
    lefts, rights = np.nonzero(is_pair)
    counts = np.ceil(largest ** random.random(lefts.size)).astype(np.int64)
    pairs = zip(lefts.tolist(), rights.tolist(), counts.tolist(), strict=True)
    return BigramCounts.from_pairs((f"w{i}", f"w{j}", c) for i, j, c in pairs)


@pytest.mark.parametrize(
    ("density", "largest"),
    [(0.8, 100), pytest.param(0.8, 2**20, marks=pytest.mark.slow), (0.1, 9)],
)
def test_tiles(density, largest):
    window = 30 if config.DISABLE_JIT else 600  # more than one tile
    counts = random_counts(window + 100, density, largest)
    arguments = (counts.table, window, tree_state.scale_bits(counts.n_tokens))
    with patch.object(tree_state, "MAX_DENSE_SLOTS", 0):
        expected = tree_state.load_state(*arguments, 1)
    for threads in (1, 2):
        assert_equal(tree_state.load_state(*arguments, threads), expected)


def assert_equal(state, expected):
    np.testing.assert_array_equal(state.overlap, expected.overlap)
    np.testing.assert_array_equal(state.bounds, expected.bounds)
    np.testing.assert_array_equal(state.slots, expected.slots)
