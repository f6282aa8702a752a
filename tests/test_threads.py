"""Threads that cannot start, or fail: the run ends with an error, and does not hang.

A run that hangs does so in a kernel, where no signal reaches it. So these are processes
of their own, with a time limit.
"""

import subprocess
import sys
import textwrap

import pytest

from brownclust import BigramCounts, _threads
from brownclust._kernels.jit.intrinsics import HAS_ATOMICS
from brownclust._threads import check_threads, n_useful_threads, thread_pool
from brownclust.counting.options import Resources
from brownclust.tree.agglomerate import brown_cluster

PREPARATION = """
import sys
import threading
from brownclust import BigramCounts, _threads
from brownclust.tree import agglomerate, state
from brownclust.tree.agglomerate import brown_cluster

_threads.available_cores = lambda: 8
state.MIN_SHARED_WORK = 0  # all threads take part in all steps
sentences = [[f"w{i * j % 40}" for j in range(9)] for i in range(60)]
counts = BigramCounts.from_sentences(sentences)

def fail_at(n, function, error):
    n_calls = 0
    def counted(*arguments):
        nonlocal n_calls
        n_calls += 1
        if n_calls == n:
            raise error
        return function(*arguments)
    return counted

def attempt(run):
    try:
        run()
    except Exception as error:
        print(type(error).__name__, error)
    print("threads:", threading.active_count())
"""


def lines_of(program, *arguments):
    result = subprocess.run(
        [sys.executable, "-c", PREPARATION + textwrap.dedent(program), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,  # it takes seconds, but for a first run
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout.splitlines()


@pytest.mark.skipif(not HAS_ATOMICS, reason="one thread without atomics")
def test_a_thread_that_cannot_start():
    lines = lines_of("""
        start = threading.Thread.start
        unable = RuntimeError("can't start new thread")
        for n in (1, 2, 3, 5):  # loading has four threads, merging three
            threading.Thread.start = fail_at(n, start, unable)
            attempt(lambda: brown_cluster(counts, window=20, threads=4))
        for n in (1, 3):
            threading.Thread.start = fail_at(n, start, unable)
            attempt(
                lambda: BigramCounts.from_sentences(sentences, threads=3)
            )
    """)
    rule = "ValueError threads must be at most {} here (can't start new thread), got {}"
    expected = [
        line
        for most, got in ((1, 4), (1, 4), (2, 4), (1, 3), (1, 3), (2, 3))
        for line in (rule.format(most, got), "threads: 1")
    ]
    assert lines == expected


def test_one_thread_is_enough(tmp_path):
    program = """
        from pathlib import Path
        folder = Path(sys.argv[1])
        def unable(*_):
            raise RuntimeError("can't start new thread")
        threading.Thread.start = unable
        counts.save(folder / "counts")
        tree = brown_cluster(BigramCounts.load(folder / "counts"), window=20)
        print(tree.losses.size)
    """
    assert lines_of(program, tmp_path) == ["39"]


@pytest.mark.skipif(not HAS_ATOMICS, reason="one thread without atomics")
def test_a_worker_that_fails_before_its_loop():
    lines = lines_of("""
        loop = agglomerate.kernels.worker_loop
        for n in (1, 2, 3, 4, 6):  # the first call of a round makes the kernel ready
            agglomerate.kernels.worker_loop = fail_at(n, loop, MemoryError("none left"))
            attempt(lambda: brown_cluster(counts, window=20, threads=3))
    """)
    assert lines == 5 * ["MemoryError none left", "threads: 1"]


class TestNumber:
    @pytest.mark.parametrize("threads", [0, -1, 1025, 10**30])
    def test_out_of_bounds(self, threads):
        for function in (check_threads, lambda number: Resources(threads=number)):
            with pytest.raises(ValueError, match=r"^threads must be at (least 1|most)"):
                function(threads)
        counts = BigramCounts.from_sentences([["a", "b"]])
        with pytest.raises(ValueError, match=r"^threads must be at "):
            brown_cluster(counts, window=1, threads=threads)

    def test_no_more_than_cores(self, monkeypatch):
        monkeypatch.setattr(_threads, "available_cores", lambda: 3)
        assert [n_useful_threads(number) for number in (1, 3, 4, 1024)] == [1, 3, 3, 3]

    def test_cores(self, monkeypatch, tmp_path):
        monkeypatch.undo()
        monkeypatch.setattr(_threads, "_CPU_LIMIT", tmp_path / "cpu.max")
        n_cores = _threads.available_cores()
        assert n_cores >= 1
        for content, limit in (
            ("max 100000\n", n_cores),
            ("50000 100000\n", 1),
            ("150000 100000\n", min(2, n_cores)),
            ("0 0\n", n_cores),
            ("unknown", n_cores),
        ):
            (tmp_path / "cpu.max").write_text(content)
            assert _threads.available_cores() == limit
        monkeypatch.delattr("os.sched_getaffinity", raising=False)
        assert _threads.available_cores() >= 1

    def test_a_pool_has_all_its_threads(self):
        with thread_pool(3) as pool:
            assert len(pool._threads) == 3
            assert list(pool.map(abs, [-1, -2])) == [1, 2]
