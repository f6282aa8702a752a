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
