"""Encoding: from sentences to numbers of rows and features.

The last step of the features, for training (`training_text`), tagging (`decoder`) and
`crf`.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.conjunctions import hash_conjunctions
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.rows import Rows
from brownclust.tagger.sentences import Tokens, column_of_tokens, words_of
from brownclust.tagger.values import Ids, checksum


class EncodedText(NamedTuple):
    """Sentences end to end, as numbers of rows.

    Attributes
    ----------
    bounds : int64 array (n_sentences, 2)
        First position of each sentence, and the one after its last.
    types : int32 array (n_fields, n_positions)
        The row at each position; before and after each sentence that of its edges.
    token_starts : int64 array (n_positions + 1,)
        Where the token features of each position start.
    token_features : int32 array
        Features of templates with several terms, and of other sources; -1 for none.
    """

    bounds: NDArray[np.int64]
    types: Ids
    token_starts: NDArray[np.int64]
    token_features: Ids

    @property
    def positions(self) -> NDArray[np.int64]:
        """Positions of all tokens, in order."""
        sizes = self.bounds[:, 1] - self.bounds[:, 0]
        skipped = self.bounds[:, 0] - (np.cumsum(sizes) - sizes)
        positions: NDArray[np.int64] = np.arange(int(sizes.sum())) + np.repeat(
            skipped, sizes
        )
        return positions


def encode_and_learn(
    space: FeatureSpace, sentences: Sequence[Tokens], rows: Rows
) -> EncodedText:
    """Encode training data, assigning numbers to new values and conjunctions.

    New conjunctions that occur less often than `min=` of their template get none.
    """
    space.values.is_open = True
    try:
        return encode(space, sentences, rows)
    finally:
        space.values.is_open = False


def encode(space: FeatureSpace, sentences: Sequence[Tokens], rows: Rows) -> EncodedText:
    """Return sentences as numbers of rows, and the features that need several rows."""
    sizes = np.fromiter(map(len, sentences), np.int64, len(sentences))
    pad = space.context
    ends = np.cumsum(sizes + 2 * pad) - pad
    bounds = np.stack([ends - sizes, ends], axis=1)
    n_positions = int(ends[-1]) + pad if len(sentences) else 0
    types = np.empty((len(space.columns), n_positions), np.int32)
    tokens: list[Any] = list(chain.from_iterable(sentences))
    text = EncodedText(bounds, types, np.zeros(0, np.int64), np.zeros(0, np.int32))
    positions = text.positions
    for field, (before, after) in enumerate(rows.edges):
        types[field] = before
        for distance in range(pad):
            types[field, ends + distance] = after
        column = column_of_tokens(tokens, field, space.columns)
        types[field, positions] = rows.number(field, column)
    n_known = len(space.conjunctions)
    joined = _find_joined(space, text, rows)
    counts, from_sources = space.sources.find(
        words_of(sentences, space.columns), len(tokens), is_open=space.values.is_open
    )
    if space.values.is_open:
        joined = _without_rare(space, joined, n_known)
        space.renumber()
    if space.hash_size is None:
        joined[joined >= 0] += space.conjunctions_base
        from_sources[from_sources >= 0] += space.sources_base
    width = joined.shape[1]
    starts = width * np.arange(n_positions + 1)
    if not from_sources.size:
        return text._replace(token_starts=starts, token_features=joined.ravel())
    # Each position has `width` joined features, then those of the sources.
    n_from_sources = np.zeros(n_positions, np.int64)
    n_from_sources[positions] = counts
    starts[1:] += np.cumsum(n_from_sources)
    is_from_source = np.ones(int(starts[-1]), bool)
    is_from_source[(starts[:-1, None] + np.arange(width)).ravel()] = False
    features = np.empty(is_from_source.size, np.int32)
    features[~is_from_source] = joined.ravel()
    features[is_from_source] = from_sources
    return text._replace(token_starts=starts, token_features=features)


def _find_joined(space: FeatureSpace, text: EncodedText, rows: Rows) -> Ids:
    """Return the features of templates with several terms at each position."""
    conjunctions = space.conjunctions
    if space.hash_size is None:
        return conjunctions.find(
            text.bounds, text.types, rows, is_open=space.values.is_open
        )
    joined = np.full((text.types.shape[1], len(space.joined)), -1, np.int32)
    hash_conjunctions(
        text.bounds,
        text.types,
        rows.values.array,
        rows.starts.array,
        conjunctions.terms,
        conjunctions.sizes,
        np.array([checksum(str(t)) for t in space.joined], np.int64),
        space.hash_size,
        joined,
    )
    return joined


def _without_rare(space: FeatureSpace, joined: Ids, n_known: int) -> Ids:
    """Remove new conjunctions that are rarer than their template's minimum."""
    minima = [template.min_count for template in space.joined]
    if max(minima, default=1) == 1 or space.hash_size is not None:
        return joined
    is_kept = np.arange(len(space.conjunctions)) < n_known
    for column, minimum in enumerate(minima):
        found = joined[:, column]
        counts = np.bincount(found[found >= 0], minlength=is_kept.size)
        is_kept |= counts >= minimum
    numbers = np.append(space.conjunctions.select(is_kept), np.int32(-1))
    return numbers[np.where(joined >= 0, joined, -1)]


def features_of_rows(
    space: FeatureSpace, text: EncodedText, rows: Rows, is_known: NDArray[np.bool_]
) -> tuple[Ids, NDArray[np.int64]]:
    """Return the features of all rows, one row after the other, and where each starts.

    Features that are rarer in the text than their template's minimum are -1, except
    those that `is_known` marks.
    """
    starts = np.zeros(len(rows) + 1, np.int64)
    of_fields = []
    positions = text.positions
    for field, types in enumerate(text.types):
        numbers, values = rows.of_field(field)
        features = space.row_features(field, values)
        for (group, feature), column in zip(
            space.features_of_field(field), features.T, strict=True
        ):
            minimum = feature.template.min_count
            if minimum > 1 and space.hash_size is None:
                at = types[positions + group.offset]
                seen = np.bincount(at, minlength=len(rows))[numbers]
                exists = column >= 0
                counts = np.bincount(
                    column[exists], seen[exists], minlength=space.n_features
                )
                is_rare = (counts < minimum) & ~is_known
                column[np.append(is_rare, False)[column]] = -1
        starts[numbers + 1] = features.shape[1]
        of_fields.append((numbers, features))
    np.cumsum(starts, out=starts)
    flat = np.empty(int(starts[-1]), np.int32)
    for numbers, features in of_fields:
        flat[starts[numbers][:, None] + np.arange(features.shape[1])] = features
    return flat, starts[:-1]
