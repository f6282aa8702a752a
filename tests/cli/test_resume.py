"""``brownclust cluster`` is killed, and goes on to the same bytes."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from time import monotonic, sleep
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from strategies import fixed_text

from brownclust import BigramCounts
from brownclust_cli.main import main
from brownclust_cli.progress import Progress

COMMAND = Path(sys.executable).parent / "brownclust"
RESULTS = ("paths", "merges.tsv", "model.npz")
# Without --threads, about a second in many steps
OPTIONS = ("-c", "150", "--window", "600", "--min-count", "1")
PATIENCE = 120  # seconds, on a machine that has to compile


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("resume")
    (folder / "text").write_bytes(fixed_text(n_words=10_000, n_tokens=120_000))
    return folder


@pytest.fixture(scope="module")
def whole(folder):
    """What comes of a run that nothing disturbs."""
    cluster(folder / "text", "-o", folder / "whole")
    return results(folder / "whole")


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(fixed_text())
    return path


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def start(*arguments):
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:  # which a shell's background job would ignore
        return subprocess.Popen(
            [COMMAND, "cluster", *OPTIONS, *arguments],
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, handler)


def cluster(*arguments):
    with start(*arguments) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def results(out):
    return [(out / name).read_bytes() for name in RESULTS]


def wait_for(path, process):
    """Wait until there is a file; False if the process ended before."""
    deadline = monotonic() + PATIENCE
    while not path.exists():
        assert monotonic() < deadline
        if process.poll() is not None:
            return path.exists()
        sleep(0.001)
    return True


def stop(text, out, *options):
    """Leave a checkpoint, as Ctrl-C does, from within this process."""

    with interrupted_when_clustering():
        result = run("cluster", text, "-c", 5, *options, "-o", out)
    assert result.exit_code == 130, result.output
    return result


def interrupted_when_clustering():
    def interrupt(_progress, stage, *_):
        if stage == "cluster":
            signal.raise_signal(signal.SIGINT)

    return patch.object(Progress, "__call__", interrupt)


def run(*arguments, stdin=None):
    return CliRunner().invoke(
        main, list(map(str, arguments)), prog_name="brownclust", input=stdin
    )


def fail(*arguments, exit_code=1):
    """The last line, which is the error."""
    result = run(*arguments)
    assert result.exit_code == exit_code, result.output
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    return last.removeprefix("Error: ")


class TestKilled:
    @pytest.mark.parametrize("seed", range(4))
    def test_at_random_moments(self, folder, whole, tmp_path, seed):
        random = Random(seed)
        out = tmp_path / "out"
        arguments = (folder / "text", "-o", out, "--checkpoint-every", "0.01")
        n_killed, longest = 0, 0.6
        while n_killed < 2 and longest > 0.01:
            with start(*arguments, "--resume") as process:
                if wait_for(out / "checkpoint.npz", process):
                    sleep(random.uniform(0, longest))
                process.kill()
                n_killed += process.wait() == -signal.SIGKILL
            if not (out / "checkpoint.npz").exists():  # it was quicker
                if n_killed:
                    break
                shutil.rmtree(out)
                longest /= 2
        assert n_killed >= 1
        if (out / "checkpoint.npz").exists():
            cluster(*arguments, "--resume", "--threads", "1")
        assert results(out) == whole
        assert sorted(path.name for path in out.iterdir()) == sorted(
            [*RESULTS, "run.json"]
        )

    def test_before_there_is_a_checkpoint(self, text, out):
        result = run("cluster", text, "-c", 5, "-o", out, "--resume")
        assert result.exit_code == 0
        first = result.stderr.splitlines()[0]
        assert first == f"No checkpoint in {out}: starting at the beginning"
        assert (out / "paths").exists()

    def test_when_the_results_are_half_written(self, text, out):
        stop(text, out)
        (out / "paths").write_bytes(b"of this run, complete")
        (out / ".model.npz.0123456789ab.tmp").touch()
        assert run("cluster", text, "-c", 5, "-o", out, "--resume").exit_code == 0
        whole = out.parent / "whole"
        assert run("cluster", text, "-c", 5, "-o", whole).exit_code == 0
        assert results(out) == results(whole)
        assert sorted(path.name for path in out.iterdir()) == sorted(
            [*RESULTS, "run.json"]
        )


class TestInterrupted:
    @pytest.mark.parametrize(("name", "threads"), [("SIGINT", "2"), ("SIGTERM", "1")])
    def test_signal(self, folder, whole, tmp_path, name, threads):
        out = tmp_path / "out"
        arguments = (folder / "text", "-o", out)
        every = ("--checkpoint-every", "0.01")
        with start(*arguments, *every, "--threads", threads) as process:
            assert wait_for(out / "checkpoint.npz", process)
            process.send_signal(getattr(signal, name))
            _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, said
        checkpoint = out / "checkpoint.npz"
        said_last, error = said.splitlines()[-2:]
        assert said_last == f"Interrupted: writing {checkpoint}"
        assert error == (
            "Error: interrupted; the same command with --resume goes on from "
            f"{checkpoint}"
        )
        said = cluster(*arguments, "--resume")
        assert "resume" in said
        assert results(out) == whole

    def test_without_checkpoints(self, text, out):
        result = stop(text, out, "--checkpoint-every", 0)
        assert result.stderr == "Error: interrupted\n"
        assert not out.exists()

    def test_says_so(self, text, out):
        lines = stop(text, out).stderr.splitlines()
        assert lines[0] == f"Interrupted: writing {out / 'checkpoint.npz'}"
        assert lines[1].startswith(f"Checkpoint: {out / 'checkpoint.npz'} (")
        assert lines[2] == (
            "Error: interrupted; the same command with --resume goes on from "
            f"{out / 'checkpoint.npz'}"
        )

    def test_counting_is_not_kept(self, text, out, monkeypatch):
        def interrupt(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(BigramCounts, "from_text", interrupt)
        message = fail("cluster", text, "-c", 5, "-o", out, exit_code=130)
        assert message == "interrupted"
        assert not out.exists()


class TestResume:
    def test_text_may_be_gone(self, text, out):
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
            "written, got a new or changed one; to start again, --force without "
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

    def test_options_that_change_nothing(self, text, out):
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

    def test_a_checkpoint_is_not_lost_unawares(self, text, out):
        stop(text, out)
        files = out / "checkpoint.npz", out / "checkpoint-counts.npz"
        message = fail("cluster", text, "-c", 5, "-o", out)
        assert message == (
            f"{files[0]}, {files[1]}: exists already (--resume goes on from it, "
            "--force replaces it)"
        )
        assert run("cluster", text, "-c", 4, "-o", out, "--force").exit_code == 0
        assert not any(path.exists() for path in files)

    def test_results_of_others_are_not_lost(self, text, out):
        assert run("cluster", text, "-c", 5, "-o", out).exit_code == 0
        message = fail("cluster", text, "-c", 5, "-o", out, "--resume")
        assert message.endswith("exists already (--force replaces it)")


@pytest.mark.parametrize("value", ["-1", "often", "nan"])
def test_time_that_is_none(text, out, value):
    message = fail(
        *("cluster", text, "-o", out, "--checkpoint-every", value), exit_code=2
    )
    assert message.startswith(
        f"--checkpoint-every must be a number of at least 0, got {value!r}"
    )
