"""``brownclust cluster`` is stopped, and resumed to the same bytes."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from commands import run, succeed
from strategies import fixed_text

from brownclust import BigramCounts
from brownclust_cli.progress import Progress

KILLED_COMMAND = Path(__file__).parent / "killed_command.py"
RESULTS = ("paths", "merges.tsv", "model.npz")
SIGNALS = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

sigkill = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(fixed_text())
    return path


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def results(out):
    return [(out / name).read_bytes() for name in RESULTS]


def results_of_an_undisturbed_run(text, *options):
    out = text.parent / "undisturbed"
    succeed("cluster", text, *options, "-o", out)
    return results(out)


def stop(text, out, *options, by=signal.SIGINT):
    """Interrupt a run in this process, so that it leaves a checkpoint."""
    with interrupted_when_clustering(by):
        result = run("cluster", text, "-c", 5, *options, "-o", out)
    assert result.exit_code == 128 + by, result.output
    return result


def interrupted_when_clustering(by=signal.SIGINT):
    def interrupt(_progress, stage, *_):
        if stage == "cluster":
            signal.raise_signal(by)

    return patch.object(Progress, "__call__", interrupt)


def fail(*arguments, exit_code=1):
    """Run a command that fails; return its error, which is the last line."""
    result = run(*arguments)
    assert result.exit_code == exit_code, result.output
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    return last.removeprefix("Error: ")


class TestKilled:
    OPTIONS = ("-c", "5", "--min-count", "1")
    N_CHANGES = 31  # to files in the output folder, by a run that is not killed

    def run_killed(self, n_changes, text, out):
        """Return the exit code of a run killed before its n-th change to a file."""
        command = [sys.executable, str(KILLED_COMMAND), str(n_changes), str(out)]
        command += ["cluster", str(text), *self.OPTIONS, "-o", str(out), "--resume"]
        return subprocess.run(command, capture_output=True, check=False).returncode

    @pytest.fixture
    def short_text(self, tmp_path):
        path = tmp_path / "text"
        path.write_bytes(fixed_text(n_words=30, n_tokens=300))
        return path

    def resume(self, text, out):
        """Resume a run to the end, and compare its results with those of another."""
        succeed("cluster", text, *self.OPTIONS, "-o", out, "--resume")
        assert results(out) == results_of_an_undisturbed_run(text, *self.OPTIONS)
        assert sorted(path.name for path in out.iterdir()) == sorted(
            [*RESULTS, "run.json"]
        )

    @sigkill
    def test_twice(self, short_text, out):
        for n_changes in (13, 9):
            assert self.run_killed(n_changes, short_text, out) == -signal.SIGKILL
            assert (out / "checkpoint.npz").exists()
        self.resume(short_text, out)

    @sigkill
    @pytest.mark.slow
    @pytest.mark.parametrize("n_changes", range(1, N_CHANGES - 1))
    def test_before_each_change_to_a_file(self, short_text, out, n_changes):
        assert self.run_killed(n_changes, short_text, out) == -signal.SIGKILL
        self.resume(short_text, out)

    @sigkill
    @pytest.mark.slow
    @pytest.mark.parametrize("n_changes", [N_CHANGES - 1, N_CHANGES])
    def test_before_the_last_changes(self, short_text, out, n_changes):
        """The results are complete then, and the checkpoint is gone."""
        assert self.run_killed(n_changes, short_text, out) == -signal.SIGKILL
        expected = results_of_an_undisturbed_run(short_text, *self.OPTIONS)
        assert results(out) == expected
        assert not (out / "checkpoint.npz").exists()

    @sigkill
    @pytest.mark.slow
    def test_there_are_no_more_changes(self, short_text, out):
        assert self.run_killed(self.N_CHANGES + 1, short_text, out) == 0

    def test_before_there_is_a_checkpoint(self, text, out):
        result = run("cluster", text, "-c", 5, "-o", out, "--resume")
        assert result.exit_code == 0
        first = result.stderr.splitlines()[0]
        assert first == f"No checkpoint in {out}: starting from the beginning"
        assert (out / "paths").exists()

    def test_when_the_results_are_half_written(self, text, out):
        stop(text, out)
        (out / "paths").write_bytes(b"of this run, complete")
        (out / ".model.npz.0123456789ab.tmp").touch()
        assert run("cluster", text, "-c", 5, "-o", out, "--resume").exit_code == 0
        assert results(out) == results_of_an_undisturbed_run(text, "-c", 5)
        assert sorted(path.name for path in out.iterdir()) == sorted(
            [*RESULTS, "run.json"]
        )


class TestInterrupted:
    @pytest.mark.parametrize("threads", [1, 2])
    @pytest.mark.parametrize("name", SIGNALS)
    def test_signals(self, text, out, name, threads):
        options = ("--threads", threads)
        result = stop(text, out, *options, by=getattr(signal, name))
        checkpoint = out / "checkpoint.npz"
        first, second, error = result.stderr.splitlines()
        assert first == f"Interrupted: writing {checkpoint}"
        assert second.startswith(f"Checkpoint: {checkpoint} (")
        by = "" if name == "SIGINT" else f" by {name}"
        assert error == (
            f"Error: interrupted{by}; the same command with --resume continues from "
            f"{checkpoint}"
        )
        result = succeed("cluster", text, "-c", 5, *options, "-o", out, "--resume")
        assert "resume" in result.stderr
        assert results(out) == results_of_an_undisturbed_run(text, "-c", 5, *options)

    def test_without_checkpoints(self, text, out):
        result = stop(text, out, "--checkpoint-every", 0)
        assert result.stderr == "Error: interrupted\n"
        assert not out.exists()

    def test_counting_is_not_kept(self, text, out, monkeypatch):
        def interrupt(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(BigramCounts, "from_text", interrupt)
        message = fail("cluster", text, "-c", 5, "-o", out, exit_code=130)
        assert message == "interrupted"
        assert not out.exists()


class TestResume:
    def test_text_may_be_deleted(self, text, out):
        data = text.read_bytes()
        whole = out.parent / "whole"
        assert run("cluster", text, "-c", 5, "-o", whole).exit_code == 0
        stop(text, out)
        text.unlink()
        result = run("cluster", text, "-c", 5, "-o", out, "--resume")
        assert result.exit_code == 0, result.output
        assert results(out) == results(whole)
        one, other = (
            json.loads((folder / "run.json").read_text()) for folder in (out, whole)
        )
        assert "count" in other["seconds"]
        assert "resume" in one["seconds"]
        for name in ("source", "options", "ami", "n_tokens"):
            assert one[name] == other[name]
        assert one["source"]["n_bytes"] == len(data)

    def test_standard_input_is_not_read(self, text, out):
        with interrupted_when_clustering():
            result = run("cluster", "-", "-c", 5, "-o", out, stdin=text.read_bytes())
        assert result.exit_code == 130
        result = run("cluster", "-", "-c", 5, "-o", out, "--resume", stdin=b"")
        assert result.exit_code == 0, result.output

    def test_text_has_changed(self, text, out):
        stop(text, out)
        text.write_bytes(text.read_bytes() + b"more\n")
        message = fail("cluster", text, "-c", 5, "-o", out, "--resume")
        assert message == (
            f"{text}: expected a file as it was when {out / 'checkpoint.npz'} was "
            "written, got a new or changed one; to start again, use --force without "
            "--resume"
        )

    def test_file_of_words_has_changed(self, text, out):
        words = text.with_name("words")
        words.write_text("w000\nw001\nw002\nw003\nw004\nw005\nw006\n")
        stop(text, out, "--vocabulary", words)
        words.write_text("w000\n")
        options = ("-c", 5, "--vocabulary", words)
        message = fail("cluster", text, *options, "-o", out, "--resume")
        assert message.startswith(f"{words}: expected a file as it was when ")

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            (("-c", 6, "--window", 20), "--clusters must be 5, as in the checkpoint"),
            (("-c", 5, "--window", 30), "--window must be 20, as in the checkpoint"),
            (("-c", 5), "--window must be 20, as in the checkpoint, got None"),
            (
                ("-c", 5, "--window", 20, "--boundary", "mark"),
                "--boundary must be 'break', as in the checkpoint, got 'mark'",
            ),
            (
                ("-c", 5, "--window", 20, "--normalise", "nfc"),
                "--normalise must be left out, as in the checkpoint, got ['nfc']",
            ),
        ],
    )
    def test_other_options(self, text, out, typed, message):
        stop(text, out, "--window", 20)
        found = fail("cluster", text, *typed, "-o", out, "--resume")
        assert found.startswith(message)
        assert (out / "checkpoint.npz").exists()

    def test_other_text(self, text, out):
        stop(text, out)
        other = text.with_name("other")
        other.write_text("other")
        message = fail("cluster", other, "-c", 5, "-o", out, "--resume")
        assert message.startswith("TEXT must be [")

    def test_options_that_do_not_affect_the_result(self, text, out):
        stop(text, out, "--threads", 2)
        result = run(
            *("cluster", text, "-c", 5, "-o", out, "--resume", "--force", "-q"),
            *("--checkpoint-every", 7),
        )
        assert result.exit_code == 0, result.output
        assert result.stderr == ""

    def test_from_another_folder(self, text, out):
        """OUT may have been moved."""
        stop(text, out)
        out.rename(out.with_name("moved"))
        moved = out.with_name("moved")
        assert run("cluster", text, "-c", 5, "-o", moved, "--resume").exit_code == 0

    def test_damaged(self, text, out):
        stop(text, out)
        path = out / "checkpoint.npz"
        path.write_bytes(path.read_bytes()[:1000])
        message = fail("cluster", text, "-c", 5, "-o", out, "--resume")
        assert message.startswith(
            f"{path}: expected a whole brownclust checkpoint, got"
        )

    def test_a_checkpoint_is_not_silently_replaced(self, text, out):
        stop(text, out)
        files = out / "checkpoint.npz", out / "checkpoint-counts.npz"
        message = fail("cluster", text, "-c", 5, "-o", out)
        assert message == (
            f"{files[0]}, {files[1]}: already exists (--resume continues from it, "
            "--force replaces it)"
        )
        assert run("cluster", text, "-c", 4, "-o", out, "--force").exit_code == 0
        assert not any(path.exists() for path in files)

    def test_results_of_another_run_are_not_replaced(self, text, out):
        assert run("cluster", text, "-c", 5, "-o", out).exit_code == 0
        message = fail("cluster", text, "-c", 5, "-o", out, "--resume")
        assert message.endswith("already exists (--force replaces it)")


@pytest.mark.parametrize("value", ["-1", "often", "nan"])
def test_invalid_time(text, out, value):
    message = fail(
        *("cluster", text, "-o", out, "--checkpoint-every", value), exit_code=2
    )
    assert message.startswith(
        f"--checkpoint-every must be a number of at least 0, got {value!r}"
    )
