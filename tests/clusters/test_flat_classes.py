"""Classes with names and without a tree, wherever clusters with bit strings can be."""

import io

import numpy as np
import pytest

from brownclust._archive import ArchiveError, load_archive
from brownclust.clusters.documents import BrownVectorizer
from brownclust.clusters.feature_files import write_conll
from brownclust.clusters.features import BrownFeatures
from brownclust.clusters.word_clusters import KIND, WordClusters
from brownclust.tagger import PerceptronTagger, Tagger
from brownclust.text.conll import read_conll

WORDS = ["red", "blue", "sits", "lies", "7"]
NAMES = ["5", "5", "17", "17", "300"]


@pytest.fixture
def classes():
    return WordClusters.from_classes(WORDS, NAMES, [1, 2, 3, 4, 5])


def test_names_are_kept_as_given(classes):
    assert classes.is_flat
    assert classes.cluster_bit_strings == ("5", "17", "300")
    assert [classes[word] for word in classes] == NAMES
    assert classes.bit_strings(["red", "gnu"], unknown="300") == ["5", "300"]
    with pytest.raises(ValueError, match=r"^unknown must be the name of a class, got"):
        classes.bit_strings(["gnu"], unknown="1")
    assert repr(classes) == "<WordClusters of 5 words in 3 flat classes>"


def test_numbers_are_in_order_and_keep_their_zeros():
    names = ["b", "10", "9", "09", "a", "9" * 5_000]
    classes = WordClusters.from_classes(["a", "b", "c", "d", "e", "f"], names)
    assert classes.cluster_bit_strings == ("09", "9", "10", "9" * 5_000, "a", "b")


def test_there_are_no_prefixes(classes):
    assert classes.members("1") == []
    assert classes.members("17") == ["lies", "sits"]
    assert classes.members("") == []
    assert classes.prefixes("red", [1, 4]) == ["5", "5"]
    assert classes.nearest("red") == [("blue", 0, 2)]
    assert classes.nearest("7") == []
    indices, sizes = classes.embedding_indices(["7", "red", "gnu"], [1, 2])
    assert indices.tolist() == [[3, 3], [1, 1], [0, 0]]
    assert sizes == (4, 4)


@pytest.mark.parametrize("lengths", ["turian", "all", [1], [2, 4]])
def test_the_only_feature_is_the_class(classes, lengths):
    features = BrownFeatures(classes, lengths, context=0)
    assert features.strings([["sits", "gnu"]]) == [[["b[0]=17"], []]]
    assert sorted(features.feature_names()) == ["b[0]=17", "b[0]=300", "b[0]=5"]
    assert features.matrix([["sits", "gnu"]]).sum() == 1
    file = io.BytesIO()
    write_conll(file, read_conll(io.BytesIO(b"sits V\ngnu N\n"), "x"), features)
    assert file.getvalue() == b"sits V 17\ngnu N _\n"


def test_columns_tell_a_class_from_no_class():
    features = BrownFeatures(WordClusters.from_classes(["a"], ["_"]), context=0)
    with pytest.raises(ValueError, match=r"^class names must be other than _, which"):
        write_conll(io.BytesIO(), read_conll(io.BytesIO(b"a X\n"), "x"), features)


def test_documents(classes):
    vectorizer = BrownVectorizer(classes).fit([])
    assert sorted(vectorizer.get_feature_names_out()) == ["b=17", "b=300", "b=5"]
    assert vectorizer.transform(["red blue sits"]).sum() == 3


def test_cuts_are_refused(classes):
    error = r"^the order of merges must be known to cut, got flat classes, which have"
    with pytest.raises(ValueError, match=error):
        classes.cut(2)
    with pytest.raises(ValueError, match=error):
        BrownFeatures(classes, [4], cuts=[2])


def test_save_and_load(classes, tmp_path):
    path = tmp_path / "classes.npz"
    classes.save(path)
    loaded = WordClusters.load(path)
    assert loaded.is_flat
    assert loaded.cluster_bit_strings == classes.cluster_bit_strings
    assert loaded.counts.tolist() == [1, 2, 3, 4, 5]
    # A version that knows no flat classes must not take them for a tree.
    with pytest.raises(ArchiveError, match="of format version up to 1, got 2"):
        load_archive(path, KIND, 1)
    WordClusters(["a"], [""]).save(path)
    assert load_archive(path, KIND, 1)["format_version"] == 1


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (["", "a"], "classes must be non-empty strings without whitespace or lone"),
        (["a b", "a"], "classes must be non-empty strings without whitespace or lone"),
        (["a", "\ud800"], "classes must be non-empty strings without whitespace or lo"),
        (["a"], "classes must be one for each of 2 words, got 1"),
    ],
)
def test_invalid_classes(names, error):
    with pytest.raises(ValueError, match=f"^{error}"):
        WordClusters.from_classes(["x", "y"], names)


@pytest.mark.parametrize("names", ["ab", [1, 2], [None, "a"]])
def test_classes_that_are_not_strings(names):
    with pytest.raises(TypeError, match=r"^classes must be "):
        WordClusters.from_classes(["x", "y"], names)


def test_tagger(classes, tmp_path):
    sentences = [["red", "sits"], ["blue", "lies"]] * 5
    tags = [["A", "V"]] * 10
    templates = ["cluster[0]", "cluster:4[0]", "cluster:4[-1]"]
    tagger = PerceptronTagger(templates, clusters=classes, n_epochs=3)
    tagger.fit(sentences, tags)
    tagger.save(tmp_path / "t.npz")
    loaded = Tagger.load(tmp_path / "t.npz")
    assert loaded.clusters.cluster_bit_strings == classes.cluster_bit_strings
    assert "cluster:4[0]=17" in loaded.space_.names()
    assert loaded.predict([["blue", "sits"]]) == [["A", "V"]]
    as_tree = WordClusters(WORDS, ["00", "00", "01", "01", "1"])
    other = PerceptronTagger(templates, clusters=as_tree).fit(sentences, tags)
    assert other.space_.difference(tagger.space_) == "clusters"
    assert loaded.space_.difference(tagger.space_) is None


def test_format_is_for_text(classes, tmp_path):
    path = tmp_path / "classes"
    path.write_text("red\t5\nsits\t17\n")
    assert WordClusters.load(path, "alexclark")["sits"] == "17"
    with pytest.raises(ValueError, match=r"--from \(format=\) alexclark or spacy"):
        WordClusters.load(path)
    classes.save(path)
    with pytest.raises(
        ValueError, match=r"^format must be left out, since .* is not te"
    ):
        WordClusters.load(path, "alexclark")


def test_files_of_bits_are_not_flat(tmp_path):
    WordClusters(["a", "b"], ["0", "1"]).save(tmp_path / "tree.npz")
    with np.load(tmp_path / "tree.npz") as file:
        assert "bit_strings" in file
        assert "class_names" not in file
    assert not WordClusters.load(tmp_path / "tree.npz").is_flat
