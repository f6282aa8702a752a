"""Coverage is exact; estimated costs are right within a factor of two."""

import json
import subprocess
import sys

import numpy as np
import pytest
from commands import fail, succeed

from benchmarks.text import write_text
from brownclust import BigramCounts
from brownclust.tree import calibration
from brownclust.tree.planning import (
    CALIBRATION_SECONDS,
    SECONDS_PER_SWEEP,
    SECONDS_PER_UNIT,
    clustering_cost,
    coverage,
    work_of_sweep,
)
from brownclust.tree.workload import PARTS, amount_of_work, clustering_size
from brownclust_cli.stats_report import memory_text, time_text


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "corpus.txt"
    write_text(path, 20_000)
    return BigramCounts.from_text(path, boundary="ignore")


@pytest.fixture(scope="module")
def saved(counts, tmp_path_factory):
    path = tmp_path_factory.mktemp("counts") / "counts.npz"
    counts.save(path)
    return path


def work_of(counts, n_words, window):
    return amount_of_work(clustering_size(counts, n_words, window))


def sweep_of(counts, n_clusters):
    return work_of_sweep(counts, clustering_size(counts, counts.n_types, n_clusters))


@pytest.mark.parametrize("min_count", [1, 2, 7, 100])
def test_coverage_equals_selection(counts, min_count):
    kept = counts.select(min_count=min_count)
    found = coverage(counts, min_count=min_count)
    assert found.n_types == kept.n_types
    assert found.n_distinct_bigrams == kept.successors.indices.size
    assert found.token_fraction == kept.unigram_counts.sum() / counts.n_tokens


def test_coverage_without_words(counts):
    found = coverage(counts, min_count=counts.n_tokens)
    assert (found.n_types, found.n_distinct_bigrams, found.token_fraction) == (0, 0, 0)


@pytest.mark.parametrize("words", [{}, {"min_count": 3}])
def test_work_depends_on_the_words_kept(counts, words):
    kept = counts.select(**words)
    same = work_of(counts, kept.n_types, 50)
    assert np.allclose(same, work_of(kept, kept.n_types, 50))


def test_there_is_a_cost_for_every_part_of_the_work(counts):
    work = work_of(counts, counts.n_types, 20)
    assert work.shape == (len(PARTS),)
    assert np.shape(SECONDS_PER_UNIT) == (2, len(PARTS))
    assert work[0] == 1
    assert work[1] == counts.successors.indices.size
    assert (work[2:-1] > 0).all()


def test_contexts_of_entering_words(counts):
    size = clustering_size(counts, counts.n_types, 1)
    lefts, rights = (
        np.repeat(np.arange(counts.n_types), np.diff(counts.successors.offsets)),
        counts.successors.indices,
    )
    # With a single cluster, a word that enters has at most one context on each side.
    n_sides = np.unique(lefts[lefts > rights]).size
    n_sides += np.unique(rights[rights > lefts]).size
    assert 0.6 * n_sides < size.n_contexts < n_sides
    assert size.loaded.sum() + size.entering.sum() + size.n_both_late == (
        pytest.approx(rights.size + size.loaded[0].sum())
    )


def test_last_merges_of_two_words():
    pair = BigramCounts.from_sentences([["a", "b"]])
    assert np.isfinite(work_of(pair, 2, 2)).all()
    assert work_of(pair, 2, 1)[2] == 1  # one word enters a window of one


def test_time_is_scaled_to_machine_and_threads(counts):
    once = clustering_cost(counts, 50)
    slower = clustering_cost(counts, 50, slowdown=3.0)
    assert slower.seconds == pytest.approx(3 * once.seconds)
    assert slower.memory_bytes == once.memory_bytes
    assert clustering_cost(counts, 50, threads=8).seconds <= once.seconds


def test_calibration_compares_with_the_reference(monkeypatch):
    monkeypatch.setattr(calibration, "calibration_seconds", lambda: 5.0)
    assert calibration.measure_slowdown() == 5.0 / CALIBRATION_SECONDS


@pytest.mark.slow
def test_calibration_measures_some_time(monkeypatch):
    monkeypatch.setattr(calibration, "SECONDS", 0.0)
    assert calibration.calibration_seconds() > 0
    assert calibration.random_counts().n_tokens == calibration.N_TOKENS


def test_more_of_anything_costs_more(counts):
    little = clustering_cost(counts, 50, min_count=3)
    for window, min_count in ((50, 1), (500, 3)):
        much = clustering_cost(counts, window, min_count=min_count)
        assert much.seconds > little.seconds
        assert much.memory_bytes >= little.memory_bytes


def test_logarithms_of_large_counts_cost_more(counts):
    times_16 = counts
    for _ in range(16):
        times_16 = times_16.merge(times_16)
    once = clustering_cost(counts, 100).seconds
    assert clustering_cost(times_16, 100).seconds > once


def test_parts_of_a_sweep(counts):
    n_bigrams = counts.successors.indices.size
    terms, large, bigrams = sweep_of(counts, 50)
    assert bigrams == 2 * n_bigrams
    assert 0 < terms < bigrams * 50
    assert large == 0
    assert len(SECONDS_PER_SWEEP) == 3
    times_16 = counts
    for _ in range(16):
        times_16 = times_16.merge(times_16)
    found = sweep_of(times_16, 50)
    assert found[0] == terms
    assert 0 < found[1] <= terms


@pytest.mark.parametrize("window", [0, 10**6])
def test_window_out_of_bounds(counts, window):
    with pytest.raises(ValueError, match=r"^window must be at"):
        clustering_cost(counts, window)


@pytest.mark.slow
def test_memory_is_within_a_factor_of_two(saved, tmp_path):
    program = [sys.executable, "-m", "brownclust_cli"]
    options = ["-c", "2000", "-o", str(tmp_path), "--quiet"]
    subprocess.run([*program, "cluster", str(saved), *options], check=True)
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    printed = succeed("stats", saved, "-c", 2000, "--min-count", 1, "--json").stdout
    [row] = json.loads(printed)["coverage"]
    estimated = row["clustering"][0]["memory_bytes"]
    assert 0.5 < estimated / record["peak_memory_bytes"] < 2


class TestCommand:
    def test_table(self, saved, counts):
        lines = succeed("stats", saved, "-c", 20, "-c", 100).stdout.splitlines()
        assert lines[0].split() == ["tokens", f"{counts.n_tokens:,}"]
        assert lines[1].split() == ["types", f"{counts.n_types:,}"]
        assert lines[5].split() == ["boundary", "ignore"]
        assert lines[6].startswith("counted from      text ")
        assert lines[6].endswith("corpus.txt (min_count=1, encoding_errors=strict)")
        assert lines[8].split() == ["window", "20", "window", "100"]
        assert lines[9].split()[-4:] == ["time", "memory", "time", "memory"]
        first = lines[10].split()
        assert first[:3] == ["1", f"{counts.n_types:,}", "100.00%"]
        table = lines[8 : lines.index("", 8)]
        assert len({len(line) for line in table[1:]}) == 1  # columns are flush
        assert [line.split()[0] for line in table[2:6]] == ["1", "2", "3", "5"]

    def test_json(self, saved, counts):
        options = ("--min-count", 5, "--min-count", 2, "--window", "full", "--json")
        record = json.loads(succeed("stats", saved, *options).stdout)
        assert record["n_distinct_bigrams"] == counts.successors.indices.size
        assert record["source"] == counts.source
        two, five = record["coverage"]
        assert (two["min_count"], five["min_count"]) == (2, 5)
        assert [one["window"] for one in two["clustering"]] == ["full"]
        cost = clustering_cost(counts, two["n_types"], min_count=2)
        assert two["clustering"][0]["memory_bytes"] == cost.memory_bytes

    def test_threads(self, saved):
        printed = succeed("stats", saved, "-c", 20, "--threads", 4).stdout
        assert "on 4 cores of an" in printed
        options = ("stats", saved, "-c", 20, "--threads", 4, "--json")
        record = json.loads(succeed(*options).stdout)
        assert (record["threads"], record["slowdown"]) == (4, None)

    def test_calibrated(self, saved, monkeypatch):
        monkeypatch.setattr(calibration, "calibration_seconds", lambda: 1e6)
        options = ("stats", saved, "-c", 20, "--min-count", 1, "--calibrate")
        printed = succeed(*options).stdout
        slowdown = 1e6 / CALIBRATION_SECONDS
        assert "Time: clustering alone, on 1 core of this machine." in printed
        assert f"It takes {slowdown:.2f} times as long as" in printed
        record = json.loads(succeed(*options, "--json").stdout)
        assert (record["machine"], record["slowdown"]) == ("this machine", slowdown)

    def test_fewer_words_than_clusters(self, saved):
        lines = succeed("stats", saved, "-c", 10**6, "--min-count", 1).stdout
        assert lines.splitlines()[10].split()[-2:] == ["-", "-"]
        assert lines.endswith("-: fewer words than the window.\n")

    def test_levels_that_remove_no_more_words_are_not_shown(self, counts, tmp_path):
        counts.select(min_count=4).save(tmp_path / "few.npz")
        options = ("stats", tmp_path / "few.npz", "-c", 5, "--json")
        record = json.loads(succeed(*options).stdout)
        levels = [row["min_count"] for row in record["coverage"]]
        assert levels[:2] == [3, 5]  # 3 keeps all words, as 1 and 2 do
        n_types = [row["n_types"] for row in record["coverage"]]
        assert n_types == sorted(set(n_types), reverse=True)

    @pytest.mark.parametrize(
        ("change", "text"),
        [
            (
                lambda c: c.merge(c),
                "sum of 2 files of counts, the first of which is",
            ),
            (lambda c: c.select(min_count=5), "then filtered (min_count=5)"),
        ],
    )
    def test_where_counts_come_from(self, counts, tmp_path, change, text):
        change(counts).save(tmp_path / "made.npz")
        assert text in succeed("stats", tmp_path / "made.npz").stdout

    def test_pairs(self, tmp_path):
        (tmp_path / "pairs").write_text("a\tb\t3\nb\tc\t1\n")
        BigramCounts.from_pairs(tmp_path / "pairs").save(tmp_path / "counts.npz")
        printed = succeed("stats", tmp_path / "counts.npz", "-c", 2).stdout
        assert f"counted from      pairs {tmp_path / 'pairs'}\n" in printed

    def test_no_word_is_left(self, saved, counts):
        message = fail("stats", saved, "--min-count", 10**6, exit_code=1)
        most = counts.unigram_counts[0]
        rule = f"at most {most}, the count of the most frequent word"
        assert message == f"--min-count must be {rule}, got 1000000"

    def test_window_below_clusters(self, saved):
        message = fail("stats", saved, "-c", 50, "--window", 20, exit_code=2)
        assert message.startswith("--clusters must be at most the window, 20, got 50")

    def test_text_is_not_counts(self, tmp_path):
        path = tmp_path / "corpus.txt"
        path.write_text("a b c\n")
        assert str(path) in fail("stats", path, exit_code=1)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.1 s"),
        (9.96, "10 s"),
        (119, "120 s"),
        (150, "2.5 min"),
        (86_400, "24 h"),
        (1e9, "12,000 days"),
    ],
)
def test_times_have_two_digits(seconds, text):
    assert time_text(seconds) == text


@pytest.mark.parametrize(
    ("n_bytes", "text"), [(2.04e8, "200 MB"), (1.26e9, "1.3 GB"), (3e12, "3.0 TB")]
)
def test_memory_has_two_digits(n_bytes, text):
    assert memory_text(n_bytes) == text
