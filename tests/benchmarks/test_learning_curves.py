"""What clusters are worth in labels: the arithmetic, and the command on tiny data."""

import json
from math import inf
from pathlib import Path

import numpy as np
import pytest

from benchmarks.experiments.common import tasks
from benchmarks.experiments.common.record import RESULTS
from benchmarks.experiments.common.worth import (
    Curves,
    fraction_at,
    worth,
)
from benchmarks.experiments.learning_curves import __main__ as command
from benchmarks.experiments.learning_curves.report import (
    curves_of,
    markdown_report,
    worth_table,
)

FRACTIONS = [0.01, 0.1, 1.0]


def curves(without, with_clusters):
    return Curves(FRACTIONS, np.array(without, float), np.array(with_clusters, float))


@pytest.mark.parametrize(
    ("target", "scores", "expected"),
    [
        (80, [70, 80, 90], 0.1),
        (85, [70, 80, 90], 0.1**0.5),
        (70, [70, 80, 90], 0.01),
        (90, [70, 80, 90], 1),
        (69, [70, 80, 90], 0),
        (91, [70, 80, 90], inf),
        (80, [70, 80, 80], 0.1),  # the least fraction that reaches it
        (80, [80, 70, 90], 0.01),  # monotone: 80, 80, 90
    ],
)
def test_the_fraction_at_a_score(target, scores, expected):
    found = fraction_at(np.array([target]), FRACTIONS, np.array([scores], float))
    assert found == pytest.approx([expected])


def test_clusters_worth_ten_times_the_labels():
    found = curves([[70, 80, 90]] * 3, [[80, 90, 95]] * 3)
    assert worth(found) == pytest.approx((10, 10, 10))
    assert worth(found, 0) == pytest.approx((10, 10, 10))
    assert worth(found, 2) == (inf, inf, inf)  # more than all labels


def test_clusters_that_do_not_help():
    assert worth(curves([[70, 80, 90]], [[70, 80, 90]])) == pytest.approx((1, 1, 1))
    assert worth(curves([[70, 80, 90]], [[60, 70, 89]])) == (0, 0, 0)
    assert worth(curves([[70, 80, 90]], [[60, 70, 89]]), 0) == (0, 0, 0)
    assert worth(curves([[70, 80, 90]], [[91, 92, 93]])) == (inf, inf, inf)


def test_the_interval_has_the_spread_of_seeds():
    found = worth(curves([[70, 80, 90], [70, 80, 90]], [[80, 90, 95], [70, 80, 90]]))
    assert 1 <= found.low < found.estimate < found.high <= 10


def test_the_page_has_the_table_of_the_results():
    record = json.loads((RESULTS / "learning_curves.json").read_text())
    curves = curves_of(record["runs"], "test")
    page = Path(__file__).parents[2] / "docs" / "experiments.md"
    assert worth_table(curves, record["settings"]["sentences"]) in page.read_text()


@pytest.mark.slow
def test_the_command(data, tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    monkeypatch.setattr(tasks, "N_HELD_OUT", 1)
    for name in command.N_SEEDS:
        monkeypatch.setitem(command.N_SEEDS, name, 1)
    arguments = [
        *("--data", str(data), "--work", str(tmp_path / "work")),
        *("-o", str(tmp_path / "result"), "--clusters", "4"),
    ]
    assert command.main(arguments) == 0
    n_runs = len(tasks.TASKS) * len(command.FRACTIONS) * 2
    assert capsys.readouterr().err.count(": dev ") == n_runs
    assert command.main([*arguments, "--test"]) == 0
    assert capsys.readouterr().err.count(": dev ") == n_runs
    record = json.loads((tmp_path / "result.json").read_text())
    assert len(record["runs"]) == n_runs
    report = (tmp_path / "result.md").read_text()
    assert report == markdown_report(record)
    assert "## What clusters are worth, test data" in report
    assert (tmp_path / "result.svg").read_text().startswith("<?xml")
    assert command.main([*arguments, "--test"]) == 0
    assert capsys.readouterr().err == ""
