"""What a Markdown file tells one to type, and what comes of typing it."""

import os
import re
import subprocess
import sys
from pathlib import Path


def blocks(text, language):
    """The contents of the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def typed(block):
    """The commands of a console block."""
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def run_typed(command, folder):
    """Run a command as a shell would in a folder; return what it says and prints."""
    bin_folder = Path(sys.executable).parent
    result = subprocess.run(
        ["bash", "-c", f"set -eu; {command}"],
        cwd=folder,
        env=os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}: {result.stderr}"
    return result.stderr + result.stdout
