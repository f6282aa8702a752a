"""Ours and its rivals on one corpus, side by side: ``python -m benchmarks.compare``.

The programs take turns, A B A B, so that a slow minute of the machine hits all of them.
Average mutual information is computed anew, by one formula, from the clusters that each
wrote and from the text.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.child import LEAST_MEMORY, Run, run
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
from benchmarks.text import write_text
from benchmarks.tools import Brownclust, ClusterCat, Clusters, Peer, Tool, Wcluster
from brownclust import BigramCounts
from brownclust.tree.information import average_mutual_information

PEERS = ("brown-clustering",)

HEADING = (
    "clusters",
    "program",
    "seconds",
    "ratio",
    "clustering only",
    "ratio",
    "memory",
    "AMI (bits)",
)

NOTES = """\
seconds: the whole process, median over {repeat} runs. clustering only: the same, as
each program measures it, without reading, compiling and writing. ratio: how many times
as long as brownclust. memory: the most the process held. AMI: average mutual
information of neighbours, by one formula for all."""


@dataclass(frozen=True)
class Judged:
    """One run of one program, and how good its clusters are.

    Attributes
    ----------
    run : Run
        Time and memory.
    clustering_seconds : float or None
        Clustering alone, if the program says.
    ami : float or None
        Average mutual information in bits; None if there are no clusters.
    n_clusters : int or None
        Clusters that have words.
    n_left_out : int or None
        Words that are in none; they are judged as one cluster more.
    """

    run: Run
    clustering_seconds: float | None = None
    ami: float | None = None
    n_clusters: int | None = None
    n_left_out: int | None = None


@dataclass(frozen=True)
class Row:
    """All runs of a program at one number of clusters."""

    tool: Tool
    n_clusters: int
    runs: list[Judged]

    @property
    def failure(self) -> str | None:
        """Why the last run has no result; a program that fails is not run again."""
        return self.runs[-1].run.failure

    @property
    def seconds(self) -> float | None:
        """Median of the whole process; None if it failed."""
        return self._median(judged.run.seconds for judged in self.runs)

    @property
    def clustering_seconds(self) -> float | None:
        """Median of clustering alone."""
        return self._median(judged.clustering_seconds for judged in self.runs)

    @property
    def peak_memory_bytes(self) -> float | None:
        """Median of the most memory it held."""
        return self._median(judged.run.peak_memory_bytes for judged in self.runs)

    @property
    def ami(self) -> float | None:
        """Median of the average mutual information."""
        return self._median(judged.ami for judged in self.runs)

    def _median(self, values: Iterable[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return median(known) if known and self.failure is None else None


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        tools = find_tools(options)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    origin = provenance()
    counts = BigramCounts.from_text(
        options.corpus, boundary="ignore", min_count=options.min_count
    )
    if max(options.clusters) > counts.n_types:
        parser.error(f"-c must be at most {counts.n_types}, the words of the corpus")
    print(
        f"{options.corpus.name}: {counts.n_tokens:,} tokens, {counts.n_types:,} words; "
        + ", ".join(f"{tool.name} {tool.version}" for tool in tools),
        file=sys.stderr,
    )
    compile_kernels(options.threads)
    rows = [row for k in options.clusters for row in compare(tools, k, counts, options)]
    record = {
        "kind": "compare",
        **origin,
        "corpus": describe_corpus(options.corpus, counts),
        "command": command_line(options),
        "options": {
            name: getattr(options, name)
            for name in ("clusters", "min_count", "threads", "repeat", "timeout")
        },
        "tools": {tool.name: tool.version for tool in tools},
        "rows": [as_json(row) for row in rows],
    }
    table = table_of(rows, options.timeout)
    notes = [
        NOTES.format(repeat=options.repeat),
        *(f"{tool.name}: {tool.note}." for tool in tools if tool.note),
        *remarks(rows),
    ]
    print(plain(table, n_left=2))
    print()
    print("\n".join(notes))
    print(describe(origin))
    if options.json is not None:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if options.markdown is not None:
        text = as_markdown(table, notes, record)
        options.markdown.write_text(text, encoding="utf-8")
    return int(any(row.failure for row in rows if isinstance(row.tool, Brownclust)))


def find_tools(options: argparse.Namespace) -> list[Tool]:
    """Return ours and the rivals given; raise if one is not there."""
    tools: list[Tool] = [Brownclust()]
    if options.wcluster is not None:
        tools.append(Wcluster(options.wcluster.resolve()))
    if options.clustercat is not None:
        tools.append(ClusterCat(options.clustercat.resolve()))
    if options.peer is not None:
        tools.append(Peer(options.peer_python))
    return tools


def compile_kernels(threads: int) -> None:
    """Run ours once untimed, so that no timed run has to compile."""
    ours = Brownclust()
    with tempfile.TemporaryDirectory() as name:
        corpus, folder = Path(name, "corpus.txt"), Path(name, "folder")
        folder.mkdir()
        write_text(corpus, 2_000)
        ours.place(corpus, folder)
        run(ours.command(20, 1, threads), folder=folder, timeout=600)


def compare(
    tools: Sequence[Tool],
    n_clusters: int,
    counts: BigramCounts,
    options: argparse.Namespace,
) -> list[Row]:
    """Run all programs in turn, as many times as asked for."""
    rows = [Row(tool, n_clusters, []) for tool in tools]
    for turn in range(1, options.repeat + 1):
        for row in rows:
            if row.runs and row.failure is not None:
                continue
            judged = run_and_judge(row.tool, n_clusters, counts, options)
            row.runs.append(judged)
            print(
                f"{n_clusters} clusters, turn {turn} of {options.repeat}: "
                f"{row.tool.name} "
                + (judged.run.failure or f"{judged.run.seconds:.2f} s"),
                file=sys.stderr,
            )
    return rows


def run_and_judge(
    tool: Tool, n_clusters: int, counts: BigramCounts, options: argparse.Namespace
) -> Judged:
    """Run a program once, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tool.place(options.corpus, folder)
        done = run(
            tool.command(n_clusters, options.min_count, options.threads),
            folder=folder,
            timeout=options.timeout,
            environment=tool.environment(options.threads),
        )
        if done.failure is not None:
            return Judged(done)
        try:
            clusters = tool.clusters(folder)
            seconds = tool.clustering_seconds(folder)
        except (OSError, ValueError) as error:
            failure = f"output cannot be read: {_reason(error)}"
            return Judged(Run(**{**asdict(done), "failure": failure}))
    labels, n_left_out = labels_of(clusters, counts)
    return Judged(
        done,
        clustering_seconds=seconds,
        ami=average_mutual_information(counts, labels),
        n_clusters=len(set(labels)) - (n_left_out > 0),
        n_left_out=n_left_out,
    )


def labels_of(clusters: Clusters, counts: BigramCounts) -> tuple[list[int], int]:
    """Return a label for each word by rank, and how many words had no cluster.

    Those share one. Clusters of words that are not in the text are not looked at.
    """
    numbers: dict[bytes | None, int] = {}
    names = [clusters.get(word) for word in counts.vocabulary.iter_bytes()]
    return [numbers.setdefault(name, len(numbers)) for name in names], names.count(None)


def table_of(rows: Sequence[Row], timeout: float) -> list[list[str]]:
    """Return the table, the heading first."""
    ours = {row.n_clusters: row for row in rows if isinstance(row.tool, Brownclust)}
    table = [list(HEADING)]
    for row in rows:
        our = ours[row.n_clusters]
        seconds, ratio = _text(row.seconds), _ratio(row.seconds, our.seconds)
        if row.failure is not None:
            seconds = "failed"
            if row.failure.startswith("over"):
                seconds = f"> {timeout:g}"
                ratio = _ratio(timeout, our.seconds)
                ratio = ratio if ratio == MISSING else f"> {ratio}"
        table.append(
            [
                f"{row.n_clusters:,}",
                row.tool.name,
                seconds,
                ratio,
                _text(row.clustering_seconds),
                _ratio(row.clustering_seconds, our.clustering_seconds),
                memory_text(row.peak_memory_bytes, least=LEAST_MEMORY),
                MISSING if row.ami is None else f"{row.ami:.4f}",
            ]
        )
    return table


def remarks(rows: Sequence[Row]) -> list[str]:
    """Return what the table cannot say: failures, words and clusters missing."""
    said = []
    for row in rows:
        what = f"{row.tool.name} at {row.n_clusters}"
        if row.failure is not None:
            n_good = len(row.runs) - 1
            after = f", after {n_good} that went well" if n_good else ""
            said.append(f"{what}: {row.failure}{after}.")
            continue
        first = row.runs[0]
        if first.n_left_out:
            said.append(f"{what}: {first.n_left_out:,} words in no cluster.")
        if first.n_clusters != row.n_clusters:
            said.append(f"{what}: {first.n_clusters:,} clusters.")
        if len({judged.ami for judged in row.runs}) > 1:
            said.append(f"{what}: not the same clusters every time.")
    return said


def as_json(row: Row) -> dict[str, Any]:
    """Return all there is to know of a row."""
    return {
        "tool": row.tool.name,
        "n_clusters": row.n_clusters,
        "failure": row.failure,
        "median_seconds": row.seconds,
        "median_clustering_seconds": row.clustering_seconds,
        "median_peak_memory_bytes": row.peak_memory_bytes,
        "ami": row.ami,
        "runs": [
            {
                **asdict(judged.run),
                "clustering_seconds": judged.clustering_seconds,
                "ami": judged.ami,
                "n_clusters": judged.n_clusters,
                "n_words_left_out": judged.n_left_out,
            }
            for judged in row.runs
        ],
    }


def as_markdown(
    table: Sequence[Sequence[str]], notes: Sequence[str], record: dict[str, Any]
) -> str:
    """Return the table with all that a reader must know of it."""
    corpus = record["corpus"]
    tools = ", ".join(f"{name} {v}" for name, v in record["tools"].items())
    size = f"{corpus['n_tokens']:,} tokens, {corpus['n_types']:,} words"
    about = [
        f"{corpus['name']}: {size}.",
        *notes,
        f"Programs: {tools}. {record['options']['threads']} thread(s).",
        describe(record) + ".",
    ]
    command = f"```sh\n{record['command']}\n```"
    return "\n\n".join([markdown(table, n_left=2), "\n".join(about), command]) + "\n"


def describe_corpus(path: Path, counts: BigramCounts) -> dict[str, Any]:
    """Return the name, size and hash of a corpus."""
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    return {
        "name": path.name,
        "n_bytes": path.stat().st_size,
        "sha256": sha256,
        "n_tokens": counts.n_tokens,
        "n_types": counts.n_types,
        "distinct_bigrams": int(counts.successors.indices.size),
    }


def command_line(options: argparse.Namespace) -> str:
    """Return the command that repeats this, without the paths of this machine."""
    words = ["python -m benchmarks.compare --corpus", options.corpus.name]
    words += [f"-c {n_clusters}" for n_clusters in options.clusters]
    if options.wcluster is not None:
        words.append("--wcluster ./wcluster")
    if options.clustercat is not None:
        words.append("--clustercat ./clustercat")
    if options.peer is not None:
        words.append(f"--peer {options.peer}")
    if options.min_count != 1:
        words.append(f"--min-count {options.min_count}")
    if options.threads != 1:
        words.append(f"--threads {options.threads}")
    return " ".join([*words, f"--repeat {options.repeat}"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare", description=__doc__.partition("\n\n")[2]
    )
    add = parser.add_argument
    add("--corpus", type=Path, required=True, metavar="FILE", help="plain UTF-8 text")
    add(
        "-c",
        "--clusters",
        type=positive,
        action="append",
        required=True,
        metavar="K",
        help="clusters, and window; may be given several times",
    )
    add("--wcluster", type=Path, metavar="PATH", help="the program, if you have it")
    add("--clustercat", type=Path, metavar="PATH", help="the program, if you have it")
    add("--peer", choices=PEERS, help="a Python package, if it is installed")
    add(
        "--peer-python",
        default=sys.executable,
        metavar="PATH",
        help="the Python that has the package (default: this one)",
    )
    add("--min-count", type=positive, default=1, metavar="N", help="default 1")
    add("--threads", type=positive, default=1, metavar="N", help="default 1, for all")
    add("--repeat", type=positive, default=3, metavar="N", help="turns (default 3)")
    add(
        "--timeout",
        type=float,
        default=3600.0,
        metavar="SECONDS",
        help="end a run that takes longer (default 3600)",
    )
    add("--json", type=Path, metavar="FILE", help="write every number")
    add("--markdown", type=Path, metavar="FILE", help="write the table")
    return parser


def _text(seconds: float | None) -> str:
    return MISSING if seconds is None else seconds_text(seconds)


def _ratio(theirs: float | None, our: float | None) -> str:
    """Return how many times as long theirs took."""
    if theirs is None or not our:
        return MISSING
    ratio = theirs / our
    return f"{ratio:,.{0 if ratio >= 100 else 1 if ratio >= 10 else 2}f}"


def _reason(error: Exception) -> str:
    """Return an error without the path of a folder that is gone."""
    if isinstance(error, OSError) and error.filename:
        return f"{Path(error.filename).name}: {error.strerror}"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
