"""The benchmarks run and print what they should; no test checks a measured time."""

import json
import os
import stat
import sys
from argparse import Namespace
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
    bandwidth,
    billion,
    cases,
    compare,
    compare_report,
    extend,
    large_counts,
    planning,
    planning_runs,
    plot,
    refinement,
    running_text,
    scale,
    soak,
    taggers,
    tools,
    zipf,
)
from benchmarks.cases import CASES, Case, Measurement, Workbench, WrongAnswerError
from benchmarks.large_counts import spread
from benchmarks.planning_runs import ALL
from benchmarks.process import Run, run
from benchmarks.report import growth, growth_text, markdown, plain, rounded
from benchmarks.running_text import RunningText
from benchmarks.text import write_text
from benchmarks.word_law import ENGLISH
from brownclust import BigramCounts
from brownclust.tree.planning import clustering_cost

SMALLEST = CASES[0]

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


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    write_text(path, 2_000)
    return path


def test_every_module_can_be_imported():
    for module in Path(benchmarks.__file__).parent.glob("*.py"):
        if module.stem not in ("__main__", "conftest"):
            import_module(f"benchmarks.{module.stem}")


def fake_wcluster(folder, behaviour="succeed"):
    """Write a program with the command line and the files of wcluster."""
    path = folder / "wcluster"
    path.write_text(
        f"#!{sys.executable}\n" + PROGRAM.format(behaviour=behaviour), "utf-8"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


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


def words_of(text):
    return b"".join(batch.tobytes() for batch in text.batches())


def test_running_text_is_the_same_on_every_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(running_text, "BATCH_TOKENS", 1_000)
    text = words_of(RunningText(2_500, seed=3))
    assert sha256(text).hexdigest().startswith("01c42b8d33e052bc")
    lengths = [len(line.split()) for line in text.splitlines()]
    assert sum(lengths) == 2_500
    assert max(lengths) <= running_text.SENTENCE_TOKENS[1]
    assert words_of(RunningText(4_000, seed=3)).startswith(text[:5_000])
    assert words_of(RunningText(2_500, seed=4)) != text
    options = [str(tmp_path / "text"), "--tokens", "2_500", "--seed", "3"]
    assert running_text.main([*options, "--threads", "2"]) == 0
    assert (tmp_path / "text").read_bytes() == text


@pytest.mark.slow
def test_running_text_follows_the_law():
    counts = {}
    for dependence in (0.0, 0.8):
        text = RunningText(200_000, ENGLISH, dependence=dependence, seed=1)
        lines = [line.decode().split() for line in words_of(text).splitlines()]
        counts[dependence] = drawn = BigramCounts.from_sentences(lines)
        assert drawn.n_tokens == 200_000
        for level in (1,) if dependence else (1, 5, 100):
            n_types = (drawn.unigram_counts >= level).sum()
            predicted = ENGLISH.types(drawn.n_tokens, level)
            assert n_types == pytest.approx(predicted, rel=0.2)
    independent = counts[0.0].successors.indices.size
    bound = ENGLISH.bigrams(counts[0.0].n_bigrams, counts[0.0].n_tokens, 1)
    assert independent == pytest.approx(bound, rel=0.02)
    assert counts[0.8].successors.indices.size < 0.8 * independent
    law, rms = zipf.fit(counts[0.0])
    assert rms < 0.05
    assert law.types(10**6, 1) == pytest.approx(ENGLISH.types(10**6, 1), rel=0.2)


@pytest.mark.slow
def test_zipf_predicts_the_growth_of_text(text, capsys, monkeypatch):
    monkeypatch.setattr(zipf, "MIN_TOKENS", 50)
    assert zipf.main([str(text)]) == 0
    tables = capsys.readouterr().out.split("\n\n")
    assert [len(table.splitlines()) for table in tables] == [6, 9, 9, 5, 11]
    assert tables[0].splitlines()[-1].startswith("corpus.txt   2,000")
    with pytest.raises(SystemExit):
        zipf.main([])


@pytest.mark.slow
def test_scale_agrees_with_planning():
    assert scale.n_tasks(n_chunks=16, partitions=4) == 212  # measured in a run
    n_tokens = 200_000
    text = RunningText(n_tokens, ENGLISH, dependence=0.0, seed=1)
    counts = BigramCounts.from_sentences(
        line.decode().split() for line in words_of(text).splitlines()
    )
    for min_count, window in ((1, 300), (5, 1000)):
        cost = clustering_cost(counts, window, min_count=min_count)
        seconds = scale.clustering_seconds(n_tokens, min_count, window)
        assert seconds == pytest.approx(cost.seconds, rel=0.2)
        kept = scale.sizes(n_tokens, min_count)
        assert scale.clustering_bytes(kept, window) == pytest.approx(
            cost.memory_bytes, rel=0.1
        )


def test_the_page_on_scale_has_the_tables_of_its_command(tmp_path, capsys):
    assert scale.main([]) == 0
    printed = capsys.readouterr().out
    page = Path("docs/scale.md").read_text("utf-8")
    for table in printed.strip().split("\n\n"):
        assert table in page, "run: python -m benchmarks.scale --write docs/scale.md"
    copy = tmp_path / "scale.md"
    copy.write_text(page.replace("| 500 MB |", "| 1 B |"), "utf-8")
    assert scale.main(["--write", str(copy)]) == 0
    assert copy.read_text("utf-8") == page
    with pytest.raises(SystemExit, match="--write must be a page with a table"):
        scale.with_table("no table", "| a | b | c |\n|---|---|---|\n")


@pytest.mark.slow
def test_a_billion_tokens_in_small(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bandwidth, "MEMORY_BYTES", 1 << 20)
    monkeypatch.setattr(bandwidth, "PASS_BYTES", 1 << 20)
    record, page = tmp_path / "record.json", tmp_path / "page.md"
    heading = markdown(billion.table_of_texts([]))
    page.write_text(f"\n{heading}\n| old |\n\nEnd.\n", "utf-8")
    options = ["--tokens", "20000", "30000", "--clusters", "20", "--memory", "512M"]
    options += ["--folder", str(tmp_path), "--write", str(page)]
    assert billion.main([*options, "--json", str(record)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("cluster, write") == 2
    assert "predicted seconds" in printed
    written = json.loads(record.read_text("utf-8"))
    assert [text["n_tokens"] for text in written["texts"]] == [20_000, 30_000]
    assert [len(text["stages"]) for text in written["texts"]] == [3, 3]
    assert "old" not in page.read_text("utf-8")
    assert page.read_text("utf-8").endswith("|\n\nEnd.\n")
    assert sorted(tmp_path.iterdir()) == [page, record]


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
