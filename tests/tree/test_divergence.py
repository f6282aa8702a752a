"""How far the neighbours of words are from those of their clusters."""

from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_bigram_counts, small_text_tables

from brownclust.tree.divergence import neighbour_divergences


def by_definition(table, labels):
    """The divergences on both sides of each word."""
    pairs = Counter()
    of_words = [Counter(), Counter()]
    for (v, w), count in table.c.items():
        pairs[labels[v], labels[w]] += count
        of_words[0][w, labels[v]] += count
        of_words[1][v, labels[w]] += count
    both_sides = Counter()
    for (i, j), count in pairs.items():
        both_sides[i] += count
        both_sides[j] += count
    sides = []
    for side, neighbours in enumerate(of_words):
        total = Counter()
        for (w, _), count in neighbours.items():
            total[w] += count
        values = [0.0] * len(table.n)
        for (w, j), count in neighbours.items():
            i, p = labels[w], count / total[w]
            values[w] += p * log(
                p / (pairs[(i, j) if side else (j, i)] / both_sides[i])
            )
        sides.append(values)
    return sides


@given(small_text_tables(), st.data())
def test_by_definition(table, data):
    size = len(table.n)
    labels = data.draw(st.lists(st.integers(-1, 3), min_size=size, max_size=size))
    found = neighbour_divergences(as_bigram_counts(table), labels)
    for side, values in zip(found, by_definition(table, labels), strict=True):
        assert side.dtype == float
        assert side.tolist() == pytest.approx(values, rel=1e-9, abs=1e-9)
