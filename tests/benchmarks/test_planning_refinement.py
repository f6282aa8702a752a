"""The cost of refinement is fitted to runs, here tiny ones."""

from strategies import fixed_text

from benchmarks import planning_refinement
from brownclust import BigramCounts


def test_constants_are_fitted(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(planning_refinement, "measure_slowdown", lambda: 1.0)
    lines = fixed_text(n_words=60, n_tokens=1000).decode().splitlines()
    path = tmp_path / "some:counts.npz"
    BigramCounts.from_sentences(line.split() for line in lines).save(path)
    assert planning_refinement.main([f"{path}:9:0", f"{path}:5:2"]) == 0
    constants, table, ranges = capsys.readouterr().out.split("\n\n")
    assert constants.startswith("SECONDS_PER_SWEEP = (")
    rows = [line.split() for line in table.splitlines()[2:]]
    assert [row[:3] for row in rows] == [
        ["some:counts", "9", "0"],
        ["some:counts", "5", "2"],
    ]
    assert ranges.startswith("Refining, with these constants: ")
