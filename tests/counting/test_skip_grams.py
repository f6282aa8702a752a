"""Words up to so far apart are counted as their table of pairs would be."""

from collections import Counter as Tally

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust import BigramCounts, BrownClustering

sentences = st.lists(st.lists(st.sampled_from("abcd"), max_size=6), max_size=6)


@given(sentences, st.integers(2, 4), st.integers(1, 4))
def test_counts_are_those_of_all_pairs(sentences, span, min_count):
    pairs = Tally(
        (left, right)
        for words in sentences
        for i, left in enumerate(words)
        for right in words[i + 1 : i + 1 + span]
    )
    if not pairs:
        return
    table = BigramCounts.from_pairs((*pair, n) for pair, n in pairs.items())
    if table.unigram_counts[0] < min_count:
        return
    expected = table.select(min_count=min_count)
    found = BigramCounts.from_sentences(sentences, skip_grams=span, min_count=min_count)
    assert found.vocabulary == expected.vocabulary
    assert found.unigram_counts.tolist() == expected.unigram_counts.tolist()
    for name in ("offsets", "indices", "counts"):
        one, other = (getattr(c.successors, name) for c in (found, expected))
        assert one.tolist() == other.tolist()
    for name in ("n_tokens", "n_bigrams", "n_lines"):
        assert getattr(found, name) == getattr(table, name)
    found.validate()


def test_one_is_what_is_side_by_side():
    one = BigramCounts.from_sentences([["a", "b", "a"]], skip_grams=1)
    assert one.n_tokens == 3
    assert one.unigram_counts.tolist() == [2, 1]


def test_the_stream_goes_on_where_lines_are_nothing():
    counts = BigramCounts.from_sentences(
        [["a", "b"], ["c"]], boundary="ignore", skip_grams=2
    )
    assert counts.n_bigrams == 3


def test_not_with_edges_as_neighbours():
    message = "skip_grams must be 1 with boundary 'mark', .*, got 2"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_sentences([["a"]], boundary="mark", skip_grams=2)


def test_no_pair_at_all():
    with pytest.raises(ValueError, match="text must be one with words in it"):
        BigramCounts.from_sentences([["a"], ["b"]], skip_grams=2)


def test_estimator():
    texts = [["the", "old", "cat"], ["the", "old", "dog"], ["a", "cat", "a", "dog"]]
    clustering = BrownClustering(2, skip_grams=2, threads=2, memory=1 << 30).fit(texts)
    assert clustering.counts_.source["options"]["skip_grams"] == 2
    assert clustering.model_.options["skip_grams"] == 2
