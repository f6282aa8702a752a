"""The tutorial of taggers is true, to the last figure but those of time."""

import doctest
import re
from pathlib import Path

import pytest
from markdown import blocks, run_typed, typed

PATH = Path(__file__).parents[2] / "docs" / "taggers.md"
TUTORIAL = PATH.read_text("utf-8")
# Not the first run of all, which says that it compiles.
WARM_UP = "printf 'a\\tX\\n' > w && brownclust tag train w -o w.npz -q"


def without_times(text):
    return re.sub(r"\d+\.\d s\b", "_ s", text)


def test_terms_in_the_table_are_those_there_are():
    from brownclust.tagger.attributes import ATTRIBUTES, SIZED

    table = "\n".join(line for line in TUTORIAL.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`([a-z_]+)(?::[\d.,]+)?\[", table))
    assert named - {"pos", "a"} == {*ATTRIBUTES, *SIZED}


@pytest.mark.corpus
@pytest.mark.slow
def test_every_command_prints_what_is_there(data_folder, tmp_path, monkeypatch):
    for name in ("brown", "reuters21578"):
        file = f"{name}.txt.xz"
        (tmp_path / file).symlink_to(data_folder.absolute() / "text" / file)
    for name in ("train.tsv", "dev.tsv", "test.tsv"):
        source = data_folder.absolute() / "labelled" / "pos" / "ewt" / name
        (tmp_path / name).symlink_to(source)
    run_typed(WARM_UP, tmp_path)
    for block in blocks(TUTORIAL, "console"):
        got = [
            f"$ {command}\n{run_typed(command, tmp_path)}".rstrip("\n")
            for command in typed(block)
        ]
        assert without_times("\n".join(got) + "\n") == without_times(block)
    monkeypatch.chdir(tmp_path)
    failures, examples = doctest.testfile(
        str(PATH), module_relative=False, encoding="utf-8"
    )
    assert examples >= 5
    assert failures == 0
