"""What each tag of a token scores, over all sequences of tags (forward-backward).

The score of a sequence is the sum of the scores of its tokens' tags and of its
transitions. With `is_sum` sequences count with the exponential of their scores, as in a
conditional random field: values are logarithms of sums, and the results are
probabilities. Otherwise a value is the score of the best sequence.

Glossary, beyond that of `decoding`

- forward[t, tag]: of all sequences up to token t that end in the tag
- backward[t, tag]: of all sequences after token t, if t has the tag
- class: the tag in another scheme, which may depend on a neighbour's tag;
  ``classes[neighbour, tag]`` is its number, with the number of tags for a neighbour
  outside of the sentence. With one row it depends on the tag alone
"""

import math

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tagger.array_types import (
    Float32Array,
    Float64Array,
    Int32Array,
    Int64Array,
)

_NEGLIGIBLE = -50.0
"""A logarithm: ``exp(-50)`` is 2e-22, far below the rounding error of a sum near 1."""


@inner_kernel
def combine(values: Float64Array, is_sum: bool) -> float:
    """Return the largest value, or the logarithm of the sum of exponentials."""
    largest = -math.inf
    for i in range(values.size):
        largest = max(largest, values[i])
    if not is_sum:
        return largest
    total = 0.0
    for i in range(values.size):
        if values[i] - largest > _NEGLIGIBLE:
            total += math.exp(values[i] - largest)
    return largest + math.log(total)


@inner_kernel
def fill_forward(
    scores: Float32Array,
    transitions: Float32Array,
    is_sum: bool,
    values: Float64Array,
    forward: Float64Array,
) -> None:
    """Write ``forward`` of the tokens of a sentence; ``values`` is scratch space."""
    n_tokens, n_tags = scores.shape
    for tag in range(n_tags):
        forward[0, tag] = scores[0, tag] + transitions[n_tags, tag]
    for t in range(1, n_tokens):
        for tag in range(n_tags):
            for before in range(n_tags):
                values[before] = forward[t - 1, before] + transitions[before, tag]
            forward[t, tag] = scores[t, tag] + combine(values, is_sum)


@inner_kernel
def fill_backward(
    scores: Float32Array,
    transitions: Float32Array,
    ends: Float32Array,
    is_sum: bool,
    values: Float64Array,
    backward: Float64Array,
) -> None:
    """Write ``backward`` of the tokens of a sentence; ``values`` is scratch space."""
    n_tokens, n_tags = scores.shape
    for tag in range(n_tags):
        backward[n_tokens - 1, tag] = ends[tag]
    for t in range(n_tokens - 2, -1, -1):
        for tag in range(n_tags):
            for after in range(n_tags):
                score = scores[t + 1, after] + backward[t + 1, after]
                values[after] = transitions[tag, after] + score
            backward[t, tag] = combine(values, is_sum)


@inner_kernel
def add_value(value: float, is_sum: bool, number: int, found: Float64Array) -> None:
    """Add sequences of this value to a class; the value is relative to that of all."""
    if not is_sum:
        found[number] = max(found[number], value)
    elif value > _NEGLIGIBLE:
        found[number] += math.exp(value)


@inner_kernel
def add_classes(
    scores: Float32Array,
    transitions: Float32Array,
    classes: Int32Array,
    looks_ahead: bool,
    is_sum: bool,
    total: float,
    forward: Float64Array,
    backward: Float64Array,
    found: Float64Array,
) -> None:
    """Add the sequences of a sentence to the classes of its tokens.

    Cost: a step for each token and tag; for each pair of tags if neighbours matter.
    """
    n_tokens, n_tags = scores.shape
    edge = classes.shape[0] - 1
    for t in range(n_tokens):
        other = t + 1 if looks_ahead else t - 1
        if edge == 0 or other < 0 or other == n_tokens:
            for tag in range(n_tags):
                value = forward[t, tag] + backward[t, tag] - total
                add_value(value, is_sum, classes[edge, tag], found[t])
            continue
        last = max(t, other)
        for left in range(n_tags):
            for right in range(n_tags):
                value = forward[last - 1, left] + transitions[left, right]
                value += scores[last, right] + backward[last, right] - total
                if looks_ahead:
                    add_value(value, is_sum, classes[right, left], found[t])
                else:
                    add_value(value, is_sum, classes[left, right], found[t])


@fast_kernel
def fill_class_values(
    sizes: Int64Array,
    scores: Float32Array,
    transitions: Float32Array,
    ends: Float32Array,
    classes: Int32Array,
    looks_ahead: bool,
    is_sum: bool,
    values: Float64Array,
    forward: Float64Array,
    backward: Float64Array,
    found: Float64Array,
) -> None:
    """found[t, class] = probability, or score of the best sequence, with that class.

    Sentences of ``sizes`` tokens stand end to end. A score is relative to that of the
    best sequence of the sentence, so at most 0. Before the call `found` has zeros if
    `is_sum`, else minus infinity. The scratch arrays ``forward`` and ``backward`` fit
    the longest sentence, ``values`` has an element for each tag. Cost: for each token
    three steps for each pair of tags, each with an exponential if `is_sum`.
    """
    first = 0
    for sentence in range(sizes.size):
        n_tokens = sizes[sentence]
        if n_tokens == 0:
            continue
        of_sentence = scores[first : first + n_tokens]
        fill_forward(of_sentence, transitions, is_sum, values, forward)
        fill_backward(of_sentence, transitions, ends, is_sum, values, backward)
        for tag in range(ends.size):
            values[tag] = forward[n_tokens - 1, tag] + ends[tag]
        add_classes(
            of_sentence,
            transitions,
            classes,
            looks_ahead,
            is_sum,
            combine(values, is_sum),
            forward,
            backward,
            found[first : first + n_tokens],
        )
        first += n_tokens
