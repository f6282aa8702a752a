"""Find the best projective tree of a sentence: Eisner's algorithm, first order.

Glossary

- span: the tokens from i to j, of which one at an end is the head of all others
- complete: a span whose other end has no dependents outside, so it may be joined there
- incomplete: a span with an arc between its ends, the outer side of whose dependent is
  still open
- ``rightward``, ``leftward``: scores of the best spans whose head is the first, or the
  last token
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.experiments.parsing.treebank import Heads


def best_tree(scores: NDArray[np.int64]) -> Heads:
    """Return the projective tree with the highest sum of arc scores.

    Parameters
    ----------
    scores : int64 array (n_tokens + 1, n_tokens + 1)
        ``scores[head, dependent]``; the root is 0.

    Returns
    -------
    int32 array (n_tokens + 1,)
        The head of each token; -1 for the root. One token has the root as its head.

    Notes
    -----
    Time grows with the cube, memory with the square of the number of tokens. Of trees
    with the same score, the one found first.

    References
    ----------
    Eisner (1996), "Three new probabilistic models for dependency parsing".
    """
    size = scores.shape[0]
    heads = np.full(size, -1, np.int32)
    if size > 1:
        charts = np.zeros((4, size, size), np.int64)
        splits = np.zeros((4, size, size), np.int32)
        stack = np.empty((2 * size, 3), np.int32)
        _fill_charts(scores, charts, splits)
        _follow_splits(scores, charts, splits, stack, heads)
    return heads


_RIGHT, _LEFT, _RIGHT_ARC, _LEFT_ARC = range(4)
"""Complete spans with the first, last token as head; the same of incomplete ones."""


@njit(cache=True, nogil=True)
def _fill_charts(
    scores: NDArray[np.int64], charts: NDArray[np.int64], splits: NDArray[np.int32]
) -> None:
    """charts[kind, i, j] = score of the best span; splits: where its parts meet.

    Spans with the last token as head are stored as [j, i], so that the two parts of a
    span are read along rows where that is possible. O(n ** 3).
    """
    right, left = charts[_RIGHT], charts[_LEFT]
    right_arc, left_arc = charts[_RIGHT_ARC], charts[_LEFT_ARC]
    size = scores.shape[0]
    for length in range(1, size - 1):
        for i in range(1, size - length):
            j = i + length
            # The ends of an incomplete span have complete spans that meet inside.
            best = right[i, i] + left[j, i + 1]
            split = i
            for at in range(i + 1, j):
                score = right[i, at] + left[j, at + 1]
                if score > best:
                    best = score
                    split = at
            right_arc[i, j] = best + scores[i, j]
            left_arc[j, i] = best + scores[j, i]
            splits[_RIGHT_ARC, i, j] = splits[_LEFT_ARC, j, i] = split
            # A complete span: its last arc, and what is below the dependent beyond.
            best = right_arc[i, j] + right[j, j]
            split = j
            for at in range(i + 1, j):
                score = right_arc[i, at] + right[at, j]
                if score > best:
                    best = score
                    split = at
            right[i, j] = best
            splits[_RIGHT, i, j] = split
            best = left_arc[j, i] + left[i, i]
            split = i
            for at in range(i + 1, j):
                score = left_arc[j, at] + left[at, i]
                if score > best:
                    best = score
                    split = at
            left[j, i] = best
            splits[_LEFT, j, i] = split


@njit(cache=True, nogil=True)
def _follow_splits(
    scores: NDArray[np.int64],
    charts: NDArray[np.int64],
    splits: NDArray[np.int32],
    stack: NDArray[np.int32],
    heads: NDArray[np.int32],
) -> None:
    """Choose the token below the root, and write the heads of its best tree. O(n).

    The stack has spans (kind, head, other end).
    """
    last = scores.shape[0] - 1
    top = 1
    for token in range(2, last + 1):
        if (
            charts[_LEFT, token, 1] + charts[_RIGHT, token, last] + scores[0, token]
            > charts[_LEFT, top, 1] + charts[_RIGHT, top, last] + scores[0, top]
        ):
            top = token
    heads[top] = 0
    stack[0, 0], stack[0, 1], stack[0, 2] = _LEFT, top, 1
    stack[1, 0], stack[1, 1], stack[1, 2] = _RIGHT, top, last
    n_spans = 2
    while n_spans > 0:
        n_spans -= 1
        kind, head, end = stack[n_spans, 0], stack[n_spans, 1], stack[n_spans, 2]
        if head == end:
            continue
        split = splits[kind, head, end]
        if kind <= _LEFT:  # an arc from the head to the split, and a span beyond
            stack[n_spans, 0] = kind + 2
            stack[n_spans, 1] = head
            stack[n_spans, 2] = split
            stack[n_spans + 1, 0] = kind
            stack[n_spans + 1, 1] = split
            stack[n_spans + 1, 2] = end
        else:
            heads[end] = head
            stack[n_spans, 0] = _RIGHT
            stack[n_spans, 1] = min(head, end)
            stack[n_spans, 2] = split
            stack[n_spans + 1, 0] = _LEFT
            stack[n_spans + 1, 1] = max(head, end)
            stack[n_spans + 1, 2] = split + 1
        n_spans += 2
