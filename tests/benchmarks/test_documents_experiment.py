"""The experiment with documents, on tiny data."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

from benchmarks.experiments.common.options import TEXTS
from benchmarks.experiments.common.record import RESULTS
from benchmarks.experiments.documents import __main__ as documents
from benchmarks.experiments.documents.features import Documents, Setting
from benchmarks.experiments.documents.report import draw, markdown_report, page_table
from brownclust import BrownVectorizer, WordClusters

TEXT = ["good good film", "bad film", "a great film", "dull", "good a"]
CLUSTERS = WordClusters(["good", "great", "bad", "film"], ["00", "01", "10", "11"])
TRAIN = np.array([0, 1])


@pytest.fixture
def matrices():
    return Documents([text.split() for text in TEXT], {"outside": CLUSTERS})


@pytest.mark.parametrize(
    ("weighting", "vectorizer"),
    [
        ("counts", CountVectorizer(token_pattern=r"\w+")),
        ("binary", CountVectorizer(token_pattern=r"\w+", binary=True)),
        ("tfidf", TfidfVectorizer(token_pattern=r"\w+", sublinear_tf=True)),
    ],
)
def test_words_are_weighted_as_in_scikit_learn(matrices, weighting, vectorizer):
    found = matrices.matrix(Setting(weighting), TRAIN).toarray()
    words = sorted({word for text in TEXT for word in text.split()})
    vectorizer.fit(TEXT[:2])
    known = [words.index(word) for word in vectorizer.get_feature_names_out()]
    # Words that no training document has are columns, too: they change the length.
    expected = normalize(vectorizer.transform(TEXT).toarray())
    np.testing.assert_allclose(normalize(found[:, known]), expected, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1)


def test_clusters_are_those_that_the_vectorizer_counts(matrices):
    setting = Setting("counts", "outside", "whole", 0.5)
    found = matrices.matrix(setting, TRAIN).toarray()
    counts = BrownVectorizer(CLUSTERS, [1000]).fit([]).transform(TEXT).toarray()
    n = counts.shape[1]
    np.testing.assert_allclose(found[:, -n:], 0.5 * normalize(counts))
    alone = matrices.matrix(Setting("", "outside", "whole"), TRAIN)
    assert alone.shape == counts.shape


def test_rare_words_give_way_to_their_clusters(matrices):
    found = matrices.matrix(Setting("counts", "outside", rare=0), TRAIN).toarray()
    words, clusters = found[:, :-4], found[:, -4:]
    assert not clusters[:2].any()  # all words of training documents are known
    assert np.flatnonzero(clusters[2]).tolist() == [1]  # great
    assert np.count_nonzero(words[2]) == 1  # film
    frequent = matrices.matrix(Setting("counts", "outside", rare=1), TRAIN).toarray()
    assert np.count_nonzero(frequent[0, :-4]) == 1  # film is in both
    assert np.flatnonzero(frequent[0, -4:]).tolist() == [0]


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in (*(f"text/{name}.txt" for name in TEXTS), "labelled/doc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    for name in TEXTS:
        (folder / f"text/{name}.txt").write_text("A good film\nA bad book\n" * 3)
    (folder / "labelled/doc").mkdir()
    words = {"pos": ["good", "great"], "neg": ["bad", "dull"]}
    rows = [
        f"{label}\tid{i}\ta {words[label][i % 2]} film"
        for label in words
        for i in range(20)
    ]
    for name in documents.DATA_SETS:
        (folder / f"labelled/doc/{name}.tsv").write_text("\n".join(rows) + "\n")
    return folder


def test_parts_of_documents(data):
    reviews = documents.DataSet(data / "labelled/doc/movie_reviews.tsv")
    small, all_of_them = reviews.split(0.25, seed=3), reviews.split(1.0, seed=3)
    assert small.train.tolist() == all_of_them.train[: len(small.train)].tolist()
    assert reviews.labels[small.train].mean() == 0.5
    assert small.test.tolist() == reviews.split(0.25, seed=4).test.tolist()
    every = np.concatenate([*all_of_them])
    assert sorted(every.tolist()) == [*range(40)]


@pytest.fixture
def results(data, tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "FRACTIONS", (0.2, 1.0))
    monkeypatch.setattr(documents, "draw", lambda *_: None)  # needs Matplotlib
    output = tmp_path / "result"
    arguments = [
        *("--data", str(data), "--work", str(tmp_path / "work"), "-o", str(output)),
        *("--clusters", "4", "--min-count", "1", "--seeds", "2"),
    ]
    assert documents.main(arguments) == 0
    return arguments, output


@pytest.mark.slow
def test_documents_can_be_resumed(results, capsys):
    arguments, output = results
    content = json.loads(output.with_suffix(".json").read_text())
    assert len(content["runs"]) == 2 * 2 * 2
    assert "Test data" not in output.with_suffix(".md").read_text()
    assert documents.main([*arguments, "--test"]) == 0
    content = json.loads(output.with_suffix(".json").read_text())
    assert all("test" in run["weighted"]["svm"] for run in content["runs"])
    report = output.with_suffix(".md").read_text()
    assert report == markdown_report(content)
    assert "### Sentences, linear SVM" in report.partition("## Test data")[2]
    with pytest.raises(SystemExit, match="has results of other settings"):
        documents.main([*arguments, "--min-count", "2"])


def test_plot_of_documents(tmp_path):
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    content = json.loads((RESULTS / "documents.json").read_text())
    draw(content, tmp_path / "figure.svg")
    assert "<svg" in (tmp_path / "figure.svg").read_text()


def test_the_page_has_the_table_of_the_results():
    content = json.loads((RESULTS / "documents.json").read_text())
    page = Path(__file__).parents[2] / "docs" / "experiments.md"
    assert page_table(content["runs"]) in page.read_text()
