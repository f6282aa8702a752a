"""Counts of a corpus by class of word: what its information is computed from."""

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust.counting.sparse_rows import SparseRows

if TYPE_CHECKING:
    from scipy import sparse

    from brownclust.counting.counts import BigramCounts


@dataclass(frozen=True, slots=True, eq=False)
class ClassCounts:
    """Unigram and bigram counts of classes of words.

    Attributes
    ----------
    unigram_counts : int64 array (n_classes,)
        Tokens of each class.
    successors : SparseRows
        How often a token of one class directly precedes one of another; no zeros.
    edge_starts, edge_ends : int64 array (n_classes,)
        With boundary "mark", the lines that start and end with each class; else zeros.
    n_tokens, n_bigrams, n_lines : int
        Of the corpus, as in `BigramCounts`.
    boundary : str
        As in `BigramCounts`.
    """

    unigram_counts: NDArray[np.int64]
    successors: SparseRows
    edge_starts: NDArray[np.int64]
    edge_ends: NDArray[np.int64]
    n_tokens: int
    n_bigrams: int
    n_lines: int
    boundary: str

    @classmethod
    def from_counts(
        cls, counts: "BigramCounts", labels: NDArray[np.integer[Any]], n_classes: int
    ) -> Self:
        """Add up the counts of the words of each class.

        Parameters
        ----------
        counts : BigramCounts
            Counts of a corpus.
        labels : int array (n_types,)
            The class of each word, from 0 to ``n_classes - 1``.
        n_classes : int
            How many classes there are; some may have no words.

        Notes
        -----
        Linear in the number of distinct bigrams.
        """
        from scipy import sparse

        rows = counts.successors
        # No array of 64-bit numbers as long as the table of bigrams
        successors_by_class = sparse.csr_array(
            (rows.counts, labels.astype(np.int32)[rows.indices], rows.offsets),
            shape=(counts.n_types, n_classes),
        )
        words_by_class = _members(labels, n_classes)
        return cls(
            words_by_class @ counts.unigram_counts,
            SparseRows.from_matrix(words_by_class @ successors_by_class),
            words_by_class @ counts.edge_starts,
            words_by_class @ counts.edge_ends,
            counts.n_tokens,
            counts.n_bigrams,
            counts.n_lines,
            counts.boundary,
        )

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return self.unigram_counts.size

    @property
    def predecessors(self) -> SparseRows:
        """How often a token of one class directly follows one of another."""
        return self.successors.transpose()

    def merge(self, other: "ClassCounts") -> "ClassCounts":
        """Return the sum with the counts of another text, of the same classes."""
        both = self.successors.to_matrix() + other.successors.to_matrix()
        return ClassCounts(
            self.unigram_counts + other.unigram_counts,
            SparseRows.from_matrix(both),
            self.edge_starts + other.edge_starts,
            self.edge_ends + other.edge_ends,
            self.n_tokens + other.n_tokens,
            self.n_bigrams + other.n_bigrams,
            self.n_lines + other.n_lines,
            self.boundary,
        )

    def group(self, labels: NDArray[np.integer[Any]], n_classes: int) -> "ClassCounts":
        """Return the counts of coarser classes, or of more of which some are empty.

        Parameters
        ----------
        labels : int array (self.n_classes,)
            The new class of each class, from 0 to ``n_classes - 1``.
        n_classes : int
            How many new classes there are.
        """
        members = _members(labels, n_classes)
        pairs = members @ self.successors.to_matrix() @ members.T
        return ClassCounts(
            members @ self.unigram_counts,
            SparseRows.from_matrix(pairs),
            members @ self.edge_starts,
            members @ self.edge_ends,
            self.n_tokens,
            self.n_bigrams,
            self.n_lines,
            self.boundary,
        )

    def average_mutual_information(self) -> float:
        """Return how many bits a class tells about the next; as `information` does."""
        counts, lefts, rights, pair_counts = self.with_edge()
        if not pair_counts.size:
            return 0.0
        joint = pair_counts / self.n_bigrams
        shares = counts / (self.n_tokens + int(counts[-1]))
        ratios = joint / shares[lefts] / shares[rights]
        return fsum((joint * np.log2(ratios)).tolist())

    def with_edge(
        self,
    ) -> tuple[
        NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]
    ]:
        """Return the line edge as one class more, the last, and all pairs as a list.

        Returns
        -------
        counts : int64 array (n_classes + 1,)
            Tokens of each class; edges of lines, if they count.
        lefts, rights, pair_counts : int64 array (n_pairs,)
            Classes of each pair, and how often it occurs; none is zero.
        """
        edge = self.n_classes
        n_edges = self.n_lines if self.boundary == "mark" else 0
        pairs = self.successors.to_matrix().tocoo()
        starts, ends = np.flatnonzero(self.edge_starts), np.flatnonzero(self.edge_ends)
        return (
            np.append(self.unigram_counts, n_edges),
            np.concatenate([pairs.row, np.full(starts.size, edge), ends]),
            np.concatenate([pairs.col, starts, np.full(ends.size, edge)]),
            np.concatenate(
                [pairs.data, self.edge_starts[starts], self.edge_ends[ends]]
            ),
        )

    def to_arrays(self) -> dict[str, Any]:
        """Return what `from_arrays` takes, to be kept in a file."""
        return {
            "class_counts": self.unigram_counts,
            "class_pair_offsets": self.successors.offsets,
            "class_pair_indices": self.successors.indices,
            "class_pair_counts": self.successors.counts,
            "class_edge_starts": self.edge_starts,
            "class_edge_ends": self.edge_ends,
            "n_lines": self.n_lines,
            "boundary": self.boundary,
        }

    @classmethod
    def from_arrays(
        cls, arrays: dict[str, Any], n_classes: int, n_tokens: int, n_bigrams: int
    ) -> Self:
        """Return what `to_arrays` gave; ``ValueError`` if sizes do not fit."""
        counts, edge_starts, edge_ends, pair_counts, offsets = (
            arrays[f"class_{name}"].astype(np.int64, casting="safe")
            for name in (
                *("counts", "edge_starts", "edge_ends", "pair_counts"),
                "pair_offsets",
            )
        )
        for array, size in (
            *((counts, n_classes), (edge_starts, n_classes), (edge_ends, n_classes)),
            (offsets, n_classes + 1),
        ):
            if array.shape != (size,):
                raise ValueError(
                    f"expected {size} numbers of classes, got {array.size}"
                )
            if array.min() < 0:
                raise ValueError(f"expected numbers from 0 up, got {array.min()}")
        indices = arrays["class_pair_indices"].astype(np.int32, casting="safe")
        return cls(
            counts,
            SparseRows(offsets, indices, pair_counts),
            edge_starts,
            edge_ends,
            n_tokens,
            n_bigrams,
            arrays["n_lines"].item(),
            str(arrays["boundary"]),
        )


def _members(
    labels: NDArray[np.integer[Any]], n_classes: int
) -> "sparse.csr_array[Any]":
    """Ones where a class has a member; multiplying with it adds up by class."""
    from scipy import sparse

    ones = np.ones(labels.size, np.int64)
    return sparse.csr_array(
        (ones, (labels, np.arange(labels.size))), shape=(n_classes, labels.size)
    )
