"""The pages of the site are complete, and what they name is there."""

import re
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

import brownclust

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
API = re.findall(r"^::: ([\w.]+)$", (DOCS / "api.md").read_text("utf-8"), re.MULTILINE)


def test_every_public_name_is_on_the_api_page():
    public = {f"brownclust.{name}" for name in brownclust.__all__}
    assert public - set(API) == {"brownclust.__version__"}
    assert len(API) == len(set(API))


@pytest.mark.parametrize("path", API)
def test_the_api_page_names_what_is_there_and_documented(path):
    module, _, name = path.rpartition(".")
    assert getattr(import_module(module), name).__doc__


def test_every_page_is_in_the_navigation():
    configuration = (ROOT / "mkdocs.yml").read_text("utf-8")
    navigation = configuration[configuration.index("\nnav:") :]
    named = re.findall(r": ([\w/-]+\.md)$", navigation, re.MULTILINE)
    assert sorted(named) == sorted(
        page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")
    )


def test_files_that_contributing_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:\.ci|benchmarks|brownclust|cli|docs|tests)/[^`]*)`", text)
    named += re.findall(r"`([A-Za-z]+\.(?:md|toml))`", text)
    assert len(named) >= 20
    places = (ROOT, DOCS, ROOT / "benchmarks")
    for name in named:
        assert any((place / name).exists() for place in places), name


def test_this_version_is_dated_in_the_changes():
    changes = (ROOT / "CHANGES.md").read_text("utf-8")
    version, released = re.findall(r"^## (\S+) \((.*)\)$", changes, re.MULTILINE)[0]
    assert version == brownclust.__version__
    date.fromisoformat(released)
