"""What ``brownclust stats`` prints: a summary, a table and notes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .progress import amount

if TYPE_CHECKING:
    from brownclust import BigramCounts
    from brownclust.tree.planning import Cost, Coverage
    from brownclust.tree.sizes import WindowSize

NOT_POSSIBLE = "-"


@dataclass(frozen=True)
class Row:
    """What is left at one ``--min-count``, and the cost of clustering it.

    The cost is None for a window that exceeds the number of words.
    """

    coverage: "Coverage"
    costs: "dict[WindowSize, Cost | None]"


@dataclass(frozen=True)
class Machine:
    """Where clustering would run.

    Attributes
    ----------
    threads : int
        Number of threads.
    slowdown : float or None
        How many times as long as the reference machine this one takes; None for the
        reference machine itself.
    """

    threads: int
    slowdown: float | None = None

    @property
    def name(self) -> str:
        """The machine, in words."""
        from brownclust.tree.planning import REFERENCE_MACHINE

        return REFERENCE_MACHINE if self.slowdown is None else "this machine"


def report(
    counts: "BigramCounts",
    rows: list[Row],
    windows: "list[WindowSize]",
    machine: Machine,
    refine: int | None,
) -> Iterator[str]:
    """Yield the lines to print."""
    yield from _summary(counts)
    yield ""
    yield from _table(rows, windows)
    yield ""
    yield from _notes(rows, machine, refine)


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


_NOT_SHOWN = {
    ("skip_grams", "1"),
    *(("boundary", b) for b in ("break", "ignore", "mark")),
}
"""Options with their default, or with a line of their own."""


def _origin(source: Mapping[str, Any]) -> Iterator[str]:
    """Yield lines about the input that was counted, and the options."""
    kind = source.get("kind", "an unknown source")
    if kind == "merge":
        parts = source["parts"]
        yield f"sum of {amount(len(parts), 'file')} of counts, the first of which is"
        yield from _origin(parts[0])
        return
    if kind == "selection":
        yield from _origin(source["of"])
        kind = "then filtered"
    files = source.get("files", [source["file"]] if "file" in source else [])
    shown = ", ".join(map(str, files[:3])) + (", …" if len(files) > 3 else "")
    options = ", ".join(
        f"{name}={value}"
        for name, value in source.get("options", {}).items()
        if value not in (None, False, []) and (name, str(value)) not in _NOT_SHOWN
    )
    yield " ".join(filter(None, [kind, shown, options and f"({options})"]))


def _table(rows: list[Row], windows: "list[WindowSize]") -> Iterator[str]:
    """Yield lines with right-aligned columns; each window heads two columns."""
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
        return NOT_POSSIBLE, NOT_POSSIBLE
    return time_text(cost.seconds), memory_text(cost.memory_bytes)


def time_text(seconds: float) -> str:
    """Return a time with two digits, the precision of an estimate."""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{_two_digits(seconds / length)} {unit}"
    return f"{_two_digits(max(seconds, 0.1))} s"


def memory_text(n_bytes: float) -> str:
    """Return an amount of memory with two digits."""
    for unit, size in (("TB", 10**12), ("GB", 10**9)):
        if n_bytes >= size:
            return f"{_two_digits(n_bytes / size)} {unit}"
    return f"{_two_digits(n_bytes / 10**6)} MB"


def _two_digits(number: float) -> str:
    return f"{number:.1f}" if number < 9.95 else f"{float(f'{number:.2g}'):,.0f}"


def _notes(rows: list[Row], machine: Machine, refine: int | None) -> Iterator[str]:
    from brownclust.tree.planning import REFERENCE_MACHINE

    cores = amount(machine.threads, "core")
    what = "clustering alone"
    if refine is not None:
        what = f"clustering, and refining with {amount(refine, 'annealed sweep')}"
    yield f"Time: {what}, on {cores} of {machine.name}."
    if machine.slowdown is None:
        yield "Memory: the whole process. Both are right within a factor of two."
        yield "With --calibrate, times are those of this machine."
    else:
        yield (
            f"It takes {machine.slowdown:.2f} times as long as {REFERENCE_MACHINE}. "
            "Right within a factor of 1.5."
        )
        yield "Memory: the whole process. Right within a factor of two."
    if any(cost is None for row in rows for cost in row.costs.values()):
        yield f"{NOT_POSSIBLE}: fewer words than the window."
