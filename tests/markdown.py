"""The code blocks of Markdown files, and what their commands print."""

import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

from commands import run


def blocks(text, language):
    """The contents of the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def typed(block):
    """The commands of a console block."""
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def run_typed(command, folder):
    """Run a command in a folder, as a shell does; return stderr, then stdout.

    Where it is one command of ours, and no shell is needed, it runs in this process:
    starting another takes longer than most commands.
    """
    words = shlex.split(command)
    if words[0] == "brownclust" and shlex.join(words) == command:
        with chdir(folder):
            result = run(*words[1:])
        exit_code, stderr, stdout = result.exit_code, result.stderr, result.stdout
    else:
        bin_folder = Path(sys.executable).parent
        process = subprocess.run(
            ["bash", "-c", f"set -eu; {command}"],
            cwd=folder,
            env=os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        exit_code, stderr, stdout = process.returncode, process.stderr, process.stdout
    assert exit_code == 0, f"{command}: {stderr}"
    return stderr + stdout
