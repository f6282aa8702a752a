"""Other programs side by side: here small scripts."""

import json
import stat
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from benchmarks import (
    compare,
    compare_report,
    tools,
)
from benchmarks.process import Run
from brownclust import BigramCounts

PROGRAM = """\
import pathlib, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
words = sorted(set(pathlib.Path(options["--text"]).read_bytes().split()))
out = pathlib.Path(options["--output_dir"])
out.mkdir()
if "{behaviour}" == "crash":
    sys.exit("no memory")
n = int(options["--c"])
lines = [b"%s\\t%s\\t1\\n" % (bin(i % n).encode(), w) for i, w in enumerate(words)]
paths = b"nonsense" if "{behaviour}" == "garble" else b"".join(lines)
(out / "paths").write_bytes(paths)
(out / "log").write_text("main() {{\\n  do_clustering() {{\\n  }} [1m2.5s, cum 63s]\\n")
"""


def fake_wcluster(folder, behaviour="succeed"):
    """Write a program with the command line and the files of wcluster."""
    path = folder / "wcluster"
    path.write_text(
        f"#!{sys.executable}\n" + PROGRAM.format(behaviour=behaviour), "utf-8"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.slow
def test_compare_without_other_programs(text, capsys):
    assert compare.main(["--corpus", str(text), "-c", "10", "--repeat", "1"]) == 0
    heading, _, row, *_ = capsys.readouterr().out.splitlines()
    assert heading.split()[:2] == ["clusters", "program"]
    assert row.split()[:2] == ["10", "brownclust"]


@pytest.mark.slow
def test_compare_with_another_program(text, tmp_path, capsys):
    saved, table = tmp_path / "all.json", tmp_path / "table.md"
    options = [
        "--corpus",
        str(text),
        "-c",
        "10",
        "--wcluster",
        str(fake_wcluster(tmp_path)),
    ]
    options += ["--repeat", "2", "--json", str(saved), "--markdown", str(table)]
    assert compare.main(options) == 0
    ours, theirs = json.loads(saved.read_text("utf-8"))["rows"]
    assert theirs["median_clustering_seconds"] == 62.5
    assert len(theirs["runs"]) == 2
    assert ours["ami"] > theirs["ami"] > 0
    assert "| 10 | wcluster |" in table.read_text("utf-8")
    assert str(tmp_path) not in table.read_text("utf-8") + capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("crash", "exit code 1: no memory"),
        ("garble", "output cannot be read: paths:1: expected bit string TAB word TAB"),
    ],
)
def test_compare_reports_how_a_program_failed(
    text, tmp_path, capsys, behaviour, reason
):
    program = fake_wcluster(tmp_path, behaviour)
    options = ["--corpus", str(text), "-c", "10", "--wcluster", str(program)]
    assert compare.main([*options, "--repeat", "2"]) == 0
    printed = capsys.readouterr().out
    assert f"wcluster at 10: {reason}" in printed
    assert printed.count("failed") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--wcluster", "nowhere"], "nowhere"),
        (["-c", "100000"], "-c must be at most"),
        (["-c", "0"], "must be at least 1, got 0"),
    ],
)
def test_compare_rejects_wrong_options(text, capsys, options, message):
    with pytest.raises(SystemExit) as stopped:
        compare.main(["--corpus", str(text), "-c", "10", *options])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_words_without_a_cluster_get_one_label():
    counts = BigramCounts.from_sentences([["a", "b", "c", "a"]])
    labels, n_unassigned = compare.labels_of({b"a": b"0", b"zzz": b"1"}, counts)
    assert labels == [0, 1, 1]
    assert n_unassigned == 2


def test_long_lines_are_split_between_tokens():
    lines = tools.split_long_lines(b"aa bb  cc\n\ndd", 5)
    assert lines == b"aa bb\ncc\ndd\n"


@pytest.mark.parametrize(
    ("time", "seconds"), [("2.5s", 2.5), ("1m2s", 62), ("1h0m1s", 3601), ("?", None)]
)
def test_seconds_in_a_wcluster_log(tmp_path, time, seconds):
    log = tmp_path / "log"
    assert tools.wcluster_seconds(log) is None
    log.write_text(f"main() {{\n  do_clustering() {{\n    x\n  }} [{time}, cum]\n")
    assert tools.wcluster_seconds(log) == seconds


def test_rows_of_failed_programs_have_no_numbers():
    failed = compare_report.EvaluatedRun(run=Run(seconds=5.0, failure="over 5 s"))
    good = compare_report.EvaluatedRun(run=Run(seconds=0.5), ami=1.0, n_clusters=3)
    ours = compare_report.Row(tools.Brownclust(), 3, [good])
    theirs = compare_report.Row(
        tools.BrownClustering.__new__(tools.BrownClustering), 3, [failed]
    )
    table = compare_report.table_of([ours, theirs], 5.0)
    assert table[2][:4] == ["3", "brown-clustering", "> 5", "> 10.0"]
    assert compare_report.remarks([ours, theirs]) == [
        "brown-clustering at 3: over 5 s."
    ]


def test_the_command_of_a_comparison_contains_no_folder():
    options = Namespace(
        corpus=Path("/somewhere/corpus.txt"),
        clusters=[5, 9],
        wcluster=Path("/somewhere/wcluster"),
        clustercat=None,
        peer=None,
        min_count=2,
        threads=1,
        repeat=3,
    )
    assert compare.command_line(options) == (
        "python -m benchmarks.compare --corpus corpus.txt -c 5 -c 9 "
        "--wcluster ./wcluster --min-count 2 --repeat 3"
    )
