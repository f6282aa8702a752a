"""Skip-grams are counted as a table of the same pairs would be."""

from collections import Counter as Tally

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust import BigramCounts, BrownClustering

sentences = st.lists(st.lists(st.sampled_from("abcd"), max_size=6), max_size=6)


@given(sentences, st.integers(2, 4), st.integers(1, 4))
def test_counts_equal_those_of_a_table_of_all_pairs(sentences, span, min_count):
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


def test_a_distance_of_one_counts_adjacent_words():
    one = BigramCounts.from_sentences([["a", "b", "a"]], skip_grams=1)
    assert one.n_tokens == 3
    assert one.unigram_counts.tolist() == [2, 1]


def test_pairs_cross_line_ends_with_boundary_ignore():
    counts = BigramCounts.from_sentences(
        [["a", "b"], ["c"]], boundary="ignore", skip_grams=2
    )
    assert counts.n_bigrams == 3


def test_skip_grams_exclude_boundary_mark():
    message = "skip_grams must be 1 with boundary 'mark', got 2"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_sentences([["a"]], boundary="mark", skip_grams=2)


def test_text_without_pairs():
    with pytest.raises(ValueError, match="text must be a text with at least one word"):
        BigramCounts.from_sentences([["a"], ["b"]], skip_grams=2)


def test_estimator():
    texts = [["the", "old", "cat"], ["the", "old", "dog"], ["a", "cat", "a", "dog"]]
    clustering = BrownClustering(2, skip_grams=2, threads=2, memory=1 << 30).fit(texts)
    assert clustering.counts_.source["options"]["skip_grams"] == 2
    assert clustering.model_.options["skip_grams"] == 2
