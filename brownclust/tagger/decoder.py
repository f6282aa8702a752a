"""Decoding: the best tags of sentences, and what all other tags score.

The scores of words are computed once.

Sentences go through `encoding`; the scores come from `weights`; `perceptron` calls it.
"""

from collections.abc import Iterator
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.decoding import (
    FIELD,
    N_FEATURES,
    score_rows,
    score_sentences,
    tag_sentences,
)
from brownclust._kernels.tagger.marginals import fill_class_values
from brownclust.tagger.documents import Text
from brownclust.tagger.encoding import EncodedText, encode
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.rows import GrowableArray
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.weights import FORBIDDEN, Weights, follower_ranges

_BATCH = 50_000
"""Tokens encoded at once: many next to the cost of a call, few next to the cache."""

_MAX_CACHE_BYTES = 1 << 27
_WORD_BYTES = 150
"""Estimated size of a string and its number in a dict."""


class Decoder:
    """Finds the best tags of sentences, by the weights of their features.

    Parameters
    ----------
    space : FeatureSpace
        The features.
    weights : Weights
        Weights of all features of the space.

    Notes
    -----
    What a word contributes to the scores at its own place and at those around it does
    not depend on the sentence. It is kept for all words seen so far, up to about 128
    MB. A call also needs 8 bytes per tag and token of its longest sentence. Threads
    wait for each other.
    """

    def __init__(self, space: FeatureSpace, weights: Weights) -> None:
        self._space = space
        self._weights = weights.with_dense_features()
        self._follower_ranges = follower_ranges(weights.transitions)
        self._groups = space.kernel_groups()
        self._group_sizes = [
            self._groups[self._groups[:, FIELD] == field, N_FEATURES]
            for field in range(space.n_fields)
        ]
        self._lock = Lock()
        self._clear_cache()

    def _clear_cache(self) -> None:
        self._rows = self._space.rows()
        self._scores = GrowableArray(np.float32)
        self._starts = GrowableArray(np.int64)
        self._n_scored = 0

    def tag(self, text: Text) -> NDArray[np.int32]:
        """Return the numbers of the tags of all tokens, one sentence after another."""
        with self._lock:
            found = [self._tag_batch(batch) for batch in self._batches(text)]
        return np.concatenate([*found, np.zeros(0, np.int32)])

    def class_values(
        self,
        text: Text,
        tag_set: TagSet,
        *,
        is_sum: bool,
    ) -> list[NDArray[np.float64]]:
        """Return what each output tag of each token scores, over all sequences of tags.

        Parameters
        ----------
        text : Text
            The sentences.
        tag_set : TagSet
            The tags of the weights; its `outputs` are the classes.
        is_sum : bool
            True for probabilities, by exponentials of scores; False for the score of
            the best sequence with the class, relative to that of the best of all.

        Returns
        -------
        list of float64 array (n_tokens, n_classes)
            One for each sentence.
        """
        found: list[NDArray[np.float64]] = []
        with self._lock:
            for batch in self._batches(text):
                found += self._values_of_batch(batch, tag_set, is_sum)
        return found

    def _batches(self, text: Text) -> Iterator[Text]:
        return text.batches(_BATCH, in_documents=bool(self._space.elsewhere))

    def _values_of_batch(
        self, batch: Text, tag_set: TagSet, is_sum: bool
    ) -> list[NDArray[np.float64]]:
        weights = self._weights
        text, sizes = self._encode(batch)
        n_tokens, longest = int(sizes.sum()), int(sizes.max(initial=0))
        n_tags = weights.ends.size
        scores = np.empty((n_tokens, n_tags), np.float32)
        score_sentences(
            text.bounds,
            text.types,
            self._groups,
            self._starts.array,
            self._scores.array,
            text.token_starts,
            text.token_features,
            weights.entry_starts,
            weights.tags,
            weights.values,
            scores,
        )
        shape = n_tokens, len(tag_set.outputs)
        found = np.full(shape, 0.0 if is_sum else -np.inf)
        fill_class_values(
            sizes,
            scores,
            weights.transitions,
            weights.ends,
            tag_set.classes(),
            tag_set.looks_ahead,
            is_sum,
            np.empty(n_tags),
            np.empty((longest, n_tags)),
            np.empty((longest, n_tags)),
            found,
        )
        return np.split(found, np.cumsum(sizes)[:-1]) if sizes.size else []

    def _encode(self, batch: Text) -> tuple[EncodedText, NDArray[np.int64]]:
        """Encode sentences, and score their new words; return the lengths, too."""
        cached_bytes = _WORD_BYTES * len(self._rows)
        cached_bytes += 4 * (self._scores.size + self._rows.values.size)
        if cached_bytes > _MAX_CACHE_BYTES:
            self._clear_cache()
        text = encode(self._space, batch, self._rows)
        self._score_new_rows()
        return text, text.bounds[:, 1] - text.bounds[:, 0]

    def _tag_batch(self, batch: Text) -> NDArray[np.int32]:
        weights = self._weights
        text, sizes = self._encode(batch)
        longest = int(sizes.max(initial=0))
        n_tags = weights.ends.size
        tags = np.empty(int(sizes.sum()), np.int32)
        tag_sentences(
            text.bounds,
            text.types,
            self._groups,
            self._starts.array,
            self._scores.array,
            text.token_starts,
            text.token_features,
            weights.entry_starts,
            weights.tags,
            weights.values,
            weights.transitions,
            weights.ends,
            self._follower_ranges,
            np.empty((longest, n_tags), np.float32),
            np.empty(n_tags, np.float32),
            np.empty((longest, n_tags), np.int32),
            tags,
        )
        return tags

    def _score_new_rows(self) -> None:
        """Add up the weights of each new row, for each of its groups."""
        weights = self._weights
        n_tags = weights.ends.size
        starts = np.empty(len(self._rows) - self._n_scored, np.int64)
        for field, group_sizes in enumerate(self._group_sizes):
            numbers, values = self._rows.of_field(field, self._n_scored)
            features = self._space.row_features(field, values)
            width = group_sizes.size * n_tags
            scores = np.empty(len(values) * width, np.float32)
            score_rows(
                features.ravel(),
                len(values),
                group_sizes,
                weights.entry_starts,
                weights.tags,
                weights.values,
                n_tags,
                scores,
            )
            starts[numbers - self._n_scored] = self._scores.size + width * np.arange(
                len(values)
            )
            self._scores.append(scores)
        self._starts.append(starts)
        self._n_scored = len(self._rows)


def margins_of(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each score minus the best of the others in its row.

    Parameters
    ----------
    scores : float64 array (n_tokens, n_classes)
        As `Decoder.class_values` returns them without `is_sum`.

    Returns
    -------
    float64 array (n_tokens, n_classes)
        Minus infinity for a class that is not allowed, infinity if no other is.
    """
    scores = np.where(scores > FORBIDDEN // 2, scores, -np.inf)
    n_classes = scores.shape[1]
    if n_classes < 2:
        return np.full_like(scores, np.inf)
    ordered = np.sort(scores, axis=1)
    is_best = np.arange(n_classes) == scores.argmax(axis=1)[:, None]
    margins: NDArray[np.float64] = scores - np.where(
        is_best, ordered[:, -2:-1], ordered[:, -1:]
    )
    return margins
