"""Encoding: from sentences to numbers of rows and features.

The last step of the features, for training (`training_text`), tagging (`decoder`) and
`crf`.
"""

from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.conjunctions import hash_conjunctions
from brownclust.tagger.documents import Text
from brownclust.tagger.elsewhere import Pairs, distinct_features, find_elsewhere
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.rows import Rows
from brownclust.tagger.sentences import column_of_tokens, words_of
from brownclust.tagger.values import Ids, checksum

TokenFeatures: TypeAlias = tuple[NDArray[np.int64], Ids]
"""The number of features of each token, and these, one token after the other."""


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
        Features of templates with several terms, of other sources, and of the same
        words elsewhere; -1 for none.
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


def encode_and_learn(space: FeatureSpace, text: Text, rows: Rows) -> EncodedText:
    """Encode training data, assigning numbers to new values and conjunctions.

    New conjunctions that occur less often than `min=` of their template get none.
    """
    space.values.is_open = True
    try:
        return encode(space, text, rows)
    finally:
        space.values.is_open = False


def encode(space: FeatureSpace, text: Text, rows: Rows) -> EncodedText:
    """Return sentences as numbers of rows, and the features that need several rows."""
    sizes = text.sizes
    pad = space.context
    ends = np.cumsum(sizes + 2 * pad) - pad
    bounds = np.stack([ends - sizes, ends], axis=1)
    n_positions = int(ends[-1]) + pad if len(text) else 0
    types = np.empty((space.n_fields, n_positions), np.int32)
    tokens: list[Any] = list(chain.from_iterable(text.sentences))
    encoded = EncodedText(bounds, types, np.zeros(0, np.int64), np.zeros(0, np.int32))
    positions = encoded.positions
    for field, (before, after) in enumerate(rows.edges):
        types[field] = before
        for distance in range(pad):
            types[field, ends + distance] = after
        column: list[Any]
        if field < len(space.columns):
            column = column_of_tokens(tokens, field, space.columns)
        else:
            name = space.computed[field - len(space.columns)]
            column = list(chain.from_iterable(text.computed[name]))
        types[field, positions] = rows.number(field, column)
    n_known = len(space.conjunctions)
    joined = _find_joined(space, encoded, rows)
    of_tokens = space.sources.find(
        words_of(text.sentences, space.columns),
        len(tokens),
        is_open=space.values.is_open,
    )
    if space.values.is_open:
        joined = _without_rare(space, joined, n_known)
        space.renumber()
    if space.hash_size is None:
        joined[joined >= 0] += space.conjunctions_base
        from_sources = of_tokens[1]
        from_sources[from_sources >= 0] += space.sources_base
    if space.elsewhere:
        documents = np.repeat(text.documents, sizes)
        words = column_of_tokens(tokens, 0, space.columns)
        pairs = find_elsewhere(words, types[0, positions], documents)
        of_tokens = _merged(of_tokens, _of_pairs(space, encoded, rows, pairs))
    counts, others = of_tokens
    width = joined.shape[1]
    starts = width * np.arange(n_positions + 1)
    if not others.size:
        return encoded._replace(token_starts=starts, token_features=joined.ravel())
    # Each position has `width` joined features, then the others.
    n_others = np.zeros(n_positions, np.int64)
    n_others[positions] = counts
    starts[1:] += np.cumsum(n_others)
    is_other = np.ones(int(starts[-1]), bool)
    is_other[(starts[:-1, None] + np.arange(width)).ravel()] = False
    features = np.empty(is_other.size, np.int32)
    features[~is_other] = joined.ravel()
    features[is_other] = others
    return encoded._replace(token_starts=starts, token_features=features)


def _of_pairs(
    space: FeatureSpace, text: EncodedText, rows: Rows, pairs: Pairs
) -> TokenFeatures:
    """Return the features of tokens that are values of other places."""
    values, starts = rows.values.array, rows.starts.array
    places = text.positions[pairs.others]
    tokens, numbers = [], []
    for group in space.elsewhere:
        at = starts[text.types[group.field, places + group.offset]]
        for feature in group.features:
            found = space.feature_numbers(feature, values[at + feature.column])
            is_known = found >= 0
            tokens.append(pairs.tokens[is_known])
            numbers.append(found[is_known])
    n_tokens = int((text.bounds[:, 1] - text.bounds[:, 0]).sum())
    return distinct_features(np.concatenate(tokens), np.concatenate(numbers), n_tokens)


def _merged(first: TokenFeatures, second: TokenFeatures) -> TokenFeatures:
    """Return all features of each token, the first ones first."""
    if not first[0].size:  # no sources
        return second
    tokens = np.concatenate(
        [np.repeat(np.arange(counts.size), counts) for counts, _ in (first, second)]
    )
    order = np.argsort(tokens, kind="stable")
    return first[0] + second[0], np.concatenate([first[1], second[1]])[order]


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
