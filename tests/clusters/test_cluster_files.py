"""Clusters files whose content is damaged, though the archive is whole."""

import numpy as np
import pytest
from archives import rewrite

from brownclust import WordClusters
from brownclust._archive import ArchiveError

WORDS = ["the", "cat", "dog"]
BIT_STRINGS = ["1", "00", "01"]
MERGES = [[0, 1], [3, 2]]


def pack(text):
    return np.frombuffer(text, np.uint8)


@pytest.fixture
def damage(tmp_path):
    """Write a clusters file with some arrays replaced; without those that are None."""

    def damage(**arrays):
        path = tmp_path / "clusters.npz"
        WordClusters(WORDS, BIT_STRINGS, [3, 2, 1], merges=MERGES).save(path)
        rewrite(path, **arrays)
        return path

    return damage


def test_whole_file(damage):
    assert WordClusters.load(damage()).cut(2).cluster_bit_strings == ("0", "1")
    assert WordClusters.load(damage(merges=None)).merges is None


@pytest.mark.parametrize(
    "arrays",
    [
        {"bit_strings": pack(b"01\n00\n1")},
        {"bit_strings": pack(b"00\n00\n1")},
        {"bit_strings": pack(b"0\n01\n1")},
        {"bit_strings": pack(b"00\n02\n1")},
        {"bit_strings": pack(b"00\n\xff\n1")},
        {"bit_strings": pack(b"00\n01\n1\n")},
        {"bit_strings": pack(b"")},
        {"bit_strings": pack(b"00\n01\n1").astype(float)},
        {"bit_strings": np.array("00 01 1")},
        {"bit_strings": pack(b"00\n01\n1"), "class_names": pack(b"5\n17\n300")},
        {"bit_strings": None, "class_names": pack(b"5\n17\n300")},  # has merges
        {"bit_strings": None, "class_names": pack(b"17\n5\n300"), "merges": None},
        {"bit_strings": None, "class_names": pack(b"5\n\n300"), "merges": None},
        {"bit_strings": None, "class_names": pack(b"5\na b\nc"), "merges": None},
        {"bit_strings": None},
        {"vocabulary_buffer": pack(b"thethedog")},
        {"vocabulary_buffer": pack(b"the\nat" + b"dog")},
        {"vocabulary_buffer": pack(b"the\tat" + b"dog")},
        {"vocabulary_offsets": np.array([0, 0, 6, 9])},
        {"vocabulary_offsets": np.array([0, 6, 3, 9])},
        {"vocabulary_offsets": np.array([0, 3, 6])},
        {"vocabulary_offsets": np.array([0, 3, 6, 9.5])},
        {"vocabulary_offsets": np.array([[0, 3, 6, 9]])},
        {"vocabulary_buffer": pack(b""), "vocabulary_offsets": np.array([0])},
        {"labels": np.array([2, 0, 3], np.int32)},
        {"labels": np.array([2, 0, -1], np.int32)},
        {"labels": np.array([2, 0, 0], np.int32)},
        {"labels": np.array([2, 0], np.int32)},
        {"labels": np.array([[2, 0, 1]], np.int32)},
        {"labels": np.array([2, 0, 1.0])},
        {"labels": np.array([True, False, True])},
        {"counts": np.array([3, 2, -1])},
        {"counts": np.array([3, 2])},
        {"counts": np.array([3, 2, 1.0])},
        {"counts": np.array(["3", "2", "1"])},
        {"counts": np.array([3, 2, 2**63], np.uint64)},
        {"counts": None},
        {"merges": np.array([[0, 1], [3, 3]])},
        {"merges": np.array([[7, 1], [3, 2]])},
        {"merges": np.array([[-1, 0], [3, 2]])},
        {"merges": np.array([[0, 1], [0, 2]])},
        {"merges": np.array([[3, 2], [0, 1]])},
        {"merges": np.array([[1, 0], [3, 2]])},
        {"merges": np.array([[1, 2], [0, 3]])},
        {"merges": np.array([[0, 1]])},
        {"merges": np.array([[0, 1], [3, 2], [4, 4]])},
        {"merges": np.array([[0.5, 1.5], [3.5, 2.5]])},
        {"merges": np.array([[2**64 - 1, 1], [3, 2]], np.uint64)},
        {"merges": np.array("none")},
    ],
)
def test_damaged_files_are_named(damage, arrays):
    path = damage(**arrays)
    with pytest.raises(ArchiveError) as raised:
        WordClusters.load(path)
    message = str(raised.value)
    assert message.startswith(
        f"{path}: expected a whole brownclust clusters file, got a damaged file ("
    )
    assert "\n" not in message


@pytest.mark.parametrize(
    ("merges", "error"),
    [
        ([[0, 1], [3, 3]], "merges[1] must be two clusters that exist and are not"),
        ([[7, 1], [3, 2]], "merges[0] must be two clusters that exist and are not"),
        ([[-1, 0], [3, 2]], "merges[0] must be two clusters that exist and are not"),
        ([[0, 1], [0, 3]], "merges[1] must be two clusters that exist and are not"),
        ([[0, 2], [1, 3]], "merges[0] must be clusters whose bit strings differ only"),
        ([[1, 0], [3, 2]], "merges[0] must be clusters whose bit strings differ only"),
        ([[0, 1]], "merges must be of shape (2, 2), got (1, 2)"),
        ([[0, 1, 2], [3, 3, 3]], "merges must be of shape (2, 2), got (2, 3)"),
        ([[0, 1.2], [3, 2]], "merges must be integers, got 'float64'"),
        ([], "merges must be of shape (2, 2), got (0,)"),
    ],
)
def test_merges_must_build_the_tree(merges, error):
    with pytest.raises(ValueError, match=r"^merges") as raised:
        WordClusters(WORDS, BIT_STRINGS, merges=merges)
    assert str(raised.value).startswith(error)


def test_a_single_cluster_has_no_merges():
    assert WordClusters(["a"], [""], merges=[]).cut(1).merges.shape == (0, 2)


@pytest.mark.parametrize("word", ["", "a\nb", "a\tb", "\r"])
def test_words_that_no_text_can_hold(word):
    with pytest.raises(ValueError, match=r"^words must be non-empty and without"):
        WordClusters([word, "b"], ["0", "1"])


@pytest.mark.parametrize("bit_strings", ["01", [0, 1], [None, "0"]])
def test_bit_strings_that_are_not_strings(bit_strings):
    with pytest.raises(TypeError, match=r"^bit_strings must be "):
        WordClusters(["a", "b"], bit_strings)
