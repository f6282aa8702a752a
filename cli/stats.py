"""``brownclust stats``: what counts hold, and what clustering them will take."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from brownclust._validation import must_be
from brownclust.tree.sizes import check_sizes

from .failures import Failure, usage_errors
from .options import at_least, existing, number_option, quiet_option
from .progress import Progress, amount

if TYPE_CHECKING:
    from brownclust import BigramCounts
    from brownclust.tree.planning import Cost, Coverage
    from brownclust.tree.sizes import WindowSize

EXAMPLES = """\b
Examples:
  brownclust count corpus.txt -o counts.npz
  brownclust stats counts.npz -c 500 -c 1000 -c 2000
  brownclust stats counts.npz --min-count 5 --window full
"""
DEFAULT_CLUSTERS = 1000  # as of brownclust cluster
ALWAYS_SHOWN = 100
NEXT = (5, 10, 20)
FULL = "full"
NONE = "-"


@dataclass(frozen=True)
class Row:
    """What is left at one ``--min-count``, and what clustering it costs.

    A window that is wider than there are words has no cost.
    """

    coverage: "Coverage"
    costs: "dict[WindowSize, Cost | None]"


@click.command(epilog=EXAMPLES, short_help="Show what clustering counts will take.")
@click.argument("counts", callback=existing(folders=False))
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    multiple=True,
    metavar="K",
    help="How many clusters would be made; may be given several times. "
    f"[default: {DEFAULT_CLUSTERS}]",
)
@click.option(
    "--window",
    multiple=True,
    callback=at_least(1, word=FULL),
    metavar="N",
    show_default="K",
    help="Clusters active at once, or 'full', as for brownclust cluster: what time and "
    "memory depend on; may be given several times.",
)
@number_option(
    "--min-count",
    multiple=True,
    help="Leave out words seen less than N times; may be given several times. "
    "[default: 1, 2, 5, 10 and so on]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@quiet_option
def stats(
    *,
    counts: str,
    n_clusters: tuple[int, ...],
    window: "tuple[WindowSize, ...]",
    min_count: tuple[int, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what COUNTS hold, and the time and memory that clustering them will take.

    COUNTS is a file that brownclust count wrote. For several values of --min-count
    there are the words that are kept, their share of all tokens, the different pairs of
    neighbours among them, and an estimate of what brownclust cluster takes then: time
    of clustering alone, on one thread of the machine named, and memory of the whole
    process. It is right within a factor of two, in time if the machine is like that.
    """
    windows = _windows(n_clusters, window)
    from brownclust import BigramCounts

    with Progress(quiet=quiet) as progress, progress.while_compiling():
        loaded = BigramCounts.load(counts)
    levels = sorted(set(min_count)) or _levels(loaded, windows)
    rows = [_row(loaded, level, windows) for level in levels]
    for row in rows:
        if not row.coverage.n_types:
            most = int(loaded.unigram_counts[0])
            rule = f"at most {most}, the count of the most frequent word"
            raise Failure(must_be("--min-count", rule, row.coverage.min_count))
    if as_json:
        click.echo(json.dumps(_record(loaded, rows), indent=2))
        return
    lines = [*_summary(loaded), "", *_table(rows, windows), "", *_notes(rows)]
    for line in lines:
        click.echo(line)


def _windows(
    n_clusters: tuple[int, ...], windows: "tuple[WindowSize, ...]"
) -> "list[WindowSize]":
    """Return the windows to estimate: without any, as many as clusters."""
    with usage_errors():
        for window in windows:
            check_sizes(max(n_clusters, default=1), window)
    return list(dict.fromkeys(windows or n_clusters or (DEFAULT_CLUSTERS,)))


def _levels(counts: "BigramCounts", windows: "list[WindowSize]") -> list[int]:
    """Return 1, 2, 3, 5, 10, 20, 50 …: those that differ, and leave something to do."""
    n_needed = min((w for w in windows if isinstance(w, int)), default=2)

    def n_kept(level: int) -> int:
        return int((counts.unigram_counts >= level).sum())

    levels = [1]
    for level in chain([2, 3], (n * 10**power for power in range(18) for n in NEXT)):
        if n_kept(level) < (n_needed if level > ALWAYS_SHOWN else 1):
            break
        if n_kept(level) == n_kept(levels[-1]):
            levels.pop()
        levels.append(level)
    return levels


def _row(counts: "BigramCounts", min_count: int, windows: "list[WindowSize]") -> Row:
    from brownclust.tree.planning import clustering_cost, coverage

    kept = coverage(counts, min_count=min_count)
    costs: dict[WindowSize, Cost | None] = {}
    for window in windows:
        n_active = window if isinstance(window, int) else kept.n_types
        costs[window] = (
            clustering_cost(counts, n_active, min_count=min_count)
            if 0 < n_active <= kept.n_types
            else None
        )
    return Row(kept, costs)


def _record(counts: "BigramCounts", rows: list[Row]) -> dict[str, Any]:
    from brownclust.tree.planning import REFERENCE_MACHINE

    return {
        "n_tokens": counts.n_tokens,
        "n_types": counts.n_types,
        "n_distinct_bigrams": counts.successors.indices.size,
        "n_bigrams": counts.n_bigrams,
        "n_lines": counts.n_lines,
        "boundary": counts.boundary,
        "source": counts.source,
        "machine": REFERENCE_MACHINE,
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


def _summary(counts: "BigramCounts") -> Iterator[str]:
    numbers = {
        "tokens": counts.n_tokens,
        "types": counts.n_types,
        "distinct bigrams": counts.successors.indices.size,
        "bigram positions": counts.n_bigrams,
        "lines": counts.n_lines,
    }
    width = max(len(f"{number:,}") for number in numbers.values())
    for name, number in numbers.items():
        yield f"{name:16}  {number:{width},}"
    yield f"{'boundary':16}  {counts.boundary}"
    name = "counted from"
    for line in _origin(counts.source):
        yield f"{name:16}  {line}"
        name = ""


_USUAL = {("skip_grams", "1"), *(("boundary", b) for b in ("break", "ignore", "mark"))}
"""Options that need no word, or have one above."""


def _origin(source: Mapping[str, Any]) -> Iterator[str]:
    """Lines that tell how counts were made: what of, and with which options."""
    kind = source.get("kind", "an unknown source")
    if kind == "merge":
        parts = source["parts"]
        yield f"{amount(len(parts), 'file')} of counts, added up, the first of"
        source = parts[0]
        yield from _origin(source)
        return
    if kind == "selection":
        yield from _origin(source["of"])
        kind = "then left out"
    files = source.get("files", [source["file"]] if "file" in source else [])
    shown = ", ".join(map(str, files[:3])) + (", …" if len(files) > 3 else "")
    options = ", ".join(
        f"{name}={value}"
        for name, value in source.get("options", {}).items()
        if value not in (None, False, []) and (name, str(value)) not in _USUAL
    )
    yield " ".join(filter(None, [kind, shown, options and f"({options})"]))


def _table(rows: list[Row], windows: "list[WindowSize]") -> Iterator[str]:
    """Lines, columns flush right; the windows have a line of headings of their own."""
    heading = ["min count", "types", "tokens", "distinct bigrams"]
    heading += ["time", "memory"] * len(windows)
    cells = [
        [
            f"{row.coverage.min_count:,}",
            f"{row.coverage.n_types:,}",
            f"{row.coverage.token_fraction:.2%}",
            f"{row.coverage.n_distinct_bigrams:,}",
            *(text for cost in row.costs.values() for text in _cost_texts(cost)),
        ]
        for row in rows
    ]
    widths = [max(map(len, column)) + 2 for column in zip(heading, *cells, strict=True)]
    names = [f"window {w:,}" if isinstance(w, int) else f"window {w}" for w in windows]
    for pair, name in enumerate(names):  # a heading over two columns must fit
        widths[5 + 2 * pair] = max(
            widths[5 + 2 * pair], len(name) + 2 - widths[4 + 2 * pair]
        )
    above = [" " * sum(widths[:4])] + [
        f"{name:>{widths[4 + 2 * pair] + widths[5 + 2 * pair]}}"
        for pair, name in enumerate(names)
    ]
    yield "".join(above)[2:]
    for line in (heading, *cells):
        yield "".join(
            f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)
        )[2:]


def _cost_texts(cost: "Cost | None") -> Sequence[str]:
    if cost is None:
        return NONE, NONE
    return time_text(cost.seconds), memory_text(cost.memory_bytes)


def time_text(seconds: float) -> str:
    """Return a time to two figures: an estimate has no more."""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{_two_figures(seconds / length)} {unit}"
    return f"{_two_figures(max(seconds, 0.1))} s"


def memory_text(n_bytes: int) -> str:
    """Return memory to two figures."""
    for unit, size in (("TB", 10**12), ("GB", 10**9)):
        if n_bytes >= size:
            return f"{_two_figures(n_bytes / size)} {unit}"
    return f"{_two_figures(n_bytes / 10**6)} MB"


def _two_figures(number: float) -> str:
    return f"{number:.1f}" if number < 9.95 else f"{float(f'{number:.2g}'):,.0f}"


def _notes(rows: list[Row]) -> Iterator[str]:
    from brownclust.tree.planning import REFERENCE_MACHINE

    yield f"Time: of clustering alone, on {REFERENCE_MACHINE}."
    yield "Memory: of brownclust cluster in all. Both are right within a factor of two."
    if any(cost is None for row in rows for cost in row.costs.values()):
        yield f"{NONE}: There are fewer words than that."
