"""Whole commands, in this process, and what may come of them."""

import re
from pathlib import Path

from click.testing import CliRunner

from brownclust_cli.main import main
from fuzz.oracle import FaultError, fault_of_message
from fuzz.resources import resources

_OPTIONS = ("--clusters", "--columns", "--field", "--tag", "--to", "--window", "--word")
"""Options that errors may be about, instead of the file."""


def run_command(line, path, folder):
    """Run a command; raise a `FaultError` unless it ends as commands must."""
    arguments = [_replaced(word, path, folder) for word in line.split()]
    result = CliRunner().invoke(main, arguments, prog_name="brownclust")
    problem = _problem_of(result, path)
    if problem is None and result.exit_code:
        left = [path.name for path in Path(folder).iterdir() if "out" in path.name]
        if left:
            problem = f"a failed command left {left}"
    if problem is not None:
        raise FaultError(f"brownclust {line}: {problem}")


def _problem_of(result, path):
    """Return what is wrong with the end of a command, or None."""
    if isinstance(result.exception, Exception):
        raise result.exception
    if re.search(r"Traceback|\wWarning: ", result.stderr):  # those of Python
        return f"stderr is {result.stderr}"
    if result.exit_code == 0:
        return None
    lines = result.stderr.splitlines()
    if result.exit_code not in (1, 2) or not lines[-1].startswith("Error: "):
        return f"exit code {result.exit_code}, stderr {result.stderr!a}"
    message = lines[-1].removeprefix("Error: ")
    return fault_of_message(message, (path,), _OPTIONS)


def _replaced(word, path, folder):
    """Return a word of a command with the file or another one in its place."""
    if word == "{}":
        return path
    if word in ("CLUSTERS", "MODEL", "TAGGER", "TAGGED", "TEXT"):
        return str(resources() / word.lower())
    return str(Path(folder, word)) if word.startswith("out") else word
