"""Scores of tags from features, and the best sequence of tags (Viterbi).

Glossary

- position: of a token in all sentences end to end, with places for what is before and
  after each
- row: one different word, or one value of another column; ``types[field, position]``
  says which row stands there
- group: the features that a row has for the token so many places before or after it:
  rows ``(field, offset, first, count, number)`` of ``groups``. Row r has the features
  ``features[starts[r] + first]`` on, and group ``number`` among those of its field
- token features: those that need more than one row, or come from elsewhere; position t
  has ``token_features[token_starts[t] : token_starts[t + 1]]``

A feature below 0 is none. Scores are int32 while weights are learnt, float32 after.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import Indices
from brownclust._kernels.counting.word_table import Integers
from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)

Numbers = NDArray[Any]
Real = NDArray[np.float32]

_NARROW = 5  # tags; for so few a slice is not worth its cost

FIELD, OFFSET, FIRST, COUNT, NUMBER = range(5)


@inlined_kernel
def take_better(
    before: Any, previous: int, weights: Numbers, best: Numbers, back: Indices
) -> None:
    """Where `before` and a weight are better than the best: take it, and `previous`.

    Without a branch, and with indices seen to be from 0: many in one instruction.
    """
    for tag in range(weights.size):
        score = before + weights[tag]
        is_better = score > best[tag]
        best[tag] = score if is_better else best[tag]
        back[tag] = previous if is_better else back[tag]


@inlined_kernel
def look_on(
    before: Any,
    previous: int,
    transitions: Numbers,
    reach: Integers,
    best: Numbers,
    back: Indices,
) -> None:
    """Take the score of one tag, and all transitions from it, where that is better."""
    low, high = reach[previous, 0], reach[previous, 1]
    if high - low == best.size:
        take_better(before, previous, transitions[previous], best, back)
    elif high - low >= _NARROW:
        take_better(
            before,
            previous,
            transitions[previous, low:high],
            best[low:high],
            back[low:high],
        )
    else:
        for tag in range(low, high):
            if before + transitions[previous, tag] > best[tag]:
                best[tag] = before + transitions[previous, tag]
                back[tag] = previous


@inner_kernel
def find_best_tags(
    scores: Numbers,
    n_tokens: int,
    transitions: Numbers,
    ends: Numbers,
    reach: Integers,
    best: Numbers,
    back: Indices,
    tags: Indices,
    first: int,
) -> None:
    """tags[first:] = the sequence with the greatest score; of equals, the lowest tags.

    ``transitions[n_tags]`` are those from the start of a sentence, ``ends`` those to
    its end. ``scores`` of the tokens become the best scores up to each; ``best`` and
    ``back`` are scratch. Cost: a step a transition that is looked at.
    """
    n_tags = ends.size
    for tag in range(n_tags):
        scores[0, tag] += transitions[n_tags, tag]
    for t in range(1, n_tokens):
        first_score = scores[t - 1, 0]  # taken off, so that long sentences have room
        for tag in range(n_tags):
            best[tag] = transitions[0, tag]
            back[t, tag] = 0
        for previous in range(1, n_tags):
            before = scores[t - 1, previous] - first_score
            look_on(before, previous, transitions, reach, best, back[t])
        for tag in range(n_tags):
            scores[t, tag] += best[tag]
    last = n_tokens - 1
    best_tag = 0
    for tag in range(1, n_tags):
        if scores[last, tag] + ends[tag] > scores[last, best_tag] + ends[best_tag]:
            best_tag = tag
    for t in range(last, -1, -1):
        tags[first + t] = best_tag
        if t > 0:
            best_tag = back[t, best_tag]


@inlined_kernel
def add_weights(
    first: int,
    size: int,
    entry_tags: Indices,
    entry_weights: Numbers,
    scores: Numbers,
) -> None:
    """scores[tag] += weight, for the entries of a feature from `first` on.

    If there is one for each tag, they are in order.
    """
    if size == scores.size:
        # A slice, whose indices are seen to be from 0: many in one instruction.
        weights = entry_weights[first : first + size]
        for tag in range(size):
            scores[tag] += weights[tag]
    else:
        for entry in range(first, first + size):
            scores[entry_tags[entry]] += entry_weights[entry]


@fast_kernel
def score_rows(
    features: Indices,
    n_rows: int,
    group_sizes: Integers,
    entry_starts: Integers,
    entry_tags: Indices,
    entry_weights: Real,
    n_tags: int,
    row_scores: Real,
) -> None:
    """Write the sums of the weights of each group of each row to `row_scores`.

    All rows are of one field, whose groups have ``group_sizes`` features. A row's
    score is the same whatever other rows there are. Cost: one step a weight.
    """
    at = 0
    feature_at = 0
    for _ in range(n_rows):
        for group in range(group_sizes.size):
            scores = row_scores[at : at + n_tags]
            for tag in range(n_tags):
                scores[tag] = 0
            for _ in range(group_sizes[group]):
                feature = features[feature_at]
                feature_at += 1
                if feature >= 0:
                    first = entry_starts[feature]
                    size = entry_starts[feature + 1] - first
                    add_weights(first, size, entry_tags, entry_weights, scores)
            at += n_tags


@fast_kernel
def tag_sentences(
    bounds: Integers,
    types: Indices,
    groups: Integers,
    score_starts: Integers,
    row_scores: Real,
    token_starts: Integers,
    token_features: Indices,
    entry_starts: Integers,
    entry_tags: Indices,
    entry_weights: Real,
    transitions: Real,
    ends: Real,
    reach: Integers,
    scores: Real,
    best: Real,
    back: Indices,
    tags: Indices,
) -> None:
    """Write the best tags of all sentences to `tags`, one after the other.

    Sentence i has the positions from ``bounds[i, 0]`` up to ``bounds[i, 1]``; scratch
    has room for the longest. Cost: n_tags steps a group, n_tags**2 a token.
    """
    n_tags = ends.size
    done = 0
    for sentence in range(bounds.shape[0]):
        start = bounds[sentence, 0]
        n_tokens = bounds[sentence, 1] - start
        if n_tokens == 0:
            continue
        for t in range(n_tokens):
            of_token = scores[t]
            for tag in range(n_tags):
                of_token[tag] = 0
            for group in range(groups.shape[0]):
                row = types[groups[group, FIELD], start + t + groups[group, OFFSET]]
                row_at = score_starts[row] + groups[group, NUMBER] * n_tags
                of_row = row_scores[row_at : row_at + n_tags]
                for tag in range(n_tags):
                    of_token[tag] += of_row[tag]
            for i in range(token_starts[start + t], token_starts[start + t + 1]):
                feature = token_features[i]
                if feature >= 0:
                    first = entry_starts[feature]
                    size = entry_starts[feature + 1] - first
                    add_weights(first, size, entry_tags, entry_weights, of_token)
        find_best_tags(
            scores, n_tokens, transitions, ends, reach, best, back, tags, done
        )
        done += n_tokens
