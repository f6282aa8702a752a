"""Features of tokens as numbers: what templates make of a text, and of clusters."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import arrays_under, named_arrays
from brownclust._kernels.tagger.conjunctions import hash_conjunctions
from brownclust._validation import must_be
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.attributes import WORD
from brownclust.tagger.conjunctions import MOST_TEMPLATES, Conjunctions
from brownclust.tagger.rows import Rows
from brownclust.tagger.sources import FeatureSource, SourceFeatures
from brownclust.tagger.templates import Template
from brownclust.tagger.values import AttributeValues, Ids, checksum

Tokens: TypeAlias = Sequence[str] | Sequence[Sequence[str]]
"""Of a sentence: words; or, with more columns, a word and its columns each."""


class Feature(NamedTuple):
    """A template of one term: which value of a row, and its number's beginning."""

    template: Template
    column: int
    base: int


class Group(NamedTuple):
    """The features that a row has for the token at one distance from it."""

    field: int
    offset: int
    features: list[Feature]


class EncodedText(NamedTuple):
    """Sentences end to end, as numbers of rows.

    Attributes
    ----------
    bounds : int64 array (n_sentences, 2)
        First position of each sentence, and the one after its last.
    types : int32 array (n_fields, n_positions)
        The row at each position; before and after each sentence those of its edges.
    token_starts : int64 array (n_positions + 1,)
        Where the token features of each position start.
    token_features : int32 array
        Features of templates of several terms and of other sources; -1 for none.
    """

    bounds: NDArray[np.int64]
    types: Ids
    token_starts: NDArray[np.int64]
    token_features: Ids

    @property
    def positions(self) -> NDArray[np.int64]:
        """Positions of all tokens, in order."""
        sizes = self.bounds[:, 1] - self.bounds[:, 0]
        skipped = self.bounds[:, 0] - (np.cumsum(sizes) - sizes)
        positions: NDArray[np.int64] = np.arange(int(sizes.sum())) + np.repeat(
            skipped, sizes
        )
        return positions


class FeatureSpace:
    """All features there can be, and their numbers.

    Parameters
    ----------
    templates : sequence of Template
        What to look at.
    columns : sequence of str
        Names of the data's columns; the first is the word.
    clusters : WordClusters, optional
        For the bit strings.
    backoff : BackOff
        What to look up for a word that has no cluster.
    sources : sequence of FeatureSource
        Further features, as strings.
    hash_size : int, optional
        Features share so many numbers by hash, instead of having one each.

    Attributes
    ----------
    groups : list of Group
        Templates of one term, by distance.
    n_features : int
        Features are numbered below it.
    """

    def __init__(
        self,
        templates: Sequence[Template],
        columns: Sequence[str] = (WORD,),
        *,
        clusters: WordClusters | None = None,
        backoff: BackOff = BackOff(),  # noqa: B008  # frozen
        sources: Sequence[FeatureSource] = (),
        hash_size: int | None = None,
    ) -> None:
        self.templates = tuple(templates)
        self.columns = tuple(columns)
        self.clusters = clusters
        self.backoff = backoff
        self.hash_size = hash_size
        self.context = max(
            (abs(term.offset) for t in self.templates for term in t.terms), default=0
        )
        terms = chain.from_iterable(template.terms for template in self.templates)
        self.values = AttributeValues(
            self.columns,
            (term.attribute for term in terms),
            clusters=clusters,
            backoff=backoff,
            is_hashed=hash_size is not None,
        )
        self._joined = [t for t in self.templates if len(t.terms) > 1]
        if len(self._joined) > MOST_TEMPLATES:
            rule = f"at most {MOST_TEMPLATES} of several terms"
            raise ValueError(must_be("templates", rule, len(self._joined)))
        self.conjunctions = Conjunctions(self._terms())
        self.sources = SourceFeatures(sources, hash_size)
        self.renumber()

    # --- What there is ----------------------------------------------------------

    def _terms(self) -> list[list[tuple[int, int, int]]]:
        terms = []
        for template in self._joined:
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

    def renumber(self) -> None:
        """Give each template's features their numbers, now that values are known."""
        base = 0
        found: dict[tuple[int, int], Group] = {}
        for template in self.templates:
            if len(template.terms) > 1:
                continue
            [term] = template.terms
            field, column = self.values.place(term.attribute)
            group = found.setdefault(
                (field, term.offset), Group(field, term.offset, [])
            )
            group.features.append(Feature(template, column, base))
            base += self.values.n_values(term.attribute)
        self.groups = sorted(found.values(), key=lambda group: group[:2])
        self.conjunctions_base = base
        self.sources_base = base + len(self.conjunctions)
        self.n_features = self.sources_base + len(self.sources)
        if self.hash_size is not None:
            self.n_features = self.hash_size
        elif self.n_features >= 2**31:
            rule = "of less than 2**31 features"
            raise ValueError(must_be("templates", rule, self.n_features))

    def difference(self, other: "FeatureSpace") -> str | None:
        """Return in what another space differs, so that numbers mean other things."""
        for name in ("templates", "columns", "backoff", "hash_size"):
            if getattr(self, name) != getattr(other, name):
                return name
        ours, theirs = (
            None if space.clusters is None else space.clusters.arrays()
            for space in (self, other)
        )
        if ours is None or theirs is None:
            return None if ours is theirs else "clusters"
        is_same = all(
            np.array_equal(ours[name], theirs[name])
            for name in ("vocabulary_buffer", "labels", "bit_strings")
        )
        return None if is_same else "clusters"

    def layout(self) -> list[tuple[int, int]]:
        """Return where features start and how many there are, by template or source."""
        if self.hash_size is not None:
            return [(0, self.hash_size)]
        blocks = [
            (feature.base, self.values.n_values(feature.template.terms[0].attribute))
            for group in self.groups
            for feature in group.features
        ]
        blocks.sort()
        blocks.append((self.conjunctions_base, len(self.conjunctions)))
        blocks.append((self.sources_base, len(self.sources)))
        return blocks

    def moved(self, layout: list[tuple[int, int]]) -> NDArray[np.int64]:
        """Return the number now of each feature of an earlier layout, ascending."""
        return np.concatenate(
            [
                base + np.arange(size)
                for (base, _), (_, size) in zip(self.layout(), layout, strict=True)
            ]
        )

    def forget_conjunctions(self, is_used: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Forget combinations that are not used; return the features that stay."""
        is_kept = np.ones(self.n_features, bool)
        if self.hash_size is None:
            part = slice(self.conjunctions_base, self.sources_base)
            is_kept[part] = self.conjunctions.select(is_used[part]) >= 0
            self.renumber()
        return np.flatnonzero(is_kept)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `learn` has found, for a file."""
        arrays: dict[str, NDArray[Any]] = {
            "conjunctions": self.conjunctions.keys,
            **named_arrays("sources", self.sources.arrays()),
            **named_arrays("values", self.values.arrays()),
        }
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take what `arrays` returned."""
        self.values.restore(arrays_under("values", arrays))
        self.sources.restore(arrays_under("sources", arrays))
        keys = arrays["conjunctions"].astype(np.int64, casting="safe")
        self.conjunctions = Conjunctions(self._terms(), keys)
        self.renumber()

    def names(self) -> list[str]:
        """Return the name of each feature, as in ``suffix:3[-1]=ing``."""
        if self.hash_size is not None:
            return [f"#{number}" for number in range(self.hash_size)]
        attributes = chain.from_iterable(self.values.by_field)
        values = {attribute: self.values.names(attribute) for attribute in attributes}
        names = [""] * self.n_features
        for group in self.groups:
            for feature in group.features:
                [term] = feature.template.terms
                for number, value in enumerate(values[term.attribute], feature.base):
                    names[number] = f"{term}={value}"
        for number in range(len(self.conjunctions)):
            template, found = self.conjunctions.values_of(number)
            terms = self._joined[template].terms
            names[self.conjunctions_base + number] = "&".join(
                f"{term}={values[term.attribute][value]}"
                for term, value in zip(terms, found, strict=False)
            )
        names[self.sources_base :] = self.sources.names()
        return names

    # --- From words to numbers ----------------------------------------------------

    def rows(self) -> Rows:
        """Return a table of rows that has those of the edges of sentences."""
        return self.values.rows()

    def row_features(self, field: int, values: Ids) -> Ids:
        """Return the features of rows of a field, by group, one row after the other.

        Parameters
        ----------
        field : int
            Of the rows.
        values : int32 array (n_rows, n_attributes)
            Their values.

        Returns
        -------
        int32 array (n_rows, features of all groups of the field)
            -1 where there is none.
        """
        features = list(self._of_field(field))
        numbers = np.empty((len(values), len(features)), np.int32)
        for i, (_, feature) in enumerate(features):
            found = values[:, feature.column]
            number = found.astype(np.int64) + feature.base
            if self.hash_size is not None:
                number = _hash(str(feature.template), found) % self.hash_size
            numbers[:, i] = np.where(found < 0, -1, number)
        return numbers

    def _of_field(self, field: int) -> Iterator[tuple[Group, Feature]]:
        """Yield the features of rows of a field, in the order of `row_features`."""
        for group in self.groups:
            if group.field == field:
                for feature in group.features:
                    yield group, feature

    def kernel_groups(self) -> NDArray[np.int64]:
        """Return the groups as kernels take them; see `_kernels.tagger.decoding`."""
        first = [0] * len(self.columns)
        number = [0] * len(self.columns)
        rows = []
        for group in self.groups:
            field, size = group.field, len(group.features)
            rows.append((field, group.offset, first[field], size, number[field]))
            first[field] += size
            number[field] += 1
        return np.array(rows, np.int64).reshape(-1, 5)

    # --- From sentences to numbers --------------------------------------------------

    def learn(self, sentences: Sequence[Tokens], rows: Rows) -> EncodedText:
        """Encode sentences; what is new in them gets numbers, rare conjunctions not."""
        self.values.is_open = True
        try:
            return self.encode(sentences, rows)
        finally:
            self.values.is_open = False

    def encode(self, sentences: Sequence[Tokens], rows: Rows) -> EncodedText:
        """Return sentences as numbers of rows, and of features that need several."""
        sizes = np.fromiter(map(len, sentences), np.int64, len(sentences))
        pad = self.context
        ends = np.cumsum(sizes + 2 * pad) - pad
        bounds = np.stack([ends - sizes, ends], axis=1)
        n_positions = int(ends[-1]) + pad if len(sentences) else 0
        types = np.empty((len(self.columns), n_positions), np.int32)
        flat: list[Any] = list(chain.from_iterable(sentences))
        text = EncodedText(bounds, types, np.zeros(0, np.int64), np.zeros(0, np.int32))
        positions = text.positions
        for field, (before, after) in enumerate(rows.edges):
            types[field] = before
            for distance in range(pad):
                types[field, ends + distance] = after
            types[field, positions] = rows.number(field, self._tokens(flat, field))
        n_known = len(self.conjunctions)
        joined = self._join(text, rows)
        counts, others = self.sources.find(
            self.words_of(sentences), len(flat), is_open=self.values.is_open
        )
        if self.values.is_open:
            joined = self._without_rare(joined, n_known)
            self.renumber()
        if self.hash_size is None:
            joined[joined >= 0] += self.conjunctions_base
            others[others >= 0] += self.sources_base
        width = joined.shape[1]
        starts = width * np.arange(n_positions + 1)
        if not others.size:
            return text._replace(token_starts=starts, token_features=joined.ravel())
        n_others = np.zeros(n_positions, np.int64)
        n_others[positions] = counts
        starts[1:] += np.cumsum(n_others)
        is_other = np.ones(int(starts[-1]), bool)
        is_other[(starts[:-1, None] + np.arange(width)).ravel()] = False
        features = np.empty(is_other.size, np.int32)
        features[~is_other] = joined.ravel()
        features[is_other] = others
        return text._replace(token_starts=starts, token_features=features)

    def words_of(self, sentences: Sequence[Tokens]) -> Sequence[Sequence[str]]:
        """Return the words of tokens that may have more columns."""
        if len(self.columns) == 1:
            return sentences  # type: ignore[return-value]
        return [[token[0] for token in sentence] for sentence in sentences]

    def _tokens(self, flat: list[Any], field: int) -> list[str]:
        n_columns = len(self.columns)
        tokens = flat
        if n_columns > 1:
            for token in flat:
                if isinstance(token, str) or len(token) != n_columns:
                    rule = f"{n_columns} columns: {', '.join(self.columns)}"
                    raise ValueError(must_be("token", rule, token))
            tokens = [token[field] for token in flat]
        if set(map(type, tokens)) - {str}:
            for token in tokens:
                if not isinstance(token, str):
                    raise TypeError(must_be("token", "a string", token))
        return tokens

    def _join(self, text: EncodedText, rows: Rows) -> Ids:
        """Return the features of templates of several terms at each position."""
        if self.hash_size is None:
            return self.conjunctions.find(
                text.bounds, text.types, rows, is_open=self.values.is_open
            )
        joined = np.full((text.types.shape[1], len(self._joined)), -1, np.int32)
        hash_conjunctions(
            text.bounds,
            text.types,
            rows.values.array,
            rows.starts.array,
            self.conjunctions.terms,
            self.conjunctions.sizes,
            np.array([checksum(str(t)) for t in self._joined], np.int64),
            self.hash_size,
            joined,
        )
        return joined

    def _without_rare(self, joined: Ids, n_known: int) -> Ids:
        """Forget new conjunctions that are rarer than their templates ask."""
        minima = [template.min_count for template in self._joined]
        if max(minima, default=1) == 1 or self.hash_size is not None:
            return joined
        is_kept = np.arange(len(self.conjunctions)) < n_known
        for column, minimum in enumerate(minima):
            found = joined[:, column]
            counts = np.bincount(found[found >= 0], minlength=is_kept.size)
            is_kept |= counts >= minimum
        numbers = np.append(self.conjunctions.select(is_kept), np.int32(-1))
        return numbers[np.where(joined >= 0, joined, -1)]

    def features_of_rows(
        self, text: EncodedText, rows: Rows, is_known: NDArray[np.bool_]
    ) -> tuple[Ids, NDArray[np.int64]]:
        """Return the features of all rows, end to end, and where each row's start.

        Those that are rarer in the text than their templates ask are -1, unless they
        are known from before.
        """
        starts = np.zeros(len(rows) + 1, np.int64)
        of_fields = []
        positions = text.positions
        for field, types in enumerate(text.types):
            numbers, values = rows.of_field(field)
            features = self.row_features(field, values)
            for (group, feature), column in zip(
                self._of_field(field), features.T, strict=True
            ):
                minimum = feature.template.min_count
                if minimum > 1 and self.hash_size is None:
                    at = types[positions + group.offset]
                    seen = np.bincount(at, minlength=len(rows))[numbers]
                    there = column >= 0
                    counts = np.bincount(
                        column[there], seen[there], minlength=self.n_features
                    )
                    is_rare = (counts < minimum) & ~is_known
                    column[np.append(is_rare, False)[column]] = -1
            starts[numbers + 1] = features.shape[1]
            of_fields.append((numbers, features))
        np.cumsum(starts, out=starts)
        flat = np.empty(int(starts[-1]), np.int32)
        for numbers, features in of_fields:
            flat[starts[numbers][:, None] + np.arange(features.shape[1])] = features
        return flat, starts[:-1]


def _hash(name: str, values: Ids) -> NDArray[np.int64]:
    """Return a hash of each value of a template."""
    mixed = (checksum(name) ^ values.astype(np.int64)) * 0x9E3779B1
    return (mixed ^ mixed >> 29) & 0x7FFFFFFF
