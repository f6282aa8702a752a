"""What a Markdown page tells the reader to type, run as the reader would run it.

Three kinds of code blocks are run, in the order in which they stand:

- ``console``: lines that begin with ``$`` are typed into a shell, lines that begin with
  ``>`` continue them, all others are the output that the page shows.
- ``python`` with ``>>>``: a doctest; all of a page share their variables.
- ``python`` whose first line is a comment with a file name, such as ``# train.py``:
  written to that file, for a command that follows.

All other blocks (``text``, ``sh``, ``json``) are only read.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

from commands import run

ELLIPSIS = "..."
"""A line of output that stands for any number of lines."""

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w.-]+\.\w+)\n")
_SECONDS = re.compile(r"\d+\.\d+ (?=s\b|seconds\b)")
# Only of what takes long, and of what has to be compiled
_PROGRESS = re.compile(r"^(\w+: .*/s\b.*\)|First run: .*)\n", re.MULTILINE)


class Block(NamedTuple):
    """A fenced code block, and the line of the page after its opening fence."""

    language: str
    text: str
    line: int


class Typed(NamedTuple):
    """A command, and the output that the page shows below it."""

    command: str
    output: str


class Result(NamedTuple):
    """What a command prints."""

    stdout: str
    stderr: str


def fenced(page: str) -> Iterator[Block]:
    """Yield the code blocks of a page."""
    for match in _FENCE.finditer(page):
        line = page.count("\n", 0, match.start(2)) + 1
        yield Block(match[1], match[2], line)


def blocks(page: str, language: str) -> list[str]:
    """Return the contents of the code blocks of a language."""
    return [block.text for block in fenced(page) if block.language == language]


def typed(block: str) -> list[Typed]:
    """Return the commands of a console block, each with the output that is shown."""
    found: list[Typed] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append(Typed(line[2:].rstrip("\n"), ""))
            continue
        command, output = found[-1]
        if line.startswith("> ") and not output:
            found[-1] = Typed(f"{command}\n{line[2:].rstrip()}", "")
        else:
            found[-1] = Typed(command, output + line)
    return found


def run_typed(command: str, folder: Path) -> Result:
    """Run a command in a folder as a shell would; it must succeed.

    One that needs no shell runs in this process: to start another takes longer than
    most commands.
    """
    words = shlex.split(command)
    if words[0] == "brownclust" and shlex.join(words) == command:
        with chdir(folder):
            ours = run(*words[1:])
        assert ours.exit_code == 0, f"{command}: {ours.stderr}"
        return Result(ours.stdout, ours.stderr)
    bin_folder = Path(sys.executable).parent
    result = subprocess.run(
        ["bash", "-c", f"set -eu\n{command}"],
        cwd=folder,
        env=os.environ
        | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, f"{command}: {result.stderr}"
    return Result(result.stdout, result.stderr)


def is_shown(output: str, result: Result) -> bool:
    """Whether a page shows what a command printed: all of it, or standard output.

    Times in seconds may be any, lines of progress are left out, and a line of dots
    stands for any lines.
    """
    lines = _without_times(output).splitlines()
    pattern = "".join(
        r"(?:.*\n)*" if line == ELLIPSIS else re.escape(line) + r"\n" for line in lines
    )
    everything = _PROGRESS.sub("", result.stderr) + result.stdout
    return any(
        re.fullmatch(pattern, _without_times(printed).rstrip("\n") + "\n")
        for printed in (result.stdout, everything)
    )


def run_page(path: Path, folder: Path) -> tuple[int, int]:
    """Run all blocks of a page; the folder must be the current one.

    Returns
    -------
    n_commands, n_examples : int
        How many commands were typed, and how many doctest examples were run.
    """
    n_commands = n_examples = 0
    variables: dict[str, object] = {"__name__": "__main__"}
    for block in fenced(path.read_text("utf-8")):
        if block.language == "console":
            for command, output in typed(block.text):
                result = run_typed(command, folder)
                n_commands += 1
                assert not output or is_shown(output, result), (
                    f"{path.name}:{block.line}: $ {command}\n"
                    f"--- shown\n{output}--- printed\n{result.stderr}{result.stdout}"
                )
        elif block.language == "python" and block.text.startswith(">>> "):
            n_examples += _run_examples(path, block, variables)
        elif block.language == "python":
            name = _FILE.match(block.text)
            assert name, f"{path.name}:{block.line}: neither >>> nor a file name"
            (folder / name[1]).write_text(block.text, "utf-8")
    return n_commands, n_examples


def _run_examples(path: Path, block: Block, variables: dict[str, object]) -> int:
    parser = doctest.DocTestParser()
    test = parser.get_doctest(
        block.text, variables, path.name, str(path), block.line - 1
    )
    printed: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(
        test, out=printed.append, clear_globs=False
    )
    assert not results.failed, "".join(printed)
    variables.update(test.globs)
    return results.attempted


def _without_times(text: str) -> str:
    return _SECONDS.sub("_ ", text)
