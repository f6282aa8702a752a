"""An older version and this one, timed in turn: here one and the same."""

import json

import pytest
from strategies import fixed_text

from benchmarks import versions
from brownclust import BigramCounts

RUN = {
    "cpu_seconds": 2.0,
    "wall_seconds": 1.0,
    "peak_memory_bytes": 5_000_000,
    "children": "c",
    "losses": "l",
}


@pytest.fixture
def counts(tmp_path):
    lines = fixed_text(n_words=20, n_tokens=200).decode().splitlines()
    path = tmp_path / "counts.npz"
    BigramCounts.from_sentences(line.split() for line in lines).save(path)
    return path


def test_this_version_against_itself(counts, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")  # nothing is compiled twice
    out = tmp_path / "runs.json"
    options = ["--old", str(versions.HERE), "--repeats", "1", "--json", str(out)]
    assert versions.main([*options, f"{counts}:5"]) == 0
    heading, _, line = capsys.readouterr().out.splitlines()[:3]
    assert heading.split()[:3] == ["counts", "window", "threads"]
    assert line.split()[:3] == ["counts", "5", "1"]
    assert line.split()[-2:] == ["same", "same"]
    (case,) = json.loads(out.read_text())["cases"]
    (old,), (new,) = case["old"], case["new"]
    assert old.keys() == new.keys() == RUN.keys()
    assert old["children"] == new["children"]


def test_versions_take_turns(counts, monkeypatch):
    order = []
    monkeypatch.setattr(versions, "measure", lambda *args: order.append(args) or RUN)
    case = versions.case(f"{counts}:full:2")
    old, new = versions.take_turns(["old", "new"], case, 2)
    assert [version for version, _ in order] == ["old", "new", "old", "new"]
    assert old == new == [RUN, RUN]
    assert case == (counts, "full", 2)


def test_row_has_medians_least_memory_and_differences(counts):
    case = versions.case(f"{counts}:5")
    old = [RUN | {"cpu_seconds": seconds} for seconds in (9.0, 4.0, 3.0)]
    new = [RUN | {"peak_memory_bytes": n, "losses": "m"} for n in (10**8, 7 * 10**7)]
    assert versions.row(case, old, new) == [
        *("counts", "5", "1", "4.00", "2.00", "2.00", "1.00", "1.00", "1.00"),
        *("5.0 MB", "70 MB", "same", "DIFFERENT"),
    ]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("{}", "must be COUNTS:WINDOW or COUNTS:WINDOW:THREADS"),
        ("{}:0", "must be COUNTS:WINDOW or COUNTS:WINDOW:THREADS"),
        ("{}:5:x", "must be COUNTS:WINDOW or COUNTS:WINDOW:THREADS"),
        ("{}:5:0", "must be at least 1, got 0"),
        ("missing:5", "missing: no such file"),
    ],
)
def test_wrong_cases(counts, capsys, case, message):
    with pytest.raises(SystemExit):
        versions.main(["--old", str(versions.HERE), case.format(counts)])
    assert message in capsys.readouterr().err


def test_wrong_checkout(counts, tmp_path, capsys):
    with pytest.raises(SystemExit):
        versions.main(["--old", str(tmp_path), f"{counts}:5"])
    assert "must be a checkout of brownclust, got" in capsys.readouterr().err
