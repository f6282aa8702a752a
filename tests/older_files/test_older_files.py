"""Files of older versions load, and give what they gave then."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from content import content

FIXTURES = Path(__file__).parent.parent / "fixtures"
VERSIONS = sorted(path.name for path in FIXTURES.iterdir() if path.name != "inputs")


@pytest.fixture(scope="module", params=VERSIONS)
def folder(request):
    return FIXTURES / request.param


@pytest.fixture(scope="module")
def found(folder):
    return content(folder, FIXTURES / "inputs")


@pytest.fixture(scope="module")
def expected(folder):
    return json.loads((folder / "expected.json").read_text())


def test_there_is_a_version():
    assert VERSIONS


@pytest.mark.parametrize("kind", ["counts", "clusters", "models", "taggers"])
def test_files_hold_what_they_held(found, expected, kind):
    # Through JSON, whose keys are strings.
    assert json.loads(json.dumps(found[kind])) == expected[kind]


def test_a_checkpoint_is_resumed_or_refused(found, expected):
    """To the same bytes; or in one line that names the file."""
    resumed = found["checkpoint"]
    if isinstance(resumed, str):
        line = resumed.removeprefix("Error: ").removesuffix("\n")
        assert "\n" not in line
        assert line.startswith("out/checkpoint")
    else:
        assert resumed == expected["checkpoint"]


def test_the_tree_is_the_one_of_its_text_files(folder, found):
    merges = (folder / "out" / "merges.tsv").read_bytes()
    assert found["models"]["out"]["merges"] == sha256(merges).hexdigest()
    assert (folder / "out" / "run.json").exists()
