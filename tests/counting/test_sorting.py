from collections import Counter as Tally

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brownclust._kernels.counting.pair_table import ID_BITS, find_shards
from brownclust.counting.pair_table import PairTable
from brownclust.counting.sorting import merge_runs
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.spill import PairFile, sort_runs

ids = st.integers(0, 2**31 - 1) | st.integers(0, 3)
counts = st.integers(1, 2**40)
pairs = st.dictionaries(st.tuples(ids, ids), counts, max_size=40)


def rows_of(pairs):
    rows = [(left << ID_BITS | right, count) for (left, right), count in pairs.items()]
    return np.array(rows, np.int64).reshape(-1, 2)


def shard_of(key):
    shards = np.empty(1, np.int64)
    find_shards(np.array([key]), shards)
    return shards[0]


def tally_of(rows):
    return {
        (key >> ID_BITS, key & (1 << ID_BITS) - 1): count
        for key, count in rows.tolist()
    }


@given(st.lists(pairs, max_size=4))
def test_counts_of_pairs_are_added_up(tables):
    table = PairTable()
    for pairs in tables:
        rows = rows_of(pairs)
        table.add_mixed(rows[:, 0], rows[:, 1])
    expected = sum(map(Tally, tables), Tally())
    assert table.n_pairs == len(expected)
    pieces = list(table.pop_pairs())
    assert tally_of(np.concatenate(pieces)) == expected
    assert table.n_pairs == 0


@given(st.lists(pairs, max_size=5), st.integers(1, 20))
def test_runs_are_merged_in_order(tables, n_rows):
    runs = [rows[np.argsort(rows[:, 0])] for rows in map(rows_of, tables)]
    file = PairFile(None)
    for rows in runs:
        file.append([rows])
    merged = [np.empty((0, 2), np.int64), *merge_runs(file.runs(), n_rows)]
    rows = np.concatenate(merged)
    assert (np.diff(rows[:, 0]) > 0).all()
    assert tally_of(rows) == sum(map(Tally, tables), Tally())


small_pairs = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), counts, max_size=20
)


@given(st.lists(pairs, min_size=1, max_size=4), st.integers(1, 2**30))
def test_counts_move_out_of_entries_as_ids_take_their_bits(tables, count):
    """The ids come in ascending order, so that the bits of an id change on the way."""
    table = PairTable()
    total = Tally()
    for pairs in tables:
        for pair in sorted(pairs, key=max):
            rows = rows_of({pair: count})
            table.add_mixed(rows[:, 0], rows[:, 1])
            table.count(int(shard_of(rows[0, 0])), rows[:, 0])
            total[pair] += count + 1
    assert tally_of(np.concatenate(list(table.pop_pairs()))) == total


@given(st.lists(small_pairs, max_size=4), st.permutations([0, 1, 2, -1, -1]))
def test_runs_on_disk_are_sorted_by_rank(tables, ranks):
    ranks = np.array([-1, *ranks], np.int32)
    spilled = PairFile(None)
    for pairs in tables:
        rows = rows_of(pairs)
        is_first = rows[:, 0] >> ID_BITS < 3
        spilled.append([rows[is_first], rows[~is_first]])
    assert spilled.n_runs == len(tables)
    rows, (starts, ends) = sort_runs(spilled, ranks, 3, None)
    expected = np.zeros((3, 3), np.int64)
    expected_starts, expected_ends = np.zeros((2, 3), np.int64)
    for (left, right), count in sum(map(Tally, tables), Tally()).items():
        if ranks[left] >= 0 and ranks[right] >= 0:
            expected[ranks[left], ranks[right]] += count
        elif left == 0 and ranks[right] >= 0:
            expected_starts[ranks[right]] += count
        elif right == 0 and ranks[left] >= 0:
            expected_ends[ranks[left]] += count
    rows.validate("rows", 3)
    assert rows.to_matrix().toarray().tolist() == expected.tolist()
    assert (starts.tolist(), ends.tolist()) == (
        expected_starts.tolist(),
        expected_ends.tolist(),
    )


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, 2), min_size=n, max_size=n), min_size=n, max_size=n
        )
    )
)
def test_transpose(rows):
    dense = np.array(rows, np.int64)
    offsets = np.concatenate([[0], np.cumsum((dense > 0).sum(axis=1))])
    indices = np.nonzero(dense)[1].astype(np.int32)
    other = SparseRows(offsets, indices, dense[dense > 0]).transpose()
    other.validate("rows", len(rows))
    assert other.to_matrix().toarray().tolist() == dense.T.tolist()
