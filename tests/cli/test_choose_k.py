"""``brownclust choose-k``: a table, JSON, a plot, and held-out lines."""

import json
import sys

import pytest
from commands import TEXT, fail, succeed
from strategies import fixed_text

from brownclust import BigramCounts
from brownclust.tree.judging import HeldOut, choose_n_clusters

QUICK = ("--clusters", "3,10,20")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("choose")
    lines = fixed_text(n_words=60, n_tokens=2000).splitlines(keepends=True)
    (folder / "text").write_bytes(b"".join(lines))
    (folder / "most").write_bytes(b"".join(lines[i] for i in _kept(lines, False)))
    (folder / "rest").write_bytes(b"".join(lines[i] for i in _kept(lines, True)))
    return folder


def _kept(lines, is_held_out):
    return [i for i in range(len(lines)) if (i % 5 == 4) == is_held_out]


@pytest.fixture
def inside(files, monkeypatch):
    monkeypatch.chdir(files)
    return files


def record(*arguments):
    return json.loads(succeed("choose-k", *arguments, "--json").stdout)


def test_table(inside):
    result = succeed("choose-k", "text", *QUICK, "--hold-out", 5, "--refine", 0)
    heading, *rows = result.stdout.split("\n\n")[0].splitlines()
    names = ["clusters", "AMI", "perplexity", "refined AMI", "refined perplexity"]
    assert heading.split() == " ".join(names).split()
    assert [row.split()[0] for row in rows] == ["3", "10", "20"]
    assert "Knee of AMI: " in result.stdout
    assert "Least perplexity: " in result.stdout
    assert "Least perplexity of refined clusters: " in result.stdout
    assert "More AMI is not more F1" in result.stdout.splitlines()[-1]


def test_the_same_as_from_python(inside):
    counts = BigramCounts.from_text("most")
    text = HeldOut(counts, BigramCounts.from_text("rest"))
    choice = choose_n_clusters(counts, [3, 10, 20], held_out=text, refine=1, seed=7)
    found = record("most", *QUICK, "--held-out", "rest", "--refine", 1, "--seed", 7)
    assert found["knee"] == choice.knee
    assert found["candidates"] == [vars(c) for c in choice.candidates]
    assert found["ami_by_n_clusters"] == choice.ami_by_n_clusters.tolist()


def test_lines_that_are_held_out(inside):
    held_out = record("text", *QUICK, "--hold-out", 5)
    assert held_out["held_out"] == "one line in 5 of TEXT"
    given = record("most", *QUICK, "--held-out", "rest")
    assert held_out["candidates"] == given["candidates"]


def test_lines_are_held_out_of_any_format(tmp_path):
    sentences = [line.split() for line in TEXT.splitlines()]
    rows = ["".join(f"{word.upper()}\tx\n" for word in words) for words in sentences]
    (tmp_path / "conll").write_text("\n".join(rows), "utf-16")
    (tmp_path / "text").write_text(TEXT)
    options = ("--format", "conll", "--encoding", "utf-16", "--normalise", "lowercase")
    how = ("--clusters", "2,3", "--hold-out", 3)
    found = record(tmp_path / "conll", *options, *how)
    assert found["candidates"] == record(tmp_path / "text", *how)["candidates"]


def test_no_temporary_files_are_left(inside, tmp_path):
    record("text", *QUICK, "--hold-out", 5, "--temp-dir", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_numbers_by_default(inside):
    found = record("text")
    assert [c["n_clusters"] for c in found["candidates"]] == [10, 20, 50, 60]
    assert len(found["ami_by_n_clusters"]) == 60
    assert found["candidates"][0]["perplexity"] is None


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_plot(inside, ending):
    pytest.importorskip("matplotlib")
    name = f"plot.{ending}"
    succeed("choose-k", "text", *QUICK, "--hold-out", 5, "--refine", 0, "--plot", name)
    starts = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}
    assert (inside / name).read_bytes().startswith(starts[ending])
    error = fail("choose-k", "text", *QUICK, "--plot", name, exit_code=1)
    assert "--force" in error


def test_plot_of_ami_alone(inside):
    pytest.importorskip("matplotlib")
    succeed("choose-k", "text", *QUICK, "--plot", "ami.png")


def test_plot_without_matplotlib(inside, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    error = fail("choose-k", "text", *QUICK, "--plot", "none.png", exit_code=1)
    assert error == "--plot needs matplotlib; run: pip install 'brownclust[plot]'"
    assert not (inside / "none.png").exists()


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["none"], 2, "TEXT must be an existing file or folder, got 'none'"),
        (["text", "--clusters", "5,x"], 2, "--clusters must be an integer of at least"),
        (["text", "--clusters", "0"], 2, "--clusters must be an integer of at least 1"),
        (
            ["text", "--clusters", "5,61"],
            1,
            "--clusters must be at most the number of different words, 60, got 61",
        ),
        (["text", "--hold-out", "1"], 2, "--hold-out must be an integer of at least 2"),
        (["text", "--hold-out", "10000"], 1, "text: expected at least 10000 lines"),
        (
            ["text", "--hold-out", "5", "--held-out", "rest"],
            2,
            "--hold-out and --held-out exclude each other",
        ),
        (
            ["counts", "--hold-out", "5"],
            2,
            "--hold-out is for text; the input is counts made by brownclust count",
        ),
        (
            ["text", "--pairs", "--hold-out", "5"],
            2,
            "--hold-out is for text; the input is a table of pairs",
        ),
        (["text", "--plot", "k.bmp"], 2, "--plot must be a file that ends in one of"),
        (["text", "--held-out", "text", "--skip-grams", "2"], 1, "counts must be of"),
    ],
)
def test_errors(inside, arguments, exit_code, message):
    succeed("count", "text", "-o", "counts", "--force")
    assert fail("choose-k", *arguments, exit_code=exit_code).startswith(message)
