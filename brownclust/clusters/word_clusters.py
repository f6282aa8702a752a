"""Words and the clusters they are in: what is looked up once clustering is done."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress
from os import PathLike
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._archive import (
    ArchiveError,
    archive_kind,
    load_archive,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust._validation import check_integer, must_be
from brownclust.clusters.backoff import BackOff
from brownclust.counting.vocabulary import Vocabulary
from brownclust.tree.formats import BINARY, WordTable, read_table, write_table
from brownclust.tree.model import KIND as MODEL_KIND
from brownclust.tree.model import BrownModel

KIND = "clusters file"
FORMAT_VERSION = 1

Steps = BackOff | Iterable[str]


class WordClusters:
    """Words, their clusters' bit strings, and their counts.

    Parameters
    ----------
    words : Vocabulary or iterable of str
        All different.
    bit_strings : sequence of str, length n_words
        The bit string of each word's cluster; none is the beginning of another.
    counts : array_like of int, shape (n_words,), optional
        How often each word occurs; 0 if not given.
    merges : array_like of int, shape (n_clusters - 1, 2), optional
        In which order clusters are joined to fewer: cluster *i* is the i-th by bit
        string, and the i-th merge makes ``n_clusters + i``. Only `cut` needs it.

    Raises
    ------
    ValueError
        If the lengths differ, a word is there twice, a bit string has other
        characters than 0 and 1, or begins another.

    Notes
    -----
    About 55 bytes a word.

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
        names = sorted(set(bit_strings))
        label_of = {name: label for label, name in enumerate(names)}
        labels = np.array([label_of[bits] for bits in bit_strings], np.int32)
        self._fill(words, labels, names, counts, merges)

    def _fill(
        self,
        words: Vocabulary | Iterable[str],
        labels: NDArray[np.int32],
        names: Sequence[str],
        counts: ArrayLike | None,
        merges: ArrayLike | None,
    ) -> None:
        if not isinstance(words, Vocabulary):
            words = Vocabulary.from_words(words)
        self.vocabulary = words
        self.labels = labels
        self.cluster_bit_strings = tuple(names)
        self.counts = np.zeros(len(words), np.int64)
        if counts is not None:
            given = np.asarray(counts)
            if given.dtype.kind not in "iu" or (given.size and given.min() < 0):
                raise ValueError(must_be("counts", "integers from 0 up", counts))
            self.counts = given.astype(np.int64)
        if not len(words):
            raise ValueError(must_be("words", "at least one", []))
        self.merges = None if merges is None else np.array(merges, np.int64)
        for name, array in (("bit_strings", labels), ("counts", self.counts)):
            if array.shape != (len(words),):
                rule = f"one for each of {len(words)} words"
                raise ValueError(must_be(name, rule, array.shape))
        for name, following in zip(names, [*names[1:], ""], strict=True):
            if not BINARY.issuperset(name.encode()):
                raise ValueError(must_be("bit_strings", "of 0 and 1", name))
            if following.startswith(name) and following != name:
                rule = "none the beginning of another"
                raise ValueError(must_be("bit_strings", rule, (name, following)))
        if self.merges is not None and self.merges.shape != (len(names) - 1, 2):
            rule = f"of shape ({len(names) - 1}, 2)"
            raise ValueError(must_be("merges", rule, self.merges.shape))

    @classmethod
    def _from_labels(
        cls,
        words: Vocabulary,
        labels: NDArray[np.int32],
        names: Sequence[str],
        counts: ArrayLike | None,
        merges: ArrayLike | None,
    ) -> Self:
        """Return clusters whose labels, in the order of bit strings, are known."""
        clusters = cls.__new__(cls)
        clusters._fill(words, labels, names, counts, merges)
        return clusters

    @classmethod
    def from_model(cls, model: BrownModel, n_clusters: int | None = None) -> Self:
        """Return the clusters of a trained model.

        Parameters
        ----------
        model : BrownModel
            What ``brownclust cluster`` made.
        n_clusters : int, optional
            At most the window; as many as the model was asked for if None.
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
    def from_table(cls, table: WordTable) -> Self:
        """Return the clusters of a file that `read_table` read."""
        words = Vocabulary.from_words(table.words)
        return cls(words, table.bit_strings, table.counts)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read clusters that were saved, a model, or a text file in a known format.

        Parameters
        ----------
        path : str or path-like
            What `save` or ``brownclust cluster`` wrote, the folder included, or a
            file as `formats.read_table` reads it.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it is none of these, or is damaged.

        Warns
        -----
        UserWarning
            If something had to be assumed of a text file, such as swapped columns.
        """
        path = Path(path)
        if path.is_dir():
            return cls.from_model(BrownModel.load(path))
        kind = archive_kind(path)
        if kind is None:
            table = read_table(path)
            for warning in table.warnings:
                warnings.warn(f"{path}: {warning}", stacklevel=2)
            return cls.from_table(table)
        if kind == MODEL_KIND:
            return cls.from_model(BrownModel.load(path))
        arrays = load_archive(path, KIND, FORMAT_VERSION)
        try:
            return cls.from_arrays(arrays)
        except (KeyError, TypeError, ValueError) as error:
            raise ArchiveError(
                f"{path}: expected a whole brownclust {KIND}, got a damaged file "
                f"({error})"
            ) from error

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the clusters that `arrays` put in arrays; errors of many kinds."""
        labels = arrays["labels"].astype(np.int32, casting="safe")
        names = bytes(arrays["bit_strings"].astype(np.uint8)).decode().split("\n")
        if labels.size and not 0 <= labels.min() <= labels.max() < len(names):
            raise ValueError(must_be("labels", f"below {len(names)}", labels.max()))
        return cls._from_labels(
            Vocabulary(
                arrays["vocabulary_buffer"].astype(np.uint8, casting="safe"),
                arrays["vocabulary_offsets"].astype(np.int64, casting="safe"),
            ),
            labels,
            names,
            arrays["counts"],
            arrays.get("merges"),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all there is as named arrays, for a file."""
        names = "\n".join(self.cluster_bit_strings).encode()
        arrays: dict[str, NDArray[Any]] = {
            "vocabulary_buffer": self.vocabulary.buffer,
            "vocabulary_offsets": self.vocabulary.offsets,
            "labels": self.labels,
            "bit_strings": np.frombuffer(names, np.uint8),
            "counts": self.counts,
        }
        if self.merges is not None:
            arrays["merges"] = self.merges
        return arrays

    def save(self, path: str | PathLike[str]) -> None:
        """Write the clusters to a file, atomically; NumPy's npz format, no pickle."""
        with atomic_write(path, "wb") as file:
            write_archive(file, KIND, FORMAT_VERSION, self.arrays())

    def export(self, path: str | PathLike[str], format: str = "paths") -> None:
        """Write a text file for another tool, atomically.

        Parameters
        ----------
        path : str or path-like
            The file to write.
        format : str, default "paths"
            One of `formats.FORMATS`.
        """
        with atomic_write(path, "wb") as file:
            write_table(file, format, self._iter_rows())

    def _iter_rows(self) -> Iterator[tuple[bytes, bytes, int, int]]:
        """Rows as of wcluster's file: by bit string, then count, the rarest first."""
        order = np.lexsort((self.counts, self.labels))
        words = list(self.vocabulary.iter_bytes())
        names = [name.encode() for name in self.cluster_bit_strings]
        for word, label, count in zip(
            order.tolist(),
            self.labels[order].tolist(),
            self.counts[order].tolist(),
            strict=True,
        ):
            yield words[word], names[label], count, label

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.vocabulary)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words."""
        return iter(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        """Whether the word has a cluster of its own, without back-off."""
        return word in self.vocabulary

    def __getitem__(self, word: str) -> str:
        """Return the bit string of a word; ``KeyError`` if it has none."""
        label = int(self.labels[self.vocabulary.index(word)])
        return self.cluster_bit_strings[label]

    def __deepcopy__(self, _memo: object) -> Self:
        """Return the same clusters, which nothing changes; scikit-learn's clones do."""
        return self

    def __repr__(self) -> str:
        """Return the sizes."""
        return (
            f"<{type(self).__name__} of {len(self)} words in {self.n_clusters} "
            "clusters>"
        )

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.cluster_bit_strings)

    def count(self, word: str) -> int:
        """Return how often the word occurs; ``KeyError`` if it is unknown."""
        return int(self.counts[self.vocabulary.index(word)])

    def look_up(
        self, words: Sequence[str], *, backoff: Steps = ()
    ) -> NDArray[np.int64]:
        """Return the index of the word that stands for each word.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default none
            What to look up if a word is not found; see `BackOff`.

        Returns
        -------
        ndarray of int64, shape (len(words),)
            Index in `vocabulary`; -1 where nothing is found.

        Notes
        -----
        Millions of words a second. Back-off is for the words not found only, each
        step for all of them at once.
        """
        chain = backoff if isinstance(backoff, BackOff) else BackOff(backoff)
        if isinstance(words, np.ndarray):
            words = words.tolist()
        found = self.vocabulary.look_up(words)
        missing = np.flatnonzero(found < 0)
        if not (missing.size and chain.steps):
            return found
        forms = "\n".join(map(words.__getitem__, missing.tolist()))
        if forms.count("\n") != missing.size - 1:  # as in Vocabulary.look_up
            asked = map(words.__getitem__, missing.tolist())
            forms = "\n".join("" if "\n" in word else word for word in asked)
        for step in chain.steps:
            forms = chain.change(step, forms)
            now = self.vocabulary.look_up_lines(forms, missing.size)
            found[missing] = now
            is_missing = now < 0
            if is_missing.all():
                continue
            missing = missing[is_missing]
            if not missing.size:
                break
            forms = "\n".join(compress(forms.split("\n"), is_missing.tolist()))
        return found

    def cluster_labels(
        self,
        words: Sequence[str],
        *,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> NDArray[np.int32]:
        """Return the number of each word's cluster, by order of bit strings.

        Parameters
        ----------
        words : sequence of str
            Any words.
        backoff : BackOff or iterable of str, default none
            What to look up if a word is not found.
        unknown : str, optional
            The bit string of the cluster for words not found at all.

        Returns
        -------
        ndarray of int32, shape (len(words),)
            -1 for a word that has no cluster.
        """
        label = -1
        if unknown is not None:
            if unknown not in self.cluster_bit_strings:
                raise ValueError(must_be("unknown", "a cluster's bit string", unknown))
            label = self.cluster_bit_strings.index(unknown)
        found = self.look_up(words, backoff=backoff)
        known = np.append(self.labels, np.int32(label))  # what -1 is an index of
        return known[found]

    def bit_strings(
        self,
        words: Sequence[str],
        *,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> list[str | None]:
        """Return the bit string of each word's cluster; as `cluster_labels`, or None.

        Returns
        -------
        list of str or None, length len(words)
        """
        labels = self.cluster_labels(words, backoff=backoff, unknown=unknown)
        names = (*self.cluster_bit_strings, None)
        return [names[label] for label in labels.tolist()]

    def trace(
        self, word: str, *, backoff: Steps = ()
    ) -> list[tuple[str, str, str | None]]:
        """Show how a word is looked up.

        Returns
        -------
        list of (step, form, bit string or None)
            Up to the first form that has a cluster.
        """
        chain = backoff if isinstance(backoff, BackOff) else BackOff(backoff)
        shown: list[tuple[str, str, str | None]] = []
        for step, form in chain.forms(word):
            [bit_string] = self.bit_strings([form])
            shown.append((step, form, bit_string))
            if bit_string is not None:
                break
        return shown

    def prefixes(self, word: str, lengths: Iterable[int]) -> list[str]:
        """Return the beginnings of a word's bit string; ``KeyError`` if unknown.

        Parameters
        ----------
        word : str
            A word of these.
        lengths : iterable of int
            How many bits; the whole bit string where it has no more.
        """
        bit_string = self[word]
        return [
            bit_string[: check_integer("lengths", length, minimum=0)]
            for length in lengths
        ]

    def embedding_indices(
        self,
        words: Sequence[str],
        lengths: Iterable[int],
        *,
        backoff: Steps = (),
    ) -> tuple[NDArray[np.int64], tuple[int, ...]]:
        """Return a number for each prefix, for a neural model's embedding layers.

        Parameters
        ----------
        words : sequence of str
            Any words.
        lengths : iterable of int
            Bits of each prefix; bit strings that are shorter are taken whole.
        backoff : BackOff or iterable of str, default none
            What to look up if a word is not found.

        Returns
        -------
        indices : int64 array (len(words), n_lengths)
            The number of each prefix, from 1 by order of bit strings; 0 for a word
            without a cluster, which suits ``padding_idx=0``.
        sizes : tuple of int, length n_lengths
            One more than the highest number of each column.

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
            raise ValueError(must_be("lengths", "at least one", lengths))
        columns = []
        sizes = []
        for length in lengths:
            cut = [name[:length] for name in self.cluster_bit_strings]
            _, number = np.unique(cut, return_inverse=True)
            columns.append(np.append(number + 1, 0)[labels])
            sizes.append(int(number.max()) + 2)
        return np.stack(columns, axis=1).astype(np.int64), tuple(sizes)

    def members(self, prefix: str) -> list[str]:
        """Return the words whose bit string begins so, the most frequent first."""
        names = self.cluster_bit_strings
        starts = self._places[1]
        chosen = [i for i, name in enumerate(names) if name.startswith(prefix)]
        if not chosen:
            return []
        order = self._places[0][starts[chosen[0]] : starts[chosen[-1] + 1]]
        order = order[np.argsort(-self.counts[order], kind="stable")]
        return [self.vocabulary[rank] for rank in order.tolist()]

    def nearest(self, word: str, n: int = 10) -> list[tuple[str, int, int]]:
        """Return the words nearest in the tree; ``KeyError`` if the word is unknown.

        Parameters
        ----------
        word : str
            A word of these.
        n : int, default 10
            How many.

        Returns
        -------
        list of (word, bits in common, count)
            The most bits in common first, then the most frequent.
        """
        n = check_integer("n", n, minimum=1)
        itself = self.vocabulary.index(word)
        bit_string = self[word]
        in_common = np.array(
            [_n_in_common(bit_string, name) for name in self.cluster_bit_strings]
        )
        order, starts = self._places
        found: list[tuple[str, int, int]] = []
        for bits in sorted(set(in_common.tolist()), reverse=True):
            ranks = np.concatenate(
                [
                    order[starts[label] : starts[label + 1]]
                    for label in np.flatnonzero(in_common == bits).tolist()
                ]
            )
            ranks = ranks[ranks != itself]
            ranks = ranks[np.argsort(-self.counts[ranks], kind="stable")]
            found += [
                (self.vocabulary[rank], bits, int(self.counts[rank]))
                for rank in ranks[: n - len(found)].tolist()
            ]
            if len(found) == n:
                break
        return found

    def cut(self, n_clusters: int) -> "WordClusters":
        """Return fewer clusters, joined in the order that loses the least.

        Raises
        ------
        ValueError
            If there are not so many, or the order is not known, as in text files.
        """
        n_clusters = check_integer("n_clusters", n_clusters, minimum=1)
        if n_clusters > self.n_clusters:
            rule = f"at most {self.n_clusters}, the clusters there are"
            raise ValueError(must_be("n_clusters", rule, n_clusters))
        if self.merges is None:
            raise ValueError(
                "the order of merges must be known to cut, got clusters from a text "
                "file: load model.npz instead"
            )
        n = self.n_clusters
        n_merged = n - n_clusters
        names = dict(enumerate(self.cluster_bit_strings))
        root = np.arange(2 * n - 1)
        for step, (left, right) in enumerate(self.merges[:n_merged].tolist()):
            names[n + step] = names.pop(left)[:-1]
            names.pop(right)
            root[[left, right]] = n + step
        for node in range(n + n_merged - 1, -1, -1):
            root[node] = root[root[node]]
        kept = sorted(names, key=names.__getitem__)
        number = np.full(2 * n - 1, -1)
        number[kept] = np.arange(n_clusters)
        merges = self.merges[n_merged:]
        n_known = n + n_merged
        later = np.where(
            merges < n_known, number[merges], merges - n_known + n_clusters
        )
        return self._from_labels(
            self.vocabulary,
            number[root[self.labels]].astype(np.int32),
            [names[node] for node in kept],
            self.counts,
            later,
        )

    @cached_property
    def _places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Words by cluster, the most frequent first, and where each cluster starts."""
        order = np.lexsort((-self.counts, self.labels))
        starts = np.searchsorted(self.labels[order], np.arange(self.n_clusters + 1))
        return order, starts


def _n_in_common(left: str, right: str) -> int:
    """Length of the common prefix."""
    for i, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return i
    return min(len(left), len(right))
