"""Bit-string prefixes as features, for taggers of words in sentences."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from brownclust._kernels.tagger.feature_ids import fill_feature_ids
from brownclust._validation import check_choice, check_integer, must_be
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import Steps, WordClusters

PRESETS: dict[str, tuple[int, ...]] = {
    "turian": (4, 6, 10, 20),
    "ark": tuple(range(2, 17, 2)),
}
ALL = "all"
"""Every length up to that of the longest bit string."""

MOST_CONTEXT = 100
"""Words to either side; tables are made for every place."""

END = "$"
"""Follows a bit string that is shorter than the prefix asked for."""

Sentences: TypeAlias = Iterable[Sequence[str]]

T = TypeVar("T")


class FeatureIds(NamedTuple):
    """Features of all tokens, as numbers.

    Attributes
    ----------
    ids : int32 array (n_tokens, n_columns)
        Number of each feature, -1 where there is none. Columns go by place in the
        context, then by prefix.
    starts : int64 array (n_sentences + 1,)
        Sentence i has the rows from ``starts[i]`` up to ``starts[i + 1]``.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]


class BrownFeatures:
    """Features of tokens: prefixes of the bit strings of a word and its neighbours.

    The word d places on has, for a prefix of 4 bits, the feature ``b[d]4=0110``. Where
    the whole bit string is shorter than that it is ``b[d]4=01$``: the path itself, and
    marked. With ``cuts=(100,)`` the tree cut at 100 gives ``k[d]100=0110`` too.
    A word without a cluster has no feature, nor has a place beyond the sentence.

    Parameters
    ----------
    clusters : WordClusters
        Where words are looked up.
    prefix_lengths : iterable of int or str, default "turian"
        Bits of each prefix; or ``"turian"`` (4, 6, 10, 20), ``"ark"`` (2, 4, ..., 16),
        ``"all"``.
    cuts : iterable of int, default none
        Roll-up features: bit strings of the clusters that the tree has when it is cut
        at these sizes, instead of at so many bits. Needs the order of merges, which
        text files do not have.
    context : int, default 2
        How many words to the left and to the right have features too.
    backoff : BackOff or iterable of str, default none
        What to look up for a word that is not found.
    unknown : str, optional
        Bit string of the cluster for words not found at all.

    Raises
    ------
    ValueError
        If there is no such preset, cluster or size.

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
        clusters: WordClusters,
        prefix_lengths: str | Iterable[int] = "turian",
        *,
        cuts: Iterable[int] = (),
        context: int = 2,
        backoff: Steps = (),
        unknown: str | None = None,
    ) -> None:
        self.clusters = clusters
        self.prefix_lengths = _check_lengths(prefix_lengths, clusters)
        self.cuts = _all_different("cuts", cuts)
        self.context = check_integer(
            "context", context, minimum=0, maximum=MOST_CONTEXT
        )
        self.backoff = backoff if isinstance(backoff, BackOff) else BackOff(backoff)
        self.unknown = unknown
        if unknown is not None:
            clusters.cluster_labels([], unknown=unknown)
        self._columns = self._make_columns()

    def _make_columns(self) -> list[tuple[str, str, list[str]]]:
        """For each prefix: what a name begins and goes on with; values by label."""
        whole = self.clusters.cluster_bit_strings
        columns = [
            ("b", str(length), [prefix_of(bits, length) for bits in whole])
            for length in self.prefix_lengths
        ]
        # A cluster's first member tells where its words are in the cut.
        _, first = np.unique(self.clusters.labels, return_index=True)
        for k in self.cuts:
            cut = self.clusters.cut(k)
            labels = cut.labels[first].tolist()
            columns.append(
                ("k", str(k), [cut.cluster_bit_strings[label] for label in labels])
            )
        if not columns:
            rule = "at least one, unless there are cuts"
            raise ValueError(must_be("prefix_lengths", rule, self.prefix_lengths))
        return columns

    # --- Strings --------------------------------------------------------------

    def strings(self, sentences: Sentences) -> list[list[list[str]]]:
        """Return the features of each token of each sentence, as python-crfsuite wants.

        Parameters
        ----------
        sentences : iterable of sequences of str
            Tokens.

        Returns
        -------
        list of list of list of str

        Notes
        -----
        Names have none of the characters that CRFsuite's text format escapes. The
        same lists of strings are shared by all tokens; over 150,000 tokens a second.
        """
        tables = self._string_tables
        return [
            [list(chain.from_iterable(found)) for found in _windows(labels, tables)]
            for labels in self._labels_of_sentences(sentences)
        ]

    def dicts(self, sentences: Sentences) -> list[list[dict[str, str]]]:
        """Return the features of each token as ``{"b[0]4": "0110"}``.

        As sklearn-crfsuite and scikit-learn's DictVectorizer take them.
        """
        tables = self._dict_tables
        found = []
        for labels in self._labels_of_sentences(sentences):
            tokens = []
            for parts in _windows(labels, tables):
                token: dict[str, str] = {}
                for part in parts:
                    token.update(part)
                tokens.append(token)
            found.append(tokens)
        return found

    def _labels_of_sentences(self, sentences: Sentences) -> list[list[int]]:
        labels, starts = self._labels(sentences)
        bounds = starts.tolist()
        flat = labels.tolist()
        return [flat[start:end] for start, end in pairwise(bounds)]

    @cached_property
    def _string_tables(self) -> list[list[list[str]]]:
        """Strings by place, then label."""
        return [
            [[f"{name}={value}" for name, value in row.items()] for row in table]
            for table in self._dict_tables
        ]

    @cached_property
    def _dict_tables(self) -> list[list[dict[str, str]]]:
        """Names and values by place, then label."""
        return [
            [
                {
                    f"{kind}[{place}]{size}": values[label]
                    for kind, size, values in self._columns
                }
                for label in range(self.clusters.n_clusters)
            ]
            for place in range(-self.context, self.context + 1)
        ]

    # --- Numbers --------------------------------------------------------------

    @property
    def n_features(self) -> int:
        """How many features there are: columns of `matrix`."""
        return (2 * self.context + 1) * len(self._values)

    def feature_names(self) -> list[str]:
        """Return the name of each feature, as in `strings`; length n_features."""
        return [
            f"{kind}[{place}]{size}={value}"
            for place in range(-self.context, self.context + 1)
            for kind, size, value in self._values
        ]

    def ids(self, sentences: Sentences) -> FeatureIds:
        """Return the features of all tokens as numbers.

        Parameters
        ----------
        sentences : iterable of sequences of str
            Tokens.

        Returns
        -------
        FeatureIds

        Notes
        -----
        Over a million tokens a second.
        """
        labels, starts = self._labels(sentences)
        n_columns = (2 * self.context + 1) * len(self._columns)
        ids = np.empty((labels.size, n_columns), np.int32)
        fill_feature_ids(labels, starts, self._table, len(self._values), ids)
        return FeatureIds(ids, starts)

    def matrix(self, sentences: Sentences) -> sparse.csr_array:
        """Return the features of all tokens as a matrix of zeros and ones.

        Returns
        -------
        csr_array of float64, shape (n_tokens, n_features)
        """
        ids, _ = self.ids(sentences)
        is_there = ids >= 0
        indices = ids[is_there]
        indptr = np.zeros(len(ids) + 1, np.int32 if indices.size < 2**31 else np.int64)
        np.cumsum(is_there.sum(axis=1), out=indptr[1:])
        return sparse.csr_array(
            (np.ones(indices.size), indices, indptr), shape=(len(ids), self.n_features)
        )

    def _labels(
        self, sentences: Sentences
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Labels of all tokens, and where sentences start."""
        if isinstance(sentences, str):
            raise TypeError(must_be("sentences", "lists of tokens", sentences))
        listed = list(sentences)
        for sentence in listed:
            if isinstance(sentence, str):
                raise TypeError(must_be("sentence", "a list of tokens", sentence))
        starts = np.zeros(len(listed) + 1, np.int64)
        np.cumsum(list(map(len, listed)), out=starts[1:])
        labels = self.clusters.cluster_labels(
            list(chain.from_iterable(listed)),
            backoff=self.backoff,
            unknown=self.unknown,
        )
        return labels, starts

    @cached_property
    def _values(self) -> list[tuple[str, str, str]]:
        """All features of one place: kind, size and value, by column, then value."""
        return [
            (kind, size, value)
            for kind, size, values in self._columns
            for value in sorted(set(values))
        ]

    @cached_property
    def _table(self) -> NDArray[np.int32]:
        """Number of each cluster's features; shape (n_clusters, n_columns)."""
        number = {feature: i for i, feature in enumerate(self._values)}
        rows = [
            [number[kind, size, values[label]] for kind, size, values in self._columns]
            for label in range(self.clusters.n_clusters)
        ]
        return np.array(rows, np.int32)


def prefix_of(bit_string: str, length: int) -> str:
    """Return so many bits; where there are fewer, all of them and a mark."""
    return bit_string[:length] if len(bit_string) >= length else bit_string + END


def _check_lengths(
    lengths: str | Iterable[int], clusters: WordClusters
) -> tuple[int, ...]:
    if isinstance(lengths, str):
        check_choice("prefix_lengths", lengths, (*PRESETS, ALL))
        if lengths != ALL:
            return PRESETS[lengths]
        longest = max(map(len, clusters.cluster_bit_strings))
        return tuple(range(1, max(longest, 1) + 1))
    return _all_different(
        "prefix_lengths",
        [check_integer("prefix_lengths", n, minimum=1) for n in lengths],
    )


def _all_different(name: str, sizes: Iterable[int]) -> tuple[int, ...]:
    listed = tuple(sizes)
    if len(set(listed)) < len(listed):
        raise ValueError(must_be(name, "all different", listed))
    return listed


def _windows(labels: list[int], tables: list[list[T]]) -> Iterator[list[T]]:
    """Yield what the tables, by place, have of each token's known neighbours."""
    context = len(tables) // 2
    for t in range(len(labels)):
        first = max(0, t - context)
        near = labels[first : t + context + 1]
        yield [
            tables[place][label]
            for place, label in enumerate(near, first - t + context)
            if label >= 0
        ]
