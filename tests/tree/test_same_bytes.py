"""The tree depends on the counts alone: not on threads, runs or the JIT."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import succeed
from strategies import fixed_text

COMMAND = Path(sys.executable).parent / "brownclust"
OPTIONS = ("-c", "15", "-q")


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_bytes(fixed_text(n_words=80, n_tokens=1_500))
    return path


def in_this_process(text, folder, *options):
    succeed("cluster", text, *OPTIONS, *options, "-o", folder)
    return results(folder)


def in_another_process(text, folder, *options, **environment):
    subprocess.run(
        [COMMAND, "cluster", text, *OPTIONS, *options, "-o", folder],
        env=os.environ | environment,
        check=True,
    )
    return results(folder)


def results(folder):
    return (folder / "merges.tsv").read_bytes(), (folder / "paths").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        ("--window", "15"),
        pytest.param(("--window", "full"), marks=pytest.mark.slow),
        pytest.param(("--refine", "7", "--seed", "5"), marks=pytest.mark.slow),
    ],
    ids=" ".join,
)
def test_threads_processes_and_jit_do_not_matter(text, tmp_path, options):
    first = in_this_process(text, tmp_path / "first", *options)
    threads = in_this_process(text, tmp_path / "threads", *options, "--threads", 2)
    assert threads == first
    # Another hash of strings, and so another order of sets.
    other = {"PYTHONHASHSEED": "1", "NUMBA_DISABLE_JIT": "1"}
    assert in_another_process(text, tmp_path / "other", *options, **other) == first
