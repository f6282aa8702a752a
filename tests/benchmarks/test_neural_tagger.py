"""The command `neural_tagger` on tiny data; what it trains with needs PyTorch."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.experiments import neural_tagger
from benchmarks.experiments.common.record import RESULTS
from benchmarks.experiments.neural.batches import Flat, batches
from benchmarks.experiments.neural.inputs import UNKNOWN, Inputs
from benchmarks.experiments.neural.report import (
    draw,
    markdown_report,
    paired,
    score_table,
)
from brownclust import WordClusters

PAGE = Path(__file__).parents[2] / "docs" / "experiments.md"
CLUSTERS = WordClusters(["the", "dog", "cat"], ["1", "010", "011"])
SENTENCES = [["the", "dog"], ["The", "dog", "ran"], ["a", "fog"]]


def test_batches_have_each_sentence_once_and_one_length():
    lengths = np.array([3, 1, 3, 3, 2, 1, 9])
    random = np.random.default_rng(0)
    found = batches(lengths, 6, random)
    assert sorted(np.concatenate(found).tolist()) == [*range(7)]
    assert all(len({*lengths[batch].tolist()}) == 1 for batch in found)
    assert all(
        len(batch) * lengths[batch[0]] <= 6 or len(batch) == 1 for batch in found
    )
    assert sorted(map(len, found)) == [1, 1, 1, 2, 2]
    again = batches(lengths, 6, np.random.default_rng(0))
    assert [*map(list, again)] == [*map(list, found)]


def test_places_of_sentences():
    rows = np.arange(6)[:, None]
    flat = Flat(rows, rows[:, 0], np.array([2, 1, 2, 1]))
    assert flat.places(np.array([2, 0])).tolist() == [[3, 4], [0, 1]]


def test_numbers_of_words():
    inputs = Inputs(["words"], SENTENCES, CLUSTERS)
    [group] = inputs.groups
    assert group.sizes == (7,)
    assert inputs.rows(["dog", "DOG", "Ran", "gnu"]).tolist() == [[2], [2], [4], [0]]
    assert inputs.word_counts.tolist() == [0, 1, 2, 1, 1, 1, 1]


def test_numbers_of_prefixes_and_characters():
    inputs = Inputs(["prefixes", "characters"], SENTENCES, CLUSTERS)
    assert inputs.word_counts is None
    n_affixes = 9
    rows = inputs.rows(["dog", "log", "Cat", "gnu"])
    assert rows.shape == (4, n_affixes + 4)
    sizes = [size for group in inputs.groups for size in group.sizes]
    assert (rows < sizes).all()
    characters, prefixes = rows[:, :n_affixes], rows[:, n_affixes:]
    # Two words end in "og", one begins with "do".
    assert (characters[0] == characters[1]).tolist()[4:] == [True] * 5
    assert characters[0, 1] == UNKNOWN
    assert characters[0, 5] > UNKNOWN
    assert prefixes.tolist() == [[1] * 4, [0] * 4, [2] * 4, [0] * 4]


def runs(scores):
    return [
        {"task": "EWT", "fraction": fraction, "input": kinds, "seed": seed, **found}
        for (fraction, kinds), values in scores.items()
        for seed, value in enumerate(values)
        for found in [{"dev": value, "dev_unseen": None}]
    ]


def test_report_and_figure(tmp_path):
    done = runs({(0.1, "words"): [70, 72], (0.1, "prefixes"): [75, 78, 80]})
    assert paired(done, "dev", 0.1, "words", "prefixes") == [5, 6]
    settings = {"training": {"hidden": 8}, "clusters": 9, "min_count": 1}
    settings |= {"texts": ["t"], "torch": "2"}
    report = markdown_report({"runs": done, "settings": settings})
    assert "| EWT | words | 71.00 ± 1.41 |" in report
    assert "| EWT | prefixes | 77.67 ± 2.52 |" in report
    assert "| EWT | prefixes, against words | +5.50 (-0.85 to +11.85) |" in report
    assert "| EWT | words + prefixes, against words | - |" in report
    assert "## Test data" not in report
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    draw(done, tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").read_text().startswith("<?xml")


def test_the_page_has_the_table_of_the_results():
    record = json.loads((RESULTS / "neural_tagger.json").read_text("utf-8"))
    assert score_table(record["runs"], "test") in PAGE.read_text("utf-8")


def arguments(data, tmp_path):
    return [
        *("--data", str(data), "--work", str(tmp_path / "work")),
        *("-o", str(tmp_path / "result"), "--clusters", "4", "--min-count", "1"),
        *("--rounds", "1", "--seeds", "1"),
    ]


def test_without_pytorch(data, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        SystemExit, match=r"^error: .* needs PyTorch: pip install torch"
    ):
        neural_tagger.main(arguments(data, tmp_path))


@pytest.mark.slow
def test_taggers_are_kept(data, tmp_path, monkeypatch, capsys):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    monkeypatch.setattr(neural_tagger, "FRACTIONS", (0.5, 1.0))
    typed = arguments(data, tmp_path)
    n_runs = 2 * 2 * len(neural_tagger.INPUTS)
    for part in ("dev", "test"):
        if part == "test":
            typed.append("--test")
        assert neural_tagger.main(typed) == 0
        assert capsys.readouterr().err.count(f": {part} ") == n_runs
        record = json.loads((tmp_path / "result.json").read_text())
        assert len(record["runs"]) == n_runs
    assert (tmp_path / "result.md").read_text() == markdown_report(record)
    assert neural_tagger.main(typed) == 0
    assert capsys.readouterr().err == ""
    assert (tmp_path / "result.svg").exists()
