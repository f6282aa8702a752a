import pytest
from commands import TEXT, succeed


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with one input of each kind that commands take."""
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "text").write_text(TEXT)
    rows = [f"{word}\tX{word[0]}" for word in TEXT.split()]
    (folder / "columns").write_text("\n".join(rows) + "\n")
    succeed("count", folder / "text", "-o", folder / "counts")
    succeed("cluster", folder / "counts", "-c", 3, "-o", folder / "out")
    train = ("tag", "train", folder / "columns", "--epochs", 1)
    succeed(*train, "-o", folder / "tagger")
    return folder


@pytest.fixture
def folder(prepared, monkeypatch):
    """The folder of inputs, as the current one."""
    monkeypatch.chdir(prepared)
    return prepared


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder that `cluster` wrote, for tests that only read it."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "corpus.txt").write_text(TEXT)
    succeed("cluster", folder / "corpus.txt", "-c", 4, "--window", 6, "-o", folder)
    return folder
