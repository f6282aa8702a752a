"""The structured averaged perceptron: `PerceptronTagger`."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import chain
from os import PathLike
from time import perf_counter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import arrays_under, named_arrays, pack_text, unpack_text
from brownclust._kernels.tagger.decoding import N_FEATURES
from brownclust._kernels.tagger.perceptron import TokenTable
from brownclust._validation import check_integer, must_be
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.base import Data, Epoch, Tagger, Tags, check_data
from brownclust.tagger.decoder import Decoder
from brownclust.tagger.feature_space import Tokens
from brownclust.tagger.perceptron_state import PerceptronState, TrainingText
from brownclust.tagger.sources import FeatureSource
from brownclust.tagger.tag_set import AUTO, TagSet
from brownclust.tagger.templates import Template
from brownclust.tagger.weights import Weights

MOST_MARGIN = 10_000

WARM_UNIT = 64
"""Changes of weights that go on from averages, which are rounded to 1 / 64."""


class PerceptronTagger(Tagger):
    """Structured averaged perceptron, learning with margins.

    Parameters
    ----------
    templates : str, or iterable of str or Template, default "pos"
        What to look at: ``"pos"``, ``"chunk"``, ``"ner"``, or templates in the notation
        of `brownclust.tagger.templates`.
    clusters : WordClusters or path, optional
        For templates of bit strings; presets do without them if there are none.
    backoff : sequence of str, default ("lowercase", "digits")
        What to look up for a word that has no cluster; see `BackOff`.
    columns : sequence of str, default ("word",)
        Names of what a token consists of. If it is more than the word, tokens are
        sequences, and presets have templates of the further columns.
    scheme : str, default "auto"
        How the tagger sees tags of spans: "iob1", "iob2", "bilou", "iobes"; "auto" is
        "bilou" if tags are of spans. "none": tags are tags.
    features : sequence of FeatureSource, default none
        Further features: objects whose ``strings(sentences)`` returns a list of strings
        for each token, as `BrownFeatures` does.
    hash_size : int, optional
        Features share so many numbers, by hash, instead of each having its own. Then
        `min=` of templates does nothing.
    n_epochs : int, default 20
        Passes through the training data.
    patience : int, optional
        Stop after so many epochs without a better score on development data.
    margin : int, default 30
        By how many changes of one weight the right tags must win while learning; 0 is
        the perceptron of Collins.
    recall_margin : int, default 30
        By how many more they must win against ``O``, where the tags are of spans: more
        makes a tagger that finds more of them, and more that are none.
    random_state : int, default 0
        Seed of the order of sentences. The same data and parameters give the same
        tagger, on any machine.

    Attributes
    ----------
    space_ : FeatureSpace
        The features.
    tag_set_ : TagSet
        The tags.
    weights_ : Weights
        The weights; those of the best epoch, if there were development data.
    epochs_ : tuple of Epoch
        What was said of each epoch.
    known_words_ : frozenset of str
        The words of the training data.

    Notes
    -----
    Training adds the features of a sentence's right tags to the weights, and takes
    those of the best tags off, whenever the two differ; what it returns is the average
    of the weights over all steps [1]_. Margins make other tags better while learning,
    so that right ones must win clearly [2]_; without them it is Collins' algorithm, and
    parts of speech and chunks are 0.1 to 0.2 lower in the tasks of the README. All of
    that is in integers: nothing drifts. Decoding is exact (Viterbi), over the sequences
    that the scheme allows.

    References
    ----------
    .. [1] Collins (2002), "Discriminative training methods for hidden Markov models",
       section 2.
    .. [2] Mohit et al. (2012), "Recall-oriented learning of named entities in Arabic
       Wikipedia", section 4.

    Examples
    --------
    >>> tagger = PerceptronTagger("pos", n_epochs=5)
    >>> sentences = [["the", "dog", "barks"], ["a", "cat", "sleeps"]]
    >>> tagger = tagger.fit(sentences, [["DET", "NOUN", "VERB"]] * 2)
    >>> tagger.predict([["the", "cat", "barks"], []])
    [['DET', 'NOUN', 'VERB'], []]
    """

    algorithm = "perceptron"
    weights_: Weights
    epochs_: tuple[Epoch, ...]
    _progress: "Progress | None" = None  # while training

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
        n_epochs: int = 20,
        patience: int | None = None,
        margin: int = 30,
        recall_margin: int = 30,
        random_state: int = 0,
    ) -> None:
        self.templates = templates
        self.clusters = clusters
        self.backoff = backoff
        self.columns = columns
        self.scheme = scheme
        self.features = features
        self.hash_size = hash_size
        self.n_epochs = n_epochs
        self.patience = patience
        self.margin = margin
        self.recall_margin = recall_margin
        self.random_state = random_state

    # --- Learning -------------------------------------------------------------

    def fit(
        self,
        sentences: Iterable[Tokens],
        tags: Iterable[Sequence[str]],
        *,
        dev: tuple[Iterable[Tokens], Iterable[Sequence[str]]] | None = None,
        warm_start: "PerceptronTagger | None" = None,
        checkpoint: str | PathLike[str] | None = None,
        on_epoch: Callable[[Epoch], None] | None = None,
    ) -> Self:
        """Learn from sentences and their tags.

        Parameters
        ----------
        sentences : iterable of sequences of str
            As for `predict`.
        tags : iterable of sequences of str
            One for each token.
        dev : tuple of (sentences, tags), optional
            Development data. They are scored after every epoch, and the weights of
            the best one are kept. A tag that training lacks counts as an error.
        warm_start : PerceptronTagger, optional
            Go on from what it has learnt; its templates, clusters and tags must be the
            same, and new features and words get their places. If it was loaded from a
            `checkpoint` of the same data and settings, its epochs count: it ends up
            where training would have without a break. If not, all epochs start from its
            averaged weights.
        checkpoint : path, optional
            After every epoch, save the tagger so far and what is needed to go on.
        on_epoch : callable, optional
            Called with an `Epoch` after each.

        Returns
        -------
        PerceptronTagger
            Itself.

        Raises
        ------
        TypeError, ValueError
            If data or parameters are not as described.
        """
        self._check_parameters(has_dev=dev is not None)
        sentences, tags = check_data("tags", sentences, tags)
        if dev is not None:
            dev = check_data("dev", *dev)
        digest = ""
        if checkpoint is not None or warm_start is not None:
            digest = self._digest(sentences, tags, dev)
        data = self._start(sentences, tags, warm_start, digest)
        try:
            self._learn(data, dev, checkpoint, on_epoch)
        except BaseException:  # such as Ctrl-C: what is learnt so far can be used
            if self._progress is not None and self._progress.best is None:
                self._use(self._progress.state.averaged())
            raise
        self._progress = None
        self._forget_unused()
        return self

    def _check_parameters(self, *, has_dev: bool) -> None:
        check_integer("n_epochs", self.n_epochs, minimum=1)
        for name in ("margin", "recall_margin"):
            check_integer(name, getattr(self, name), minimum=0, maximum=MOST_MARGIN)
        check_integer("random_state", self.random_state, minimum=0)
        if self.patience is not None:
            check_integer("patience", self.patience, minimum=1)
            if not has_dev:
                rule = "None without development data to be better on"
                raise ValueError(must_be("patience", rule, self.patience))

    def _digest(self, *data: Any) -> str:
        """Return what tells training from another, but for the number of epochs."""
        settings = [self.random_state, self.margin, self.recall_margin, self.scheme]
        text = json.dumps([*settings, *data], default=lambda number: number.item())
        return sha256(text.encode()).hexdigest()

    def _learn(
        self,
        data: TrainingText,
        dev: Data | None,
        checkpoint: str | PathLike[str] | None,
        on_epoch: Callable[[Epoch], None] | None,
    ) -> None:
        """Run the epochs that are to come."""
        progress = self._progress
        assert progress is not None
        for number in range(len(progress.epochs), self.n_epochs):
            if self.patience is not None and progress.n_without_gain >= self.patience:
                break
            started = perf_counter()
            order = np.random.default_rng([self.random_state, number]).permutation(
                np.flatnonzero(data.sizes)
            )
            n_updated = progress.state.run_epoch(
                data, order, self.margin, self.recall_margin
            )
            seconds = perf_counter() - started
            is_asked = dev is not None or checkpoint is not None
            best = self.weights_
            if is_asked or number == self.n_epochs - 1:
                self._use(progress.state.averaged())
            score = None if dev is None else self.score(*dev)
            epoch = Epoch(number + 1, *n_updated, score, seconds)
            progress.epochs.append(epoch)
            self.epochs_ = tuple(progress.epochs)
            if score is not None and epoch is not progress.best:
                self._use(best)
            if checkpoint is not None:
                self.save(checkpoint)
            if on_epoch is not None:
                on_epoch(epoch)

    def _start(
        self,
        sentences: Sequence[Tokens],
        tags: Tags,
        warm_start: "PerceptronTagger | None",
        digest: str = "",
    ) -> TrainingText:
        """Prepare the data, and what was learnt before if anything was."""
        space = self._make_space()
        if warm_start is None:
            tag_set = TagSet.learn(tags, self.scheme)
        else:
            warm_start._check_fitted()
            tag_set = warm_start.tag_set_
            other = space.difference(warm_start.space_)
            if other is not None:
                rule = f"a tagger with the {other} that are asked for"
                raise ValueError(f"warm_start must be {rule}, got one with others")
            space.restore(warm_start.space_.arrays())
        gold = tag_set.encode(tags)
        if gold.min() < 0:
            new = list(chain.from_iterable(tags))[int(gold.argmin())]
            rule = f"among those of warm_start: {', '.join(tag_set.names)}"
            raise ValueError(must_be("tags", rule, new))
        old = space.layout()
        rows = space.rows()
        text = space.learn(sentences, rows)
        moved = space.moved(old)
        state = PerceptronState(space.n_features, *tag_set.penalties())
        weights = state.averaged()
        epochs: list[Epoch] = []
        if warm_start is not None:
            weights = warm_start.weights_.moved(moved, space.n_features)
            if warm_start._progress is None or warm_start._progress.digest != digest:
                state = PerceptronState.from_weights(weights, WARM_UNIT)
            else:
                state = warm_start._progress.state.moved(moved, space.n_features)
                epochs = [*warm_start._progress.epochs]
        self.space_, self.tag_set_ = space, tag_set
        self.known_words_ = self._known_words(sentences)
        if warm_start is not None:
            self.known_words_ |= warm_start.known_words_
        self._use(weights)
        self._progress = Progress(state, epochs, digest)
        self.epochs_ = tuple(epochs)
        features, starts = space.features_of_rows(text, rows, state.has_weights)
        at_positions = np.zeros(text.types.shape[1], np.int32)
        at_positions[text.positions] = gold
        table = TokenTable(
            bounds=text.bounds,
            types=text.types,
            groups=space.kernel_groups(),
            starts=starts,
            features=features,
            token_starts=text.token_starts,
            token_features=text.token_features,
            gold=at_positions,
        )
        n_others = int(np.diff(text.token_starts).max(initial=0))
        return TrainingText(
            table,
            n_features=int(table.groups[:, N_FEATURES].sum()) + n_others,
            outside=-1 if tag_set.scheme is None else tag_set.names.index("O"),
        )

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is kept of words met."""
        return {n: v for n, v in self.__dict__.items() if n != "_decoder"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Start with no words met."""
        self.__dict__.update(state)
        if self.__sklearn_is_fitted__():
            self._use(self.weights_)

    def _use(self, weights: Weights) -> None:
        self.weights_ = weights
        self._decoder = Decoder(self.space_, weights)

    def _forget_unused(self) -> None:
        """Forget combinations of values that have no weight."""
        kept = self.space_.forget_conjunctions(self.weights_.has_weights)
        self._use(self.weights_.of_features(kept))

    def strongest_features(self, n: int = 20) -> list[tuple[str, str, float]]:
        """Return the features with the greatest weights, up or down, in that order.

        Parameters
        ----------
        n : int, default 20
            How many.

        Returns
        -------
        list of (name, tag, weight)
            Tags are those that the tagger sees, as ``U-LOC``.
        """
        self._check_fitted()
        weights = self.weights_
        order = np.argsort(-np.abs(weights.values), kind="stable")
        order = order[: check_integer("n", n, minimum=1)]
        of_entry = np.searchsorted(weights.entry_starts, order, side="right") - 1
        names = self.space_.names()
        return [
            (names[feature], self.tag_set_.names[weights.tags[entry]], value)
            for feature, entry, value in zip(
                of_entry.tolist(),
                order.tolist(),
                weights.values[order].tolist(),
                strict=True,
            )
        ]

    def compact(self, threshold: float) -> Self:
        """Drop weights that are not above a threshold, and combinations without any.

        Parameters
        ----------
        threshold : float
            Of the size of a weight; a weight of 1 is one correction that stays through
            all of training. 0 drops nothing, as no weight is zero.

        Returns
        -------
        PerceptronTagger
            Itself. What it costs, `score` tells.
        """
        self._check_fitted()
        self._use(self.weights_.without_small(threshold))
        self._progress = None
        self._forget_unused()
        return self

    def forget_words(self) -> None:
        """Free what is kept of words met while tagging; as if it was just loaded."""
        self._use(self.weights_)

    # --- Tagging, files -------------------------------------------------------

    def _tag(self, sentences: Sequence[Tokens]) -> NDArray[np.int32]:
        return self._decoder.tag(sentences)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays = named_arrays("weights", self.weights_.arrays())
        if self._progress is not None:
            arrays |= named_arrays("state", self._progress.state.arrays())
            arrays["digest"] = pack_text(self._progress.digest)
        # Without times: the same data give the same bytes.
        epochs = json.dumps([asdict(replace(e, seconds=None)) for e in self.epochs_])
        return arrays | {"epochs": pack_text(epochs)}

    def _restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        epochs = [Epoch(**e) for e in json.loads(unpack_text(arrays["epochs"]))]
        self.epochs_ = tuple(epochs)
        weights = Weights.from_arrays(arrays_under("weights", arrays))
        sizes = weights.n_features, weights.ends.size
        if sizes != (self.space_.n_features, len(self.tag_set_)):
            raise ValueError(f"weights of {sizes} features and tags")
        self._use(weights)
        state = arrays_under("state", arrays)
        if state:
            digest = unpack_text(arrays["digest"])
            progress = Progress(PerceptronState.from_arrays(state), epochs, digest)
            if (progress.state.headers.size, progress.state.ends.size) != sizes:
                raise ValueError("a state of training for other features")
            self._progress = progress


@dataclass
class Progress:
    """Training that is not done yet."""

    state: PerceptronState
    epochs: list[Epoch]
    digest: str  # of the data and settings

    @property
    def best(self) -> Epoch | None:
        """The first epoch with the greatest score; None without scores."""
        scored = [epoch for epoch in self.epochs if epoch.dev_score is not None]
        return max(scored, key=lambda epoch: epoch.dev_score or 0, default=None)

    @property
    def n_without_gain(self) -> int:
        """Epochs since the best one."""
        best = self.best
        return 0 if best is None else len(self.epochs) - best.number
