import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_bigram_counts, fixed_text

from brownclust import BrownClustering
from brownclust._archive import ArchiveError
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.counting.vocabulary import Vocabulary
from brownclust.tree.fitting import cluster_counts

WORDS = ["the", "cat", "dog", "ran", "<user>", "0"]
BIT_STRINGS = ["00", "010", "010", "011", "10", "11"]
COUNTS = [12, 3, 4, 2, 1, 5]


@pytest.fixture
def clusters():
    return WordClusters(WORDS, BIT_STRINGS, COUNTS)


@pytest.fixture(scope="module")
def model():
    counts = as_bigram_counts(reference.count_text([fixed_text()]))
    return cluster_counts(counts, n_clusters=20, window=40)


def test_as_a_mapping(clusters):
    assert len(clusters) == 6
    assert list(clusters) == WORDS
    assert "cat" in clusters
    assert "Cat" not in clusters
    assert clusters["cat"] == "010"
    assert clusters.count("dog") == 4
    with pytest.raises(KeyError, match="Cat"):
        clusters["Cat"]
    assert repr(clusters) == "<WordClusters of 6 words in 5 clusters>"


def test_look_up(clusters):
    words = ["cat", "Dog", "@x", "7", "gnu", "", "a\nb"]
    steps = ["lowercase", "users", "digits"]
    assert clusters.look_up(words).tolist() == [1, *[-1] * 6]
    assert clusters.look_up(words, backoff=steps).tolist() == [1, 2, 4, 5, -1, -1, -1]
    assert clusters.look_up(["a\nb\n"], backoff=steps).tolist() == [-1]
    assert clusters.bit_strings(words, backoff=BackOff(steps)) == [
        *("010", "010", "10", "11", None, None, None)
    ]
    assert clusters.bit_strings(["gnu", "cat"], unknown="00") == ["00", "010"]
    assert clusters.look_up(np.array(words)).tolist() == [1, *[-1] * 6]
    assert clusters.look_up([]).tolist() == []


@pytest.mark.parametrize("words", ["cat", b"cat"])
def test_look_up_of_one_string(clusters, words):
    with pytest.raises(TypeError, match=r"^words must be a sequence of words, got"):
        clusters.look_up(words)


def test_look_up_of_a_number(clusters):
    with pytest.raises(TypeError, match=r"^word must be a string, got 7$"):
        clusters.look_up(["cat", 7])


def test_unknown_must_be_a_cluster(clusters):
    with pytest.raises(ValueError, match=r"^unknown must be a cluster's bit string"):
        clusters.bit_strings(["cat"], unknown="0")


words = st.text(st.characters(exclude_categories=[]), max_size=4)


@given(st.lists(words), st.sets(words.filter(lambda w: "\n" not in w), min_size=1))
def test_look_up_equals_a_dictionary(asked, known):
    known = [word for word in sorted(known) if word and is_encodable(word)] or ["a"]
    found = Vocabulary.from_words(known).look_up(asked)
    ranks = {word: rank for rank, word in enumerate(known)}
    assert found.tolist() == [ranks.get(word, -1) for word in asked]


def is_encodable(word):
    try:
        word.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return word.isprintable() or word.isascii()


def test_trace_shows_every_form(clusters):
    assert clusters.trace("DOG", backoff=["digits", "lowercase", "nfc"]) == [
        ("exact", "DOG", None),
        ("digits", "DOG", None),
        ("lowercase", "dog", "010"),
    ]
    assert clusters.trace("gnu") == [("exact", "gnu", None)]


def test_members_of_a_prefix(clusters):
    assert clusters.members("01") == ["dog", "cat", "ran"]
    assert clusters.members("010") == ["dog", "cat"]
    assert clusters.members("0101") == []
    assert clusters.members("") == ["the", "0", "dog", "cat", "ran", "<user>"]


def test_nearest(clusters):
    assert clusters.nearest("cat", 3) == [("dog", 3, 4), ("ran", 2, 2), ("the", 1, 12)]
    assert len(clusters.nearest("cat")) == 5
    with pytest.raises(KeyError):
        clusters.nearest("gnu")


def test_prefixes(clusters):
    assert clusters.prefixes("cat", (0, 2, 3, 9)) == ["", "01", "010", "010"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["a", None], "words must be strings, got None"),
        ([3, "a"], "words must be strings, got 3"),
        ({"a", "b"}, "words must be in order, not a set, got"),
    ],
)
def test_words_of_a_wrong_type(words, error):
    with pytest.raises(TypeError, match=f"^{error}"):
        WordClusters(words, ["0", "1"])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"words": ["a", "a"]}, "words must be all different, got 'a twice'"),
        ({"bit_strings": ["0", "2"]}, "bit_strings must be strings of 0 and 1, got"),
        ({"bit_strings": ["0", "01"]}, "bit_strings must be such that none is a pre"),
        ({"bit_strings": ["0"]}, "bit_strings must be one for each of 2 words"),
        ({"counts": [1]}, "counts must be one for each of 2 words, got"),
        ({"counts": [-3, 2]}, "counts must be integers of at least 0, got"),
        ({"counts": [1.5, 2]}, "counts must be integers of at least 0, got"),
        ({"words": [], "bit_strings": []}, "words must be non-empty, got"),
        ({"words": ["a", "\ud800"]}, "words must be words, each without lone surroga"),
        ({"bit_strings": ["0", "\ud800"]}, "bit_strings must be strings of 0 and 1"),
        ({"merges": [[0, 1], [2]]}, r"merges must be of shape \(1, 2\), got \[\[0, 1"),
        ({"merges": [[0, 1], [1, 2]]}, r"merges must be of shape \(1, 2\), got"),
    ],
)
def test_parts_that_do_not_fit(options, error):
    parts = {"words": ["a", "b"], "bit_strings": ["0", "1"]}
    with pytest.raises(ValueError, match=f"^{error}"):
        WordClusters(**{**parts, **options})


@pytest.mark.parametrize("k", [1, 2, 7, 19, 20])
def test_cut_equals_the_cut_of_the_tree(model, k):
    clusters = WordClusters.from_model(model)
    cut = clusters.cut(k)
    assert [cut[word] for word in cut] == model.dendrogram.bit_strings(k)
    assert cut.labels.tolist() == model.dendrogram.cut(k).tolist()
    for fewer in {1, (k + 1) // 2}:
        again = cut.cut(fewer)
        assert [again[w] for w in again] == model.dendrogram.bit_strings(fewer)


def test_more_clusters_of_a_model(model):
    assert WordClusters.from_model(model, 40).cut(20).labels.tolist() == (
        WordClusters.from_model(model).labels.tolist()
    )


@pytest.mark.parametrize(
    ("k", "error"),
    [
        (6, "n_clusters must be at most 5, the number of clusters, got 6"),
        (2, "the order of merges must be known to cut, got clusters from a text file"),
    ],
)
def test_impossible_cuts(clusters, k, error):
    with pytest.raises(ValueError, match=f"^{error}"):
        clusters.cut(k)


def test_save_and_load(model, clusters, tmp_path):
    for saved in (clusters, WordClusters.from_model(model)):
        path = tmp_path / "c.npz"
        saved.save(path)
        loaded = WordClusters.load(path)
        assert loaded.vocabulary == saved.vocabulary
        assert loaded.cluster_bit_strings == saved.cluster_bit_strings
        np.testing.assert_array_equal(loaded.labels, saved.labels)
        np.testing.assert_array_equal(loaded.counts, saved.counts)
        assert (loaded.merges is None) == (saved.merges is None)
        path.unlink()


def test_load_model(model, tmp_path):
    model.save(tmp_path / "model.npz")
    for path in (tmp_path, tmp_path / "model.npz"):
        clusters = WordClusters.load(path)
        assert clusters.n_clusters == 20
        assert clusters.cut(3).n_clusters == 3


def test_assumptions_about_a_text_file_are_warnings(tmp_path):
    path = tmp_path / "words"
    path.write_text("00\ta\n01\tb\n")
    with pytest.warns(UserWarning, match="words: no third column: all counts"):
        assert WordClusters.load(path)["b"] == "01"


def test_clusters_of_the_estimator():
    fitted = BrownClustering(n_clusters=2).fit([["a", "b"], ["a", "c"], ["d", "b"]])
    clusters = fitted.clusters_
    assert {word: clusters[word] for word in clusters} == fitted.bit_strings_


def test_damaged_and_foreign_files(clusters, tmp_path):
    path = tmp_path / "c.npz"
    clusters.save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ArchiveError, match="damaged"):
        WordClusters.load(path)
    np.savez(path, x=1)
    with pytest.raises(ArchiveError, match="expected a brownclust clusters file, got"):
        WordClusters.load(path)


def test_memory_of_a_word(clusters):
    words = [f"word{i}" for i in range(20_000)]
    many = WordClusters(words, [f"{i % 64:06b}" for i in range(20_000)])
    many.look_up(["a"])
    arrays = (
        *(many.labels, many.counts, many.vocabulary.buffer, many.vocabulary.offsets),
        *many.vocabulary._index,
    )
    assert sum(array.nbytes for array in arrays) <= 100 * len(words)
