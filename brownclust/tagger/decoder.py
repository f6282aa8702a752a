"""Decoding: the best tags of sentences, with the scores of words computed once.

Sentences go through `encoding`; the scores come from `weights`; `perceptron` calls it.
"""

from collections.abc import Iterator, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.decoding import (
    FIELD,
    N_FEATURES,
    score_rows,
    tag_sentences,
)
from brownclust.tagger.encoding import encode
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.rows import GrowableArray
from brownclust.tagger.sentences import Tokens
from brownclust.tagger.weights import Weights, follower_ranges

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
            for field in range(len(space.columns))
        ]
        self._lock = Lock()
        self._clear_cache()

    def _clear_cache(self) -> None:
        self._rows = self._space.rows()
        self._scores = GrowableArray(np.float32)
        self._starts = GrowableArray(np.int64)
        self._n_scored = 0

    def tag(self, sentences: Sequence[Tokens]) -> NDArray[np.int32]:
        """Return the numbers of the tags of all tokens, one sentence after another."""
        with self._lock:
            found = [self._tag_batch(batch) for batch in _batches(sentences)]
        return np.concatenate([*found, np.zeros(0, np.int32)])

    def _tag_batch(self, sentences: Sequence[Tokens]) -> NDArray[np.int32]:
        cached_bytes = _WORD_BYTES * len(self._rows)
        cached_bytes += 4 * (self._scores.size + self._rows.values.size)
        if cached_bytes > _MAX_CACHE_BYTES:
            self._clear_cache()
        weights = self._weights
        text = encode(self._space, sentences, self._rows)
        self._score_new_rows()
        sizes = text.bounds[:, 1] - text.bounds[:, 0]
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


def _batches(sentences: Sequence[Tokens]) -> Iterator[Sequence[Tokens]]:
    first = n_tokens = 0
    for i, sentence in enumerate(sentences):
        n_tokens += len(sentence)
        if n_tokens >= _BATCH:
            yield sentences[first : i + 1]
            first, n_tokens = i + 1, 0
    if first < len(sentences):
        yield sentences[first:]
