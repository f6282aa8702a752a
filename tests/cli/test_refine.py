"""``brownclust refine`` and ``cluster --refine``."""

import json
import signal
from unittest.mock import patch

import numpy as np
import pytest
from commands import TEXT, fail, run, succeed
from strategies import fixed_text

from brownclust import BigramCounts, BrownModel, WordClusters, refine_clusters
from brownclust_cli.progress import Progress

RESULTS = ("paths", "merges.tsv", "model.npz")
K = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A text, its counts, greedy clusters and refined ones; tests only read them."""
    folder = tmp_path_factory.mktemp("refine")
    (folder / "text").write_bytes(fixed_text(n_words=120))
    succeed("count", folder / "text", "-o", folder / "counts.npz")
    succeed("cluster", folder / "text", "-c", K, "-o", folder / "greedy")
    options = ("--refine", 3, "--seed", 5)
    succeed("cluster", folder / "text", "-c", K, *options, "-o", folder / "refined")
    return folder


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def run_record(out):
    return json.loads((out / "run.json").read_text())


def trees(out):
    return [(out / name).read_bytes() for name in RESULTS[:2]]


class TestCluster:
    def test_what_it_writes(self, folder):
        refined, greedy = folder / "refined", folder / "greedy"
        record = run_record(refined)
        assert record["options"]["refine"] == 3
        assert record["options"]["seed"] == 5
        assert "refinement" not in record["options"]
        assert {"count", "cluster", "refine"} <= record["seconds"].keys()
        before = run_record(greedy)["ami"]
        assert record["refinement"]["ami_before"] == pytest.approx(before, abs=1e-9)
        assert record["refinement"]["ami"] == pytest.approx(record["ami"], abs=1e-9)
        assert record["refinement"]["n_sweeps"] > 3
        assert record["ami"] > before
        assert "refinement" not in run_record(greedy)
        assert len(WordClusters.load(refined)) == 120

    def test_what_it_says(self, folder, out):
        options = ("-c", K, "--refine", 0, "-o", out)
        lines = succeed("cluster", folder / "text", *options).stderr.splitlines()
        line = next(line for line in lines if line.startswith("Refined from "))
        assert line.endswith(": more information, which is not always a better feature")

    def test_losses_of_words_in_a_cluster_are_blank(self, folder):
        lines = (folder / "refined" / "merges.tsv").read_text().splitlines()[1:]
        cells = [line.split("\t")[4:6] for line in lines]
        assert cells[: 120 - K] == [["", ""]] * (120 - K)
        assert all(first and second for first, second in cells[120 - K :])

    def test_commands_that_read_it(self, folder, tmp_path):
        refined = folder / "refined"
        succeed("cut", refined, "-c", K // 2)
        succeed("cut", refined, "--full")
        error = fail("cut", refined, "-c", K + 1, exit_code=1)
        assert error == f"--clusters must be at most the window, {K}, got {K + 1}"
        succeed("extend", refined, folder / "text", "-o", tmp_path / "extended")
        assert run_record(tmp_path / "extended")["refinement"]["n_sweeps"] > 3
        assert "w001" in succeed("lookup", refined, "w001").stdout
        succeed("convert", refined, tmp_path / "clusters.npz")
        assert WordClusters.load(tmp_path / "clusters.npz").cut(2).n_clusters == 2

    def test_random_start(self, folder, out):
        options = ("-c", K, "--refine", 2, "--init", "random", "-o", out)
        succeed("cluster", folder / "counts.npz", *options)
        assert run_record(out)["options"]["init"] == "random"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--refine", "-1"), "--refine must be an integer of at least 0, got '-1'"),
            (("--refine", "x"), "--refine must be an integer of at least 0, got 'x'"),
            (("--seed", 2**63), "--seed must be an integer of at most"),
            (("--init", "random"), "--init must be 'greedy' without refine, got 'ran"),
            (
                ("--refine", 1, "--window", "full"),
                "--window must be left out with refine, or the number of clusters, got",
            ),
        ],
    )
    def test_wrong_options(self, folder, out, options, message):
        command = ("cluster", folder / "text", "-c", K, *options, "-o", out)
        assert fail(*command, exit_code=2).startswith(message)


class TestRefine:
    def test_greedy_clusters_refined_later(self, folder, out):
        """The same as with ``cluster --refine``, but for the record."""
        clusters, counts = folder / "greedy", folder / "counts.npz"
        succeed("refine", clusters, counts, "--sweeps", 3, "--seed", 5, "-o", out)
        assert trees(out) == trees(folder / "refined")
        record = run_record(out)
        assert record["source"]["kind"] == "refinement"
        assert record["source"]["clusters"]["n_clusters"] == K
        assert record["source"]["text"]["kind"] == "text"
        assert "refine" in record["seconds"]

    @pytest.mark.parametrize("format", ["paths", "alexclark", "clustercat", "jsonl"])
    def test_clusters_of_other_tools(self, folder, out, tmp_path, format):
        """The numbers of clusters do not matter."""
        path = tmp_path / "classes"
        succeed("convert", folder / "greedy", path, "--to", format)
        options = ("--from", format, "--sweeps", 3, "--seed", 5, "-o", out)
        succeed("refine", path, folder / "text", *options)
        assert trees(out) == trees(folder / "refined")

    def test_words_that_differ(self, tmp_path, out):
        (tmp_path / "text").write_text(TEXT)
        classes = "cat 1\ndog 1\nthe 2\nsat 3\ngnu 2\nemu 4\n"
        (tmp_path / "classes").write_text(classes)
        command = ("refine", tmp_path / "classes", tmp_path / "text", "-o", out)
        result = succeed(*command, "--from", "alexclark")
        assert (
            f"{tmp_path}/classes: 7 words of TEXT joined a cluster, 2 words not in "
            in (result.stderr)
        )
        assert "TEXT left out, 1 cluster with them" in result.stderr
        source = run_record(out)["source"]
        assert (source["n_placed"], source["n_left_out"]) == (7, 2)
        assert BrownModel.load(out).n_clusters == 3

    def test_no_common_word(self, tmp_path, out):
        (tmp_path / "text").write_text(TEXT)
        (tmp_path / "classes").write_text("gnu 1\nemu 2\n")
        command = ("refine", tmp_path / "classes", tmp_path / "text", "-o", out)
        error = fail(*command, "--from", "alexclark", exit_code=1)
        assert (
            error == f"{tmp_path}/classes: expected clusters of words of TEXT, got none"
        )

    def test_fixed_words(self, folder, out, tmp_path):
        counts = BigramCounts.load(folder / "counts.npz")
        words = list(counts.vocabulary)
        (tmp_path / "fixed").write_text("\n".join([*words[:50], "gnu"]))
        options = ("--sweeps", 3, "--seed", 5, "--fixed", tmp_path / "fixed", "-o", out)
        result = succeed("refine", folder / "greedy", folder / "counts.npz", *options)
        assert "Fixed: 50 of 51 words occurred" in result.stderr
        labels = BrownModel.load(folder / "greedy").dendrogram.cut(K)
        model = refine_clusters(
            counts, labels, sweeps=3, seed=5, fixed=np.arange(120) < 50
        )
        found = BrownModel.load(out).dendrogram
        assert found.children.tolist() == model.dendrogram.children.tolist()

    def test_text_is_read_as_that_of_the_model(self, tmp_path, out):
        text, model = tmp_path / "text", tmp_path / "model"
        text.write_bytes(fixed_text(60, 600).upper())
        of_text = ("--normalise", "lowercase", "--boundary", "mark")
        succeed("cluster", text, "-c", 4, *of_text, "-o", model)
        for source in (model, model / "model.npz"):
            succeed("refine", source, text, "--sweeps", 1, "-o", out, "--force")
            refined = BrownModel.load(out)
            assert refined.origin.normalise == ("lowercase",)
            assert refined.class_counts.boundary == "mark"
            assert set(refined.vocabulary) == set(BrownModel.load(model).vocabulary)

    def test_options_that_are_given_count_instead_of_those_of_the_model(
        self, folder, out
    ):
        options = ("--boundary", "ignore", "--sweeps", 1, "-o", out)
        succeed("refine", folder / "greedy", folder / "text", *options)
        assert BrownModel.load(out).class_counts.boundary == "ignore"

    def test_table_of_pairs(self, tmp_path, out):
        table, model = tmp_path / "pairs", tmp_path / "model"
        table.write_text("a\tb\t3\nb\tc\t4\n")
        succeed("cluster", table, "--pairs", "-c", 2, "-o", model)
        succeed("refine", model, table, "--sweeps", 1, "-o", out)
        assert BrownModel.load(out).origin.from_pairs

    def test_wrong_list_of_fixed_words(self, folder, out, tmp_path):
        (tmp_path / "fixed").write_text("w001 w002\n")
        command = ("refine", folder / "greedy", folder / "counts.npz", "-o", out)
        result = run(*command, "--fixed", tmp_path / "fixed")
        assert result.exit_code == 1
        assert f"{tmp_path}/fixed:1: expected one word on a line" in result.stderr

    def test_progress(self, folder, out, monkeypatch):
        """Lines on a pipe name the information after the last sweep."""
        monkeypatch.setattr("brownclust_cli.progress.SECONDS_BETWEEN_LINES", -1)
        command = ("refine", folder / "greedy", folder / "counts.npz", "-o", out)
        lines = succeed(*command, "--sweeps", 2).stderr.splitlines()
        bars = [line for line in lines if line.startswith("refine: ")]
        assert len(bars) > 3
        assert bars[-1].endswith(" bits")
        assert " left), " in bars[-1]


class TestResume:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    @pytest.mark.parametrize("n_sweeps", [1, 4])
    def test_to_the_same_bytes(self, folder, out, n_sweeps, number):
        options = ("--sweeps", 3, "--seed", 5, "-o", out)
        command = ("refine", folder / "greedy", folder / "counts.npz", *options)
        result = self.stop(command, n_sweeps, number)
        assert result.exit_code == 128 + number
        assert "--resume continues from" in result.stderr.splitlines()[-1]
        assert run(*command).exit_code == 1  # a checkpoint is not replaced
        succeed(*command, "--resume")
        assert trees(out) == trees(folder / "refined")
        assert sorted(path.name for path in out.iterdir()) == sorted(
            [*RESULTS, "run.json"]
        )

    def stop(self, command, n_sweeps, number=signal.SIGINT):
        def interrupt(_progress, stage, done, _total):
            if stage == "refine" and done == n_sweeps:
                signal.raise_signal(number)

        with patch.object(Progress, "__call__", interrupt):
            return run(*command)

    def test_cluster(self, folder, out):
        options = ("-c", K, "--refine", 3, "--seed", 5, "-o", out)
        command = ("cluster", folder / "text", *options)
        assert self.stop(command, 2).exit_code == 130
        succeed(*command, "--resume")
        assert [(out / name).read_bytes() for name in RESULTS] == [
            (folder / "refined" / name).read_bytes() for name in RESULTS
        ]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ((), "--refine must be 0, as in the checkpoint, got None"),
            (("--refine", 2), "--refine must be 0, as in the checkpoint, got 2"),
            (("--refine", 0, "--seed", 9), "--seed must be left out, as in the check"),
        ],
    )
    def test_other_options(self, folder, out, options, message):
        command = ("cluster", folder / "text", "-c", K, "-o", out)
        assert self.stop((*command, "--refine", 0), 1).exit_code == 130
        result = run(*command, *options, "--resume")
        assert result.exit_code == 1
        assert result.stderr.splitlines()[-1].startswith(f"Error: {message}")


class TestStats:
    def test_refining_costs_more(self, folder):
        seconds = []
        for options in ((), ("--refine", 0), ("--refine", 500)):
            command = ("stats", folder / "counts.npz", "-c", 50, "--json", *options)
            record = json.loads(succeed(*command).stdout)
            seconds.append(record["coverage"][0]["clustering"][0]["seconds"])
        assert seconds[0] < seconds[1] < seconds[2]
        assert record["refine"] == 500

    def test_what_it_says(self, folder):
        printed = succeed(
            "stats", folder / "counts.npz", "-c", 50, "--refine", 1
        ).stdout
        assert "Time: clustering, and refining with 1 annealed sweep, on" in printed

    def test_window(self, folder):
        command = ("stats", folder / "counts.npz", "--refine", 1, "--window", "full")
        error = fail(*command, exit_code=2)
        assert error.startswith("--window must be left out with --refine, got 'full'")
