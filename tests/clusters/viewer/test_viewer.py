"""The data in the page: all words, each cut of the tree; nothing that could run."""

import base64
import hashlib
import re
from importlib import resources

import numpy as np
import pytest
from commands import TEXT
from hypothesis import given
from hypothesis import strategies as st
from viewer_pages import HOSTILE, Page, cut_by_splits, decoded_paths

from brownclust import BigramCounts, WordClusters, cluster_counts
from brownclust.clusters.viewer import save_html
from brownclust.clusters.viewer.page import PROGRAM, STYLES

FILES = resources.files("brownclust.clusters.viewer") / "template"


@pytest.fixture
def saved(tmp_path):
    """A function that returns the page of clusters."""

    def saved(clusters, **options):
        path = tmp_path / "clusters.html"
        save_html(clusters, path, **options)
        return Page(path)

    return saved


@pytest.fixture(scope="module")
def model():
    sentences = [line.split() for line in TEXT.splitlines()]
    counts = BigramCounts.from_sentences(sentences)
    return cluster_counts(counts, n_clusters=3, window=6)


@st.composite
def merged_clusters(draw):
    """Clusters with random merges, some with several words."""
    n_clusters = draw(st.integers(1, 12))
    roots, children = list(range(n_clusters)), []
    for step in range(n_clusters - 1):
        pair = [
            roots.pop(draw(st.integers(0, len(roots) - 1), label="which")) for _ in "ab"
        ]
        children.append(pair)
        roots.append(n_clusters + step)
    paths = {roots[0]: ""}
    for step in reversed(range(n_clusters - 1)):
        for bit, child in zip("01", children[step], strict=True):
            paths[child] = paths[n_clusters + step] + bit
    order = sorted(range(n_clusters), key=paths.__getitem__)
    rank = [order.index(leaf) for leaf in range(n_clusters)]
    merges = [[rank[c] if c < n_clusters else c for c in pair] for pair in children]
    extra = draw(st.lists(st.integers(0, n_clusters - 1), max_size=8))
    labels = [*range(n_clusters), *extra]
    counts = draw(
        st.lists(st.integers(0, 5), min_size=len(labels), max_size=len(labels))
    )
    return WordClusters(
        [f"w{i}" for i in range(len(labels))],
        [paths[label] for label in labels],
        counts,
        merges=merges,
    )


@given(merged_clusters())
def test_every_cut_and_every_word(tmp_path_factory, clusters):
    path = tmp_path_factory.mktemp("page") / "clusters.html"
    save_html(clusters, path)
    tree, words = (Page(path).block(name) for name in ("tree-data", "words-data"))
    assert tuple(decoded_paths(tree)[0]) == clusters.cluster_bit_strings
    for k in range(1, clusters.n_clusters + 1):
        assert tuple(cut_by_splits(tree, k)) == clusters.cut(k).cluster_bit_strings
    assert sorted(words["words"]) == sorted(clusters)
    assert words["counts"] == sorted(clusters.counts.tolist(), reverse=True)
    for word, label, count in zip(
        words["words"], words["labels"], words["counts"], strict=True
    ):
        assert clusters.cluster_bit_strings[label] == clusters[word]
        assert clusters.count(word) == count
    assert tree["n_words"] == np.bincount(clusters.labels).tolist()
    members = [clusters.members(bits) for bits in clusters.cluster_bit_strings]
    assert tree["top"] == [names[:12] for names in members]
    assert tree["totals"] == [sum(map(clusters.count, names)) for names in members]


def test_a_model_can_be_cut_up_to_its_window(model, saved):
    page = saved(model, title="cats & dogs")
    tree, words = page.block("tree-data"), page.block("words-data")
    assert page.title == "cats & dogs"
    assert tree["start"] == 3
    dendrogram = model.dendrogram
    assert tree["ami"] == dendrogram.ami_by_n_clusters.round(4).tolist()
    finest = decoded_paths(tree)[0]
    for k in range(1, 7):
        cut = cut_by_splits(tree, k)
        assert cut == dendrogram.cluster_bit_strings(k)
        labels = dendrogram.cut(k).tolist()
        for word, label in zip(words["words"], words["labels"], strict=True):
            cluster = cut[labels[model.vocabulary.index(word)]]
            assert finest[label].startswith(cluster)
    assert saved(model, n_clusters=5).block("tree-data")["start"] == 5


def test_clusters_without_merges(saved):
    clusters = WordClusters(["a", "b", "c"], ["000", "001", "1"], [1, 2, 3])
    tree = saved(clusters).block("tree-data")
    assert (tree["shared"], tree["rest"]) == ([0, 2, 0], ["000", "1", "1"])
    assert not {"splits", "start", "ami", "names"} & set(tree)


def test_flat_classes(saved):
    classes = WordClusters.from_classes(["a", "b", "c"], ["17", "x", "5"])
    tree = saved(classes).block("tree-data")
    assert tree["names"] == ["5", "17", "x"]
    assert tree["top"] == [["c"], ["a"], ["b"]]
    assert not {"splits", "start", "shared"} & set(tree)


def test_a_single_cluster(saved):
    tree = saved(WordClusters(["a"], [""], merges=[])).block("tree-data")
    assert (tree["shared"], tree["rest"], tree["splits"]) == ([0], [""], [])


def test_bytes_that_are_not_utf8(saved):
    clusters = WordClusters(["a\udcff", "b"], ["0", "1"])
    assert saved(clusters).block("words-data")["words"] == ["a\\xff", "b"]


class TestNothingCanRun:
    def test_hostile_words_are_in_compressed_blocks_alone(self, saved):
        clusters = WordClusters(HOSTILE, ["0"] * (len(HOSTILE) - 1) + ["1"])
        page = saved(clusters, title="</title><script>alert(3)</script>{{words}}")
        assert page.title == "</title><script>alert(3)</script>{{words}}"
        assert len(page.scripts) == 5
        assert "alert(" not in "".join(text for _, text in page.scripts)
        assert sorted(page.block("words-data")["words"]) == sorted(HOSTILE)

    def test_only_scripts_and_styles_of_the_policy(self, model, saved):
        page = saved(model)
        policy = page.policy
        assert policy["default-src"] == "'none'"
        programs = [text for attributes, text in page.scripts if not attributes]
        assert len(programs) == 3
        assert policy["script-src"] == " ".join(map(source_hash, programs))
        assert policy["style-src"] == " ".join(map(source_hash, page.styles))
        assert set(policy) == {
            "default-src",
            "script-src",
            "style-src",
            "img-src",
            "base-uri",
            "form-action",
            "require-trusted-types-for",
            "trusted-types",
        }

    def test_nothing_is_loaded_or_run_by_attributes(self, model, saved):
        for tag, attributes in saved(model).tags:
            for name, value in attributes.items():
                assert not name.startswith("on"), (tag, name)
                assert name not in ("src", "style", "srcdoc", "action")
                assert name != "href" or value.startswith("data:image/svg+xml,")

    def test_our_scripts_make_no_html_from_strings(self):
        for name in PROGRAM:
            text = (FILES / name).read_text("utf-8")
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text
            )

    def test_every_file_is_in_the_page(self):
        listed = {*STYLES, *PROGRAM, "theme.js", "page.html"}
        assert listed == {file.name for file in FILES.iterdir() if file.is_file()}


def source_hash(text):
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def test_the_library_is_the_one_that_its_table_names():
    vendor = FILES / "vendor"
    table = (vendor / "README.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `(.+?)` \|.*\| ([\d.]+) \|.*`(.+?)` \| `(\w{64})` \|$",
        table,
        re.MULTILINE,
    )
    assert len(rows) == 1
    for file, version, licence, digest in rows:
        content = (vendor / file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        assert f" v{version} ".encode() in content[:100]
        assert "Permission to use" in (vendor / licence).read_text("utf-8")


@pytest.mark.parametrize(
    ("n_clusters", "message"),
    [
        (0, "n_clusters must be at least 1, got 0"),
        (7, "n_clusters must be at most 6, the number of clusters, got 7"),
    ],
)
def test_numbers_of_clusters(model, tmp_path, n_clusters, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        save_html(model, tmp_path / "page.html", n_clusters=n_clusters)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_shown(tmp_path):
    clusters = WordClusters(["a", "b"], ["0", "1"])
    with pytest.raises(ValueError, match="n_clusters must be left out, since"):
        save_html(clusters, tmp_path / "page.html", n_clusters=1)
    with pytest.raises(TypeError, match="clusters must be WordClusters or a"):
        save_html({"a": "0"}, tmp_path / "page.html")
