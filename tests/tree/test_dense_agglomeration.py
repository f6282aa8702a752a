"""Agglomeration in a dense window, one merge at a time, against one from scratch."""

from dataclasses import fields as dataclass_fields
from itertools import combinations
from unittest.mock import patch

import mpmath
import numpy as np
import pytest
import reference
from callable_kernels import callable_alone
from hypothesis import given
from hypothesis import strategies as st
from merges_made import merges_made
from strategies import (
    as_bigram_counts,
    examples,
    fixed_text,
    huge_tables,
    tables_and_windows,
)

from brownclust._kernels.tree import state as common
from brownclust._kernels.tree.dense import (
    agglomeration,
    groups,
    losses,
    sketches,
    terms,
)
from brownclust._kernels.tree.dense import state as fields
from brownclust._threads import thread_pool
from brownclust.tree import agglomerate, dense_state, grouped_state
from brownclust.tree import state as tree_state
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.state import Merges, merges_of

ADD_TERMS = callable_alone(terms.add_terms)
ADD_TERMS_OF_ROWS = callable_alone(terms.add_terms_of_rows)
TAKE_SUM = callable_alone(terms.take_sum)
GROUP_OF = callable_alone(groups.group_of)
LOG2_ABOVE = callable_alone(terms.log2_above)
MOST_SELF_TERMS = callable_alone(losses.most_self_terms)
SKETCHED_LOSS = callable_alone(sketches.sketched_loss)
SKETCH_ROW = callable_alone(sketches.sketch_row)
BOUND_OF_PAIR = callable_alone(losses.bound_of_pair)

KEPT_FOR_BOUNDS = frozenset(
    {"slots", "reals", "scales", "pair_bounds", "near_slots", "near_bounds"}
)

NO_MERGES = Merges(np.zeros((0, 2), np.int64), np.zeros(0, np.int64))


class Stepped:
    """The dense state, loaded and advanced as `brown_cluster` does it."""

    def __init__(self, table, window, max_near=dense_state.MAX_NEAR, n_with_overlaps=0):
        counts = self.counts = as_bigram_counts(table).table
        scale = self.scale = tree_state.scale_bits(table.n_tokens)
        counts.predecessors  # noqa: B018  # which kernels need
        with patch.object(dense_state, "MAX_NEAR", max_near):
            if n_with_overlaps:
                run = agglomerate._Run(counts, window, scale, 1)
                state = advance_with_overlaps(run, n_with_overlaps)
                self.state = dense_state.load_dense_state_of(state, counts, scale)
            else:
                self.state = dense_state.load_dense_state(
                    NO_MERGES, counts, window, scale
                )
        self.edge = self.state.slots.shape[1] - 1

    def step(self):
        agglomeration.advance_dense(self.state, self.counts, 1)

    def slots(self):
        """The slot of each active cluster."""
        ids = self.state.slots[common.CLUSTER]
        return {int(ids[slot]): slot for slot in np.flatnonzero(ids != common.FREE)}

    def merges(self):
        return merges_made(self.state)


def advance_with_overlaps(run, n_merges):
    """The state with overlaps after so many merges."""
    state = tree_state.load_state(run.counts, run.window, run.scale, 1)
    with (
        patch.object(agglomerate, "is_better_dense", return_value=False),
        thread_pool(0) as threads,
    ):
        return agglomerate._advance(state, run, n_merges, threads)


def assert_equal_states(one, other, left_out=frozenset()):
    """Assert that all arrays of two states are equal, but for those left out."""
    for field in dataclass_fields(one):
        values = getattr(one, field.name), getattr(other, field.name)
        if field.name not in {"entropies", *left_out}:
            np.testing.assert_array_equal(*values, err_msg=field.name)


def check_state(stepped, brute):
    """Assert that counts are what the definition gives, and that bounds hold."""
    state = stepped.state
    slots = stepped.slots()
    assert slots.keys() == brute.clusters.keys()
    check_counts(stepped, brute, slots)
    unit = state.entropies.unit
    for a, b in combinations(slots, 2):
        i, j = slots[a], slots[b]
        check_pair(state, i, j, brute.merge_loss(a, b) / unit)
    assert not state.small_sums.any()
    assert not state.large_sums.any()
    assert not state.pending.any()


def check_counts(stepped, brute, slots):
    state = stepped.state
    cluster_of = {slot: cluster for cluster, slot in slots.items()}
    cluster_of[stepped.edge] = reference.EDGE
    for cluster, slot in slots.items():
        assert state.slots[common.SIZE, slot] == brute.n(cluster)
        assert state.slots[common.NEIGHBOUR_TOTAL, slot] == brute.m(cluster)
        assert state.reals[fields.REAL_TOTAL, slot] == brute.m(cluster)
        assert state.slots[common.SELF_COUNT, slot] == brute.c(cluster, cluster)
    expected = np.zeros_like(state.counts[0])
    for i, cluster in cluster_of.items():
        for k, other in cluster_of.items():
            expected[i, k] = brute.c(cluster, other)
    np.testing.assert_array_equal(state.counts[0], expected)
    np.testing.assert_array_equal(state.counts[1], expected.T)
    np.testing.assert_array_equal(state.real_counts, state.counts.astype(np.float32))
    group = [GROUP_OF(k) for k in range(expected.shape[0])]
    sketch = np.zeros_like(state.sketches)
    for k, g in enumerate(group):
        sketch[:, g] += state.counts[0, :, k]
        sketch[:, groups.N_GROUPS + g] += state.counts[1, :, k]
    np.testing.assert_array_equal(state.sketches, sketch)
    np.testing.assert_array_equal(state.sketch_columns, sketch.T.astype(np.float32))
    for direction in range(2):
        check_largest(state, direction, list(slots.values()))


def check_largest(state, direction, slots):
    """Assert that no count with another slot is above the largest."""
    for slot in slots:
        others = [k for k in slots if k != slot]
        counts = state.counts[direction, slot, others]
        rates = counts * state.reals[fields.RECIPROCAL, others]
        largest = state.reals[fields.LARGEST_COUNT + direction, slot]
        assert largest >= counts.max(initial=0)
        largest = state.reals[fields.LARGEST_RATE + direction, slot]
        assert largest >= rates.max(initial=0.0)


def check_pair(state, i, j, loss):
    """Assert that all bounds of a pair are at most its loss, in bits."""
    reals = state.reals
    near = state.near_slots[i, : state.slots[fields.N_NEAR, i]].tolist()
    if j in near:
        at = near.index(j)
        drops_of_both = reals[fields.NEAR_DROP, [i, j]].sum()
        bound = state.near_bounds[i, at]
        there = state.near_slots[j, : state.slots[fields.N_NEAR, j]].tolist()
        assert state.near_bounds[j, there.index(i)] == bound
        assert state.pair_bounds[i, j] == np.inf
    else:
        drops_of_both = reals[fields.FAR_DROP, [i, j]].sum()
        bound = max(state.pair_bounds[i, j], state.pair_bounds[j, i])
    assert bound - drops_of_both <= loss
    assert reals[fields.BOUND, [i, j]].min() <= loss
    assert SKETCHED_LOSS(state, i, j) <= loss
    assert BOUND_OF_PAIR(state, i, j, common.LARGEST)[0] <= loss


def check_run(table, window, *, every=1, max_near=dense_state.MAX_NEAR):
    """Step both while words enter, comparing merges, and the state at every n-th."""
    brute = reference.Agglomeration(table, window)
    stepped = Stepped(table, window, max_near)
    check_state(stepped, brute)
    for step in range(len(table.n) - window):
        brute.step()
        stepped.step()
        assert stepped.merges()[-1] == tuple(brute.merges[-1])
        if step % every == 0:
            check_state(stepped, brute)
    stepped.step()
    assert len(stepped.merges()) == len(table.n) - window
    return stepped


@pytest.mark.parametrize("max_near", [1, dense_state.MAX_NEAR])
@examples(120)
@given(tables_and_windows())
def test_state_after_every_merge_equals_the_reference(max_near, table_and_window):
    check_run(*table_and_window, max_near=max_near)


@pytest.mark.slow
@examples(120)
@given(tables_and_windows(huge_tables))
def test_state_with_huge_counts(table_and_window):
    check_run(*table_and_window)


@examples(60)
@given(tables_and_windows(), st.data())
def test_dense_state_made_of_one_with_overlaps(table_and_window, data):
    table, window = table_and_window
    n_early = len(table.n) - window
    n_merged = data.draw(st.integers(min(1, n_early), n_early))
    stepped = Stepped(table, window, n_with_overlaps=n_merged)
    brute = reference.Agglomeration(table, window)
    for _ in range(n_merged):
        brute.step()
    expected = dense_state.load_dense_state(
        merges_of(stepped.state), stepped.counts, window, stepped.scale
    )
    assert_equal_states(stepped.state, expected, KEPT_FOR_BOUNDS)
    for step in range(n_merged, n_early + 1):
        check_state(stepped, brute)
        if step < n_early:
            brute.step()
        stepped.step()
        assert stepped.merges() == [tuple(merge) for merge in brute.merges]


@examples(60)
@given(tables_and_windows(), st.sampled_from([1, 2]))
def test_state_with_overlaps_made_of_a_dense_one(table_and_window, threads):
    table, window = table_and_window
    stepped = Stepped(table, window)
    while True:
        state = stepped.state
        arguments = (stepped.counts, stepped.scale, threads)
        made = grouped_state.load_state_of_dense(state, *arguments)
        expected = grouped_state.load_state_after(
            merges_of(state), stepped.counts, window, stepped.scale, threads
        )
        assert_equal_states(made, expected, {"scratch"})
        if merges_of(state).losses.size == len(table.n) - window:
            break
        stepped.step()


@pytest.mark.parametrize(
    "window", [2, *(pytest.param(k, marks=pytest.mark.slow) for k in (25, 80))]
)
def test_state_on_a_text_of_300_words(window):
    table = reference.count_text([fixed_text()], boundary="mark")
    stepped = check_run(table, window, every=20)
    assert stepped.state.progress[common.N_INSERTED] < 300 - window


@examples(60)
@given(tables_and_windows())
def test_estimates_of_a_whole_row_are_not_above_sketched_losses(table_and_window):
    table, window = table_and_window
    state = Stepped(table, window).state
    estimates = np.zeros(state.slots.shape[1])
    for i in range(window):
        SKETCH_ROW(state, i, estimates)
        assert estimates[i] == np.inf
        for j in range(window):
            if j != i:
                assert estimates[j] <= SKETCHED_LOSS(state, i, j) + 1e-3


@pytest.mark.parametrize("looks", [1, 7])
@examples(40)
@given(table_and_window=tables_and_windows())
def test_tree_does_not_depend_on_the_kind_of_state(looks, table_and_window):
    table, window = table_and_window
    counts = as_bigram_counts(table)
    expected = brown_cluster(counts, window=window)
    with (
        patch.object(agglomerate, "MERGES_BETWEEN_LOOKS", looks),
        patch.object(dense_state, "MIN_DENSE_WORDS", 1),
        patch.object(dense_state, "LOSS_RATIO", -1.0),
        patch.object(dense_state, "LARGE_MEAN_COUNT", np.inf if looks > 1 else 0),
    ):
        tree = brown_cluster(counts, window=window)
    np.testing.assert_array_equal(tree.children, expected.children)
    np.testing.assert_array_equal(tree.losses, expected.losses)
    assert tree.ami_at_window == expected.ami_at_window


def test_wide_windows_are_not_dense():
    counts = as_bigram_counts(reference.count_text([fixed_text()])).table
    scale = tree_state.scale_bits(counts.n_tokens)
    state = tree_state.load_state(counts, 20, scale, 1)
    assert dense_state.can_be_dense(state)
    with patch.object(dense_state, "MAX_DENSE_SLOTS", 21):
        assert not dense_state.can_be_dense(state)
        assert not dense_state.is_dense_at_once(counts, 20)


@given(*[st.integers(1, 100) | st.integers(1, 10**12)] * 2)
def test_approximate_terms_are_within_their_slack(x, q):
    exact = -reference.D(x, q, 12) / 2.0**12
    sums = np.zeros(1, dtype=np.float32)
    ADD_TERMS(np.array([q], dtype=np.float32), x, sums)
    rounding = 4 * 2.0**-12 + 8e-16 * (x + q) * 41  # of the reference
    assert sums[0] * (1 + terms.RELATIVE_TERM_SLACK) >= exact - rounding
    assert sums[0] * (1 - terms.RELATIVE_TERM_SLACK) <= exact + rounding


def test_approximate_terms_are_zero_if_a_count_is():
    sums = np.zeros(2, dtype=np.float32)
    ADD_TERMS(np.array([0, 0], dtype=np.float32), 3, sums)
    ADD_TERMS_OF_ROWS(np.float32([0, 3]), np.float32([0, 0]), sums)
    assert not sums.any()


@given(st.lists(st.integers(0, 1000), min_size=1))
def test_sum_of_a_row(numbers):
    sums = np.array(numbers, dtype=np.float32)
    assert TAKE_SUM(sums) == sum(numbers)
    assert not sums.any()


@given(*[st.integers(0, 3) | st.integers(0, 2**40)] * 4)
def test_self_terms_are_at_most_their_bound(caa, cab, cba, cbb):
    total = caa + cab + cba + cbb
    with mpmath.workprec(200):
        information = sum(
            n * mpmath.log(mpmath.mpf(n) * total / (row * column), 2)
            for n, row, column in (
                (caa, caa + cab, caa + cba),
                (cab, caa + cab, cab + cbb),
                (cba, cba + cbb, caa + cba),
                (cbb, cba + cbb, cab + cbb),
            )
            if n > 0
        )
    bound = MOST_SELF_TERMS(float(caa), float(cab), float(cba), float(cbb))
    if min(caa, cbb) > 0 or min(cab, cba) > 0:
        assert information <= bound <= total
    else:
        assert bound == information == 0


@given(st.floats(1e-6, 1e15))
def test_logarithm_is_not_too_low(ratio):
    exact = max(np.log2(ratio), 0.0)
    assert exact <= LOG2_ABOVE(ratio) <= exact + 2.5e-4
