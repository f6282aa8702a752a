"""Numbers for the values of attributes: from words to rows of int32.

The values of a row are what `conjunctions` and `feature_space` make features of.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import (
    arrays_under,
    named_arrays,
    pack_strings,
    unpack_strings,
)
from brownclust._kernels.tagger.conjunctions import MAX_VALUES
from brownclust._validation import must_be
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.features import cluster_prefixes
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.attributes import CLUSTER, EDGES, Words, attribute_values
from brownclust.tagger.rows import Rows

BEFORE, AFTER = "<s>", "</s>"
"""Values of the places before and after a sentence."""

Ids: TypeAlias = NDArray[np.int32]


def checksum(text: str) -> int:
    """Return a hash of 31 bits, the same on every machine and in every process."""
    return crc32(text.encode("utf-8", "surrogatepass")) >> 1


class Known(dict[Any, int]):
    """Numbers of known values; -1 for an unknown value, and for None."""

    def __missing__(self, value: object) -> int:
        """Return -1."""
        return -1


def number_strings(known: dict[Any, int], strings: Sequence[str]) -> None:
    """Give strings the numbers from 0 on; raise ``ValueError`` if one stands twice."""
    if len(set(strings)) < len(strings):
        raise ValueError(must_be("values", "all different", strings))
    known.update(zip(strings, range(len(strings)), strict=True))


class AttributeValues:
    """The known values of each attribute and of each further column, numbered.

    Parameters
    ----------
    columns : sequence of str
        Names of the data's columns; the first is the word.
    attributes : iterable of str
        Attributes of the word, and names of columns.
    clusters : WordClusters, optional
        Required for ``cluster`` attributes.
    backoff : BackOff
        Other forms to look up for a word without a cluster.
    is_hashed : bool
        Whether numbers are hashes, so that no values need to be kept.

    Attributes
    ----------
    by_field : list of list of str
        The attributes of each column, each once.
    is_open : bool
        Whether new values get numbers: true during training.
    """

    def __init__(
        self,
        columns: Sequence[str],
        attributes: Iterable[str],
        *,
        clusters: WordClusters | None,
        backoff: BackOff,
        is_hashed: bool,
    ) -> None:
        self.by_field: list[list[str]] = [[] for _ in columns]
        self.is_open = False
        self._columns = tuple(columns)
        self._clusters = clusters
        self._backoff = backoff
        self._is_hashed = is_hashed
        for attribute in dict.fromkeys(attributes):
            self.by_field[self._field(attribute)].append(attribute)
        self._known = {
            attribute: self._initial_values(attribute, field)
            for field, of_field in enumerate(self.by_field)
            for attribute in of_field
        }
        self._values_of_labels = {
            attribute: self._label_values(attribute)
            for attribute in self.by_field[0]
            if _is_of_clusters(attribute)
        }

    def _field(self, attribute: str) -> int:
        in_columns = attribute in self._columns[1:]
        return self._columns.index(attribute) if in_columns else 0

    def place(self, attribute: str) -> tuple[int, int]:
        """Return the field of an attribute, and its column among the field's values."""
        field = self._field(attribute)
        return field, self.by_field[field].index(attribute)

    def n_values(self, attribute: str) -> int:
        """Return the number of known values of an attribute."""
        known = self._known[attribute]
        return len(known) - (None in known)

    def names(self, attribute: str) -> list[str]:
        """Return the known values of an attribute, by number."""
        return [value for value in self._known[attribute] if value is not None]

    # --- Files ----------------------------------------------------------------

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all learnt values as named arrays, for a file."""
        arrays: dict[str, NDArray[Any]] = {}
        for attribute in self._learnt_attributes():
            arrays |= named_arrays(attribute, pack_strings(self.names(attribute)))
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Set the values to those that `arrays` returned."""
        for attribute in self._learnt_attributes():
            strings = unpack_strings(arrays_under(attribute, arrays))
            known = self._known[attribute]
            initial = [value for value in known if value is not None]
            if strings[: len(initial)] != initial:
                raise ValueError(must_be(attribute, f"{initial}, first", strings))
            number_strings(known, strings)

    def _learnt_attributes(self) -> list[str]:
        """Return the attributes whose values come from training, not from clusters."""
        attributes = chain.from_iterable(self.by_field)
        return [attribute for attribute in attributes if None in self._known[attribute]]

    # --- From words to numbers --------------------------------------------------

    def rows(self) -> Rows:
        """Return a new table of rows that holds only the edges of sentences."""
        edges = []
        for field, attributes in enumerate(self.by_field):
            of_field = np.full((2, len(attributes)), -1, np.int32)
            for column, attribute in enumerate(attributes):
                if field or attribute in EDGES:
                    of_field[:, column] = self._numbers(attribute, [BEFORE, AFTER])
            edges.append(of_field)
        return Rows(edges, self._values_of)

    def _values_of(self, field: int, tokens: list[str]) -> Ids:
        """Return the values of tokens of a field; shape (n_tokens, n_attributes)."""
        values = np.empty((len(tokens), len(self.by_field[field])), np.int32)
        words = Words(tokens)
        labels = None
        for column, attribute in enumerate(self.by_field[field]):
            if field:
                values[:, column] = self._numbers(attribute, tokens)
            elif attribute in self._values_of_labels:
                if labels is None:
                    labels = self._look_up(tokens)
                values[:, column] = self._values_of_labels[attribute][labels]
            else:
                found = attribute_values(attribute, words)
                values[:, column] = self._numbers(attribute, found)
        return values

    def _look_up(self, words: list[str]) -> Ids:
        if self._clusters is None:
            raise ValueError(must_be("clusters", "given", None))
        return self._clusters.cluster_labels(words, backoff=self._backoff)

    def _numbers(self, attribute: str, values: Sequence[str | None]) -> Any:
        """Return the number of each value of an attribute; -1 for None or unknown."""
        if self._is_hashed:
            return [
                -1
                if value is None
                else crc32(value.encode("utf-8", "surrogatepass")) % MAX_VALUES
                for value in values
            ]
        known = self._known[attribute]
        if self.is_open and None in known:
            for value in dict.fromkeys(values):
                if value not in known:
                    known[value] = len(known) - 1  # None is in `known`, too
        return np.fromiter(map(known.__getitem__, values), np.int32, len(values))

    # --- Values known before training ---------------------------------------------

    def _initial_values(self, attribute: str, field: int) -> dict[Any, int]:
        """Return the numbers known before training: of clusters, or of the edges.

        ``None`` is a key only of attributes whose values are learnt.
        """
        if not field and _is_of_clusters(attribute):
            prefixes = sorted(set(self._prefixes(attribute)))
            return {prefix: i for i, prefix in enumerate(prefixes)}
        known = Known({None: -1})
        if field > 0 or attribute in EDGES:
            known.update({BEFORE: 0, AFTER: 1})
        return known

    def _label_values(self, attribute: str) -> Ids:
        """Return the value of each cluster label; at index -1, no cluster, it is -1."""
        found = self._numbers(attribute, self._prefixes(attribute))
        return np.append(found, -1).astype(np.int32)

    def _prefixes(self, attribute: str) -> list[str]:
        """Return the attribute's value for each cluster: a bit string or its prefix."""
        if self._clusters is None:
            rule = "given, because a template has a cluster attribute"
            raise ValueError(must_be("clusters", rule, None))
        _, _, length = attribute.partition(":")
        if not length:
            return list(self._clusters.cluster_bit_strings)
        return cluster_prefixes(self._clusters, int(length))


def _is_of_clusters(attribute: str) -> bool:
    return attribute.partition(":")[0] == CLUSTER
