import hashlib
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brownclust._kernels.counting.pair_sorting import merge_sorted
from brownclust._kernels.counting.partitions import assign_partitions
from brownclust._kernels.counting.word_table import fill_table
from brownclust.counting.vocabulary import Vocabulary

KEYS = st.integers(0, 2**62 - 1) | st.integers(0, 20)
RUNS = st.dictionaries(KEYS, st.integers(1, 2**40), max_size=30)


def partitions_of(words, n_partitions):
    vocabulary = Vocabulary.from_words(words)
    partitions = np.empty(len(vocabulary), np.int64)
    assign_partitions(vocabulary.buffer, vocabulary.offsets, n_partitions, partitions)
    return partitions


def test_partitions_depend_on_the_word_and_are_of_similar_size():
    words = [hashlib.md5(bytes([i // 256, i % 256])).hexdigest() for i in range(3000)]
    for some in (words, list(map(str, range(3000)))):
        partitions = partitions_of(some, 6)
        sizes = np.bincount(partitions, minlength=6)
        assert sizes.size == 6
        assert sizes.min() > 300
        np.testing.assert_array_equal(partitions_of(some[9:99], 6), partitions[9:99])


def test_words_of_a_partition_are_spread_over_a_hash_table():
    words = list(map(str, range(40_000)))
    is_in_one = partitions_of(words, 8) == 3
    one = Vocabulary.from_words(np.array(words)[is_in_one].tolist())
    offsets = np.concatenate([[0], one.offsets])
    table = np.zeros((1 << 14, 2), np.int64)
    assert fill_table(one.buffer, offsets, 1 + len(one), table) == 0
    free = np.flatnonzero(table[:, 1] == 0)
    assert np.diff(free).max() < 50


@given(st.lists(st.binary(min_size=1, max_size=9), unique=True), st.integers(1, 2**16))
def test_partitions_are_in_range(words, n_partitions):
    partitions = partitions_of(words, n_partitions)
    assert ((partitions >= 0) & (partitions < n_partitions)).all()


@given(RUNS, RUNS)
def test_merging_adds_counts(one, other):
    rows = [
        np.array(sorted(run.items()), np.int64).reshape(-1, 2) for run in (one, other)
    ]
    merged = np.empty((len(one) + len(other), 2), np.int64)
    n_merged = merge_sorted(*rows, merged)
    expected = sorted((Counter(one) + Counter(other)).items())
    assert [tuple(row) for row in merged[:n_merged].tolist()] == expected
