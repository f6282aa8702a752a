"""Clusters as a mapping, as a data frame, and as HTML."""

import sys
from collections.abc import Mapping

import pytest

from brownclust import BrownClustering, WordClusters
from brownclust.tagger import evaluate

WORDS = ["the", "cat", "<script>"]
BIT_STRINGS = ["1", "00", "01"]


@pytest.fixture
def clusters():
    return WordClusters(WORDS, BIT_STRINGS, [9, 3, 1])


def test_as_a_mapping(clusters):
    as_dict = dict(zip(WORDS, BIT_STRINGS, strict=True))
    assert isinstance(clusters, Mapping)
    assert dict(clusters) == dict(clusters.items()) == as_dict == clusters
    assert list(clusters.keys()) == WORDS
    assert list(clusters.values()) == BIT_STRINGS
    assert list(clusters.items()) == list(as_dict.items())
    assert ("cat", "00") in clusters.items()
    assert "00" in clusters.values()
    assert clusters.get("cat") == "00"
    assert clusters.get("gnu") is None
    assert clusters.get("gnu", "") == ""
    assert {**clusters} == as_dict


def test_equal_if_the_words_have_the_same_bit_strings(clusters):
    same = WordClusters(WORDS[::-1], BIT_STRINGS[::-1])
    assert clusters == same
    assert hash(clusters) == hash(same)
    classes = WordClusters.from_classes(WORDS, BIT_STRINGS)
    assert classes == clusters
    assert hash(classes) == hash(clusters)
    assert clusters != WordClusters(WORDS, ["0", "10", "11"])


def test_items_of_classes():
    classes = WordClusters.from_classes(["a", "b"], ["17", "5"])
    assert dict(classes.items()) == {"a": "17", "b": "5"}


def test_pandas(clusters):
    pandas = pytest.importorskip("pandas", reason="needs the extra pandas")
    series = pandas.Series(["cat", "gnu", "the"]).map(clusters)
    assert series.fillna("").tolist() == ["00", "", "1"]
    frame = clusters.to_frame()
    assert frame.columns.tolist() == ["word", "bit_string", "count"]
    assert frame["word"].tolist() == WORDS
    assert frame["bit_string"].tolist() == BIT_STRINGS
    assert frame["count"].tolist() == [9, 3, 1]
    classes = WordClusters.from_classes(["a", "b"], ["17", "5"]).to_frame()
    assert classes["class"].tolist() == ["17", "5"]


def test_without_pandas(clusters, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"^to_frame needs pandas; run: pip install"):
        clusters.to_frame()


class TestHtml:
    def test_clusters(self, clusters):
        html = clusters._repr_html_()
        assert "WordClusters of 3 words in 3 clusters</caption>" in html
        assert "&lt;script&gt;" in html
        assert "<script" not in html
        assert html.count("<tr>") == 4

    def test_many_clusters(self):
        bits = [f"{i:06b}" for i in range(64)]
        html = WordClusters([f"w{b}" for b in bits], bits)._repr_html_()
        assert "64 clusters; the top of the tree, cut into 20</caption>" in html
        assert html.count("<tr>") == 21

    def test_many_classes(self):
        names = [str(i) for i in range(64)]
        html = WordClusters.from_classes(names, names)._repr_html_()
        assert "64 flat classes; the first 20</caption>" in html
        assert html.count("<tr>") == 21

    def test_what_cannot_be_printed(self):
        html = WordClusters(["\x07", "a\udce9", "w" * 99], ["0", "10", "11"])
        text = html._repr_html_()
        text.encode("utf-8")
        assert r"\x07" in text
        assert r"a\xe9" in text
        assert "w" * 30 not in text

    def test_clustering_and_model(self):
        clustering = BrownClustering(2, random_state=3)
        assert clustering._repr_html_() == (
            "<pre>BrownClustering(n_clusters=2, random_state=3)</pre>"
        )
        clustering.fit([["a", "<b>"], ["a", "c"], ["d", "<b>"]])
        html = clustering._repr_html_()
        assert "BrownClustering(n_clusters=2, random_state=3): 4 words" in html
        assert "&lt;b&gt;" in html
        model = clustering.model_._repr_html_()
        assert "<td>2</td>" in model
        assert "BrownModel" in model

    def test_evaluation(self):
        found = evaluate([["B-<X>", "O"]], [["B-<X>", "O"]], n_bootstrap=5)
        assert str(found) == found.report()
        html = found._repr_html_()
        assert "&lt;X&gt;" in html
        assert html.count("<table>") == 2
