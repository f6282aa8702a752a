"""Pairs on disk: what a table held when it was full, sorted and merged at the end."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from brownclust._counting.sorting import Edges, merge_runs, sort_pairs
from brownclust._kernels.pairs import ID_BITS, ID_MASK
from brownclust.sparse_rows import SparseRows

Integers = NDArray[np.int64]

_BATCH = 1 << 20
"""Pairs read, merged or written at a time."""


class PairFile:
    """Rows of pairs in a temporary file without a name, one run after the other.

    A file without a name is gone when the process is, whatever ends it.

    Parameters
    ----------
    directory : str, optional
        Where the file is; the system's folder for temporary files by default.
    """

    def __init__(self, directory: str | None) -> None:
        self._file = temporary_file(directory)
        self._ends = [0]

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return len(self._ends) - 1

    def append(self, pieces: Iterable[Integers]) -> None:
        """Write a run, given in pieces."""
        end = self._ends[-1]
        for pairs in pieces:
            pairs.tofile(self._file)
            end += len(pairs)
        self._ends.append(end)

    def runs(self) -> Iterator[Integers]:
        """Iterate over the runs, mapped into memory."""
        if self._ends[-1]:
            pairs = mapped(self._file, np.int64).reshape(-1, 2)
            for start, end in zip(self._ends, self._ends[1:], strict=False):
                yield pairs[start:end]

    def close(self) -> None:
        """Give the file up."""
        self._file.close()


def sort_runs(
    spilled: PairFile, ranks: Integers, n_ranks: int, directory: str | None
) -> tuple[SparseRows, Edges]:
    """Return what `sort_pairs` does, of pairs on disk that occur once in each run.

    The rows are mapped files. Memory: 24 bytes a pair of the largest run.
    """
    by_rank = PairFile(directory)
    edges = np.zeros((2, n_ranks), np.int64)
    for run in spilled.runs():
        pieces = [run[i : i + _BATCH] for i in range(0, len(run), _BATCH)]
        rows, edges_of_run = sort_pairs(pieces, ranks, n_ranks)
        edges += edges_of_run
        by_rank.append(_keyed(rows))
    spilled.close()
    sizes = np.zeros(n_ranks, np.int64)
    with temporary_file(directory) as indices, temporary_file(directory) as counts:
        for pairs in merge_runs(list(by_rank.runs()), _BATCH):
            sizes += np.bincount(pairs[:, 0] >> ID_BITS, minlength=n_ranks)
            (pairs[:, 0] & ID_MASK).astype(np.int32).tofile(indices)
            np.ascontiguousarray(pairs[:, 1]).tofile(counts)
        by_rank.close()
        offsets = np.zeros(n_ranks + 1, np.int64)
        np.cumsum(sizes, out=offsets[1:])
        rows = SparseRows(offsets, mapped(indices, np.int32), mapped(counts, np.int64))
    return rows, (edges[0], edges[1])


def _keyed(rows: SparseRows) -> Iterator[Integers]:
    """Return sparse rows as pairs, a batch at a time."""
    for start in range(0, rows.indices.size, _BATCH):
        end = min(start + _BATCH, rows.indices.size)
        pairs = np.empty((end - start, 2), np.int64)
        positions = np.arange(start, end)
        lefts = np.searchsorted(rows.offsets, positions, "right") - 1
        pairs[:, 0] = lefts << ID_BITS | rows.indices[start:end]
        pairs[:, 1] = rows.counts[start:end]
        yield pairs


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
