"""The table of ``brownclust choose-k`` on the page is that of this version."""

import lzma

import pytest

from benchmarks.choose_k import PAGE, TABLE, printed, shown


def test_the_page_shows_the_command_that_makes_the_table():
    lines = shown(PAGE.read_text("utf-8")).splitlines()
    assert lines[0].split()[:3] == ["clusters", "AMI", "perplexity"]


@pytest.mark.corpus
@pytest.mark.slow
def test_the_table(data_folder, tmp_path):
    text = tmp_path / "brown"
    text.write_bytes(lzma.decompress((data_folder / "text/brown.txt.xz").read_bytes()))
    folder = tmp_path / "folder"
    folder.mkdir()
    assert printed(text, folder, TABLE) == shown(PAGE.read_text("utf-8"))
