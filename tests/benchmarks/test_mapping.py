"""``python -m benchmarks.mapping``."""

import sys

from benchmarks import mapping
from brownclust.clusters.word_clusters import WordClusters


def test_a_line_for_each_way(tmp_path, monkeypatch, capsys):
    WordClusters(["a", "b"], ["0", "1"]).save(tmp_path / "clusters.npz")
    (tmp_path / "text").write_text("a b\n\n c a\n" * 10_000)
    arguments = [str(tmp_path / "clusters.npz"), str(tmp_path / "text")]
    monkeypatch.setattr(sys, "argv", ["mapping", *arguments])
    mapping.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "100,000 bytes, 2 words in 2 clusters"
    assert [line[:7] for line in lines[1:]] == [
        "classes",
        "joined ",
        "with ba",
        "loop in",
    ]
    assert all(line.endswith(" MB/s") for line in lines[1:])
