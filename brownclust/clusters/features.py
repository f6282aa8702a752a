"""Prefixes of bit strings as features, for sequence taggers."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from os import PathLike
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from brownclust._kernels.tagger.feature_ids import fill_feature_ids
from brownclust._validation import check_choice, check_integer, must_be
from brownclust.clusters.backoff import Steps, as_backoff
from brownclust.clusters.feature_transformer import FeatureTransformer
from brownclust.clusters.parts import check_token
from brownclust.clusters.word_clusters import WordClusters
from brownclust.text.rows import check_rows, tokens_of

PRESETS: dict[str, tuple[int, ...]] = {
    "turian": (4, 6, 10, 20),
    "ark": tuple(range(2, 17, 2)),
}
ALL = "all"
"""The preset with every length up to that of the longest bit string."""

MAX_CONTEXT = 100
"""Most words to either side, since every position has tables of its own."""

SHORT_MARK = "$"
"""Appended to a bit string that is shorter than the prefix."""

Sentences: TypeAlias = Iterable[Sequence[str]]

T = TypeVar("T")


class FeatureIds(NamedTuple):
    """Features of all tokens, as numbers.

    Attributes
    ----------
    ids : int32 array (n_tokens, n_columns)
        Number of each feature, -1 where there is none. Columns are ordered by position
        in the context, then by prefix.
    starts : int64 array (n_sentences + 1,)
        Sentence i has the rows ``starts[i]:starts[i + 1]``.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]


class BrownFeatures(FeatureTransformer):
    """Features of tokens: prefixes of the bit strings of a word and its neighbours.

    A prefix of 4 bits of the word at offset d is the feature ``b[d]4=0110``. If the
    bit string has fewer bits, the feature is the whole bit string with a mark:
    ``b[d]4=01$``. Flat classes have no prefixes: whatever the lengths, the only feature
    is the class, ``b[d]=17``. With ``cuts=(100,)``, the bit string of the word in the
    tree cut into 100 clusters is another feature, ``k[d]100=0110``. Words without a
    cluster, and offsets beyond the sentence, have no features.

    Also a transformer, as in scikit-learn: `transform` is `matrix`, or the same of
    single words.

    Parameters
    ----------
    clusters : WordClusters or path
        Where words are looked up; a path is loaded at once.
    prefix_lengths : iterable of int or str, default "turian"
        Bits of each prefix; or ``"turian"`` (4, 6, 10, 20), ``"ark"`` (2, 4, ..., 16),
        ``"all"``.
    cuts : iterable of int, default ()
        Numbers of clusters into which the tree is cut, for roll-up features: the bit
        strings of the clusters of each cut. Needs the order of merges, which text files
        and flat classes do not have.
    context : int, default 2
        Number of words to the left and to the right that also give features.
    backoff : BackOff or iterable of str, default ()
        What to look up if a word is not found.
    unknown : str, optional
        Bit string of the cluster, or name of the flat class, to which words without a
        cluster are assigned; or anything else, such as ``"_"``, which is then the value
        of all of their features.

    Raises
    ------
    ValueError
        If a preset, cluster or number of clusters does not exist.

    References
    ----------
    Turian et al. (2010), "Word representations: a simple and general method for
    semi-supervised learning"; Derczynski and Chester (2016), "Generalised Brown
    clustering and roll-up feature generation".

    Examples
    --------
    >>> clusters = WordClusters(["the", "cat", "ran"], ["00", "010", "1"])
    >>> features = BrownFeatures(clusters, [2, 4], context=1)
    >>> features.strings([["the", "cat"]])[0][1]
    ['b[-1]2=00', 'b[-1]4=00$', 'b[0]2=01', 'b[0]4=010$']
    >>> features.matrix([["the", "cat"], ["ran"]]).shape
    (3, 18)
    """

    def __init__(
        self,
        clusters: WordClusters | str | PathLike[str],
        prefix_lengths: str | Iterable[int] = "turian",
        *,
        cuts: Iterable[int] = (),
        context: int = 2,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> None:
        self._given = {
            "clusters": clusters,
            "prefix_lengths": prefix_lengths,
            "cuts": cuts,
            "context": context,
            "backoff": backoff,
            "unknown": unknown,
        }
        if not isinstance(clusters, WordClusters):
            clusters = WordClusters.load(clusters)
        self.clusters = clusters
        self.prefix_lengths = _check_lengths(prefix_lengths, clusters)
        self.cuts = _check_distinct("cuts", cuts)
        self.context = check_integer("context", context, minimum=0, maximum=MAX_CONTEXT)
        self.backoff = as_backoff(backoff)
        self.unknown = unknown
        self._marker = _marker_of(clusters, unknown)
        self._columns = self._make_columns()

    def _make_columns(self) -> list[tuple[str, str, list[str]]]:
        """Return for each prefix and cut: kind, size, and the value of each cluster."""
        bit_strings = self.clusters.cluster_bit_strings
        columns = [
            ("b", str(length), cluster_prefixes(self.clusters, length))
            for length in self.prefix_lengths
        ]
        if self.clusters.is_flat and columns:
            columns = [("b", "", list(bit_strings))]
        # All words of a cluster are in one cluster of the cut: look at its first word.
        _, first = np.unique(self.clusters.labels, return_index=True)
        for k in self.cuts:
            cut = self.clusters.cut(k)
            labels = cut.labels[first].tolist()
            columns.append(
                ("k", str(k), [cut.cluster_bit_strings[label] for label in labels])
            )
        if not columns:
            rule = "non-empty, unless cuts are given"
            raise ValueError(must_be("prefix_lengths", rule, self.prefix_lengths))
        if self._marker is not None:  # the label after those of all clusters
            columns = [
                (kind, size, [*values, self._marker]) for kind, size, values in columns
            ]
        return columns

    # --- Strings --------------------------------------------------------------

    def strings(self, sentences: Sentences) -> list[list[list[str]]]:
        """Return the features of each token of each sentence, for python-crfsuite.

        Parameters
        ----------
        sentences : iterable of sequences of str
            The tokens of each sentence.

        Returns
        -------
        list of list of list of str
            For each sentence and token its features, such as ``b[0]4=0110``.

        Notes
        -----
        The features have none of the characters that CRFsuite's text format escapes,
        unless the names of flat classes have some.
        Over 250,000 tokens per second.
        """
        tables = self._string_tables
        return [
            [list(chain.from_iterable(parts)) for parts in _entries(labels, tables)]
            for labels in self._labels_of_sentences(sentences)
        ]

    def dicts(self, sentences: Sentences) -> list[list[dict[str, str]]]:
        """Return the features of each token as dicts such as ``{"b[0]4": "0110"}``.

        For sklearn-crfsuite and for scikit-learn's DictVectorizer.

        Parameters
        ----------
        sentences : iterable of sequences of str
            The tokens of each sentence.

        Returns
        -------
        list of list of dict of str to str
            For each sentence and token its features.
        """
        tables = self._dict_tables
        dicts = []
        for labels in self._labels_of_sentences(sentences):
            tokens = []
            for parts in _entries(labels, tables):
                token: dict[str, str] = {}
                for part in parts:
                    token.update(part)
                tokens.append(token)
            dicts.append(tokens)
        return dicts

    def _labels_of_sentences(self, sentences: Sentences) -> list[list[int]]:
        labels, starts = self._labels(sentences)
        bounds = starts.tolist()
        flat = labels.tolist()
        return [flat[start:end] for start, end in pairwise(bounds)]

    @cached_property
    def _string_tables(self) -> list[list[list[str]]]:
        """Strings by position, then label."""
        return [
            [[f"{name}={value}" for name, value in row.items()] for row in table]
            for table in self._dict_tables
        ]

    @cached_property
    def _dict_tables(self) -> list[list[dict[str, str]]]:
        """Names and values by position, then label."""
        return [
            [
                {
                    f"{kind}[{offset}]{size}": values[label]
                    for kind, size, values in self._columns
                }
                for label in range(len(self._columns[0][2]))
            ]
            for offset in range(-self.context, self.context + 1)
        ]

    # --- Numbers --------------------------------------------------------------

    @property
    def n_columns(self) -> int:
        """Number of features of a position: prefixes and cuts, or the flat class."""
        return len(self._columns)

    @property
    def n_features(self) -> int:
        """Number of features: the columns of `matrix`."""
        return (2 * self.context + 1) * len(self._values)

    def feature_names(self) -> list[str]:
        """Return the name of each feature.

        Returns
        -------
        list of str, length n_features
            Named as by `strings`.
        """
        return [
            f"{kind}[{offset}]{size}={value}"
            for offset in range(-self.context, self.context + 1)
            for kind, size, value in self._values
        ]

    def ids(self, sentences: Sentences) -> FeatureIds:
        """Return the features of all tokens as numbers.

        Parameters
        ----------
        sentences : iterable of sequences of str
            The tokens of each sentence.

        Returns
        -------
        FeatureIds
            Numbers of features, which are indices into `feature_names`.

        Notes
        -----
        Over a million tokens per second.
        """
        labels, starts = self._labels(sentences)
        n_columns = (2 * self.context + 1) * self.n_columns
        ids = np.empty((labels.size, n_columns), np.int32)
        fill_feature_ids(labels, starts, self._table, len(self._values), ids)
        return FeatureIds(ids, starts)

    def matrix(self, sentences: Sentences) -> sparse.csr_array:
        """Return the features of all tokens as a matrix of zeros and ones.

        Parameters
        ----------
        sentences : iterable of sequences of str
            The tokens of each sentence.

        Returns
        -------
        csr_array of float64, shape (n_tokens, n_features)
            One row per token of all sentences.
        """
        ids, _ = self.ids(sentences)
        has_feature = ids >= 0
        indices = ids[has_feature]
        indptr = np.zeros(len(ids) + 1, np.int32 if indices.size < 2**31 else np.int64)
        np.cumsum(has_feature.sum(axis=1), out=indptr[1:])
        return sparse.csr_array(
            (np.ones(indices.size), indices, indptr), shape=(len(ids), self.n_features)
        )

    def _labels(
        self, sentences: Sentences
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the labels of all tokens, and where each sentence starts."""
        check_rows("sentences", sentences, "lists of tokens")
        listed = list(map(tokens_of, sentences))
        starts = np.zeros(len(listed) + 1, np.int64)
        np.cumsum(list(map(len, listed)), out=starts[1:])
        labels = self.clusters.cluster_labels(
            list(chain.from_iterable(listed)),
            backoff=self.backoff,
            unknown=self.unknown if self._marker is None else None,
        )
        if self._marker is not None:
            labels[labels < 0] = self.clusters.n_clusters
        return labels, starts

    @cached_property
    def _values(self) -> list[tuple[str, str, str]]:
        """All features of one position: kind, size and value, by column, then value."""
        return [
            (kind, size, value)
            for kind, size, values in self._columns
            for value in sorted(set(values))
        ]

    @cached_property
    def _table(self) -> NDArray[np.int32]:
        """Numbers of the features of each cluster; shape (n_clusters, n_columns)."""
        number = {feature: i for i, feature in enumerate(self._values)}
        rows = [
            [number[kind, size, values[label]] for kind, size, values in self._columns]
            for label in range(len(self._columns[0][2]))
        ]
        return np.array(rows, np.int32)


def _marker_of(clusters: WordClusters, unknown: str | None) -> str | None:
    """Return the value for words without a cluster, unless it is that of a cluster."""
    if unknown is None or unknown in clusters.cluster_bit_strings:
        return None
    if not clusters.is_flat and not set(unknown) - {"0", "1"}:
        clusters.cluster_labels([], unknown=unknown)  # raises: no such cluster
    check_token("unknown", unknown)
    return unknown


def cluster_prefixes(clusters: WordClusters, length: int) -> list[str]:
    """Return a prefix of each cluster's bit string; of flat classes their names.

    Parameters
    ----------
    clusters : WordClusters
        The clusters.
    length : int
        Number of bits; see `prefix_of`.

    Returns
    -------
    list of str, length n_clusters
        By label.
    """
    if clusters.is_flat:
        return list(clusters.cluster_bit_strings)
    return [prefix_of(bits, length) for bits in clusters.cluster_bit_strings]


def prefix_of(bit_string: str, length: int) -> str:
    """Return the first bits of a bit string; if it is too short, all and a mark.

    Parameters
    ----------
    bit_string : str
        The bit string of a cluster.
    length : int
        Number of bits.

    Examples
    --------
    >>> prefix_of("0110", 2), prefix_of("0110", 6)
    ('01', '0110$')
    """
    if len(bit_string) >= length:
        return bit_string[:length]
    return bit_string + SHORT_MARK


def _check_lengths(
    lengths: str | Iterable[int], clusters: WordClusters
) -> tuple[int, ...]:
    if isinstance(lengths, str):
        check_choice("prefix_lengths", lengths, (*PRESETS, ALL))
        if lengths != ALL:
            return PRESETS[lengths]
        longest = max(map(len, clusters.cluster_bit_strings))
        return tuple(range(1, max(longest, 1) + 1))
    return _check_distinct(
        "prefix_lengths",
        [check_integer("prefix_lengths", n, minimum=1) for n in lengths],
    )


def _check_distinct(name: str, sizes: Iterable[int]) -> tuple[int, ...]:
    listed = tuple(sizes)
    if len(set(listed)) < len(listed):
        raise ValueError(must_be(name, "all different", listed))
    return listed


def _entries(labels: list[int], tables: list[list[T]]) -> Iterator[list[T]]:
    """Yield for each token the table entries of the words in its context.

    There is a table for each position in the context, with an entry per label.
    """
    context = len(tables) // 2
    for t in range(len(labels)):
        first = max(0, t - context)
        nearby = labels[first : t + context + 1]
        yield [
            tables[position][label]
            for position, label in enumerate(nearby, first - t + context)
            if label >= 0
        ]
