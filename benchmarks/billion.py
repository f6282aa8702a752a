"""A billion tokens, from text to clusters: ``python -m benchmarks.billion``.

Writes a text of `benchmarks.running_text`, counts it, clusters it and writes the
result, each stage by the command that a user would give, in a process of its own. For
each stage it prints the time, the peak memory of the process, and

- the bytes that the stage must stream at least: files, and a row of the window's table
  for each context of an entering word;
- how long the machine takes to stream as much, by its bandwidth, which is measured
  too. That is a limit, not an estimate: counting also looks up each pair, and
  clustering computes a term for each entry of a row.

It compares the time of clustering with what ``brownclust stats --calibrate`` predicts.

The text takes 5 bytes per token in --folder, and is removed once it has been counted.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.bandwidth import Bandwidth, measure_bandwidth
from benchmarks.process import Run, run
from benchmarks.report import (
    MISSING,
    describe,
    markdown,
    memory_text,
    plain,
    positive,
    provenance,
    seconds_text,
)
from benchmarks.running_text import N_CLASSES
from benchmarks.scale import bytes_text, with_table
from brownclust import BigramCounts
from brownclust.tree.calibration import measure_slowdown
from brownclust.tree.planning import clustering_cost
from brownclust.tree.workload import clustering_size

TIMEOUT = 6 * 3600
"""Of a stage, in seconds."""

BYTES_PER_SLOT = 8
"""Of a row that is read for a context of an entering word: an integer for each slot."""


@dataclass(frozen=True)
class Stage:
    """A stage, and what it cost.

    Attributes
    ----------
    name : str
        What it does.
    run : Run
        Time and memory of its process.
    read, written : int
        Bytes of the files that it reads and writes.
    rows : float
        Bytes of rows of the window's table that it reads.
    """

    name: str
    run: Run
    read: int
    written: int
    rows: float = 0.0

    def least_seconds(self, memory: Bandwidth, table: Bandwidth) -> float:
        """Return how long the machine takes to stream this much."""
        files = self.read / memory.read + self.written / memory.copied
        return files + self.rows / table.read


class Pipeline:
    """The stages on one text, in a folder."""

    def __init__(
        self, n_tokens: int, folder: Path, options: argparse.Namespace
    ) -> None:
        self.n_tokens = n_tokens
        self.folder = folder
        self.stages: list[Stage] = []
        self._options = options

    def run(self) -> dict[str, Any]:
        """Run all stages; return facts about counts and clusters."""
        options = self._options
        text, counts = self.folder / "text", self.folder / "counts.npz"
        threads = ("--threads", str(options.threads))
        module = ("-m", "benchmarks.running_text", "text", *threads)
        numbers = ("--tokens", str(self.n_tokens), "--seed", str(options.seed))
        self._stage("write the text", (*module, *numbers), [text])
        n_bytes = text.stat().st_size
        count = ("-m", "brownclust_cli", "count", "text", "-o", "counts.npz", *threads)
        limits: tuple[str, ...] = (
            "--min-count",
            str(options.min_count),
            "--temp-dir",
            ".",
        )
        if options.memory is not None:
            limits += ("--memory", options.memory)
        self._stage("count", (*count, *limits), [counts], read=n_bytes)
        text.unlink()
        n_bytes_of_counts = counts.stat().st_size
        cluster = ("-m", "brownclust_cli", "cluster", "counts.npz", "-o", "out")
        self._stage(
            "cluster, write",
            (*cluster, "-c", str(options.clusters), *threads),
            [self.folder / "out"],
            read=n_bytes_of_counts,
        )
        facts = self._facts(counts)
        n_bytes_of_rows = facts["n_contexts"] * options.clusters * BYTES_PER_SLOT
        self.stages[-1] = replace(self.stages[-1], rows=n_bytes_of_rows)
        return facts

    def _stage(
        self, name: str, command: Sequence[str], files: list[Path], read: int = 0
    ) -> None:
        print(f"{name} ...", end="", file=sys.stderr, flush=True)
        done = run(
            [sys.executable, *command],
            folder=self.folder,
            timeout=TIMEOUT,
            environment={"PYTHONPATH": str(Path(__file__).parents[1])},
        )
        print(f" {done.seconds:.1f} s", file=sys.stderr, flush=True)
        if done.failure is not None:
            raise SystemExit(f"Error: {name}: {done.failure}")
        written = sum(size_of(path) for path in files)
        self.stages.append(Stage(name, done, read, written))

    def _facts(self, path: Path) -> dict[str, Any]:
        """Return numbers of words and pairs, and what clustering them must cost."""
        options = self._options
        counts = BigramCounts.load(path)
        size = clustering_size(counts, counts.n_types, options.clusters)
        slowdown = measure_slowdown()
        cost = clustering_cost(
            counts, options.clusters, threads=options.threads, slowdown=slowdown
        )
        record = json.loads((self.folder / "out" / "run.json").read_bytes())
        return {
            "n_tokens": counts.n_tokens,
            "n_types": counts.n_types,
            "n_distinct_bigrams": counts.successors.indices.size,
            "n_contexts": size.n_contexts,
            "slowdown": slowdown,
            "predicted_seconds": cost.seconds,
            "predicted_memory_bytes": cost.memory_bytes,
            "seconds": record["seconds"],
            "ami": record["ami"],
        }


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of the files in a folder."""
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)


def table_of_stages(
    stages: Sequence[Stage], memory: Bandwidth, table: Bandwidth
) -> list[list[str]]:
    """Return a row for each stage, and one for all together."""
    rows = [["stage", "seconds", "cores", "peak", "files read", "written", "rows"]]
    rows[0] += ["at least"]
    for stage in stages:
        cpu_seconds = stage.run.cpu_seconds
        cores = MISSING
        if cpu_seconds is not None:
            cores = f"{cpu_seconds / stage.run.seconds:.2f}"
        rows.append(
            [
                stage.name,
                seconds_text(stage.run.seconds),
                cores,
                memory_text(stage.run.peak_memory_bytes),
                memory_text(stage.read),
                memory_text(stage.written),
                memory_text(stage.rows),
                f"{seconds_text(stage.least_seconds(memory, table))} s",
            ]
        )
    total = sum(stage.run.seconds for stage in stages)
    least = sum(stage.least_seconds(memory, table) for stage in stages)
    rows.append(
        ["all", seconds_text(total), *[MISSING] * 5, f"{seconds_text(least)} s"]
    )
    return rows


def describe_facts(facts: dict[str, Any], options: argparse.Namespace) -> list[str]:
    """Return lines about the counts, and the prediction of clustering."""
    seconds = facts["seconds"]
    ratio = facts["predicted_seconds"] / seconds["cluster"]
    parts = ", ".join(f"{name} {seconds_text(time)}" for name, time in seconds.items())
    facts_of_lines = {
        "tokens": f"{facts['n_tokens']:,}, seed {options.seed}, {N_CLASSES} classes",
        "min count": f"{options.min_count}",
        "words": f"{facts['n_types']:,}",
        "distinct bigrams": f"{facts['n_distinct_bigrams']:,}",
        "threads": f"{options.threads}",
        "--memory": options.memory or "no limit",
        "clusters": f"{options.clusters}, AMI {facts['ami']:.4f} bits",
        "seconds of clustering": parts,
        "predicted seconds": f"{seconds_text(facts['predicted_seconds'])}, {ratio:.2f} "
        f"of the measurement (slowdown {facts['slowdown']:.2f})",
        "predicted memory": memory_text(facts["predicted_memory_bytes"]),
    }
    width = max(map(len, facts_of_lines))
    return [f"{name:{width}}  {text}" for name, text in facts_of_lines.items()]


def table_of_texts(records: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return a row for each text: what was made of it, and at what cost."""
    heading = "tokens,text,kept,pairs,seconds to write,to count,to cluster,"
    heading += "memory to count,to cluster"
    rows = [heading.split(",")]
    for record in records:
        runs = [stage["run"] for stage in record["stages"]]
        memory = [run["peak_memory_bytes"] for run in runs[1:]]
        rows.append(
            [
                f"{record['n_tokens']:,}",
                bytes_text(record["stages"][0]["written"]),
                f"{record['n_types']:,}",
                f"{record['n_distinct_bigrams']:,}",
                *(seconds_text(run["seconds"]) for run in runs),
                *(MISSING if n is None else bytes_text(n) for n in memory),
            ]
        )
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    origin = provenance()
    memory = measure_bandwidth(options.threads)
    window = measure_bandwidth(options.threads, BYTES_PER_SLOT * options.clusters**2)
    records = []
    for n_tokens in options.tokens:
        folder = Path(tempfile.mkdtemp(prefix="billion-", dir=options.folder))
        try:
            pipeline = Pipeline(n_tokens, folder, options)
            facts = pipeline.run()
        finally:
            shutil.rmtree(folder)
        stages = pipeline.stages
        records.append({"stages": [asdict(stage) for stage in stages], **facts})
        print(plain(table_of_stages(stages, memory, window)))
        print("", *describe_facts(facts, options), "", sep="\n", flush=True)
    table = markdown(table_of_texts(records))
    print(table, end="\n\n")
    for name, bandwidth in (("memory", memory), ("the window's table", window)):
        read, copied = bandwidth.read / 1e9, bandwidth.copied / 1e9
        print(
            f"Bandwidth of {name}: reading {read:.1f} GB/s, copying {copied:.1f} GB/s"
        )
    print(describe(origin))
    if options.write is not None:
        page = options.write.read_text("utf-8")
        options.write.write_text(with_table(page, table), "utf-8")
    if options.json is not None:
        record = {
            "kind": "billion",
            "origin": origin,
            "bandwidth": {"memory": asdict(memory), "window": asdict(window)},
            "min_count": options.min_count,
            "memory": options.memory,
            "n_clusters": options.clusters,
            "threads": options.threads,
            "texts": records,
        }
        options.json.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.billion",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--tokens",
        nargs="+",
        type=positive,
        default=[10**9],
        metavar="N",
        help="sizes of the texts, in tokens (default 1000000000)",
    )
    numbers = {
        "--clusters": (800, "clusters"),
        "--min-count": (5, "leave out rarer words"),
        "--threads": (2, "threads of every stage"),
    }
    for name, (default, what) in numbers.items():
        text = f"{what} (default {default})"
        parser.add_argument(
            name, type=positive, default=default, metavar="N", help=text
        )
    parser.add_argument("--seed", type=int, default=0, help="of the text (default 0)")
    parser.add_argument(
        "--memory",
        metavar="SIZE",
        help="limit on the memory for counting, such as 2G (default: no limit)",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the files go: 6 bytes per token (default: the system's temporary "
        "folder)",
    )
    parser.add_argument(
        "--write",
        type=Path,
        metavar="PAGE",
        help="replace the last table in a page",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
