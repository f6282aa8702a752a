"""`BrownClustering`: from text to clusters, as a scikit-learn estimator."""

import os
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from brownclust._progress import ProgressOption, shown_progress
from brownclust._transformer import Transformer
from brownclust._validation import check_integer, must_be
from brownclust.clusters.overview import overview
from brownclust.clusters.word_clusters import WordClusters
from brownclust.counting.counts import BigramCounts
from brownclust.counting.id_words import look_up_ids
from brownclust.counting.options import (
    ENCODING_OPTIONS,
    FILE_ONLY_OPTIONS,
    TEXT_ONLY_OPTIONS,
    CountingKeywords,
    Neighbours,
    Resources,
    WordFilter,
    keyword_defaults,
    keyword_names,
    with_keywords,
)
from brownclust.text.blocks import Progress
from brownclust.text.files import STANDARD_INPUT, expand_paths, matching_files
from brownclust.text.id_arrays import are_ids as look_like_ids
from brownclust.text.id_corpus import hold_ids
from brownclust.text.normalise import apply_steps, check_steps
from brownclust.text.rows import (
    check_is_word,
    check_rows,
    python_value,
    tokens_of,
)
from brownclust.text.text_format import TextFormat
from brownclust.text.tokens import word_of
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.refining_options import check_refine, check_seed
from brownclust.tree.sizes import WindowSize, check_sizes

_WORDS = "a list of words or of sentences"


class BrownClustering(Transformer):
    """Exact Brown clustering of the words of a corpus.

    Every word becomes a leaf of a binary tree, in which words with similar neighbours
    are close together. The path from the root to a word is its bit string; a prefix of
    the bit string stands for a coarser cluster.

    Follows the conventions of scikit-learn, so that it can be a step of a pipeline, but
    does not need scikit-learn. A string is the path of a text in `fit`, and a word in
    `predict` and `transform`, never a text itself.

    Parameters
    ----------
    n_clusters : int, default 1000
        Number of clusters.
    window : int or "full", optional
        Clusters active at once (not a context window), `n_clusters` by default. Time
        and memory grow with its square. A wider window does not give better clusters,
        but a tree that can be cut into any number of clusters up to `window`. "full"
        makes every word a cluster at the start, as in the original definition.
    refine : int, optional
        Refine the clusters by exchange, with so many annealed sweeps (0 for none): more
        average mutual information, which is not always a better feature; see
        `refine_clusters`. The tree can be cut into `n_clusters` or fewer.
    random_state : int, default 0
        Seed for annealing.
    dtype : str, optional
        The type of the integers of raw files, such as "uint16"; see
        `BigramCounts.from_ids`.
    separator : int, optional
        In a corpus of integers, what ends a line and is not counted.
    boundary : {"break", "ignore", "mark"}, default "break"
        What the end of a line or sentence is: no bigram crosses it; whitespace, as in
        wcluster; a neighbour itself; see `Neighbours`.
    skip_grams : int, default 1
        Count words up to this far apart as neighbours; see `Neighbours`.
    min_count : int, default 1
        Remove words that occur less often. The neighbours of a removed word do not
        become neighbours of each other; see `WordFilter`.
    max_vocabulary : int, optional
        Keep only this many words, the most frequent ones.
    vocabulary : path or iterable of str, optional
        Keep only these words.
    stopwords : path or iterable of str, optional
        Remove these words.
    normalise : sequence of str, default ()
        Steps applied to every word, of the text and of later queries, in order:
        "lowercase", "digits", "nfc", "urls", "users"; see `TextFormat`.
    phrases : path or iterable of str, optional
        Phrases whose words become one word of the text, such as ``New_York``; see
        `TextFormat`. Words given to `predict` and `transform` are not joined.
    format : {"text", "conll", "conllu", "columns", "jsonl"}, default "text"
        Format of the files; see `TextFormat`.
    field : str or int, optional
        The column (CoNLL) or the field (JSON lines) with the text; see `TextFormat`.
    encoding : str, default "utf-8"
        Encoding of the files; those with lists of words may also be UTF-8.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not of the encoding; "strict", the default,
        raises an error.
    comment : str, optional
        With CoNLL, the beginning of comments; see `TextFormat`.
    lenient : bool, default False
        With CoNLL, whether to leave out sentences that cannot be read.
    threads : int, default 1
        Number of threads; affects the time, not the result.
    memory : int, optional
        Limit on the memory for counting, in bytes; see `Resources`.
    temp_directory : path, optional
        Where counting puts temporary files; see `Resources`.
    progress : callable or bool, optional
        True: show bars of tqdm, and a line when the first call compiles, which takes up
        to half a minute. A callable is called from time to time as
        ``progress(stage, done, total)``.

    Attributes
    ----------
    clusters_ : WordClusters
        The words and their clusters: look-up with back-off, saving, export.
    bit_strings_ : dict of str to str
        Bit string of each word's cluster, the most frequent word first; of int to str
        if the corpus was one of integers.
    labels_ : int32 array (n_words,)
        Cluster of each word, from 0 in the order of bit strings.
    vocabulary_ : Vocabulary
        The words, by rank.
    children_ : int64 array (n_words - 1, 2)
        The two nodes that each merge joins; see `Dendrogram`.
    merge_losses_ : float64 array (n_words - 1,)
        Mutual information lost by each merge, in bits per bigram; NaN in the merges
        that join the words of a refined cluster.
    ami_ : float
        Average mutual information of the clusters, in bits.
    dendrogram_ : Dendrogram
        The tree: other cuts, bit strings of single words, SciPy's linkage matrix.
    counts_ : BigramCounts
        The counts that were clustered.
    model_ : BrownModel
        Words and tree together, to be saved, and read by ``brownclust cut``.
    ids_ : int64 array (n_words,)
        The ids by rank, if the corpus was one of integers. `predict` and `transform`
        then take ids; the words of `vocabulary_` and `clusters_` are their digits.

    Notes
    -----
    `Neighbours`, `WordFilter` and `Resources` in `brownclust.counting.options` and
    `TextFormat` in `brownclust.text.text_format` document the options of counting in
    full.

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
        window: WindowSize = None,
        refine: int | None = None,
        random_state: int = 0,
        dtype: str | None = None,
        separator: int | None = None,
        progress: ProgressOption = None,
        **options: Unpack[CountingKeywords],
    ) -> None:
        self.n_clusters = n_clusters
        self.window = window
        self.refine = refine
        self.random_state = random_state
        self.dtype = dtype
        self.separator = separator
        self.progress = progress
        vars(self).update(keyword_defaults(options))

    def fit(self, X: Any, y: None = None) -> Self:  # noqa: N803  # scikit-learn's name
        """Count and cluster.

        Parameters
        ----------
        X : path, list of paths, BigramCounts, array of ids, or iterable of token lists
            A string or path-like is a file, a folder or a pattern of files; a list of
            these is several. Counts are clustered after `min_count`, `max_vocabulary`,
            `vocabulary` and `stopwords` have been applied. An array of integers, or
            rows of them, are ids; see `BigramCounts.from_ids`. Anything else is an
            iterable of sentences, each a list of tokens, which is read once.
        y : None
            Ignored.

        Returns
        -------
        BrownClustering
            This estimator.

        Raises
        ------
        TypeError, ValueError
            If a parameter or the text is invalid.
        OSError
            If a file cannot be read.
        """
        # Before hours of counting
        check_sizes(self.n_clusters, self.window)
        seed = check_seed("random_state", self.random_state)
        check_refine(self.refine, self.n_clusters, self.window)
        with shown_progress(self.progress) as progress:
            counts = self._count(X, progress)
            model = cluster_counts(
                counts,
                n_clusters=self.n_clusters,
                window=self.window,
                refine=self.refine,
                seed=seed,
                threads=self.threads,
                progress=progress,
            )
        self.counts_ = counts
        self.model_ = model
        self.vocabulary_ = model.vocabulary
        self.dendrogram_ = model.dendrogram
        self.children_ = model.dendrogram.children
        self.merge_losses_ = model.dendrogram.merge_losses
        self.ami_ = model.ami
        self.labels_ = model.dendrogram.cut(model.n_clusters)
        words: Iterable[Any] = model.vocabulary
        if counts.are_ids:
            self.ids_ = counts.ids_by_rank
            words = self.ids_.tolist()
        elif hasattr(self, "ids_"):  # of another corpus
            del self.ids_
        bit_strings = model.dendrogram.bit_strings(model.n_clusters)
        self.bit_strings_: dict[Any, str] = dict(zip(words, bit_strings, strict=True))
        return self

    @property
    def clusters_(self) -> WordClusters:
        """The words and their clusters: look-up, saving, export."""
        self._check_fitted()
        return WordClusters.from_model(self.model_)

    def _repr_html_(self) -> str:
        """Return the parameters, and once fitted the top of the tree; for notebooks."""
        if not self.__sklearn_is_fitted__():
            return f"<pre>{escape(repr(self))}</pre>"
        clusters = self.clusters_
        words = f"{len(clusters):,} words, {self.ami_:.4f} bits of information"
        return overview(clusters, f"{self!r}: {words}")

    def predict(self, X: Iterable[str]) -> NDArray[np.int32]:  # noqa: N803
        """Return the cluster of each word.

        Parameters
        ----------
        X : iterable of str, or int array
            Words; or ids, if the corpus was one of integers, of any shape.

        Returns
        -------
        int32 array (n_words,)
            Labels as in `labels_`; -1 for a word that was not clustered. Of the shape
            of the ids.

        Raises
        ------
        TypeError, ValueError
            If one is not a string, or is a text.
        """
        self._check_fitted()
        if hasattr(self, "ids_"):
            ranks = look_up_ids(self.ids_, X)
            return np.append(self.labels_, np.int32(-1))[ranks]
        check_rows("X", X, _WORDS)
        words = list(X)
        ranks = self.vocabulary_.look_up([self._normalised(word) for word in words])
        for missing in np.flatnonzero(ranks < 0).tolist():
            check_is_word("X", words[missing])
        return np.append(self.labels_, np.int32(-1))[ranks]

    def transform(self, X: Iterable[Any]) -> Any:  # noqa: N803
        """Replace words by the bit strings of their clusters.

        Parameters
        ----------
        X : iterable of str, or iterable of sequences of str
            Words, or sentences of words; or ids, if the corpus was one of integers.

        Returns
        -------
        list of str, or list of list of str
            The bit string of each word, or "" for a word that was not clustered, so
            that sentences keep their length. (The bit string of a single cluster is ""
            too.) Or a data frame with them in one column; see `set_output`.

        Raises
        ------
        TypeError, ValueError
            If an item is neither a word nor a list of words; a string that is a text
            is not a word.
        """
        self._check_fitted()
        check_rows("X", X, _WORDS)
        rows: list[str | list[str]] = []
        for item in map(python_value, X):
            if isinstance(item, str) or not isinstance(item, Iterable):
                found = self._find(item)
                if found is None:
                    check_is_word("X", item)
                rows.append(found or "")
            else:
                rows.append([self._find(word) or "" for word in tokens_of(item)])
        return self._as_output(rows, X)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the name of the one column that `transform` returns.

        Parameters
        ----------
        input_features
            Ignored.

        Returns
        -------
        ndarray of str objects, shape (1,)
            It is "bit_string".
        """
        self._check_fitted()
        return np.array(["bit_string"], dtype=object)

    def fit_transform(
        self,
        X: Iterable[Sequence[str]],  # noqa: N803
        y: None = None,
    ) -> Any:
        """Cluster the words of sentences, then replace them by bit strings.

        Parameters
        ----------
        X : iterable of token lists
            Sentences, read twice. Files and counts can be fitted but not transformed.
        y : None
            Ignored.

        Returns
        -------
        list of list of str
            As from `transform`.
        """
        rule = "token lists that can be read twice"
        if _paths(X) is not None or isinstance(X, BigramCounts | Iterator):
            raise TypeError(must_be("X", rule, X))
        check_rows("X", X, rule)
        for sentence in X:
            if isinstance(sentence, Iterator):
                raise TypeError(must_be("X", rule, sentence))
        return self.fit(X).transform(X)

    def _normalised(self, word: str) -> str:
        if not isinstance(word, str):
            raise TypeError(must_be("word", "a string", word))
        return apply_steps(self.normalise, word)

    def _find(self, word: str) -> str | None:
        """Return the bit string of a word, None if it was not clustered."""
        if hasattr(self, "ids_"):
            return self.bit_strings_.get(check_integer("id", word))
        normalised = self._normalised(word)
        found = self.bit_strings_.get(normalised)
        return self.bit_strings_.get(word_of(normalised)) if found is None else found

    def _count(self, X: Any, progress: Progress | None) -> BigramCounts:  # noqa: N803
        options = {name: getattr(self, name) for name in keyword_defaults()}
        options["normalise"] = check_steps("normalise", self.normalise)
        if isinstance(X, BigramCounts):
            fixed = keyword_names(TextFormat, Neighbours)
            fixed = tuple(name for name in fixed if name not in ENCODING_OPTIONS)
            self._check_defaults(options, fixed, "counts")
            words = {name: options[name] for name in keyword_names(WordFilter)}
            default = keyword_defaults()
            self._check_no_ids("counts")
            if all(value is default[name] for name, value in words.items()):
                return X
            encodings = {name: options[name] for name in ENCODING_OPTIONS}
            return X.select(**encodings, **words)
        paths = _paths(X)
        if paths is None:
            rows, are_ids = _look_at(X)
            if are_ids:
                return self._count_ids(rows, options, progress)
            self._check_no_ids("token lists")
            self._check_defaults(options, FILE_ONLY_OPTIONS, "token lists")
            for name in FILE_ONLY_OPTIONS:
                del options[name]
            return BigramCounts.from_sentences(rows, progress=progress, **options)
        for path in paths:
            exists = path == STANDARD_INPUT or os.path.exists(path)  # noqa: PTH110  # may be a str
            if not exists and not matching_files(path):
                rule = "an existing file or token lists (from a text: text.split())"
                raise FileNotFoundError(must_be("X", rule, path))
        files = expand_paths(paths)
        if options["format"] == "text" and hold_ids(
            files, dtype=self.dtype, field=options["field"]
        ):
            return self._count_ids(files, options, progress)
        self._check_no_ids("text")
        return BigramCounts.from_text(paths, progress=progress, **options)

    def _count_ids(
        self,
        X: Any,  # noqa: N803
        options: dict[str, Any],
        progress: Progress | None,
    ) -> BigramCounts:
        self._check_defaults(options, TEXT_ONLY_OPTIONS, "ids")
        names = keyword_names(Neighbours, WordFilter, Resources)
        return BigramCounts.from_ids(
            X,
            dtype=self.dtype,
            separator=self.separator,
            field=options["field"],
            progress=progress,
            **{name: options[name] for name in names},
        )

    def _check_no_ids(self, what: str) -> None:
        """Raise ``ValueError`` if an option is set that is for ids only."""
        for name in ("dtype", "separator"):
            if getattr(self, name) is not None:
                rule = f"None for {what}"
                raise ValueError(must_be(name, rule, getattr(self, name)))

    def _check_defaults(
        self, options: dict[str, Any], names: Iterable[str], what: str
    ) -> None:
        """Raise ``ValueError`` if an option is set that does not apply to the input."""
        default = keyword_defaults()
        for name in names:
            if options[name] != default[name]:
                rule = f"{default[name]!r} for {what}"
                raise ValueError(must_be(name, rule, options[name]))


def _look_at(X: Any) -> tuple[Any, bool]:  # noqa: N803
    """Return what is not a path, to be read, and whether it has ids.

    The first row of an iterator is read, and put back.
    """
    if isinstance(X, Iterator):
        first = next(X, None)
        return chain([] if first is None else [first], X), look_like_ids(None, first)
    first = None
    if isinstance(X, list | tuple) or (isinstance(X, np.ndarray) and X.dtype == object):
        first = X[0] if len(X) else None
    return X, look_like_ids(X, first)


def _paths(X: Any) -> list[str | os.PathLike[str]] | None:  # noqa: N803
    """Return `X` as paths, or None if it is sentences or counts."""
    if isinstance(X, str | os.PathLike):
        return [X]
    if (
        isinstance(X, list | tuple)
        and X
        and all(isinstance(item, str | os.PathLike) for item in X)
    ):
        return list(X)
    return None
