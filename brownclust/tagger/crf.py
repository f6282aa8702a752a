"""`CRFTagger`: a conditional random field over the same features, by CRFsuite.

It uses the features and tags of `base`. CRFsuite, which gets features as strings, only
trains; the weights that it finds are used by `decoder`.
"""

import ctypes
import os
import tempfile
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._temporary import temporary_folder
from brownclust._validation import check_choice, check_integer, must_be
from brownclust.tagger.base import Tagger
from brownclust.tagger.crf_model import model_weights, read_model
from brownclust.tagger.documents import Text
from brownclust.tagger.encoding import (
    EncodedText,
    encode_and_learn,
    features_of_rows,
)
from brownclust.tagger.epochs import Epoch
from brownclust.tagger.feature_space import FeatureSpace, HashedNames
from brownclust.tagger.sentences import DevelopmentData, Tokens
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.weights import Weights

TRAINERS = ("lbfgs", "l2sgd", "ap", "pa", "arow")
"""CRFsuite's algorithms: limited-memory BFGS, stochastic gradient descent, averaged
perceptron, passive aggressive, adaptive regularisation."""

MAX_HASH_SIZE = 1 << 26
"""Tagging needs some 32 bytes for each number below it."""

_BATCH = 500
"""Sentences; bounds the memory for features as strings."""


_EVENTS = (
    "start",
    "featgen_progress",
    "featgen_end",
    "prepared",
    "prepare_error",
    "optimization_end",
    "end",
)
"""Events at which CRFsuite would print a message."""


@dataclass(eq=False, repr=False, kw_only=True)
class CRFTagger(Tagger):
    """First-order conditional random field, trained by CRFsuite on our features.

    Training needs python-crfsuite: ``pip install 'brownclust[crf]'``.

    Parameters
    ----------
    templates, clusters, backoff, columns, scheme, features, lexicons, hash_size
        Features and tags: see `Tagger`.
    trainer : str, default "lbfgs"
        One of `TRAINERS`.
    options : mapping, optional
        CRFsuite's parameters of the trainer, as in ``{"c2": 0.1, "max_iterations":
        100}``.
    random_state : int, default 0
        Seed for the order of sentences, for trainers that process one at a time.

    Attributes
    ----------
    epochs_ : tuple of Epoch
        A record of each iteration; not kept in files.
    weights_ : Weights
        The weights of CRFsuite's model, in single precision.
    space_, tag_set_, known_words_, tag_column_
        See `Tagger`.

    Notes
    -----
    CRFsuite cannot forbid transitions; where the scheme does not allow a predicted
    sequence, its spans are read as conlleval reads them. CRFsuite only trains: tagging
    uses its weights in single precision and the decoder of `PerceptronTagger`, and does
    not need python-crfsuite. Trainers other than lbfgs use the random numbers of the C
    library, so training seeds these for the whole process.

    References
    ----------
    Lafferty et al. (2001), "Conditional random fields"; Okazaki (2007), "CRFsuite".
    """

    algorithm = "crf"

    trainer: str = "lbfgs"
    options: Mapping[str, float | int | str | bool] | None = None
    random_state: int = 0

    epochs_: tuple[Epoch, ...] = field(init=False)

    # --- Training -------------------------------------------------------------

    def fit(
        self,
        sentences: Iterable[Tokens],
        tags: Iterable[Sequence[str]],
        *,
        documents: Iterable[Hashable] | None = None,
        dev: DevelopmentData | None = None,
        on_epoch: Callable[[Epoch], None] | None = None,
        tag_column: str | None = None,
    ) -> Self:
        """Train on sentences and their tags.

        Parameters
        ----------
        sentences, tags, documents, tag_column
            As for `PerceptronTagger.fit`.
        dev : tuple of (sentences, tags) or (sentences, tags, documents), optional
            Development data, scored once, after training.
        on_epoch : callable, optional
            Called with an `Epoch` after each iteration, and for the score of `dev`.

        Returns
        -------
        CRFTagger
            The tagger itself.

        Raises
        ------
        ImportError
            If python-crfsuite is not installed.
        TypeError, ValueError
            If data or parameters are not as described, as for `PerceptronTagger`.
        """
        crfsuite = _import_crfsuite()
        self._check_parameters(has_dev=dev is not None)
        sentences, tags, dev = self._check_data(sentences, tags, dev)
        space = self._make_space(has_documents=documents is not None)
        tag_set = TagSet.learn(tags, self.scheme)
        text, first_pass = self._training_text(space, sentences, tags, documents)
        epochs: list[Epoch] = []

        def record(epoch: Epoch) -> None:
            epochs.append(epoch)
            if on_epoch is not None:
                on_epoch(epoch)

        def record_iteration(_log: str, info: Mapping[str, Any]) -> None:
            loss, seconds = info.get("loss"), info.get("time")
            record(Epoch(int(info["num"]), loss=loss, seconds=seconds))

        trainer = crfsuite.Trainer(verbose=True)  # otherwise there are no events
        for event in _EVENTS:
            setattr(trainer, f"on_{event}", lambda *_: None)
        trainer.on_iteration = record_iteration
        trainer.select(self.trainer)
        for name, value in (self.options or {}).items():
            if name not in trainer.params():
                rule = f"a mapping with keys from {', '.join(trainer.params())}"
                raise ValueError(must_be("options", rule, name))
            trainer.set(name, value)
        rows = space.rows()
        encoded = encode_and_learn(space, text, rows)
        none_known = np.zeros(_n_counted(space), bool)
        of_rows = features_of_rows(space, encoded, rows, none_known)
        names = _without_nul(space.names())
        gold = iter(tag_set.encode(tags).tolist())
        for strings in feature_strings(space, encoded, *of_rows, names):
            if strings:
                trainer.append(
                    strings,
                    list(map(str, islice(gold, len(strings)))),
                )
        with temporary_folder(
            Path(tempfile.gettempdir()), "brownclust-crf", mode=0o700
        ) as folder:
            path = folder / "model"
            library = ctypes.CDLL("msvcrt" if os.name == "nt" else None)
            library.srand(self.random_state % 2**32)
            trainer.train(str(path))
            model = path.read_bytes()
        self._set_learnt(space, tag_set, sentences, tag_column, first_pass)
        self._set_model(model, names)
        if dev is not None:
            record(Epoch(len(epochs), dev_score=self.score(*dev)))
        self.epochs_ = tuple(epochs)
        return self

    def _check_parameters(self, *, has_dev: bool) -> None:
        super()._check_parameters(has_dev=has_dev)
        check_choice("trainer", self.trainer, TRAINERS)
        if self.hash_size is not None:
            check_integer("hash_size", self.hash_size, maximum=MAX_HASH_SIZE)
        check_integer("random_state", self.random_state, minimum=0)
        if self.options is not None and not isinstance(self.options, Mapping):
            raise TypeError(must_be("options", "a mapping", self.options))

    def _set_model(self, model: bytes, names: Sequence[str]) -> None:
        labels = list(map(str, range(len(self.tag_set_))))
        self._model = model
        self._parts = read_model(model, labels)
        self._names = names
        self._decoder = None

    @property
    def weights_(self) -> Weights:
        """The weights, of CRFsuite's model; made each time."""
        self._check_fitted()
        return model_weights(self._parts, self._names, len(self.tag_set_))

    # --- The trained tagger ---------------------------------------------------

    def _tagging_weights(self) -> Weights:
        return self.weights_

    def _tag(self, text: Text) -> NDArray[np.int32]:
        # The model may predict a sequence that the scheme does not allow: encoding
        # reads its spans as conlleval does.
        tags = super()._tag(text)
        names = np.array(self.tag_set_.names, object)[tags].tolist()
        ends = np.cumsum(text.sizes).tolist()
        return self.tag_set_.encode(
            names[start:end] for start, end in pairwise([0, *ends])
        )

    def predict_marginals(
        self,
        sentences: Iterable[Tokens],
        documents: Iterable[Hashable] | None = None,
    ) -> list[NDArray[np.float64]]:
        """Return the probability of each tag at each token.

        Parameters
        ----------
        sentences, documents
            As for `predict`.

        Returns
        -------
        list of float64 array (n_tokens, n_classes)
            For each sentence; columns are in the order of `classes_`, rows sum to 1.

        Raises
        ------
        NotFittedError
            If the tagger is not trained.

        Notes
        -----
        The marginal probability of a tag is that of all sequences of tags with the tag
        at this token [1]_. Where `classes_` are in another scheme than the model, a tag
        has the probability of all tags of the model that are converted to it. The tag
        that `predict` returns is that of the best sequence; now and then another one
        has a higher marginal probability. Weights are in single precision, so the last
        digits differ from those of CRFsuite. Time grows with the square of the number
        of tags.

        References
        ----------
        .. [1] Lafferty et al. (2001), "Conditional random fields", section 3.

        Examples
        --------
        >>> tagger = CRFTagger("pos")
        >>> sentences = [["the", "dog", "barks"], ["a", "cat", "sleeps"]]
        >>> tagger = tagger.fit(sentences, [["DET", "NOUN", "VERB"]] * 2)
        >>> [of_sentence] = tagger.predict_marginals([["the", "cat"]])
        >>> tagger.classes_
        ['DET', 'NOUN', 'VERB']
        >>> of_sentence.argmax(axis=1), of_sentence.shape
        (array([0, 1]), (2, 3))
        """
        self._check_fitted()
        text = self._text(sentences, documents)
        return self._tagging_decoder().class_values(text, self.tag_set_, is_sum=True)

    # --- Files ----------------------------------------------------------------

    def _learnt_arrays(self) -> dict[str, NDArray[Any]]:
        return {"model": np.frombuffer(self._model, np.uint8)}

    def _restore_learnt(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.epochs_ = ()
        model = arrays["model"].astype(np.uint8, casting="safe").tobytes()
        self._set_model(model, _without_nul(self.space_.names()))


def feature_strings(
    space: FeatureSpace,
    text: EncodedText,
    features: NDArray[np.int32],
    starts: NDArray[np.int64],
    names: Sequence[str],
) -> Iterator[list[list[str]]]:
    """Yield the names of the features of each token, sentence by sentence.

    Parameters
    ----------
    space : FeatureSpace
        The space that encoded the text.
    text : EncodedText
        The sentences.
    features, starts : arrays
        As from `features_of_rows`.
    names : sequence of str
        As from `FeatureSpace.names`.
    """
    for first in range(0, len(text.bounds), _BATCH):
        batch = text._replace(bounds=text.bounds[first : first + _BATCH])
        positions = batch.positions
        columns = []
        for row_field, offset, at, size, _ in space.kernel_groups().tolist():
            row = starts[text.types[row_field, positions + offset]]
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


def _n_counted(space: FeatureSpace) -> int:
    """Return the number of features that may be rare: none if they are hashes."""
    return space.n_features if space.hash_size is None else 0


def _without_nul(names: Sequence[str]) -> Sequence[str]:
    """Return names as CRFsuite takes them: valid UTF-8 without NUL."""
    if isinstance(names, HashedNames):
        return names
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
