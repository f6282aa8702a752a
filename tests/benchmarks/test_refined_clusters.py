"""The commands that compare greedy with refined clusters, on tiny data."""

import json

import pytest
from strategies import fixed_text

from benchmarks import refined_perplexity
from benchmarks.experiments import refined_taggers
from benchmarks.experiments.common import tasks
from benchmarks.experiments.refined_taggers_report import markdown_report


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(fixed_text(n_words=30, n_tokens=1000))
    return path


@pytest.mark.slow
def test_taggers_can_be_resumed(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(refined_taggers, "N_CLUSTERINGS", 1)
    monkeypatch.setattr(refined_taggers, "N_SEEDS", 1)
    monkeypatch.setattr(tasks, "N_HELD_OUT", 1)
    arguments = [
        *("--data", str(data)),
        *("--work", str(tmp_path / "work"), "-o", str(tmp_path / "result")),
        *("--clusters", "4", "--min-count", "1", "--sweeps", "1", "--epochs", "1"),
    ]
    assert refined_taggers.main(arguments) == 0
    n_runs = (1 + 1 + 1 + 1 + 1) * len(tasks.TASKS)
    assert capsys.readouterr().err.count(": dev ") == n_runs
    record = json.loads((tmp_path / "result.json").read_text())
    assert len(record["runs"]) == n_runs
    names = "greedy-text", "greedy-sample0", "refined-text", "refined-sample0"
    assert {"-".join(name.split("-")[:2]) for name in record["ami"]} == {*names}
    assert refined_taggers.main([*arguments, "--test"]) == 0
    assert capsys.readouterr().err.count(": test ") == n_runs
    report = (tmp_path / "result.md").read_text()
    assert report == markdown_report(json.loads((tmp_path / "result.json").read_text()))
    assert "## Test data" in report
    assert refined_taggers.main([*arguments, "--test"]) == 0
    assert capsys.readouterr().err == ""
    with pytest.raises(SystemExit, match="has results of other settings"):
        refined_taggers.main([*arguments, "--sweeps", "2"])


def test_verdicts():
    def run(clustering, kind, sample, score):
        keys = {"task": "A", "clustering": clustering, "kind": kind, "seed": 0}
        return {**keys, "sample": sample, "dev": score}

    runs = []
    for i, (greedy, refined) in enumerate([(50, 52), (51, 53.1), (49, 51)]):
        runs.append(run(f"greedy-sample{i}-0", "greedy", i, greedy))
        runs.append(run(f"refined-sample{i}-{i}", "refined", i, refined))
    settings = dict.fromkeys(("min_count", "sweeps", "epochs"), 1)
    record = {"runs": runs, "settings": settings | {"clusters": 9, "texts": ["t"]}}
    report = markdown_report(record)
    assert "| A | - | 50.00 ± 1.00 | 52.03 ± 1.05 | 2.03 ± 0.06 | - | - |" in report
    assert "- A: refined clusters are better (+2.03; 95 % interval of" in report


def test_perplexity(text, capsys):
    arguments = [str(text), str(text), "-c", "5", "--min-count", "1", "--sweeps", "0"]
    assert refined_perplexity.main([*arguments, "--markdown"]) == 0
    table = capsys.readouterr().out
    assert "| greedy |" in table
    assert "| exchange alone |" in table
