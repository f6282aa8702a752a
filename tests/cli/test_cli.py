import gzip
import json
import os
import subprocess
import sys

import pytest
from commands import fail, run, succeed

from brownclust import BigramCounts, BrownClustering, __version__
from brownclust.tree import checkpoint
from brownclust.tree.model import BrownModel
from brownclust_cli import checkpoints
from brownclust_cli.main import main

N_WORDS = 11
COMMANDS = [
    "cluster",
    "collocations",
    "convert",
    "count",
    "cut",
    "demo",
    "divergence",
    "extend",
    "features",
    "lookup",
    "plot",
    "refine",
    "show",
    "stats",
]
FILES = ["merges.tsv", "model.npz", "paths", "run.json"]


class TestHelp:
    def test_group(self):
        for arguments in ([], ["--help"], ["-h"]):
            result = succeed(*arguments)
            assert result.stdout.startswith(
                "Usage: brownclust [OPTIONS] COMMAND [ARGS]"
            )
            assert all(f"  {command} " in result.stdout for command in COMMANDS)

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_and_option_has_help(self, command):
        result = succeed(command, "--help")
        assert result.stdout.startswith(f"Usage: brownclust {command} ")
        for parameter in main.commands[command].params:
            if parameter.param_type_name == "option":
                assert parameter.help, parameter.name
                assert max(parameter.opts, key=len) in result.stdout
        assert "-q, --quiet" in result.stdout

    def test_version(self):
        assert succeed("--version").stdout == f"brownclust {__version__}\n"


class TestCluster:
    def test_files(self, text, out):
        result = succeed("cluster", text, "-c", 4, "-o", out)
        assert result.stdout == ""
        assert sorted(path.name for path in out.iterdir()) == FILES
        assert "11 words in 4 clusters" in result.stderr
        assert f"Next: brownclust show {out}\n" in result.stderr

    def test_the_next_command_can_be_pasted(self, text, tmp_path):
        result = succeed("cluster", text, "-c", 4, "-o", tmp_path / "two words")
        assert f"Next: brownclust show '{tmp_path}/two words'\n" in result.stderr
        result = succeed("count", text, "-o", tmp_path / "my counts")
        assert f"brownclust cluster '{tmp_path}/my counts' -c 11" in result.stderr

    def test_the_same_as_from_python(self, text, out):
        succeed("cluster", text, "-c", 4, "-o", out)
        twin = BrownClustering(4).fit(text)
        rows = [line.split("\t") for line in (out / "paths").read_text().splitlines()]
        assert {word: bits for bits, word, _ in rows} == twin.bit_strings_
        assert rows == sorted(rows, key=lambda row: (row[0], int(row[2]), row[1]))
        merges = (out / "merges.tsv").read_text().splitlines()[1:]
        joined = [[int(x) for x in line.split("\t")[1:3]] for line in merges]
        assert joined == twin.children_.tolist()
        assert float(merges[N_WORDS - 5].split("\t")[-1]) == twin.ami_

    def test_run_json(self, text, out):
        succeed("cluster", text, "-c", 2, "--window", 3, "--min-count", 3, "-o", out)
        record = json.loads((out / "run.json").read_text())
        assert record["version"] == __version__
        assert record["n_tokens"] == 34
        assert record["n_types"] == 4
        assert record["n_bigrams"] == 34 - 6
        assert record["n_clusters"] == 2
        assert record["window"] == 3
        assert record["ami"] == BrownModel.load(out).ami
        assert {"count", "cluster", "write"} <= set(record["seconds"])
        assert all(seconds >= 0 for seconds in record["seconds"].values())
        assert record["options"]["min_count"] == 3
        assert record["options"]["boundary"] == "break"
        assert record["source"]["files"] == [str(text)]
        assert len(record["source"]["sha256"]) == 64
        assert set(record["versions"]) == {"python", "numba", "numpy"}
        if sys.platform != "win32":
            assert record["peak_memory_bytes"] > 10_000_000

    def test_two_runs_write_the_same(self, text, tmp_path):
        for name, threads in (("one", 1), ("two", 2)):
            arguments = ("-c", 4, "--threads", threads, "-o", tmp_path / name)
            succeed("cluster", text, *arguments)
        for name in ("paths", "merges.tsv"):
            ours, again = (tmp_path / run / name for run in ("one", "two"))
            assert ours.read_bytes() == again.read_bytes()

    def test_standard_input_several_files_and_gz(self, text, out, tmp_path):
        packed = tmp_path / "more.gz"
        packed.write_bytes(gzip.compress(b"a bird sang\n"))
        stdin = "a fish swam\n"
        succeed("cluster", text, packed, "-", "-c", 2, "-o", out, stdin=stdin)
        words = {
            line.split("\t")[1] for line in (out / "paths").read_text().split("\n")[:-1]
        }
        assert {"cat", "bird", "fish"} <= words

    def test_counts(self, text, out, tmp_path):
        counts = tmp_path / "counts"  # whatever the name
        succeed("count", text, "--boundary", "mark", "-o", counts)
        succeed("cluster", counts, "-c", 4, "-o", out)
        succeed("cluster", text, "--boundary", "mark", "-c", 4, "-o", tmp_path / "two")
        for name in ("paths", "merges.tsv"):
            assert (out / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        record = json.loads((out / "run.json").read_text())
        assert record["options"]["boundary"] == "mark"

    def test_pairs(self, out, tmp_path):
        table = tmp_path / "pairs.tsv"
        table.write_text("a\tx\t3\nb\tx\t2\nb\ty\t1\n")
        succeed("cluster", "--pairs", table, "-c", 2, "-o", out)
        assert json.loads((out / "run.json").read_text())["n_bigrams"] == 6

    def test_full_window(self, text, out):
        succeed("cluster", text, "-c", 2, "--window", "full", "-o", out)
        assert BrownModel.load(out).dendrogram.window == N_WORDS

    def test_bytes_that_are_not_utf8_are_kept(self, out, tmp_path):
        latin = tmp_path / "latin1.txt"
        latin.write_bytes(b"caf\xe9 noir\n")
        option = ("--encoding-errors", "surrogateescape")
        succeed("cluster", latin, *option, "-c", 1, "-o", out)
        assert b"\tcaf\xe9\t1\n" in (out / "paths").read_bytes()

    def test_quiet(self, text, out):
        assert succeed("cluster", text, "-c", 2, "-q", "-o", out).output == ""

    def test_force(self, text, out):
        succeed("cluster", text, "-c", 2, "-o", out)
        (out / "notes").write_text("mine")
        message = fail("cluster", text, "-c", 3, "-o", out, exit_code=1)
        assert "paths" in message
        assert "already exists (--force replaces it)" in message
        assert BrownModel.load(out).n_clusters == 2
        succeed("cluster", text, "-c", 3, "-o", out, "--force")
        assert BrownModel.load(out).n_clusters == 3
        assert (out / "notes").read_text() == "mine"


class TestCut:
    def test_at_the_number_of_clusters_of_the_model(self, trained):
        for model in (trained, trained / "model.npz"):
            result = succeed("cut", model, "-c", 4)
            assert result.stdout == (trained / "paths").read_text()
            assert result.stderr == ""

    @pytest.mark.parametrize("clusters", [1, 2, 6])
    def test_at_other_numbers(self, trained, clusters):
        rows = [
            r.split("\t")
            for r in succeed("cut", trained, "-c", clusters).stdout.splitlines()
        ]
        assert len({bits for bits, _, _ in rows}) == clusters
        assert len(rows) == N_WORDS

    def test_full(self, trained):
        rows = [
            r.split("\t") for r in succeed("cut", trained, "--full").stdout.splitlines()
        ]
        paths = [bits for bits, _, _ in rows]
        assert len(set(paths)) == N_WORDS
        assert paths == sorted(paths)

    def test_output_file(self, trained, tmp_path):
        output = tmp_path / "new" / "paths.txt"
        result = succeed("cut", trained, "-c", 3, "-o", output)
        assert result.stdout == ""
        assert result.stderr == f"{output}: 11 words in 3 clusters\n"
        assert output.read_text() == succeed("cut", trained, "-c", 3).stdout
        assert "exists" in fail("cut", trained, "-c", 2, "-o", output, exit_code=1)
        assert (
            succeed("cut", trained, "--full", "-q", "--force", "-o", output).output
            == ""
        )
        assert output.read_text() == succeed("cut", trained, "--full").stdout

    def test_dash_is_standard_output(self, trained):
        result = succeed("cut", trained, "-c", 3, "-o", "-")
        assert result.stdout == succeed("cut", trained, "-c", 3).stdout
        assert result.stderr == ""

    def test_closed_pipe(self, trained, tmp_path):
        """As in `brownclust cut … | head`: no message, whatever the size."""
        vocabulary = [[f"word{i}"] * 2 for i in range(30_000)]
        BrownClustering(1).fit(vocabulary).model_.save(tmp_path / "big.npz")
        command = [sys.executable, "-m", "brownclust_cli", "cut"]
        with subprocess.Popen(
            [*command, str(tmp_path / "big.npz"), "-c", "1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout.readline() == b"\tword0\t2\n"
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 1


class TestDemo:
    def test_table(self, monkeypatch):
        monkeypatch.setenv("COLUMNS", "72")
        result = succeed("demo", "-c", 12)
        lines = result.stdout.splitlines()
        assert len(lines) == 13
        assert lines[0].split() == ["bit", "string", "words", "most", "frequent"]
        assert all(len(line) <= 72 for line in lines)
        assert all(set(line.split()[0]) <= {"0", "1"} for line in lines[1:])
        assert "pydoc" in result.stderr
        assert "Next: brownclust cluster" in result.stderr.splitlines()[-1]

    def test_more_clusters_than_words(self):
        result = run("demo", "-c", 100_000)
        assert result.exit_code == 1
        assert "Error: --clusters must be at most" in result.stderr

    def test_output(self, out):
        result = succeed("demo", "-c", 3, "-q", "-o", out)
        assert result.stderr == ""
        assert sorted(path.name for path in out.iterdir()) == FILES
        assert "already exists" in fail("demo", "-o", out, exit_code=1)
        assert len(succeed("cut", out, "-c", 2).stdout.splitlines()) > 1000


@pytest.mark.skipif(os.name == "nt", reason="closes streams as POSIX shells do")
class TestClosedStreams:
    """As with ``<&-``, ``>&-`` and ``2>&-`` in a shell, or in a daemon."""

    def run(self, closed, *arguments):
        redirection = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}[closed]
        command = [sys.executable, "-m", "brownclust_cli", *map(str, arguments)]
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
            capture_output=True,
            text=True,
            check=False,
        )

    def test_no_standard_input(self, out):
        result = self.run("stdin", "count", "-", "-o", out)
        assert result.stderr == "Error: standard input is closed\n"
        assert result.returncode == 1

    def test_no_standard_output(self, trained):
        result = self.run("stdout", "cut", trained, "--full")
        assert result.stderr == "Error: standard output is closed\n"
        assert result.returncode == 1

    def test_no_standard_error(self, text, out):
        result = self.run("stderr", "count", text, "-o", out)
        assert result.returncode == 0
        assert BigramCounts.load(out).n_tokens == 34


def test_default_interval_of_checkpoints():
    assert checkpoints.SECONDS == checkpoint.SECONDS


def test_interrupted_while_the_commands_are_imported():
    program = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'brownclust_cli.count': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from brownclust_cli.__main__ import run\n"
        "run()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (130, "")
    assert result.stderr == "Error: interrupted\n"


def test_installed_command():
    """The console script, in a process of its own."""
    command = [sys.executable, "-m", "brownclust_cli"]
    result = subprocess.run(
        [*command, "cluster", "none.txt", "-o", "x"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


def test_counts_as_text_are_read_wherever_counts_are(folder, tmp_path):
    text = tmp_path / "counts.tsv"
    succeed("count", "counts", "--to", "text", "-o", text)
    succeed("count", text, "-o", tmp_path / "again.npz")
    succeed("count", tmp_path / "again.npz", "--to", "text", "-o", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == text.read_bytes()
    succeed("cluster", text, "-c", 3, "-o", tmp_path / "out")
    assert (tmp_path / "out" / "paths").read_bytes() == (
        folder / "out" / "paths"
    ).read_bytes()
    assert succeed("stats", text, "-c", 3).stdout
    assert succeed("evaluate", "text", "out", "--held-out", text).stdout
    message = fail("choose-k", text, "--hold-out", 10, exit_code=2)
    assert message.startswith("--hold-out is for text; the input is counts made by ")
