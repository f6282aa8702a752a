"""Numbered features against a reference in plain Python, from the definitions.

The reference below shares only the notation of templates with the package: strings of
``attribute[offset]``, joined by ``&``, and ``min=``.
"""

import re
from collections import Counter
from itertools import chain
from typing import NamedTuple
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from brownclust import BrownFeatures
from brownclust._kernels.tagger.conjunctions import MAX_VALUES
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.conjunctions import MAX_TEMPLATES, Conjunctions
from brownclust.tagger.crf import feature_strings
from brownclust.tagger.documents import Text
from brownclust.tagger.encoding import encode, encode_and_learn, features_of_rows
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.rows import GrowableArray, Rows
from brownclust.tagger.templates import parse_templates

BIT_STRINGS = {"the": "0", "dog": "100", "0000": "1010", "x": "1011", "é": "11"}
CLUSTERS = WordClusters(list(BIT_STRINGS), list(BIT_STRINGS.values()))
BACKOFF = ("lowercase", "digits")
COLUMNS = ("word", "pos", "lemma")

# --- The reference ------------------------------------------------------------

EDGES = ("<s>", "</s>")


def shape_of(word):
    letters = []
    for c in word:
        kind = "X" if c.isupper() else "0" if c.isdigit() else "x" if c.isalpha() else c
        letters.append(kind)
    return "".join(letters)


def bit_string_of(word):
    lowered = word.lower()
    for form in (word, lowered, re.sub(r"\d", "0", lowered)):
        if form in BIT_STRINGS:
            return BIT_STRINGS[form]
    return None


def value_of(attribute, token):
    """Return the value of an attribute of (word, pos, lemma), or None."""
    name, _, size = attribute.partition(":")
    word, shape = token[0], shape_of(token[0])
    if name in COLUMNS[1:]:
        return token[COLUMNS.index(name)]
    if name == "cluster":
        bits = bit_string_of(word)
        if bits is None or not size:
            return bits
        return bits[: int(size)] if len(bits) >= int(size) else f"{bits}$"
    if size:
        n = int(size)
        part = word.lower()[:n] if name == "prefix" else word.lower()[-n:]
        return part if len(part) == n else None
    return {
        "word": word,
        "lower": word.lower(),
        "normal": re.sub(r"\d", "0", word.lower()),
        "shape": shape,
        "short_shape": re.sub(r"(.)\1+", r"\1", shape),
        "has_upper": "1" if "X" in shape else None,
        "is_punctuation": None if set("Xx0") & set(shape) else "1",
    }[name]


class Line(NamedTuple):
    """A template: terms (attribute, offset), and the minimum count of a feature."""

    terms: tuple
    minimum: int = 1

    def __str__(self):
        terms = " & ".join(f"{attribute}[{at}]" for attribute, at in self.terms)
        return f"{terms} min={self.minimum}"

    def name_at(self, sentence, t):
        """Return the name of the feature of token t, or None."""
        found = []
        for attribute, offset in self.terms:
            value = None
            if 0 <= t + offset < len(sentence):
                value = value_of(attribute, sentence[t + offset])
            elif attribute in ("word", "lower", "normal", *COLUMNS[1:]):
                value = EDGES[offset > 0]
            if value is None:
                return None
            found.append(f"{attribute}[{offset}]={value}")
        return "&".join(found)


class Reference:
    """The names of all features in training data, and of those known in any text."""

    def __init__(self, lines, sources, sentences):
        self.lines, self.sources = lines, sources
        self.counts = [
            Counter(line.name_at(s, t) for s in sentences for t in range(len(s)))
            for line in lines
        ]
        self.values = {
            (attribute, value)
            for line in lines
            for attribute, _ in line.terms
            for value in (*EDGES, *(value_of(attribute, t) for t in chain(*sentences)))
        }
        self.from_sources = {
            name
            for source in sources
            for name in chain(*chain(*source.strings(words_of(sentences))))
        }

    def is_frequent(self, i, name):
        return self.counts[i][name] >= self.lines[i].minimum

    def is_numbered(self, i, name):
        """Whether a feature has a number: known value, or frequent combination."""
        terms = self.lines[i].terms
        if len(terms) > 1:
            return self.is_frequent(i, name)
        [(attribute, _)] = terms
        value = name.partition("=")[2]
        return attribute.startswith("cluster") or (attribute, value) in self.values

    def names(self, sentences, is_kept):
        """Return the sorted names of each token's features, by sentence."""
        found = [
            [
                [
                    name
                    for i, line in enumerate(self.lines)
                    if (name := line.name_at(s, t)) is not None and is_kept(i, name)
                ]
                for t in range(len(s))
            ]
            for s in sentences
        ]
        for source in self.sources:
            more = source.strings(words_of(sentences))
            for names, added in zip(chain(*found), chain(*more), strict=True):
                names += [name for name in added if name in self.from_sources]
        return [[sorted(names) for names in tokens] for tokens in found]


def words_of(sentences):
    return [[word for word, *_ in sentence] for sentence in sentences]


# --- The package --------------------------------------------------------------


def space_of(lines, sources=(), hash_size=None):
    return FeatureSpace(
        parse_templates(map(str, lines)),
        COLUMNS,
        clusters=CLUSTERS,
        backoff=BackOff(BACKOFF),
        sources=sources,
        hash_size=hash_size,
    )


def found_names(space, text, rows, is_known=True):
    known = np.full(space.n_features, is_known)
    of_rows = features_of_rows(space, text, rows, known)
    found = feature_strings(space, text, *of_rows, space.names())
    return [[sorted(names) for names in tokens] for tokens in found]


def encoded_names(space, sentences):
    rows = space.rows()
    return found_names(space, encode(space, Text.of(sentences), rows), rows)


def learnt_names(space, sentences):
    rows = space.rows()
    return found_names(
        space, encode_and_learn(space, Text.of(sentences), rows), rows, is_known=False
    )


def without_edges(found):
    """Return the names without those of places outside the sentence."""
    return [
        [
            [name for name in names if not any(f"={edge}" in name for edge in EDGES)]
            for names in tokens
        ]
        for tokens in found
    ]


# --- Strategies ---------------------------------------------------------------

words = st.sampled_from(
    ["the", "The", "dog", "DOG", "B-2", "1984", "0000", "x", "é", ".", "--", "", "zoo"]
)
tokens = st.tuples(words, st.sampled_from("DNV"), words)
texts = st.lists(st.lists(tokens, max_size=5), max_size=6)
attributes = st.sampled_from(
    [
        *("word", "lower", "normal", "shape", "short_shape", "has_upper"),
        *("is_punctuation", "prefix:1", "prefix:3", "suffix:2", "cluster"),
        *("cluster:1", "cluster:3", "cluster:9", "pos", "lemma"),
    ]
)
terms = st.tuples(attributes, st.integers(-2, 2))
minima = st.integers(1, 3)
templates = st.lists(
    st.builds(Line, st.tuples(terms), minima)
    | st.builds(Line, st.lists(terms, min_size=2, max_size=4).map(tuple), minima),
    min_size=1,
    max_size=6,
    unique_by=lambda line: line.terms,
)


class Letters:
    """A source whose features can be none, several, or one twice."""

    def strings(self, sentences):
        return [[[f"letter={c}" for c in word] for word in s] for s in sentences]


some_sources = st.sampled_from(
    [(), (Letters(),), (BrownFeatures(CLUSTERS, [1, 3], context=1), Letters())]
)


# --- Tests --------------------------------------------------------------------


@examples(150)
@given(templates, some_sources, texts)
def test_training_numbers_frequent_features(lines, sources, sentences):
    reference = Reference(lines, sources, sentences)
    expected = reference.names(sentences, reference.is_frequent)
    found = learnt_names(space_of(lines, sources), sentences)
    assert found == expected


@examples(150)
@given(templates, some_sources, texts, texts)
def test_other_sentences_have_known_features_only(lines, sources, sentences, others):
    space = space_of(lines, sources)
    reference = Reference(lines, sources, sentences)
    learnt_names(space, sentences)
    n_features, names = space.n_features, space.names()
    for text in (sentences, others):
        expected = reference.names(text, reference.is_numbered)
        assert encoded_names(space, text) == expected
    assert (space.n_features, space.names()) == (n_features, names)


@examples(50)
@given(templates, some_sources, texts)
def test_encoding_again_gives_the_same_numbers(lines, sources, sentences):
    space = space_of(lines, sources)
    rows = space.rows()
    learnt = encode_and_learn(space, Text.of(sentences), rows)
    for table in (rows, space.rows()):
        encoded = encode(space, Text.of(sentences), table)
        for one, other in zip(learnt, encoded, strict=True):
            assert one.dtype == other.dtype
            assert one.tolist() == other.tolist()
    positions = learnt.positions
    assert positions.size == sum(map(len, sentences))
    for field in range(len(COLUMNS)):
        tokens = [token[field] for token in chain(*sentences)]
        numbers = learnt.types[field, positions].tolist()
        assert len({*tokens}) == len({*numbers}) == len({*zip(tokens, numbers)})  # noqa: B905


@examples(50)
@given(templates, some_sources, texts, texts)
def test_arrays_restore_the_space(lines, sources, sentences, others):
    space, copy = space_of(lines, sources), space_of(lines, sources)
    learnt_names(space, sentences)
    copy.restore(space.arrays())
    assert copy.names() == space.names()
    assert copy.layout() == space.layout()
    assert encoded_names(copy, others) == encoded_names(space, others)
    arrays, again = space.arrays(), copy.arrays()
    assert arrays.keys() == again.keys()
    assert all((array == again[name]).all() for name, array in arrays.items())


@examples(100)
@given(templates, some_sources, texts, texts)
def test_more_data_renumbers_features(lines, sources, sentences, more):
    space = space_of(lines, sources)
    learnt_names(space, sentences)
    names, layout = space.names(), space.layout()
    before = encoded_names(space, sentences)
    learnt_names(space, more)
    moved = space.new_numbers(layout)
    assert moved.size == len(names)
    assert (np.diff(moved) > 0).all()
    after = space.names()
    assert len(after) == space.n_features
    for name, number in zip(names, moved.tolist(), strict=True):
        assert name in ("", after[number])
    for names_before, names_now in zip(
        chain(*before), chain(*encoded_names(space, sentences)), strict=True
    ):
        assert not Counter(names_before) - Counter(names_now)


def test_known_combinations_stay_when_they_are_rare_in_more_data():
    space = space_of([Line((("word", 0), ("pos", 0)), 2)])
    often, once = ("the", "D", "the"), ("dog", "N", "dog")
    assert learnt_names(space, [[often, once, often]]) == [
        [["word[0]=the&pos[0]=D"], [], ["word[0]=the&pos[0]=D"]]
    ]
    more = learnt_names(space, [[often], [once], [once]])
    assert more == [
        [["word[0]=the&pos[0]=D"]],
        [["word[0]=dog&pos[0]=N"]],
        [["word[0]=dog&pos[0]=N"]],
    ]


def test_single_terms_are_counted_by_offset():
    lines = [Line((("word", at),), 2) for at in (-1, 0, 1)]
    space = space_of(lines)
    sentences = [[(word, "N", "") for word in text] for text in ("aab", "ba")]
    learnt = without_edges(learnt_names(space, sentences))
    assert learnt == [
        [
            ["word[0]=a", "word[1]=a"],
            ["word[-1]=a", "word[0]=a"],
            ["word[-1]=a", "word[0]=b"],
        ],
        [["word[0]=b", "word[1]=a"], ["word[0]=a"]],
    ]


def test_known_features_are_kept_when_they_are_rare():
    space = space_of([Line((("word", 0),), 2)])
    rows = space.rows()
    text = encode_and_learn(
        space, Text.of([[("the", "D", "")] * 2, [("dog", "N", "")]]), rows
    )
    the, dog = (space.names().index(f"word[0]={word}") for word in ("the", "dog"))
    is_known = np.arange(space.n_features) == dog
    for known, expected in ((is_known, {the, dog}), (is_known & False, {the})):
        features, _ = features_of_rows(space, text, rows, known)
        assert {*features.tolist()} - {-1} == expected


@examples(100)
@given(templates, texts, st.integers(0, 2**32 - 1), st.sampled_from([0, 0.2, 0.7]))
def test_pruning_keeps_used_conjunctions(lines, sentences, seed, part):
    space = space_of(lines)
    learnt_names(space, sentences)
    names, base = space.names(), space.conjunctions_base
    before = encoded_names(space, sentences)
    is_used = np.random.default_rng(seed).random(space.n_features) < part
    kept = space.prune_conjunctions(is_used)
    after = space.names()
    assert len(after) == space.n_features == kept.size
    assert after == [names[number] for number in kept]
    assert kept[:base].tolist() == list(range(base))
    used = {base + number for number in np.flatnonzero(is_used[base:]).tolist()}
    assert used <= {*kept.tolist()}
    # The prefixes of used conjunctions are kept, too; no others are.
    for number in {*kept[base:].tolist()} - used:
        assert any(names[longer].startswith(f"{names[number]}&") for longer in used)
    kept_names = {*after}
    assert encoded_names(space, sentences) == [
        [[name for name in found if name in kept_names] for found in tokens]
        for tokens in before
    ]


def test_pruning_nothing_and_everything():
    line = Line((("word", -1), ("word", 0), ("pos", 0), ("pos", 1)))
    sentences = [[("a", "X", ""), ("b", "Y", ""), ("c", "Z", "")]]
    space = space_of([line])
    learnt_names(space, sentences)
    names = space.names()
    space.prune_conjunctions(np.ones(space.n_features, bool))
    assert space.names() == names
    space.prune_conjunctions(np.zeros(space.n_features, bool))
    assert len(space.conjunctions) == 0
    assert encoded_names(space, sentences) == [[[], [], []]]
    learnt_names(space, sentences)
    assert sorted(space.names()) == sorted(names)


# --- Hashing ------------------------------------------------------------------


def mixed(key, value):
    product = (key ^ value) * 0x9E3779B1 & 2**62 - 1
    return (product ^ product >> 29) & 2**31 - 1


def hash_of(template, name, size):
    """Return the number of a feature, from CRC-32 of the template and its values."""
    values = [part.partition("=")[2] for part in name.split("&")]
    number = crc32(template.encode()) >> 1
    for value in values:
        number = mixed(number, crc32(value.encode()) % MAX_VALUES)
    return number % size


@examples(100)
@given(templates, some_sources, texts, st.sampled_from([1, 7, 2**31 - 1]))
def test_hashed_numbers(lines, sources, sentences, size):
    """They depend only on template and values, or on the string of a source."""
    lines = [Line(terms) for terms, _ in lines]
    space = space_of(lines, sources, hash_size=size)
    assert space.n_features == size
    assert [str(t) for t in space.templates] == [shown(line) for line in lines]
    expected = [
        [
            [
                hash_of(shown(line), name, size)
                for line in lines
                if (name := line.name_at(s, t)) is not None
            ]
            for t in range(len(s))
        ]
        for s in sentences
    ]
    for source in sources:
        more = source.strings(words_of(sentences))
        for numbers, names in zip(chain(*expected), chain(*more), strict=True):
            hashes = (crc32(f"source {name}".encode()) >> 1 for name in names)
            numbers += [number % size for number in hashes]
    for encode_with in (encode, encode_and_learn, encode):
        rows = space.rows()
        text = encode_with(space, Text.of(sentences), rows)
        of_rows = features_of_rows(space, text, rows, np.ones(1, bool))
        found = feature_strings(space, text, *of_rows, range(size))
        assert [[sorted(numbers) for numbers in tokens] for tokens in found] == [
            [sorted(numbers) for numbers in tokens] for tokens in expected
        ]
    assert space.layout() == [(0, size)]


def shown(line):
    return str(line).removesuffix(" min=1")


def test_hashed_features_have_numbers_as_names_and_keep_them():
    space = space_of([Line((("lower", 0),)), Line((("word", 0), ("pos", 0)))], (), 5)
    layout = space.layout()
    learnt = encode_and_learn(space, Text.of([[("a", "X", "")]]), space.rows())
    assert learnt.token_features.size == 1
    assert space.new_numbers(layout).tolist() == [0, 1, 2, 3, 4]
    assert [*space.names()] == ["#0", "#1", "#2", "#3", "#4"]
    assert space.prune_conjunctions(np.zeros(5, bool)).tolist() == [0, 1, 2, 3, 4]


# --- Combinations -------------------------------------------------------------


class FixedRows:
    """Rows with given values: the part of `Rows` that `Conjunctions` reads."""

    def __init__(self, values):
        self.values = GrowableArray(np.int32)
        self.values.append(np.array(values, np.int32).ravel())
        self.starts = GrowableArray(np.int64)
        self.starts.append(np.arange(len(values)) * len(values[0]))


def numbers_by_hand(joined, values, types, known, is_open):
    """Return numbers assigned in the order of position, template, and term."""
    found = []
    for t in range(len(types)):
        found.append([])
        for template, terms in enumerate(joined):
            of_terms = [
                values[types[t + offset]][column]
                if 0 <= t + offset < len(types)
                else -1
                for _, offset, column in terms
            ]
            number = -1
            for size in range(2, len(terms) + 1):
                key = (template, *of_terms[:size])
                if min(key) < 0 or (key not in known and not is_open):
                    number = -1
                    break
                number = known.setdefault(key, len(known))
            found[-1].append(number)
    return found


large = st.sampled_from([-1, 0, 1, 2, MAX_VALUES - 2, MAX_VALUES - 1])


@examples(100)
@given(st.data())
def test_conjunctions_against_a_dictionary(data):
    joined = data.draw(
        st.lists(
            st.lists(
                st.tuples(st.just(0), st.integers(-1, 1), st.integers(0, 1)),
                min_size=2,
                max_size=4,
            ),
            max_size=3,
        )
    )
    values = [[-1, -1]]
    values += data.draw(st.lists(st.tuples(large, large), min_size=1, max_size=5))
    a_text = st.lists(st.integers(0, len(values) - 1), max_size=8)
    conjunctions, known = Conjunctions(joined), {}
    for types in data.draw(st.lists(a_text, max_size=3)):
        for is_open in (False, True, False):
            found = conjunctions.find(
                np.array([[1, len(types) + 1]], np.int64),
                np.array([[0, *types, 0]], np.int32),
                FixedRows(values),
                is_open=is_open,
            )
            expected = numbers_by_hand(joined, values, types, known, is_open)
            assert found[1:-1].tolist() == expected
            assert len(conjunctions) == len(known)
    for (template, *of_terms), number in known.items():
        assert conjunctions.values_of(number) == (template, of_terms)
    copy = Conjunctions(joined, conjunctions.keys)
    assert copy.keys.tolist() == conjunctions.keys.tolist()


def test_many_combinations_in_many_batches():
    random = np.random.default_rng(0)
    joined = [[(0, -1, 0), (0, 0, 0)], [(0, -1, 1), (0, 0, 0), (0, 1, 1)]]
    values = random.integers(0, 10, (50, 2)).tolist()
    values[0] = [-1, -1]
    sentences = [[*random.integers(1, 50, n)] for n in random.integers(0, 6, 1300)]
    types = [0]
    bounds = []
    for sentence in sentences:
        bounds.append((len(types), len(types) + len(sentence)))
        types += [*sentence, 0]
    conjunctions, known = Conjunctions(joined), {}
    found = conjunctions.find(
        np.array(bounds, np.int64),
        np.array([types], np.int32),
        FixedRows(values),
        is_open=True,
    )
    for sentence, (start, end) in zip(sentences, bounds, strict=True):
        expected = numbers_by_hand(joined, values, sentence, known, True)
        assert found[start:end].tolist() == expected
    assert len(conjunctions) == len(known) > 500


def test_largest_number_of_joined_templates():
    places = [(a, b) for a in range(-6, 6) for b in range(-6, 6)]
    lines = [Line((("word", a), ("pos", b))) for a, b in places]
    with pytest.raises(
        ValueError, match=r"^templates must be at most 127 with several"
    ):
        space_of(lines[: MAX_TEMPLATES + 1])
    space = space_of(lines[:MAX_TEMPLATES])
    sentences = [[("x", "N", ""), ("y", "V", "")]]
    reference = Reference(lines[:MAX_TEMPLATES], (), sentences)
    expected = reference.names(sentences, reference.is_frequent)
    assert learnt_names(space, sentences) == expected
    number = len(space.conjunctions) - 1
    assert space.conjunctions.values_of(number)[0] <= MAX_TEMPLATES - 1


# --- Rows, sources, errors ----------------------------------------------------


def test_rows_are_created_once():
    asked = []

    def values_of(field, tokens):
        asked.append((field, *tokens))
        return np.array([[len(token)] * (field + 1) for token in tokens], np.int32)

    edges = [np.array([[-1], [-2]]), np.array([[-3, -4], [-5, -6]])]
    rows = Rows(edges, values_of)
    assert rows.edges == [(0, 1), (2, 3)]
    assert rows.number(0, ["a", "bb", "a"]).tolist() == [4, 5, 4]
    assert rows.number(1, ["a"]).tolist() == [6]
    assert rows.number(0, ["bb", "ccc"]).tolist() == [5, 7]
    assert rows.number(0, []).tolist() == []
    assert asked == [(0, "a", "bb"), (1, "a"), (0, "ccc")]
    assert len(rows) == 8
    numbers, values = rows.of_field(0)
    assert numbers.tolist() == [0, 1, 4, 5, 7]
    assert values.tolist() == [[-1], [-2], [1], [2], [3]]
    numbers, values = rows.of_field(1, first=3)
    assert numbers.tolist() == [3, 6]
    assert values.tolist() == [[-5, -6], [1, 1]]


def test_growable_array():
    growable, expected = GrowableArray(np.int64), []
    for size in (0, 1000, 24, 1, 5000, 3):
        more = np.arange(len(expected), len(expected) + size)
        growable.append(more)
        expected += more.tolist()
        assert growable.array.tolist() == expected
    assert growable.array.dtype == np.int64


def test_sources_must_return_a_list_for_each_token():
    class OneListPerSentence:
        def strings(self, sentences):
            return [[["x"]] for _ in sentences]

    space = space_of([Line((("word", 0),))], [OneListPerSentence()])
    learnt_names(space, [[("a", "N", "")]])
    with pytest.raises(
        ValueError, match=r"^features must be sources that return 2 lists.* got 1"
    ):
        encode(space, Text.of([[("a", "N", ""), ("b", "N", "")]]), space.rows())


def test_cluster_attributes_need_clusters():
    with pytest.raises(
        ValueError, match=r"^clusters must be given, because a template"
    ):
        FeatureSpace(parse_templates("cluster:4[0]"))


def test_tokens_must_have_all_columns():
    space = space_of([Line((("pos", 0),))])
    with pytest.raises(
        ValueError, match=r"^token must be a sequence of 3 columns: word,"
    ):
        encode(space, Text.of([[("a", "N", "a"), ("b", "N")]]), space.rows())


def test_no_sentences():
    lines = [Line((("word", -1), ("pos", 1))), Line((("word", 0),))]
    space = space_of(lines, [Letters()])
    for sentences in ([], [[]], [[], []]):
        assert learnt_names(space, sentences) == sentences
        assert encoded_names(space, sentences) == sentences
