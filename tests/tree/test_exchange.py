"""Refinement of clusterings through `refine_labels`."""

from random import Random

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from numba import config
from strategies import all_tables, as_bigram_counts, fixed_text

from brownclust import BigramCounts, brown_cluster
from brownclust._kernels.jit.intrinsics import HAS_ATOMICS
from brownclust.tree import exchange, exchange_state
from brownclust.tree.exchange import random_labels, refine_labels
from brownclust.tree.information import average_mutual_information

N_CLUSTERS = 12


@pytest.fixture(scope="module")
def counts():
    lines = fixed_text(n_words=200, n_tokens=5_000).decode().splitlines()
    return BigramCounts.from_sentences(line.split() for line in lines)


@pytest.fixture(scope="module")
def greedy(counts):
    return brown_cluster(counts, window=N_CLUSTERS).cut(N_CLUSTERS)


@pytest.mark.parametrize("sweeps", [0, 5])
def test_it_gains_and_keeps_the_number_of_clusters(counts, greedy, sweeps):
    refined = refine_labels(counts, greedy, sweeps=sweeps)
    assert refined.ami_before == average_mutual_information(counts, greedy)
    assert refined.ami == average_mutual_information(counts, refined.labels)
    assert refined.ami > refined.ami_before
    assert refined.n_sweeps > sweeps
    assert refined.n_moves > 0
    labels, first = np.unique(refined.labels, return_index=True)
    assert labels.tolist() == list(range(N_CLUSTERS))
    assert (np.diff(first) > 0).all()


def test_numbers_of_labels_do_not_matter(counts, greedy):
    refined = refine_labels(counts, greedy, sweeps=3).labels
    other = refine_labels(counts, 1_000_000_007 * (7 - greedy.astype(int)), sweeps=3)
    np.testing.assert_array_equal(refined, other.labels)


def test_seeds_give_other_clusterings(counts, greedy):
    first = refine_labels(counts, greedy, sweeps=3, seed=1).labels
    again = refine_labels(counts, greedy, sweeps=3, seed=1).labels
    other = refine_labels(counts, greedy, sweeps=3, seed=2).labels
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_fixed_words_stay_together(counts, greedy):
    fixed = np.arange(counts.n_types) % 3 == 0
    refined = refine_labels(counts, greedy, sweeps=5, fixed=fixed).labels
    pairs = {*zip(greedy[fixed].tolist(), refined[fixed].tolist(), strict=True)}
    assert len(pairs) == len({before for before, _ in pairs})
    assert len(pairs) == len({after for _, after in pairs})
    assert refine_labels(counts, greedy, fixed=np.ones_like(fixed)).n_moves == 0


def test_progress_counts_sweeps(counts, greedy):
    calls = []
    refined = refine_labels(
        counts, greedy, sweeps=2, progress=lambda *call: calls.append(call)
    )
    assert [done for _, done, _ in calls] == list(range(1, refined.n_sweeps + 1))
    assert {stage for stage, _, _ in calls} == {"refine"}
    assert all(done <= total for _, done, total in calls)


@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
def test_any_boundary(boundary):
    table = reference.count_text([fixed_text(60, 600)], boundary=boundary)
    counts = as_bigram_counts(table)
    refined = refine_labels(counts, random_labels(counts, 8, 0), sweeps=2)
    assert refined.ami > refined.ami_before
    assert len(set(refined.labels.tolist())) == 8


@pytest.mark.parametrize(
    ("n_tokens", "n_clusters", "hottest"),
    [(1000, 10, 8), (1_200_000, 320, 8), (4_800_000, 320, 16), (4_800_000, 5120, 4)],
)
def test_temperatures_fall_by_equal_ratios(n_tokens, n_clusters, hottest):
    temperatures = exchange._temperatures(5, n_tokens, n_clusters)
    expected = np.geomspace(hottest, exchange.COLDEST, 5)
    np.testing.assert_allclose(temperatures, expected, rtol=1e-9)


def test_no_temperature_is_above_the_first():
    assert (
        exchange._temperatures(3, 1, 10**7)
        == [exchange._temperatures(1, 1, 10**7)[0]] * 3
    )


@given(all_tables, st.integers(1, 30), st.integers(0, 5))
def test_random_labels_leave_no_cluster_empty(table, n_clusters, seed):
    counts = as_bigram_counts(table)
    n_clusters = min(n_clusters, counts.n_types)
    labels = random_labels(counts, n_clusters, seed)
    assert labels[:n_clusters].tolist() == list(range(n_clusters))
    assert labels.max() < n_clusters
    refined = refine_labels(counts, labels)
    assert refined.ami >= refined.ami_before - 1e-9
    assert len(set(refined.labels.tolist())) == n_clusters


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"labels": [0.5] * 200}, TypeError, "labels must be integers"),
        ({"labels": [0]}, ValueError, "labels must be of shape"),
        ({"sweeps": -1}, ValueError, "sweeps must be at least 0, got -1"),
        ({"sweeps": 1.5}, TypeError, "sweeps must be an integer"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"threads": 0}, ValueError, "threads must be at least 1"),
        ({"fixed": np.zeros(200)}, TypeError, "fixed must be bools"),
        ({"fixed": np.zeros(3, bool)}, ValueError, "fixed must be of shape"),
    ],
)
def test_arguments_are_checked(counts, greedy, options, error, message):
    with pytest.raises(error, match=message):
        refine_labels(counts, **{"labels": greedy} | options)


def test_merges_and_splits_gain_more(counts):
    gains = []
    for seed in range(4):
        start = random_labels(counts, N_CLUSTERS, seed)
        without = refine_labels(counts, start, merge_split=False)
        refined = refine_labels(counts, start)
        gains.append(refined.ami - without.ami)
        assert len(set(refined.labels.tolist())) == N_CLUSTERS
    assert min(gains) >= 0
    assert max(gains) > 0


def test_fixed_words_stay_together_in_merges_and_splits(counts):
    labels = random_labels(counts, N_CLUSTERS, 0)
    fixed = np.arange(counts.n_types) < 20
    refined = refine_labels(counts, labels, sweeps=7, fixed=fixed).labels
    pairs = {*zip(labels[fixed].tolist(), refined[fixed].tolist(), strict=True)}
    assert len(pairs) == N_CLUSTERS


@pytest.mark.skipif(not HAS_ATOMICS, reason="one thread without atomics")
def test_threads_do_not_matter(counts, greedy, monkeypatch):
    one = refine_labels(counts, greedy, sweeps=7)
    monkeypatch.setattr(exchange, "n_useful_threads", lambda threads: threads)
    monkeypatch.setattr(exchange_state, "MIN_SHARED_WORK", 0)
    monkeypatch.setattr(exchange_state, "LANES", 256)  # so that all threads have work
    three = refine_labels(counts, greedy, sweeps=7, threads=3)
    np.testing.assert_array_equal(one.labels, three.labels)
    assert one[1:] == three[1:]


@pytest.mark.skipif(config.DISABLE_JIT, reason="takes minutes")
def test_most_small_texts_get_the_best_of_all_clusterings():
    found = []
    for n_words, n_clusters in [(5, 2), (6, 2), (6, 3), (7, 3), (8, 2)]:
        for seed in range(4):
            random = Random(seed)
            words = [b"%d" % random.randrange(n_words) for _ in range(60)]
            table = reference.count_text([b" ".join(words)])
            scale = exchange_state.exchange_scale(table.n_tokens)
            objectives = [
                reference.exchange_objective(table, labels, scale)
                for labels in reference.partitions(len(table.n), n_clusters)
            ]
            counts = as_bigram_counts(table)
            start = random_labels(counts, n_clusters, 0)
            labels = refine_labels(counts, start, sweeps=20).labels.tolist()
            best = max(objectives)
            found.append(reference.exchange_objective(table, labels, scale) == best)
    assert sum(found) >= 15, f"of {len(found)}: {sum(found)}"
