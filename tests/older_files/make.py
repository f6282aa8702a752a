"""Make one file of every kind with the installed version, for the versions to come.

``python tests/older_files/make.py`` writes them to ``tests/fixtures/VERSION/``, from
the texts in ``tests/fixtures/inputs/``. Run it once for a release that changes a
format, and commit the folder. `test_older_files` then holds every later version to it.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from unittest.mock import patch

from content import content

from brownclust import PerceptronTagger, __version__
from brownclust.tagger import read_tagged
from brownclust.tree import agglomerate
from brownclust_cli.main import main
from brownclust_cli.progress import Progress

FIXTURES = Path(__file__).parent.parent / "fixtures"
CLUSTERING = ("cluster", "text.txt", "-c", 12, "--window", 20)
CHECKPOINT_AFTER = 3  # reports of progress: some merges are made, some are not


def run(*arguments):
    """Run a command, without its messages; return the exit code."""
    with patch.object(sys, "argv", ["brownclust"]):
        try:
            main([*map(str, arguments), "-q"], prog_name="brownclust")
        except SystemExit as end:
            return end.code
    return None


def succeed(*arguments):
    if code := run(*arguments):
        raise SystemExit(f"{arguments}: exit code {code}")


def make_counts():
    succeed("count", "text.txt", "-o", "counts.npz")
    succeed("count", "text.txt", "--boundary", "mark", "-o", "counts-mark.npz")
    options = ("--skip-grams", 3, "--normalise", "lowercase", "--normalise", "digits")
    succeed("count", "text.txt", *options, "-o", "counts-skip-grams.npz")
    succeed("count", "pairs.tsv", "--pairs", "-o", "counts-pairs.npz")
    options = ("--encoding-errors", "surrogateescape", "--min-count", 2)
    succeed("count", "latin-1.txt", *options, "-o", "counts-latin-1.npz")


def make_clusters():
    succeed(*CLUSTERING, "-o", "out")
    succeed("extend", "out", "more.txt", "-o", "extended")
    succeed("convert", "out", "clusters.npz")
    succeed("convert", "classes.tsv", "classes.npz", "--from", "alexclark")


def make_checkpoint():
    """Interrupt a clustering between two merges."""
    n_reports = 0

    def interrupt(_progress, stage, *_):
        nonlocal n_reports
        n_reports += stage == "cluster"
        if n_reports == CHECKPOINT_AFTER:
            signal.raise_signal(signal.SIGINT)

    # The checkpoint has the time of the text.
    os.utime("text.txt", (0, 0))
    with (
        patch.object(Progress, "__call__", interrupt),
        patch.object(agglomerate, "FIRST_STEPS", 4),
        patch.object(agglomerate, "SECONDS_BETWEEN_REPORTS", -1),
    ):
        assert run(*CLUSTERING, "-o", "checkpoint") == 130


def make_taggers():
    train = ("tag", "train", "--epochs", 5)
    templates = ("--templates", "templates.txt")
    options = ("--templates", "templates-pos.txt", "--clusters", "clusters.npz")
    succeed(*train, "pos.tsv", *options, "-o", "tagger-pos.npz")
    options = ("--templates", "templates-ner.txt", "--columns", "word,pos,ner")
    options += ("--scheme", "bilou", "--clusters", "out/paths")
    succeed(*train, "ner.conll", *options, "-o", "tagger-ner.npz")
    options = (*templates, "--hash-size", 300)
    succeed(*train, "pos.tsv", *options, "-o", "tagger-hashed.npz")
    options = (*templates, "--algorithm", "crf")
    succeed("tag", "train", "pos.tsv", *options, "-o", "tagger-crf.npz")
    make_tagger_checkpoint()


def make_tagger_checkpoint():
    """Interrupt a training after its second epoch."""

    def interrupt(epoch):
        if epoch.number == 2:
            raise KeyboardInterrupt

    sentences, tags = read_tagged("pos.tsv")
    tagger = PerceptronTagger(Path("templates.txt").read_text(), n_epochs=5)
    name = "tagger-checkpoint.npz"
    try:
        tagger.fit(sentences, tags, checkpoint=name, on_epoch=interrupt)
    except KeyboardInterrupt:
        return
    raise SystemExit("the training was not interrupted")


def without_measurements(path):
    """Remove from ``run.json`` what differs from run to run."""
    run_record = json.loads(path.read_text())
    run_record["seconds"] = dict.fromkeys(run_record["seconds"], 0.0)
    run_record["date"] = "2026-01-01T00:00:00+00:00"
    run_record["peak_memory_bytes"] = 0
    path.write_text(json.dumps(run_record, indent=2) + "\n")


def make():
    folder = FIXTURES / __version__
    folder.mkdir()
    inputs = sorted((FIXTURES / "inputs").iterdir())
    for path in inputs:
        shutil.copy(path, folder)
    os.chdir(folder)
    make_counts()
    make_clusters()
    make_checkpoint()
    make_taggers()
    without_measurements(Path("out", "run.json"))
    for name in ("paths", "merges.tsv", "run.json"):
        Path("extended", name).unlink()
    for path in inputs:
        (folder / path.name).unlink()
    expected = json.dumps(content(folder, folder.parent / "inputs"), indent=1)
    (folder / "expected.json").write_text(expected + "\n")


if __name__ == "__main__":
    make()
