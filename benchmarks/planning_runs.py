"""Runs of clustering that the cost model is fitted to: made, measured, kept.

As a script, ``python -m benchmarks.planning_runs COUNTS MIN_COUNT MOST_WORDS WINDOW``,
it makes one of them, in a process of its own, and prints what it took.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.child import OUTPUT_NAME, run
from brownclust import BigramCounts
from brownclust.tree.agglomerate import cluster_counts
from brownclust.tree.output import write_output
from brownclust.tree.run_record import peak_memory_bytes, run_record

ALL = 10**9

SETTINGS = (  # share of the lines, doublings, --min-count, --max-vocabulary, window
    (1, 0, 1, ALL, 50),
    (1, 0, 1, ALL, 320),
    (1, 0, 1, ALL, 1000),
    (1, 0, 5, ALL, 100),
    (1, 0, 5, ALL, 1000),
    (1, 0, 5, ALL, 3200),
    (1, 0, 20, ALL, 320),
    (1, 0, 1, 3_000, ALL),
    (1, 0, 1, 10_000, ALL),
    (16, 0, 1, ALL, 50),
    (16, 0, 1, ALL, 320),
    (16, 0, 1, ALL, 1000),
    (16, 0, 1, ALL, 3200),
    (16, 0, 5, ALL, 100),
    (16, 0, 1, 3_000, ALL),
    (16, 10, 1, ALL, 100),
    (16, 10, 1, ALL, 1000),
    (16, 10, 1, 3_000, ALL),
    (16, 16, 1, ALL, 320),
)
"""For every text; a share of 16 is the first sixteenth.

Ten doublings of all counts are the same text 1024 times over: logarithms of the counts
of huge corpora are computed, not looked up.
"""


@dataclass(frozen=True)
class Measured:
    """A run, and what it took.

    Attributes
    ----------
    text, share, doublings : str, int, int
        The first one in so many lines of this text, and how often counts were doubled.
    min_count, most_words, window : int
        Words left out, and clusters active at once.
    seconds : float
        Processor time of clustering alone, kernels loaded.
    peak_memory_bytes : int
        Most that the process held, from reading counts to writing files.
    """

    text: str
    share: int
    doublings: int
    min_count: int
    most_words: int
    window: int
    seconds: float = 0.0
    peak_memory_bytes: int = 0

    @property
    def counts_name(self) -> str:
        """The file with counts of all words."""
        return f"{self.text}-{self.share}-{self.doublings}.npz"

    def words(self, counts: BigramCounts) -> int:
        """How many words are kept."""
        return min(
            self.most_words, int((counts.unigram_counts >= self.min_count).sum())
        )


def measure(texts: list[Path], folder: Path) -> list[Measured]:
    """Make the runs that the folder has no record of; return all of these texts."""
    record = folder / "runs.json"
    done = _read(record)
    known = {_key(one) for one in done}
    for wanted in _runs(texts, folder):
        if _key(wanted) in known:
            continue
        done.append(_measure_one(wanted, folder))
        print(done[-1], file=sys.stderr, flush=True)
        record.write_text(json.dumps([asdict(one) for one in done], indent=1), "utf-8")
    names = [text.name for text in texts]
    return [one for one in done if one.text in names]


def _read(record: Path) -> list[Measured]:
    if not record.exists():
        return []
    return [Measured(**one) for one in json.loads(record.read_text("utf-8"))]


def _key(one: Measured) -> Measured:
    return replace(one, seconds=0.0, peak_memory_bytes=0)


def _runs(texts: list[Path], folder: Path) -> Iterator[Measured]:
    for text in texts:
        for setting in SETTINGS:
            one = Measured(text.name, *setting)
            path = folder / one.counts_name
            if not path.exists():
                _count(text, one, path)
            n_words = one.words(BigramCounts.load(path))
            if one.window == ALL:
                one = replace(one, window=n_words)
            if one.window <= n_words and one.most_words in (ALL, n_words):
                yield one


def _count(text: Path, one: Measured, path: Path) -> None:
    with text.open("rb") as file:
        n_lines = sum(1 for _ in file) // one.share
    with tempfile.NamedTemporaryFile(dir=path.parent) as part, text.open("rb") as file:
        part.writelines(islice(file, n_lines))
        part.flush()
        counts = BigramCounts.from_text(part.name)
    for _ in range(one.doublings):
        counts = replace(counts.merge(counts), source={})
    counts.save(path)


def _measure_one(one: Measured, folder: Path) -> Measured:
    settings = (one.min_count, one.most_words, one.window)
    module = [sys.executable, "-m", "benchmarks.planning_runs"]
    with tempfile.TemporaryDirectory() as scratch:
        done = run(
            [*module, str(folder.resolve() / one.counts_name), *map(str, settings)],
            folder=Path(scratch),
            timeout=3600,
            environment={"PYTHONPATH": str(Path(__file__).parents[1])},
        )
        if done.failure is not None:
            raise RuntimeError(f"{one}: {done.failure}")
        printed = (Path(scratch) / OUTPUT_NAME).read_text("utf-8")
    return replace(one, **json.loads(printed))


def cost_of_one(
    path: str, min_count: int, most_words: int, window: int
) -> dict[str, Any]:
    """Cluster as ``brownclust cluster`` does; return time and memory."""
    counts = BigramCounts.load(path)
    if (min_count, most_words) != (1, ALL):
        counts = counts.select(min_count=min_count, max_vocabulary=most_words)
    small = BigramCounts.from_sentences([["a", "b", "c", "a"]])
    # Loads the kernels, those for counts as large.
    table = replace(small.table, n_tokens=counts.n_tokens, n_bigrams=counts.n_bigrams)
    small = replace(small, table=table)
    cluster_counts(small, n_clusters=2)
    started = process_time()
    model = cluster_counts(counts, n_clusters=window)
    seconds = process_time() - started
    with tempfile.TemporaryDirectory() as folder:
        write_output(folder, model, run_record(counts.source, model, {}))
    return {"seconds": seconds, "peak_memory_bytes": peak_memory_bytes()}


if __name__ == "__main__":
    print(json.dumps(cost_of_one(sys.argv[1], *map(int, sys.argv[2:]))))
