"""Clustering interrupted and resumed in one process; `test_resume` kills others."""

import json
import signal
import threading
from unittest.mock import patch

import numpy as np
import pytest
import reference
from archives import rewrite
from strategies import as_bigram_counts, fixed_text

from brownclust import BigramCounts
from brownclust._archive import ArchiveError, write_archive
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.checkpoint import (
    FORMAT_VERSION,
    KIND,
    MIN_PAUSE,
    Checkpoint,
    fingerprint,
)

WINDOW = 20


@pytest.fixture(scope="module")
def counts():
    return as_bigram_counts(reference.count_text([fixed_text(n_words=120)]))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "out"


def assert_equal(one, other):
    np.testing.assert_array_equal(one.children, other.children)
    np.testing.assert_array_equal(one.losses, other.losses)
    assert (one.scale, one.window, one.n_bigrams, one.ami_at_window) == (
        (other.scale, other.window, other.n_bigrams, other.ami_at_window)
    )


def interrupt_after(n_merges):
    """A progress callback that acts like Ctrl-C after `n_merges` merges or more."""

    def progress(_stage, done, _total):
        if done >= n_merges:
            signal.raise_signal(signal.SIGINT)

    return progress


def stopped(counts, folder, n_merges=30, window=WINDOW, **options):
    """The checkpoint of a clustering that is interrupted."""
    checkpoint = Checkpoint(folder, **options)
    with pytest.raises(KeyboardInterrupt):
        brown_cluster(
            counts,
            window=window,
            checkpoint=checkpoint,
            progress=interrupt_after(n_merges),
        )
    return checkpoint


class TestResume:
    @pytest.mark.parametrize("window", [1, 2, WINDOW, 119, 120])
    @pytest.mark.parametrize("threads", [1, 2])
    def test_tree_is_the_same(self, counts, folder, window, threads):
        left = stopped(counts, folder, window=window)
        assert left.is_kept
        checkpoint = Checkpoint(folder)
        again = checkpoint.resume()
        reports = []
        tree = brown_cluster(
            again,
            window=window,
            threads=threads,
            checkpoint=checkpoint,
            progress=lambda *report: reports.append(report),
        )
        assert reports[0][1] > 30
        assert_equal(tree, brown_cluster(counts, window=window))

    def test_several_interruptions(self, counts, folder):
        stopped(counts, folder, n_merges=1)
        for n_merges in (40, 60, 119):
            checkpoint = Checkpoint(folder)
            again = checkpoint.resume()
            with pytest.raises(KeyboardInterrupt):
                brown_cluster(
                    again,
                    window=WINDOW,
                    checkpoint=checkpoint,
                    progress=interrupt_after(n_merges),
                )
        checkpoint = Checkpoint(folder)
        tree = brown_cluster(checkpoint.resume(), window=WINDOW, checkpoint=checkpoint)
        assert_equal(tree, brown_cluster(counts, window=WINDOW))

    def test_counts_are_restored(self, counts, folder):
        stopped(counts, folder)
        again = Checkpoint(folder).resume()
        assert fingerprint(again) == fingerprint(counts)
        assert list(again.vocabulary) == list(counts.vocabulary)

    def test_checkpoint_of_other_counts_is_replaced(self, counts, folder):
        stopped(BigramCounts.from_sentences([["a", "b", "c"]]), folder, 0, window=2)
        stopped(counts, folder)
        assert Checkpoint(folder).resume().n_types == 120

    def test_other_counts(self, counts, folder):
        stopped(counts, folder)
        checkpoint = Checkpoint(folder)
        checkpoint.resume()
        others = BigramCounts.from_sentences([["a", "b", "c"]])
        with pytest.raises(
            ValueError, match=r"^counts must be those that .*npz was ma"
        ):
            brown_cluster(others, window=2, checkpoint=checkpoint)

    def test_another_window(self, counts, folder):
        stopped(counts, folder)
        checkpoint = Checkpoint(folder)
        again = checkpoint.resume()
        message = r"^window must be 20, as in the checkpoint, got 21$"
        with pytest.raises(ValueError, match=message):
            brown_cluster(again, window=21, checkpoint=checkpoint)

    def test_other_options(self, counts, folder):
        stopped(counts, folder, options={"--words": ("a", "b"), "--lowercase": True})
        Checkpoint(
            folder, options={"--words": ["a", "b"], "--lowercase": True}
        ).resume()
        message = r"^--lowercase must be True, as in the checkpoint, got None$"
        with pytest.raises(ValueError, match=message):
            Checkpoint(folder, options={"--words": ["a", "b"]}).resume()

    def test_changed_inputs(self, counts, folder, tmp_path):
        text = tmp_path / "text"
        text.write_text("a")
        stopped(counts, folder, inputs=[text])
        Checkpoint(folder, inputs=[text]).resume()
        text.write_text("changed")
        with pytest.raises(ValueError, match=r"text: expected a file as it was when"):
            Checkpoint(folder, inputs=[text]).resume()
        text.unlink()
        Checkpoint(folder, inputs=[text]).resume()
        (tmp_path / "more").touch()
        with pytest.raises(ValueError, match=r"more: expected a file as it was when"):
            Checkpoint(folder, inputs=[text, tmp_path / "more"]).resume()


class TestTiming:
    def test_no_checkpoint_before_it_is_time(self, counts, folder):
        brown_cluster(counts, window=WINDOW, checkpoint=Checkpoint(folder))
        assert not folder.exists()

    def test_no_checkpoint_if_every_is_zero(self, counts, folder):
        left = stopped(counts, folder, every=0)  # Python's own handler raises
        assert not left.is_kept
        assert not folder.exists()

    def test_checkpoint_after_every_report(self, counts, folder):
        lines = []
        checkpoint = Checkpoint(folder, every=1e-9, report=lines.append)
        brown_cluster(counts, window=WINDOW, checkpoint=checkpoint)
        assert lines == [f"Checkpoint: {folder / 'checkpoint.npz'} (0.0 MB)"]
        assert sorted(path.name for path in folder.iterdir()) == [
            "checkpoint-counts.npz",
            "checkpoint.npz",
        ]
        checkpoint.remove()
        assert list(folder.iterdir()) == []

    def test_writing_takes_a_small_fraction_of_the_time(self, counts, folder):
        now = 0.0
        written = []

        def write(*_):
            nonlocal now
            written.append(now)
            now += 5.0

        def progress(*_):
            nonlocal now
            now += 10.0

        with (
            patch("brownclust.tree.checkpoint.monotonic", lambda: now),
            patch("brownclust.tree.checkpoint.write_archive", write),
            patch("brownclust.tree.agglomerate.SECONDS_BETWEEN_REPORTS", 0),
            patch.object(Checkpoint, "_begin"),
        ):
            brown_cluster(
                counts,
                window=WINDOW,
                checkpoint=Checkpoint(folder.parent, every=20),
                progress=progress,
            )
        assert written[0] == 20.0
        assert set(np.diff(written)) == {5.0 + 5.0 * MIN_PAUSE}

    @pytest.mark.parametrize("every", [-1, float("nan")])
    def test_every_that_is_not_a_time(self, folder, every):
        with pytest.raises(ValueError, match=r"^every must be at least 0 seconds, got"):
            Checkpoint(folder, every=every)

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
    def test_signal_handlers_are_restored(self, counts, folder, name):
        number = getattr(signal, name)
        before = signal.getsignal(number)

        def interrupt():
            with Checkpoint(folder).watch(counts):
                assert signal.getsignal(number) != before
                signal.raise_signal(number)

        with pytest.raises(KeyboardInterrupt):
            interrupt()
        assert signal.getsignal(number) == before

    def test_ignored_signal_stays_ignored(self, counts, folder):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            with Checkpoint(folder).watch(counts):
                signal.raise_signal(signal.SIGINT)
        finally:
            signal.signal(signal.SIGINT, before)

    def test_second_signal_does_not_wait(self, counts, folder):
        done = []

        def interrupt():
            with Checkpoint(folder).watch(counts):
                signal.raise_signal(signal.SIGINT)
                done.append("first")
                signal.raise_signal(signal.SIGINT)
                done.append("second")

        with pytest.raises(KeyboardInterrupt):
            interrupt()
        assert done == ["first"]

    def test_in_another_thread(self, counts, folder):
        trees = []
        checkpoint = Checkpoint(folder, every=1e-9)

        def cluster():
            trees.append(brown_cluster(counts, window=WINDOW, checkpoint=checkpoint))

        thread = threading.Thread(target=cluster)
        thread.start()
        thread.join()
        assert checkpoint.is_kept
        assert_equal(trees[0], brown_cluster(counts, window=WINDOW))


class TestErrors:
    def test_full_disk(self, counts, folder):
        lines = []

        def fail(*_):
            raise OSError(28, "No space left on device")

        checkpoint = Checkpoint(folder, every=1e-9, report=lines.append)
        with patch("brownclust.tree.checkpoint.write_archive", fail):
            tree = brown_cluster(counts, window=WINDOW, checkpoint=checkpoint)
        assert_equal(tree, brown_cluster(counts, window=WINDOW))
        assert lines
        for line in lines:
            assert line == (
                f"Warning: no checkpoint: {folder / 'checkpoint.npz'}: "
                "No space left on device"
            )
        assert not checkpoint.is_kept

    def test_no_checkpoint(self, folder):
        with pytest.raises(FileNotFoundError, match=r"checkpoint\.npz"):
            Checkpoint(folder).resume()

    def test_missing_counts(self, counts, folder):
        stopped(counts, folder)
        (folder / "checkpoint-counts.npz").unlink()
        with pytest.raises(FileNotFoundError, match=r"checkpoint-counts\.npz"):
            Checkpoint(folder).resume()

    @pytest.mark.parametrize("name", ["checkpoint.npz", "checkpoint-counts.npz"])
    def test_damaged_file(self, counts, folder, name):
        stopped(counts, folder)
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data)
        with pytest.raises(ArchiveError, match=rf"{name}: expected a (whole|sound) "):
            Checkpoint(folder).resume()

    def test_truncated_file(self, counts, folder):
        stopped(counts, folder)
        path = folder / "checkpoint.npz"
        path.write_bytes(path.read_bytes()[:-1000])
        with pytest.raises(ArchiveError, match=r"npz: expected a whole brownclust che"):
            Checkpoint(folder).resume()

    @pytest.mark.parametrize(
        "job",
        ["", "[]", '{"options": 1, "files": {}}', '{"options": [], "files": 1.5}'],
    )
    def test_invalid_job(self, counts, folder, job):
        stopped(counts, folder)
        rewrite(folder / "checkpoint.npz", job=job)
        rule = r"npz: expected a whole brownclust checkpoint, .* a JSON object, got"
        with pytest.raises(ArchiveError, match=rule):
            Checkpoint(folder).resume()

    @pytest.mark.parametrize("step", [0, 1, -1])
    @pytest.mark.parametrize("change", [1, -1, 2**61])
    def test_any_loss_that_is_changed(self, counts, folder, step, change):
        path = stopped(counts, folder, n_merges=100).path
        with np.load(path) as archive:
            losses = archive["losses"]
        losses[step] += change
        rewrite(path, losses=losses)
        checkpoint = Checkpoint(folder)
        again = checkpoint.resume()
        step %= losses.size
        with pytest.raises(ArchiveError, match=rf"losses\[{step}\] must be .*, as the"):
            brown_cluster(again, window=WINDOW, checkpoint=checkpoint)

    def test_invalid_array(self, counts, folder):
        path = stopped(counts, folder).path
        whole = path.read_bytes()
        with np.load(path) as archive:
            children, losses = archive["children"], archive["losses"]
        n_merged = len(children)
        for name, value, reason in [
            (
                "losses",
                np.zeros(3, np.int64),
                r"children must be int64 of shape \(3, 2",
            ),
            ("losses", np.zeros(n_merged), "losses must be int64 of shape"),
            ("losses", np.zeros((n_merged, 1), np.int64), "losses must be int64 of sh"),
            ("losses", None, "no losses"),
            ("losses", 2 * losses, r"losses\[\d+\] must be \d+, as the counts give"),
            ("losses", losses[:-1] * 0, r"children must be int64 of shape"),
            ("children", children.astype(np.int32), "children must be int64 of shape"),
            ("children", children[:, ::-1], "children must be pairs with the lower"),
            ("children", children[::-1], r"children\[\d+\] must be the ids of two cl"),
            (
                "children",
                np.repeat(children[:1], n_merged, 0),
                "children must be of different",
            ),
            ("window", 20.0, "window must be an integer"),
            ("window", None, "no window"),
            ("window", 0, "window must be at least 1"),
            ("window", 121, "window must be at most the number of different words"),
            ("fingerprint", "0", "fingerprint must be that of .*-counts.npz, got '0'"),
            ("fingerprint", 0, "fingerprint must be a string"),
            ("digest", None, "no digest"),
            ("window", 19, r"children\[\d+\] must be the ids of two cl"),
        ]:
            path.write_bytes(whole)
            rewrite(path, **{name: value})
            checkpoint = Checkpoint(folder)
            window = 19 if name == "window" and value == 19 else WINDOW
            with pytest.raises(ArchiveError, match=rf"npz: .*damaged file \({reason}"):
                brown_cluster(checkpoint.resume(), window=window, checkpoint=checkpoint)

    @pytest.mark.parametrize("n_merges", [30, 100])
    def test_other_merges(self, counts, folder, n_merges):
        """Merges of a tree, but not of these counts: the last ones do not follow."""
        path = stopped(counts, folder, n_merges).path
        with np.load(path) as archive:
            children = archive["children"]
        first = children[0].tolist()
        later = np.flatnonzero((children > 1) & (children < WINDOW))
        swapped = children.copy()
        a, b = first[0], int(children.ravel()[later[-1]])
        swapped[children == a], swapped[children == b] = b, a
        rewrite(path, children=np.sort(swapped, axis=1))
        checkpoint = Checkpoint(folder)
        message = (
            r"damaged file \((children|losses)\[\d+\] must be .*, as the counts gi"
        )
        with pytest.raises(ArchiveError, match=message):
            brown_cluster(checkpoint.resume(), window=WINDOW, checkpoint=checkpoint)

    def test_changed_numbers(self, counts, folder):
        path = stopped(counts, folder).path
        with np.load(path) as archive:
            arrays = dict(archive)
        for name in ("children", "losses"):
            changed = arrays[name].copy()
            changed[3] += 1
            np.savez(path, **arrays | {name: changed})
            with pytest.raises(ArchiveError, match="digest must be that of the conte"):
                Checkpoint(folder).resume()

    def test_file_of_another_kind(self, counts, folder):
        folder.mkdir()
        counts.save(folder / "checkpoint.npz")
        message = r"expected a brownclust checkpoint, got brownclust counts file$"
        with pytest.raises(ArchiveError, match=message):
            Checkpoint(folder).resume()

    def test_newer_format(self, folder):
        folder.mkdir()
        with (folder / "checkpoint.npz").open("wb") as file:
            write_archive(file, KIND, FORMAT_VERSION + 1, {"job": json.dumps({})})
        with pytest.raises(ArchiveError, match=r"written by a newer brownclust"):
            Checkpoint(folder).resume()

    def test_older_format(self, counts, folder):
        stopped(counts, folder)
        rewrite(folder / "checkpoint.npz", format_version=2)
        message = (
            r"checkpoint\.npz: expected a checkpoint of format version 3 or newer, "
            r"got 2: written by an older brownclust; remove it and start again$"
        )
        with pytest.raises(ArchiveError, match=message):
            Checkpoint(folder).resume()

    def test_files_of_killed_writes_are_removed(self, counts, folder):
        stopped(counts, folder)
        names = ("checkpoint.npz", "checkpoint-counts.npz")
        ours = [f".{name}.0123456789ab.tmp" for name in names]
        theirs = [".checkpoint.npz.tmp", ".vimrc.0123456789ab.tmp", "notes"]
        for name in (*ours, *theirs):
            (folder / name).touch()
        checkpoint = Checkpoint(folder)
        checkpoint.resume()
        assert not any((folder / name).exists() for name in ours)
        checkpoint.remove()
        assert sorted(path.name for path in folder.iterdir()) == sorted(theirs)
