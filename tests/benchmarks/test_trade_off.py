"""One number of clusters or several: features, differences, the command."""

import json
from itertools import product
from pathlib import Path

import pytest
from strategies import fixed_text

from benchmarks.experiments.common import tasks
from benchmarks.experiments.common.clusters import ClusterStore, Text
from benchmarks.experiments.common.record import RESULTS
from benchmarks.experiments.trade_off import __main__ as command
from benchmarks.experiments.trade_off import comparison, design, forms, report
from benchmarks.experiments.trade_off.comparison import Scores
from benchmarks.experiments.trade_off.design import CUTS, PATH, Setting
from brownclust.clusters.features import cluster_prefixes


@pytest.fixture(scope="module")
def clusters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clusters")
    text = folder / "text"
    text.write_bytes(fixed_text(n_words=100, n_tokens=1000))
    return ClusterStore(folder, 1).greedy(Text("text", (text,)), 60)


def classes(names):
    """Which words are together, whatever the names are."""
    first = {}
    return [first.setdefault(name, len(first)) for name in names]


@pytest.mark.parametrize("numbers", [[60], [5, 60], [2, 3, 7, 60], [59, 60], [1, 60]])
def test_prefixes_of_codes_are_the_clusters_of_cuts(clusters, numbers):
    coded, lengths = forms.with_codes(clusters, numbers)
    assert coded.vocabulary == clusters.vocabulary
    assert coded.labels.tolist() == clusters.labels.tolist()
    for k, length in zip(numbers, lengths, strict=True):
        prefixes = cluster_prefixes(coded, length)
        found = [prefixes[label] for label in coded.labels.tolist()]
        assert classes(found) == classes(clusters.cut(k).labels.tolist())


def test_features_of_forms(clusters):
    plain, _ = forms.features("ner", None, "")
    assert not any("cluster" in str(template) for template in plain)
    found = {form: forms.features("ner", clusters, form) for form in design.FORMS}
    sizes = {
        form: len(templates) - len(plain) for form, (templates, _) in found.items()
    }
    assert sizes == {PATH: 5, "prefixes": 4 * 5, CUTS: 1 * 5}
    assert all(templates[: len(plain)] == plain for templates, _ in found.values())


def test_numbers_of_cuts():
    assert design.cut_numbers(3200) == [50, 200, 800, 3200]
    assert design.cut_numbers(99) == [99]
    assert len([*design.settings()]) == len({*design.settings()})


def test_differences():
    def run(setting, seed, score):
        return {"task": "A", **setting._asdict(), "seed": seed, "dev": score}

    few, many = Setting("greedy", 25, PATH), Setting("greedy", 100, PATH)
    cuts = Setting("greedy", 100, CUTS)
    runs = [run(few, 0, 50), run(few, 1, 52), run(many, 0, 52), run(many, 1, 53)]
    runs += [run(cuts, 1, 55), run(cuts, 0, 53), run(design.NO_CLUSTERS, 0, 40)]
    scores = Scores(runs, "dev")
    assert scores.best_k("A", PATH) == 100
    assert scores.differences("A", few, many) == [2, 1]
    assert scores.of_forms("A", CUTS) == [1.5]
    assert Scores(runs, "test").tasks == []
    assert "| 52.50 ± 0.71 (100) | - | 54.00 ± 1.41 (100) |" in report.choice_table(
        runs, "dev"
    )


def test_the_page_has_the_table_of_the_results():
    runs = json.loads((RESULTS / "trade_off.json").read_text())["runs"]
    page = Path(__file__).parents[2] / "docs" / "experiments.md"
    assert report.choice_table(runs, "test") in page.read_text()


@pytest.mark.slow
def test_the_command(data, tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    monkeypatch.setattr(tasks, "N_HELD_OUT", 1)
    for module, name in product((comparison, design, report), ("NUMBERS", "REFINED")):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, (2, 8) if name == "NUMBERS" else (8,))
    monkeypatch.setattr(design, "FEWEST", 2)
    monkeypatch.setattr(command, "N_SEEDS", 1)
    arguments = [
        *("--data", str(data), "--work", str(tmp_path / "work")),
        *("-o", str(tmp_path / "result"), "--test"),
    ]
    assert command.main(arguments) == 0
    n_runs = len(tasks.TASKS) * (1 + 1 + 3 + 2)
    assert capsys.readouterr().err.count(": dev ") == n_runs
    record = json.loads((tmp_path / "result.json").read_text())
    assert len(record["runs"]) == n_runs
    assert (tmp_path / "result.md").read_text() == report.markdown_report(record)
    assert (tmp_path / "result.svg").read_text().startswith("<?xml")
    assert command.main(arguments) == 0
    assert capsys.readouterr().err == ""
