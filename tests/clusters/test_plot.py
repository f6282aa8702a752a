"""The plot of the top of the tree."""

import io
import re
import sys
import warnings

import pytest
import reference
from strategies import as_bigram_counts, fixed_text

from brownclust import WordClusters, plot_dendrogram
from brownclust.tree.fitting import cluster_counts


@pytest.fixture(scope="module")
def model():
    counts = as_bigram_counts(reference.count_text([fixed_text()]))
    return cluster_counts(counts, n_clusters=10, window=20)


@pytest.fixture
def pyplot():
    mpl = pytest.importorskip("matplotlib", reason="needs the extra plot")
    mpl.use("agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("lengths", ["depth", "loss"])
@pytest.mark.parametrize("k", [1, 2, 20])
def test_leaves(pyplot, model, k, lengths):
    axes = plot_dendrogram(model, k, lengths=lengths, n_words=2)
    clusters = WordClusters.from_model(model, k)
    shown = texts_of(axes)
    assert shown[::2] == list(clusters.cluster_bit_strings)
    for bits, words in zip(shown[::2], shown[1::2], strict=True):
        assert words == " ".join(clusters.members(bits)[:2])
    axes.figure.savefig(io.BytesIO(), format="png")


def test_branches_by_loss(pyplot, model):
    axes = plot_dendrogram(model, 5, lengths="loss")
    lines = axes.collections[1].get_segments()
    starts = sorted({-x for line in lines for x, _ in line if x})
    assert starts == pytest.approx(model.dendrogram.linkage(5)[:, 2])


def test_all_clusters_by_default(pyplot, model):
    assert len(texts_of(plot_dendrogram(model))) == 2 * 10


def test_where_to_plot(pyplot, model):
    _, axes = pyplot.subplots()
    assert plot_dendrogram(model, 3, ax=axes) is axes


def test_odd_words(pyplot):
    words = ["$x^", "猫", "שלום", "مرحبا", "\x1b[31m", "é\udce9", "w" * 99, r"\frac{"]
    clusters = WordClusters(words, [f"{i:03b}" for i in range(8)])
    axes = plot_dendrogram(clusters)
    assert "w" * 15 + "…" in texts_of(axes)
    with warnings.catch_warnings():
        # A machine may lack fonts; nothing else is warned of.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        axes.figure.savefig(io.BytesIO(), format="png")
        axes.figure.savefig(io.BytesIO(), format="svg")


def test_nodes_with_one_child(pyplot):
    clusters = WordClusters(["a", "b", "c"], ["000", "0010", "1"], [1, 2, 3])
    assert len(texts_of(plot_dendrogram(clusters))) == 6


FLAT = WordClusters.from_classes(["a", "b"], ["1", "2"])
TREE = WordClusters(["a", "b"], ["0", "1"])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"clusters": FLAT}, "clusters must be a tree, not flat classes, got"),
        ({"clusters": TREE, "n_clusters": 3}, "n_clusters must be at most 2, the numb"),
        ({"clusters": TREE, "lengths": "loss"}, "lengths must be 'depth' for clusters"),
        ({"clusters": TREE, "lengths": "x"}, "lengths must be one of depth, loss, got"),
        ({"clusters": TREE, "n_words": 0}, "n_words must be at least 1, got 0"),
        (
            {"clusters": "out"},
            "clusters must be a BrownModel or WordClusters, got",
        ),
    ],
)
def test_what_cannot_be_plotted(pyplot, arguments, error):
    with pytest.raises((TypeError, ValueError), match=f"^{re.escape(error)}"):
        plot_dendrogram(**arguments)


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    message = "plot_dendrogram needs matplotlib; run: pip install 'brownclust[plot]'"
    with pytest.raises(ImportError, match=f"^{re.escape(message)}$"):
        plot_dendrogram(TREE)
