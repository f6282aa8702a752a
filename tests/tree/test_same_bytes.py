"""The tree depends on the counts alone: not on threads, runs or the JIT."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from strategies import fixed_text

COMMAND = Path(sys.executable).parent / "brownclust"


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_bytes(fixed_text(n_words=80, n_tokens=1_500))
    return path


def merges(text, folder, threads="1", window="15", **environment):
    subprocess.run(
        [
            *(COMMAND, "cluster", text, "-c", "15", "--window", window),
            *("--threads", threads, "-q", "-o", folder),
        ],
        env=os.environ | environment,
        check=True,
        timeout=300,
    )
    return (folder / "merges.tsv").read_bytes(), (folder / "paths").read_bytes()


@pytest.mark.parametrize("window", ["15", "full"])
def test_threads_runs_and_jit_do_not_matter(text, tmp_path, window):
    first = merges(text, tmp_path / "first", window=window)
    assert merges(text, tmp_path / "again", window=window) == first
    assert merges(text, tmp_path / "threads", "2", window=window) == first
    without_jit = merges(text, tmp_path / "plain", window=window, NUMBA_DISABLE_JIT="1")
    assert without_jit == first
