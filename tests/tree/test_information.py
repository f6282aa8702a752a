"""The formulas in NumPy against the reference."""

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import all_tables, as_bigram_counts, fixed_text, tables_and_windows

from brownclust.tree.information import average_mutual_information, merge_loss

BOUNDARIES = ["break", "ignore", "mark"]


@given(all_tables, st.data())
def test_ami_equals_the_reference(table, data):
    n_words = len(table.n)
    labels = data.draw(
        st.lists(st.integers(0, n_words), min_size=n_words, max_size=n_words)
    )
    ami = average_mutual_information(as_bigram_counts(table), labels)
    expected = reference.average_mutual_information(table, labels)
    assert ami == pytest.approx(expected, rel=1e-12, abs=1e-14)


@given(tables_and_windows(), st.data())
def test_merge_loss_is_the_decrease_of_ami(table_and_window, data):
    table, n_clusters = table_and_window
    labels = np.arange(len(table.n)) % n_clusters
    first, second = data.draw(
        st.lists(st.integers(0, n_clusters - 1), min_size=2, max_size=2, unique=True)
    )
    counts = as_bigram_counts(table)
    loss = merge_loss(counts, labels, first, second)
    assert loss == pytest.approx(merge_loss(counts, labels, second, first), abs=1e-13)
    merged = np.where(labels == second, first, labels)
    decrease = average_mutual_information(counts, labels) - average_mutual_information(
        counts, merged
    )
    assert loss == pytest.approx(decrease, abs=1e-12)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_merge_loss_equals_that_of_agglomeration(boundary):
    table = reference.count_text([fixed_text(n_words=30)], boundary=boundary)
    counts = as_bigram_counts(table)
    state = reference.Agglomeration(table, len(table.n))
    while len(state.clusters) > 20:
        labels = state.labels()
        left, right, _, loss = state.step()
        in_bits = loss / 2.0**state.scale / table.n_bigrams
        assert merge_loss(counts, labels, left, right) == pytest.approx(in_bits)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("removal", [{}, {"min_count": 20}, {"max_vocabulary": 7}])
def test_ami_of_a_text(boundary, removal):
    text = fixed_text(n_words=50)
    table = reference.count_text([text], boundary=boundary, **removal)
    labels = [w % 6 for w in range(len(table.n))]
    ami = average_mutual_information(as_bigram_counts(table), labels)
    expected = reference.average_mutual_information(table, labels)
    assert ami == pytest.approx(expected, rel=1e-12)


def test_labels_can_be_any_integers():
    table = reference.count_text([fixed_text(n_words=20)])
    counts = as_bigram_counts(table)
    labels = np.arange(20) % 4
    spread = np.array([-5, 0, 7, 10**12])[labels]
    for formula in (
        average_mutual_information(counts, spread)
        - average_mutual_information(counts, labels),
        merge_loss(counts, spread, 7, -5) - merge_loss(counts, labels, 2, 0),
    ):
        assert formula == pytest.approx(0, abs=1e-14)


def test_no_bigrams():
    counts = as_bigram_counts(reference.count_text([b"a\nb\n"]))
    assert average_mutual_information(counts, [0, 1]) == 0.0
    assert merge_loss(counts, [0, 1], 0, 1) == 0.0


def test_wrong_labels():
    counts = as_bigram_counts(reference.count_text([b"a b\n"]))
    with pytest.raises(TypeError, match=r"^labels must be integers, got 'float64'$"):
        average_mutual_information(counts, [0.0, 1.0])
    with pytest.raises(ValueError, match=r"^labels must be of shape \(2,\), one for"):
        average_mutual_information(counts, [0, 1, 2])
    with pytest.raises(ValueError, match=r"^first and second must be two different"):
        merge_loss(counts, [0, 1], 1, 1)
    with pytest.raises(ValueError, match=r"got \(0, 2\)$"):
        merge_loss(counts, [0, 1], 0, 2)
