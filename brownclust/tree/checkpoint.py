"""Checkpoints: a clustering that is interrupted can be resumed from disk."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import (
    integer_of,
    load_archive,
    record_of,
    refusing_damage,
    text_of,
    write_archive,
)
from brownclust._atomic import atomic_write, remove_remains
from brownclust._kernels.tree.dense.state import DenseState
from brownclust._kernels.tree.state import State
from brownclust._signals import DeferredSignals, deferred_signals
from brownclust._validation import must_be, shown
from brownclust.counting.counts import BigramCounts
from brownclust.counting.sparse_rows import check_array
from brownclust.tree.sizes import check_sizes
from brownclust.tree.state import Merges, merges_of
from brownclust.tree.sweep import Sweep

CHECKPOINT_NAME = "checkpoint.npz"
CHECKPOINT_COUNTS_NAME = "checkpoint-counts.npz"
KIND = "checkpoint"
FORMAT_VERSION = 4
"""That of a refinement. Checkpoints of merges have 3, which older versions read."""

MERGES_VERSION = 3
"""Versions 1 and 2 held the state itself, not the merges from which it follows."""

SECONDS = 300.0
"""Default time between two checkpoints, the most work that a crash can lose."""

MIN_PAUSE = 20
"""Least pause after a checkpoint, in multiples of the time that writing it took.

So writing takes at most a twentieth of a run.
"""


class Checkpoint:
    """Saves the state of a running clustering in a folder.

    ``checkpoint.npz`` holds the merges made so far, or the clusters after the last
    sweep of a refinement; ``checkpoint-counts.npz`` holds the counts, so that the text
    need not be read again. The state follows from both. Pass the checkpoint to
    `cluster_counts`, `refine_clusters` or `brown_cluster`, and call `remove` once the
    result is saved.

    Parameters
    ----------
    directory : str or path-like
        The folder; created with the first checkpoint, which replaces files of the same
        names.
    every : float, default 300
        Seconds between checkpoints, more if writing one takes over a twentieth of that;
        0 to write none.
    options : mapping of str to JSON value, optional
        Whatever else the result depends on, by names that users know. A clustering can
        be resumed only with the same options.
    inputs : iterable of paths, optional
        Files that the counts come from. A clustering can be resumed only if those that
        still exist have not changed.
    report : callable, optional
        Called with a line for the user when there is something to report.

    Attributes
    ----------
    path : Path
        The file with the state.
    is_kept : bool
        Whether the folder has a checkpoint of this clustering.

    Notes
    -----
    Files are written atomically: after a crash during a write, the previous checkpoint
    is still there. Each merge takes 24 bytes; each word of a refinement takes 8.

    Resuming merges adds up the counts of the clusters and compares all pairs of them
    once, as at the start. That costs seconds in large windows, but nothing that a file
    says reaches the kernels unchecked. The last merges are then made again, and
    compared.

    Examples
    --------
    >>> import tempfile
    >>> from brownclust.tree.agglomerate import brown_cluster
    >>> counts = BigramCounts.from_sentences([["a", "rose", "is", "a", "rose"]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checkpoint = Checkpoint(folder, every=60)
    ...     if checkpoint.path.exists():
    ...         counts = checkpoint.resume()
    ...     tree = brown_cluster(counts, window=2, checkpoint=checkpoint)
    ...     checkpoint.remove()
    """

    def __init__(
        self,
        directory: str | PathLike[str],
        *,
        every: float = SECONDS,
        options: Mapping[str, Any] | None = None,
        inputs: Iterable[str | PathLike[str]] = (),
        report: Callable[[str], None] | None = None,
    ) -> None:
        if not every >= 0:  # also rejects NaN
            raise ValueError(must_be("every", "at least 0 seconds", every))
        self.path = Path(directory, CHECKPOINT_NAME)
        self.is_kept = False
        self._counts_path = Path(directory, CHECKPOINT_COUNTS_NAME)
        self._every = every
        # As `resume` reads them from JSON, with lists for tuples
        self._options = json.loads(json.dumps(dict(options or {})))
        self._files = _sizes_and_times(inputs)
        self._report = report or (lambda _line: None)
        self._saved: dict[str, NDArray[Any]] = {}
        self._fingerprint = ""
        self._next = float("inf")
        self._signals = DeferredSignals()

    def resume(self) -> BigramCounts:
        """Read the checkpoint; clustering the returned counts will resume it.

        Returns
        -------
        BigramCounts
            The counts being clustered.

        Raises
        ------
        OSError
            If there is no checkpoint, or it cannot be read.
        ArchiveError
            A ValueError: if a file is not a checkpoint, is damaged, or was written by
            an older or newer version.
        ValueError
            If the checkpoint has other options, or an input has changed.
        """
        arrays = load_archive(
            self.path,
            KIND,
            FORMAT_VERSION,
            min_version=MERGES_VERSION,
            needs_digest=True,
        )
        with refusing_damage(self.path, KIND):
            job = record_of(arrays, "job")
            options, files = _part(job, "options"), _part(job, "files")
            self._fingerprint = text_of(arrays, "fingerprint")
        self._check_options(options)
        self._check_files(files)
        counts = BigramCounts.load(self._counts_path)
        with refusing_damage(self.path, KIND):
            check_sizes(1, integer_of(arrays, "window"), counts.n_types)
            if fingerprint(counts) != self._fingerprint:
                rule = f"that of {self._counts_path}"
                raise ValueError(must_be("fingerprint", rule, self._fingerprint))
        self._remove_remains()
        self._files = files  # the files themselves may be deleted by the next time
        self._saved = arrays
        self._counts = counts
        self.is_kept = True
        return counts

    def merges(self, counts: BigramCounts, window: int) -> Merges | None:
        """Return the merges that `resume` read, once; None if there are none.

        Parameters
        ----------
        counts : BigramCounts
            The counts that `resume` returned.
        window : int
            Clusters active at once.

        Raises
        ------
        ValueError
            If `counts` are not those that `resume` returned, or the window differs.
        """
        if "labels" in self._saved:
            rule = f"a refinement, as in {self.path}"
            raise ValueError(must_be("the resumed run", rule, "one without"))
        if not self._saved:
            return None
        arrays = self._saved_of(counts)
        saved_window = integer_of(arrays, "window")
        if saved_window != window:
            rule = f"{saved_window}, as in the checkpoint"
            raise ValueError(must_be("window", rule, window))
        with refusing_damage(self.path, KIND):
            return _merges(arrays)

    def sweep(self, counts: BigramCounts) -> Sweep | None:
        """Return the sweep that `resume` read, once; None if there is none.

        Parameters
        ----------
        counts : BigramCounts
            The counts that `resume` returned.

        Raises
        ------
        ValueError
            If `counts` are not those that `resume` returned.
        """
        if "labels" not in self._saved:
            return None
        arrays = self._saved_of(counts)
        with refusing_damage(self.path, KIND):
            return Sweep.from_arrays(arrays, counts.n_types)

    def _saved_of(self, counts: BigramCounts) -> dict[str, NDArray[Any]]:
        """Return what `resume` read, once, for the counts that it returned."""
        if counts is not self._counts and fingerprint(counts) != self._fingerprint:
            rule = f"those that {self.path} was made of"
            raise ValueError(must_be("counts", rule, counts))
        arrays, self._saved = self._saved, {}
        return arrays

    @contextmanager
    def watch(self, counts: BigramCounts) -> Iterator[None]:
        """Start the clock, and defer Ctrl-C, SIGTERM and SIGHUP until `keep`.

        A signal can arrive in the middle of a merge or sweep, when the state is
        inconsistent. A second Ctrl-C is not deferred. Python handles signals in the
        main thread only; in other threads checkpoints depend on time alone.
        """
        if not self._every:
            yield
            return
        self._counts = counts
        self._next = monotonic() + self._every
        with deferred_signals() as self._signals:
            yield

    def keep(self, state: State | DenseState | Sweep) -> None:
        """Write a checkpoint if one is due; call it between steps, inside `watch`.

        Parameters
        ----------
        state : State, DenseState or Sweep
            The state between two merges, or after a sweep.

        Raises
        ------
        KeyboardInterrupt
            If a signal has arrived, after a checkpoint has been written.
        """
        if self._signals.number is not None:
            self._report(f"Interrupted: writing {self.path}")
            self._write(state)
            self._signals.check()
        if monotonic() >= self._next:
            self._write(state)

    def remove(self) -> None:
        """Remove the checkpoint, and temporary files left by killed writes."""
        self.path.unlink(missing_ok=True)
        self._counts_path.unlink(missing_ok=True)
        self._remove_remains()
        self.is_kept = False

    def _remove_remains(self) -> None:
        remove_remains(self.path)
        remove_remains(self._counts_path)

    def _write(self, state: State | DenseState | Sweep) -> None:
        """Write a checkpoint; a failure, such as a full disk, is only reported."""
        started = monotonic()
        try:
            if not self.is_kept:
                self._begin(self._counts)
            version, contents = _contents(state)
            job = json.dumps({"options": self._options, "files": self._files})
            arrays = {"job": job, "fingerprint": self._fingerprint, **contents}
            with atomic_write(self.path) as file:
                write_archive(file, KIND, version, arrays)
        except OSError as error:
            self._report(f"Warning: no checkpoint: {self.path}: {error.strerror}")
        else:
            if not self.is_kept:
                self.is_kept = True
                size = self.path.stat().st_size / 1e6
                self._report(f"Checkpoint: {self.path} ({size:,.1f} MB)")
        seconds = monotonic() - started
        self._next = monotonic() + max(self._every, MIN_PAUSE * seconds)

    def _begin(self, counts: BigramCounts) -> None:
        """Replace any checkpoint of other counts by the counts alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.remove()
        counts.save(self._counts_path)
        self._fingerprint = fingerprint(counts)

    def _check_options(self, saved: dict[str, Any]) -> None:
        for name in saved | self._options:
            value = self._options.get(name)
            if saved.get(name) != value:
                wanted = shown(saved[name]) if name in saved else "left out"
                raise ValueError(
                    must_be(name, f"{wanted}, as in the checkpoint", value)
                )

    def _check_files(self, saved: dict[str, Any]) -> None:
        for path, size_and_time in self._files.items():
            if saved.get(path) != size_and_time:
                raise ValueError(
                    f"{path}: expected a file as it was when {self.path} was "
                    "written, got a new or changed one; to start again, use --force "
                    "without --resume"
                )


def _contents(state: State | DenseState | Sweep) -> tuple[int, dict[str, Any]]:
    """Return the format version and the contents of a checkpoint."""
    if isinstance(state, Sweep):
        return FORMAT_VERSION, {"window": state.n_clusters, **state._asdict()}
    window = state.slots.shape[1] - 2
    return MERGES_VERSION, {"window": window, **merges_of(state)._asdict()}


def _merges(arrays: Mapping[str, NDArray[Any]]) -> Merges:
    """Return the merges that a file holds; the state checks whether they are any."""
    children, losses = arrays["children"], arrays["losses"]
    check_array("losses", losses, np.int64, losses.size)
    if children.dtype != np.int64 or children.shape != (losses.size, 2):
        rule = f"int64 of shape ({losses.size}, 2)"
        raise ValueError(
            must_be("children", rule, f"{children.dtype} of shape {children.shape}")
        )
    if (children[:, 0] > children[:, 1]).any():
        raise ValueError(must_be("children", "pairs with the lower id first", children))
    return Merges(children, losses)


def fingerprint(counts: BigramCounts) -> str:
    """Return a hash that identifies counts; O(distinct bigrams)."""
    digest = hashlib.sha256(
        f"{counts.boundary} {counts.n_tokens} {counts.n_bigrams}".encode()
    )
    arrays: tuple[NDArray[Any], ...] = (
        counts.vocabulary.offsets,
        counts.vocabulary.buffer,
        counts.unigram_counts,
        counts.successors.offsets,
        counts.successors.indices,
        counts.successors.counts,
        counts.table.edge_starts,
        counts.table.edge_ends,
    )
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _part(job: dict[str, Any], name: str) -> dict[str, Any]:
    part = job[name]
    if not isinstance(part, dict):
        raise ValueError(must_be(f"{name} of the job", "a JSON object", part))
    return part


def _sizes_and_times(paths: Iterable[str | PathLike[str]]) -> dict[str, list[int]]:
    """Return the size and modification time of each regular file (not of pipes)."""
    result = {}
    for path in map(Path, paths):
        if path.is_file():
            status = path.stat()
            result[str(path)] = [status.st_size, status.st_mtime_ns]
    return result
