"""Results of `benchmarks.compare`: as a table, as notes, as JSON and as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.process import MIN_MEMORY, Run
from benchmarks.report import MISSING, describe, markdown, memory_text, seconds_text
from benchmarks.tools import Brownclust, Tool

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
seconds: wall time of the whole process, median of {repeat} runs. clustering only: the
time that each program reports, without reading, compiling and writing. ratio: time
divided by that of brownclust. memory: peak of the process. AMI: average mutual
information of adjacent clusters, by the same formula for all programs."""


@dataclass(frozen=True)
class EvaluatedRun:
    """One run of one program, with the quality of its clusters.

    Attributes
    ----------
    run : Run
        Time and memory.
    clustering_seconds : float or None
        Time of clustering alone; None if the program does not report it.
    ami : float or None
        Average mutual information in bits; None if there are no clusters.
    n_clusters : int or None
        Number of clusters with at least one word.
    n_unassigned : int or None
        Number of words without a cluster; for the AMI they form one extra cluster.
    """

    run: Run
    clustering_seconds: float | None = None
    ami: float | None = None
    n_clusters: int | None = None
    n_unassigned: int | None = None


@dataclass(frozen=True)
class Row:
    """All runs of one program at one number of clusters."""

    tool: Tool
    n_clusters: int
    runs: list[EvaluatedRun]

    @property
    def failure(self) -> str | None:
        """Why the last run failed, or None; after a failure there are no more runs."""
        return self.runs[-1].run.failure

    @property
    def seconds(self) -> float | None:
        """Median wall time of the whole process; None if a run failed."""
        return self._median(one.run.seconds for one in self.runs)

    @property
    def clustering_seconds(self) -> float | None:
        """Median time of clustering alone."""
        return self._median(one.clustering_seconds for one in self.runs)

    @property
    def peak_memory_bytes(self) -> float | None:
        """Median of the peak memory."""
        return self._median(one.run.peak_memory_bytes for one in self.runs)

    @property
    def ami(self) -> float | None:
        """Median of the average mutual information."""
        return self._median(one.ami for one in self.runs)

    def _median(self, values: Iterable[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return median(known) if known and self.failure is None else None


def table_of(rows: Sequence[Row], timeout: float) -> list[list[str]]:
    """Return the table, heading first."""
    ours = {row.n_clusters: row for row in rows if isinstance(row.tool, Brownclust)}
    table = [list(HEADING)]
    for row in rows:
        our = ours[row.n_clusters]
        seconds, ratio = _text(row.seconds), _ratio(row.seconds, our.seconds)
        if row.failure is not None:
            seconds = "failed"
            if row.failure.startswith("over"):
                # After a timeout, the limit is a lower bound of the time.
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
                memory_text(row.peak_memory_bytes, minimum=MIN_MEMORY),
                MISSING if row.ami is None else f"{row.ami:.4f}",
            ]
        )
    return table


def remarks(rows: Sequence[Row]) -> list[str]:
    """Return what the table does not show: failures, missing words and clusters."""
    lines = []
    for row in rows:
        label = f"{row.tool.name} at {row.n_clusters}"
        if row.failure is not None:
            n_good = len(row.runs) - 1
            after = f", after {n_good} successful runs" if n_good else ""
            lines.append(f"{label}: {row.failure}{after}.")
            continue
        first = row.runs[0]
        if first.n_unassigned:
            lines.append(f"{label}: {first.n_unassigned:,} words without a cluster.")
        if first.n_clusters != row.n_clusters:
            lines.append(f"{label}: {first.n_clusters:,} clusters.")
        if len({one.ami for one in row.runs}) > 1:
            lines.append(f"{label}: the clusters differ between runs.")
    return lines


def as_json(row: Row) -> dict[str, Any]:
    """Return a row as a JSON record."""
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
                **asdict(one.run),
                "clustering_seconds": one.clustering_seconds,
                "ami": one.ami,
                "n_clusters": one.n_clusters,
                "n_words_left_out": one.n_unassigned,
            }
            for one in row.runs
        ],
    }


def as_markdown(
    table: Sequence[Sequence[str]], notes: Sequence[str], record: dict[str, Any]
) -> str:
    """Return the table as Markdown, with notes, versions and the command."""
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


def _text(seconds: float | None) -> str:
    return MISSING if seconds is None else seconds_text(seconds)


def _ratio(theirs: float | None, our: float | None) -> str:
    """Return their time divided by ours."""
    if theirs is None or not our:
        return MISSING
    ratio = theirs / our
    return f"{ratio:,.{0 if ratio >= 100 else 1 if ratio >= 10 else 2}f}"
