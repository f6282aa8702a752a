"""The dependency parser: trees, Eisner's algorithm against all trees, features."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.experiments.parsing.arc_features import (
    ArcWeights,
    sentence_keys,
    template_table,
)
from benchmarks.experiments.parsing.eisner import best_tree
from benchmarks.experiments.parsing.encoding import Encoder
from benchmarks.experiments.parsing.parser import Parser
from benchmarks.experiments.parsing.templates import (
    BASELINE,
    CLUSTERS,
    Template,
    parse_templates,
)
from benchmarks.experiments.parsing.treebank import (
    crossing_arcs,
    is_tree,
    projectivised,
    read_trees,
)
from brownclust import WordClusters


def plain_is_tree(heads):
    """Whether each token leads to the root, and one directly, by following heads."""
    for token in range(1, len(heads)):
        seen = set()
        while token != 0:
            if token in seen:
                return False
            seen.add(token)
            token = heads[token]
    return list(heads[1:]).count(0) == 1


def plain_is_projective(heads):
    """Whether no two arcs cross, that from the root included."""
    arcs = [sorted((i, head)) for i, head in enumerate(heads) if i > 0]
    return not any(a < c < b < d for a, b in arcs for c, d in arcs)


def all_trees(n_tokens):
    """Every tree with one token below the root."""
    for heads in product(range(n_tokens + 1), repeat=n_tokens):
        if plain_is_tree([-1, *heads]):
            yield [-1, *heads]


TREES = {n: list(all_trees(n)) for n in range(6)}
PROJECTIVE = {n: [t for t in TREES[n] if plain_is_projective(t)] for n in TREES}
any_tree = st.integers(1, 5).flatmap(lambda n: st.sampled_from(TREES[n]))


def test_numbers_of_trees():
    assert [len(TREES[n]) for n in range(1, 6)] == [1, 2, 9, 64, 625]  # n ** (n - 1)
    # Projective ones with one token below the root: 1, 2, 7, 30, 143.
    assert [len(PROJECTIVE[n]) for n in range(1, 6)] == [1, 2, 7, 30, 143]


@given(st.data(), st.integers(1, 5))
def test_eisner_finds_the_best_of_all_projective_trees(data, n_tokens):
    size = n_tokens + 1
    row = st.lists(st.integers(-9, 9), min_size=size, max_size=size)
    scores = np.array(data.draw(st.lists(row, min_size=size, max_size=size)), np.int64)

    def score(heads):
        return sum(scores[heads[i], i] for i in range(1, size))

    found = best_tree(scores).tolist()
    assert found in PROJECTIVE[n_tokens]
    assert score(found) == max(map(score, PROJECTIVE[n_tokens]))


def test_no_tokens():
    assert best_tree(np.zeros((1, 1), np.int64)).tolist() == [-1]


@given(any_tree)
def test_eisner_returns_a_projective_tree_whose_arcs_alone_score(tree):
    heads = projectivised(np.array(tree, np.int32))
    scores = np.zeros((heads.size, heads.size), np.int64)
    scores[heads[1:], np.arange(1, heads.size)] = 1
    assert best_tree(scores).tolist() == heads.tolist()


@given(any_tree)
def test_projectivised(tree):
    heads = np.array(tree, np.int32)
    assert is_tree(heads)
    assert (not crossing_arcs(heads)) == plain_is_projective(tree)
    lifted = projectivised(heads)
    assert lifted.tolist() in PROJECTIVE[heads.size - 1]
    if plain_is_projective(tree):
        assert lifted.tolist() == tree


@given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_is_tree(heads):
    heads = [-1, *heads]
    assert is_tree(np.array(heads, np.int32)) == plain_is_tree(heads)
