"""``progress=True`` in Python, and the line when kernels are compiled."""

import sys

import pytest
from numba.core.event import end_event, start_event

from brownclust import BigramCounts, BrownClustering, brown_cluster, cluster_counts
from brownclust import _progress as module
from brownclust._progress import ProgressBars, shown_progress

SENTENCES = [["a", "b"], ["a", "c"], ["d", "b"]]


@pytest.fixture
def stderr(monkeypatch, capsys):
    """A function that returns what was written to it."""
    monkeypatch.setattr(module, "_announced", False)
    return lambda: capsys.readouterr().err


def compile_something():
    """Let Numba say that it compiles, as with an empty cache."""
    start_event("numba:compile")
    end_event("numba:compile")


def test_bars(stderr):
    counts = BigramCounts.from_sentences(SENTENCES, progress=True)
    cluster_counts(counts, n_clusters=2, refine=1, progress=True)
    brown_cluster(counts, window=2, progress=True)
    shown = stderr()
    for stage in ("count: ", "cluster: ", "refine: "):
        assert stage in shown


def test_bars_of_the_estimator(stderr):
    fitted = BrownClustering(2, progress=True).fit(SENTENCES)
    assert "cluster: 100%" in stderr()
    assert repr(fitted) == "BrownClustering(n_clusters=2, progress=True)"


@pytest.mark.parametrize("progress", [False, None])
def test_silence(stderr, progress):
    BrownClustering(2, progress=progress).fit(SENTENCES)
    assert not stderr()


def test_a_callable_is_called(stderr):
    reports = []
    BrownClustering(2, progress=lambda *report: reports.append(report)).fit(SENTENCES)
    assert {stage for stage, _, _ in reports} == {"count", "cluster"}
    assert not stderr()


@pytest.mark.parametrize(
    ("progress", "is_interactive", "is_announced"),
    [
        (True, False, True),
        (False, True, False),
        (None, True, True),
        (None, False, False),
        (print, True, False),
    ],
)
def test_compiling(stderr, monkeypatch, progress, is_interactive, is_announced):
    monkeypatch.delattr(sys, "ps1", raising=False)
    if is_interactive:
        monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    for _ in range(2):
        with shown_progress(progress):
            compile_something()
    assert stderr().count("brownclust: First run: compiling") == is_announced


def test_a_closed_stderr(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(module, "_announced", False)
    with shown_progress(True):
        compile_something()


def test_the_next_tree_has_the_same_bar(stderr):
    bars = ProgressBars()
    for done in (1, 2, 1, 3):
        bars("cluster", done, 3)
    bars.close()
    assert stderr().count("\n") == 1


def test_neither_callable_nor_bool():
    with pytest.raises(TypeError, match=r"^progress must be a callable, a bool or Non"):
        BigramCounts.from_sentences(SENTENCES, progress=3)
