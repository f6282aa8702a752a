"""The top of the tree, and words found by their place in it."""

import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_bigram_counts, fixed_text

from brownclust import WordClusters
from brownclust.clusters.tree_top import tree_top
from brownclust.tree.fitting import cluster_counts

FLAT = WordClusters.from_classes(["a", "b", "c"], ["2", "10", "2"])
TWO = WordClusters(["a", "b"], ["0", "1"])


@pytest.fixture(scope="module")
def clusters():
    counts = as_bigram_counts(reference.count_text([fixed_text()]))
    return WordClusters.from_model(cluster_counts(counts, n_clusters=30))


def leaf_names(clusters, *arguments):
    return [leaf.bit_string for leaf in tree_top(clusters, *arguments).leaves]


def without_merges(clusters):
    return WordClusters(clusters, list(clusters.values()), clusters.counts)


@pytest.mark.parametrize("k", [1, 2, 3, 10, 29, 30])
def test_the_leaves_are_the_cut(clusters, k):
    top = tree_top(clusters, k)
    cut = clusters.cut(k)
    assert [leaf.bit_string for leaf in top.leaves] == list(cut.cluster_bit_strings)
    for label, leaf in enumerate(top.leaves):
        ranks = clusters.ranks_between(leaf.start, leaf.stop)
        assert (cut.labels[ranks] == label).all()
        # Words that are equally frequent are in the order of the finest clusters.
        assert set(clusters.words_of(ranks)) == set(cut.members(leaf.bit_string))
    assert {node.bit_string for node in top.inner} == {
        leaf.bit_string[:n] for leaf in top.leaves for n in range(len(leaf.bit_string))
    }
    assert top.inner == sorted(top.inner)


def test_a_subtree(clusters):
    top = tree_top(clusters, 3, "1")
    assert len(top.leaves) == 3
    assert {node.bit_string[0] for node in (*top.inner, *top.leaves)} == {"1"}
    below = [bits for bits in clusters.cluster_bit_strings if bits.startswith("1")]
    assert leaf_names(clusters, 30, "1") == leaf_names(clusters, None, "1") == below
    # The merges undone in a subtree are those undone in the tree.
    k = next(k for k in range(1, 31) if len(_below(leaf_names(clusters, k), "1")) == 3)
    assert _below(leaf_names(clusters, k), "1") == leaf_names(clusters, 3, "1")


def _below(names, prefix):
    return [name for name in names if name.startswith(prefix)]


def test_nothing_begins_with_a_prefix(clusters):
    assert tree_top(clusters, None, "2") == ([], [])
    assert tree_top(clusters, 1, max(clusters.cluster_bit_strings) + "0") == ([], [])


def test_most_tokens_are_divided_first():
    clusters = WordClusters([*"abcd"], ["00", "01", "10", "11"], [1, 1, 5, 9])
    assert leaf_names(clusters, 3) == ["0", "10", "11"]
    clusters = WordClusters([*"abcde"], ["00", "01", "10", "11", "01"])
    assert leaf_names(clusters, 3) == ["00", "01", "1"]


def test_nodes_with_one_child():
    clusters = WordClusters(["a", "b", "c"], ["000", "0010", "1"], [1, 2, 3])
    top = tree_top(clusters)
    assert [leaf.bit_string for leaf in top.leaves] == ["000", "0010", "1"]
    assert [node.bit_string for node in top.inner] == ["", "00"]
    assert leaf_names(clusters, 2, "0") == ["000", "0010"]


@given(st.lists(st.text("01", min_size=1, max_size=5), min_size=1, max_size=12))
def test_any_bit_strings(bit_strings):
    names = {
        bits
        for bits in bit_strings
        if not any(o != bits and bits.startswith(o) for o in bit_strings)
    }
    clusters = WordClusters([f"w{name}" for name in sorted(names)], sorted(names))
    for k in range(1, len(names) + 1):
        top = tree_top(clusters, k)
        assert len(top.leaves) == k
        assert len(top.inner) == k - 1
        assert [leaf.start for leaf in top.leaves[1:]] == [
            leaf.stop for leaf in top.leaves[:-1]
        ]
    for prefix in {name[:2] for name in names}:
        assert set(clusters.members(prefix)) == {
            f"w{name}" for name in names if name.startswith(prefix)
        }


@pytest.mark.parametrize(
    ("clusters", "k", "error"),
    [
        (FLAT, 2, "n_clusters must be left out for flat classes, which have no tree"),
        (
            WordClusters(["a", "b"], ["0", "1"]),
            3,
            "n_clusters must be at most 2, the number of clu",
        ),
        (
            WordClusters(["a", "b"], ["0", "1"]),
            0,
            "n_clusters must be at least 1, got 0",
        ),
    ],
)
def test_impossible_tops(clusters, k, error):
    with pytest.raises(ValueError, match=f"^{error}"):
        tree_top(clusters, k)


def test_flat_classes():
    assert leaf_names(FLAT) == ["2", "10"]
    assert leaf_names(FLAT, None, "10") == ["10"]
    assert leaf_names(FLAT, None, "1") == []


def test_outward(clusters):
    for bits in clusters.cluster_bit_strings:
        seen = set()
        for prefix, ranks in clusters.iter_outward(bits):
            words = set(clusters.words_of(ranks))
            assert words == set(clusters.members(prefix)) - seen
            assert (clusters.counts[ranks][1:] <= clusters.counts[ranks][:-1]).all()
            seen |= words
        assert seen == set(clusters)


def test_outward_of_a_class():
    [(name, ranks)] = FLAT.iter_outward("2")
    assert (name, ranks.tolist()) == ("2", [0, 2])
