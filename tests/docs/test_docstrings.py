"""Every example in a docstring of the package runs as printed."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import brownclust

ROOT = Path(brownclust.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    for path in ROOT.rglob("*.py")
    if ">>> " in path.read_text("utf-8")
)


def test_there_are_examples():
    assert len(MODULES) >= 18


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    failures, examples = doctest.testmod(import_module(name))
    assert examples > 0
    assert failures == 0
