"""Save a clustering while it runs, so that it can be resumed after a crash."""

import hashlib
import json
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from threading import current_thread, main_thread
from time import monotonic
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import ArchiveError, load_archive, write_archive
from brownclust._atomic import atomic_write, remove_remains
from brownclust._kernels.tree.state import State
from brownclust._validation import must_be, shown
from brownclust.counting.counts import BigramCounts
from brownclust.tree.state import restore_state, state_arrays

CHECKPOINT_NAME = "checkpoint.npz"
CHECKPOINT_COUNTS_NAME = "checkpoint-counts.npz"
KIND = "checkpoint"
FORMAT_VERSION = 2
"""Version 1 had other names for the arrays of the state."""

SECONDS = 300.0
"""Between two checkpoints: what a crash may cost."""

MIN_PAUSE = 20
"""Times as long as writing took; so writing takes at most a twentieth of a run."""


class Checkpoint:
    """Saves a clustering to a folder while it runs.

    ``checkpoint.npz`` is the state between two merges, ``checkpoint-counts.npz`` what
    is clustered, so that no text has to be read again. Pass it to `cluster_counts` or
    `brown_cluster`, and `remove` it once the result is safe.

    Parameters
    ----------
    directory : str or path-like
        The folder; made when the first checkpoint is. Files of the same names in it
        are replaced then.
    every : float, default 300
        Seconds between checkpoints, more if writing takes a twentieth of that; 0 to
        write none at all.
    options : mapping of str to JSON value, optional
        What else the result depends on, by the names that users know. To resume, they
        must be the same.
    inputs : iterable of paths, optional
        Files the counts come from. To resume, those that still exist must not have
        changed.
    report : callable, optional
        Called with a line for the user, now and then.

    Attributes
    ----------
    path : Path
        The file of the state.
    is_kept : bool
        Whether this clustering, and no other, is in the folder now.

    Notes
    -----
    Each file appears whole or not at all; a crash while one is written leaves the
    checkpoint before. The state takes ``8 * window**2`` bytes, a few times 8 for every
    distinct bigram of the window's clusters, and 4 to 28 for every word.

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
        if not every >= 0:  # nor NaN
            raise ValueError(must_be("every", "at least 0 seconds", every))
        self.path = Path(directory, CHECKPOINT_NAME)
        self.is_kept = False
        self._counts_path = Path(directory, CHECKPOINT_COUNTS_NAME)
        self._every = every
        # As JSON gives them back, lists for tuples
        self._options = json.loads(json.dumps(dict(options or {})))
        self._files = _sizes_and_times(inputs)
        self._report = report or (lambda _line: None)
        self._saved: dict[str, NDArray[Any]] = {}
        self._fingerprint = ""
        self._next = float("inf")
        self._is_interrupted = False

    def resume(self) -> BigramCounts:
        """Read the checkpoint, and return its counts: clustering these goes on from it.

        Raises
        ------
        OSError
            If there is no checkpoint, or it cannot be read.
        ArchiveError
            A ValueError: if a file is not one of ours, is damaged, or was written by
            an older or newer version.
        ValueError
            If it is a checkpoint of other options, or an input has changed.
        """
        arrays = load_archive(
            self.path, KIND, FORMAT_VERSION, min_version=FORMAT_VERSION
        )
        try:
            job = json.loads(str(arrays.pop("job")))
            options, files = dict(job["options"]), dict(job["files"])
            self._fingerprint = str(arrays.pop("fingerprint"))
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(error) from error
        self._check_options(options)
        self._check_files(files)
        counts = BigramCounts.load(self._counts_path)
        self._remove_remains()
        self._files = files  # which may be gone the next time
        self._saved = arrays
        self.is_kept = True
        return counts

    def restore(
        self, counts: BigramCounts, window: int, scale: int, threads: int
    ) -> State | None:
        """Return the state that `resume` has read, to be used once, or None.

        Raises
        ------
        ValueError
            If `counts` are not those that `resume` returned, or the window is another.
        """
        if not self._saved:
            return None
        if fingerprint(counts) != self._fingerprint:
            rule = f"those that {self.path} was made of"
            raise ValueError(must_be("counts", rule, counts))
        arrays, self._saved = self._saved, {}
        try:
            saved_window = arrays["slots"].shape[1] - 2
            if saved_window == window:
                return restore_state(arrays, counts.table, window, scale, threads)
        except (IndexError, KeyError, ValueError) as error:
            raise self._damaged(error) from error
        rule = f"{saved_window}, as in the checkpoint"
        raise ValueError(must_be("window", rule, window))

    @contextmanager
    def watch(self, counts: BigramCounts) -> Iterator[None]:
        """Count the time, and let Ctrl-C and SIGTERM wait for `keep`.

        A signal may arrive while the state is half changed. A second one does not wait.
        Python handles signals in the main thread only; in others, only time counts.
        """
        if not self._every:
            yield
            return
        self._counts = counts
        self._next = monotonic() + self._every
        self._is_interrupted = False
        handlers = {}
        if current_thread() is main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                handler = signal.getsignal(number)
                # Ignored, as in a shell's background job, or not Python's
                if handler not in (signal.SIG_IGN, None):
                    handlers[number] = signal.signal(number, self._interrupt)
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        if self._is_interrupted:  # after the last `keep`
            raise KeyboardInterrupt

    def keep(self, state: State) -> None:
        """Write a checkpoint if it is time; to be called between merges, in a `watch`.

        Raises
        ------
        KeyboardInterrupt
            If a signal came since; then it was time, too.
        """
        if self._is_interrupted:
            self._report(f"Interrupted: writing {self.path}")
            self._write(state)
            raise KeyboardInterrupt
        if monotonic() >= self._next:
            self._write(state)

    def remove(self) -> None:
        """Remove the checkpoint, and files that killed writes have left behind."""
        self.path.unlink(missing_ok=True)
        self._counts_path.unlink(missing_ok=True)
        self._remove_remains()
        self.is_kept = False

    def _remove_remains(self) -> None:
        remove_remains(self.path)
        remove_remains(self._counts_path)

    def _write(self, state: State) -> None:
        """Write a checkpoint. If that fails, as on a full disk, clustering goes on."""
        started = monotonic()
        try:
            if not self.is_kept:
                self._begin(self._counts)
            with atomic_write(self.path) as file:
                write_archive(
                    file,
                    KIND,
                    FORMAT_VERSION,
                    {
                        "job": json.dumps(
                            {"options": self._options, "files": self._files}
                        ),
                        "fingerprint": self._fingerprint,
                        **state_arrays(state),
                    },
                )
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
        """Remove any other checkpoint, then write the counts."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.remove()
        counts.save(self._counts_path)
        self._fingerprint = fingerprint(counts)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_interrupted:
            raise KeyboardInterrupt
        self._is_interrupted = True

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
                    f"{path}: expected a file as it was when {self.path} was written, "
                    "got a new or changed one; to start again, --force without "
                    "--resume"
                )

    def _damaged(self, error: Exception) -> ArchiveError:
        return ArchiveError(
            f"{self.path}: expected a whole brownclust {KIND}, got a damaged file "
            f"({error})"
        )


def fingerprint(counts: BigramCounts) -> str:
    """Return a hash of everything in the counts; O(distinct bigrams)."""
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


def _sizes_and_times(paths: Iterable[str | PathLike[str]]) -> dict[str, list[int]]:
    """Size and time of last change of each that is a file; a pipe has neither."""
    found = {}
    for path in map(Path, paths):
        if path.is_file():
            status = path.stat()
            found[str(path)] = [status.st_size, status.st_mtime_ns]
    return found
