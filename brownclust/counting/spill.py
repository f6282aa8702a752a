"""Runs of pairs on disk: what the table of pairs held whenever it was full.

`brownclust.counting.counter` writes the runs; at the end they are sorted and merged
here into sparse rows, which are mapped files.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from brownclust._atomic import named_errors
from brownclust._kernels.counting.pair_table import ID_BITS, ID_MASK
from brownclust.counting.packed_pairs import PackedPairs
from brownclust.counting.sorting import (
    BATCH_SIZE,
    EdgeCounts,
    iter_pairs,
    merge_runs,
    sort_pairs,
)
from brownclust.counting.sparse_rows import SparseRows, offsets_from_sizes

Indices = NDArray[np.int32]
Integers = NDArray[np.int64]


class PairFile:
    """Runs of pairs, one after the other, in a temporary file without a name.

    The system removes such a file when the process ends, in whatever way.

    Parameters
    ----------
    directory : str or None
        Where the file is; None is the system's directory for temporary files.
    """

    def __init__(self, directory: str | None) -> None:
        self._runs: list[list[int]] = []
        self._directory = directory or tempfile.gettempdir()
        self._file = open_temporary_file(directory)

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return len(self._runs)

    def append(self, pieces: Iterable[Integers]) -> None:
        """Write one run, given as arrays (n, 2) of keys and counts."""
        ends = [self._runs[-1][-1] if self._runs else 0]
        with named_errors(self._directory):
            self._file.seek(0, os.SEEK_END)
            for pairs in pieces:
                self._file.write(pairs.data)
                ends.append(ends[-1] + len(pairs))
        self._runs.append(ends)

    def runs(self) -> list["Run"]:
        """Return the runs, for reading."""
        with named_errors(self._directory):
            self._file.flush()
        return [Run(self._file, ends) for ends in self._runs]

    def close(self) -> None:
        """Close the file, which removes it."""
        with suppress(OSError):  # what is left to be written is not needed any more
            self._file.close()

    def __del__(self) -> None:
        """Close the file also when an error has ended the counting."""
        if hasattr(self, "_file"):  # opening it may have failed
            self.close()


class Run:
    """Rows of a file of pairs, read from the first.

    Parameters
    ----------
    file : binary file
        The file of pairs.
    ends : list of int
        The first row, then where the arrays end as which the run was written.

    Notes
    -----
    It reads rather than maps the file: pages of a map that have been read count as
    memory of the process.
    """

    def __init__(self, file: IO[bytes], ends: list[int]) -> None:
        self._file = file
        self._ends = ends
        self._start = ends[0]

    def __len__(self) -> int:
        """Return the number of rows not yet read."""
        return self._ends[-1] - self._start

    def __iter__(self) -> Iterator[Integers]:
        """Yield the arrays that were written; they stay unread."""
        for start, end in pairwise(self._ends):
            yield self._rows(start, end)

    def head(self, n_rows: int) -> Integers:
        """Return the next `n_rows` rows, or fewer at the end; they stay unread."""
        return self._rows(self._start, min(self._start + n_rows, self._ends[-1]))

    def skip(self, n_rows: int) -> None:
        """Mark the next `n_rows` rows as read."""
        self._start += n_rows

    def _rows(self, start: int, end: int) -> Integers:
        rows = np.empty((end - start, 2), np.int64)
        self._file.seek(start * rows.strides[0])
        self._file.readinto(rows.data)  # type: ignore[attr-defined]
        return rows


def sort_runs(
    spilled: PairFile, ranks: Indices, n_ranks: int, directory: str | None
) -> tuple[SparseRows, EdgeCounts]:
    """Sort and merge runs of pairs into sparse rows, as `sort_pairs` does in memory.

    Parameters
    ----------
    spilled : PairFile
        Runs, each with every pair at most once, and all pairs of a left word in one
        array; closed afterwards.
    ranks : int32 array
        Rank of each word id, -1 for words that are left out.
    n_ranks : int
        Number of ranks.
    directory : str or None
        Where the files of the rows are made.

    Returns
    -------
    rows : SparseRows
        Of each left word, its right words; indices and counts are mapped files.
    edges : EdgeCounts
        By rank.

    Notes
    -----
    Memory: 12 bytes a pair of the largest run, and some for an array of it. Disk: 16
    bytes a pair of all runs, twice until they are merged, and 12 a pair of the result.
    """
    by_rank = PairFile(directory)
    edges = np.zeros((2, n_ranks), np.int64)
    for run in spilled.runs():
        # Twice, as it is read twice: in memory, a run would take 8 bytes a pair more.
        once, again = (
            (PackedPairs.from_rows(rows, ranks.size) for rows in run) for _ in range(2)
        )
        rows, edges_of_run = sort_pairs(once, again, ranks, n_ranks)
        edges += edges_of_run
        by_rank.append(iter_pairs(rows))
    spilled.close()
    sizes = np.zeros(n_ranks, np.int64)
    with (
        named_errors(directory or tempfile.gettempdir()),
        open_temporary_file(directory) as indices,
        open_temporary_file(directory) as counts,
    ):
        for pairs in merge_runs(by_rank.runs(), BATCH_SIZE):
            sizes += np.bincount(pairs[:, 0] >> ID_BITS, minlength=n_ranks)
            indices.write((pairs[:, 0] & ID_MASK).astype(np.int32).data)
            counts.write(np.ascontiguousarray(pairs[:, 1]).data)
        by_rank.close()
        rows = SparseRows(
            offsets_from_sizes(sizes),
            map_array(indices, np.int32),
            map_array(counts, np.int64),
        )
    return rows, (edges[0], edges[1])


def open_temporary_file(directory: str | None) -> IO[bytes]:
    """Open a file that the system removes when it is closed."""
    file: Any = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115  # the caller's
    return file  # type: ignore[no-any-return]


def map_array(file: IO[bytes], dtype: type) -> NDArray[Any]:
    """Return the content of an open file as a read-only array, loaded when it is read.

    The array stays valid after the file has been closed.
    """
    file.flush()
    if file.seek(0, os.SEEK_END) == 0:  # an empty file cannot be mapped
        return np.empty(0, dtype)
    return np.asarray(np.memmap(file, dtype, "r"))
