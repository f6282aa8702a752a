"""What all taggers have in common: data in, tags out, files, figures."""

import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from os import PathLike
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import (
    ArchiveError,
    arrays_under,
    load_archive,
    named_arrays,
    pack_strings,
    pack_text,
    unpack_strings,
    unpack_text,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust._estimator import Estimator
from brownclust._validation import check_integer, must_be, shown
from brownclust._version import __version__
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.attributes import ATTRIBUTES, SIZED
from brownclust.tagger.evaluation import Evaluation, evaluate
from brownclust.tagger.feature_space import FeatureSpace, Tokens
from brownclust.tagger.sources import FeatureSource, check_sources
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.templates import (
    Template,
    check_attributes,
    parse_templates,
    preset_templates,
)

KIND = "tagger"
FORMAT_VERSION = 1

Tags = Sequence[Sequence[str]]
Data = tuple[Sequence[Tokens], Tags]


@dataclass(frozen=True)
class Epoch:
    """What is known after a pass through the training data.

    Attributes
    ----------
    number : int
        From 1.
    n_updated_sentences, n_updated_tokens : int or None
        For how many of the training data the weights were changed when their turn
        came: because they were wrong, or did not win by the margin.
    dev_score : float or None
        `Tagger.score` on development data of what is learnt so far.
    seconds : float or None
        Time it took, without that of the score; files do not keep it.
    loss : float or None
        What the algorithm makes smaller, if there is such a thing.
    """

    number: int
    n_updated_sentences: int | None = None
    n_updated_tokens: int | None = None
    dev_score: float | None = None
    seconds: float | None = None
    loss: float | None = None


class Tagger(Estimator):
    """Base of taggers, which have their own ways to learn, to tag and to save."""

    algorithm: ClassVar[str]
    _fitted_name = "space_"

    templates: str | Iterable[str | Template]
    clusters: WordClusters | str | PathLike[str] | None
    backoff: Sequence[str]
    columns: Sequence[str]
    scheme: str
    features: Sequence[FeatureSource]
    hash_size: int | None

    tag_column: str | None = None
    """Name of the column in which files keep such tags, if that is known."""

    space_: FeatureSpace
    tag_set_: TagSet
    known_words_: frozenset[str]

    # --- Learning -------------------------------------------------------------

    def _make_space(self) -> FeatureSpace:
        """Return the features that the parameters ask for."""
        columns = tuple(self.columns)
        if not columns or len(set(columns)) < len(columns):
            raise ValueError(must_be("columns", "names, all different", columns))
        for name in columns[1:]:
            if name in (*ATTRIBUTES, *SIZED):
                rule = f"names other than that of an attribute, {name}"
                raise ValueError(must_be("columns", rule, columns))
        clusters = self.clusters
        if clusters is not None and not isinstance(clusters, WordClusters):
            clusters = WordClusters.load(clusters)
        if isinstance(self.templates, Iterator):
            rule = "a list or a string, as fit may be called again"
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

    @property
    def classes_(self) -> list[str]:
        """The tags, as `predict` returns them."""
        self._check_fitted()
        return self.tag_set_.outputs

    def _known_words(self, sentences: Sequence[Tokens]) -> frozenset[str]:
        return frozenset(chain.from_iterable(self.space_.words_of(sentences)))

    # --- Tagging --------------------------------------------------------------

    @abstractmethod
    def _tag(self, sentences: Sequence[Tokens]) -> NDArray[np.int32]:
        """Return the numbers of all tokens' tags, legal sequences."""

    def predict(self, sentences: Iterable[Tokens]) -> list[list[str]]:
        """Return the tags of each token of each sentence.

        Parameters
        ----------
        sentences : iterable of sequences of str
            Tokens; or, with more columns than the word, sequences of tokens that are
            sequences of str, one for each of `columns`.

        Returns
        -------
        list of list of str

        Raises
        ------
        NotFittedError
            If it is not trained.
        """
        self._check_fitted()
        listed = check_sentences(sentences)
        sizes = np.fromiter(map(len, listed), np.int64, len(listed))
        return self.tag_set_.decode(self._tag(listed), sizes)

    def score(self, sentences: Sequence[Tokens], tags: Tags) -> float:
        """Return F1 of spans, or accuracy if the tags are not of spans; from 0 to 1."""
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
        """Compare the predicted tags with the right ones.

        Parameters
        ----------
        sentences, tags : sequences
            As for `fit`.
        predicted : sequence of sequences of str, optional
            What `predict` returned, if it has been called before.
        **options
            Of `evaluation.evaluate`.

        Returns
        -------
        Evaluation
        """
        self._check_fitted()
        listed = check_sentences(sentences)
        is_known = [
            list(map(self.known_words_.__contains__, words))
            for words in self.space_.words_of(listed)
        ]
        return evaluate(
            tags,
            self.predict(listed) if predicted is None else predicted,
            is_known=is_known,
            are_spans=self.tag_set_.are_spans,
            **options,
        )

    # --- Files ----------------------------------------------------------------

    @abstractmethod
    def _arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learnt, for a file."""

    @abstractmethod
    def _restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take what `_arrays` returned."""

    def save(self, path: str | PathLike[str]) -> None:
        """Write the tagger to a file, atomically, with all it needs but `features`.

        NumPy's npz format, no pickle.

        Raises
        ------
        NotFittedError
            If it is not trained.
        """
        self._check_fitted()
        space, tag_set = self.space_, self.tag_set_
        about = {
            "algorithm": self.algorithm,
            "brownclust": __version__,
            "parameters": {
                name: value
                for name, value in self.get_params().items()
                if name not in _KEPT_APART
            },
            "templates": list(map(str, space.templates)),
            "columns": space.columns,
            "backoff": space.backoff.steps,
            "sources": [type(source).__name__ for source in space.sources.sources],
            "tag_column": self.tag_column,
            "tags": tag_set.names,
            "scheme": tag_set.scheme,
            "output_scheme": tag_set.output_scheme,
        }
        parts = {
            "known_words": pack_strings(sorted(self.known_words_)),
            "space": space.arrays(),
            "learnt": self._arrays(),
            "clusters": {} if space.clusters is None else space.clusters.arrays(),
        }
        # Parameters may be NumPy's numbers.
        said = json.dumps(about, default=lambda number: number.item())
        arrays = {"about": pack_text(said)}
        for part, of_part in parts.items():
            arrays |= named_arrays(part, of_part)
        with atomic_write(path, "wb") as file:
            write_archive(file, KIND, FORMAT_VERSION, arrays)

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
            The same sources of further features as in training, if there were any.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it is no tagger, is damaged, or of another algorithm than this class.
        """
        check_sources(features)
        arrays = load_archive(path, KIND, FORMAT_VERSION)
        # What this class is, or, of the base, all there are.
        known: list[Any] = Tagger.__subclasses__() if cls is Tagger else [cls]
        kinds: dict[str, type[Self]] = {kind.algorithm: kind for kind in known}
        try:
            about = json.loads(unpack_text(arrays["about"]))
            algorithm = about["algorithm"]
            sources = about["sources"]
            is_same = sources == [type(source).__name__ for source in features]
            if algorithm in kinds and is_same:
                return kinds[algorithm]._from_arrays(about, arrays, features)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise ArchiveError(
                f"{path}: expected a whole brownclust {KIND}, got a damaged file "
                f"({error!r})"
            ) from error
        if algorithm in kinds:
            names = ", ".join(sources) or "none"
            rule = f"the sources that {path} was trained with: {names}"
            raise ValueError(must_be("features", rule, features))
        rule = f"a tagger of {' or '.join(kinds)}"
        raise ArchiveError(f"{path}: expected {rule}, got one of {shown(algorithm)}")

    @classmethod
    def _from_arrays(
        cls,
        about: Mapping[str, Any],
        arrays: Mapping[str, NDArray[Any]],
        features: Sequence[FeatureSource],
    ) -> Self:
        clusters = arrays_under("clusters", arrays)
        make: Callable[..., Self] = cls  # each has parameters of its own, too
        tagger = make(
            about["templates"],
            clusters=WordClusters.from_arrays(clusters) if clusters else None,
            backoff=tuple(about["backoff"]),
            columns=tuple(about["columns"]),
            features=features,
            **about["parameters"],
        )
        tagger.tag_column = about["tag_column"]
        tagger.space_ = tagger._make_space()
        tagger.space_.restore(arrays_under("space", arrays))
        tagger.tag_set_ = TagSet(about["tags"], about["scheme"], about["output_scheme"])
        tagger.known_words_ = frozenset(
            unpack_strings(arrays_under("known_words", arrays))
        )
        tagger._restore(arrays_under("learnt", arrays))
        return tagger


_KEPT_APART = ("templates", "clusters", "features", "columns", "backoff")
"""Parameters that a file has in other forms."""


def check_sentences(sentences: Iterable[Tokens]) -> Sequence[Tokens]:
    """Return sentences as a sequence; raise ``TypeError`` for a string among them."""
    if isinstance(sentences, str):
        raise TypeError(must_be("sentences", "lists of tokens", sentences))
    listed = sentences if isinstance(sentences, list | tuple) else list(sentences)
    for sentence in listed:
        if isinstance(sentence, str):
            raise TypeError(must_be("sentence", "a list of tokens", sentence))
    return listed


def check_data(name: str, sentences: Iterable[Tokens], tags: Iterable[Any]) -> Data:
    """Return sentences and as many tags, or raise an error that begins with `name`."""
    listed = check_sentences(sentences)
    of_sentences = list(tags)
    if len(of_sentences) != len(listed):
        rule = f"of {len(listed)} sentences, as many as there are"
        raise ValueError(must_be(name, rule, len(of_sentences)))
    for i, (sentence, given) in enumerate(zip(listed, of_sentences, strict=True)):
        if isinstance(given, str):
            raise TypeError(must_be(f"{name}[{i}]", "a list of tags", given))
        if len(sentence) != len(given):
            rule = f"of {len(sentence)} tags, as many as there are tokens"
            raise ValueError(must_be(f"{name}[{i}]", rule, len(given)))
        for tag in given:
            if not isinstance(tag, str) or not tag:
                raise ValueError(must_be(f"{name}[{i}]", "of tags", tag))
    if not any(map(len, listed)):
        raise ValueError(must_be(name, "of at least one token", []))
    return listed, of_sentences
