"""From counts to a model, with and without refining."""

import signal

import numpy as np
import pytest
from archives import rewrite
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_bigram_counts, examples, fixed_text, tables_and_windows

from brownclust import BigramCounts, BrownClustering, cluster_counts, refine_clusters
from brownclust._archive import ArchiveError, load_archive
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.checkpoint import Checkpoint
from brownclust.tree.exchange import refine_labels
from brownclust.tree.information import average_mutual_information
from brownclust.tree.refining_options import MAX_SEED

K = 12
OPTIONS = {"n_clusters": K, "refine": 4, "seed": 3}


@pytest.fixture(scope="module")
def counts():
    lines = fixed_text(n_words=120).decode().splitlines()
    return BigramCounts.from_sentences(map(str.split, lines))


@pytest.fixture(scope="module")
def refined(counts):
    return cluster_counts(counts, **OPTIONS)


def same(one, other):
    np.testing.assert_array_equal(one.dendrogram.children, other.dendrogram.children)
    np.testing.assert_array_equal(one.dendrogram.losses, other.dendrogram.losses)
    assert one.dendrogram.ami_at_window == other.dendrogram.ami_at_window
    assert one.options == other.options


class TestModel:
    def test_more_information_than_greedy_clusters_have(self, counts, refined):
        greedy = cluster_counts(counts, n_clusters=K)
        assert refined.ami > greedy.ami
        record = refined.options["refinement"]
        assert record["ami_before"] == pytest.approx(greedy.ami, abs=1e-9)
        assert record["ami"] == pytest.approx(refined.ami, abs=1e-9)
        assert record["n_sweeps"] > 4
        assert record["n_moves"] > 0
        assert "refinement" not in greedy.options
        assert "seed" not in greedy.options

    @examples(25)
    @given(tables_and_windows(), st.integers(0, 4), st.integers(0, 9))
    def test_never_less_information_than_at_the_start(self, case, refine, seed):
        table, n_clusters = case
        counts = as_bigram_counts(table)
        model = cluster_counts(counts, n_clusters=n_clusters, refine=refine, seed=seed)
        record = model.options["refinement"]
        assert record["ami"] >= record["ami_before"] - 1e-9

    def test_information_of_every_cut(self, counts, refined):
        tree = refined.dendrogram
        for k in range(1, K + 1):
            computed = average_mutual_information(counts, tree.cut(k))
            assert tree.average_mutual_information(k) == pytest.approx(
                computed, abs=1e-9
            )
        with pytest.raises(ValueError, match=r"^n_clusters must be at most the window"):
            tree.cut(K + 1)

    def test_the_same_seed_gives_the_same_model(self, counts, refined):
        same(cluster_counts(counts, n_clusters=K, refine=4, seed=3), refined)
        other = cluster_counts(counts, n_clusters=K, refine=4, seed=2)
        assert (other.dendrogram.cut(K) != refined.dendrogram.cut(K)).any()

    def test_greedy_clusters_refined_later_are_the_same(self, counts, refined):
        labels = cluster_counts(counts, n_clusters=K).dendrogram.cut(K)
        same(refine_clusters(counts, labels, sweeps=4, seed=3), refined)

    def test_random_start(self, counts):
        model = cluster_counts(counts, n_clusters=K, refine=3, init="random")
        assert model.options["init"] == "random"
        assert model.dendrogram.window == K

    def test_fixed_words_stay(self, counts):
        labels = np.arange(counts.n_types) % K
        fixed = np.arange(counts.n_types) < 40
        model = refine_clusters(counts, labels, sweeps=2, fixed=fixed)
        found = model.dendrogram.cut(K)[:40]
        assert len(set(zip(found.tolist(), labels[:40].tolist(), strict=True))) == K

    def test_estimator(self, counts, refined):
        fitted = BrownClustering(K, refine=4, random_state=3).fit(counts)
        same(fitted.model_, refined)
        assert np.isnan(fitted.merge_losses_).sum() == counts.n_types - K

    def test_as_many_clusters_as_words(self, counts):
        few = counts.select(max_vocabulary=5)
        assert cluster_counts(few, n_clusters=5, refine=2).dendrogram.n_blank == 0
        assert cluster_counts(few, n_clusters=1, refine=2).dendrogram.n_blank == 4


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"refine": -1}, ValueError, "refine must be at least 0, got -1"),
            ({"refine": 1.5}, TypeError, "refine must be an integer, got 1.5"),
            ({"refine": 1, "window": "full"}, ValueError, "window must be left out"),
            ({"refine": 1, "window": 20}, ValueError, "window must be left out with"),
            ({"init": "random"}, ValueError, "init must be 'greedy' without refine"),
            ({"refine": 1, "init": "x"}, ValueError, "init must be one of greedy, ran"),
            ({"refine": 1, "seed": -1}, ValueError, "seed must be at least 0, got -1"),
            ({"seed": MAX_SEED + 1}, ValueError, "seed must be at most"),
        ],
    )
    def test_options(self, counts, options, error, message):
        with pytest.raises(error, match=f"^{message}"):
            cluster_counts(counts, n_clusters=K, **options)

    @pytest.mark.parametrize(
        ("labels", "message"),
        [
            (
                [0, 1],
                r"labels must be of shape \(120,\), one for each word, got \(2,\)",
            ),
            (np.zeros(120), "labels must be integers, got 'float64'"),
            (np.arange(120) % 5 + 1, "labels must be numbers from 0 on, with a word"),
            (np.arange(120) - 1, "labels must be numbers from 0 on, with a word for"),
        ],
    )
    def test_labels(self, counts, labels, message):
        with pytest.raises((TypeError, ValueError), match=f"^{message}"):
            refine_clusters(counts, labels)

    @pytest.mark.parametrize("fixed", [[True], np.zeros(120)])
    def test_fixed(self, counts, fixed):
        with pytest.raises((TypeError, ValueError), match=r"^fixed must be bool"):
            refine_clusters(counts, np.arange(120) % 5, fixed=fixed)

    def test_estimator_before_counting(self):
        for options in ({"refine": -1}, {"refine": 2, "window": 9}):
            with pytest.raises(ValueError, match=r"^(refine|window) must be"):
                BrownClustering(3, **options).fit("no such file")
        with pytest.raises(ValueError, match=r"^random_state must be at least 0"):
            BrownClustering(3, random_state=-1).fit("no such file")

    def test_too_many_clusters_for_memory(self, counts, monkeypatch):
        monkeypatch.setattr("brownclust.tree.state._physical_memory", lambda: 10_000)
        with pytest.raises(
            MemoryError, match=r"^n_clusters must be small enough for 0"
        ):
            cluster_counts(counts, n_clusters=K, refine=0)


class TestSweeps:
    """A run can be resumed after any of its sweeps."""

    @examples(25)
    @given(tables_and_windows(), st.integers(0, 9), st.integers(0, 9))
    def test_resumed_after_every_sweep(self, case, n_annealed, seed):
        table, n_clusters = case
        counts = as_bigram_counts(table)
        labels = np.arange(counts.n_types) % n_clusters
        options = {"sweeps": n_annealed, "seed": seed}
        sweeps = []
        whole = refine_labels(counts, labels, **options, on_sweep=sweeps.append)
        assert [sweep.n_sweeps for sweep in sweeps] == list(
            range(1, whole.n_sweeps + 1)
        )
        for sweep in sweeps[::3]:
            again = refine_labels(counts, labels, **options, start=sweep)
            np.testing.assert_array_equal(again.labels, whole.labels)
            assert again[1:] == whole[1:]


class TestCheckpoint:
    def stop(self, counts, folder, at, checkpoint=None, **options):
        """Interrupt a run when it reports a stage and a step."""

        def progress(stage, done, _total):
            if stage == at[0] and done >= at[1]:
                signal.raise_signal(signal.SIGINT)

        checkpoint = checkpoint or Checkpoint(folder)
        with pytest.raises(KeyboardInterrupt):
            cluster_counts(
                counts,
                **{**OPTIONS, **options},
                checkpoint=checkpoint,
                progress=progress,
            )
        assert checkpoint.is_kept

    @pytest.mark.parametrize(
        "at", [("cluster", 30), *(("refine", n) for n in (1, 3, 4, 5, 6))]
    )
    def test_resumed_to_the_same_model(self, counts, tmp_path, refined, at):
        self.stop(counts, tmp_path, at)
        checkpoint = Checkpoint(tmp_path)
        again = checkpoint.resume()
        same(cluster_counts(again, **OPTIONS, checkpoint=checkpoint), refined)

    def test_interrupted_again_and_again(self, counts, tmp_path, refined):
        self.stop(counts, tmp_path, ("cluster", 1))
        for at in (("cluster", 60), ("refine", 2), ("refine", 3), ("refine", 5)):
            checkpoint = Checkpoint(tmp_path)
            self.stop(checkpoint.resume(), tmp_path, at, checkpoint)
        checkpoint = Checkpoint(tmp_path)
        again = checkpoint.resume()
        same(cluster_counts(again, **OPTIONS, checkpoint=checkpoint), refined)

    def test_random_start(self, counts, tmp_path):
        refined = cluster_counts(counts, **OPTIONS, init="random")
        self.stop(counts, tmp_path, ("refine", 3), init="random")
        checkpoint = Checkpoint(tmp_path)
        again = checkpoint.resume()
        options = {**OPTIONS, "init": "random"}
        same(cluster_counts(again, **options, checkpoint=checkpoint), refined)

    def test_other_runs(self, counts, tmp_path):
        self.stop(counts, tmp_path, ("refine", 2))
        checkpoint = Checkpoint(tmp_path)
        again = checkpoint.resume()
        with pytest.raises(
            ValueError, match=r"^n_clusters must be 12, as in the check"
        ):
            cluster_counts(again, n_clusters=9, refine=4, checkpoint=checkpoint)
        checkpoint = Checkpoint(tmp_path)
        again = checkpoint.resume()
        with pytest.raises(ValueError, match=r"must be a refinement, as in .*npz"):
            brown_cluster(again, window=K, checkpoint=checkpoint)

    def test_an_older_version_refuses_it_in_one_line(self, counts, tmp_path):
        self.stop(counts, tmp_path, ("refine", 2))
        with pytest.raises(ArchiveError, match="up to 3, got 4: written by a newer"):
            load_archive(tmp_path / "checkpoint.npz", "checkpoint", 3, min_version=3)

    @pytest.mark.parametrize(
        "changes",
        [
            {"labels": np.zeros(119, np.int32)},
            {"labels": np.zeros(120, np.int64)},
            {"labels": np.full(120, -1, np.int32)},
            {"labels": np.full(120, 2**30, np.int32)},
            {"labels": np.arange(120, dtype=np.int32) % 5 + 1},
            {"ami": np.nan},
            {"ami_before": "1"},
            {"n_sweeps": 0},
            {"n_moves": -1},
            {"random": 0},
            {"random": -1},
            {"gain": None},
            {"gained": 0.5},
            {"labels_before": np.zeros(120, np.int32)},
            {"labels_before": np.arange(5, dtype=np.int32)},
            {"gained_before": 2**63 - 1},
            {"stage": 4},
        ],
    )
    def test_damaged(self, counts, tmp_path, changes):
        self.stop(counts, tmp_path, ("refine", 2))
        rewrite(tmp_path / "checkpoint.npz", **changes)
        checkpoint = Checkpoint(tmp_path)
        again = checkpoint.resume()
        with pytest.raises(ArchiveError, match="expected a whole brownclust checkpoi"):
            cluster_counts(again, **OPTIONS, checkpoint=checkpoint)
