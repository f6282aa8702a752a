"""The module in docs/recipes.md; only where PyTorch is installed, so not in CI."""

from pathlib import Path

import pytest
from markdown import blocks

from brownclust import WordClusters

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"


def test_words_have_vectors(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    monkeypatch.chdir(tmp_path)
    WordClusters(["the", "dog", "puppy"], ["1", "00", "00"]).save("out")
    code = blocks(PAGE.read_text("utf-8"), "py")
    [module] = [block for block in code if "torch.nn.Module" in block]
    names = {"WordClusters": WordClusters}
    exec(module, names)
    vectors = names["embedding"](["The", "puppy", "dog", "unicorn"])
    assert vectors.shape == (4, 64)
    assert torch.equal(vectors[1], vectors[2])
    assert not torch.equal(vectors[0], vectors[1])
    assert not vectors[3].any()
