"""The features of arcs, and their weights.

Each side of a template, that of the head and that of the dependent, has a *key* for
each token: a hash of the values of its parts. The sum of the two keys of an arc is the
key of its feature. So the cost of a feature does not depend on the number of its parts.

A second hash of that key is the place of its weight in a table. The feature together
with the direction and length of the arc has its weight in the same cache line, because
memory takes most of the time. Features with the same place share a weight.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.experiments.parsing.encoding import ABSENT, MAX_BETWEEN, OUTSIDE
from benchmarks.experiments.parsing.templates import (
    ATTRIBUTES,
    MAX_PARTS,
    Template,
)

_MASK = (1 << 32) - 1
"""Keys have 32 bits. Products with factors below 2 ** 31 fit 64 bits with a sign."""

_NO_KEY = 0

_FACTOR = 0x2545F491
"""Bits from 20 on of a product with it are the place of a key."""

_DISTANCES = np.array([2, 3, 4, 5, 6, 11], np.int64)
"""The shortest arc of each class of lengths but the first, as in MSTParser."""

_LINE_SIZE = 16
"""Weights in a cache line of 64 bytes: 1 and 14 kinds of arcs."""

_BETWEEN_KEYS = np.random.default_rng(2008).integers(1 << 32, size=MAX_BETWEEN)


class TemplateTable(NamedTuple):
    """Templates as arrays, those with tokens between last.

    Attributes
    ----------
    parts : int64 array (2, n_templates, MAX_PARTS, 2)
        Attribute and offset of each part of the head, and of the dependent; the
        attribute is -1 where there are no more parts.
    between : int64 array (n_between,)
        The attribute of the last templates.
    """

    parts: NDArray[np.int64]
    between: NDArray[np.int64]


class Keys(NamedTuple):
    """What the features of a sentence's arcs are made of.

    Attributes
    ----------
    head, dependent : int64 array (n_tokens + 1, n_templates)
        The keys of each token as head, and as dependent.
    between : int64 array (n_between, n_tokens + 1)
        For the last templates, the value of each token as a bit.
    """

    head: NDArray[np.int64]
    dependent: NDArray[np.int64]
    between: NDArray[np.uint64]


def template_table(templates: Sequence[Template]) -> TemplateTable:
    """Return templates as arrays."""
    ordered = sorted(templates, key=lambda template: template.between is not None)
    parts = np.full((2, len(ordered), MAX_PARTS, 2), -1, np.int64)
    for i, template in enumerate(ordered):
        for side, of_side in enumerate((template.head, template.dependent)):
            for j, part in enumerate(of_side):
                parts[side, i, j] = part
    between = [ATTRIBUTES.index(t.between) for t in ordered if t.between is not None]
    return TemplateTable(parts, np.array(between, np.int64))


def sentence_keys(values: NDArray[np.int32], table: TemplateTable) -> Keys:
    """Return the keys of a sentence, as `Encoder.encode` returned it."""
    shape = values.shape[0], table.parts.shape[1]
    keys = Keys(
        np.empty(shape, np.int64),
        np.empty(shape, np.int64),
        np.left_shift(np.uint64(1), values.T[table.between].astype(np.uint64)),
    )
    for side, of_side in enumerate((keys.head, keys.dependent)):
        _hash_parts(values, table.parts[side], side, of_side)
    return keys


@njit(cache=True, nogil=True, inline="always")
def _mix(key: int, value: int) -> int:
    """Return a hash of a key and a value, below 2 ** 32."""
    key = (key + value + 1) * 0x2C1B3C6D & _MASK
    key = (key ^ key >> 15) * 0x297A2D39 & _MASK
    return key ^ key >> 16


@njit(cache=True, nogil=True)
def _hash_parts(
    values: NDArray[np.int32],
    parts: NDArray[np.int64],
    side: int,
    keys: NDArray[np.int64],
) -> None:
    """keys[token, template] = hash of the values, or _NO_KEY if one is absent.

    The two sides have other hashes of the same values: else an arc would have the
    features of the arc between the same words in which they change their roles.
    """
    n_positions = values.shape[0]
    for position in range(n_positions):
        for template in range(parts.shape[0]):
            key = _mix(_mix(0, side), template)
            for i in range(parts.shape[1]):
                attribute = parts[template, i, 0]
                if attribute < 0:
                    break
                at = position + parts[template, i, 1]
                value = np.int64(OUTSIDE)
                if 0 <= at < n_positions:
                    value = np.int64(values[at, attribute])
                if value == ABSENT:
                    key = _NO_KEY
                    break
                key = max(_mix(key, value), _NO_KEY + 1)
            keys[position, template] = key


@njit(cache=True, nogil=True, inline="always")
def _list_features(
    head: int, dependent: int, keys: Keys, places: int, found: NDArray[np.int64]
) -> int:
    """Write the places of an arc's weights to `found`; return their number.

    `places` is the number of places, less 1: a mask. Of the 16 places of a line, a
    feature has ``place ^ 0`` by itself, and ``place ^ kind`` for each kind of arc.
    """
    kind = 1
    while kind <= _DISTANCES.size and abs(head - dependent) >= _DISTANCES[kind - 1]:
        kind += 1
    if dependent < head:
        kind += _DISTANCES.size + 1
    of_head, of_dependent = keys.head[head], keys.dependent[dependent]
    n_templates = of_head.size
    n_between = keys.between.shape[0]
    n_found = 0
    for template in range(n_templates - n_between):
        key = (of_head[template] + of_dependent[template]) & _MASK
        found[n_found] = key * _FACTOR >> 20 & places
        found[n_found + 1] = found[n_found] ^ kind
        if of_head[template] != _NO_KEY and of_dependent[template] != _NO_KEY:
            n_found += 2
    for i in range(n_between):
        template = n_templates - n_between + i
        if of_head[template] == _NO_KEY or of_dependent[template] == _NO_KEY:
            continue
        values = np.uint64(0)
        for token in range(min(head, dependent) + 1, max(head, dependent)):
            values |= keys.between[i, token]
        for value in range(1, MAX_BETWEEN):  # 0 is no value
            if values >> np.uint64(value) & np.uint64(1):
                key = of_head[template] + of_dependent[template]
                key = (key + _BETWEEN_KEYS[value]) & _MASK
                found[n_found] = key * _FACTOR >> 20 & places
                found[n_found + 1] = found[n_found] ^ kind
                n_found += 2
    return n_found


@njit(cache=True, nogil=True)
def _score_arcs(
    keys: Keys,
    weights: NDArray[np.int32],
    found: NDArray[np.int64],
    scores: NDArray[np.int64],
) -> None:
    """scores[head, dependent] = sum of the weights of the arc's features."""
    size = scores.shape[0]
    for head in range(size):
        for dependent in range(1, size):
            if head != dependent:
                n_found = _list_features(head, dependent, keys, weights.size - 1, found)
                score = 0
                for i in range(n_found):
                    score += weights[found[i]]
                scores[head, dependent] = score


@njit(cache=True, nogil=True)
def _add_to_arc(
    head: int,
    dependent: int,
    keys: Keys,
    change: int,
    step: int,
    weights: NDArray[np.int32],
    totals: NDArray[np.int64],
    found: NDArray[np.int64],
) -> None:
    """Add `change` to the weights of an arc's features, change * step to totals."""
    n_found = _list_features(head, dependent, keys, weights.size - 1, found)
    for i in range(n_found):
        weights[found[i]] += change
        totals[found[i]] += change * step


_UNIT = 1024
"""Averages are rounded to multiples of 1 / _UNIT of an update: sums are exact."""


class ArcWeights:
    """A table of weights, and the sums that give their averages.

    Parameters
    ----------
    bits : int
        There are ``2 ** bits`` weights.

    Attributes
    ----------
    step : int
        Number of sentences seen.
    """

    def __init__(self, bits: int) -> None:
        self.step = 0
        self._weights = _aligned_zeros(1 << bits)
        self._totals = np.zeros(1 << bits, np.int64)

    def score(self, keys: Keys) -> NDArray[np.int64]:
        """Return the score of each arc, as `best_tree` takes them."""
        size = keys.head.shape[0]
        scores = np.zeros((size, size), np.int64)
        _score_arcs(keys, self._weights, _buffer(keys), scores)
        return scores

    def add(self, keys: Keys, head: int, dependent: int, change: int) -> None:
        """Add `change` to the weights of an arc's features."""
        _add_to_arc(
            head,
            dependent,
            keys,
            change,
            self.step,
            self._weights,
            self._totals,
            _buffer(keys),
        )

    def averaged(self) -> "ArcWeights":
        """Return the weights, averaged over all steps, in units of 1 / _UNIT."""
        average = ArcWeights(0)
        average._weights = _aligned_zeros(self._weights.size)
        exact = self._totals / -max(self.step, 1)
        exact += self._weights
        exact *= _UNIT
        average._weights[:] = np.rint(exact, out=exact)
        return average


def _aligned_zeros(size: int) -> NDArray[np.int32]:
    """Return zeros that begin where a cache line does."""
    zeros = np.zeros(size + _LINE_SIZE, np.int32)
    start = -zeros.ctypes.data // zeros.itemsize % _LINE_SIZE
    return zeros[start : start + size]


def _buffer(keys: Keys) -> NDArray[np.int64]:
    """Return space for the features of an arc."""
    n_between = keys.between.shape[0]
    return np.empty(2 * (keys.head.shape[1] + n_between * MAX_BETWEEN), np.int64)
