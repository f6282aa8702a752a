"""Generated text, and the laws that predict what larger texts cost."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from benchmarks import (
    bandwidth,
    billion,
    running_text,
    scale,
    zipf,
)
from benchmarks.report import markdown
from benchmarks.running_text import RunningText
from benchmarks.word_law import ENGLISH
from brownclust import BigramCounts
from brownclust.tree.planning import clustering_cost


def words_of(text):
    return b"".join(batch.tobytes() for batch in text.batches())


def test_running_text_is_the_same_on_every_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(running_text, "BATCH_TOKENS", 1_000)
    text = words_of(RunningText(2_500, seed=3))
    assert sha256(text).hexdigest().startswith("01c42b8d33e052bc")
    lengths = [len(line.split()) for line in text.splitlines()]
    assert sum(lengths) == 2_500
    assert max(lengths) <= running_text.SENTENCE_TOKENS[1]
    assert words_of(RunningText(4_000, seed=3)).startswith(text[:5_000])
    assert words_of(RunningText(2_500, seed=4)) != text
    options = [str(tmp_path / "text"), "--tokens", "2_500", "--seed", "3"]
    assert running_text.main([*options, "--threads", "2"]) == 0
    assert (tmp_path / "text").read_bytes() == text


@pytest.mark.slow
def test_running_text_follows_the_law():
    counts = {}
    for dependence in (0.0, 0.8):
        text = RunningText(200_000, ENGLISH, dependence=dependence, seed=1)
        lines = [line.decode().split() for line in words_of(text).splitlines()]
        counts[dependence] = drawn = BigramCounts.from_sentences(lines)
        assert drawn.n_tokens == 200_000
        for level in (1,) if dependence else (1, 5, 100):
            n_types = (drawn.unigram_counts >= level).sum()
            predicted = ENGLISH.types(drawn.n_tokens, level)
            assert n_types == pytest.approx(predicted, rel=0.2)
    independent = counts[0.0].successors.indices.size
    bound = ENGLISH.bigrams(counts[0.0].n_bigrams, counts[0.0].n_tokens, 1)
    assert independent == pytest.approx(bound, rel=0.02)
    assert counts[0.8].successors.indices.size < 0.8 * independent
    law, rms = zipf.fit(counts[0.0])
    assert rms < 0.05
    assert law.types(10**6, 1) == pytest.approx(ENGLISH.types(10**6, 1), rel=0.2)


@pytest.mark.slow
def test_zipf_predicts_the_growth_of_text(text, capsys, monkeypatch):
    monkeypatch.setattr(zipf, "MIN_TOKENS", 50)
    assert zipf.main([str(text)]) == 0
    tables = capsys.readouterr().out.split("\n\n")
    assert [len(table.splitlines()) for table in tables] == [6, 9, 9, 5, 11]
    assert tables[0].splitlines()[-1].startswith("corpus.txt   2,000")
    with pytest.raises(SystemExit):
        zipf.main([])


@pytest.mark.slow
def test_scale_agrees_with_planning():
    assert scale.n_tasks(n_chunks=16, partitions=4) == 212  # measured in a run
    n_tokens = 200_000
    text = RunningText(n_tokens, ENGLISH, dependence=0.0, seed=1)
    counts = BigramCounts.from_sentences(
        line.decode().split() for line in words_of(text).splitlines()
    )
    for min_count, window in ((1, 300), (5, 1000)):
        cost = clustering_cost(counts, window, min_count=min_count)
        seconds = scale.clustering_seconds(n_tokens, min_count, window)
        assert seconds == pytest.approx(cost.seconds, rel=0.2)
        kept = scale.sizes(n_tokens, min_count)
        assert scale.clustering_bytes(kept, window) == pytest.approx(
            cost.memory_bytes, rel=0.1
        )


@pytest.mark.slow
def test_the_page_on_scale_has_the_tables_of_its_command(tmp_path, capsys):
    assert scale.main([]) == 0
    printed = capsys.readouterr().out
    page = Path("docs/scale.md").read_text("utf-8")
    for table in printed.strip().split("\n\n"):
        assert table in page, "run: python -m benchmarks.scale --write docs/scale.md"
    copy = tmp_path / "scale.md"
    copy.write_text(page.replace("| 500 MB |", "| 1 B |"), "utf-8")
    assert scale.main(["--write", str(copy)]) == 0
    assert copy.read_text("utf-8") == page
    with pytest.raises(SystemExit, match="--write must be a page with a table"):
        scale.with_table("no table", "| a | b | c |\n|---|---|---|\n")


@pytest.mark.slow
def test_a_billion_tokens_in_small(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bandwidth, "MEMORY_BYTES", 1 << 20)
    monkeypatch.setattr(bandwidth, "PASS_BYTES", 1 << 20)
    record, page = tmp_path / "record.json", tmp_path / "page.md"
    heading = markdown(billion.table_of_texts([]))
    page.write_text(f"\n{heading}\n| old |\n\nEnd.\n", "utf-8")
    options = ["--tokens", "20000", "30000", "--clusters", "20", "--memory", "512M"]
    options += ["--folder", str(tmp_path), "--write", str(page)]
    assert billion.main([*options, "--json", str(record)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("cluster, write") == 2
    assert "predicted seconds" in printed
    written = json.loads(record.read_text("utf-8"))
    assert [text["n_tokens"] for text in written["texts"]] == [20_000, 30_000]
    assert [len(text["stages"]) for text in written["texts"]] == [3, 3]
    assert "old" not in page.read_text("utf-8")
    assert page.read_text("utf-8").endswith("|\n\nEnd.\n")
    assert sorted(tmp_path.iterdir()) == [page, record]
