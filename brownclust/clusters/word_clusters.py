"""Words and their clusters: how they are made, cut, saved and shown."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._archive import (
    archive_kind,
    load_archive,
    refusing_damage,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust._validation import check_integer, must_be, needs_extra
from brownclust.clusters.class_names import shift_class, shifted
from brownclust.clusters.cuts import check_merges, cut_clusters
from brownclust.clusters.overview import overview
from brownclust.clusters.parts import (
    check_bit_strings,
    check_classes,
    check_counts,
    check_labels,
    check_words,
    number_clusters,
    pack_clusters,
    unpack_clusters,
    unpack_words,
)
from brownclust.clusters.tree_lookup import TreeLookup
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.encodings import UTF8
from brownclust.tree.formats import ClusterTable, OutputRow, read_table, write_table
from brownclust.tree.model import KIND as MODEL_KIND
from brownclust.tree.model import BrownModel

if TYPE_CHECKING:
    from pandas import DataFrame

KIND = "clusters file"
FORMAT_VERSION = 2
"""That of flat classes. Clusters of a tree have 1, which older versions read, too."""


class WordClusters(TreeLookup):
    """Words with the bit strings of their clusters, and their counts.

    Flat classes, as mkcls and word2vec write them, have a name but no bit string and no
    tree: `from_classes`. Wherever a bit string is returned or given, they have their
    name; it has no prefixes.

    A mapping from each word to its bit string, with `get`, `keys`, `values` and `items`
    as of a dict, which cannot be changed; two are equal if their words have the same
    bit strings.

    Parameters
    ----------
    words : Vocabulary or iterable of str
        All different, none empty or with a tab or line end in it.
    bit_strings : sequence of str, length n_words
        The bit string of each word's cluster; none is a prefix of another.
    counts : array_like of int, shape (n_words,), optional
        How often each word occurs; 0 if not given.
    merges : array_like of int, shape (n_clusters - 1, 2), optional
        The two clusters of each merge, in order. Clusters are numbered by order of
        their bit strings; the i-th merge creates cluster ``n_clusters + i``. Only `cut`
        needs the merges.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words.
    labels : int32 array (n_words,)
        The cluster of each word, numbered by order of bit strings.
    cluster_bit_strings : tuple of str, length n_clusters
        The bit string of each cluster, sorted; the names of flat classes, numbers
        first, by value.
    is_flat : bool
        Whether these are flat classes.
    counts : int64 array (n_words,)
        The count of each word.
    merges : int64 array (n_clusters - 1, 2) or None
        As given.
    n_clusters : int
        Number of clusters.

    Raises
    ------
    ValueError
        If the lengths differ, a word is repeated, a bit string has other characters
        than 0 and 1, or is a prefix of another, or the merges do not build the tree of
        the bit strings.

    Notes
    -----
    About 55 bytes per word.

    Examples
    --------
    >>> clusters = WordClusters(["cat", "dog", "the"], ["00", "01", "1"], [3, 5, 9])
    >>> clusters["dog"], clusters.members("0"), clusters.prefixes("dog", [1, 4])
    ('01', ['dog', 'cat'], ['0', '01'])
    >>> clusters.bit_strings(["The", "cat", "gnu"], backoff=["lowercase"])
    ['1', '00', None]
    """

    def __init__(
        self,
        words: Vocabulary | Iterable[str],
        bit_strings: Sequence[str],
        counts: ArrayLike | None = None,
        *,
        merges: ArrayLike | None = None,
    ) -> None:
        words = check_words(words)
        labels, in_order = number_clusters(bit_strings, len(words), is_flat=False)
        self._fill(words, labels, in_order, counts, merges)

    def _fill(
        self,
        words: Vocabulary,
        labels: NDArray[np.int32],
        cluster_bit_strings: Sequence[str],
        counts: ArrayLike | None,
        merges: ArrayLike | None = None,
        *,
        is_flat: bool = False,
    ) -> None:
        """Check the parts, but for the words, and set the attributes."""
        check_labels(labels, len(words), len(cluster_bit_strings))
        (check_classes if is_flat else check_bit_strings)(cluster_bit_strings)
        if is_flat and merges is not None:
            raise ValueError(must_be("merges", "left out for flat classes", merges))
        self.vocabulary = words
        self.labels = labels
        self.cluster_bit_strings = tuple(cluster_bit_strings)
        self.is_flat = is_flat
        self.counts = check_counts(counts, len(words))
        self.merges = (
            None if merges is None else check_merges(merges, self.cluster_bit_strings)
        )

    @classmethod
    def _from_labels(
        cls,
        words: Vocabulary,
        labels: NDArray[np.int32],
        cluster_bit_strings: Sequence[str],
        counts: ArrayLike | None,
        merges: ArrayLike | None = None,
        *,
        is_flat: bool = False,
    ) -> Self:
        """Return clusters from checked words, and labels that number the clusters."""
        clusters = cls.__new__(cls)
        clusters._fill(
            words, labels, cluster_bit_strings, counts, merges, is_flat=is_flat
        )
        return clusters

    @classmethod
    def from_classes(
        cls,
        words: Vocabulary | Iterable[str],
        classes: Sequence[str],
        counts: ArrayLike | None = None,
    ) -> Self:
        """Return flat classes: clusters with names and without a tree.

        Parameters
        ----------
        words : Vocabulary or iterable of str
            All different, none empty or with a tab or line end in it.
        classes : sequence of str, length n_words
            The name of each word's class, without whitespace.
        counts : array_like of int, shape (n_words,), optional
            How often each word occurs; 0 if not given.

        Returns
        -------
        WordClusters
            The classes.

        Examples
        --------
        >>> classes = WordClusters.from_classes(["cat", "the"], ["17", "5"])
        >>> classes["cat"], classes.members("1"), classes.members("17")
        ('17', [], ['cat'])
        """
        words = check_words(words)
        labels, in_order = number_clusters(classes, len(words), is_flat=True)
        return cls._from_labels(words, labels, in_order, counts, is_flat=True)

    @classmethod
    def from_model(cls, model: BrownModel, n_clusters: int | None = None) -> Self:
        """Return the clusters of a trained model.

        Parameters
        ----------
        model : BrownModel
            A trained model.
        n_clusters : int, optional
            Number of clusters, at most the window; `BrownModel.n_clusters` if None.

        Returns
        -------
        WordClusters
            The clusters, with their merges.
        """
        tree = model.dendrogram
        n_clusters = model.n_clusters if n_clusters is None else n_clusters
        labels = tree.cut(n_clusters)
        return cls._from_labels(
            model.vocabulary,
            labels,
            tree.cluster_bit_strings(n_clusters),
            model.unigram_counts,
            tree.cluster_merges(n_clusters),
        )

    @classmethod
    def from_table(cls, table: ClusterTable) -> Self:
        """Return the clusters of a text file.

        Parameters
        ----------
        table : ClusterTable
            What `brownclust.tree.formats.read_table` returned.

        Returns
        -------
        WordClusters
            The clusters, without merges.
        """
        words = Vocabulary.from_words(table.words)
        make = cls.from_classes if table.is_flat else cls
        return make(words, table.bit_strings, table.counts)

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        format: str | None = None,
        *,
        encoding: str = UTF8,
        encoding_errors: str = "strict",
    ) -> Self:
        """Read saved clusters, a model, or a text file in a known format.

        Parameters
        ----------
        path : str or path-like
            A file that `save` wrote, a folder or ``model.npz`` that ``brownclust
            cluster`` wrote, or a text file that `brownclust.tree.formats` can read.
        format : str, optional
            Format of a text file, one of `brownclust.tree.formats.FORMATS`; detected if
            None.
        encoding, encoding_errors : str
            Encoding of a text file, and what to do with bytes that are not of it; see
            `brownclust.tree.formats.read_table`.

        Returns
        -------
        WordClusters
            The clusters; those of a text file have no merges.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it is none of these, or is damaged.

        Warns
        -----
        UserWarning
            If reading a text file needed an assumption, such as swapped columns.
        """
        path = Path(path)
        kind = MODEL_KIND if path.is_dir() else archive_kind(path)
        if format is not None and kind is not None:
            rule = f"left out, since {path} is not text"
            raise ValueError(must_be("format", rule, format))
        if kind is None:
            table = read_table(
                path, format, encoding=encoding, encoding_errors=encoding_errors
            )
            for warning in table.warnings:
                warnings.warn(f"{path}: {warning}", stacklevel=2)
            return cls.from_table(table)
        if kind == MODEL_KIND:
            return cls.from_model(BrownModel.load(path))
        arrays = load_archive(path, KIND, FORMAT_VERSION)
        with refusing_damage(path, KIND):
            return cls.from_arrays(arrays)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the clusters from the result of `arrays`.

        Parameters
        ----------
        arrays : mapping of str to array
            Named arrays.

        Raises
        ------
        KeyError, TypeError, ValueError
            If an array is missing or invalid.
        """
        clusters, is_flat = unpack_clusters(arrays)
        words = check_words(unpack_words(arrays))
        return cls._from_labels(
            words,
            arrays["labels"].astype(np.int32, casting="safe"),
            clusters,
            arrays["counts"],
            arrays.get("merges"),
            is_flat=is_flat,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all data as named arrays, for a file.

        Returns
        -------
        dict of str to array
            What `from_arrays` reads.
        """
        arrays: dict[str, NDArray[Any]] = {
            "vocabulary_buffer": self.vocabulary.buffer,
            "vocabulary_offsets": self.vocabulary.offsets,
            "labels": self.labels,
            **pack_clusters(self.cluster_bit_strings, is_flat=self.is_flat),
            "counts": self.counts,
        }
        if self.merges is not None:
            arrays["merges"] = self.merges
        return arrays

    def save(self, path: str | PathLike[str]) -> None:
        """Write the clusters to a file, atomically, in NumPy's npz format.

        Parameters
        ----------
        path : str or path-like
            The file to write.
        """
        version = FORMAT_VERSION if self.is_flat else 1
        with atomic_write(path, "wb") as file:
            write_archive(file, KIND, version, self.arrays())

    def export(
        self, path: str | PathLike[str], format: str = "paths", *, offset: int = 0
    ) -> None:
        """Write a text file for another tool, atomically.

        Parameters
        ----------
        path : str or path-like
            The file to write.
        format : str, default "paths"
            One of `brownclust.tree.formats.FORMATS`.
        offset : int, default 0
            Added to the number of each class, if the format has flat classes; of flat
            classes, to names, which must be numbers.

        Raises
        ------
        ValueError
            If the format is unknown, or cannot represent a word or flat classes; or if
            a class would have a number below 0.
        """
        with atomic_write(path, "wb") as file:
            write_table(file, format, self.rows(offset))

    def rows(self, offset: int = 0) -> Iterator[OutputRow]:
        """Yield rows for `brownclust.tree.formats.write_table`.

        Parameters
        ----------
        offset : int, default 0
            As for `export`.

        Yields
        ------
        OutputRow
            As in wcluster's file: by bit string, then by count, rarest first.
        """
        order = np.lexsort((self.counts, self.labels))
        words = list(self.vocabulary.iter_bytes())
        names = self.cluster_bit_strings
        bit_strings = [None if self.is_flat else bits.encode() for bits in names]
        classes: list[Any]
        if self.is_flat:
            classes = [shift_class(name, offset) for name in names]
        else:
            classes = [shifted(label, offset) for label in range(len(names))]
        for word, label, count in zip(
            order.tolist(),
            self.labels[order].tolist(),
            self.counts[order].tolist(),
            strict=True,
        ):
            yield words[word], bit_strings[label], count, classes[label]

    def __deepcopy__(self, _memo: object) -> Self:
        """Return the same object, which is immutable; for scikit-learn's ``clone``."""
        return self

    def __repr__(self) -> str:
        """Return the sizes."""
        return f"<{type(self).__name__} of {self._sizes()}>"

    def _sizes(self) -> str:
        clusters = "flat classes" if self.is_flat else "clusters"
        return f"{len(self)} words in {self.n_clusters} {clusters}"

    def to_frame(self) -> "DataFrame":
        """Return the words as a data frame of pandas, the extra ``pandas``.

        Returns
        -------
        pandas.DataFrame
            A row for each word: ``word``, ``bit_string`` (of flat classes ``class``)
            and ``count``.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            from pandas import DataFrame
        except ImportError:
            raise ImportError(needs_extra("to_frame", "pandas", "pandas")) from None
        name = "class" if self.is_flat else "bit_string"
        return DataFrame(
            {"word": list(self), name: list(self.values()), "count": self.counts}
        )

    def _repr_html_(self) -> str:
        """Return the top of the tree, or the first classes, for notebooks."""
        return overview(self, f"{type(self).__name__} of {self._sizes()}")

    def cut(self, n_clusters: int) -> "WordClusters":
        """Return fewer clusters, by the first merges of these.

        Parameters
        ----------
        n_clusters : int
            Number of clusters, at most the present one.

        Returns
        -------
        WordClusters
            The merged clusters, which can be cut further.

        Raises
        ------
        ValueError
            If there are fewer clusters, or the order of merges is not known, as in text
            files, or these are flat classes, which have no tree.
        """
        n_clusters = check_integer("n_clusters", n_clusters, minimum=1)
        if n_clusters > self.n_clusters:
            rule = f"at most {self.n_clusters}, the number of clusters"
            raise ValueError(must_be("n_clusters", rule, n_clusters))
        if self.is_flat:
            raise ValueError(
                "the order of merges must be known to cut, got flat classes, which "
                "have no tree"
            )
        if self.merges is None:
            raise ValueError(
                "the order of merges must be known to cut, got clusters from a text "
                "file: load model.npz instead"
            )
        cut = cut_clusters(self.cluster_bit_strings, self.merges, n_clusters)
        return self._from_labels(
            self.vocabulary,
            cut.labels[self.labels],
            cut.bit_strings,
            self.counts,
            cut.merges,
        )
