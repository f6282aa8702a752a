"""Counts of pairs as sparse rows, the form in which `CountTable` holds bigrams.

SciPy and the kernels are imported where they are used: a program that only cuts a tree
needs neither.
"""

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be

if TYPE_CHECKING:
    from scipy import sparse


class SparseRows(NamedTuple):
    """Counts by row and column, zeros left out (compressed sparse rows).

    Kernels take it as it is.

    Attributes
    ----------
    offsets : int64 array (n_types + 1,)
        The entries of row ``w`` are at positions ``offsets[w]`` to ``offsets[w + 1]``
        of the other two arrays.
    indices : int32 array (n,)
        Columns, ascending in each row.
    counts : int64 array (n,)
        Counts, at least 1.

    Notes
    -----
    Memory: 12 bytes an entry and 8 a row.
    """

    offsets: NDArray[np.int64]
    indices: NDArray[np.int32]
    counts: NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        """Number of rows, and of columns."""
        return self.offsets.size - 1

    def validate(self, name: str, n_types: int) -> None:
        """Check that this is a square table of counts.

        Parameters
        ----------
        name : str
            What an error calls it.
        n_types : int
            How many rows and columns there must be.

        Raises
        ------
        ValueError
            If it is not.
        """
        check_array(f"offsets of {name}", self.offsets, np.int64, n_types + 1)
        n_counts = self.counts.size
        if (
            self.offsets[0] != 0
            or self.offsets[-1] != n_counts
            or not is_ascending(self.offsets)
        ):
            rule = f"ascending from 0 to {n_counts}"
            raise ValueError(must_be(f"offsets of {name}", rule, self.offsets))
        check_array(f"indices of {name}", self.indices, np.int32, n_counts)
        check_array(f"counts of {name}", self.counts, np.int64, n_counts)
        if not n_counts:
            return
        if self.indices.min() < 0 or self.indices.max() >= n_types:
            rule = f"from 0 to {n_types - 1}"
            raise ValueError(must_be(f"indices of {name}", rule, self.indices))
        is_in_order = self.indices[1:] > self.indices[:-1]
        row_starts = self.offsets[1:-1]
        is_inner = (row_starts > 0) & (row_starts < n_counts)
        is_in_order[row_starts[is_inner] - 1] = True
        if not is_in_order.all():
            rule = "ascending in each row"
            raise ValueError(must_be(f"indices of {name}", rule, self.indices))
        if self.counts.min() < 1:
            rule = "at least 1"
            least = int(self.counts.min())
            raise ValueError(must_be(f"counts of {name}", rule, least))

    def select(self, words: NDArray[np.int64]) -> "SparseRows":
        """Return the counts among some of the words.

        Parameters
        ----------
        words : int64 array (n,)
            Ascending; word ``words[i]`` becomes row and column ``i``.

        Returns
        -------
        SparseRows
            New rows.

        Notes
        -----
        Linear in the number of entries.
        """
        ranks = np.full(self.n_rows, -1, np.int32)
        ranks[words] = np.arange(words.size, dtype=np.int32)
        rows = np.repeat(ranks, np.diff(self.offsets))
        columns = ranks[self.indices]
        is_kept = (rows >= 0) & (columns >= 0)
        offsets = offsets_from_sizes(np.bincount(rows[is_kept], minlength=words.size))
        return SparseRows(offsets, columns[is_kept], self.counts[is_kept])

    def row_totals(self) -> NDArray[np.int64]:
        """Return the sum of each row, int64 (n_rows,)."""
        return np.diff(offsets_from_sizes(self.counts)[self.offsets])

    def transpose(self) -> "SparseRows":
        """Return the transpose; its rows ascend even if these do not.

        Returns
        -------
        SparseRows
            Row ``w`` has the counts of column ``w``.

        Notes
        -----
        Linear in the number of entries.
        """
        from brownclust._kernels.counting.pair_sorting import transpose

        offsets = offsets_from_sizes(np.bincount(self.indices, minlength=self.n_rows))
        indices, counts = np.empty_like(self.indices), np.empty_like(self.counts)
        row_ends = offsets[:-1].copy()
        transpose(self.offsets, self.indices, self.counts, row_ends, indices, counts)
        return SparseRows(offsets, indices, counts)

    def group(self, labels: NDArray[np.integer[Any]], n_classes: int) -> "SparseRows":
        """Add up the counts of the rows, and of the columns, of each class.

        Parameters
        ----------
        labels : int array (n_rows,)
            The class of each row and column, from 0 to ``n_classes - 1``.
        n_classes : int
            Number of classes; some may be empty.

        Returns
        -------
        SparseRows
            Rows of classes.

        Notes
        -----
        Linear in the number of entries.
        """
        from brownclust._kernels.counting.grouping import group_rows

        n_entries = np.zeros(n_classes, np.int64)
        np.add.at(n_entries, labels, np.diff(self.offsets))
        capacity = int(np.minimum(n_entries, n_classes).sum())
        sums = SparseRows(
            np.zeros(n_classes + 1, np.int64),
            np.empty(capacity, np.int32),
            np.empty(capacity, np.int64),
        )
        group_rows(
            *self,
            labels.astype(np.int32),
            np.argsort(labels, kind="stable"),
            offsets_from_sizes(np.bincount(labels, minlength=n_classes)),
            np.full(n_classes, -1),
            *sums,
        )
        n_sums = int(sums.offsets[-1])
        used = SparseRows(sums.offsets, sums.indices[:n_sums], sums.counts[:n_sums])
        return used.transpose().transpose()  # columns ascend in what is transposed

    @classmethod
    def from_matrix(cls, sparse_matrix: Any) -> Self:
        """Return the rows of a sparse matrix of SciPy, of any format."""
        matrix = sparse_matrix.tocsr()
        matrix.sort_indices()
        return cls(
            matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data
        )

    def to_matrix(self) -> "sparse.csr_array[Any]":
        """Return a square sparse matrix of SciPy that shares the arrays.

        Raises
        ------
        ValueError
            If the arrays do not fit together.
        """
        from scipy import sparse

        shape = (self.n_rows, self.n_rows)
        matrix = sparse.csr_array(
            (self.counts, self.indices, self.offsets), shape=shape
        )
        matrix.check_format(full_check=True)
        return matrix


def offsets_from_sizes(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where consecutive rows of these sizes start, and where the last ends.

    Parameters
    ----------
    sizes : int64 array (n,)
        Number of elements of each row.

    Returns
    -------
    int64 array (n + 1,)
        Row ``i`` is at positions ``offsets[i]`` to ``offsets[i + 1]``.
    """
    offsets = np.zeros(sizes.size + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def check_array(name: str, array: NDArray[Any], dtype: type, size: int) -> None:
    """Raise ``ValueError`` unless an array has this type and one axis of this size."""
    if array.dtype != dtype or array.shape != (size,):
        raise ValueError(
            must_be(
                name,
                f"{np.dtype(dtype)} of shape ({size},)",
                f"{array.dtype} of shape {array.shape}",
            )
        )


def is_ascending(values: NDArray[np.int64]) -> bool:
    """Whether no value is less than the one before.

    Compares rather than subtracts: differences of 64-bit values can overflow.
    """
    return bool((values[1:] >= values[:-1]).all())
