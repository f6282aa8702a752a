"""The feature space: numbers for all features that templates and sources can give.

Features of templates with one term come first, one block per template; then the
conjunctions, then the strings of other sources. New values enlarge a block and move the
blocks after it, so their order within a block never changes.

It combines `values`, `conjunctions` and `sources`; `encoding` looks numbers up in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import arrays_under, named_arrays
from brownclust._validation import must_be
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.attributes import WORD
from brownclust.tagger.conjunctions import MAX_TEMPLATES, Conjunctions, check_keys
from brownclust.tagger.lexicons import Lexicon
from brownclust.tagger.rows import Rows
from brownclust.tagger.sources import FeatureSource, SourceFeatures
from brownclust.tagger.templates import Template
from brownclust.tagger.values import AttributeValues, Ids, checksum


class Feature(NamedTuple):
    """A template with one term: its column among a row's values, its first number.

    Of a template with ``elsewhere.``, these are the values of other places.
    """

    template: Template
    column: int
    base: int


class Group(NamedTuple):
    """The features that a row contributes to the token at one distance from it."""

    field: int
    offset: int
    features: list[Feature]


class HashedNames(Sequence[str]):
    """The names of features that are hashes, made when they are asked for."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        """Return the number of names."""
        return self._size

    def __getitem__(self, number: Any) -> Any:
        """Return one name."""
        if not 0 <= number < self._size:
            raise IndexError(number)
        return f"#{number}"

    def index(self, name: str, *_bounds: int) -> int:
        """Return the number of a feature."""
        number = name.removeprefix("#")
        if name == number or not number.isdecimal() or int(number) >= self._size:
            raise ValueError(must_be("name", "that of a feature", name))
        return int(number)


class FeatureSpace:
    """All possible features, numbered.

    Parameters
    ----------
    templates : sequence of Template
        The features to use.
    columns : sequence of str
        Names of the data's columns; the first is the word.
    computed : sequence of str
        Names of further columns, which are computed.
    clusters : WordClusters, optional
        Required for ``cluster`` attributes.
    lexicon : Lexicon, optional
        What the column ``lexicon`` is computed with.
    backoff : BackOff
        Other forms to look up for a word without a cluster.
    sources : sequence of FeatureSource
        Sources of further features, as strings.
    hash_size : int, optional
        If given, numbers are hashes below it; otherwise each feature has a number of
        its own.

    Attributes
    ----------
    joined : list of Template
        Templates with several terms.
    groups : list of Group
        Templates with one term, by field and offset.
    elsewhere : list of Group
        Those with ``elsewhere.``, each in a group of its own.
    n_fields : int
        Number of all columns.
    n_features : int
        Numbers are below it.
    """

    def __init__(
        self,
        templates: Sequence[Template],
        columns: Sequence[str] = (WORD,),
        *,
        computed: Sequence[str] = (),
        clusters: WordClusters | None = None,
        lexicon: Lexicon | None = None,
        backoff: BackOff = BackOff(),  # noqa: B008  # frozen
        sources: Sequence[FeatureSource] = (),
        hash_size: int | None = None,
    ) -> None:
        self.templates = tuple(templates)
        self.columns = tuple(columns)
        self.computed = tuple(computed)
        self.n_fields = len(self.columns) + len(self.computed)
        self.clusters = clusters
        self.lexicon = lexicon
        self.backoff = backoff
        self.hash_size = hash_size
        self.context = max(
            (abs(term.offset) for t in self.templates for term in t.terms), default=0
        )
        terms = chain.from_iterable(template.terms for template in self.templates)
        self.values = AttributeValues(
            (*self.columns, *self.computed),
            (term.value for term in terms),
            clusters=clusters,
            backoff=backoff,
            is_hashed=hash_size is not None,
        )
        self.joined = [t for t in self.templates if len(t.terms) > 1]
        if len(self.joined) > MAX_TEMPLATES:
            rule = f"at most {MAX_TEMPLATES} with several terms"
            raise ValueError(must_be("templates", rule, len(self.joined)))
        self.conjunctions = Conjunctions(self._joined_terms())
        self.sources = SourceFeatures(sources, hash_size)
        self.renumber()

    def _joined_terms(self) -> list[list[tuple[int, int, int]]]:
        """Return the terms of `joined` as `Conjunctions` takes them."""
        terms = []
        for template in self.joined:
            places = [self.values.place(term.attribute) for term in template.terms]
            terms.append(
                [
                    (field, term.offset, column)
                    for term, (field, column) in zip(
                        template.terms, places, strict=True
                    )
                ]
            )
        return terms

    # --- Numbers ----------------------------------------------------------------

    def renumber(self) -> None:
        """Assign numbers to all features of the values known so far."""
        base = 0
        found: dict[tuple[int, int], Group] = {}
        self.elsewhere: list[Group] = []
        for template in self.templates:
            if len(template.terms) > 1:
                continue
            [term] = template.terms
            field, column = self.values.place(term.value)
            group = Group(field, term.offset, [])
            if term.is_elsewhere:
                self.elsewhere.append(group)
            else:
                group = found.setdefault((field, term.offset), group)
            group.features.append(Feature(template, column, base))
            base += self.values.n_values(term.value)
        self.groups = sorted(found.values(), key=lambda group: group[:2])
        self.conjunctions_base = base
        self.sources_base = base + len(self.conjunctions)
        self.n_features = self.sources_base + len(self.sources)
        if self.hash_size is not None:
            self.n_features = self.hash_size
        elif self.n_features >= 2**31:
            rule = "templates with fewer than 2**31 features"
            raise ValueError(must_be("templates", rule, self.n_features))

    def layout(self) -> list[tuple[int, int]]:
        """Return the blocks of features: the first number and size of each."""
        if self.hash_size is not None:
            return [(0, self.hash_size)]
        blocks = [
            (feature.base, self.values.n_values(feature.template.terms[0].value))
            for group in (*self.groups, *self.elsewhere)
            for feature in group.features
        ]
        blocks.sort()
        blocks.append((self.conjunctions_base, len(self.conjunctions)))
        blocks.append((self.sources_base, len(self.sources)))
        return blocks

    def new_numbers(self, layout: list[tuple[int, int]]) -> NDArray[np.int64]:
        """Return the present number of each feature of an earlier layout, ascending."""
        return np.concatenate(
            [
                base + np.arange(size)
                for (base, _), (_, size) in zip(self.layout(), layout, strict=True)
            ]
        )

    def prune_conjunctions(self, is_used: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Remove conjunctions that are not used; return the features that stay."""
        is_kept = np.ones(self.n_features, bool)
        if self.hash_size is None:
            part = slice(self.conjunctions_base, self.sources_base)
            is_kept[part] = self.conjunctions.select(is_used[part]) >= 0
            self.renumber()
        return np.flatnonzero(is_kept)

    def difference(self, other: "FeatureSpace") -> str | None:
        """Return the parameter that gives another space other features, if any."""
        for name in ("templates", "columns", "backoff", "hash_size"):
            if getattr(self, name) != getattr(other, name):
                return name
        for name in ("clusters", "lexicon"):
            ours, theirs = (_arrays_of(getattr(space, name)) for space in (self, other))
            if ours.keys() != theirs.keys() or not all(
                np.array_equal(ours[key], theirs[key]) for key in ours
            ):
                return name
        return None

    def names(self) -> Sequence[str]:
        """Return the name of each feature, as in ``suffix:3[-1]=ing``."""
        if self.hash_size is not None:
            return HashedNames(self.hash_size)
        attributes = chain.from_iterable(self.values.by_field)
        values = {attribute: self.values.names(attribute) for attribute in attributes}
        names = [""] * self.n_features
        for group in (*self.groups, *self.elsewhere):
            for feature in group.features:
                [term] = feature.template.terms
                for number, value in enumerate(values[term.value], feature.base):
                    names[number] = f"{term}={value}"
        for number in range(len(self.conjunctions)):
            template, found = self.conjunctions.values_of(number)
            terms = self.joined[template].terms
            names[self.conjunctions_base + number] = "&".join(
                f"{term}={values[term.attribute][value]}"
                for term, value in zip(terms, found, strict=False)
            )
        names[self.sources_base :] = self.sources.names()
        return names

    # --- Files ------------------------------------------------------------------

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learnt from training data as named arrays, for a file."""
        arrays: dict[str, NDArray[Any]] = {
            "conjunctions": self.conjunctions.keys,
            **named_arrays("sources", self.sources.arrays()),
            **named_arrays("values", self.values.arrays()),
        }
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Set what was learnt to what `arrays` returned."""
        self.values.restore(arrays_under("values", arrays))
        self.sources.restore(arrays_under("sources", arrays))
        keys = arrays["conjunctions"].astype(np.int64, casting="safe")
        sizes = [
            [self.values.n_values(term.attribute) for term in template.terms]
            for template in self.joined
        ]
        check_keys(keys, sizes)
        self.conjunctions = Conjunctions(self._joined_terms(), keys)
        self.renumber()

    # --- Rows to features -------------------------------------------------------

    def rows(self) -> Rows:
        """Return a new table of rows that holds only the edges of sentences."""
        return self.values.rows()

    def row_features(self, field: int, values: Ids) -> Ids:
        """Return the features of rows of one field, from their values.

        Parameters
        ----------
        field : int
            Field of the rows.
        values : int32 array (n_rows, n_attributes)
            Values of the rows.

        Returns
        -------
        int32 array (n_rows, features of all groups of the field)
            -1 where there is none; the order is that of `features_of_field`.
        """
        features = list(self.features_of_field(field))
        numbers = np.empty((len(values), len(features)), np.int32)
        for i, (_, feature) in enumerate(features):
            numbers[:, i] = self.feature_numbers(feature, values[:, feature.column])
        return numbers

    def feature_numbers(self, feature: Feature, values: Ids) -> NDArray[np.int64]:
        """Return the number of a feature for each value of its column; -1 for none."""
        number = values.astype(np.int64) + feature.base
        if self.hash_size is not None:
            number = _hash(str(feature.template), values) % self.hash_size
        return np.where(values < 0, np.int64(-1), number)

    def features_of_field(self, field: int) -> Iterator[tuple[Group, Feature]]:
        """Yield the features of rows of a field, and their groups, group by group."""
        for group in self.groups:
            if group.field == field:
                for feature in group.features:
                    yield group, feature

    def kernel_groups(self) -> NDArray[np.int64]:
        """Return `groups` as kernels take them; see `_kernels.tagger.decoding`."""
        first_feature = [0] * self.n_fields
        group_in_field = [0] * self.n_fields
        lines = []
        for group in self.groups:
            field, size = group.field, len(group.features)
            lines.append(
                (
                    field,
                    group.offset,
                    first_feature[field],
                    size,
                    group_in_field[field],
                )
            )
            first_feature[field] += size
            group_in_field[field] += 1
        return np.array(lines, np.int64).reshape(-1, 5)


def _arrays_of(data: WordClusters | Lexicon | None) -> dict[str, NDArray[Any]]:
    """Return the arrays that features depend on; none without data."""
    arrays = {} if data is None else dict(data.arrays())
    for name in ("merges", "counts"):
        arrays.pop(name, None)
    return arrays


def _hash(name: str, values: Ids) -> NDArray[np.int64]:
    """Return a hash of each value of a template: `mix` of the kernels, for arrays."""
    mixed = (checksum(name) ^ values.astype(np.int64)) * 0x9E3779B1
    return (mixed ^ mixed >> 29) & 0x7FFFFFFF
