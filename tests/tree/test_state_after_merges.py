"""The state of agglomeration is made again from any merges, as for a checkpoint."""

from unittest.mock import patch

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    as_bigram_counts,
    examples,
    fixed_text,
    tables_and_windows,
)

from brownclust._kernels.tree import state as fields
from brownclust._threads import thread_pool
from brownclust.tree import agglomerate
from brownclust.tree import state as tree_state
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.grouped_state import load_state_after
from brownclust.tree.state import (
    Merges,
    losses_of_merges,
    merges_of,
)


@pytest.fixture(scope="module")
def counts():
    return as_bigram_counts(reference.count_text([fixed_text(n_words=120)]))


class TestState:
    @examples(25)
    @given(
        tables_and_windows(),
        st.sampled_from(["drawn", 1, -1, 0]),
        st.integers(1, 2),
        st.sampled_from([1, 9]),
    )
    def test_state_can_be_restored_after_every_merge(
        self, table_and_window, edge, threads, segment_bits
    ):
        table, window = table_and_window
        if edge != "drawn":  # 1, V - 1, V
            window = edge if edge > 0 else max(1, len(table.n) + edge)
        counts = as_bigram_counts(table)
        with (
            patch.object(tree_state, "MIN_SHARED_WORK", 0),
            patch.object(tree_state, "SEGMENT_BITS", segment_bits),
        ):
            whole = brown_cluster(counts, window=window)
            self.restore_after_every_merge(counts, window, threads, whole)
        children = whole.children.copy()  # writable, as in a checkpoint
        losses = losses_of_merges(children, counts.table, window, whole.scale)
        np.testing.assert_array_equal(losses, whole.losses)

    def restore_after_every_merge(self, counts, window, threads, whole):
        state = tree_state.load_state(counts.table, window, whole.scale, 1)
        for n_merged in range(whole.losses.size + 1):
            merges = merges_of(state)
            assert merges.losses.size == n_merged
            again = load_state_after(merges, counts.table, window, whole.scale, threads)
            assert again.scratch.shape[0] == threads
            assert_same_clusters(again, state)
            if agglomerate.HAS_ATOMICS or threads == 1:
                run = agglomerate._Run(counts.table, window, whole.scale, threads)
                again = agglomerate._merge_all(again, run, None, None)
                np.testing.assert_array_equal(again.children, whole.children)
                np.testing.assert_array_equal(again.losses, whole.losses)
                assert_same_labels(again.slot_of_word, whole.cut(window))
            if n_merged < whole.losses.size:
                with thread_pool(1) as pool:
                    run = agglomerate._Run(counts.table, window, whole.scale, 1)
                    state = agglomerate._advance(state, run, 1, pool)

    def test_losses_of_merges_when_the_pool_is_packed(self):
        text = fixed_text(n_words=400, n_tokens=1200)
        counts = as_bigram_counts(reference.count_text([text]))
        tree = brown_cluster(counts, window=100)
        arguments = (tree.children, counts.table, 100, tree.scale)
        pack = tree_state.with_packed_pool
        with (
            patch.object(tree_state, "POOL_PER_SLOT", 17),
            patch.object(tree_state, "with_packed_pool", side_effect=pack) as packed,
        ):
            losses = losses_of_merges(*arguments)
        np.testing.assert_array_equal(losses, tree.losses)
        assert packed.call_count > 1

    @pytest.mark.parametrize(
        ("children", "reason"),
        [
            ([[0, 0]], r"children\[0\] must be the ids of two clusters active at th"),
            ([[0, 21]], r"children\[0\] must be the ids of two clusters active at t"),
            ([[-1, 2]], r"children\[0\] must be the ids of two clusters active at t"),
            ([[0, 120]], r"children\[0\] must be the ids of two clusters active at "),
            ([[0, 1], [1, 120]], "children must be of different nodes, got 'node 1 2"),
            ([[0, 1]] * 120, r"children must be of shape \(120, 2\), fewer than 120"),
            ([0, 1], r"children must be of shape \(2, 2\), fewer than 120 rows, got"),
        ],
    )
    def test_merges_of_no_tree(self, counts, children, reason):
        merges = Merges(np.array(children), np.zeros(len(children), np.int64))
        with pytest.raises(ValueError, match=f"^{reason}"):
            load_state_after(merges, counts.table, 20, 20, 1)


def assert_same_labels(one, other):
    """The same words are together; the numbers may be others."""
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    assert len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))


def assert_same_clusters(one, other):
    """Two states have equal clusters, counts and overlaps, in any slots."""
    (ids, slots), (other_ids, other_slots) = map(clusters_by_id, (one, other))
    assert ids == other_ids
    for field in (fields.SIZE, fields.NEIGHBOUR_TOTAL, fields.SELF_COUNT):
        np.testing.assert_array_equal(
            one.slots[field, slots], other.slots[field, other_slots]
        )
    np.testing.assert_array_equal(one.log_size[slots], other.log_size[other_slots])
    overlaps = [
        (state.overlap + state.overlap.T)[np.ix_(s, s)]
        for state, s in ((one, slots), (other, other_slots))
    ]
    for overlap in overlaps:
        np.fill_diagonal(overlap, 0)
    np.testing.assert_array_equal(*overlaps)
    for name in (fields.N_ENTERED, fields.N_MERGED):
        assert one.progress[name] == other.progress[name]


def clusters_by_id(state):
    ids = state.slots[fields.CLUSTER]
    slots = np.flatnonzero(ids != fields.FREE)
    slots = slots[np.argsort(ids[slots])]
    return ids[slots].tolist(), slots
