"""Unigram and bigram counts, by word or by class: what clustering works on.

`BigramCounts` and `BrownModel` hold one; every stage after counting reads it.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import integer_of, text_of
from brownclust._kernels.jit.record import Record
from brownclust._validation import check_choice, check_integer, must_be
from brownclust.counting.options import BOUNDARIES, MAX_COUNT
from brownclust.counting.sparse_rows import SparseRows, check_array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scipy import sparse

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CountTable(Record):
    """Unigram and bigram counts of the words of a corpus, or of classes of its words.

    Kernels take it as one argument.

    Attributes
    ----------
    unigram_counts : int64 array (n,)
        Tokens of each row, which is a word or a class.
    successors : SparseRows
        Row ``i``: what directly follows ``i``, and how often.
    edge_starts, edge_ends : int64 array (n,)
        With boundary "mark", the number of lines that start, and that end, with each
        row; else zeros.
    n_tokens : int
        All tokens of the corpus, removed words included.
    n_bigrams : int
        All adjacent positions that the boundary allows, removed words included.
    n_lines : int
        Lines with at least one token.
    boundary : {"break", "ignore", "mark"}
        What a line end is: no bigram crosses it; whitespace; a context of its own.

    Notes
    -----
    Memory: 12 bytes a distinct bigram, and as much again once `predecessors` has been
    used; 32 a row.
    """

    compiled_attributes = ("unigram_counts", "neighbours", "edges")

    unigram_counts: Integers
    successors: SparseRows
    edge_starts: Integers
    edge_ends: Integers
    n_tokens: int
    n_bigrams: int
    n_lines: int
    boundary: str

    def __post_init__(self) -> None:
        """Raise ``ValueError`` if there are more tokens than arithmetic is right for.

        Here, since every sum of counts ends in a table: of files, texts, workers.
        """
        check_n_tokens(self.n_tokens)

    @property
    def n_rows(self) -> int:
        """Number of words or classes."""
        return self.unigram_counts.size

    @cached_property
    def predecessors(self) -> SparseRows:
        """Row ``i``: what directly precedes ``i``, and how often.

        Computed on first use and kept: 12 bytes a distinct bigram.
        """
        return self.successors.transpose()

    @property
    def neighbours(self) -> tuple[SparseRows, SparseRows]:
        """Successors, then predecessors."""
        return self.successors, self.predecessors

    @property
    def edges(self) -> tuple[Integers, Integers]:
        """How often the line edge follows, then precedes each word or class."""
        return self.edge_ends, self.edge_starts

    def select(self, rows: Integers) -> "CountTable":
        """Return the counts of some rows; the totals stay.

        Parameters
        ----------
        rows : int64 array (m,)
            Ascending; row ``rows[i]`` becomes row ``i``.

        Returns
        -------
        CountTable
            New counts of ``m`` rows.

        Notes
        -----
        Linear in the number of distinct bigrams.
        """
        return replace(
            self,
            unigram_counts=self.unigram_counts[rows],
            successors=self.successors.select(rows),
            edge_starts=self.edge_starts[rows],
            edge_ends=self.edge_ends[rows],
        )

    def group(self, labels: NDArray[np.integer[Any]], n_classes: int) -> "CountTable":
        """Add up the counts of the rows of each class.

        Parameters
        ----------
        labels : int array (n,)
            The class of each row, from 0 to ``n_classes - 1``.
        n_classes : int
            Number of classes; some may be empty.

        Returns
        -------
        CountTable
            New counts of ``n_classes`` rows; the totals stay.

        Notes
        -----
        Linear in the number of distinct bigrams.
        """
        return replace(
            self,
            unigram_counts=_sums_by_class(self.unigram_counts, labels, n_classes),
            successors=self.successors.group(labels, n_classes),
            edge_starts=_sums_by_class(self.edge_starts, labels, n_classes),
            edge_ends=_sums_by_class(self.edge_ends, labels, n_classes),
        )

    def total(self) -> "CountTable":
        """Return the counts of all rows as those of one class."""
        n_pairs = exact_sum(self.successors.counts)
        n_entries = min(n_pairs, 1)
        return replace(
            self,
            unigram_counts=self.unigram_counts.sum(keepdims=True),
            successors=SparseRows(
                np.array([0, n_entries]),
                np.zeros(n_entries, np.int32),
                np.full(n_entries, n_pairs),
            ),
            edge_starts=self.edge_starts.sum(keepdims=True),
            edge_ends=self.edge_ends.sum(keepdims=True),
        )

    def add(self, other: "CountTable") -> "CountTable":
        """Return the sum of these counts and those of another text, row by row."""
        both: sparse.csr_array[Any] = (
            self.successors.to_matrix() + other.successors.to_matrix()
        )
        return CountTable(
            self.unigram_counts + other.unigram_counts,
            SparseRows.from_matrix(both),
            self.edge_starts + other.edge_starts,
            self.edge_ends + other.edge_ends,
            self.n_tokens + other.n_tokens,
            self.n_bigrams + other.n_bigrams,
            self.n_lines + other.n_lines,
            self.boundary,
        )

    def average_mutual_information(self) -> float:
        """Return the average mutual information of adjacent rows, in bits per bigram.

        See `brownclust.tree.information.average_mutual_information`. Linear in the
        number of distinct bigrams.
        """
        counts, lefts, rights, pair_counts = self.with_edge()
        if not pair_counts.size:
            return 0.0
        joint = pair_counts / self.n_bigrams
        fractions = counts / (self.n_tokens + int(counts[-1]))
        ratios = joint / fractions[lefts] / fractions[rights]
        return fsum((joint * np.log2(ratios)).tolist())

    def with_edge(self) -> tuple[Integers, Integers, Integers, Integers]:
        """Return the counts as lists, with the line edge as one more row, the last.

        Returns
        -------
        counts : int64 array (n + 1,)
            Tokens of each row; then the number of lines with boundary "mark", else 0.
        lefts, rights, pair_counts : int64 array (n_pairs,)
            Left and right row of each distinct pair, and how often it occurs, at least
            once.
        """
        edge = self.n_rows
        n_edges = self.n_lines if self.boundary == "mark" else 0
        rows = self.successors
        lefts = np.repeat(np.arange(edge), np.diff(rows.offsets))
        starts, ends = np.flatnonzero(self.edge_starts), np.flatnonzero(self.edge_ends)
        return (
            np.append(self.unigram_counts, n_edges),
            np.concatenate([lefts, np.full(starts.size, edge), ends]),
            np.concatenate([rows.indices, starts, np.full(ends.size, edge)]),
            np.concatenate(
                [rows.counts, self.edge_starts[starts], self.edge_ends[ends]]
            ),
        )

    def validate(self, n_rows: int) -> None:
        """Check that the parts fit together: kernels do not check what they read.

        Parameters
        ----------
        n_rows : int
            How many words or classes there must be.

        Raises
        ------
        TypeError, ValueError
            If they do not; the message names the part.
        """
        check_choice("boundary", self.boundary, BOUNDARIES)
        check_integer("n_tokens", self.n_tokens, minimum=1)
        check_integer("n_bigrams", self.n_bigrams, minimum=0, maximum=2 * self.n_tokens)
        check_integer("n_lines", self.n_lines, minimum=0, maximum=self.n_tokens)
        n_edges = self.n_lines if self.boundary == "mark" else 0
        sums = {"unigram_counts": self.n_tokens}
        sums |= dict.fromkeys(("edge_starts", "edge_ends"), n_edges)
        for name, total in sums.items():
            counts = getattr(self, name)
            check_array(name, counts, np.int64, n_rows)
            if counts.min() < 0:
                raise ValueError(must_be(name, "at least 0", int(counts.min())))
            if exact_sum(counts) > total:
                rule = f"of sum {total} or less"
                raise ValueError(must_be(name, rule, exact_sum(counts)))
        self.successors.validate("successors", n_rows)
        n_pairs = exact_sum(self.successors.counts)
        n_pairs += exact_sum(self.edge_starts) + exact_sum(self.edge_ends)
        if n_pairs > self.n_bigrams:
            rule = f"of sum {self.n_bigrams} or less, edges included"
            raise ValueError(must_be("successors", rule, n_pairs))
        column_totals = np.zeros(n_rows, np.int64)
        np.add.at(column_totals, self.successors.indices, self.successors.counts)
        for name, totals in (
            ("successors", self.successors.row_totals() + self.edge_ends),
            ("predecessors", column_totals + self.edge_starts),
        ):
            excess = np.flatnonzero(totals > self.unigram_counts)
            if excess.size:
                rule = f"at most its count, {self.unigram_counts[excess[0]]}"
                row = f"total of {name} of row {excess[0]}"
                raise ValueError(must_be(row, rule, int(totals[excess[0]])))

    def arrays(self) -> dict[str, Any]:
        """Return what `from_arrays` reads, to be written to a file."""
        return {
            "unigram_counts": self.unigram_counts,
            "successor_offsets": self.successors.offsets,
            "successor_indices": self.successors.indices,
            "successor_counts": self.successors.counts,
            "edge_starts": self.edge_starts,
            "edge_ends": self.edge_ends,
            "n_tokens": self.n_tokens,
            "n_bigrams": self.n_bigrams,
            "n_lines": self.n_lines,
            "boundary": self.boundary,
        }

    @classmethod
    def from_arrays(cls, arrays: "Mapping[str, Any]") -> Self:
        """Return the table that `arrays` returned; `validate` checks it.

        Parameters
        ----------
        arrays : mapping
            Arrays by name; others among them are ignored.

        Raises
        ------
        KeyError, TypeError, ValueError
            If an array is missing, a number is not one, or there are too many tokens.
        """
        return cls(
            arrays["unigram_counts"],
            SparseRows(
                arrays["successor_offsets"],
                arrays["successor_indices"],
                arrays["successor_counts"],
            ),
            arrays["edge_starts"],
            arrays["edge_ends"],
            integer_of(arrays, "n_tokens"),
            integer_of(arrays, "n_bigrams"),
            integer_of(arrays, "n_lines"),
            text_of(arrays, "boundary"),
        )


def check_n_tokens(n_tokens: int) -> None:
    """Raise ``ValueError`` if a corpus has too many tokens to be clustered exactly."""
    check_integer("the number of tokens", n_tokens, maximum=MAX_COUNT)


def exact_sum(counts: Integers) -> int:
    """Return the sum of counts as a Python integer, which cannot overflow.

    Unless no count is large, the upper and lower 32 bits are added up separately: for
    up to 2**31 counts, each sum fits an int64.
    """
    largest = max(int(counts.max(initial=0)), -int(counts.min(initial=0)))
    if largest * counts.size < 1 << 63:
        return int(counts.sum())
    high, low = counts >> 32, counts & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())


def _sums_by_class(
    counts: Integers, labels: NDArray[np.integer[Any]], n_classes: int
) -> Integers:
    """Return the sum of the counts of each class."""
    sums = np.zeros(n_classes, np.int64)
    np.add.at(sums, labels, counts)
    return sums
