"""The README says what is true, and what it tells the reader to type works."""

import platform
import re
import shlex
from pathlib import Path

from markdown import blocks, fenced, run_typed

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
MAX_LINES = 180


def test_length():
    assert len(README.splitlines()) <= MAX_LINES


def test_both_first_commands_are_what_continuous_integration_runs():
    install_and_demo, install_and_test = (
        block.strip() for block in blocks(README, "sh")
    )
    assert shlex.split(install_and_demo)[-2:] == [".venv/bin/brownclust", "demo"]
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert install_and_test in script.splitlines()
    assert install_and_demo in script.splitlines()


def test_clusters_of_the_demo(tmp_path):
    """Lines of its table; to the letter in the Python whose documentation it was."""
    shown = blocks(README, "text")[0].splitlines()
    printed = run_typed("brownclust demo -q", tmp_path).stdout.splitlines()
    assert shown[0] == printed[0]
    pattern = r"[01]+ +\d+  \S.*"
    assert all(re.fullmatch(pattern, line) for line in shown[1:] + printed[1:])
    if f"Python {platform.python_version()};" in README:
        assert set(shown) <= set(printed)


def test_every_command_is_named():
    from brownclust_cli.main import main

    for command in main.commands:
        assert f"`{command}`" in README or f"brownclust {command}" in README


def test_shell_completion():
    code = next(
        block.text for block in fenced(README) if "_BROWNCLUST_COMPLETE" in block.text
    )
    variables = re.findall(r"(_BROWNCLUST_COMPLETE)=(\w+)_source brownclust\b", code)
    assert [shell for _, shell in variables] == ["bash", "zsh", "fish"]
    for line in code.splitlines():
        assignment = re.search(r"_BROWNCLUST_COMPLETE=\w+_source brownclust", line)[0]
        assert "brownclust_completion" in run_typed(assignment, ROOT).stdout


def test_links_work_on_pypi_too():
    """No relative links: pages are named, and these are there; so is the one image."""
    images = re.findall(r"^!\[[^\]]+\]\(([\w/.-]+)\)$", README, re.MULTILINE)
    assert README.count("](") == len(images) == 1
    assert (ROOT / images[0]).is_file()
    assert "<img" not in README
    named = re.findall(r"`(docs/[\w/.-]+\.md|[A-Z]+\.md)`", README)
    assert len(named) >= 11
    assert all((ROOT / name).is_file() for name in named)
    on_site = {
        f"docs/{page.relative_to(ROOT / 'docs').as_posix()}"
        for page in (ROOT / "docs").rglob("*.md")
    }
    assert on_site - set(named) == {
        f"docs/{name}.md" for name in ("index", "contributing", "changes")
    }
