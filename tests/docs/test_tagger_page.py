"""The tutorial of taggers is true, to the last digit except of times."""

import re
from pathlib import Path

import pytest
from markdown import run_page, run_typed

PATH = Path(__file__).parents[2] / "docs" / "taggers.md"
# Otherwise the first command reports that it compiles.
WARM_UP = "printf 'a\\tX\\n' > w && brownclust tag train w -o w.npz -q"


def test_terms_in_the_table_are_those_there_are():
    from brownclust.tagger.attributes import ATTRIBUTES, COMPUTED, SIZED

    page = PATH.read_text("utf-8")
    table = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`([a-z_]+)(?::[\d.,]+)?\[", table))
    assert named - {"pos", "a"} == {*ATTRIBUTES, *SIZED, *COMPUTED}


@pytest.mark.corpus
@pytest.mark.slow
def test_every_command_prints_what_is_shown(data_folder, tmp_path, monkeypatch):
    for name in ("brown", "reuters21578"):
        file = f"{name}.txt.xz"
        (tmp_path / file).symlink_to(data_folder.absolute() / "text" / file)
    for name in ("train.tsv", "dev.tsv", "test.tsv"):
        source = data_folder.absolute() / "labelled" / "pos" / "ewt" / name
        (tmp_path / name).symlink_to(source)
    run_typed(WARM_UP, tmp_path)
    monkeypatch.chdir(tmp_path)
    n_commands, n_examples = run_page(PATH, tmp_path)
    assert n_commands >= 11
    assert n_examples >= 5
