import io
from itertools import islice

import numpy as np
import pytest

from brownclust import Dendrogram
from brownclust.counting.vocabulary import Vocabulary
from brownclust.tree.dendrogram import BLANK_LOSS
from brownclust.tree.tree_files import write_merges, write_paths

# The tree that tests/tree/test_dendrogram.py draws.
TREE = Dendrogram(
    [[0, 3], [2, 4], [1, 5], [6, 7]],
    [4, 8, 12, 20],
    scale=2,
    window=3,
    n_bigrams=10,
    ami_at_window=1.0,
)


def paths(words, counts, n_clusters, tree=TREE):
    file = io.BytesIO()
    vocabulary = Vocabulary.from_words(words)
    write_paths(file, vocabulary, np.array(counts), tree, n_clusters)
    return file.getvalue()


def merges(tree):
    file = io.StringIO()
    write_merges(file, tree)
    return file.getvalue()


def test_paths_are_sorted_by_bit_string_then_count():
    assert paths(["the", "of", "cat", "dog", "sat"], [9, 7, 3, 2, 1], 2) == (
        b"0\tsat\t1\n0\tcat\t3\n1\tdog\t2\n1\tof\t7\n1\tthe\t9\n"
    )


def test_paths_of_words_of_equal_count_keep_the_order_of_rank():
    assert paths(["a", "b", "c", "d", "e"], [1, 1, 1, 1, 1], 1) == (
        b"\ta\t1\n\tb\t1\n\tc\t1\n\td\t1\n\te\t1\n"
    )


def test_full_paths_make_every_word_its_own_leaf():
    assert paths(["the", "of", "cat", "dog", "sat"], [9, 7, 3, 2, 1], None) == (
        b"00\tcat\t3\n01\tsat\t1\n10\tof\t7\n110\tthe\t9\n111\tdog\t2\n"
    )


def test_paths_keep_the_bytes_of_words():
    words = ["Straße", b"caf\xe9", "日本", "a\u0301", b"\x00"]
    written = paths(words, [5, 4, 3, 2, 1], 3)
    assert b"10\tcaf\xe9\t4\n" in written
    assert "11\tStraße\t5\n".encode() in written
    assert b"0\t\x00\t1\n" in written


def test_full_paths_are_streamed():
    """Of a file too large for memory, only the lines that are read are made."""

    class Reader(io.RawIOBase):
        def __init__(self):
            super().__init__()
            self.seen = []

        def writelines(self, lines):
            self.seen = list(islice(lines, 3))

    n_words = 200_000  # 20 GB of paths in all
    joined = np.arange(n_words, 2 * n_words - 2)
    later = np.column_stack([np.arange(2, n_words), joined])
    tree = Dendrogram(
        np.concatenate([[[0, 1]], later]),
        np.zeros(n_words - 1, dtype=int),
        scale=0,
        window=n_words,
        n_bigrams=1,
        ami_at_window=0.0,
    )
    reader = Reader()
    words = Vocabulary.from_words(map(str, range(n_words)))
    write_paths(reader, words, np.ones(n_words, dtype=int), tree, None)
    assert reader.seen == [
        b"0\t199999\t1\n",
        b"10\t199998\t1\n",
        b"110\t199997\t1\n",
    ]


def test_merges():
    assert merges(TREE) == (
        "step\tleft\tright\tnew\tloss_units\tloss_bits\tami_bits\n"
        "0\t0\t3\t5\t4\t0.1\t\n"
        "1\t2\t4\t6\t8\t0.2\t1.0\n"
        "2\t1\t5\t7\t12\t0.3\t0.7\n"
        "3\t6\t7\t8\t20\t0.5\t0.19999999999999996\n"
    )


@pytest.mark.parametrize("window", [1, 2, 3])
def test_information_is_blank_until_every_word_has_entered(window):
    tree = Dendrogram(
        [[0, 1], [2, 3]],
        [1, 2],
        scale=0,
        window=window,
        n_bigrams=1,
        ami_at_window=8.0,
    )
    column = [line.split("\t")[-1] for line in merges(tree).splitlines()[1:]]
    assert column == {1: ["", "8.0"], 2: ["8.0", "6.0"], 3: ["7.0", "5.0"]}[window]


def test_blank_losses_are_empty_cells():
    tree = Dendrogram(
        [[0, 2], [1, 3], [4, 5]],
        [BLANK_LOSS, BLANK_LOSS, 6],
        scale=0,
        window=2,
        n_bigrams=3,
        ami_at_window=8.0,
    )
    assert merges(tree).splitlines()[1:] == [
        "0\t0\t2\t4\t\t\t",
        "1\t1\t3\t5\t\t\t8.0",
        "2\t4\t5\t6\t6\t2.0\t6.0",
    ]


def test_merges_of_one_word():
    tree = Dendrogram([], [], scale=0, window=1, n_bigrams=0, ami_at_window=0.0)
    assert merges(tree).count("\n") == 1
