import itertools
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from brownclust import Dendrogram
from brownclust.tree.dendrogram import BLANK_LOSS


def make(children, losses=None, *, window=None, **options):
    """A tree with losses of 1, 2, 3 … bits, unless given."""
    n_merges = len(children)
    options = {"scale": 0, "n_bigrams": 1, "ami_at_window": 0.0, **options}
    return Dendrogram(
        children,
        list(range(1, n_merges + 1)) if losses is None else losses,
        window=n_merges + 1 if window is None else window,
        **options,
    )


def chain(n_leaves, window):
    """Every word joins the cluster of the first words, so the tree is a chain."""
    joined = np.arange(n_leaves, 2 * n_leaves - 2)
    entering = np.arange(2, n_leaves)
    children = np.concatenate(
        [[[0, 1]], np.column_stack([entering, joined]).reshape(-1, 2)]
    )
    return make(children, window=window)


@st.composite
def trees(draw, max_leaves=24, min_loss=0):
    """Any order of merges that a window allows."""
    n_leaves = draw(st.integers(1, max_leaves))
    window = draw(st.integers(1, n_leaves))
    active = list(range(window))
    children = []
    for step in range(n_leaves - 1):
        if window + step < n_leaves:
            active.append(window + step)
        left = active.pop(draw(st.integers(0, len(active) - 1)))
        right = active.pop(draw(st.integers(0, len(active) - 1)))
        children.append(sorted((left, right)))
        active.append(n_leaves + step)
    losses = draw(
        st.lists(
            st.integers(min_loss, 2**40), min_size=n_leaves - 1, max_size=n_leaves - 1
        )
    )
    return make(children, losses, window=window, scale=10, n_bigrams=100)


def clusters_after(tree, n_clusters):
    """The definition of a cut: the clusters after the first merges."""
    clusters = {leaf: {leaf} for leaf in range(tree.n_leaves)}
    for step in range(tree.n_leaves - n_clusters):
        left, right = tree.children[step].tolist()
        clusters[tree.n_leaves + step] = clusters.pop(left) | clusters.pop(right)
    return clusters


def paths_from_root(tree, n_clusters):
    """The bit string of each leaf by the definition, from leaf to root."""
    parents = {}
    for step, (left, right) in enumerate(tree.children.tolist()):
        parents[left] = (tree.n_leaves + step, "0")
        parents[right] = (tree.n_leaves + step, "1")
    paths = [""] * tree.n_leaves
    for cluster, leaves in clusters_after(tree, n_clusters).items():
        path, node = "", cluster
        while node in parents:
            node, bit = parents[node]
            path = bit + path
        for leaf in leaves:
            paths[leaf] = path
    return paths


class TestByHand:
    # Words 0 to 4, window 3; (0, 3) → 5, (2, 4) → 6, (1, 5) → 7, (6, 7) → 8.
    #
    #          8
    #       0/   \1
    #       6     7
    #     0/ \1 0/ \1
    #     2   4 1   5
    #             0/ \1
    #             0   3
    @pytest.fixture
    def tree(self):
        return Dendrogram(
            [[0, 3], [2, 4], [1, 5], [6, 7]],
            [4, 8, 12, 20],
            scale=2,
            window=3,
            n_bigrams=10,
            ami_at_window=1.0,
        )

    def test_cuts(self, tree):
        assert tree.cut(1).tolist() == [0, 0, 0, 0, 0]
        assert tree.cut(2).tolist() == [1, 1, 0, 1, 0]
        assert tree.cut(3).tolist() == [2, 1, 0, 2, 0]
        assert tree.cut(3).dtype == np.int32

    def test_bit_strings(self, tree):
        assert tree.bit_strings(1) == [""] * 5
        assert tree.bit_strings(2) == ["1", "1", "0", "1", "0"]
        assert tree.bit_strings(3) == ["11", "10", "0", "11", "0"]
        assert tree.cluster_bit_strings(3) == ["0", "10", "11"]

    def test_full_bit_strings(self, tree):
        assert list(tree.iter_full_bit_strings()) == [
            (2, "00"),
            (4, "01"),
            (1, "10"),
            (0, "110"),
            (3, "111"),
        ]

    def test_losses_are_bits_per_bigram(self, tree):
        assert tree.merge_losses.tolist() == [0.1, 0.2, 0.3, 0.5]

    def test_ami_decreases_by_the_losses_of_the_last_merges(self, tree):
        np.testing.assert_allclose(tree.ami_by_n_clusters, [0.2, 0.7, 1.0], atol=1e-15)
        assert tree.average_mutual_information(3) == 1.0
        assert tree.average_mutual_information(2) == pytest.approx(0.7, abs=1e-15)

    def test_linkage(self, tree):
        np.testing.assert_allclose(
            tree.linkage(),
            [[0, 3, 0.1, 2], [2, 4, 0.3, 2], [1, 5, 0.6, 3], [6, 7, 1.1, 5]],
            atol=1e-15,
        )

    @pytest.mark.parametrize("n_clusters", [0, -1, 4])
    def test_cuts_outside_the_window(self, tree, n_clusters):
        bound = "most the window, 3" if n_clusters > 3 else "least 1"
        message = f"n_clusters must be at {bound}, got {n_clusters}"
        for method in (tree.cut, tree.bit_strings, tree.average_mutual_information):
            with pytest.raises(ValueError, match=message):
                method(n_clusters)

    def test_repr(self, tree):
        assert repr(tree) == "Dendrogram(n_leaves=5, window=3, ami_at_window=1)"

    def test_arrays_cannot_be_changed(self, tree):
        with pytest.raises(ValueError, match="read-only"):
            tree.children[0, 0] = 1


def test_one_word():
    tree = make([], [])
    assert tree.n_leaves == 1
    assert tree.cut(1).tolist() == [0]
    assert tree.bit_strings(1) == [""]
    assert list(tree.iter_full_bit_strings()) == [(0, "")]
    assert tree.ami_by_n_clusters.tolist() == [0.0]
    assert tree.linkage().shape == (0, 4)


def test_no_bigrams_lose_nothing():
    assert make([[0, 1]], [0], n_bigrams=0).merge_losses.tolist() == [0.0]


@given(trees())
def test_every_cut_is_the_state_after_the_merges(tree):
    for n_clusters in range(1, tree.window + 1):
        expected = paths_from_root(tree, n_clusters)
        assert tree.bit_strings(n_clusters) == expected
        in_order = sorted(set(expected))
        assert len(in_order) == n_clusters
        assert tree.cluster_bit_strings(n_clusters) == in_order
        assert tree.cut(n_clusters).tolist() == [in_order.index(p) for p in expected]


@given(trees())
def test_full_bit_strings_are_sorted_and_prefix_free(tree):
    leaves, paths = zip(*tree.iter_full_bit_strings(), strict=True)
    assert sorted(leaves) == list(range(tree.n_leaves))
    assert list(paths) == sorted(paths)
    assert not any(b.startswith(a) for a, b in itertools.pairwise(paths))
    expected = paths_from_root(tree, tree.n_leaves)
    assert [expected[leaf] for leaf in leaves] == list(paths)


@given(trees(min_loss=1))  # SciPy cuts merges of equal distance in no fixed order
def test_scipy_cuts_the_same_clusters(tree):
    linkage = tree.linkage()
    if tree.n_leaves == 1:
        return  # SciPy has no linkage of one observation
    assert hierarchy.is_valid_linkage(linkage, throw=True)
    assert hierarchy.is_monotonic(linkage)
    for n_clusters in range(1, tree.window + 1):
        ours = tree.cut(n_clusters)
        cut = hierarchy.cut_tree(linkage, n_clusters=n_clusters)[:, 0]
        assert_same_partition(ours, cut)
        flat = hierarchy.fcluster(linkage, n_clusters, criterion="maxclust")
        assert_same_partition(ours, flat)


def assert_same_partition(ours, theirs):
    pairs = set(zip(ours.tolist(), theirs.tolist(), strict=True))
    assert len(pairs) == len(set(ours.tolist())) == len(set(theirs.tolist()))


@given(trees(min_loss=1))
def test_the_linkage_of_the_top(tree):
    for k in range(2, tree.window + 1):
        top = tree.linkage(k)
        assert top.shape == (k - 1, 4)
        assert hierarchy.is_valid_linkage(top, throw=True)
        assert hierarchy.is_monotonic(top)
        hierarchy.to_tree(top)  # checks the numbers of leaves
        assert len(hierarchy.dendrogram(top, no_plot=True)["leaves"]) == k
        whole = tree.linkage()[1 - k :, 2]
        np.testing.assert_allclose(np.diff(top[:, 2]), np.diff(whole), atol=1e-6)
        for n_clusters in range(1, k + 1):
            flat = hierarchy.fcluster(top, n_clusters, criterion="maxclust")
            assert_same_partition(tree.cut(n_clusters), flat[tree.cut(k)])


def test_the_linkage_of_one_cluster():
    assert make([[0, 1], [2, 3]], [5, 1]).linkage(1).shape == (0, 4)


def test_rounding_below_zero_keeps_the_linkage_monotonic():
    tree = make([[0, 1], [2, 3]], [5, -1])
    assert tree.linkage()[:, 2].tolist() == [5.0, 5.0]


def test_a_chain_of_a_hundred_thousand_merges():
    tree = chain(100_000, window=1000)
    labels = tree.cut(1000)
    paths = tree.bit_strings(1000)
    assert np.bincount(labels).max() == 100_000 - 999
    assert max(map(len, paths)) == 999
    first, last = next(tree.iter_full_bit_strings()), paths[0]
    assert first == (99_999, "0")
    assert last == "1" * 999
    assert tree.linkage()[-1, 3] == 100_000


def n_lines_run(function, *arguments):
    """How many lines of Python a call runs, a measure of work that is no time."""
    n_lines = 0

    def count(_frame, event, _argument):
        nonlocal n_lines
        n_lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return n_lines


@pytest.mark.parametrize("method", [Dendrogram.cut, Dendrogram.bit_strings])
def test_work_on_a_chain_is_linear(method):
    work = [n_lines_run(method, chain(n, window=100), 100) for n in (2_000, 4_000)]
    assert 1000 < work[1] < 2.5 * work[0]


def test_the_first_child_is_bit_0():
    options = {"scale": 0, "window": 3, "n_bigrams": 1, "ami_at_window": 1.0}
    tree = Dendrogram([[1, 0], [3, 2]], [0, 0], **options)
    assert tree.bit_strings(3) == ["01", "00", "1"]
    assert tree.cut(2).tolist() == [0, 0, 1]
    assert tree.cluster_merges(3).tolist() == [[0, 1], [3, 2]]


class TestBlankLosses:
    @pytest.fixture
    def tree(self):
        children = [[0, 3], [2, 4], [1, 5], [6, 7]]
        losses = [BLANK_LOSS, BLANK_LOSS, 12, 20]
        return make(children, losses, window=3, scale=2, n_bigrams=10)

    def test_losses(self, tree):
        assert tree.n_blank == 2
        np.testing.assert_array_equal(tree.merge_losses, [np.nan, np.nan, 0.3, 0.5])
        assert tree.ami_by_n_clusters.tolist() == [-0.8, -0.3, 0.0]

    def test_cuts_are_those_of_a_tree_with_losses(self, tree):
        with_losses = make(tree.children, window=3)
        for k in (1, 2, 3):
            assert tree.bit_strings(k) == with_losses.bit_strings(k)
        assert with_losses.n_blank == 0

    def test_words_of_a_cluster_are_at_distance_0(self, tree):
        linkage = tree.linkage()
        np.testing.assert_allclose(linkage[:, 2], [0, 0, 0.3, 0.8])
        assert hierarchy.is_valid_linkage(linkage)

    @pytest.mark.parametrize(
        "losses",
        [
            [1, BLANK_LOSS, 2, 3],
            [BLANK_LOSS, 1, BLANK_LOSS, 3],
            [BLANK_LOSS, BLANK_LOSS, BLANK_LOSS, 3],
            [BLANK_LOSS] * 4,
        ],
    )
    def test_only_of_the_first_merges(self, losses):
        message = (
            "^losses must be blank for some of the first 2 merges alone, without a gap"
        )
        with pytest.raises(ValueError, match=message):
            make([[0, 3], [2, 4], [1, 5], [6, 7]], losses, window=3)


class TestInvalidTrees:
    @pytest.mark.parametrize(
        ("children", "message"),
        [
            ([[0, 1], [2, 2]], r"children\[1\] must be .*, got \[2, 2\]"),
            ([[0, 3], [1, 2]], r"children\[0\] must be .*, got \[0, 3\]"),
            ([[-1, 1], [2, 3]], r"children\[0\] must be .*, got \[-1, 1\]"),
            (
                [[0, 1], [0, 3]],
                "must be of different nodes, got 'node 0 2",
            ),
            ([[0, 1], [2, 9]], r"children\[1\] must be"),
            ([[0, 1]], r"children must be of shape \(2, 2\), one row per loss"),
            ([[0, 1, 2], [2, 3, 4]], r"children must be of shape \(2, 2\)"),
        ],
    )
    def test_children(self, children, message):
        with pytest.raises(ValueError, match=message):
            make(children, [1, 2])

    def test_a_word_merged_before_it_enters(self):
        with pytest.raises(ValueError, match=r"children\[0\] must be .*, got \[0, 3\]"):
            make([[0, 3], [1, 2], [4, 5]], window=2)

    @pytest.mark.parametrize("window", [0, 4])
    def test_window(self, window):
        with pytest.raises(ValueError, match="window must be at"):
            make([[0, 1], [2, 3]], window=window)

    def test_kinds(self):
        with pytest.raises(TypeError, match="children must be a 2-dimensional array"):
            make([[0.5, 1.0]], [1])
        with pytest.raises(TypeError, match="losses must be a 1-dimensional array"):
            make([[0, 1]], [[1]])
        with pytest.raises(ValueError, match="ami_at_window must be finite, got nan"):
            make([[0, 1]], ami_at_window=float("nan"))
