"""A conditional random field over the same features: `CRFTagger`."""

import ctypes
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from os import PathLike
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_choice, check_integer, must_be
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.base import Epoch, Tagger, check_data
from brownclust.tagger.feature_space import (
    EncodedText,
    FeatureSpace,
    Tokens,
)
from brownclust.tagger.sources import FeatureSource
from brownclust.tagger.tag_set import AUTO, TagSet
from brownclust.tagger.templates import Template

TRAINERS = ("lbfgs", "l2sgd", "ap", "pa", "arow")
"""CRFsuite's: limited-memory BFGS, stochastic gradient descent, averaged perceptron,
passive aggressive, adaptive regularisation."""

_BATCH = 500  # sentences

_EVENTS = (
    "start",
    "featgen_progress",
    "featgen_end",
    "prepared",
    "prepare_error",
    "optimization_end",
    "end",
)
"""What CRFsuite would print."""


class CRFTagger(Tagger):
    """CRFsuite, with our features: a first-order conditional random field.

    Needs python-crfsuite: ``pip install 'brownclust[crf]'``.

    Parameters
    ----------
    templates, clusters, backoff, columns, scheme, features, hash_size
        As of `PerceptronTagger`.
    trainer : str, default "lbfgs"
        One of `TRAINERS`.
    options : mapping, optional
        CRFsuite's parameters of it, as in ``{"c2": 0.1, "max_iterations": 100}``.
    random_state : int, default 0
        Seed of the order of sentences, for trainers that go through one by one.

    Attributes
    ----------
    space_, tag_set_, known_words_
        As of `PerceptronTagger`.
    epochs_ : tuple of Epoch
        Iterations.

    Notes
    -----
    CRFsuite cannot forbid transitions; spans of illegal sequences are read as
    conlleval reads them. Features pass as strings, which takes most of the time. The
    trainers other than lbfgs draw from C's own random numbers, which are seeded for all
    of the process.

    References
    ----------
    Lafferty et al. (2001), "Conditional random fields"; Okazaki (2007), "CRFsuite".
    """

    algorithm = "crf"
    epochs_: tuple[Epoch, ...]

    def __init__(
        self,
        templates: str | Iterable[str | Template] = "pos",
        *,
        clusters: WordClusters | str | PathLike[str] | None = None,
        backoff: Sequence[str] = ("lowercase", "digits"),
        columns: Sequence[str] = ("word",),
        scheme: str = AUTO,
        features: Sequence[FeatureSource] = (),
        hash_size: int | None = None,
        trainer: str = "lbfgs",
        options: Mapping[str, float | int | str | bool] | None = None,
        random_state: int = 0,
    ) -> None:
        self.templates = templates
        self.clusters = clusters
        self.backoff = backoff
        self.columns = columns
        self.scheme = scheme
        self.features = features
        self.hash_size = hash_size
        self.trainer = trainer
        self.options = options
        self.random_state = random_state

    def fit(
        self,
        sentences: Iterable[Tokens],
        tags: Iterable[Sequence[str]],
        *,
        dev: tuple[Iterable[Tokens], Iterable[Sequence[str]]] | None = None,
        on_epoch: Callable[[Epoch], None] | None = None,
    ) -> Self:
        """Learn from sentences and their tags.

        Parameters
        ----------
        sentences, tags : iterables
            As for `PerceptronTagger.fit`.
        dev : tuple of (sentences, tags), optional
            Development data, scored once, when all is learnt.
        on_epoch : callable, optional
            Called with an `Epoch` after each iteration, and for the score of `dev`.

        Returns
        -------
        CRFTagger
            Itself.

        Raises
        ------
        ImportError
            If python-crfsuite is not installed.
        TypeError, ValueError
            If data or parameters are not as described.
        """
        crfsuite = _import_crfsuite()
        check_choice("trainer", self.trainer, TRAINERS)
        check_integer("random_state", self.random_state, minimum=0)
        sentences, tags = check_data("tags", sentences, tags)
        if dev is not None:
            dev = check_data("dev", *dev)
        space, tag_set = self._make_space(), TagSet.learn(tags, self.scheme)
        epochs: list[Epoch] = []

        def note(epoch: Epoch) -> None:
            epochs.append(epoch)
            if on_epoch is not None:
                on_epoch(epoch)

        def note_iteration(_log: str, info: Mapping[str, Any]) -> None:
            loss, seconds = info.get("loss"), info.get("time")
            note(Epoch(int(info["num"]), loss=loss, seconds=seconds))

        trainer = crfsuite.Trainer(verbose=True)  # else nothing is told at all
        for event in _EVENTS:
            setattr(trainer, f"on_{event}", lambda *_: None)
        trainer.on_iteration = note_iteration
        trainer.select(self.trainer)
        for name, value in (self.options or {}).items():
            if name not in trainer.params():
                rule = f"of {', '.join(trainer.params())}"
                raise ValueError(must_be("options", rule, name))
            trainer.set(name, value)
        rows = space.rows()
        text = space.learn(sentences, rows)
        of_rows = space.features_of_rows(text, rows, np.zeros(space.n_features, bool))
        names = _plain(space.names())
        gold = iter(tag_set.encode(tags).tolist())
        for strings in feature_strings(space, text, *of_rows, names):
            if strings:
                trainer.append(
                    strings,
                    list(map(str, islice(gold, len(strings)))),
                )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            library = ctypes.CDLL("msvcrt" if os.name == "nt" else None)
            library.srand(self.random_state % 2**32)
            trainer.train(str(path))
            model = path.read_bytes()
        self.space_, self.tag_set_ = space, tag_set
        self.known_words_ = self._known_words(sentences)
        self._use(model, names)
        if dev is not None:
            note(Epoch(len(epochs), dev_score=self.score(*dev)))
        self.epochs_ = tuple(epochs)
        return self

    def _use(self, model: bytes, names: Sequence[str]) -> None:
        self._model = model
        self._names = names
        self._crfsuite = _import_crfsuite().Tagger()
        self._crfsuite.open_inmemory(model)

    def _tag(self, sentences: Sequence[Tokens]) -> NDArray[np.int32]:
        space = self.space_
        rows = space.rows()
        names = self.tag_set_.names
        tags: list[list[str]] = []
        for first in range(0, len(sentences), _BATCH):
            text = space.encode(sentences[first : first + _BATCH], rows)
            # What training left out for being rare, CRFsuite does not know.
            all_known = np.ones(space.n_features, bool)
            of_rows = space.features_of_rows(text, rows, all_known)
            tags.extend(
                [names[int(tag)] for tag in self._crfsuite.tag(strings)]
                if strings
                else []
                for strings in feature_strings(space, text, *of_rows, self._names)
            )
        return self.tag_set_.encode(tags)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {"model": np.frombuffer(self._model, np.uint8)}

    def _restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.epochs_ = ()
        model = arrays["model"].astype(np.uint8, casting="safe").tobytes()
        self._use(model, _plain(self.space_.names()))

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what CRFsuite made of the model, which has it all."""
        return {**self.__dict__, "_crfsuite": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Open the model again."""
        self.__dict__.update(state)
        if self.__sklearn_is_fitted__():
            self._use(self._model, self._names)


def feature_strings(
    space: FeatureSpace,
    text: EncodedText,
    features: NDArray[np.int32],
    starts: NDArray[np.int64],
    names: Sequence[str],
) -> Iterator[list[list[str]]]:
    """Yield the names of the features of each token, by sentence.

    Parameters
    ----------
    space : FeatureSpace
        What encoded the text.
    text : EncodedText
        The sentences.
    features, starts : arrays
        As of `FeatureSpace.features_of_rows`.
    names : sequence of str
        As of `FeatureSpace.names`.
    """
    for first in range(0, len(text.bounds), _BATCH):
        batch = text._replace(bounds=text.bounds[first : first + _BATCH])
        positions = batch.positions
        columns = []
        for field, offset, at, size, _ in space.kernel_groups().tolist():
            row = starts[text.types[field, positions + offset]]
            columns.append(features[row[:, None] + np.arange(at, at + size)])
        of_groups = np.hstack([np.zeros((positions.size, 0), np.int32), *columns])
        bounds = zip(
            text.token_starts[positions].tolist(),
            text.token_starts[positions + 1].tolist(),
            strict=True,
        )
        tokens = [
            [
                names[number]
                for number in chain(row, text.token_features[start:end].tolist())
                if number >= 0
            ]
            for row, (start, end) in zip(of_groups.tolist(), bounds, strict=True)
        ]
        ends = np.cumsum(batch.bounds[:, 1] - batch.bounds[:, 0]).tolist()
        for start, end in pairwise([0, *ends]):
            yield tokens[start:end]


def _plain(names: Sequence[str]) -> list[str]:
    """Return names as CRFsuite can take them: no NUL, no bytes that are no text."""
    return [
        name.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
        for name in names
    ]


def _import_crfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError:
        raise ImportError(
            "CRFTagger needs python-crfsuite; run: pip install 'brownclust[crf]'"
        ) from None
    return pycrfsuite
