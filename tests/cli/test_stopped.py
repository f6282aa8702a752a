"""Signals while a command writes: all is cleaned up, and the exit code says so."""

import os
import signal
from pathlib import Path
from unittest.mock import patch

import pytest
from commands import fail, run, succeed

from brownclust import _atomic
from brownclust.tree import output
from brownclust.tree.model import BrownModel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")

WRITING = [
    ("count", "text", "-o", "new"),
    ("count", "text", "--memory", "256M", "--temp-dir", ".", "-o", "new"),
    ("cluster", "text", "-c", 2, "-o", "new/folder"),
    ("refine", "out", "text", "--sweeps", 0, "-o", "new/folder"),
    ("extend", "out", "text", "-o", "new/folder"),
    ("convert", "out", "new"),
    ("convert", "out", "new", "--to", "npz"),
    ("cut", "out", "-c", 2, "-o", "new"),
    ("features", "out", "columns", "-o", "new"),
    ("tag", "train", "columns", "--epochs", 2, "-o", "new"),
    ("tag", "train", "columns", "-o", "new", "--checkpoint", "new2"),
    ("tag", "predict", "tagger", "columns", "-o", "new"),
]
KINDS = {"SIGINT": "", "SIGTERM": " by SIGTERM", "SIGHUP": " by SIGHUP"}


def while_writing(number):
    """Send a signal when the first file is about to be flushed."""

    sent = []

    def send(file):
        if not sent:
            sent.append(number)
            signal.raise_signal(number)
        flush(file)

    flush = _atomic.flush_to_disk
    return patch.object(_atomic, "flush_to_disk", send)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("arguments", WRITING, ids=lambda words: " ".join(words[:2]))
def test_while_writing(folder, arguments, name):
    number = getattr(signal, name)
    before = signal.getsignal(number), sorted(folder.iterdir())
    with while_writing(number):
        result = run(*arguments, "-q")
    assert result.exit_code == 128 + number
    is_cluster = arguments[0] in ("cluster", "refine", "extend")
    if is_cluster:  # signals wait until all its files are there
        assert BrownModel.load("new/folder")
        for file in Path("new/folder").iterdir():
            file.unlink()
        Path("new/folder").rmdir()
        Path("new").rmdir()
    assert result.stderr == f"Error: interrupted{KINDS[name]}\n"
    assert (signal.getsignal(number), sorted(folder.iterdir())) == before


def test_nohup(folder):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with while_writing(signal.SIGHUP):
            succeed("count", "text", "-o", "new", "-q")
    finally:
        signal.signal(signal.SIGHUP, before)
    Path("new").unlink()


def test_between_two_renames(folder):
    """A folder never has files of two runs: the signal waits."""
    succeed("cluster", "text", "-c", 3, "-o", "new")
    replace = Path.replace

    def send(path, target):
        if Path(target).name == output.MERGES_NAME:
            signal.raise_signal(signal.SIGTERM)
        return replace(path, target)

    with patch.object(Path, "replace", send):
        command = ("cluster", "text", "-c", 2, "-o", "new", "--force", "-q")
        message = fail(*command, exit_code=128 + signal.SIGTERM)
    assert message == "interrupted by SIGTERM"
    assert succeed("cut", "new", "-c", 2).stdout == Path("new/paths").read_text()
    assert len(list(Path("new").iterdir())) == 4
