"""The text of the benchmarks' tests."""

import pytest

from benchmarks.text import write_text


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    write_text(path, 2_000)
    return path
