"""The benchmarks run and print what they should; no test checks a measured time."""

import json
import os
import sys
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import benchmarks
from benchmarks import __main__ as stages
from benchmarks import (
    cases,
    extend,
    large_counts,
    planning,
    planning_runs,
    plot,
    refinement,
    soak,
    taggers,
)
from benchmarks.cases import CASES, Case, Measurement, Workbench, WrongAnswerError
from benchmarks.large_counts import spread
from benchmarks.planning_runs import ALL
from benchmarks.process import run
from benchmarks.report import growth, growth_text, markdown, plain, rounded
from brownclust import BigramCounts

SMALLEST = CASES[0]


def test_every_module_can_be_imported():
    for module in Path(benchmarks.__file__).parent.glob("*.py"):
        if module.stem not in ("__main__", "conftest"):
            import_module(f"benchmarks.{module.stem}")


def test_text_is_the_same_on_every_machine(text):
    assert sha256(text.read_bytes()).hexdigest().startswith("0e55eb73d9e699bc")
    assert len(text.read_bytes().split()) == 2_000


@pytest.mark.slow
def test_stages_print_a_table_and_write_json(tmp_path, capsys):
    path = tmp_path / "stages.json"
    options = ["--quick", "--stage", "count", "--repeat", "1", "--json", str(path)]
    assert stages.main(options) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("2 cases, each run once to check the answer and 1 times")
    assert "count by tokens  125,000" in printed
    record = json.loads(path.read_text("utf-8"))
    assert [case["size"] for case in record["cases"]] == [125_000, 250_000]


@pytest.mark.slow
def test_a_wrong_answer_is_an_error(monkeypatch, capsys):
    monkeypatch.setitem(cases.ANSWERS, SMALLEST.name, "0" * 64)
    options = ["--quick", "--stage", "count", "--repeat", "1"]
    assert stages.main(options) == 1
    assert SMALLEST.name in capsys.readouterr().err


def test_progress_through_a_pipe_is_a_line_for_each_case(monkeypatch, capsys):
    case = Case("count by tokens", 500)
    monkeypatch.setattr(Workbench, "compile", lambda _: 0.0)
    monkeypatch.setattr(cases, "check_answer", lambda *_: None)
    stages.run([case, case], 1, 1)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "compiling kernels, or loading them"
    assert lines[1] == "1/2 count-by-tokens-500, about 10 seconds left in all"
    assert lines[2].startswith("2/2 count-by-tokens-500, about ")


def test_the_estimate_of_all_cases_is_that_of_all_series():
    assert stages.expected_seconds(list(CASES), 1) == pytest.approx(
        2 * sum(stages.SECONDS.values())
    )
    assert stages.SECONDS.keys() == {case.series for case in CASES}


def test_large_counts_have_the_pairs_of_the_text(text, tmp_path, capsys):
    counts = BigramCounts.from_text(text)
    larger = spread(counts, 512)
    assert larger.n_types == counts.n_types
    assert sorted(larger.successors.counts // 512) == sorted(counts.successors.counts)
    assert len(set((larger.successors.counts % 512).tolist())) > 100
    counts.save(tmp_path / "counts.npz")
    options = ["--factor", "512", "-c", "20", "--repeat", "1", "--save", str(tmp_path)]
    assert large_counts.main([str(tmp_path / "counts.npz"), *options]) == 0
    assert "\n512 " in capsys.readouterr().out
    saved = BigramCounts.load(tmp_path / "counts-512.npz")
    assert np.array_equal(saved.unigram_counts, larger.unigram_counts)


def test_refinement_prints_a_line_for_each_number_of_sweeps(text, tmp_path, capsys):
    BigramCounts.from_text(text).save(tmp_path / "counts.npz")
    options = ["--clusters", "9", "--sweeps", "0", "--sweeps", "2", "--seeds", "2"]
    assert refinement.main([str(tmp_path / "counts.npz"), *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    first_cells = [line.split("  ")[0] for line in lines[-3:]]
    assert first_cells == ["greedy", "0 sweeps", "2 sweeps"]


def test_words_without_neighbours_stay_in_large_counts():
    counts = BigramCounts.from_sentences([["a", "b"], ["c"]])
    assert sorted(spread(counts, 8).unigram_counts.tolist())[0] == 1


def test_every_case_has_an_answer_and_sizes_double():
    assert {case.name for case in CASES} == cases.ANSWERS.keys()
    for before, after in pairwise(CASES):
        if before.series == after.series:
            step = 64 if before.factor else 2
            assert after.size == step * before.size


@pytest.mark.slow
def test_two_threads_give_the_same_answer():
    case = next(case for case in CASES if case.series == "cluster in full")
    with Workbench(threads=2) as workbench:
        workbench.measure(case, 1)
        with pytest.raises(WrongAnswerError):
            cases.check_answer(replace(case, series="cut by words"), ["0"])


def measured(size, seconds):
    case = Case("count by tokens", size)
    return Measurement(case, 10, 10, tuple(seconds), 1_000)


def test_growth_is_the_exponent_between_rows():
    small, large = measured(1_000, [1, 2, 9]), measured(2_000, [8, 8, 1])
    assert growth(small, large) == pytest.approx(2)
    assert growth_text(None, small) == "-"
    assert growth_text(small, large) == "2.00"


def test_exponent_of_a_plot_is_a_fit():
    points = [{"size": n, "median_seconds": 3 * n**1.5} for n in (1, 2, 4, 9)]
    assert plot.exponent(points) == pytest.approx(1.5)


def test_tables():
    rows = [["a", "b"], ["long", "1"]]
    assert plain(rows) == "a     b\n----  -\nlong  1"
    assert markdown(rows) == "| a | b |\n|---|---:|\n| long | 1 |"
    assert rounded(1_234_567) == 1_230_000


def test_plot_writes_a_png(tmp_path):
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    series = ("cluster by tokens", "cluster by window", "cluster in full")
    points = [
        {"series": name, "size": n, "window": n, "n_words": 9, "median_seconds": n}
        for name in (*series, "count by tokens")
        for n in (1_000, 2_000, 4_000)
    ]
    source, png = tmp_path / "stages.json", tmp_path / "growth.png"
    source.write_text(json.dumps({"kind": "stages", "cases": points}), "utf-8")
    assert plot.main([str(source), "-o", str(png)]) == 0
    assert png.read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_extend_compares_placed_words(text, tmp_path, capsys):
    lines = text.read_text("utf-8").split()
    corpus = tmp_path / "lines"
    corpus.write_text("\n".join(" ".join(lines[i : i + 9]) for i in range(0, 2_000, 9)))
    options = ["--corpus", str(corpus), "--test", str(corpus), "-c", "20"]
    assert extend.main([*options, "--min-count", "2"]) == 0
    printed = capsys.readouterr().out.splitlines()
    ami = {line[:16].strip(): float(line[16:].split()[0]) for line in printed[2:5]}
    assert ami["reclustered"] > ami["placed"] > ami["at random"]


@pytest.mark.slow
def test_planning_fits_the_cost_of_clustering(text, tmp_path, capsys, monkeypatch):
    settings = ((1, 0, 1, ALL, 20, 1), (1, 1, 2, 100, ALL, 2))
    monkeypatch.setattr(planning_runs, "SETTINGS", settings)
    monkeypatch.setattr(planning_runs, "SETTINGS_OF_COUNTS", settings[:1])
    counts = tmp_path / "counts.npz"
    BigramCounts.from_text(text).save(counts)
    for _ in range(2):  # the second time all runs are in the folder
        inputs = [str(text), str(counts)]
        assert planning.main([*inputs, "--folder", str(tmp_path / "runs")]) == 0
        printed = capsys.readouterr()
        assert printed.out.startswith("SECONDS_PER_UNIT = (")
        _, runs, ranges, _ = printed.out.split("\n\n")
        assert [line.split()[:7] for line in runs.splitlines()[2:]] == [
            ["corpus.txt", "1/1", "1", "1", "all", "20", "1"],
            ["corpus.txt", "1/1", "2", "2", "100", "100", "2"],
            ["counts.npz", "1/1", "1", "1", "all", "20", "1"],
        ]
        assert "counts.npz from the others" in ranges
    assert not printed.err


def test_a_program_that_takes_too_long_is_killed(tmp_path):
    command = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    done = run(command, folder=tmp_path, timeout=0.2)  # or it would run for ever
    assert done.failure == "over 0.2 s"


@pytest.mark.skipif(
    not hasattr(os, "wait4"), reason="the system does not report memory"
)
def test_memory_is_that_of_the_program(tmp_path):
    command = [sys.executable, "-c", "x = bytearray(100_000_000)"]
    done = run(command, folder=tmp_path, timeout=600)
    assert done.failure is None
    assert 100e6 < done.peak_memory_bytes < 200e6


@pytest.mark.slow
def test_taggers_side_by_side(tmp_path, capsys):
    tagged = tmp_path / "tagged"
    sentences = ["the D\ndog N\nruns V", "a D\ncat N\nsits V", "dogs N\nrun V"]
    tagged.write_text("\n\n".join(8 * sentences) + "\n", "utf-8")
    paths = tmp_path / "paths"
    words = {"the": "00", "a": "00", "dog": "010", "cat": "010", "dogs": "011"}
    rows = [f"{bits}\t{word}\t1\n" for word, bits in words.items()]
    paths.write_text("".join(rows), "utf-8")
    options = ["--train", str(tagged), "--held-out", "3", "--clusters", str(paths)]
    options += ["--crfsuite", "--epochs", "3", "--seeds", "2", "--text", str(tagged)]
    assert taggers.main(options) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0].startswith("21 sentences, 56 tokens to learn from; 3 sentences, 8")
    rows = [line.split()[:2] for line in lines[4:9]]
    assert [row[0] for row in rows] == 3 * ["brownclust"] + 2 * ["crfsuite"]
    assert any(line.startswith("none → prefixes (first seed): +0.00") for line in lines)
    assert "brownclust, one path, seed 1: dev 100.00 in epoch" in printed.err


def test_one_path_for_prefixes():
    from brownclust.tagger.templates import parse_templates

    prefixes = parse_templates("lower[0]\ncluster:4[0] & cluster:6[1] min=2")
    assert [str(taggers.one_path(template)) for template in prefixes] == [
        "lower[0]",
        "cluster[0] & cluster[1] min=2",
    ]


@pytest.mark.slow
def test_soak(tmp_path, capsys):
    options = ("--tokens", "30000", "--clusters", "50", "--kills", "1")
    assert soak.main([*options, "--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "30,000 tokens, seed 0\nall files are equal\n" in printed
    assert "cluster, SIGKILL while counting" in printed
    assert not list(tmp_path.iterdir())
