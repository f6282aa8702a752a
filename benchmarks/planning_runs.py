"""Clustering runs for fitting the cost model: measure them and store the results.

``python -m benchmarks.planning_runs COUNTS MIN_COUNT MAX_WORDS WINDOW THREADS``
measures one run, in its own process, and prints time and memory as JSON.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.process import OUTPUT_NAME
from benchmarks.process import run as run_process
from brownclust import BigramCounts
from brownclust.tree.calibration import calibration_seconds
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.output import write_output
from brownclust.tree.run_record import peak_memory_bytes, run_record

ALL = 10**9  # more than any number of words

COUNTS_SUFFIX = ".npz"

SETTINGS = (  # divisor, doublings, --min-count, --max-vocabulary, window, threads
    (1, 0, 1, ALL, 50, 1),
    (1, 0, 1, ALL, 320, 1),
    (1, 0, 1, ALL, 1000, 1),
    (1, 0, 1, ALL, 1000, 2),
    (1, 0, 5, ALL, 100, 1),
    (1, 0, 5, ALL, 1000, 1),
    (1, 0, 5, ALL, 3200, 1),
    (1, 0, 5, ALL, 3200, 2),
    (1, 0, 20, ALL, 320, 1),
    (1, 0, 1, 3_000, ALL, 1),
    (1, 0, 1, 10_000, ALL, 1),
    (1, 0, 1, 10_000, ALL, 2),
    (16, 0, 1, ALL, 50, 1),
    (16, 0, 1, ALL, 320, 1),
    (16, 0, 1, ALL, 320, 2),
    (16, 0, 1, ALL, 1000, 1),
    (16, 0, 1, ALL, 3200, 1),
    (16, 0, 5, ALL, 100, 1),
    (16, 0, 1, 3_000, ALL, 1),
    (16, 10, 1, ALL, 100, 1),
    (16, 10, 1, ALL, 1000, 1),
    (16, 10, 1, ALL, 1000, 2),
    (16, 10, 1, 3_000, ALL, 1),
    (16, 16, 1, ALL, 320, 1),
)
"""The runs for each text.

A divisor of 16 takes the first sixteenth of the lines. Ten doublings multiply all
counts by 1024, as if the text were repeated: the logarithms of large counts are not in
the table of entropies, so kernels compute them.
"""

SETTINGS_OF_COUNTS = (
    (1, 0, 5, ALL, 100, 1),
    (1, 0, 5, ALL, 800, 1),
    (1, 0, 5, ALL, 800, 2),
    (1, 0, 20, ALL, 320, 1),
    (1, 0, 20, ALL, 1000, 1),
    (1, 0, 20, ALL, 1000, 2),
    (1, 0, 100, ALL, 3200, 1),
    (1, 0, 100, ALL, 3200, 2),
)
"""The runs for each file of counts: fewer, because their texts are large."""


@dataclass(frozen=True)
class ClusteringRun:
    """The settings of a run, and its cost.

    Attributes
    ----------
    text : str
        File name of the text, or of its counts.
    divisor : int
        The run uses the first 1 / `divisor` of the lines.
    doublings : int
        How many times all counts are doubled.
    min_count, max_words : int
        Which words are kept: those that occur `min_count` times, at most `max_words`.
    window : int
        Clusters active at once (not a context window).
    threads : int
        Number of threads.
    seconds : float
        Time of clustering alone, with loaded kernels: processor time on one thread,
        wall time on several; 0 if not measured yet.
    calibration_seconds : float
        What `brownclust.tree.calibration` measured in the same process, just before.
    peak_memory_bytes : int
        Peak memory of the process, from reading counts to writing files; 0 if not
        measured yet.
    """

    text: str
    divisor: int
    doublings: int
    min_count: int
    max_words: int
    window: int
    threads: int
    seconds: float = 0.0
    calibration_seconds: float = 0.0
    peak_memory_bytes: int = 0

    @property
    def counts_name(self) -> str:
        """The file with the counts of all words."""
        if self.text.endswith(COUNTS_SUFFIX):
            return self.text
        return f"{self.text}-{self.divisor}-{self.doublings}.npz"

    def n_words(self, counts: BigramCounts) -> int:
        """Return the number of words that are kept."""
        return min(self.max_words, int((counts.unigram_counts >= self.min_count).sum()))


def measure(texts: list[Path], folder: Path, max_threads: int) -> list[ClusteringRun]:
    """Return all runs of the texts; measure those that are not in the folder yet.

    A text may also be a file of counts. The folder holds ``runs.json`` with all
    measurements, and files of counts.
    """
    record = folder / "runs.json"
    runs = _read(record)
    known = {_without_cost(run) for run in runs}
    for wanted in _wanted_runs(texts, folder):
        if wanted in known or wanted.threads > max_threads:
            continue
        runs.append(_measure_in_child(wanted, folder))
        print(runs[-1], file=sys.stderr, flush=True)
        record.write_text(json.dumps([asdict(run) for run in runs], indent=1), "utf-8")
    names = [text.name for text in texts]
    return [run for run in runs if run.text in names and run.threads <= max_threads]


def _read(record: Path) -> list[ClusteringRun]:
    if not record.exists():
        return []
    return [ClusteringRun(**run) for run in json.loads(record.read_text("utf-8"))]


def _without_cost(run: ClusteringRun) -> ClusteringRun:
    return replace(run, seconds=0.0, calibration_seconds=0.0, peak_memory_bytes=0)


def _wanted_runs(texts: list[Path], folder: Path) -> Iterator[ClusteringRun]:
    """Yield the runs that make sense for the size of each text."""
    load = lru_cache(maxsize=1)(BigramCounts.load)
    for text in texts:
        is_counted = text.suffix == COUNTS_SUFFIX
        for setting in SETTINGS_OF_COUNTS if is_counted else SETTINGS:
            run = ClusteringRun(text.name, *setting)
            path = folder / run.counts_name
            if is_counted and not path.exists():
                path.symlink_to(text.resolve())
            elif not path.exists():
                _count(text, run, path)
            n_words = run.n_words(load(path))
            if run.window == ALL:
                run = replace(run, window=n_words)
            if run.window <= n_words and run.max_words in (ALL, n_words):
                yield run


def _count(text: Path, run: ClusteringRun, path: Path) -> None:
    with text.open("rb") as file:
        n_lines = sum(1 for _ in file) // run.divisor
    with tempfile.NamedTemporaryFile(dir=path.parent) as part, text.open("rb") as file:
        part.writelines(islice(file, n_lines))
        part.flush()
        counts = BigramCounts.from_text(part.name)
    for _ in range(run.doublings):
        counts = replace(counts.merge(counts), source={})
    counts.save(path)


def _measure_in_child(run: ClusteringRun, folder: Path) -> ClusteringRun:
    settings = (run.min_count, run.max_words, run.window, run.threads)
    module = [sys.executable, "-m", "benchmarks.planning_runs"]
    with tempfile.TemporaryDirectory() as scratch:
        done = run_process(
            [*module, str(folder.resolve() / run.counts_name), *map(str, settings)],
            folder=Path(scratch),
            timeout=3600,
            environment={"PYTHONPATH": str(Path(__file__).parents[1])},
        )
        if done.failure is not None:
            raise RuntimeError(f"{run}: {done.failure}")
        printed = (Path(scratch) / OUTPUT_NAME).read_text("utf-8")
    return replace(run, **json.loads(printed))


def measure_here(
    path: str, min_count: int, max_words: int, window: int, threads: int
) -> dict[str, Any]:
    """Cluster here, as ``brownclust cluster`` does; return time and memory."""
    calibrated = calibration_seconds()
    counts = BigramCounts.load(path)
    if (min_count, max_words) != (1, ALL):
        counts = counts.select(min_count=min_count, max_vocabulary=max_words)
    small = BigramCounts.from_sentences([["a", "b", "c", "a"]])
    # A small run first loads the kernels. Large totals select those for large counts.
    table = replace(small.table, n_tokens=counts.n_tokens, n_bigrams=counts.n_bigrams)
    small = replace(small, table=table)
    cluster_counts(small, n_clusters=2, threads=threads)
    clock = process_time if threads == 1 else perf_counter
    started = clock()
    model = cluster_counts(counts, n_clusters=window, threads=threads)
    seconds = clock() - started
    with tempfile.TemporaryDirectory() as folder:
        write_output(folder, model, run_record(counts.source, model, {}))
    return {
        "seconds": seconds,
        "calibration_seconds": calibrated,
        "peak_memory_bytes": peak_memory_bytes(),
    }


if __name__ == "__main__":
    print(json.dumps(measure_here(sys.argv[1], *map(int, sys.argv[2:]))))
