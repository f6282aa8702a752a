"""``brownclust stats``: the size of counts, and what clustering them will cost."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from brownclust._threads import MAX_THREADS
from brownclust._validation import must_be
from brownclust.tree.refining_options import MAX_SWEEPS
from brownclust.tree.sizes import check_sizes

from .failures import Failure, usage_errors
from .options import at_least, existing, number_option, quiet_option
from .progress import Progress
from .stats_report import Machine, Row, report

if TYPE_CHECKING:
    from brownclust import BigramCounts
    from brownclust.tree.planning import Cost
    from brownclust.tree.sizes import WindowSize

EXAMPLES = """\b
Examples:
  brownclust count corpus.txt -o counts.npz
  brownclust stats counts.npz -c 500 -c 1000 -c 2000
  brownclust stats counts.npz --min-count 5 --window full
  brownclust stats counts.npz --threads 8 --calibrate
"""
DEFAULT_CLUSTERS = 1000  # as of brownclust cluster
FULL = "full"
LEVELS = (2, 3, *(n * 10**power for power in range(18) for n in (5, 10, 20)))
"""Values of --min-count after 1 in the table."""
MAX_ALWAYS_SHOWN = 100
"""Levels up to this are shown even if too few words are left for the clusters."""


@click.command(epilog=EXAMPLES, short_help="Show what clustering counts will cost.")
@click.argument("counts", callback=existing(folders=False))
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    multiple=True,
    metavar="K",
    help="Number of clusters. May be given several times.  "
    f"[default: {DEFAULT_CLUSTERS}]",
)
@click.option(
    "--window",
    multiple=True,
    callback=at_least(1, word=FULL),
    metavar="N",
    help="Clusters active at once, or 'full', as for brownclust cluster: time and "
    "memory depend on it. May be given several times.  [default: K]",
)
@number_option(
    "--min-count",
    multiple=True,
    help="Remove words that occur fewer than N times. May be given several times.  "
    "[default: 1, 2, 3, 5, 10, ...]",
)
@number_option(
    "--refine",
    minimum=0,
    maximum=MAX_SWEEPS,
    help="Include the cost of refining with N annealed sweeps, as for brownclust "
    "cluster.  [default: clusters are not refined]",
)
@number_option(
    "--threads",
    default=1,
    maximum=MAX_THREADS,
    help="Threads that clustering may use, each on a core of its own.  [default: 1]",
)
@click.option(
    "--calibrate",
    is_flag=True,
    help="Measure first, for about a second, how fast this machine is. Times are then "
    "those of this machine as it is now. Nothing is stored.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@quiet_option
def stats(
    *,
    counts: str,
    n_clusters: tuple[int, ...],
    window: "tuple[WindowSize, ...]",
    min_count: tuple[int, ...],
    refine: int | None,
    threads: int,
    calibrate: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show the size of COUNTS, and the time and memory that clustering will take.

    COUNTS is a file that brownclust count wrote. A table shows, for several values of
    --min-count, the words kept, the fraction of tokens that they cover, their distinct
    bigrams, and the estimated cost of brownclust cluster: the time of clustering alone,
    on the machine named below the table, and the memory of the whole process. Both are
    right within a factor of two, the time on a machine like that one; on this machine
    within a factor of 1.5, with --calibrate.
    """
    windows = _windows(n_clusters, window)
    if refine is not None and window:
        rule = "left out with --refine"
        raise click.UsageError(must_be("--window", rule, window[0]))
    from .inputs import load_counts

    with Progress(quiet=quiet) as progress, progress.while_compiling():
        loaded = load_counts(counts)
        machine = Machine(threads, _slowdown() if calibrate else None)
    levels = sorted(set(min_count)) or _levels(loaded, windows)
    rows = [_row(loaded, level, windows, machine, refine) for level in levels]
    for row in rows:
        if not row.coverage.n_types:
            largest = int(loaded.unigram_counts[0])
            rule = f"at most {largest}, the count of the most frequent word"
            raise Failure(must_be("--min-count", rule, row.coverage.min_count))
    if as_json:
        click.echo(json.dumps(_record(loaded, rows, machine, refine), indent=2))
        return
    for line in report(loaded, rows, windows, machine, refine):
        click.echo(line)


def _slowdown() -> float:
    from brownclust.tree.calibration import measure_slowdown

    return measure_slowdown()


def _windows(
    n_clusters: tuple[int, ...], windows: "tuple[WindowSize, ...]"
) -> "list[WindowSize]":
    """Return the windows to estimate, by default the numbers of clusters."""
    with usage_errors():
        for window in windows:
            check_sizes(max(n_clusters, default=1), window)
    return list(dict.fromkeys(windows or n_clusters or (DEFAULT_CLUSTERS,)))


def _levels(counts: "BigramCounts", windows: "list[WindowSize]") -> list[int]:
    """Return the default values of ``--min-count``: each removes more words."""
    n_needed = min((w for w in windows if isinstance(w, int)), default=2)

    def n_kept(level: int) -> int:
        return int((counts.unigram_counts >= level).sum())

    levels = [1]
    for level in LEVELS:
        if n_kept(level) < (n_needed if level > MAX_ALWAYS_SHOWN else 1):
            break
        if n_kept(level) == n_kept(levels[-1]):
            levels.pop()
        levels.append(level)
    return levels


def _row(
    counts: "BigramCounts",
    min_count: int,
    windows: "list[WindowSize]",
    machine: Machine,
    refine: int | None,
) -> Row:
    from brownclust.tree.planning import clustering_cost, coverage

    kept = coverage(counts, min_count=min_count)
    costs: dict[WindowSize, Cost | None] = {}
    for window in windows:
        n_active = window if isinstance(window, int) else kept.n_types
        costs[window] = (
            clustering_cost(
                counts,
                n_active,
                refine=refine,
                min_count=min_count,
                threads=machine.threads,
                slowdown=machine.slowdown or 1.0,
            )
            if 0 < n_active <= kept.n_types
            else None
        )
    return Row(kept, costs)


def _record(
    counts: "BigramCounts", rows: list[Row], machine: Machine, refine: int | None
) -> dict[str, Any]:
    """Return the JSON output."""
    return {
        "n_tokens": counts.n_tokens,
        "n_types": counts.n_types,
        "n_distinct_bigrams": counts.successors.indices.size,
        "n_bigrams": counts.n_bigrams,
        "n_lines": counts.n_lines,
        "boundary": counts.boundary,
        "source": counts.source,
        "machine": machine.name,
        "slowdown": machine.slowdown,
        "threads": machine.threads,
        "refine": refine,
        "coverage": [
            {
                **asdict(row.coverage),
                "clustering": [
                    {"window": window, **asdict(cost)}
                    for window, cost in row.costs.items()
                    if cost is not None
                ],
            }
            for row in rows
        ],
    }
