"""Counts of classes against sums in plain Python."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_bigram_counts, examples, text_tables


@st.composite
def tables_and_labels(draw):
    table = as_bigram_counts(draw(text_tables())).table
    n_classes = draw(st.integers(1, 8))
    label = st.integers(0, n_classes - 1)
    labels = draw(st.lists(label, min_size=table.n_rows, max_size=table.n_rows))
    return table, np.array(labels, np.int64), n_classes


def entries(rows):
    """The counts of sparse rows by row and column."""
    sizes = np.diff(rows.offsets)
    left = np.repeat(np.arange(sizes.size), sizes)
    return zip(left.tolist(), rows.indices.tolist(), rows.counts.tolist(), strict=True)


@given(tables_and_labels())
@examples(50)
def test_the_counts_of_classes_are_the_sums_of_those_of_words(example):
    table, labels, n_classes = example
    grouped = table.group(labels, n_classes)
    grouped.successors.validate("successors", n_classes)
    pairs = Counter()
    for left, right, count in entries(table.successors):
        pairs[int(labels[left]), int(labels[right])] += count
    assert {(i, j): n for i, j, n in entries(grouped.successors)} == pairs
    for name in ("unigram_counts", "edge_starts", "edge_ends"):
        sums = [0] * n_classes
        for label, count in zip(labels, getattr(table, name).tolist(), strict=True):
            sums[label] += count
        assert getattr(grouped, name).tolist() == sums
