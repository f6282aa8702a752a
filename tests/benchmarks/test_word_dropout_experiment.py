"""The experiment of word dropout, on tiny data; and tagging with two versions."""

import json

import pytest

from benchmarks import versions_taggers
from benchmarks.experiments import word_dropout
from benchmarks.experiments.common.tasks import Task
from brownclust import WordClusters

DATA = ([["the", "dog"], ["a", "cat"], ["dog"]], [["D", "N"], ["D", "N"], ["N"]])


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    class Store:
        def __init__(self, folder):
            pass

        def greedy(self, text, k):
            return WordClusters(["dog", "cat", "the", "a"], ["0", "0", "1", "1"])

    task = Task("EWT", "pos", lambda folder: (DATA, DATA, DATA), "accuracy")
    monkeypatch.setattr(word_dropout, "TASKS", (task,))
    monkeypatch.setattr(word_dropout, "ClusterStore", Store)
    monkeypatch.setattr(word_dropout, "default_text", lambda options: None)
    monkeypatch.setattr(word_dropout, "SEEDS", {0.5: 2, 1.0: 2})
    monkeypatch.setattr(word_dropout, "N_EPOCHS", 1)
    (tmp_path / "labelled").mkdir()


def test_runs_are_kept(tiny, tmp_path):
    arguments = ["--data", str(tmp_path), "--work", str(tmp_path)]
    arguments += ["-o", str(tmp_path / "found")]
    assert word_dropout.main(arguments) == 0
    record = json.loads((tmp_path / "found.json").read_text())
    assert len(record["runs"]) == 2 * 2 * len(word_dropout.STRENGTHS)
    report = (tmp_path / "found.md").read_text()
    assert "| EWT" in report
    record["runs"][0]["score"] = 12.5  # a run that is there is not made again
    (tmp_path / "found.json").write_text(json.dumps(record))
    assert word_dropout.main(arguments) == 0
    assert json.loads((tmp_path / "found.json").read_text())["runs"] == record["runs"]


def test_no_test_data(tiny, tmp_path, capsys):
    arguments = ["--data", str(tmp_path), "--work", str(tmp_path), "--test"]
    with pytest.raises(SystemExit):
        word_dropout.main(arguments)
    assert "this experiment has no test data" in capsys.readouterr().err


@pytest.mark.slow
def test_tagging_with_this_version_and_itself(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")  # nothing is compiled twice
    (tmp_path / "train.tsv").write_text("the\tD\ndog\tN\n\na\tD\n")
    (tmp_path / "text").write_text("the dog\na dog\n")
    arguments = ["--old", str(versions_taggers.HERE), "--repeats", "1", "--epochs", "1"]
    arguments += ["--train", str(tmp_path / "train.tsv")]
    arguments += ["--text", str(tmp_path / "text")]
    assert versions_taggers.main(arguments) == 0
    out = capsys.readouterr().out
    assert "\ntrain " in out
    assert "\ntags: same\n" in out
