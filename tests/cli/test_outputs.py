"""Outputs of all commands: never an input, and never written by two runs at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from commands import TEXT, all_commands, fail, run, succeed

from brownclust import BigramCounts
from brownclust._atomic import reserved
from brownclust.tree.model import BrownModel
from brownclust_cli.main import main
from brownclust_cli.options import InputCheck, OutputCheck, typed_name

# What each command that writes needs besides the parameter under test.
ARGUMENTS = {
    "choose-k": {"text": "text"},
    "cluster": {"text": "text"},
    "collocations": {"text": "text"},
    "convert": {"source": "model", "target": "new"},
    "count": {"text": "text"},
    "cut": {"model": "model", "n_clusters": "2"},
    "demo": {},
    "divergence": {"clusters": "model", "text": "text"},
    "extend": {"model": "model", "text": "text"},
    "features": {"clusters": "model", "text": "columns"},
    "map": {"clusters": "model", "text": "text"},
    "plot": {"clusters": "model"},
    "refine": {"clusters": "model", "text": "text"},
    "tag convert": {"file": "columns", "scheme": "iob2"},
    "tag predict": {"tagger": "words", "text": "columns"},
    "tag train": {"train": "columns"},
    "view": {"clusters": "model"},
}
COMMANDS = dict(all_commands())
OUTPUTS = [
    (name, param.name)
    for name, command in COMMANDS.items()
    for param in command.params
    if isinstance(param.callback, OutputCheck)
]
PAIRS = [
    (name, output, param.name)
    for name, output in OUTPUTS
    for param in COMMANDS[name].params
    if isinstance(param.callback, InputCheck)
]


def parameter(command, name):
    return next(param for param in COMMANDS[command].params if param.name == name)


def command_line(command, **values):
    """The words of a command with values for some parameters, by name."""
    typed = command.split()
    for param in COMMANDS[command].params:
        value = values.get(param.name)
        if value is not None and isinstance(param, click.Option):
            typed += [typed_name(param), str(value)]
        elif value is not None:
            typed += [str(value)]
    return typed


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with inputs, which are not read unless a test says so."""
    monkeypatch.chdir(tmp_path)
    for name in ("text", "columns", "words"):
        Path(name).write_text(TEXT)
    Path("model").mkdir()
    Path("model/model.npz").write_text("not read")
    return tmp_path


def test_all_commands_that_write_are_here():
    assert {name for name, _ in OUTPUTS} == set(ARGUMENTS)
    assert ("count", "output", "stopwords") in PAIRS
    assert ("tag train", "checkpoint", "templates") in PAIRS


@pytest.mark.parametrize(("command", "output", "source"), PAIRS)
def test_an_output_that_is_an_input(folder, command, output, source):
    file = folder / "same"
    target = file
    if parameter(command, output).callback.folder:
        target = folder / "out"
        target.mkdir()
        file = target / "paths"
    file.write_text("precious")
    values = {**ARGUMENTS[command], "output": folder / "new"}
    if command == "convert":
        del values["output"]
    resumed = parameter(command, output).callback.resumes == source
    arguments = command_line(command, **{**values, source: file, output: target})
    if resumed:  # the one that may be both
        result = run(*arguments, "--force")
        assert "other than" not in result.stderr
        return
    message = fail(*arguments, "--force", exit_code=1)
    name = typed_name(parameter(command, output))
    what = "the input"
    if isinstance(parameter(command, source), click.Option):
        what += f" of {typed_name(parameter(command, source))}"
    if target == file:
        rule = f"{name} must be a file other than {what}, got "
    else:
        rule = f"{name} must be a folder without {what}, {file}, got "
    assert message.startswith(rule)
    assert file.read_text() == "precious"
    assert not (folder / "new").exists()
    assert not list(folder.glob("**/.*"))


@pytest.mark.parametrize("output", ["paths", "model.npz", "checkpoint-counts.npz"])
def test_every_file_of_an_output_folder(folder, output):
    (folder / "out").mkdir()
    shutil.copy("text", folder / "out" / output)
    for text in (f"out/{output}", "out", "out/*", "./out/../out"):
        arguments = ("cluster", text, "-c", 2, "-o", "out", "--force")
        message = fail(*arguments, exit_code=1)
        assert message.startswith("--output must be a folder without the input, out/")
    assert (folder / "out" / output).read_text() == TEXT


def test_other_names_of_an_input(folder):
    Path("symbolic").symlink_to("text")
    os.link("text", "hard")
    for text, output in (
        ("text", "symbolic"),
        ("symbolic", "text"),
        ("text", "hard"),
        ("te*", "text"),
        (".", "text"),
        ("words", "words"),
    ):
        message = fail("count", text, "-o", output, "--force", exit_code=1)
        assert message.startswith("--output must be a file other than the input, got ")
    assert Path("text").read_text() == TEXT


@pytest.mark.skipif(os.name == "nt", reason="redirects as POSIX shells do")
def test_standard_input_that_is_the_output(folder):
    command = f"{sys.executable} -m brownclust_cli count - -o text --force < text"
    result = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert result.returncode == 1
    rule = b"Error: --output must be a file other than the input, got 'text'\n"
    assert result.stderr == rule
    assert Path("text").read_text() == TEXT


def test_addresses_on_dask_that_are_the_output(folder):
    arguments = ("count", "--dask", "local", "s3://nowhere/*", "text", "-o", "text")
    message = fail(*arguments, "--force", exit_code=1)
    assert message == "--output must be a file other than the input, got 'text'"


def test_the_model_in_a_folder_but_not_its_other_files(folder):
    succeed("cluster", "text", "-c", 4, "-o", "out")
    before = Path("out/model.npz").read_bytes()
    for command in (["cut", "out", "-c", 2], ["cut", "out/model.npz", "-c", 2]):
        fail(*command, "-o", "out/model.npz", "--force", exit_code=1)
    fail("extend", "out", "text", "-o", "out", "--force", exit_code=1)
    assert Path("out/model.npz").read_bytes() == before
    succeed("cut", "out", "-c", 2, "-o", "out/paths", "--force")
    assert Path("out/model.npz").read_bytes() == before


class TestTwoRuns:
    def test_the_second_is_refused_before_any_work(self, folder):
        for command, output in OUTPUTS:
            check = parameter(command, output).callback
            target = folder / "out"
            guarded = target / "run.json" if check.folder else target
            values = {**ARGUMENTS[command], "output": folder / "new", output: target}
            if command == "convert":
                del values["output"]
            with reserved(guarded):
                message = fail(*command_line(command, **values), exit_code=1)
                assert message == (
                    f"{guarded}: another brownclust is writing it: wait, or give "
                    "another output"
                )
            left = {path.name for path in folder.iterdir()}
            assert left == {"text", "columns", "words", "model"}

    @pytest.mark.parametrize("rounds", [pytest.param(50, marks=pytest.mark.slow)])
    def test_into_one_folder_and_one_file(self, folder, rounds):
        succeed("count", "text", "-o", "counts")
        program = "from brownclust_cli.main import main; main()"
        for _ in range(rounds):
            processes = [
                subprocess.Popen(
                    [sys.executable, "-c", program, *arguments, "-q", "--force"],
                    stderr=subprocess.PIPE,
                    text=True,
                )
                for arguments in (
                    ("cluster", "counts", "-c", "3", "-o", "out"),
                    ("cluster", "counts", "-c", "4", "-o", "out"),
                    ("count", "text", "-o", "file"),
                    ("count", "text", "--min-count", "3", "-o", "file"),
                )
            ]
            outcomes = []
            for process in processes:
                _, printed = process.communicate()
                outcomes.append((process.returncode, printed))
            for code, printed in outcomes:
                assert code in (0, 1)
                assert printed == "" if code == 0 else printed.count("\n") == 1
                assert code == 0 or "another brownclust is writing it" in printed
            assert 0 in {code for code, _ in outcomes[:2]}
            assert 0 in {code for code, _ in outcomes[2:]}
            found = sorted(path.name for path in Path("out").iterdir())
            assert found == ["merges.tsv", "model.npz", "paths", "run.json"]
            n_clusters = BrownModel.load("out").n_clusters
            cut = succeed("cut", "out", "-c", n_clusters)
            assert cut.stdout == Path("out/paths").read_text()
            BigramCounts.load("file")
            assert not list(folder.glob(".*"))


class TestRemains:
    def test_of_the_same_output_are_removed(self, folder):
        """As of a run that was killed: nobody holds the locks."""
        Path("out").mkdir()
        left = [".counts.0123456789ab.tmp", ".counts.lock"]
        left += ["out/.paths.0123456789ab.tmp", "out/.run.json.lock"]
        left += ["out/.checkpoint.npz.0123456789ab.tmp"]
        others = [".other.0123456789ab.tmp", "out/.notes.tmp"]
        for name in left + others:
            Path(name).touch()
        succeed("count", "text", "-o", "counts")
        succeed("cluster", "text", "-c", 2, "-o", "out")
        assert not [name for name in left if Path(name).exists()]
        assert all(Path(name).exists() for name in others)

    def test_folders_that_stay_empty_are_removed(self, folder):
        Path("bad").write_bytes(b"\xff\n")
        fail("count", "bad", "-o", "a/b/counts", exit_code=1)
        fail("cluster", "bad", "-c", 1, "-o", "c/d", exit_code=1)
        assert not Path("a").exists()
        assert not Path("c").exists()

    def test_read_only_folder(self, folder):
        if os.name == "nt" or os.geteuid() == 0:
            return
        Path("locked").mkdir(mode=0o500)
        message = fail("count", "text", "-o", "locked/counts", exit_code=1)
        assert message == "locked: cannot be written to (Permission denied)"


def test_the_group_has_no_outputs_of_its_own():
    assert not [p for p in main.params if isinstance(p.callback, OutputCheck)]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no such folder")
def test_an_open_file_is_not_replaced_by_its_name(tmp_path):
    text = tmp_path / "text"
    text.write_text(TEXT)
    with (tmp_path / "output").open("w") as file:
        device = f"/proc/self/fd/{file.fileno()}"
        message = fail("count", text, "-o", device, "--force", exit_code=1)
    assert message == f"{device}: is not a file"
