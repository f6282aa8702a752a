"""Words and their clusters: look-up, neighbours, cuts, files."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._archive import (
    archive_kind,
    load_archive,
    refusing_damage,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust._validation import check_integer, must_be
from brownclust.clusters.backoff import Steps, as_backoff
from brownclust.clusters.class_names import shift_class, shifted
from brownclust.clusters.cuts import check_merges, cut_clusters
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
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.encodings import UTF8
from brownclust.tree.formats import ClusterTable, OutputRow, read_table, write_table
from brownclust.tree.model import KIND as MODEL_KIND
from brownclust.tree.model import BrownModel

KIND = "clusters file"
FORMAT_VERSION = 2
"""That of flat classes. Clusters of a tree have 1, which older versions read, too."""


class WordClusters:
    """Words with the bit strings of their clusters, and their counts.

    Flat classes, as mkcls and word2vec write them, have a name but no bit string and no
    tree: `from_classes`. Wherever a bit string is returned or given, they have their
    name; it has no prefixes.

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

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.vocabulary)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words."""
        return iter(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        """Whether the word itself has a cluster, without back-off."""
        return word in self.vocabulary

    def __getitem__(self, word: str) -> str:
        """Return the bit string of a word; ``KeyError`` if it has none."""
        label = int(self.labels[self.vocabulary.index(word)])
        return self.cluster_bit_strings[label]

    def __deepcopy__(self, _memo: object) -> Self:
        """Return the same object, which is immutable; for scikit-learn's ``clone``."""
        return self

    def __repr__(self) -> str:
        """Return the sizes."""
        clusters = "flat classes" if self.is_flat else "clusters"
        return (
            f"<{type(self).__name__} of {len(self)} words in {self.n_clusters} "
            f"{clusters}>"
        )

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.cluster_bit_strings)

    def count(self, word: str) -> int:
        """Return the count of a word; ``KeyError`` if it is unknown.

        Parameters
        ----------
        word : str
            A word that has a cluster.
        """
        return int(self.counts[self.vocabulary.index(word)])

    def look_up(
        self, words: Sequence[str], *, backoff: Steps = ()
    ) -> NDArray[np.int64]:
        """Return the index of each word, or of the form of it that is found.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found; see `BackOff`.

        Returns
        -------
        ndarray of int64, shape (len(words),)
            Index in `vocabulary`; -1 where no form is found.

        Notes
        -----
        Millions of words per second. Back-off applies only to words not found, each
        step to all of them at once.
        """
        return as_backoff(backoff).look_up(words, self.vocabulary)

    def cluster_labels(
        self,
        words: Sequence[str],
        *,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> NDArray[np.int32]:
        """Return the label of each word's cluster.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found.
        unknown : str, optional
            Bit string of the cluster to which words without a cluster are assigned.

        Returns
        -------
        ndarray of int32, shape (len(words),)
            Labels as in `labels`; -1 for a word without a cluster.
        """
        label = -1
        if unknown is not None:
            if unknown not in self.cluster_bit_strings:
                what = (
                    "the name of a class" if self.is_flat else "a cluster's bit string"
                )
                raise ValueError(must_be("unknown", what, unknown))
            label = self.cluster_bit_strings.index(unknown)
        indices = self.look_up(words, backoff=backoff)
        # Index -1, of a word that is not found, selects the last label.
        return np.append(self.labels, np.int32(label))[indices]

    def bit_strings(
        self,
        words: Sequence[str],
        *,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> list[str | None]:
        """Return the bit string of each word's cluster.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found.
        unknown : str, optional
            Bit string of the cluster to which words without a cluster are assigned.

        Returns
        -------
        list of str or None, length len(words)
            None for a word without a cluster.
        """
        labels = self.cluster_labels(words, backoff=backoff, unknown=unknown)
        bit_strings = (*self.cluster_bit_strings, None)
        return [bit_strings[label] for label in labels.tolist()]

    def trace(
        self, word: str, *, backoff: Steps = ()
    ) -> list[tuple[str, str, str | None]]:
        """Return the steps of looking up a word.

        Parameters
        ----------
        word : str
            Any word.
        backoff : BackOff or iterable of str, default ()
            What to look up if the word is not found.

        Returns
        -------
        list of (step, form, bit string or None)
            Up to the first form that has a cluster.
        """
        steps: list[tuple[str, str, str | None]] = []
        for step, form in as_backoff(backoff).forms(word):
            [bit_string] = self.bit_strings([form])
            steps.append((step, form, bit_string))
            if bit_string is not None:
                break
        return steps

    def prefixes(self, word: str, lengths: Iterable[int]) -> list[str]:
        """Return prefixes of a word's bit string; ``KeyError`` if it is unknown.

        Parameters
        ----------
        word : str
            A word that has a cluster.
        lengths : iterable of int
            Number of bits of each prefix.

        Returns
        -------
        list of str
            The prefixes; a bit string that is shorter, and the name of a flat class,
            is returned whole.
        """
        bit_string = self[word]
        lengths = [check_integer("lengths", n, minimum=0) for n in lengths]
        if self.is_flat:
            return [bit_string] * len(lengths)
        return [bit_string[:length] for length in lengths]

    def embedding_indices(
        self,
        words: Sequence[str],
        lengths: Iterable[int],
        *,
        backoff: Steps = (),
    ) -> tuple[NDArray[np.int64], tuple[int, ...]]:
        """Return a number for each prefix, for the embedding layers of a neural model.

        Parameters
        ----------
        words : sequence of str
            Any words.
        lengths : iterable of int
            Number of bits of each prefix; a bit string that is shorter, and the name of
            a flat class, is used whole.
        backoff : BackOff or iterable of str, default ()
            What to look up if a word is not found.

        Returns
        -------
        indices : int64 array (len(words), n_lengths)
            The number of each prefix, from 1 by order of bit strings; 0 for a word
            without a cluster, for ``padding_idx=0``.
        sizes : tuple of int, length n_lengths
            The number of embeddings of each layer: the largest index plus one.

        Examples
        --------
        >>> clusters = WordClusters(["cat", "dog", "the"], ["00", "01", "1"])
        >>> indices, sizes = clusters.embedding_indices(["dog", "gnu"], [1, 2])
        >>> indices.tolist(), sizes
        ([[1, 2], [0, 0]], (3, 4))
        """
        labels = self.cluster_labels(words, backoff=backoff)
        lengths = [check_integer("lengths", n, minimum=1) for n in lengths]
        if not lengths:
            raise ValueError(must_be("lengths", "non-empty", lengths))
        columns = []
        sizes = []
        for length in lengths:
            number = np.arange(self.n_clusters)
            if not self.is_flat:
                prefixes = [bits[:length] for bits in self.cluster_bit_strings]
                _, number = np.unique(prefixes, return_inverse=True)
            columns.append(np.append(number + 1, 0)[labels])
            sizes.append(int(number.max()) + 2)
        return np.stack(columns, axis=1).astype(np.int64), tuple(sizes)

    def members(self, prefix: str) -> list[str]:
        """Return the words whose bit string begins with a prefix.

        Parameters
        ----------
        prefix : str
            The first bits, or a whole bit string; of flat classes the name of one.

        Returns
        -------
        list of str
            The most frequent first.
        """
        labels = [
            label
            for label, bits in enumerate(self.cluster_bit_strings)
            if (bits == prefix if self.is_flat else bits.startswith(prefix))
        ]
        if not labels:
            return []
        order, starts = self._words_by_cluster
        members = order[starts[labels[0]] : starts[labels[-1] + 1]]
        members = members[np.argsort(-self.counts[members], kind="stable")]
        return [self.vocabulary[rank] for rank in members.tolist()]

    def nearest(self, word: str, n: int = 10) -> list[tuple[str, int, int]]:
        """Return the words nearest in the tree; ``KeyError`` if the word is unknown.

        Parameters
        ----------
        word : str
            A word that has a cluster.
        n : int, default 10
            Number of words.

        Returns
        -------
        list of (word, bits in common, count)
            The longest common prefix first, then the most frequent. Of flat classes,
            only words of the same class, with 0 bits in common.
        """
        n = check_integer("n", n, minimum=1)
        itself = self.vocabulary.index(word)
        if self.is_flat:
            members = [near for near in self.members(self[word]) if near != word]
            return [(near, 0, self.count(near)) for near in members[:n]]
        bit_string = self[word]
        in_common = np.array(
            [_n_bits_in_common(bit_string, bits) for bits in self.cluster_bit_strings]
        )
        order, starts = self._words_by_cluster
        nearest: list[tuple[str, int, int]] = []
        for n_bits in sorted(set(in_common.tolist()), reverse=True):
            ranks = np.concatenate(
                [
                    order[starts[label] : starts[label + 1]]
                    for label in np.flatnonzero(in_common == n_bits).tolist()
                ]
            )
            ranks = ranks[ranks != itself]
            ranks = ranks[np.argsort(-self.counts[ranks], kind="stable")]
            nearest += [
                (self.vocabulary[rank], n_bits, int(self.counts[rank]))
                for rank in ranks[: n - len(nearest)].tolist()
            ]
            if len(nearest) == n:
                break
        return nearest

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

    @cached_property
    def _words_by_cluster(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Words by cluster, the most frequent first, and where each cluster starts."""
        order = np.lexsort((-self.counts, self.labels))
        starts = np.searchsorted(self.labels[order], np.arange(self.n_clusters + 1))
        return order, starts


def _n_bits_in_common(left: str, right: str) -> int:
    """Return the length of the common prefix."""
    for i, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return i
    return min(len(left), len(right))
