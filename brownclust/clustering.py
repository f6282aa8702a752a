"""The whole way from text to clusters, as one estimator."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from brownclust._estimator import Estimator
from brownclust._validation import must_be
from brownclust.clusters.word_clusters import WordClusters
from brownclust.counting.counts import BigramCounts
from brownclust.counting.options import (
    FILE_ONLY_OPTIONS,
    CountingKeywords,
    Neighbours,
    WordFilter,
    keyword_defaults,
    keyword_names,
    with_keywords,
)
from brownclust.text.blocks import Progress
from brownclust.text.files import STANDARD_INPUT, matching_files
from brownclust.text.normalise import apply_steps, check_steps
from brownclust.text.text_format import TextFormat
from brownclust.tree.agglomerate import cluster_counts
from brownclust.tree.sizes import Window, check_sizes


class BrownClustering(Estimator):
    """Exact Brown clustering of the words of a corpus.

    Every word becomes a leaf of a binary tree so that words with similar neighbours
    sit close together. The path from the root is the word's bit string; a prefix of
    it names a coarser cluster.

    Follows scikit-learn's conventions, so it can be a step of a pipeline, and does
    not need scikit-learn.

    Parameters
    ----------
    n_clusters : int, default 1000
        Number of clusters.
    window : int or "full", optional
        Clusters active at once (not a context window), `n_clusters` by default. Time
        and memory grow with its square. More give a tree that can be cut at more
        places, not better clusters; "full" is every word, the original definition.
    boundary : {"break", "ignore", "mark"}, default "break"
        What the end of a line or sentence does: part words, nothing (as in
        wcluster), or part them and count as a neighbour.
    min_count : int, default 1
        Leave out words that occur less often. A word left out leaves a gap: its
        neighbours do not become each other's.
    max_vocabulary : int, optional
        Keep only so many words, the most frequent.
    vocabulary : path or iterable of str, optional
        Keep only these words.
    stopwords : path or iterable of str, optional
        Leave out these words.
    normalise : sequence of str, default ()
        What to do to every word of the text, and to those asked about later, in this
        order: "lowercase", "digits", "nfc", "urls", "users"; see
        `BigramCounts.from_text`.
    format : {"text", "conll", "conllu", "jsonl"}, default "text"
        What files are; see `BigramCounts.from_text`.
    field : str or int, optional
        Where the text is in files of another format than text: a column, "FORM" or
        the first by default, or the field of a JSON record, by default "text".
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not UTF-8; by default, raise an error.
    skip_grams : int, default 1
        How far apart two words may be to be counted as neighbours; see
        `BigramCounts.from_text`.
    threads : int, default 1
        Threads to use. They change the time, not the result.
    memory : int, optional
        Bytes that counting may take; see `BigramCounts.from_text`.
    progress : callable, optional
        Called now and then as ``progress(stage, done, total)``.

    Attributes
    ----------
    clusters_ : WordClusters
        The words and their clusters, to look up with back-off, save and export.
    bit_strings_ : dict of str to str
        Bit string of each word's cluster, from the most frequent word on.
    labels_ : int32 array (n_words,)
        Cluster of each word, from 0 in the order of the bit strings.
    vocabulary_ : Vocabulary
        The words, by rank.
    children_ : int64 array (n_words - 1, 2)
        The two nodes that each merge joins; see `Dendrogram`.
    merge_losses_ : float64 array (n_words - 1,)
        Mutual information lost by each merge, in bits per bigram.
    ami_ : float
        Average mutual information of the clusters, in bits.
    dendrogram_ : Dendrogram
        The tree: other cuts, every word's own path, SciPy's linkage matrix.
    counts_ : BigramCounts
        What was clustered.
    model_ : BrownModel
        Words and tree together, to be saved; ``brownclust cut`` reads it.

    References
    ----------
    Brown et al. (1992), "Class-based n-gram models of natural language",
    Computational Linguistics 18(4), section 3; Liang (2005), "Semi-supervised
    learning for natural language", MIT, section 4.2.

    Examples
    --------
    >>> sentences = ["the cat sat".split(), "the dog sat".split(),
    ...              "a cat ran".split(), "a dog ran".split()]
    >>> clustering = BrownClustering(n_clusters=3).fit(sentences)
    >>> clustering.bit_strings_["cat"] == clustering.bit_strings_["dog"]
    True
    """

    _fitted_name = "model_"

    normalise: Sequence[str]
    threads: int

    @with_keywords()
    def __init__(
        self,
        n_clusters: int = 1000,
        *,
        window: Window = None,
        progress: Progress | None = None,
        **options: Unpack[CountingKeywords],
    ) -> None:
        self.n_clusters = n_clusters
        self.window = window
        self.progress = progress
        vars(self).update(keyword_defaults(options))

    def fit(self, X: Any, y: None = None) -> Self:  # noqa: N803  # scikit-learn's name
        """Count and cluster.

        Parameters
        ----------
        X : path, list of paths, BigramCounts, or iterable of token lists
            A string or path-like is a file or folder, a list of nothing else several
            of them, or patterns of files; counts are clustered, once `min_count`,
            `max_vocabulary`, `vocabulary` and `stopwords` have been applied; anything
            else is sentences, each a list of tokens, which are read once.
        y : None
            Ignored.

        Returns
        -------
        BrownClustering
            This estimator.

        Raises
        ------
        TypeError, ValueError
            If a parameter or the text is not as it must be.
        OSError
            If a file cannot be read.
        """
        check_sizes(self.n_clusters, self.window)  # before hours of counting
        counts = self._count(X)
        model = cluster_counts(
            counts,
            n_clusters=self.n_clusters,
            window=self.window,
            threads=self.threads,
            progress=self.progress,
        )
        self.counts_ = counts
        self.model_ = model
        self.vocabulary_ = model.vocabulary
        self.dendrogram_ = model.dendrogram
        self.children_ = model.dendrogram.children
        self.merge_losses_ = model.dendrogram.merge_losses
        self.ami_ = model.ami
        self.labels_ = model.dendrogram.cut(model.n_clusters)
        self.bit_strings_ = dict(
            zip(
                model.vocabulary,
                model.dendrogram.bit_strings(model.n_clusters),
                strict=True,
            )
        )
        return self

    @property
    def clusters_(self) -> WordClusters:
        """The words and their clusters, to look up, save and export."""
        self._check_fitted()
        return WordClusters.from_model(self.model_)

    def predict(self, X: Iterable[str]) -> NDArray[np.int32]:  # noqa: N803
        """Cluster of each word.

        Parameters
        ----------
        X : iterable of str
            Words.

        Returns
        -------
        int32 array (n_words,)
            Labels as in `labels_`; -1 for a word that was not clustered.
        """
        self._check_fitted()
        _check_words(X)
        ranks = self.vocabulary_.look_up([self._normalized(word) for word in X])
        return np.append(self.labels_, np.int32(-1))[ranks]

    def transform(self, X: Iterable[Any]) -> list[Any]:  # noqa: N803
        """Replace words by the bit strings of their clusters.

        Parameters
        ----------
        X : iterable of str, or iterable of sequences of str
            Words, or sentences of words.

        Returns
        -------
        list of str, or list of list of str
            A bit string for each word, in its place: "" for a word that was not
            clustered, so that a sentence keeps its length. (If there is but one
            cluster its bit string is "" too.)
        """
        self._check_fitted()
        _check_words(X)
        return [
            [self._bit_string(word) for word in item]
            if isinstance(item, Iterable) and not isinstance(item, str | bytes)
            else self._bit_string(item)
            for item in X
        ]

    def fit_transform(
        self,
        X: Iterable[Sequence[str]],  # noqa: N803
        y: None = None,
    ) -> list[list[str]]:
        """Cluster the words of sentences, then replace them by bit strings.

        Parameters
        ----------
        X : iterable of token lists
            Sentences; read twice. (Files and counts can be fitted, not transformed.)
        y : None
            Ignored.

        Returns
        -------
        list of list of str
            As `transform` gives.
        """
        if _paths(X) is not None or isinstance(X, BigramCounts | Iterator):
            raise TypeError(must_be("X", "token lists that can be read twice", X))
        return self.fit(X).transform(X)

    def _normalized(self, word: str) -> str:
        if not isinstance(word, str):
            raise TypeError(must_be("word", "a string", word))
        return apply_steps(self.normalise, word)

    def _bit_string(self, word: str) -> str:
        return self.bit_strings_.get(self._normalized(word), "")

    def _count(self, X: Any) -> BigramCounts:  # noqa: N803
        options = {name: getattr(self, name) for name in keyword_defaults()}
        options["normalise"] = check_steps("normalise", self.normalise)
        if isinstance(X, BigramCounts):
            fixed = keyword_names(TextFormat, Neighbours)
            self._check_defaults(options, fixed, "text that has been counted")
            words = {name: options[name] for name in keyword_names(WordFilter)}
            default = keyword_defaults()
            if all(value is default[name] for name, value in words.items()):
                return X
            return X.select(**words)
        paths = _paths(X)
        if paths is None:
            self._check_defaults(options, FILE_ONLY_OPTIONS, "token lists")
            for name in FILE_ONLY_OPTIONS:
                del options[name]
            return BigramCounts.from_sentences(X, progress=self.progress, **options)
        for path in paths:
            is_there = path == STANDARD_INPUT or os.path.exists(path)  # noqa: PTH110  # may be a str
            if not is_there and not matching_files(path):
                rule = "an existing file or token lists (from a text: text.split())"
                raise FileNotFoundError(must_be("X", rule, path))
        return BigramCounts.from_text(paths, progress=self.progress, **options)

    def _check_defaults(
        self, options: dict[str, Any], names: Iterable[str], what: str
    ) -> None:
        """Raise an error at an option that cannot apply any more."""
        default = keyword_defaults()
        for name in names:
            if options[name] != default[name]:
                rule = f"{default[name]!r} for {what}"
                raise ValueError(must_be(name, rule, options[name]))


def _paths(X: Any) -> list[str | os.PathLike[str]] | None:  # noqa: N803
    """Return the paths that `X` is, or None if it is sentences or counts."""
    if isinstance(X, str | os.PathLike):
        return [X]
    if (
        isinstance(X, list | tuple)
        and X
        and all(isinstance(item, str | os.PathLike) for item in X)
    ):
        return list(X)
    return None


def _check_words(X: Any) -> None:  # noqa: N803
    if isinstance(X, str | bytes) or not isinstance(X, Iterable):
        raise TypeError(must_be("X", "a list of words or of sentences", X))
