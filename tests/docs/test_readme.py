"""Everything that the README tells one to type is typed here."""

import doctest
import shlex
from pathlib import Path

import pytest
from markdown import blocks, run_typed, typed

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the README's shell commands have been run."""
    folder = tmp_path_factory.mktemp("readme")
    consoles = blocks(README, "console")
    commands = [command for block in consoles for command in typed(block)]
    assert len(commands) >= 6
    for command in commands:
        run_typed(command, folder)
    return folder


def test_shell_commands_write_what_they_say(folder):
    for name in ("paths", "merges.tsv", "model.npz", "run.json"):
        assert (folder / "out" / name).stat().st_size > 0
    assert len(set(first_column(folder / "coarse.paths"))) == 20
    assert len(set(first_column(folder / "fine.paths"))) == 200


def first_column(path):
    return [line.split("\t")[0] for line in path.read_text("utf-8").splitlines()]


def test_python_examples(folder, monkeypatch):
    monkeypatch.chdir(folder)
    failures, examples = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, encoding="utf-8"
    )
    assert examples >= 10
    assert failures == 0


def test_both_first_commands_are_what_continuous_integration_runs():
    install_and_demo, install_and_test = (
        block.strip() for block in blocks(README, "sh")
    )
    assert shlex.split(install_and_demo)[-2:] == [".venv/bin/brownclust", "demo"]
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert install_and_test in script.splitlines()
    assert install_and_demo in script.splitlines()


def test_every_command_is_in_the_readme():
    from brownclust_cli.main import main

    for command in main.commands:
        assert f"brownclust {command}" in README
