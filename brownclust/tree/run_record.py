"""The record of a run, ``run.json``: input, options, versions, time and memory."""

import os
import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from brownclust._kernels.jit.clock import CompilationClock
from brownclust._version import __version__
from brownclust.text.blocks import Progress
from brownclust.tree.model import BrownModel


class Stopwatch:
    """Measures the time of each stage of a run, without the time for compiling.

    Parameters
    ----------
    on_compile : callable, optional
        Called once, when the first kernel is compiled instead of loaded.

    Attributes
    ----------
    seconds : dict of str to float
        Wall time of each stage so far; "compile" is the time for compiling and
        loading kernels, in all stages together.
    """

    def __init__(self, on_compile: Callable[[], None] | None = None) -> None:
        self.seconds = {"compile": 0.0}
        self._on_compile = on_compile

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure the time of a ``with`` block as stage `name`."""
        started = perf_counter()
        with CompilationClock(self._on_compile) as clock:
            yield
        self.seconds["compile"] += clock.seconds
        seconds = perf_counter() - started - clock.seconds
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        if clock.has_compiled:
            self._on_compile = None

    @contextmanager
    def stages(self, first: str, progress: Progress) -> Iterator[Progress]:
        """Measure the stages of a ``with`` block that reports its progress.

        Parameters
        ----------
        first : str
            The first stage.
        progress : callable
            Where reports go.

        Yields
        ------
        callable
            What to report to: ``(stage, done, total)``. The next stage begins when it
            is first reported.
        """
        current = first
        with ExitStack() as running:
            running.enter_context(self.stage(first))

            def report(stage: str, done: int, total: int | None) -> None:
                nonlocal current
                if stage != current:
                    running.close()
                    running.enter_context(self.stage(stage))
                    current = stage
                progress(stage, done, total)

            yield report


def run_record(
    source: Mapping[str, Any], model: BrownModel, seconds: Mapping[str, float]
) -> dict[str, Any]:
    """Return the content of ``run.json``: enough to repeat and to compare a run.

    Parameters
    ----------
    source : mapping
        Where the counts came from: `BigramCounts.source`.
    model : BrownModel
        The result.
    seconds : mapping
        Wall time by stage.

    Returns
    -------
    dict
        JSON values.
    """
    options = dict(model.options)
    refinement = options.pop("refinement", None)
    return {
        "version": __version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": options,
        "source": dict(source),
        "n_tokens": model.n_tokens,
        "n_types": len(model.vocabulary),
        "n_bigrams": model.dendrogram.n_bigrams,
        "n_lines": model.class_counts.n_lines,
        "n_clusters": model.n_clusters,
        "window": model.dendrogram.window,
        "ami": model.ami,
        **({} if refinement is None else {"refinement": refinement}),
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
    """Return the peak memory of this process so far; None if not available."""
    if sys.platform == "win32":
        return None
    if sys.platform == "linux":  # where `getrusage` includes the parent process
        match = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
        if match:
            return int(match[1]) * 1024
    import resource  # does not exist on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
