"""Training of the structured averaged perceptron, in integers.

Glossary, beyond that of `tagging`

- a feature has weights only for the tags it has been updated for: ``headers[feature]``
  is ``first << SIZE_BITS | size``, and its entries begin at ``first``: ``entry_tags``
  and ``entry_weights``. Room for them is 2, 4, 8, ...; where that would be a sixth of
  the tags or more, they are made full: all tags in order, many of them with weight 0
- ``totals[entry]``: sum of (change of the weight) x (step at which it changed); so the
  average over all steps is weight - total / steps, exactly
- state: sentences seen, entries used, sentences and tokens that weights changed for
"""

from dataclasses import dataclass

from brownclust._kernels.counting.pair_table import Indices
from brownclust._kernels.counting.word_table import Integers
from brownclust._kernels.jit.compilation import Array, Int, fast_kernel, inner_kernel
from brownclust._kernels.jit.record import Record
from brownclust._kernels.tagger.tagging import (
    COUNT,
    FIELD,
    FIRST,
    OFFSET,
    add_weights,
    find_best_tags,
)

SIZE_BITS = 16
SIZE_MASK = (1 << SIZE_BITS) - 1
FULL_FROM = 6
"""A feature with room for one tag in so many is made full."""
ROOM_PER_ENTRY = 2 * FULL_FROM + 2
"""What a feature takes at most for each entry, moves included; see `room_needed`."""

STEP, N_ENTRIES, N_UPDATED_SENTENCES, N_UPDATED_TOKENS = range(4)


@dataclass(frozen=True)
class TokenTable(Record):
    """The sentences: see the glossary of `tagging`; `gold` by position."""

    bounds: Array
    types: Array
    groups: Array
    starts: Array
    features: Array
    token_starts: Array
    token_features: Array
    gold: Array


@dataclass(frozen=True)
class Learner(Record):
    """The weights while they are learnt."""

    headers: Array
    entry_tags: Array
    entry_weights: Array
    totals: Array
    transitions: Array
    transition_totals: Array
    ends: Array
    reach: Array
    state: Array


@dataclass(frozen=True)
class Scratch(Record):
    """Room for the longest sentence, and the features of a token."""

    features: Array
    scores: Array
    best: Array
    back: Array
    tags: Array


@inner_kernel
def list_features(text: TokenTable, position: int, found: Indices) -> Int:
    """Write all features of a token to `found`; return how many there are."""
    groups = text.groups
    features = text.features
    n_found = 0
    for group in range(groups.shape[0]):
        row = text.types[groups[group, FIELD], position + groups[group, OFFSET]]
        at = text.starts[row] + groups[group, FIRST]
        for i in range(at, at + groups[group, COUNT]):
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
def make_room(feature: int, learner: Learner) -> None:
    """Move a feature to the end of the entries, with twice the room or made full."""
    n_tags = learner.ends.size
    tags, weights, totals = learner.entry_tags, learner.entry_weights, learner.totals
    first = learner.headers[feature] >> SIZE_BITS
    size = learner.headers[feature] & SIZE_MASK
    moved = learner.state[N_ENTRIES]
    room = max(2 * size, 2)
    is_full = FULL_FROM * room >= n_tags
    if is_full:
        room = n_tags
        for tag in range(n_tags):
            tags[moved + tag] = tag
            weights[moved + tag] = 0
            totals[moved + tag] = 0
    for i in range(first, first + size):
        to = moved + (tags[i] if is_full else i - first)
        tags[to] = tags[i]
        weights[to] = weights[i]
        totals[to] = totals[i]
    learner.state[N_ENTRIES] += room
    learner.headers[feature] = moved << SIZE_BITS | (n_tags if is_full else size)


@inner_kernel
def find_entry(feature: int, tag: int, learner: Learner) -> Int:
    """Return where the entry of (feature, tag) is, or would be next."""
    entry = learner.headers[feature] >> SIZE_BITS
    size = learner.headers[feature] & SIZE_MASK
    if size == learner.ends.size:
        return entry + tag
    tags = learner.entry_tags
    end = entry + size
    while entry < end and tags[entry] != tag:
        entry += 1
    return entry


@inner_kernel
def change_weight(feature: int, tag: int, change: int, learner: Learner) -> None:
    """Add `change` to the weight of (feature, tag), making it if it is not there."""
    headers = learner.headers
    entry = find_entry(feature, tag, learner)
    size = headers[feature] & SIZE_MASK
    if entry == (headers[feature] >> SIZE_BITS) + size:
        if size != 1 and size & (size - 1) == 0:  # 0, 2, 4, 8, ...: no room
            make_room(feature, learner)
            entry = find_entry(feature, tag, learner)
            size = headers[feature] & SIZE_MASK
        if size < learner.ends.size:
            learner.entry_tags[entry] = tag
            learner.entry_weights[entry] = 0
            learner.totals[entry] = 0
            headers[feature] += 1
    learner.entry_weights[entry] += change
    learner.totals[entry] += change * learner.state[STEP]


@inner_kernel
def score_tokens(
    text: TokenTable,
    learner: Learner,
    start: int,
    n_tokens: int,
    margin: int,
    outside: int,
    recall_margin: int,
    scratch: Scratch,
) -> None:
    """scores[t, tag] = weights of the features of token t, and margins."""
    features, scores = scratch.features, scratch.scores
    headers = learner.headers
    tags, weights = learner.entry_tags, learner.entry_weights
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
def room_needed(
    text: TokenTable, learner: Learner, position: int, features: Indices
) -> Int:
    """Entries that changes of a token's weights can take at most, as one of many.

    A feature that comes to have e entries takes 2 e for its last room, as much for all
    those before it (a half, a quarter, ...), and if it is made full instead at most
    FULL_FROM times that last room. A token adds two entries. And what is full never
    moves again: all before it together are smaller.
    """
    room = 0
    for i in range(list_features(text, position, features)):
        size = learner.headers[features[i]] & SIZE_MASK
        room += min(ROOM_PER_ENTRY * (size + 2), 2 * learner.ends.size)
    return room


@inner_kernel
def change_features(
    text: TokenTable,
    learner: Learner,
    start: int,
    n_tokens: int,
    unit: int,
    scratch: Scratch,
) -> None:
    """For each wrong token raise its features' weights for the gold tag by `unit`.

    And lower those for the tag it has got.
    """
    features = scratch.features
    for t in range(n_tokens):
        good = text.gold[start + t]
        bad = scratch.tags[t]
        if good != bad:
            for i in range(list_features(text, start + t, features)):
                change_weight(features[i], good, unit, learner)
                change_weight(features[i], bad, -unit, learner)


@inner_kernel
def change_transitions(
    text: TokenTable,
    learner: Learner,
    start: int,
    n_tokens: int,
    unit: int,
    tags: Indices,
) -> None:
    """Raise the weights of the gold transitions by `unit`, lower those of `tags`."""
    weights, totals = learner.transitions, learner.transition_totals
    change = unit * learner.state[STEP]
    good_before = bad_before = weights.shape[1]
    for t in range(n_tokens):
        good = text.gold[start + t]
        bad = tags[t]
        if good != bad or good_before != bad_before:
            weights[good_before, good] += unit
            totals[good_before, good] += change
            weights[bad_before, bad] -= unit
            totals[bad_before, bad] -= change
        good_before = good
        bad_before = bad


@fast_kernel
def train_sentences(
    text: TokenTable,
    learner: Learner,
    order: Integers,
    first: int,
    unit: int,
    margin: int,
    outside: int,
    recall_margin: int,
    scratch: Scratch,
) -> int:
    """Go on with an epoch from ``order[first]``; return where it stopped.

    That is the end, or a sentence for whose update there is too little room for
    entries. Of a wrong sentence each feature of a wrong token changes by `unit`, up for
    the gold tag and down for the other. While learning, other tags than the gold one
    get `margin` on top, and the tag `outside`, unless it is below 0, `recall_margin`
    more. Cost: one step a weight of the tokens' features, and n_tags**2.
    """
    state, tags = learner.state, scratch.tags
    for i in range(first, order.size):
        start = text.bounds[order[i], 0]
        n_tokens = text.bounds[order[i], 1] - start
        score_tokens(
            text, learner, start, n_tokens, margin, outside, recall_margin, scratch
        )
        find_best_tags(
            scratch.scores,
            n_tokens,
            learner.transitions,
            learner.ends,
            learner.reach,
            scratch.best,
            scratch.back,
            tags,
            0,
        )
        n_updated = 0
        room = 0
        for t in range(n_tokens):
            if tags[t] != text.gold[start + t]:
                n_updated += 1
                room += room_needed(text, learner, start + t, scratch.features)
        if state[N_ENTRIES] + room > learner.entry_tags.size:
            return i
        if n_updated > 0:
            state[N_UPDATED_SENTENCES] += 1
            state[N_UPDATED_TOKENS] += n_updated
            change_features(text, learner, start, n_tokens, unit, scratch)
            change_transitions(text, learner, start, n_tokens, unit, tags)
        state[STEP] += 1
    return order.size
