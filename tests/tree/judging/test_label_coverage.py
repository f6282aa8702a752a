"""Coverage and mutual information of part of the words."""

import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import all_tables, as_bigram_counts

from brownclust import BigramCounts
from brownclust.tree.judging import cluster_sizes, label_coverage


@given(all_tables, st.data())
def test_ami_if_all_words_have_a_cluster(table, data):
    n = len(table.n)
    labels = data.draw(st.lists(st.integers(0, n), min_size=n, max_size=n))
    found = label_coverage(as_bigram_counts(table), labels)
    ami = reference.average_mutual_information(table, labels)
    assert found.ami == pytest.approx(ami, rel=1e-12, abs=1e-14)
    assert found.types == 1.0
    assert found.tokens == sum(table.n) / table.n_tokens


@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
def test_words_without_a_cluster_are_as_if_removed(boundary):
    sentences = [text.split() for text in ("a b a c", "b a c a", "d a b")]
    counts = BigramCounts.from_sentences(sentences, boundary=boundary)
    kept = BigramCounts.from_sentences(
        sentences, boundary=boundary, stopwords=["c", "d"]
    )
    labels = [{"a": 0, "b": 1}.get(word, -1) for word in counts.vocabulary]
    found = label_coverage(counts, labels)
    assert found.ami == label_coverage(kept, [0, 1]).ami
    assert (found.types, found.tokens) == (2 / 4, 8 / 11)


def test_no_word_has_a_cluster():
    counts = BigramCounts.from_sentences([["a", "b"]])
    found = label_coverage(counts, [-1, -1])
    assert (found.types, found.tokens, found.ami) == (0.0, 0.0, 0.0)


def test_sizes():
    assert cluster_sizes([3, 3, 3, 5, 5, 9]) == (1, 2.0, 3)
    assert cluster_sizes([0, 1, 1]) == (1, 1.5, 2)
    with pytest.raises(ValueError, match="labels must be of at least one cluster"):
        cluster_sizes([-1])
    with pytest.raises(TypeError, match="labels must be integers"):
        cluster_sizes(["a"])
