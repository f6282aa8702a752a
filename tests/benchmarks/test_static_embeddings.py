"""The experiment with classes of word vectors, on tiny data."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.experiments.common.options import TEXTS
from benchmarks.experiments.common.record import RESULTS
from benchmarks.experiments.common.tasks import Task
from benchmarks.experiments.static_embeddings import __main__ as static_embeddings
from benchmarks.experiments.static_embeddings.report import draw, markdown_report, table
from benchmarks.experiments.static_embeddings.vectors import (
    WordVectors,
    bit_strings,
    train_vectors,
    word_classes,
)
from benchmarks.report import markdown

WORDS = ["a", "the", "dog", "cat"]
SENTENCES = [["a", "dog"], ["the", "cat"]]
TAGS = [["DET", "NOUN"]] * 2


@pytest.fixture
def vectors():
    directions = np.array([[1, 0], [2, 0.1], [0, 3], [0.1, 1]], np.float32)
    return WordVectors(WORDS, np.array([4, 3, 2, 1]), directions, 1.5)


def test_words_of_one_direction_are_one_class(vectors):
    clusters, seconds = word_classes(vectors, 2, seed=0)
    assert dict(clusters) in (
        {"a": "0", "the": "0", "dog": "1", "cat": "1"},
        {"a": "1", "the": "1", "dog": "0", "cat": "0"},
    )
    assert clusters.counts.tolist() == [4, 3, 2, 1]
    assert seconds >= 0


def test_bit_strings_of_a_chain():
    merges = np.array([[0, 1, 1, 2], [2, 4, 2, 3], [3, 5, 3, 4]])
    assert bit_strings(merges) == ["110", "111", "10", "0"]


@pytest.fixture
def arguments(tmp_path, vectors, monkeypatch):
    data = SENTENCES, TAGS
    task = Task("EWT", "pos", lambda _: (data, data, data), "accuracy")
    monkeypatch.setattr(static_embeddings, "TASKS", (task,))
    monkeypatch.setattr(static_embeddings, "draw", lambda *_: None)  # needs Matplotlib
    folder = tmp_path / "data" / "text"
    folder.mkdir(parents=True)
    (tmp_path / "data" / "labelled").mkdir()
    for name in TEXTS:
        (folder / f"{name}.txt").write_text("a dog\nthe cat\n")
    work = tmp_path / "work"
    (work / "vectors").mkdir(parents=True)
    for window in static_embeddings.WINDOWS:  # as if they had been trained
        np.savez(
            work / "vectors" / f"window{window}.npz",
            words=np.frombuffer("\n".join(WORDS).encode(), np.uint8),
            counts=vectors.counts,
            vectors=vectors.vectors,
            seconds=vectors.seconds,
        )
    return [
        *("--data", str(tmp_path / "data"), "--work", str(work)),
        *("-o", str(tmp_path / "result"), "--clusters", "2", "--min-count", "1"),
        *("--seeds", "2", "--epochs", "1"),
    ]


@pytest.mark.slow
def test_embeddings_can_be_resumed(arguments, tmp_path):
    assert static_embeddings.main(arguments) == 0
    assert static_embeddings.main([*arguments, "--test"]) == 0
    content = json.loads((tmp_path / "result.json").read_text())
    assert len(content["runs"]) == 2 * 6
    assert all("test" in run for run in content["runs"])
    assert content["seconds"]["word2vec-2 vectors"] == 1.5
    assert content["seconds"].keys() >= {"brown counts", "brown clusters"}
    report = (tmp_path / "result.md").read_text()
    assert report == markdown_report(content)
    assert "## Test data" in report


def test_plot_of_embeddings(tmp_path):
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    content = json.loads((RESULTS / "static_embeddings.json").read_text())
    draw(content, tmp_path / "figure.svg")
    assert "<svg" in (tmp_path / "figure.svg").read_text()


def test_vectors_without_gensim(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ImportError, match=r"pip install 'brownclust\[experiments\]'"):
        train_vectors([], tmp_path / "vectors.npz", window=2, min_count=1)


@pytest.mark.slow
def test_training_vectors(tmp_path):
    pytest.importorskip("gensim", reason="needs the extra experiments")
    text = tmp_path / "text.txt"
    text.write_text("a dog\nthe cat\n" * 20)
    path = tmp_path / "vectors.npz"
    trained = train_vectors([text], path, window=2, min_count=1)
    assert sorted(trained.words) == sorted(WORDS)
    assert trained.vectors.shape == (4, 100)
    again = train_vectors([], path, window=2, min_count=1)  # read from the file
    assert again.vectors.tobytes() == trained.vectors.tobytes()


def test_the_page_has_the_table_of_the_results():
    content = json.loads((RESULTS / "static_embeddings.json").read_text())
    page = Path(__file__).parents[2] / "docs" / "experiments.md"
    assert markdown(table(content["runs"], "test")) in page.read_text()
