"""Compare with other programs on one corpus: ``python -m benchmarks.compare``.

The programs take turns, A B A B, so that a slow minute of the machine affects all of
them. The average mutual information of each result is computed here, by the same
formula, from the text and the clusters that the program wrote.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from typing import Any

from benchmarks.compare_report import (
    NOTES,
    EvaluatedRun,
    Row,
    as_json,
    as_markdown,
    remarks,
    table_of,
)
from benchmarks.process import Run, run
from benchmarks.report import describe, plain, positive, provenance
from benchmarks.text import write_text
from benchmarks.tools import (
    Brownclust,
    BrownClustering,
    ClusterCat,
    Clusters,
    Tool,
    Wcluster,
)
from brownclust import BigramCounts
from brownclust.tree.information import average_mutual_information

PEERS = ("brown-clustering",)


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
        parser.error(
            f"-c must be at most {counts.n_types}, the number of words of the corpus"
        )
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
    """Return our tool and the other programs; raise if one cannot be found."""
    tools: list[Tool] = [Brownclust()]
    if options.wcluster is not None:
        tools.append(Wcluster(options.wcluster.resolve()))
    if options.clustercat is not None:
        tools.append(ClusterCat(options.clustercat.resolve()))
    if options.peer is not None:
        tools.append(BrownClustering(options.peer_python))
    return tools


def compile_kernels(threads: int) -> None:
    """Run ours once without timing, so that no timed run has to compile."""
    ours = Brownclust()
    with tempfile.TemporaryDirectory() as name:
        corpus, folder = Path(name, "corpus.txt"), Path(name, "folder")
        folder.mkdir()
        write_text(corpus, 2_000)
        ours.copy_corpus(corpus, folder)
        run(ours.command(20, 1, threads), folder=folder, timeout=600)


def compare(
    tools: Sequence[Tool],
    n_clusters: int,
    counts: BigramCounts,
    options: argparse.Namespace,
) -> list[Row]:
    """Run all programs, in turn, `options.repeat` times."""
    rows = [Row(tool, n_clusters, []) for tool in tools]
    for turn in range(1, options.repeat + 1):
        for row in rows:
            if row.runs and row.failure is not None:
                continue
            evaluated = run_and_evaluate(row.tool, n_clusters, counts, options)
            row.runs.append(evaluated)
            print(
                f"{n_clusters} clusters, turn {turn} of {options.repeat}: "
                f"{row.tool.name} "
                + (evaluated.run.failure or f"{evaluated.run.seconds:.2f} s"),
                file=sys.stderr,
            )
    return rows


def run_and_evaluate(
    tool: Tool, n_clusters: int, counts: BigramCounts, options: argparse.Namespace
) -> EvaluatedRun:
    """Run a program once, in a temporary folder, and evaluate its clusters."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tool.copy_corpus(options.corpus, folder)
        done = run(
            tool.command(n_clusters, options.min_count, options.threads),
            folder=folder,
            timeout=options.timeout,
            environment=tool.environment(options.threads),
        )
        if done.failure is not None:
            return EvaluatedRun(done)
        try:
            clusters = tool.read_clusters(folder)
            seconds = tool.read_clustering_seconds(folder)
        except (OSError, ValueError) as error:
            failure = f"output cannot be read: {_reason(error)}"
            return EvaluatedRun(Run(**{**asdict(done), "failure": failure}))
    labels, n_unassigned = labels_of(clusters, counts)
    return EvaluatedRun(
        done,
        clustering_seconds=seconds,
        ami=average_mutual_information(counts, labels),
        n_clusters=len(set(labels)) - (n_unassigned > 0),
        n_unassigned=n_unassigned,
    )


def labels_of(clusters: Clusters, counts: BigramCounts) -> tuple[list[int], int]:
    """Return a label for each word, by rank, and the number of words with no cluster.

    All words without a cluster get the same label. Words of `clusters` that are not in
    the text are ignored.
    """
    labels: dict[bytes | None, int] = {}
    found = [clusters.get(word) for word in counts.vocabulary.iter_bytes()]
    return [labels.setdefault(one, len(labels)) for one in found], found.count(None)


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
    """Return the command that repeats this comparison, without local folders."""
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
        help="number of clusters, and window; repeat the option for several",
    )
    add("--wcluster", type=Path, metavar="PATH", help="the wcluster program")
    add("--clustercat", type=Path, metavar="PATH", help="the ClusterCat program")
    add("--peer", choices=PEERS, help="a Python package to compare with")
    add(
        "--peer-python",
        default=sys.executable,
        metavar="PATH",
        help="the Python where the package is installed (default: this one)",
    )
    add(
        "--min-count",
        type=positive,
        default=1,
        metavar="N",
        help="keep words that occur at least N times (default 1)",
    )
    add(
        "--threads",
        type=positive,
        default=1,
        metavar="N",
        help="threads of each program (default 1)",
    )
    add(
        "--repeat",
        type=positive,
        default=3,
        metavar="N",
        help="runs of each program (default 3)",
    )
    add(
        "--timeout",
        type=float,
        default=3600.0,
        metavar="SECONDS",
        help="kill a run that takes longer (default 3600)",
    )
    add("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    add("--markdown", type=Path, metavar="FILE", help="write the table to FILE")
    return parser


def _reason(error: Exception) -> str:
    """Return the message of an error, without the path of the temporary folder."""
    if isinstance(error, OSError) and error.filename:
        return f"{Path(error.filename).name}: {error.strerror}"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
