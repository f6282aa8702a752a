"""Standard streams that are closed or full: one line and an exit code, never silence.

In this process, with other streams in `sys`; `TestClosedStreams` runs shells.
"""

import io
import os
import sys
from pathlib import Path

import pytest

from brownclust_cli.main import main
from brownclust_cli.progress import Progress

WRITING = [
    ("--help",),
    ("--version",),
    ("cut", "--help"),
    ("tag",),
    ("cut", "out", "-c", "2"),
    ("lookup", "out", "the"),
    ("lookup", "out", "--prefix", ""),
    ("show", "out"),
    ("show", "out", "the"),
    ("show", "out", "--json"),
    ("stats", "counts"),
    ("stats", "counts", "--json"),
    ("demo", "-c", "2"),
    ("features", "out", "columns"),
    ("tag", "predict", "tagger", "columns"),
    ("tag", "predict", "tagger", "text", "--tokens"),
    ("tag", "evaluate", "tagger", "columns"),
]
READING = [
    ("count", "-", "-o", "new"),
    ("cluster", "-", "-c", "2", "-o", "new"),
    ("extend", "out", "-", "-o", "new"),
    ("features", "out", "-"),
    ("tag", "predict", "tagger"),
]

needs_a_full_disk = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="Linux has a disk that is always full"
)


def errors_of(arguments, capfd):
    """The lines on standard error, and the exit code."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments), prog_name="brownclust")
    return capfd.readouterr().err.splitlines(), caught.value.code


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_no_standard_output(folder, arguments, monkeypatch, capfd):
    monkeypatch.setattr(sys, "stdout", None)
    lines, code = errors_of(arguments, capfd)
    assert code == 1
    assert lines[-1] == "Error: standard output is closed"
    assert len(lines) == 1 or arguments[0] == "demo"
    assert sys.stdout is None


@needs_a_full_disk
@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_full_disk(folder, arguments, monkeypatch, capfd):
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        lines, code = errors_of(arguments, capfd)
    assert code == 1
    assert lines[-1] == "Error: standard output: no space left on device"
    assert len(lines) == 1 or arguments[0] == "demo"


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_pipe_without_a_reader(folder, arguments, monkeypatch, capfd):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        lines, code = errors_of(arguments, capfd)
    assert code == 1
    assert not [line for line in lines if "Error" in line]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_no_standard_input(folder, arguments, monkeypatch, capfd):
    monkeypatch.setattr(sys, "stdin", None)
    lines, code = errors_of(arguments, capfd)
    assert code == 1
    assert lines == ["Error: standard input is closed"]
    assert not Path("new").exists()


@needs_a_full_disk
@pytest.mark.parametrize("stream", [None, "/dev/full", "pipe"])
def test_nobody_reads_messages(folder, tmp_path, monkeypatch, stream):
    """The work is done, and the exit code is right."""
    errors = None
    if stream == "pipe":
        read, write = os.pipe()
        os.close(read)
        errors = os.fdopen(write, "w")
    elif stream is not None:
        errors = Path(stream).open("w")  # noqa: SIM115
    monkeypatch.setattr(sys, "stderr", errors)
    for arguments, code in (
        (["count", "text", "-o", str(tmp_path / "counts")], 0),
        (["count", "none", "-o", str(tmp_path / "other")], 2),
        (["count", "text", "-o", str(tmp_path / "counts")], 1),
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments, prog_name="brownclust")
        assert caught.value.code == code
    assert (tmp_path / "counts").exists()
    if errors is not None:
        errors.close()


def test_characters_that_the_encoding_lacks(folder, monkeypatch):
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, "latin-1"))
    with pytest.raises(SystemExit) as caught:
        main(["count", "--help"], prog_name="brownclust")
    assert caught.value.code == 0
    assert rb"\u2026" in buffer.getvalue()


def test_a_bar_is_not_worth_an_error(monkeypatch):
    class Broken(io.StringIO):
        def isatty(self):
            return True

        def write(self, _):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Broken())
    with Progress(quiet=False) as progress:
        progress("cluster", 0, 100)
        progress("cluster", 50, 100)
        progress.say("half")
        progress("cluster", 100, 100)
    assert progress.quiet
