"""Pairs on disk: what a table held when it was full, sorted and merged at the end."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import ID_BITS, ID_MASK
from brownclust.counting.sorting import BATCH, Edges, keyed, merge_runs, sort_pairs
from brownclust.counting.sparse_rows import SparseRows

Integers = NDArray[np.int64]


class PairFile:
    """Rows of pairs in a temporary file without a name, one run after the other.

    A file without a name is gone when the process is, whatever ends it.

    Parameters
    ----------
    directory : str, optional
        Where the file is; the system's folder for temporary files by default.
    """

    def __init__(self, directory: str | None) -> None:
        self._ends = [0]
        self._file = temporary_file(directory)

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return len(self._ends) - 1

    def append(self, pieces: Iterable[Integers]) -> None:
        """Write a run, given in pieces."""
        self._file.seek(0, os.SEEK_END)
        end = self._ends[-1]
        for pairs in pieces:
            self._file.write(pairs.data)
            end += len(pairs)
        self._ends.append(end)

    def runs(self) -> list["Run"]:
        """Return the runs, to be read."""
        self._file.flush()
        return [Run(self._file, *ends) for ends in pairwise(self._ends)]

    def close(self) -> None:
        """Give the file up."""
        self._file.close()

    def __del__(self) -> None:
        """Give it up also when an error has ended the counting."""
        if hasattr(self, "_file"):  # could be opened
            self.close()


class Run:
    """Rows `start` to `end` of a file of pairs, read from the start.

    Not mapped into memory: what is read of a map counts as the process's own.
    """

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._end = end

    def __len__(self) -> int:
        """Return how many rows are left."""
        return self._end - self._start

    def __iter__(self) -> Iterator[Integers]:
        """Iterate over the rows that are left, a batch at a time."""
        for start in range(self._start, self._end, BATCH):
            yield self._rows(start, min(start + BATCH, self._end))

    def head(self, n_rows: int) -> Integers:
        """Return the first rows, up to so many."""
        return self._rows(self._start, min(self._start + n_rows, self._end))

    def skip(self, n_rows: int) -> None:
        """Go on behind so many rows."""
        self._start += n_rows

    def _rows(self, start: int, end: int) -> Integers:
        rows = np.empty((end - start, 2), np.int64)
        self._file.seek(start * rows.strides[0])
        self._file.readinto(rows.data)  # type: ignore[attr-defined]
        return rows


def sort_runs(
    spilled: PairFile, ranks: Integers, n_ranks: int, directory: str | None
) -> tuple[SparseRows, Edges]:
    """Return what `sort_pairs` does, of pairs on disk that occur once in each run.

    The rows are mapped files. Memory: 24 bytes a pair of the largest run.
    """
    by_rank = PairFile(directory)
    edges = np.zeros((2, n_ranks), np.int64)
    for run in spilled.runs():
        rows, edges_of_run = sort_pairs(run, run, ranks, n_ranks)
        edges += edges_of_run
        by_rank.append(keyed(rows))
    spilled.close()
    sizes = np.zeros(n_ranks, np.int64)
    with temporary_file(directory) as indices, temporary_file(directory) as counts:
        for pairs in merge_runs(by_rank.runs(), BATCH):
            sizes += np.bincount(pairs[:, 0] >> ID_BITS, minlength=n_ranks)
            indices.write((pairs[:, 0] & ID_MASK).astype(np.int32).data)
            counts.write(np.ascontiguousarray(pairs[:, 1]).data)
        by_rank.close()
        offsets = np.zeros(n_ranks + 1, np.int64)
        np.cumsum(sizes, out=offsets[1:])
        rows = SparseRows(offsets, mapped(indices, np.int32), mapped(counts, np.int64))
    return rows, (edges[0], edges[1])


def temporary_file(directory: str | None) -> IO[bytes]:
    """Open a file that vanishes when it is closed."""
    file: Any = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115  # the caller's
    return file  # type: ignore[no-any-return]


def mapped(file: IO[bytes], dtype: type) -> NDArray[Any]:
    """Return the content of a file as an array that outlives it, read as needed."""
    file.flush()
    if file.seek(0, 2) == 0:  # what is empty cannot be mapped
        return np.empty(0, dtype)
    return np.asarray(np.memmap(file, dtype, "r"))
