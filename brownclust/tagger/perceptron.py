"""`PerceptronTagger`: training and use of a structured averaged perceptron.

Training: `encoding` → `training_text` → `perceptron_state`. Tagging: `decoder`. What it
shares with other taggers is in `base`.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from math import inf
from os import PathLike
from time import perf_counter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import arrays_under, named_arrays, pack_text, unpack_text
from brownclust._validation import check_integer, must_be, on_one_line
from brownclust.tagger.base import CheckedData, PreparedData, Tagger
from brownclust.tagger.decoder import margins_of
from brownclust.tagger.encoding import encode_and_learn
from brownclust.tagger.epochs import Epoch, TrainingProgress, epochs_of
from brownclust.tagger.perceptron_state import MAX_UNIT, PerceptronState
from brownclust.tagger.sentences import DevelopmentData, Tags, Tokens
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.training_text import TrainingText
from brownclust.tagger.weights import Weights, check_penalties

MAX_MARGIN = 10_000


@dataclass(eq=False, repr=False, kw_only=True)
class PerceptronTagger(Tagger):
    """Structured averaged perceptron, trained with margins.

    Parameters
    ----------
    templates, clusters, backoff, columns, scheme, features, lexicons, hash_size
        Features and tags: see `Tagger`.
    n_epochs : int, default 20
        Passes through the training data.
    patience : int, optional
        Stop after this many epochs without a better score on the development data.
    margin : int, default 30
        Added to the scores of all wrong tags in training, so that gold tags must win
        clearly; an update changes a weight by 1. 0 is the perceptron of Collins.
    recall_margin : int, default 30
        Additional margin for ``O`` where the gold tag marks a span. With a higher value
        the tagger finds more spans, and more wrong ones.
    word_dropout : float, default 0
        In training, hide the word of a token at random, as if it were unknown, so that
        its clusters, affixes and shape must do: with probability ``word_dropout /
        (word_dropout + n)`` for a word that occurs n times [3]_. 0.25 is usual. See
        Notes.
    random_state : int, default 0
        Seed for the order of sentences, and for the words that are hidden. The same
        data and parameters give the same tagger on every machine.

    Attributes
    ----------
    weights_ : Weights
        The weights; those of the best epoch if there were development data.
    epochs_ : tuple of Epoch
        A record of each epoch.
    space_, tag_set_, known_words_, tag_column_
        See `Tagger`.

    Notes
    -----
    When the predicted tags of a sentence differ from the gold tags, training adds 1 to
    the weights of the features of the gold tags and subtracts 1 from those of the
    predicted tags; the trained weights are the average over all steps [1]_. For margins
    see [2]_; without them, parts of speech and chunks score 0.1 to 0.2 lower in the
    tasks of ``docs/benchmarks.md``. Weights are integers in training, so their sums are
    exact. Decoding is exact (Viterbi) over the sequences that the scheme allows.

    References
    ----------
    .. [1] Collins (2002), "Discriminative training methods for hidden Markov models",
       section 2.
    .. [2] Mohit et al. (2012), "Recall-oriented learning of named entities in Arabic
       Wikipedia", section 4.
    .. [3] Kiperwasser and Goldberg (2016), "Simple and accurate dependency parsing
       using bidirectional LSTM feature representations", section 4.

    Examples
    --------
    >>> tagger = PerceptronTagger("pos", n_epochs=5)
    >>> sentences = [["the", "dog", "barks"], ["a", "cat", "sleeps"]]
    >>> tagger = tagger.fit(sentences, [["DET", "NOUN", "VERB"]] * 2)
    >>> tagger.predict([["the", "cat", "barks"], []])
    [['DET', 'NOUN', 'VERB'], []]
    """

    algorithm = "perceptron"

    n_epochs: int = 20
    patience: int | None = None
    margin: int = 30
    recall_margin: int = 30
    word_dropout: float = 0.0
    random_state: int = 0

    weights_: Weights = field(init=False)
    epochs_: tuple[Epoch, ...] = field(init=False)
    _progress: TrainingProgress | None = field(default=None, init=False)

    # --- Training -------------------------------------------------------------

    def fit(
        self,
        sentences: Iterable[Tokens],
        tags: Iterable[Sequence[str]],
        *,
        documents: Iterable[Hashable] | None = None,
        dev: DevelopmentData | None = None,
        warm_start: "PerceptronTagger | None" = None,
        checkpoint: str | PathLike[str] | None = None,
        on_epoch: Callable[[Epoch], None] | None = None,
        tag_column: str | None = None,
    ) -> Self:
        """Train on sentences and their tags.

        Parameters
        ----------
        sentences : iterable of sequences of str
            As for `predict`.
        tags : iterable of sequences of str
            One tag for each token.
        documents : iterable, optional
            For each sentence any label of its document; neighbouring sentences with the
            same label are of the same document. Presets use templates of documents only
            if they are given; other templates take all sentences for one document if
            they are not.
        dev : tuple of (sentences, tags) or (sentences, tags, documents), optional
            Development data, scored after each epoch; the weights of the best epoch are
            kept. A tag that the training data lack counts as an error.
        warm_start : PerceptronTagger, optional
            A tagger to continue from; it must have the same templates, clusters and
            tags. New features and words are added. If it was loaded from a `checkpoint`
            of the same data and settings, training resumes after its last epoch and
            ends with the same result as without the interruption. Otherwise all epochs
            start from its averaged weights.
        checkpoint : path, optional
            After each epoch, save the tagger so far and all that resuming needs.
        on_epoch : callable, optional
            Called with an `Epoch` after each epoch.
        tag_column : str, optional
            Name of the column in which files have these tags. It is stored with the
            tagger, and ``brownclust tag predict`` writes tags to it in CoNLL-U.

        Returns
        -------
        PerceptronTagger
            The tagger itself.

        Raises
        ------
        TypeError, ValueError
            If data or parameters are not as described. A tag that does not mark a span
            where nearly all others do is an error, unless `scheme` is "none"; see
            `brownclust.tagger.repair_tags`.
        """
        self._check_parameters(has_dev=dev is not None)
        sentences, tags, dev = self._check_data(sentences, tags, dev)
        documents = None if documents is None else list(documents)
        digest = ""
        if checkpoint is not None or warm_start is not None:
            digest = self._digest(sentences, tags, documents, dev)
        text = self._prepare(sentences, tags, documents, warm_start, digest, tag_column)
        try:
            prepared = None if dev is None else (self._text(dev[0], dev[2]), dev[1])
            self._run_epochs(text, prepared, checkpoint, on_epoch)
        except BaseException:  # such as Ctrl-C: leave a tagger that can be used
            if self._progress is not None and self._progress.best is None:
                self._set_weights(self._progress.state.averaged())
            raise
        self._progress = None
        self._prune()
        return self

    def _check_parameters(self, *, has_dev: bool) -> None:
        super()._check_parameters(has_dev=has_dev)
        check_integer("n_epochs", self.n_epochs, minimum=1)
        for name in ("margin", "recall_margin"):
            check_integer(name, getattr(self, name), minimum=0, maximum=MAX_MARGIN)
        check_integer("random_state", self.random_state, minimum=0)
        _check_dropout(self.word_dropout)
        if self.patience is not None:
            check_integer("patience", self.patience, minimum=1)
            if not has_dev:
                rule = "None without development data"
                raise ValueError(must_be("patience", rule, self.patience))

    def _digest(
        self,
        sentences: Sequence[Tokens],
        tags: Tags,
        documents: Sequence[Hashable] | None,
        dev: CheckedData | None,
    ) -> str:
        """Return a hash of all that determines the result but the number of epochs."""
        settings = [self.random_state, self.margin, self.recall_margin, self.scheme]
        if self.word_dropout:  # without it, checkpoints of earlier versions resume
            settings.append(self.word_dropout)
        data: list[Any] = [sentences, tags, None if dev is None else dev[:2]]
        labels = (documents, None if dev is None else dev[2])
        data += [list(map(repr, of_data)) for of_data in labels if of_data is not None]
        text = json.dumps([*settings, *data], default=lambda number: number.item())
        return sha256(text.encode()).hexdigest()

    def _prepare(
        self,
        sentences: Sequence[Tokens],
        tags: Tags,
        documents: Iterable[Hashable] | None = None,
        warm_start: "PerceptronTagger | None" = None,
        digest: str = "",
        tag_column: str | None = None,
    ) -> TrainingText:
        """Encode the data, and set weights and progress to where training starts."""
        space = self._make_space(has_documents=documents is not None)
        if warm_start is None:
            tag_set = TagSet.learn(tags, self.scheme)
        else:
            warm_start._check_fitted()
            tag_set = warm_start.tag_set_
            other = space.difference(warm_start.space_)
            if other is not None:
                rule = f"a tagger with the same {other}"
                raise ValueError(f"warm_start must be {rule}, got one with others")
            space.restore(warm_start.space_.arrays())
        unknown = tag_set.first_unknown(tags)
        if unknown is not None:
            i, j = unknown
            rule = f"a tag of warm_start: {on_one_line(', '.join(tag_set.names))}"
            raise ValueError(must_be(f"tags[{i}][{j}]", rule, tags[i][j]))
        gold = tag_set.encode(tags)
        old_layout = space.layout()
        rows = space.rows()
        resumes = (
            warm_start is not None
            and warm_start._progress is not None
            and warm_start._progress.digest == digest
        )
        in_documents, first_pass = self._training_text(
            space,
            sentences,
            tags,
            documents,
            warm_start=None
            if warm_start is None or resumes
            else warm_start.first_pass_,
        )
        text = encode_and_learn(space, in_documents, rows)
        new_numbers = space.new_numbers(old_layout)
        state = PerceptronState(space.n_features, *tag_set.penalties())
        weights = state.averaged()
        epochs: list[Epoch] = []
        if warm_start is not None:
            progress = warm_start._progress
            weights = warm_start.weights_.renumbered(new_numbers, space.n_features)
            if progress is None or not resumes:
                state = PerceptronState.from_weights(weights, MAX_UNIT)
            else:
                state = progress.state.renumbered(new_numbers, space.n_features)
                epochs = [*progress.epochs]
        self._set_learnt(space, tag_set, sentences, tag_column, first_pass)
        if warm_start is not None:
            self.known_words_ |= warm_start.known_words_
        self._set_weights(weights)
        self._progress = TrainingProgress(state, epochs, digest)
        self.epochs_ = tuple(epochs)
        return TrainingText.from_encoded(
            space,
            text,
            rows,
            gold=gold,
            tag_set=tag_set,
            is_known=state.has_weights,
            word_dropout=self.word_dropout,
        )

    def _run_epochs(
        self,
        text: TrainingText,
        dev: PreparedData | None,
        checkpoint: str | PathLike[str] | None,
        on_epoch: Callable[[Epoch], None] | None,
    ) -> None:
        """Run the remaining epochs."""
        progress = self._progress
        assert progress is not None
        for number in range(len(progress.epochs), self.n_epochs):
            if self.patience is not None and progress.n_without_gain >= self.patience:
                break
            started = perf_counter()
            order = np.random.default_rng([self.random_state, number]).permutation(
                np.flatnonzero(text.sizes)
            )
            random = np.random.default_rng([self.random_state, number, 1])
            n_updated = progress.state.run_epoch(
                text.of_epoch(random), order, self.margin, self.recall_margin
            )
            seconds = perf_counter() - started
            needs_weights = dev is not None or checkpoint is not None
            best = self.weights_
            if needs_weights or number == self.n_epochs - 1:
                self._set_weights(progress.state.averaged())
            score = None if dev is None else self._score(*dev)
            epoch = Epoch(number + 1, *n_updated, score, seconds)
            progress.epochs.append(epoch)
            self.epochs_ = tuple(progress.epochs)
            if score is not None and epoch is not progress.best:
                self._set_weights(best)
            if checkpoint is not None:
                self.save(checkpoint)
            if on_epoch is not None:
                on_epoch(epoch)

    def _set_weights(self, weights: Weights) -> None:
        self.weights_ = weights
        self._decoder = None

    def _prune(self) -> None:
        """Remove conjunctions without weights."""
        kept = self.space_.prune_conjunctions(self.weights_.has_weights)
        self._set_weights(self.weights_.of_features(kept))

    # --- The trained tagger ---------------------------------------------------

    def _tagging_weights(self) -> Weights:
        return self.weights_

    def margins(
        self,
        sentences: Iterable[Tokens],
        documents: Iterable[Hashable] | None = None,
    ) -> list[NDArray[np.float64]]:
        """Return how far each tag of each token leads or trails.

        Parameters
        ----------
        sentences, documents
            As for `predict`.

        Returns
        -------
        list of float64 array (n_tokens, n_classes)
            For each sentence: the score of the best sequence of tags with the tag at
            this token, minus that of the best one with another tag there. Columns are
            in the order of `classes_`. At most one tag of a token is positive, and that
            is the one `predict` returns; 0 is a tie. Minus infinity where the scheme
            does not allow the tag, infinity where it allows no other.

        Raises
        ------
        NotFittedError
            If the tagger is not trained.

        Notes
        -----
        A perceptron has no probabilities. A margin is a sum of weights, in the unit of
        training: 1 is an update that was kept to the end. Only margins of the same
        tagger can be compared. Time grows with the square of the number of tags.

        Examples
        --------
        >>> tagger = PerceptronTagger("pos", n_epochs=5)
        >>> sentences = [["the", "dog", "barks"], ["a", "cat", "sleeps"]]
        >>> tagger = tagger.fit(sentences, [["DET", "NOUN", "VERB"]] * 2)
        >>> [of_sentence] = tagger.margins([["the", "cat"]])
        >>> tagger.classes_
        ['DET', 'NOUN', 'VERB']
        >>> (of_sentence > 0).astype(int)
        array([[1, 0, 0],
               [0, 1, 0]])
        """
        self._check_fitted()
        text = self._text(sentences, documents)
        found = self._tagging_decoder().class_values(text, self.tag_set_, is_sum=False)
        return list(map(margins_of, found))

    def strongest_features(self, n: int = 20) -> list[tuple[str, str, float]]:
        """Return the features with the largest absolute weights, largest first.

        Parameters
        ----------
        n : int, default 20
            How many to return.

        Returns
        -------
        list of (name, tag, weight)
            Tags are in the tagger's own scheme, as ``U-LOC``.

        Raises
        ------
        NotFittedError
            If the tagger is not trained.
        """
        self._check_fitted()
        weights = self.weights_
        features, entries = weights.strongest(check_integer("n", n, minimum=1))
        names = self.space_.names()
        tags = self.tag_set_.names
        return [
            (names[feature], tags[tag], value)
            for feature, tag, value in zip(
                features.tolist(),
                weights.tags[entries].tolist(),
                weights.values[entries].tolist(),
                strict=True,
            )
        ]

    def compact(self, threshold: float) -> Self:
        """Remove small weights, and conjunctions without weights.

        Parameters
        ----------
        threshold : float
            Weights whose absolute value is not above it are removed. A weight of 1 is
            one update kept from the start of training to its end; no weight is 0.

        Returns
        -------
        PerceptronTagger
            The tagger itself. `score` shows what accuracy it costs.

        Raises
        ------
        NotFittedError
            If the tagger is not trained.
        """
        self._check_fitted()
        if self.first_pass_ is not None:
            self.first_pass_.compact(threshold)
        self._set_weights(self.weights_.without_small(threshold))
        self._progress = None
        self._prune()
        return self

    # --- Files ----------------------------------------------------------------

    def _learnt_arrays(self) -> dict[str, NDArray[Any]]:
        arrays = named_arrays("weights", self.weights_.arrays())
        if self._progress is not None:
            arrays |= self._progress.arrays()
        # Without durations: the same data give the same bytes.
        epochs = json.dumps([asdict(replace(e, seconds=None)) for e in self.epochs_])
        return arrays | {"epochs": pack_text(epochs)}

    def _restore_learnt(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        epochs = epochs_of(json.loads(unpack_text(arrays["epochs"])))
        self.epochs_ = tuple(epochs)
        weights = Weights.from_arrays(arrays_under("weights", arrays))
        sizes = weights.n_features, weights.ends.size
        if sizes != (self.space_.n_features, len(self.tag_set_)):
            raise ValueError(f"weights of {sizes} features and tags")
        penalties = self.tag_set_.penalties()
        check_penalties(weights.transitions, weights.ends, penalties)
        self._set_weights(weights)
        self._progress = TrainingProgress.from_arrays(arrays, epochs, sizes, penalties)


def _check_dropout(value: Any) -> None:
    rule = "a number of at least 0"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(must_be("word_dropout", rule, value))
    if not 0 <= value < inf:
        raise ValueError(must_be("word_dropout", rule, value))
