"""``brownclust show`` and ``plot``: clusters, the tree, and words to look at."""

import json
import sys
from pathlib import Path

import pytest
from commands import TEXT, fail, run, succeed

from brownclust import WordClusters
from brownclust.clusters.plot import LENGTHS
from brownclust_cli import plot

PATHS = """\
00\tcat\t3
00\tDog\t9
010\t10\t4
011\truns\t2
011\t猫\t1
1\tthe\t20
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a model, ``out``, and other clusters."""
    folder = tmp_path_factory.mktemp("shown")
    (folder / "text").write_text(TEXT)
    (folder / "paths").write_text(PATHS)
    classes = WordClusters.from_classes(["cat", "dog", "the"], ["2", "2", "10"])
    classes.save(folder / "classes")
    succeed("cluster", folder / "text", "-c", 6, "--window", 8, "-o", folder / "out")
    return folder


@pytest.fixture(autouse=True)
def inside(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "40")


def lines(*arguments):
    return succeed("show", *arguments).stdout.splitlines()


class TestTable:
    def test_clusters(self):
        assert lines("paths") == [
            "bit string  words  most frequent",
            "00              2  Dog cat",
            "010             1  10",
            "011             2  runs 猫",
            "1               1  the",
        ]

    def test_of_a_model_any_number(self):
        for k in (1, 3, 6, 8):
            table = lines("out", "-c", k)
            assert len(table) == k + 1
            cut = succeed("cut", "out", "-c", k).stdout.splitlines()
            paths = {line.split("\t")[0] for line in cut}
            assert {line[:10].strip() for line in table[1:]} == (
                paths if k > 1 else {""}
            )
        assert "--clusters must be at most the window, 8, got 9" in fail(
            "show", "out", "-c", 9, exit_code=1
        )

    def test_of_a_text_file_the_most_frequent_are_divided(self):
        result = succeed("show", "paths", "-c", 2)
        assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == [
            *("0", "1")
        ]
        assert result.stderr.startswith("Note: paths: the order of merges is not known")
        assert not succeed("show", "paths", "-c", 2, "-q").stderr
        error = fail("show", "paths", "-c", 5, "-q", exit_code=1)
        assert error == "--clusters must be at most 4, the number of clusters, got 5"

    def test_words(self):
        assert lines("paths", "--words", 1)[1] == "00              2  Dog"

    def test_classes(self):
        shown = succeed("show", "classes", "-q").stdout.splitlines()
        assert [line.split() for line in shown] == [
            ["class", "words", "most", "frequent"],
            ["2", "2", "cat", "dog"],
            ["10", "1", "the"],
        ]
        assert "have no tree" in fail("show", "classes", "-c", 2, "-q", exit_code=1)
        assert "have no tree" in fail("show", "classes", "--tree", "-q", exit_code=1)

    def test_json(self):
        first, *others = json.loads(succeed("show", "paths", "--json").stdout)
        assert first == {
            "bit_string": "00",
            "n_words": 2,
            "n_tokens": 12,
            "words": [{"word": "Dog", "count": 9}, {"word": "cat", "count": 3}],
        }
        assert len(others) == 3

    def test_lines_fit_the_terminal(self):
        bits = ["0" * n + "1" for n in range(60)] + ["0" * 60]
        words = [f"{'w' * 50}{n}" for n in range(61)]
        rows = zip(bits, words, strict=True)
        text = "".join(f"{path}\t{word}\t1\n" for path, word in rows)
        Path("deep").write_text(text)
        assert all(len(line) <= 40 for line in lines("deep")[1:])
        assert all(len(line) <= 40 for line in lines("deep", "--tree")[1:])

    def test_what_cannot_be_printed(self):
        Path("odd").write_bytes(b"0\t\x1b[31m\t1\n1\tcaf\xe9\t1\n")
        shown = lines("odd", "--encoding-errors", "surrogateescape")
        assert shown[1].endswith(r"\x1b[31m")
        assert shown[2].endswith(r"caf\xe9")


class TestTree:
    def test_top(self):
        assert lines("paths", "--tree") == [
            "bit string  words  most frequent",
            "(root)          6  the Dog 10 cat runs",
            " 0              5  Dog 10 cat runs 猫",
            "  00            2  Dog cat",
            "  01            3  10 runs 猫",
            "   010          1  10",
            "   011          2  runs 猫",
            " 1              1  the",
        ]

    def test_subtree(self):
        assert lines("paths", "01")[1:] == [
            "01              3  10 runs 猫",
            " 010            1  10",
            " 011            2  runs 猫",
        ]
        assert lines("paths", "0", "-c", 1)[1:] == [
            "0               5  Dog 10 cat runs 猫"
        ]
        assert lines("paths", "") == lines("paths", "--tree")

    def test_json(self):
        [found] = json.loads(succeed("show", "paths", "01", "--json").stdout)
        assert found["prefix"] == "01"
        assert [(n["bit_string"], n["is_leaf"]) for n in found["nodes"]] == [
            *(("01", False), ("010", True), ("011", True))
        ]
        nodes = json.loads(succeed("show", "paths", "--tree", "--json").stdout)
        assert [node["bit_string"] for node in nodes][:3] == ["", "0", "00"]

    def test_words_of_a_class(self):
        assert lines("classes", "10", "-q")[1].split() == ["10", "1", "the"]

    def test_missing(self):
        error = fail("show", "paths", "0111", "--prefix", exit_code=1)
        assert error == "no bit string of paths begins with '0111'"
        error = fail("show", "classes", "x", "--prefix", "-q", exit_code=1)
        assert error == "no class of classes is 'x'"


class TestWord:
    def test_neighbours(self):
        assert lines("paths", "runs") == [
            "runs: bit string 011",
            "2 times, number 5 of 6 words by frequency",
            "",
            "in common  words  most frequent",
            "011            1  猫",
            "01             1  10",
            "0              2  Dog cat",
            "(root)         1  the",
        ]

    def test_in_fewer_clusters(self):
        assert succeed("show", "paths", "runs", "-c", 3, "-q").stdout.splitlines()[
            4:
        ] == [
            "01             2  10 猫",
            "0              2  Dog cat",
            "(root)         1  the",
        ]

    def test_several(self):
        shown = lines("paths", "the", "Dog")
        assert [line for line in shown if ": bit string" in line] == [
            *("the: bit string 1", "Dog: bit string 00")
        ]

    def test_classes(self):
        assert "There is no other word" in lines("classes", "the", "-q")[-1]
        assert lines("classes", "cat", "-q")[-1].split() == ["2", "1", "dog"]

    def test_json(self):
        [found] = json.loads(succeed("show", "paths", "cat", "--json").stdout)
        assert {k: v for k, v in found.items() if k != "neighbours"} == {
            "word": "cat",
            "bit_string": "00",
            "count": 3,
            "rank": 4,
        }
        assert found["neighbours"][0] == {
            "in_common": "00",
            "n_words": 1,
            "words": [{"word": "Dog", "count": 9}],
        }

    def test_bits_are_a_prefix_first(self):
        Path("bits").write_text("10\tx\t1\n0\t10\t2\n11\t00\t1\n")
        result = succeed("show", "bits", "10")
        assert result.stderr == "Note: 10 is a word, too: --word shows it\n"
        assert result.stdout.splitlines()[1].split() == ["10", "1", "x"]
        assert lines("bits", "10", "--word")[0] == "10: bit string 0"
        assert not succeed("show", "bits", "10", "--prefix").stderr
        assert lines("bits", "00")[0] == "00: bit string 11"

    @pytest.mark.parametrize(
        ("word", "error"),
        [
            ("dog", "no word of paths is 'dog' (did you mean 'Dog'?)"),
            ("rums", "no word of paths is 'rums' (did you mean 'runs'?)"),
            ("xyzzy", "no word of paths is 'xyzzy'"),
            ("0111", "no word or prefix of paths is '0111'"),
        ],
    )
    def test_missing(self, word, error):
        assert fail("show", "paths", word, exit_code=1) == error

    def test_others_are_shown_first(self):
        result = run("show", "paths", "dog", "the", "gnu")
        assert result.exit_code == 1
        assert result.stdout.startswith("the: bit string 1\n")
        assert "'dog' (did you mean 'Dog'?); no word of paths is 'gnu'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["out", "--word", "--prefix", "x"], "--word and --prefix exclude each other"),
        (["out", "--tree", "0"], "--tree shows the whole tree: leave out PREFIX or WO"),
        (["out", "--word"], "--word and --prefix need a PREFIX or WORD"),
        (["none"], "CLUSTERS must be an existing file or folder, got 'none'"),
        (["out", "-c", "0"], "--clusters must be an integer of at least 1, got '0'"),
        (["out", "--from", "paths"], "--from must be left out, since out is not text"),
    ],
)
def test_wrong_command_lines(arguments, error):
    assert fail("show", *arguments, exit_code=2).startswith(error)


class TestPlot:
    @pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
    def test_files(self, ending):
        pytest.importorskip("matplotlib", reason="needs the extra plot")
        name = f"tree.{ending}"
        result = succeed("plot", "out", "-o", name, "--lengths", "loss", "-c", 8)
        starts = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}
        assert Path(name).read_bytes().startswith(starts[ending])
        assert result.stderr == f"{name}: the top of the tree\n"
        again = f"again.{ending}"
        succeed("plot", "out", "-o", again, "--lengths", "loss", "-c", 8)
        assert Path(again).read_bytes() == Path(name).read_bytes()
        assert "--force" in fail("plot", "out", "-o", name, exit_code=1)

    def test_fonts(self):
        pytest.importorskip("matplotlib", reason="needs the extra plot")
        Path("odd").write_text("0\t𒀀\t1\n1\t$x^\t1\n")
        assert "no installed font has 1 character" in (
            succeed("plot", "odd", "-o", "odd.png").stderr
        )
        succeed("plot", "odd", "-o", "odd.svg")
        assert "$x^<" in Path("odd.svg").read_text("utf-8")

    def test_without_matplotlib(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        error = fail("plot", "out", "-o", "none.png", exit_code=1)
        assert error == (
            "brownclust plot needs matplotlib; run: pip install 'brownclust[plot]'"
        )

    @pytest.mark.parametrize(
        ("arguments", "exit_code", "error"),
        [
            (
                ["paths", "-o", "x.bmp"],
                2,
                "--output must be a file that ends in one of",
            ),
            (
                ["paths", "-o", "x.png", "--lengths", "loss"],
                1,
                "--lengths must be 'dep",
            ),
            (
                ["classes", "-o", "x.png", "-q"],
                1,
                "CLUSTERS must be a tree, not flat c",
            ),
            (
                ["out", "-c", "9", "-o", "x.png"],
                1,
                "--clusters must be at most the win",
            ),
        ],
    )
    def test_errors(self, arguments, exit_code, error):
        pytest.importorskip("matplotlib", reason="needs the extra plot")
        assert fail("plot", *arguments, exit_code=exit_code).startswith(error)

    def test_lengths_are_those_of_the_library(self):
        assert plot.LENGTHS == LENGTHS
