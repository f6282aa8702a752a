"""The experiment on the amount and domain of text, on tiny data."""

import json

import numpy as np
import pytest
from strategies import fixed_text

from benchmarks.experiments.amount_of_text import design
from benchmarks.experiments.amount_of_text.__main__ import main
from benchmarks.experiments.amount_of_text.agreement import agreement
from benchmarks.experiments.amount_of_text.design import MILLION, Clustering, Sample
from benchmarks.experiments.amount_of_text.report import markdown_report, text_table
from benchmarks.experiments.amount_of_text.samples import (
    FILES,
    Lines,
    Samples,
    draw,
    even,
)
from benchmarks.experiments.common import tasks
from benchmarks.experiments.common.record import RESULTS

WORDS = "the\tDET\tX\nw001\tNOUN\tX\nran\tVERB\tX\n\na\tDET\tX\nw002\tNOUN\tX\n\n"
ENTITIES = "in\tO\nOslo\tB-LOC\n\nby\tO\nw003\tB-LOC\n\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    files = {f"labelled/pos/ewt/{part}.tsv": WORDS for part in ("train", "dev", "test")}
    names = [f"chunk/conll2000/{part}.txt" for part in ("train", "test")]
    names += [f"ner/btc/{section}.conll" for section in "abefgh"]
    wnut = "wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"
    names += [f"ner/wnut17/{name}" for name in wnut]
    files |= {f"labelled/{name}": ENTITIES for name in names}
    for i, (name, content) in enumerate(files.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        new = f"new{i}\t{content.split()[1]}\tX\n\n"
        lines = content + (new if "\tX\n" in content else new.replace("\tX", ""))
        (folder / name).write_text(lines)
    (folder / "text").mkdir()
    for names_of_domain in FILES.values():
        for name in names_of_domain:
            text = fixed_text(n_words=30, n_tokens=1000)
            (folder / "text" / f"{name}.txt").write_bytes(text)
    return folder


def lines(*sizes):
    text = [b" ".join([b"%d" % i] * size) for i, size in enumerate(sizes)]
    return Lines(text, np.array(sizes))


def test_a_sample_is_random_lines_of_an_amount_in_their_order():
    source = lines(*[2, 3] * 50)
    few = draw(source, 40, seed=(0, 0))
    more = draw(source, 80, seed=(0, 0))
    numbers = [int(line.split()[0]) for line in more]
    assert numbers == sorted(set(numbers))
    assert 40 <= sum(len(line.split()) for line in few) <= 42
    assert {*few} < {*more}
    assert more != draw(source, 80, seed=(1, 0))
    assert draw(source, 250, seed=(0, 0)) == source.lines


@pytest.mark.parametrize(
    ("amount", "sizes", "parts"),
    [
        (9, [9, 9, 9], [3, 3, 3]),
        (10, [9, 2, 9], [4, 2, 4]),
        (50, [5, 1, 9], [5, 1, 9]),
        (8, [1, 2, 9], [1, 2, 5]),
    ],
)
def test_a_mixture_has_equal_parts_as_far_as_they_suffice(amount, sizes, parts):
    assert even(amount, sizes) == parts


def test_no_sample_has_a_line_that_is_held_out(data, tmp_path):
    samples = Samples(data, tmp_path)
    whole, most, rest = samples.common()
    (path,) = samples.text(Sample("Brown")).files
    text = (data / "text/brown.txt").read_bytes().splitlines()
    clustered = path.read_bytes().splitlines()
    assert clustered == [line for i, line in enumerate(text) if i % 10 != 9]
    common = whole.files[0].read_bytes().splitlines()
    assert {*text[9::10]} <= {*common}
    parts = [part.files[0].read_bytes().splitlines() for part in (most, rest)]
    assert sorted(parts[0] + parts[1]) == sorted(common)
    (tweets,) = samples.text(Sample("tweets")).files
    assert b"in Oslo\n" in tweets.read_bytes()


def test_every_kind_of_clustering_has_every_seed_once():
    seeds = {}
    for one, seed in design.taggers():
        seeds.setdefault(one.kind, []).append(seed)
    assert all(sorted(found) == [0, 1, 2] for found in seeds.values())
    names = [one.name for one in design.clusterings()]
    assert len({*names}) == len(names)


@pytest.mark.slow
def test_the_command(data, tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    mixed = Sample("mixed")
    parts = [Sample("mixed", MILLION, seed) for seed in range(2)]
    settings = {
        "N_SEEDS": 2,
        "N_EPOCHS": 1,
        "K": 4,
        "MIN_COUNT": 1,
        "NUMBERS": (2, 4, 8),
        "clusterings": lambda: [
            Clustering(None),
            *(Clustering(one, k, min_count=1) for one in parts for k in (2, 4, 8)),
            *(Clustering(mixed, k, min_count=1) for k in (2, 4, 8)),
        ],
    }
    for name, value in settings.items():
        monkeypatch.setattr(design, name, value)
    monkeypatch.setattr(tasks, "N_HELD_OUT", 1)
    arguments = ["--data", str(data), "--work", str(tmp_path), "-o"]
    arguments += [str(tmp_path / "result")]
    assert main(arguments) == 0
    n_taggers = (2 + 2 * 3 + 2 * 3) * len(tasks.TASKS)
    assert capsys.readouterr().err.count(": dev ") == n_taggers
    assert main([*arguments, "--test"]) == 0
    record = json.loads((tmp_path / "result.json").read_text())
    kinds = [run["kind"] for run in record["runs"]]
    assert [kinds.count(kind) for kind in ("tagger", "measures")] == [
        n_taggers,
        9,
    ]
    assert all("test" in run for run in record["runs"] if run["kind"] == "tagger")
    report = (tmp_path / "result.md").read_text()
    assert report == markdown_report(record)
    assert "## Rank correlations, test data" in report
    assert (tmp_path / "amount_of_text.svg").read_text().startswith("<?xml")
    assert (tmp_path / "amount_of_text_scatter.svg").exists()


def test_agreement_of_measures_that_do_and_do_not_agree():
    runs = []
    kinds = {one.kind: one for one in design.clusterings() if one.sample}
    for i, one in enumerate(kinds.values()):
        found = {"ami": i, "common_ami": -i, "common_perplexity": -i, "covered A": 1}
        runs.append({"kind": "measures", "clustering": one.name, **found})
        keys = {"task": "A", "clustering": one.name, "seed": 0}
        runs.append({"kind": "tagger", **keys, "dev": 50 + i})
    rows = {row["measure"]: row for row in agreement(runs) if row["group"] == "all"}
    assert rows["ami"]["spearman"] == [1, 1, 1]
    assert rows["common_ami"]["kendall"] == [-1, -1, -1]
    assert rows["common_perplexity"]["kendall"] == [1, 1, 1]
    assert rows["ami"]["n"] == len(kinds)
    assert np.isnan(rows["covered"]["spearman"]).all()


def test_results_are_those_of_the_report():
    record = json.loads((RESULTS / "amount_of_text.json").read_text())
    report = (RESULTS / "amount_of_text.md").read_text()
    assert report == markdown_report(record)
    page = (RESULTS.parents[2] / "docs/experiments.md").read_text()
    assert text_table(record["runs"], "test") in page
