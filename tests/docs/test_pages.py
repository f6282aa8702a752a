"""All that the README and the pages of the site tell the reader to type is run."""

from pathlib import Path

import pytest
from markdown import fenced, run_page

ROOT = Path(__file__).parents[2]

# The least numbers of commands and of doctest examples: none gets lost unnoticed.
PAGES = {
    "README.md": (8, 4),
    "docs/index.md": (0, 6),
    "docs/seeing.md": (9, 7),
    "docs/tutorials/wcluster.md": (10, 0),
    "docs/tutorials/scikit-learn.md": (0, 35),
    "docs/tutorials/class-lm.md": (12, 28),
    "docs/howto.md": (60, 25),
    "docs/recipes.md": (4, 12),
    "docs/formats.md": (24, 14),
    "docs/viewer.md": (4, 4),
    "docs/integers.md": (6, 10),
}
QUICK = {
    "README.md",
    "docs/index.md",
    "docs/recipes.md",
    "docs/seeing.md",
    "docs/tutorials/scikit-learn.md",
}
TESTED_ELSEWHERE = {
    "docs/algorithm.md",  # by test_algorithm_page.py
    "docs/taggers.md",  # by test_tagger_page.py: it needs corpora
}


def runs(name):
    return pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow, id=name)


@pytest.mark.parametrize("name", [runs(name) for name in PAGES])
def test_what_a_page_tells_to_type(name, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")  # of what fills the terminal
    monkeypatch.chdir(tmp_path)
    n_commands, n_examples = run_page(ROOT / name, tmp_path)
    least_commands, least_examples = PAGES[name]
    assert n_commands >= least_commands
    assert n_examples >= least_examples


def test_no_page_is_left_out():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    with_code = {
        page.relative_to(ROOT).as_posix()
        for page in pages
        if {"console", "python"}
        & {block.language for block in fenced(page.read_text("utf-8"))}
    }
    assert with_code == {*PAGES, *TESTED_ELSEWHERE}
