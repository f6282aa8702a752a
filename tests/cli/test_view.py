"""``brownclust view``: models, cluster files and classes as a page."""

import pytest
from commands import fail, succeed
from viewer_pages import Page, decoded_paths

from brownclust.clusters.viewer import save_html
from brownclust.tree.model import BrownModel


def test_a_model(folder, tmp_path):
    page = tmp_path / "clusters.html"
    result = succeed("view", "out", "-o", page)
    assert result.stdout == ""
    assert result.stderr == f"{page}: 0.1 MB. Open it in a browser.\n"
    shown = Page(page)
    assert shown.title == "out"
    assert shown.block("tree-data")["start"] == 3
    same = tmp_path / "same.html"
    save_html(BrownModel.load("out"), same, title="out")
    assert page.read_bytes() == same.read_bytes()
    result = succeed("view", "out/model.npz", "-o", page, "--force", "-q", "-c", 2)
    assert result.stderr == ""
    assert Page(page).title == "model.npz"
    assert Page(page).block("tree-data")["start"] == 2


def test_a_text_file(folder, tmp_path):
    page = tmp_path / "clusters.html"
    succeed("view", "out/paths", "-o", page, "--title", "A <b>")
    assert Page(page).title == "A <b>"
    model = BrownModel.load("out")
    paths = model.dendrogram.cluster_bit_strings(3)
    assert decoded_paths(Page(page).block("tree-data"))[0] == paths


def test_classes_without_a_tree(folder, tmp_path):
    classes = tmp_path / "classes"
    classes.write_text("cat noun\ndog noun\nthe article\n")
    page = tmp_path / "clusters.html"
    succeed("view", classes, "-o", page, "--from", "alexclark")
    assert Page(page).block("tree-data")["names"] == ["article", "noun"]


@pytest.mark.parametrize(
    ("options", "exit_code", "message"),
    [
        (("out",), 2, "Missing option '-o' / '--output'"),
        (("nowhere", "-o", "new"), 2, "CLUSTERS must be an existing file or folder"),
        (("out", "-o", "new", "-c", 0), 2, "--clusters must be an integer of at least"),
        (("out", "-o", "new", "-c", 9), 1, "--clusters must be at most 3, the number"),
        (("out/paths", "-o", "new", "-c", 2), 1, "--clusters must be left out, since"),
        (("out", "-o", "new", "--from", "paths"), 2, "--from must be left out, since"),
        (("text", "-o", "new"), 1, "text:1: "),
        (("out", "-o", "counts"), 1, "counts: already exists"),
    ],
)
def test_errors(folder, options, exit_code, message):
    assert fail("view", *options, exit_code=exit_code).startswith(message)
    assert not (folder / "new").exists()
