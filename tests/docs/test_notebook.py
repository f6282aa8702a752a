"""The notebook of the site shows what its cells give."""

import json
from pathlib import Path

import pytest
from cells import PNG, run_cells

NOTEBOOK = Path(__file__).parents[2] / "docs" / "seeing.ipynb"


def test_outputs():
    """All but images, which differ with Matplotlib and fonts."""
    pytest.importorskip("pandas", reason="needs the extra pandas")
    pytest.importorskip("matplotlib", reason="needs the extra plot").use("agg")
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    committed = [c["outputs"] for c in notebook["cells"] if c["cell_type"] == "code"]
    assert len(committed) >= 7
    assert any(PNG in o.get("data", {}) for outputs in committed for o in outputs)
    for number, outputs in enumerate(run_cells(notebook)):
        assert without_images(outputs) == without_images(committed[number])


def without_images(outputs):
    return [
        {**output, "data": {**output["data"], PNG: None}}
        if PNG in output.get("data", {})
        else output
        for output in outputs
    ]
