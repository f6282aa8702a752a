"""A few rounds of what ``make kills`` does in many."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_commands():
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    options = ("--rounds", "40", "--writers", "8")
    result = subprocess.run(
        [sys.executable, "-m", "kills", *options],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
