"""Format tables; record the machine and the versions behind a measurement."""

import argparse
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownclust import __version__

if TYPE_CHECKING:
    from benchmarks.cases import Measurement

MISSING = "-"


def provenance() -> dict[str, Any]:
    """Return the date, the machine and the versions, but no user or host name."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cpu": cpu_model(),
            "cores": os.cpu_count(),
            "load_before": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
            "system": platform.system(),
            "architecture": platform.machine(),
        },
        "versions": {
            "brownclust": __version__,
            "revision": revision(),
            "python": platform.python_version(),
            **{package: version(package) for package in ("numba", "numpy")},
        },
    }


def describe(origin: dict[str, Any]) -> str:
    """Return the machine, versions and date in one line."""
    machine, versions = origin["machine"], origin["versions"]
    load = machine["load_before"]
    return (
        f"{machine['cpu']}, {machine['cores']} cores"
        + (f" (load {load:.1f} before)" if load is not None else "")
        + f", {machine['system']} {machine['architecture']}; "
        + ", ".join(f"{name} {v}" for name, v in versions.items() if v is not None)
        + f"; {origin['date'][:10]}"
    )


def cpu_model() -> str:
    """Return the model name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    if platform.system() == "Darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(
            command, capture_output=True, text=True, check=False
        ).stdout.strip()
    return platform.processor() or platform.machine()


def revision() -> str | None:
    """Return the Git commit, with ``+`` if files changed; None outside a checkout."""
    here = Path(__file__).parent

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=here, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        commit = git("rev-parse", "--short=10", "HEAD")
        is_changed = git("status", "--porcelain", "--untracked-files=no") != ""
    except (OSError, subprocess.CalledProcessError):
        return None
    return commit + "+" * is_changed


def stage_table(measurements: Sequence["Measurement"]) -> list[list[str]]:
    """Return the rows of the stage table, heading first."""
    rows = [
        [
            "stage",
            "tokens",
            "words",
            "window",
            "seconds",
            "rate",
            "growth",
            "memory",
        ]
    ]
    before: Measurement | None = None
    for measurement in measurements:
        case = measurement.case
        n_items, unit = (
            (case.n_tokens, "tokens/s")
            if case.series.endswith("tokens") and case.stage != "cluster"
            else (measurement.n_words, "words/s")
        )
        rows.append(
            [
                case.series,
                f"{case.n_tokens:,}",
                f"{measurement.n_words:,}",
                MISSING if case.window is None else f"{case.window:,}",
                seconds_text(measurement.median),
                f"{rounded(n_items / measurement.median):,} {unit}",
                growth_text(before, measurement),
                memory_text(measurement.peak_memory_bytes),
            ]
        )
        before = measurement
    return rows


def growth_text(before: "Measurement | None", after: "Measurement") -> str:
    """Return the growth since the previous case of the series, as text."""
    if before is None or before.case.series != after.case.series:
        return MISSING
    return f"{growth(before, after):.2f}"


def growth(before: "Measurement", after: "Measurement") -> float:
    """Return the exponent e of time ~ size**e between two cases of a series."""
    return log(after.median / before.median) / log(after.case.size / before.case.size)


def plain(rows: Sequence[Sequence[str]], *, n_left: int = 1) -> str:
    """Return a table for a terminal; the first `n_left` columns are left-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if column < n_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def markdown(rows: Sequence[Sequence[str]], *, n_left: int = 1) -> str:
    """Return a Markdown table; the first `n_left` columns are left-aligned."""
    heading, *body = ("| " + " | ".join(row) + " |" for row in rows)
    n_right = len(rows[0]) - n_left
    return "\n".join([heading, "|" + "---|" * n_left + "---:|" * n_right, *body])


def seconds_text(seconds: float) -> str:
    """Return seconds with about three significant digits."""
    digits = 4 if seconds < 0.1 else 3 if seconds < 1 else 2 if seconds < 10 else 1
    return f"{seconds:,.{digits}f}"


def memory_text(n_bytes: float | None, *, minimum: int = 0) -> str:
    """Return megabytes (10^6 bytes); below `minimum` memory cannot be measured."""
    if n_bytes is None:
        return MISSING
    if n_bytes < minimum:
        return f"< {minimum / 1e6:.0f} MB"
    return f"{n_bytes / 1e6:,.{0 if n_bytes >= 10e6 else 1}f} MB"


def rounded(number: float) -> int:
    """Return an integer rounded to three significant digits."""
    return round(int(number), min(0, 3 - len(str(int(number)))))


def positive(text: str) -> int:
    """Parse a positive integer; the ``type`` of an argparse option."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number
