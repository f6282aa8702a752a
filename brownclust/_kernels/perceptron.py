"""Training of the structured averaged perceptron, in integers.

Glossary, beyond that of `tagging`

- a feature has weights only for the tags it has been updated for: ``headers[feature]``
  is ``first << SIZE_BITS | size``, and its entries are rows ``(tag, weight)`` of
  ``entries``, from ``first`` on; room for them is 2, 4, 8, ...
- ``totals[entry]``: sum of (change of the weight) x (step at which it changed); so the
  average over all steps is weight - total / steps, exactly
- state: sentences seen, entries used, sentences and tokens that were wrong
"""

from brownclust._kernels.compilation import fast_kernel, inner_kernel
from brownclust._kernels.counting import Indices, Integers
from brownclust._kernels.tagging import (
    COUNT,
    FIELD,
    FIRST,
    OFFSET,
    find_best_tags,
)

SIZE_BITS = 16
SIZE_MASK = (1 << SIZE_BITS) - 1

STEP, N_ENTRIES, N_WRONG_SENTENCES, N_WRONG_TOKENS = range(4)


@inner_kernel
def add_integer_weights(
    feature: int, headers: Integers, entries: Indices, scores: Indices, t: int
) -> None:
    """scores[t, tag] += weight of the feature for each tag that it has one for."""
    header = headers[feature]
    first = header >> SIZE_BITS
    for entry in range(first, first + (header & SIZE_MASK)):
        scores[t, entries[entry, 0]] += entries[entry, 1]


@inner_kernel
def change_weight(
    feature: int,
    tag: int,
    change: int,
    headers: Integers,
    entries: Indices,
    totals: Integers,
    state: Integers,
) -> None:
    """Add `change` to the weight of (feature, tag), making it if it is not there.

    A row without room moves to the end of `entries`, with twice the room.
    """
    header = headers[feature]
    first = header >> SIZE_BITS
    size = header & SIZE_MASK
    entry = first
    while entry < first + size and entries[entry, 0] != tag:
        entry += 1
    if entry == first + size:
        if size != 1 and size & (size - 1) == 0:  # 0, 2, 4, 8, ...: full
            moved = state[N_ENTRIES]
            state[N_ENTRIES] += max(2 * size, 2)
            for i in range(size):
                entries[moved + i, 0] = entries[first + i, 0]
                entries[moved + i, 1] = entries[first + i, 1]
                totals[moved + i] = totals[first + i]
            first = moved
        entry = first + size
        entries[entry, 0] = tag
        entries[entry, 1] = 0
        totals[entry] = 0
        headers[feature] = first << SIZE_BITS | (size + 1)
    entries[entry, 1] += change
    totals[entry] += change * state[STEP]


@inner_kernel
def change_features(
    position: int,
    good: int,
    bad: int,
    change: int,
    types: Indices,
    groups: Integers,
    starts: Integers,
    features: Indices,
    token_starts: Integers,
    token_features: Indices,
    headers: Integers,
    entries: Indices,
    totals: Integers,
    state: Integers,
) -> None:
    """Raise the weights of a token's features for one tag, lower those for another."""
    for group in range(groups.shape[0]):
        row = types[groups[group, FIELD], position + groups[group, OFFSET]]
        at = starts[row] + groups[group, FIRST]
        for i in range(at, at + groups[group, COUNT]):
            if features[i] >= 0:
                change_weight(
                    features[i], good, change, headers, entries, totals, state
                )
                change_weight(
                    features[i], bad, -change, headers, entries, totals, state
                )
    for i in range(token_starts[position], token_starts[position + 1]):
        if token_features[i] >= 0:
            change_weight(
                token_features[i], good, change, headers, entries, totals, state
            )
            change_weight(
                token_features[i], bad, -change, headers, entries, totals, state
            )


@inner_kernel
def room_needed(
    position: int,
    types: Indices,
    groups: Integers,
    starts: Integers,
    features: Indices,
    token_starts: Integers,
    token_features: Indices,
    headers: Integers,
) -> int:
    """Entries that `change_features` can add at most: each row may move twice."""
    room = 0
    for group in range(groups.shape[0]):
        row = types[groups[group, FIELD], position + groups[group, OFFSET]]
        at = starts[row] + groups[group, FIRST]
        for i in range(at, at + groups[group, COUNT]):
            if features[i] >= 0:
                room += 6 + 6 * (headers[features[i]] & SIZE_MASK)
    for i in range(token_starts[position], token_starts[position + 1]):
        if token_features[i] >= 0:
            room += 6 + 6 * (headers[token_features[i]] & SIZE_MASK)
    return room


@inner_kernel
def score_tokens(
    start: int,
    n_tokens: int,
    gold: Indices,
    margin: int,
    outside: int,
    recall_margin: int,
    types: Indices,
    groups: Integers,
    starts: Integers,
    features: Indices,
    token_starts: Integers,
    token_features: Indices,
    headers: Integers,
    entries: Indices,
    scores: Indices,
) -> None:
    """scores[t, tag] = weights of the features of token t, and margins."""
    for t in range(n_tokens):
        position = start + t
        for tag in range(scores.shape[1]):
            scores[t, tag] = margin
        if gold[position] != outside >= 0:
            scores[t, outside] += recall_margin
        scores[t, gold[position]] = 0
        for group in range(groups.shape[0]):
            row = types[groups[group, FIELD], position + groups[group, OFFSET]]
            at = starts[row] + groups[group, FIRST]
            for i in range(at, at + groups[group, COUNT]):
                if features[i] >= 0:
                    add_integer_weights(features[i], headers, entries, scores, t)
        for i in range(token_starts[position], token_starts[position + 1]):
            if token_features[i] >= 0:
                add_integer_weights(token_features[i], headers, entries, scores, t)


@inner_kernel
def change_transitions(
    start: int,
    n_tokens: int,
    gold: Indices,
    tags: Indices,
    unit: int,
    transitions: Indices,
    transition_totals: Integers,
    step: int,
) -> None:
    """Raise the weights of the gold transitions by `unit`, lower those of `tags`."""
    good_before = bad_before = transitions.shape[1]
    for t in range(n_tokens):
        good = gold[start + t]
        bad = tags[t]
        if good != bad or good_before != bad_before:
            transitions[good_before, good] += unit
            transition_totals[good_before, good] += unit * step
            transitions[bad_before, bad] -= unit
            transition_totals[bad_before, bad] -= unit * step
        good_before = good
        bad_before = bad


@fast_kernel
def train_sentences(
    order: Integers,
    first: int,
    bounds: Integers,
    gold: Indices,
    types: Indices,
    groups: Integers,
    starts: Integers,
    features: Indices,
    token_starts: Integers,
    token_features: Indices,
    transitions: Indices,
    transition_totals: Integers,
    ends: Indices,
    headers: Integers,
    entries: Indices,
    totals: Integers,
    state: Integers,
    unit: int,
    margin: int,
    outside: int,
    recall_margin: int,
    scores: Indices,
    best: Indices,
    back: Indices,
    tags: Indices,
) -> int:
    """Go on with an epoch from ``order[first]``; return where it stopped.

    That is the end, or a sentence for whose update `entries` has too little room. Of a
    wrong sentence each feature of a wrong token changes by `unit`, up for the tag in
    `gold` and down for the other. While learning, other tags than the gold one get
    `margin` on top, and the tag `outside`, unless it is below 0, `recall_margin` more.
    Cost: one step a weight of the tokens' features, and n_tags**2.
    """
    for i in range(first, order.size):
        start = bounds[order[i], 0]
        n_tokens = bounds[order[i], 1] - start
        score_tokens(
            start,
            n_tokens,
            gold,
            margin,
            outside,
            recall_margin,
            types,
            groups,
            starts,
            features,
            token_starts,
            token_features,
            headers,
            entries,
            scores,
        )
        find_best_tags(scores, n_tokens, transitions, ends, best, back, tags, 0)
        n_wrong = 0
        room = 0
        for t in range(n_tokens):
            if tags[t] != gold[start + t]:
                n_wrong += 1
                room += room_needed(
                    start + t,
                    types,
                    groups,
                    starts,
                    features,
                    token_starts,
                    token_features,
                    headers,
                )
        if state[N_ENTRIES] + room > entries.shape[0]:
            return i
        if n_wrong > 0:
            state[N_WRONG_SENTENCES] += 1
            state[N_WRONG_TOKENS] += n_wrong
            for t in range(n_tokens):
                if tags[t] != gold[start + t]:
                    change_features(
                        start + t,
                        gold[start + t],
                        tags[t],
                        unit,
                        types,
                        groups,
                        starts,
                        features,
                        token_starts,
                        token_features,
                        headers,
                        entries,
                        totals,
                        state,
                    )
            change_transitions(
                start,
                n_tokens,
                gold,
                tags,
                unit,
                transitions,
                transition_totals,
                state[STEP],
            )
        state[STEP] += 1
    return order.size
