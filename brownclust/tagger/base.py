"""`Tagger`: what all taggers share, from parameters to tagging and evaluation.

It brings features (`feature_space`), tags (`tag_set`) and `evaluation` together for its
subclasses in `perceptron` and `crf`.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from importlib import import_module
from itertools import chain
from os import PathLike
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import ArchiveError, refusing_damage
from brownclust._estimator import Estimator
from brownclust._validation import check_choice, check_integer, must_be, shown
from brownclust._version import __version__
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.attributes import ATTRIBUTES, SIZED, WORD
from brownclust.tagger.decoder import Decoder
from brownclust.tagger.evaluation import Evaluation, evaluate
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.notation import USUAL, Notation
from brownclust.tagger.sentences import (
    Data,
    Tags,
    Tokens,
    check_data,
    check_sentences,
    words_of,
)
from brownclust.tagger.sources import FeatureSource, check_sources
from brownclust.tagger.span_tags import check_span_tags
from brownclust.tagger.tag_set import AUTO, CHOICES, NONE, TagSet
from brownclust.tagger.tagger_file import (
    KIND,
    StoredTagger,
    read_tagger,
    write_tagger,
)
from brownclust.tagger.templates import (
    Template,
    check_attributes,
    parse_templates,
    preset_templates,
)
from brownclust.tagger.weights import Weights

TAGGER_MODULES = ("brownclust.tagger.perceptron", "brownclust.tagger.crf")
"""The modules of all subclasses, which `Tagger.load` imports to know their files."""

_STORED_APART = ("templates", "clusters", "features", "columns", "backoff")
"""Parameters that are not stored as given, but as the fitted tagger holds them."""


@dataclass(eq=False, repr=False)
class Tagger(Estimator):
    """Base of taggers: `PerceptronTagger` and `CRFTagger`.

    Parameters
    ----------
    templates : str, or iterable of str or Template, default "pos"
        The features to use: a preset (``"pos"``, ``"chunk"``, ``"ner"``), or templates
        in the notation of `brownclust.tagger.templates`.
    clusters : WordClusters or path, optional
        Clusters for templates with ``cluster`` attributes. Without them, presets leave
        these templates out.
    backoff : sequence of str, default ("lowercase", "digits")
        Other forms to look up for a word without a cluster; see `BackOff`.
    columns : sequence of str, default ("word",)
        Names of the columns of a token. If there is more than the word, each token is
        a sequence, and presets get templates for the further columns.
    scheme : str, default "auto"
        The tagger's own scheme for tags that mark spans: "iob1", "iob2", "ioe1",
        "ioe2", "bilou", "iobes", "bmes" or "bmewo"; "auto" is "bilou" if the tags mark
        spans; "none" treats them as any other tags. Predicted tags are in the scheme of
        the training data, and written as there (B-PER, b-per, B_PER, PER-B). Tags that
        are types without letters, beside O, are always used as they are.
    features : sequence of FeatureSource, default none
        Sources of further features: objects whose ``strings(sentences)`` returns a list
        of strings for each token, as `BrownFeatures` does.
    hash_size : int, optional
        If given, features are numbered by a hash below it, which saves memory; features
        with the same hash share their weights, and `min=` of templates has no effect.

    Attributes
    ----------
    space_ : FeatureSpace
        The features.
    tag_set_ : TagSet
        The tags.
    known_words_ : frozenset of str
        The words of the training data.
    tag_column_ : str or None
        The `tag_column` of `fit`.
    """

    algorithm: ClassVar[str]
    _fitted_name = "space_"

    templates: str | Iterable[str | Template] = "pos"
    _: KW_ONLY
    clusters: WordClusters | str | PathLike[str] | None = None
    backoff: Sequence[str] = ("lowercase", "digits")
    columns: Sequence[str] = (WORD,)
    scheme: str = AUTO
    features: Sequence[FeatureSource] = ()
    hash_size: int | None = None

    space_: FeatureSpace = field(init=False)
    tag_set_: TagSet = field(init=False)
    known_words_: frozenset[str] = field(init=False)
    tag_column_: str | None = field(init=False)
    _decoder: Decoder | None = field(default=None, init=False)

    # --- Training -------------------------------------------------------------

    def _check_parameters(self, *, has_dev: bool) -> None:
        """Raise an error for a parameter that is not of features."""
        check_choice("scheme", self.scheme, CHOICES)

    def _make_space(self) -> FeatureSpace:
        """Return a feature space; raise an error for a parameter of features."""
        columns = tuple(self.columns)
        if not columns or len(set(columns)) < len(columns):
            raise ValueError(must_be("columns", "distinct names", columns))
        for name in columns[1:]:
            if name in (*ATTRIBUTES, *SIZED):
                rule = f"names that are not attributes of words, as {name} is"
                raise ValueError(must_be("columns", rule, columns))
        clusters = self.clusters
        if clusters is not None and not isinstance(clusters, WordClusters):
            clusters = WordClusters.load(clusters)
        if isinstance(self.templates, Iterator):
            rule = "a list or a string, because fit may be called again"
            raise TypeError(must_be("templates", rule, self.templates))
        if isinstance(self.templates, str) and "[" not in self.templates:
            templates = preset_templates(
                self.templates, columns[1:], clusters=clusters is not None
            )
        else:
            given = self.templates
            lines = given if isinstance(given, str) else map(str, given)
            templates = parse_templates(lines)
        check_attributes(templates, columns)
        if self.hash_size is not None:
            check_integer("hash_size", self.hash_size, minimum=1, maximum=2**31 - 1)
        return FeatureSpace(
            templates,
            columns,
            clusters=clusters,
            backoff=BackOff(self.backoff),
            sources=check_sources(self.features),
            hash_size=self.hash_size,
        )

    def _check_data(
        self,
        sentences: Iterable[Tokens],
        tags: Iterable[Sequence[str]],
        dev: tuple[Iterable[Tokens], Iterable[Sequence[str]]] | None,
    ) -> tuple[Sequence[Tokens], Tags, Data | None]:
        """Return training and development data as lists, checked."""
        data = check_data(sentences, tags)
        checked = None
        if dev is not None:
            checked = check_data(*dev, names=("dev[0]", "dev[1]"))
        if self.scheme != NONE:
            check_span_tags(data[1])
            if checked is not None:
                known = {*chain.from_iterable(data[1])}
                check_span_tags(checked[1], "dev[1]", known=known)
        return *data, checked

    def _set_learnt(
        self,
        space: FeatureSpace,
        tag_set: TagSet,
        sentences: Sequence[Tokens],
        tag_column: str | None,
    ) -> None:
        """Set the attributes that every tagger learns from its training data."""
        self.space_, self.tag_set_, self.tag_column_ = space, tag_set, tag_column
        words = words_of(sentences, space.columns)
        self.known_words_ = frozenset(chain.from_iterable(words))

    @property
    def classes_(self) -> list[str]:
        """The tags, as `predict` returns them."""
        self._check_fitted()
        return self.tag_set_.outputs

    @property
    def are_spans(self) -> bool | None:
        """Whether the tags mark spans, as `evaluate` takes it; None if not known."""
        self._check_fitted()
        # Taggers of earlier versions do not know that tags are types beside O.
        not_spans = False if self.scheme == NONE else None
        return True if self.tag_set_.are_spans else not_spans

    # --- Tagging --------------------------------------------------------------

    @abstractmethod
    def _tagging_weights(self) -> Weights:
        """Return the weights that decide the tags."""

    def _tagging_decoder(self) -> Decoder:
        """Return the decoder, which is made at the first use of new weights."""
        decoder = self._decoder
        if decoder is None:
            decoder = Decoder(self.space_, self._tagging_weights())
            self._decoder = decoder
        return decoder

    def _tag(self, sentences: Sequence[Tokens]) -> NDArray[np.int32]:
        """Return the numbers of the tags of all tokens, in sequences allowed."""
        return self._tagging_decoder().tag(sentences)

    def clear_cache(self) -> None:
        """Free the memory that holds the scores of all words seen while tagging."""
        self._decoder = None

    def predict(self, sentences: Iterable[Tokens]) -> list[list[str]]:
        """Return the tags of each token of each sentence.

        Parameters
        ----------
        sentences : iterable of sequences of str
            Words; or, with further columns, sequences of tokens, each of which is a
            sequence of str, one for each of `columns`.

        Returns
        -------
        list of list of str

        Raises
        ------
        NotFittedError
            If the tagger is not trained.
        """
        self._check_fitted()
        listed = check_sentences(sentences)
        sizes = np.fromiter(map(len, listed), np.int64, len(listed))
        return self.tag_set_.decode(self._tag(listed), sizes)

    def score(self, sentences: Sequence[Tokens], tags: Tags) -> float:
        """Return F1 of spans, or accuracy if the tags do not mark spans; 0 to 1."""
        found = self.evaluate(sentences, tags, n_bootstrap=0)
        return found.accuracy if found.f1 is None else found.f1

    def evaluate(
        self,
        sentences: Sequence[Tokens],
        tags: Tags,
        *,
        predicted: Tags | None = None,
        **options: Any,
    ) -> Evaluation:
        """Compare the predicted tags with the gold standard.

        Parameters
        ----------
        sentences, tags : sequences
            As for `fit`.
        predicted : sequence of sequences of str, optional
            The result of `predict`, if you have it already.
        **options
            Options of `brownclust.tagger.evaluate`.

        Returns
        -------
        Evaluation

        Raises
        ------
        NotFittedError
            If the tagger is not trained.
        """
        self._check_fitted()
        listed = check_sentences(sentences)
        is_known = [
            list(map(self.known_words_.__contains__, words))
            for words in words_of(listed, self.space_.columns)
        ]
        return evaluate(
            tags,
            self.predict(listed) if predicted is None else predicted,
            is_known=is_known,
            are_spans=self.are_spans,
            **options,
        )

    # --- Files ----------------------------------------------------------------

    @abstractmethod
    def _learnt_arrays(self) -> dict[str, NDArray[Any]]:
        """Return what the algorithm has learnt as named arrays, for a file."""

    @abstractmethod
    def _restore_learnt(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Set what the algorithm has learnt to what `_learnt_arrays` returned."""

    def save(self, path: str | PathLike[str]) -> None:
        """Write the tagger to a file, atomically.

        The file is a NumPy archive (npz) without pickles. It contains everything that
        tagging needs, clusters included, except the sources in `features`.

        Raises
        ------
        NotFittedError
            If the tagger is not trained.
        """
        self._check_fitted()
        space, tag_set = self.space_, self.tag_set_
        about = {
            "algorithm": self.algorithm,
            "brownclust": __version__,
            "parameters": {
                name: value
                for name, value in self.get_params().items()
                if name not in _STORED_APART
            },
            "templates": list(map(str, space.templates)),
            "columns": space.columns,
            "backoff": space.backoff.steps,
            "sources": _type_names(space.sources.sources),
            "tag_column": self.tag_column_,
            "tags": tag_set.names,
            "scheme": tag_set.scheme,
            "output_scheme": tag_set.output_scheme,
        }
        if tag_set.notation != USUAL:
            about["notation"] = tag_set.notation.to_dict()
        stored = StoredTagger(
            about,
            self.known_words_,
            space.arrays(),
            self._learnt_arrays(),
            space.clusters,
        )
        write_tagger(path, stored)

    @classmethod
    def load(
        cls, path: str | PathLike[str], *, features: Sequence[FeatureSource] = ()
    ) -> Self:
        """Read a tagger that `save` wrote.

        Parameters
        ----------
        path : str or path-like
            The file.
        features : sequence of FeatureSource
            The same feature sources as in training.

        Returns
        -------
        Tagger
            Of the class it is called on; ``Tagger.load`` reads every algorithm.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it is not a tagger, is damaged, or has another algorithm.
        """
        check_sources(features)
        for module in TAGGER_MODULES:
            import_module(module)
        kinds: list[Any] = Tagger.__subclasses__() if cls is Tagger else [cls]
        by_algorithm: dict[str, type[Self]] = {kind.algorithm: kind for kind in kinds}
        stored = read_tagger(path)
        with refusing_damage(path, KIND):
            algorithm, sources = stored.about["algorithm"], stored.about["sources"]
            kind = by_algorithm.get(algorithm)
            if kind is not None and sources == _type_names(features):
                return kind._restored(stored, features)
        if kind is not None:
            names = ", ".join(sources) or "none"
            rule = f"the sources that {path} was trained with: {names}"
            raise ValueError(must_be("features", rule, features))
        expected = " or ".join(by_algorithm)
        raise ArchiveError(
            f"{path}: expected a tagger with the algorithm {expected}, "
            f"got {shown(algorithm)}"
        )

    @classmethod
    def _restored(cls, stored: StoredTagger, features: Sequence[FeatureSource]) -> Self:
        """Return the tagger that a file holds; errors of many kinds."""
        about = stored.about
        arguments = ("templates", "clusters", "backoff", "columns", "features")
        for name in about["parameters"]:
            if name not in cls._parameters() or name in arguments:
                rule = f"those of a {cls.__name__}"
                raise ValueError(must_be("parameters", rule, name))
        tagger = cls(
            about["templates"],
            clusters=stored.clusters,
            backoff=tuple(about["backoff"]),
            columns=tuple(about["columns"]),
            features=features,
            **about["parameters"],
        )
        tagger._check_parameters(has_dev=True)
        tagger.tag_column_ = about["tag_column"]
        tagger.space_ = tagger._make_space()
        tagger.space_.restore(stored.space)
        tagger.tag_set_ = TagSet(
            about["tags"],
            about["scheme"],
            about["output_scheme"],
            Notation(**about.get("notation", {})),
        )
        tagger.known_words_ = stored.known_words
        tagger._restore_learnt(stored.learnt)
        return tagger

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the decoder, which is a cache and has a lock."""
        return {**self.__dict__, "_decoder": None}


def _type_names(sources: Sequence[FeatureSource]) -> list[str]:
    return [type(source).__name__ for source in sources]
