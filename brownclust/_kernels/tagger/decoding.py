"""Scores of tags, and the best sequence of tags (Viterbi).

Glossary

- position: the index of a token when all sentences stand end to end, with padding
  before and after each sentence for the neighbours that lie outside it
- field: the word (0) or one of the further columns (1, 2, ...)
- row: one distinct word, or one distinct value of another column;
  ``types[field, position]`` is the row at a position
- group: the features that a row contributes to the token at one distance from it;
  ``groups`` has one line for each: field, offset from the token to the row, index of
  the group's first feature among those of the row, number of features, index of the
  group among those of the field
- token features: features that depend on several rows, or come from another source;
  position t has ``token_features[token_starts[t] : token_starts[t + 1]]``
- entry: a tag and its weight for one feature; feature f has the entries from
  ``entry_starts[f]`` up to ``entry_starts[f + 1]``. A feature is dense if it has an
  entry for each tag, in order
- follower range: the tags from ``follower_ranges[tag, 0]`` up to
  ``follower_ranges[tag, 1]``; a tag outside it may not follow

A feature number below 0 means that there is no feature.
"""

from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tagger.array_types import (
    Float32Array,
    Int32Array,
    Int64Array,
    ScoreArray,
)

FIELD, OFFSET, FIRST_FEATURE, N_FEATURES, GROUP_IN_FIELD = range(5)
"""Columns of ``groups``."""

_MIN_SLICE = 5
"""Tags; for fewer, creating a slice costs more than its vector instructions save."""


@inlined_kernel
def relax_slice(
    before: float,
    previous: int,
    weights: ScoreArray,
    best: ScoreArray,
    back: Int32Array,
) -> None:
    """Relax transitions: best = max(best, before + weights); `back` gets `previous`.

    There is no branch, and all indices start at 0, which lets LLVM vectorise the loop.
    """
    for tag in range(weights.size):
        score = before + weights[tag]
        is_better = score > best[tag]
        best[tag] = score if is_better else best[tag]
        back[tag] = previous if is_better else back[tag]


@inlined_kernel
def relax_transitions(
    before: float,
    previous: int,
    transitions: ScoreArray,
    follower_ranges: Int64Array,
    best: ScoreArray,
    back: Int32Array,
) -> None:
    """Relax all transitions from the tag `previous`, whose best score is `before`.

    Tags outside its follower range are skipped: with BILOU that is most of them.
    """
    low, high = follower_ranges[previous, 0], follower_ranges[previous, 1]
    if high - low == best.size:
        relax_slice(before, previous, transitions[previous], best, back)
    elif high - low >= _MIN_SLICE:
        relax_slice(
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
    scores: ScoreArray,
    n_tokens: int,
    transitions: ScoreArray,
    ends: ScoreArray,
    follower_ranges: Int64Array,
    best: ScoreArray,
    back: Int32Array,
    tags: Int32Array,
    first: int,
) -> None:
    """tags[first:] = the sequence of tags with the highest score (Viterbi).

    Ties: the lowest last tag wins, then the lowest tag before it, and so on.
    ``transitions[n_tags]`` are those from the start of the sentence, ``ends`` those to
    its end. ``scores`` of the tokens become the best scores up to each token; ``best``
    and ``back`` are scratch space. Cost: one step per allowed transition and token.
    """
    n_tags = ends.size
    for tag in range(n_tags):
        scores[0, tag] += transitions[n_tags, tag]
    for t in range(1, n_tokens):
        # Only differences matter. Subtracting one score from all keeps them within 32
        # bits, however long the sentence is.
        first_score = scores[t - 1, 0]
        for tag in range(n_tags):
            best[tag] = transitions[0, tag]
            back[t, tag] = 0
        for previous in range(1, n_tags):
            before = scores[t - 1, previous] - first_score
            relax_transitions(
                before, previous, transitions, follower_ranges, best, back[t]
            )
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
    entry_tags: Int32Array,
    entry_weights: ScoreArray,
    scores: ScoreArray,
) -> None:
    """scores[tag] += weight, for the `size` entries of a feature from `first` on."""
    if size == scores.size:
        # A dense feature: tags are in order, and a slice starts at 0, which lets LLVM
        # vectorise the loop.
        weights = entry_weights[first : first + size]
        for tag in range(size):
            scores[tag] += weights[tag]
    else:
        for entry in range(first, first + size):
            scores[entry_tags[entry]] += entry_weights[entry]


@fast_kernel
def score_rows(
    features: Int32Array,
    n_rows: int,
    group_sizes: Int64Array,
    entry_starts: Int64Array,
    entry_tags: Int32Array,
    entry_weights: Float32Array,
    n_tags: int,
    row_scores: Float32Array,
) -> None:
    """Write the summed weights of each group of each row to `row_scores`.

    All rows are of one field, whose groups have ``group_sizes`` features. The scores of
    a row do not depend on the other rows. Cost: one step per weight.
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


@inlined_kernel
def score_sentence(
    start: int,
    n_tokens: int,
    types: Int32Array,
    groups: Int64Array,
    score_starts: Int64Array,
    row_scores: Float32Array,
    token_starts: Int64Array,
    token_features: Int32Array,
    entry_starts: Int64Array,
    entry_tags: Int32Array,
    entry_weights: Float32Array,
    n_tags: int,
    first: int,
    scores: Float32Array,
) -> None:
    """scores[first:] = the scores of the tags of a sentence that begins at `start`."""
    for t in range(n_tokens):
        of_token = scores[first + t]
        for tag in range(n_tags):
            of_token[tag] = 0
        for group in range(groups.shape[0]):
            row = types[groups[group, FIELD], start + t + groups[group, OFFSET]]
            row_at = score_starts[row] + groups[group, GROUP_IN_FIELD] * n_tags
            of_row = row_scores[row_at : row_at + n_tags]
            for tag in range(n_tags):
                of_token[tag] += of_row[tag]
        for i in range(token_starts[start + t], token_starts[start + t + 1]):
            feature = token_features[i]
            if feature >= 0:
                at = entry_starts[feature]
                size = entry_starts[feature + 1] - at
                add_weights(at, size, entry_tags, entry_weights, of_token)


@fast_kernel
def score_sentences(
    bounds: Int64Array,
    types: Int32Array,
    groups: Int64Array,
    score_starts: Int64Array,
    row_scores: Float32Array,
    token_starts: Int64Array,
    token_features: Int32Array,
    entry_starts: Int64Array,
    entry_tags: Int32Array,
    entry_weights: Float32Array,
    scores: Float32Array,
) -> None:
    """scores[t] = the scores of all tags of each token, one sentence after the other.

    Cost: per token n_tags steps for each group.
    """
    done = 0
    for sentence in range(bounds.shape[0]):
        start = bounds[sentence, 0]
        n_tokens = bounds[sentence, 1] - start
        score_sentence(
            start,
            n_tokens,
            types,
            groups,
            score_starts,
            row_scores,
            token_starts,
            token_features,
            entry_starts,
            entry_tags,
            entry_weights,
            scores.shape[1],
            done,
            scores,
        )
        done += n_tokens


@fast_kernel
def tag_sentences(
    bounds: Int64Array,
    types: Int32Array,
    groups: Int64Array,
    score_starts: Int64Array,
    row_scores: Float32Array,
    token_starts: Int64Array,
    token_features: Int32Array,
    entry_starts: Int64Array,
    entry_tags: Int32Array,
    entry_weights: Float32Array,
    transitions: Float32Array,
    ends: Float32Array,
    follower_ranges: Int64Array,
    scores: Float32Array,
    best: Float32Array,
    back: Int32Array,
    tags: Int32Array,
) -> None:
    """Write the best tags of all sentences to `tags`, one sentence after the other.

    Sentence i has the positions from ``bounds[i, 0]`` up to ``bounds[i, 1]``. The
    scratch arrays ``scores``, ``best`` and ``back`` fit the longest sentence. Cost: per
    token n_tags steps for each group, and one step per allowed transition.
    """
    n_tags = ends.size
    done = 0
    for sentence in range(bounds.shape[0]):
        start = bounds[sentence, 0]
        n_tokens = bounds[sentence, 1] - start
        if n_tokens == 0:
            continue
        score_sentence(
            start,
            n_tokens,
            types,
            groups,
            score_starts,
            row_scores,
            token_starts,
            token_features,
            entry_starts,
            entry_tags,
            entry_weights,
            n_tags,
            0,
            scores,
        )
        find_best_tags(
            scores, n_tokens, transitions, ends, follower_ranges, best, back, tags, done
        )
        done += n_tokens
