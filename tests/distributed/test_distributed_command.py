"""``brownclust count --dask``: the command, also when it is interrupted."""

import os
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from dask_counts import assert_nothing_else_is_left, assert_same_arrays, local

from brownclust_cli.main import main


def run(*arguments):
    return CliRunner().invoke(main, ["count", *map(str, arguments)])


class TestCommand:
    def test_counts_on_a_running_cluster(self, client, corpus, output, tmp_path):
        bad = tmp_path / "bad.gz"
        bad.write_bytes(b"no gzip")
        result = run(
            "--dask",
            client.scheduler.address,
            f"file://{corpus}/*",
            bad,
            "--skip-bad-files",
            "--block-size=500",
            "--partitions=2",
            "--boundary=mark",
            "--min-count=2",
            "-o",
            output,
        )
        assert result.exit_code == 0, result.output
        lines = result.stderr.splitlines()
        assert lines[0].startswith(f"Skipped: {bad}: expected a whole compressed file")
        assert lines[1] == "Warning: 1 file skipped"
        assert lines[2].startswith(f"{output}: ")
        assert len(lines) == 4
        options = {"boundary": "mark", "min_count": 2}
        assert_same_arrays(output, local(corpus, tmp_path, **options))

    def test_a_bad_file_is_reported_in_one_line(self, client, tmp_path, output):
        bad = tmp_path / "bad.gz"
        bad.write_bytes(b"no gzip")
        result = run("--dask", client.scheduler.address, bad, "-o", output)
        assert result.exit_code == 1
        [line] = result.stderr.splitlines()
        assert line.startswith(f"Error: {bad}: expected a whole compressed file")
        assert_nothing_else_is_left(output, there=False)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["x.txt", "--partitions", 2], "--partitions is for --dask"),
            (["-", "--skip-bad-files"], "--skip-bad-files is for --dask"),
            (
                ["-", "--dask", "local"],
                "TEXT must be files that workers can open, with",
            ),
            (["x", "--dask", "local", "--pairs"], "--pairs is not for --dask"),
        ],
    )
    def test_wrong_command_line(
        self, tmp_path, output, monkeypatch, arguments, message
    ):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "x.txt").write_text("a b\n")
        result = run(*arguments, "-o", output)
        assert result.exit_code == 2
        [line] = result.stderr.splitlines()
        assert line.startswith(f"Error: {message}")

    def test_a_scheduler_that_is_not_one(self, output):
        result = run("--dask", "nonsense://x", "x", "-o", output)
        assert result.exit_code == 1
        [line] = result.stderr.splitlines()
        assert line.startswith("Error: --dask must be 'local', or the address of a ")

    def test_without_the_extra(self, output):
        code = (
            "import sys; sys.modules['distributed'] = None\n"
            "from brownclust_cli.main import main\n"
            f"main(['count', 'x', '--dask', 'local', '-o', {str(output)!r}])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        [line] = done.stderr.splitlines()
        assert line.endswith("run: pip install 'brownclust[dask]'")

    @pytest.mark.slow
    def test_dask_prints_nothing_for_a_cluster_on_this_machine(
        self, corpus, output, tmp_path
    ):
        done = subprocess.run(
            command(f"{corpus}/*", output), capture_output=True, text=True, check=True
        )
        assert done.stdout == ""
        lines = done.stderr.splitlines()
        assert lines[-2].startswith(f"{output}: ")
        assert len(lines) == 2, lines
        assert_same_arrays(output, local(corpus, tmp_path))

    @pytest.mark.slow
    @pytest.mark.parametrize("stage", ["words", "pairs"])
    def test_an_interrupt_leaves_nothing(self, corpus, output, stage):
        """Ctrl-C reaches all processes, as in a terminal, once workers have tasks."""
        interrupt = (
            "import os, signal\n"
            "from brownclust.distributed import graph\n"
            "stages = []\n"
            "def note(progress, stage, done, total): stages.append(stage)\n"
            "def wait(*arguments, **options):\n"
            f"    if stages[-1] == {stage!r}: os.killpg(0, signal.SIGINT)\n"
            "    return wait_for_tasks(*arguments, **options)\n"
            "Progress.__call__ = note\n"
            "wait_for_tasks, graph.wait = graph.wait, wait\n"
        )
        with subprocess.Popen(
            command(f"{corpus}/*", output, interrupt),
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            _, printed = process.communicate()
        assert process.returncode == 130, printed
        assert printed == "Error: interrupted\n"
        assert_nothing_else_is_left(output, there=False)
        wait_until(lambda: not group_is_alive(process.pid))


def command(text, output, before=""):
    """A command that counts on a cluster of its own, without lines of progress."""
    program = (
        "from brownclust_cli import progress\n"
        "from brownclust_cli.main import main\n"
        "from brownclust_cli.progress import Progress\n"
        "progress.SECONDS_BETWEEN_LINES = float('inf')\n"
        f"{before}main()"
    )
    arguments = ["count", "--dask", "local", str(text), "-o", str(output)]
    return [sys.executable, "-c", program, *arguments]


def wait_until(is_true):
    end = time.monotonic() + 600
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.05)


def group_is_alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
