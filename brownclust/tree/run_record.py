"""The record of a run: what was made of what, by which versions, at what cost."""

import os
import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from brownclust._kernels.jit.clock import CompilationClock
from brownclust._version import __version__
from brownclust.tree.model import BrownModel


class Stopwatch:
    """Times the stages of a run, and apart from them what compiling took.

    Parameters
    ----------
    on_compile : callable, optional
        Called once, when the first kernel is compiled rather than loaded.

    Attributes
    ----------
    seconds : dict of str to float
        Wall time of each stage so far; "compile" is making kernels ready to run,
        whichever stage it happened in.
    """

    def __init__(self, on_compile: Callable[[], None] | None = None) -> None:
        self.seconds = {"compile": 0.0}
        self._on_compile = on_compile

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside as `name`."""
        started = perf_counter()
        with CompilationClock(self._on_compile) as clock:
            yield
        self.seconds["compile"] += clock.seconds
        self.seconds[name] = perf_counter() - started - clock.seconds
        if clock.has_compiled:
            self._on_compile = None


def run_record(
    source: Mapping[str, Any], model: BrownModel, seconds: Mapping[str, float]
) -> dict[str, Any]:
    """Return what ``run.json`` says of a run: enough to repeat and to compare it.

    Parameters
    ----------
    source : mapping
        Where the counts came from: `BigramCounts.source`.
    model : BrownModel
        What came of it.
    seconds : mapping
        Wall time by stage.
    """
    return {
        "version": __version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": dict(model.options),
        "source": dict(source),
        "n_tokens": model.n_tokens,
        "n_types": len(model.vocabulary),
        "n_bigrams": model.dendrogram.n_bigrams,
        "n_lines": model.class_counts.n_lines,
        "n_clusters": model.n_clusters,
        "window": model.dendrogram.window,
        "ami": model.ami,
        "seconds": dict(seconds),
        "peak_memory_bytes": peak_memory_bytes(),
        "machine": {
            "system": platform.system(),
            "architecture": platform.machine(),
            "cpus": os.cpu_count(),
        },
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("numba", "numpy")},
        },
    }


def peak_memory_bytes() -> int | None:
    """Most memory this process has held so far; None where it cannot be asked."""
    if sys.platform == "win32":
        return None
    if sys.platform == "linux":  # where `getrusage` tells of who started it, too
        found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
        if found:
            return int(found[1]) * 1024
    import resource  # there is none on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
