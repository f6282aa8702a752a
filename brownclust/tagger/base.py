"""`Tagger`: what all taggers share, from parameters to tagging and evaluation.

It brings features (`feature_space`), tags (`tag_set`) and `evaluation` together for its
subclasses in `perceptron` and `crf`.
"""

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from importlib import import_module
from itertools import chain
from os import PathLike
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import ArchiveError, refusing_damage
from brownclust._estimator import Estimator
from brownclust._validation import check_choice, must_be, shown
from brownclust._version import __version__
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.attributes import LEXICON, MAJORITIES, WORD
from brownclust.tagger.decoder import Decoder
from brownclust.tagger.documents import Column, Text, number_documents
from brownclust.tagger.evaluation import Evaluation, evaluate
from brownclust.tagger.feature_choice import choose_features
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.first_pass import (
    fit_first_pass,
    majority_columns,
    new_first_tagger,
)
from brownclust.tagger.lexicons import Lexicon, Matcher
from brownclust.tagger.notation import USUAL, Notation
from brownclust.tagger.sentences import (
    DevelopmentData,
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
    uses_documents,
)
from brownclust.tagger.weights import Weights

TAGGER_MODULES = ("brownclust.tagger.perceptron", "brownclust.tagger.crf")
"""The modules of all subclasses, which `Tagger.load` imports to know their files."""

_STORED_APART = (
    "templates",
    "clusters",
    "features",
    "columns",
    "backoff",
    "lexicons",
)
"""Parameters that are not stored as given, but as the fitted tagger holds them."""

CheckedData: TypeAlias = tuple[Sequence[Tokens], Tags, list[Hashable] | None]
"""Sentences, their tags, and the document of each sentence, if given."""

PreparedData: TypeAlias = tuple[Text, Tags]
"""Sentences with all that is computed, and their tags."""


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
    lexicons : sequence of Lexicon or path, default none
        Lists of names, for templates with the ``lexicon`` attribute. Without them,
        presets leave these templates out.
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
    first_pass_ : PerceptronTagger or None
        The first tagger, if templates have majorities of predicted tags.
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
    lexicons: Sequence[Lexicon | str | PathLike[str]] = ()

    space_: FeatureSpace = field(init=False)
    tag_set_: TagSet = field(init=False)
    known_words_: frozenset[str] = field(init=False)
    tag_column_: str | None = field(init=False)
    first_pass_: Any = field(default=None, init=False)
    _matcher: Matcher | None = field(default=None, init=False)
    _decoder: Decoder | None = field(default=None, init=False)

    # --- Training -------------------------------------------------------------

    def _check_parameters(self, *, has_dev: bool) -> None:
        """Raise an error for a parameter that is not of features."""
        check_choice("scheme", self.scheme, CHOICES)

    def _make_space(self, *, has_documents: bool) -> FeatureSpace:
        """Return a feature space; raise an error for a parameter of features."""
        return choose_features(
            self.templates,
            clusters=self.clusters,
            backoff=self.backoff,
            columns=self.columns,
            features=self.features,
            hash_size=self.hash_size,
            lexicons=self.lexicons,
            has_documents=has_documents,
        )

    def _check_data(
        self,
        sentences: Iterable[Tokens],
        tags: Iterable[Sequence[str]],
        dev: DevelopmentData | None,
    ) -> tuple[Sequence[Tokens], Tags, CheckedData | None]:
        """Return training and development data as lists, checked."""
        data = check_data(sentences, tags)
        checked: CheckedData | None = None
        if dev is not None:
            dev_sentences, dev_tags, *others = dev
            found = check_data(dev_sentences, dev_tags, names=("dev[0]", "dev[1]"))
            labels = others[0] if others else None
            documents = None if labels is None else list(labels)
            number_documents(documents, len(found[0]), "dev[2]")
            checked = (*found, documents)
        if self.scheme != NONE:
            check_span_tags(data[1])
            if checked is not None:
                known = {*chain.from_iterable(data[1])}
                check_span_tags(checked[1], "dev[1]", known=known)
        return *data, checked

    def _training_text(
        self,
        space: FeatureSpace,
        sentences: Sequence[Tokens],
        tags: Tags,
        documents: Iterable[Hashable] | None,
        warm_start: Any = None,
    ) -> "tuple[Text, Tagger | None]":
        """Return training data with all that is computed, and the first tagger, if any.

        Parameters
        ----------
        space : FeatureSpace
            What is trained.
        sentences, tags, documents
            The training data.
        warm_start : PerceptronTagger, optional
            What the first tagger continues from.
        """
        text = Text.of(sentences, documents)
        text = text.with_columns(self._lexicon_column(space, text))
        if not {*MAJORITIES} & {*space.computed}:
            return text, None
        first, columns = fit_first_pass(self, space, text, tags, warm_start)
        return text.with_columns(columns), first

    def _set_learnt(
        self,
        space: FeatureSpace,
        tag_set: TagSet,
        sentences: Sequence[Tokens],
        tag_column: str | None,
        first_pass: "Tagger | None",
    ) -> None:
        """Set the attributes that every tagger learns from its training data."""
        self.space_, self.tag_set_, self.tag_column_ = space, tag_set, tag_column
        self.first_pass_ = first_pass
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

    @property
    def uses_documents(self) -> bool:
        """Whether tags depend on other sentences of the document."""
        self._check_fitted()
        templates, columns = self.space_.templates, self.space_.columns
        return any(uses_documents(template, columns) for template in templates)

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

    def _tag(self, text: Text) -> NDArray[np.int32]:
        """Return the numbers of the tags of all tokens, in sequences allowed."""
        return self._tagging_decoder().tag(text)

    def clear_cache(self) -> None:
        """Free the memory that holds the scores of all words seen while tagging."""
        self._decoder = None
        if self.first_pass_ is not None:
            self.first_pass_.clear_cache()

    def _text(
        self, sentences: Iterable[Tokens], documents: Iterable[Hashable] | None
    ) -> Text:
        """Return sentences with all that is computed of them."""
        self._check_fitted()
        text = Text.of(check_sentences(sentences), documents)
        text = text.with_columns(self._lexicon_column(self.space_, text))
        if self.first_pass_ is None:
            return text
        return text.with_columns(majority_columns(self.first_pass_, text))

    def _lexicon_column(self, space: FeatureSpace, text: Text) -> dict[str, Column]:
        if space.lexicon is None:
            return {}
        if self._matcher is None or self._matcher.lexicon is not space.lexicon:
            self._matcher = Matcher(space.lexicon, space.backoff)
        words = words_of(text.sentences, space.columns)
        return {LEXICON: self._matcher.match(words)}

    def _decode(self, text: Text) -> list[list[str]]:
        return self.tag_set_.decode(self._tag(text), text.sizes)

    def predict(
        self,
        sentences: Iterable[Tokens],
        documents: Iterable[Hashable] | None = None,
    ) -> list[list[str]]:
        """Return the tags of each token of each sentence.

        Parameters
        ----------
        sentences : iterable of sequences of str
            Words; or, with further columns, sequences of tokens, each of which is a
            sequence of str, one for each of `columns`.
        documents : iterable, optional
            For each sentence any label of its document; neighbouring sentences with the
            same label are of the same document. None: all are of one document. It makes
            a difference if `uses_documents`.

        Returns
        -------
        list of list of str

        Raises
        ------
        NotFittedError
            If the tagger is not trained.
        """
        return self._decode(self._text(sentences, documents))

    def score(
        self,
        sentences: Sequence[Tokens],
        tags: Tags,
        documents: Iterable[Hashable] | None = None,
    ) -> float:
        """Return F1 of spans, or accuracy if the tags do not mark spans; 0 to 1."""
        return self._score(self._text(sentences, documents), tags)

    def _score(self, text: Text, tags: Tags) -> float:
        predicted = self._decode(text)
        found = self.evaluate(text.sentences, tags, predicted=predicted, n_bootstrap=0)
        return found.accuracy if found.f1 is None else found.f1

    def evaluate(
        self,
        sentences: Sequence[Tokens],
        tags: Tags,
        *,
        documents: Iterable[Hashable] | None = None,
        predicted: Tags | None = None,
        **options: Any,
    ) -> Evaluation:
        """Compare the predicted tags with the gold standard.

        Parameters
        ----------
        sentences, tags : sequences
            As for `fit`.
        documents : iterable, optional
            As for `predict`.
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
            self.predict(listed, documents) if predicted is None else predicted,
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
        space, tag_set, first = self.space_, self.tag_set_, self.first_pass_
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
            space.lexicon,
            None if first is None else (first.space_.arrays(), first._learnt_arrays()),
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
            lexicons=() if stored.lexicon is None else (stored.lexicon,),
            **about["parameters"],
        )
        tagger._check_parameters(has_dev=True)
        tag_set = TagSet(
            about["tags"],
            about["scheme"],
            about["output_scheme"],
            Notation(**about.get("notation", {})),
        )
        tagger._restore(stored, tag_set, stored.space, stored.learnt)
        if {*MAJORITIES} & {*tagger.space_.computed}:
            if stored.first_pass is None:
                raise ValueError("majorities without a first tagger")
            first = new_first_tagger(tagger, tagger.space_)
            first._restore(stored, tag_set, *stored.first_pass)
            tagger.first_pass_ = first
        return tagger

    def _restore(
        self,
        stored: StoredTagger,
        tag_set: TagSet,
        space: Mapping[str, NDArray[Any]],
        learnt: Mapping[str, NDArray[Any]],
    ) -> None:
        """Set what `fit` sets, from a file."""
        self.tag_column_ = stored.about["tag_column"]
        self.space_ = self._make_space(has_documents=True)
        self.space_.restore(space)
        self.tag_set_ = tag_set
        self.known_words_ = stored.known_words
        self._restore_learnt(learnt)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out caches, one of which has a lock."""
        return {**self.__dict__, "_decoder": None, "_matcher": None}


def _type_names(sources: Sequence[FeatureSource]) -> list[str]:
    return [type(source).__name__ for source in sources]
