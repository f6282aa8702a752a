"""Training of the structured averaged perceptron, in integers.

Glossary, in addition to that of `decoding`

- header: a feature has entries only for the tags whose weights have been updated;
  ``headers[feature]`` is ``first << SIZE_BITS | size``, and its entries are
  ``entry_tags[first]``, ``entry_weights[first]`` and the `size - 1` after them
- capacity: how many entries a feature has space for before it must move to the end of
  the arrays: 2, 4, 8, ...; a feature whose capacity reaches a sixth of the tags becomes
  dense: it gets an entry for each tag, in order, many of them with weight 0
- totals: ``totals[entry]`` is the sum of (change of the weight) x (step of the change);
  so the average over all steps is weight - total / steps, exactly
- state: number of sentences seen, number of entries in use, and how many sentences and
  tokens of this epoch have caused an update
"""

from dataclasses import dataclass

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.record import Record
from brownclust._kernels.tagger.array_types import Int32Array, Int64Array
from brownclust._kernels.tagger.decoding import (
    FIELD,
    FIRST_FEATURE,
    N_FEATURES,
    OFFSET,
    add_weights,
    find_best_tags,
)

SIZE_BITS = 16
"""Bits of a header for the number of entries; 47 are left for their place."""

SIZE_MASK = (1 << SIZE_BITS) - 1
"""Also the largest number of tags."""

DENSE_FACTOR = 6
"""A feature becomes dense where DENSE_FACTOR * capacity reaches the number of tags.

`add_weights` adds the entries of a dense feature with vector instructions; from about
a sixth of the tags on this is faster than adding single entries, zeros included.
"""

MAX_CAPACITY_PER_ENTRY = 2 * DENSE_FACTOR + 2
"""The most entries a feature uses up per entry it has; see `max_new_entries`."""

STEP, N_ENTRIES, N_UPDATED_SENTENCES, N_UPDATED_TOKENS = range(4)
"""Indices of ``state``."""


@dataclass(frozen=True)
class TokenTable(Record):
    """The sentences: see the glossary of `decoding`; gold tags by position."""

    bounds: Int64Array
    types: Int32Array
    groups: Int64Array
    starts: Int64Array
    features: Int32Array
    token_starts: Int64Array
    token_features: Int32Array
    gold: Int32Array


@dataclass(frozen=True)
class WeightTable(Record):
    """The weights during training: see the glossary."""

    headers: Int64Array
    entry_tags: Int32Array
    entry_weights: Int32Array
    totals: Int64Array
    transitions: Int32Array
    transition_totals: Int64Array
    ends: Int32Array
    follower_ranges: Int64Array
    state: Int64Array


@dataclass(frozen=True)
class Scratch(Record):
    """Scratch space for the longest sentence, and for the features of one token."""

    features: Int32Array
    scores: Int32Array
    best: Int32Array
    back: Int32Array
    tags: Int32Array


@inner_kernel
def list_features(text: TokenTable, position: int, found: Int32Array) -> int:
    """Write all features of a token to `found`; return their number."""
    groups = text.groups
    features = text.features
    n_found = 0
    for group in range(groups.shape[0]):
        row = text.types[groups[group, FIELD], position + groups[group, OFFSET]]
        at = text.starts[row] + groups[group, FIRST_FEATURE]
        for i in range(at, at + groups[group, N_FEATURES]):
            if features[i] >= 0:
                found[n_found] = features[i]
                n_found += 1
    token_features = text.token_features
    for i in range(text.token_starts[position], text.token_starts[position + 1]):
        if token_features[i] >= 0:
            found[n_found] = token_features[i]
            n_found += 1
    return n_found


@inner_kernel
def move_feature(feature: int, table: WeightTable) -> None:
    """Move a feature to the end of the entries, with twice the capacity, or dense."""
    n_tags = table.ends.size
    tags, weights, totals = table.entry_tags, table.entry_weights, table.totals
    first = table.headers[feature] >> SIZE_BITS
    size = table.headers[feature] & SIZE_MASK
    moved = table.state[N_ENTRIES]
    capacity = max(2 * size, 2)
    is_dense = DENSE_FACTOR * capacity >= n_tags
    if is_dense:
        capacity = n_tags
        for tag in range(n_tags):
            tags[moved + tag] = tag
            weights[moved + tag] = 0
            totals[moved + tag] = 0
    for i in range(first, first + size):
        to = moved + (tags[i] if is_dense else i - first)
        tags[to] = tags[i]
        weights[to] = weights[i]
        totals[to] = totals[i]
    table.state[N_ENTRIES] += capacity
    table.headers[feature] = moved << SIZE_BITS | (n_tags if is_dense else size)


@inner_kernel
def find_entry(feature: int, tag: int, table: WeightTable) -> int:
    """The entry of (feature, tag), or the one after the last where there is none."""
    entry: int = table.headers[feature] >> SIZE_BITS
    size: int = table.headers[feature] & SIZE_MASK
    if size == table.ends.size:  # dense
        return entry + tag
    tags = table.entry_tags
    end = entry + size
    while entry < end and tags[entry] != tag:
        entry += 1
    return entry


@inner_kernel
def change_weight(feature: int, tag: int, change: int, table: WeightTable) -> None:
    """Add `change` to the weight of (feature, tag); create its entry if needed."""
    headers = table.headers
    entry = find_entry(feature, tag, table)
    size = headers[feature] & SIZE_MASK
    if entry == (headers[feature] >> SIZE_BITS) + size:
        if size != 1 and size & (size - 1) == 0:  # at 0, 2, 4, 8, ...: no space left
            move_feature(feature, table)
            entry = find_entry(feature, tag, table)
            size = headers[feature] & SIZE_MASK
        if size < table.ends.size:
            table.entry_tags[entry] = tag
            table.entry_weights[entry] = 0
            table.totals[entry] = 0
            headers[feature] += 1
    table.entry_weights[entry] += change
    table.totals[entry] += change * table.state[STEP]


@inner_kernel
def score_tokens(
    text: TokenTable,
    table: WeightTable,
    start: int,
    n_tokens: int,
    margin: int,
    outside: int,
    recall_margin: int,
    scratch: Scratch,
) -> None:
    """scores[t, tag] = margins + summed weights of the features of token t.

    Every tag but the gold one gets `margin`, and the tag `outside` also
    `recall_margin`: only a gold tag that wins by more leaves the weights unchanged.
    """
    features, scores = scratch.features, scratch.scores
    headers = table.headers
    tags, weights = table.entry_tags, table.entry_weights
    for t in range(n_tokens):
        gold = text.gold[start + t]
        for tag in range(scores.shape[1]):
            scores[t, tag] = margin
        if gold != outside >= 0:
            scores[t, outside] += recall_margin
        scores[t, gold] = 0
        for i in range(list_features(text, start + t, features)):
            header = headers[features[i]]
            add_weights(
                header >> SIZE_BITS, header & SIZE_MASK, tags, weights, scores[t]
            )


@inner_kernel
def max_new_entries(
    text: TokenTable, table: WeightTable, position: int, features: Int32Array
) -> int:
    """Upper bound of the entries that an update of one wrong token uses up.

    Proof. An update adds at most two entries to each feature of the token. A feature
    that reaches e entries has used up at most 2 e for its last capacity, and as much
    for all earlier ones (a half, a quarter, ...). If it became dense instead, its last
    capacity is at most DENSE_FACTOR * 2 e. A dense feature never moves again, and all
    its earlier capacities together are smaller: at most 2 n_tags in all. If several
    tokens share a feature, their bounds add up to at least what it needs.
    """
    bound = 0
    for i in range(list_features(text, position, features)):
        size = table.headers[features[i]] & SIZE_MASK
        bound += min(MAX_CAPACITY_PER_ENTRY * (size + 2), 2 * table.ends.size)
    return bound


@inner_kernel
def update_features(
    text: TokenTable,
    table: WeightTable,
    start: int,
    n_tokens: int,
    unit: int,
    scratch: Scratch,
) -> None:
    """For each wrong token add `unit` to the weights of its features for the gold tag.

    And subtract it from those for the predicted tag.
    """
    features = scratch.features
    for t in range(n_tokens):
        gold = text.gold[start + t]
        predicted = scratch.tags[t]
        if gold != predicted:
            for i in range(list_features(text, start + t, features)):
                change_weight(features[i], gold, unit, table)
                change_weight(features[i], predicted, -unit, table)


@inner_kernel
def update_transitions(
    text: TokenTable,
    table: WeightTable,
    start: int,
    n_tokens: int,
    unit: int,
    tags: Int32Array,
) -> None:
    """Add `unit` to the weights of the gold transitions, subtract it from `tags`'."""
    weights, totals = table.transitions, table.transition_totals
    change = unit * table.state[STEP]
    gold_before = predicted_before = weights.shape[1]
    for t in range(n_tokens):
        gold = text.gold[start + t]
        predicted = tags[t]
        if gold != predicted or gold_before != predicted_before:
            weights[gold_before, gold] += unit
            totals[gold_before, gold] += change
            weights[predicted_before, predicted] -= unit
            totals[predicted_before, predicted] -= change
        gold_before = gold
        predicted_before = predicted


@fast_kernel
def train_sentences(
    text: TokenTable,
    table: WeightTable,
    order: Int64Array,
    first: int,
    unit: int,
    margin: int,
    outside: int,
    recall_margin: int,
    scratch: Scratch,
) -> int:
    """Continue an epoch with the sentence ``order[first]``; return where it stopped.

    It stops at the end, or at a sentence whose update might need more entries than are
    left: the caller enlarges the arrays and calls again. The update of a wrong
    sentence changes the weights of the features of its wrong tokens, and of its
    transitions, by `unit`. For the margins see `score_tokens`; there is no tag
    `outside` if that is below 0. Cost per token: one step per weight of its features,
    and one step per allowed transition.
    """
    state, tags = table.state, scratch.tags
    for i in range(first, order.size):
        start = text.bounds[order[i], 0]
        n_tokens = text.bounds[order[i], 1] - start
        score_tokens(
            text, table, start, n_tokens, margin, outside, recall_margin, scratch
        )
        find_best_tags(
            scratch.scores,
            n_tokens,
            table.transitions,
            table.ends,
            table.follower_ranges,
            scratch.best,
            scratch.back,
            tags,
            0,
        )
        n_updated = 0
        n_needed = 0
        for t in range(n_tokens):
            if tags[t] != text.gold[start + t]:
                n_updated += 1
                n_needed += max_new_entries(text, table, start + t, scratch.features)
        if state[N_ENTRIES] + n_needed > table.entry_tags.size:
            return i
        if n_updated > 0:
            state[N_UPDATED_SENTENCES] += 1
            state[N_UPDATED_TOKENS] += n_updated
            update_features(text, table, start, n_tokens, unit, scratch)
            update_transitions(text, table, start, n_tokens, unit, tags)
        state[STEP] += 1
    return order.size
