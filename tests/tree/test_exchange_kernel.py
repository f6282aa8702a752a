"""Exchange, one visit at a time, against the objective from scratch."""

import numpy as np
import pytest
import reference
from callable_kernels import callable_alone
from hypothesis import given
from hypothesis import strategies as st
from strategies import all_tables, as_bigram_counts, examples, huge_tables

from brownclust._kernels.tree.exchange import annealing
from brownclust._kernels.tree.exchange import state as fields
from brownclust._kernels.tree.exchange.arithmetic import objective
from brownclust._kernels.tree.exchange.sweeping import visit_words
from brownclust.tree.exchange_state import exchange_scale, load_exchange_state

NEXT_RANDOM = callable_alone(annealing.next_random)


@st.composite
def tables_and_labels(draw, tables=all_tables):
    """A table of at least two words, and a clustering, no cluster of it empty."""
    table = draw(tables.filter(lambda table: len(table.n) >= 2))
    n_words = len(table.n)
    n_clusters = draw(st.integers(2, n_words))
    labels = draw(st.permutations(range(n_words)))
    return table, [label % n_clusters for label in labels], n_clusters


class Stepped:
    """The state as `refine_labels` loads it, visited word by word."""

    def __init__(self, table, labels, n_clusters, seed=0):
        self.table = table
        self.scale = exchange_scale(table.n_tokens)
        self.counts = as_bigram_counts(table).table
        self.state = load_exchange_state(
            self.counts,
            np.array(labels, np.int32),
            n_clusters,
            np.zeros(len(labels), np.bool_),
            seed,
        )

    def visit(self, word, is_annealed=False):
        visit_words(self.state, self.counts, np.array([word]), is_annealed)

    def labels(self):
        return self.state.labels.tolist()

    def objective(self, labels):
        return reference.exchange_objective(self.table, labels, self.scale)

    def gained(self):
        return int(self.state.progress[fields.GAINED])


def check_state(stepped):
    """Assert that all counts and steps are those of the labels."""
    state = stepped.state
    n_clusters = state.n_targets
    fresh = Stepped(stepped.table, stepped.labels(), n_clusters).state
    np.testing.assert_array_equal(state.counts, fresh.counts)
    np.testing.assert_array_equal(state.steps, fresh.steps)
    kept = [fields.SIZE, fields.TOTAL, fields.N_WORDS, fields.MARGINAL]
    np.testing.assert_array_equal(state.clusters[kept], fresh.clusters[kept])
    assert (state.is_large >= fresh.is_large).all()
    assert not state.context_counts.any()
    assert objective(state) == stepped.objective(stepped.labels())


def best_label(stepped, word):
    """The cluster that the word should move to, by the objective of every one."""
    before = stepped.labels()
    own = before[word]
    if before.count(own) == 1:
        return own
    values = [
        stepped.objective([*before[:word], label, *before[word + 1 :]])
        for label in range(max(before) + 1)
    ]
    return own if values[own] == max(values) else values.index(max(values))


def check_visits(table, labels, n_clusters, seed):
    """Assert that each visit moves a word to the cluster that is best by definition."""
    stepped = Stepped(table, labels, n_clusters, seed)
    before = stepped.objective(labels)
    for word in range(len(labels)):
        expected = best_label(stepped, word)
        stepped.visit(word)
        assert stepped.labels()[word] == expected
        assert stepped.objective(stepped.labels()) - before == stepped.gained()
    check_state(stepped)


@given(tables_and_labels(), st.integers(0, 2**63 - 1))
def test_every_visit_moves_to_the_best_cluster(table_and_labels, seed):
    check_visits(*table_and_labels, seed)


@pytest.mark.slow
@examples(100)
@given(tables_and_labels(huge_tables), st.integers(0, 2**63 - 1))
def test_visits_with_huge_counts(table_and_labels, seed):
    check_visits(*table_and_labels, seed)


@given(tables_and_labels(), st.integers(0, 2**63 - 1), st.integers(-2, 20))
def test_every_move_at_a_temperature_gains_what_it_says(
    table_and_labels, seed, log_temperature
):
    table, labels, n_clusters = table_and_labels
    stepped = Stepped(table, labels, n_clusters, seed)
    before = stepped.objective(labels)
    temperature = int(2.0 ** (stepped.scale + log_temperature) / 4096)
    annealing.set_temperature(stepped.state, temperature)
    shift = int(stepped.state.progress[fields.NOISE_SHIFT])
    noise = stepped.state.noise.astype(object) << shift
    numbers = stepped.state.gumbel.astype(object) - annealing.LEAST_NOISE
    missing = temperature * numbers - noise[: numbers.size]
    assert 0 <= missing.min() <= missing.max() < 2**shift
    for word in range(len(labels)):
        stepped.visit(word, True)
        assert stepped.objective(stepped.labels()) - before == stepped.gained()
    assert set(stepped.labels()) == set(range(n_clusters))
    check_state(stepped)


def test_random_numbers_are_those_of_xorshift64():
    random = np.array([1], np.uint64)
    # x ^= x << 13, x >> 7, x << 17, from 1: 2**13 + 1, and so on
    x = 1
    for _ in range(5):
        x ^= x << 13 & 2**64 - 1
        x ^= x >> 7
        x ^= x << 17 & 2**64 - 1
        assert int(NEXT_RANDOM(random)) == x


def test_noise_has_gumbels_distribution():
    gumbel = np.zeros(annealing.N_NOISE, np.int32)
    annealing.fill_gumbel(gumbel, np.array([1], np.uint64))
    assert gumbel.min() >= annealing.LEAST_NOISE
    bits = gumbel / annealing.NOISE_UNIT
    below = (np.arange(annealing.N_NOISE) + 0.5) / annealing.N_NOISE
    np.testing.assert_allclose(np.sort(bits), -np.log2(-np.log2(below)), atol=2e-4)
