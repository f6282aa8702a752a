"""Values that can be iterated over, but are not sentences or documents."""

import sqlite3
from collections import UserDict, namedtuple

import numpy as np
import pytest

from brownclust import BigramCounts, BrownClustering, BrownVectorizer, WordClusters
from brownclust.clusters.features import BrownFeatures
from brownclust.text.rows import check_rows, tokens_of

Row = namedtuple("Row", ["tokens", "label"])


class Table:
    """As the tables of several libraries: iterating gives the names of columns."""

    def __init__(self, **attributes):
        vars(self).update(attributes)

    def __iter__(self):
        return iter(["text", "label"])

    def __repr__(self):
        return "   text label\n0  ..."


class Scalar:
    """As the scalars of pyarrow, and its arrays with the other name."""

    def __init__(self, value, convert="as_py"):
        self._value = value
        setattr(self, convert, lambda: value)

    def __iter__(self):
        return map(Scalar, self._value)


class Series:
    """As a row of a table of pandas: it has the values, not the names."""

    dtype = np.dtype(object)
    iloc = None

    def __init__(self, values, index):
        self._values = values
        self.index = index

    def keys(self):
        return self.index

    def __iter__(self):
        return iter(self._values)


def sqlite_row():
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row = connection.execute("select 'a' as tokens, 'b' as label").fetchone()
    connection.close()
    return row


RECORD = np.array([("a", "b")], [("tokens", "U1"), ("label", "U1")])
ROWS = [
    {"tokens": ["the", "cat"]},
    {"id": "x", "tokens": ["the", "cat"]},
    {},
    UserDict(tokens="the"),
    Row("the", "DET"),
    RECORD[0],
    Series(["the", "DET"], ["tokens", "label"]),
    Scalar({"tokens": ["the"]}),
    Table(columns=["tokens"]),
]
TABLES = [
    {"tokens": [["the", "cat"]]},
    Table(columns=["tokens", "label"]),
    Table(column_names=["tokens", "label"]),
    Table(columns=None, column_names=["tokens"]),
    RECORD,
]
OTHERS = ["the cat", b"the cat", bytearray(b"the"), 5, None, float("nan"), np.array(1)]

CLUSTERS = WordClusters(["the", "cat"], ["0", "1"])


def fitted():
    return BrownClustering(2).fit([["the", "cat"], ["a", "cat"]])


USES = {
    "counts": BigramCounts.from_sentences,
    "fit": BrownClustering(1).fit,
    "fit_transform": BrownClustering(1).fit_transform,
    "strings": BrownFeatures(CLUSTERS, [1]).strings,
    "dicts": BrownFeatures(CLUSTERS, [1]).dicts,
    "ids": BrownFeatures(CLUSTERS, [1]).ids,
    "matrix": BrownFeatures(CLUSTERS, [1]).matrix,
    "vectorizer": BrownVectorizer(CLUSTERS, [1]).fit_transform,
}
uses = pytest.mark.parametrize("use", USES)


@uses
@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_rows_with_named_fields(use, row):
    with pytest.raises(TypeError, match=r" must be .*\(one field: row\['"):
        USES[use]([["the", "cat"], row])


@uses
@pytest.mark.parametrize("table", TABLES, ids=range(len(TABLES)))
def test_tables(use, table):
    with pytest.raises(TypeError, match=r" must be .*\((one field|one column): "):
        USES[use](table)


@uses
@pytest.mark.parametrize("value", [{"b", "a"}, frozenset("ab")])
def test_sets_have_no_order(use, value):
    with pytest.raises(TypeError, match=r"must be .* in order, not a set, got"):
        USES[use]([["the"], value])


@uses
@pytest.mark.parametrize("value", OTHERS, ids=repr)
def test_other_values(use, value):
    if not (use == "vectorizer" and isinstance(value, str)):
        with pytest.raises(TypeError, match="must be "):
            USES[use]([["the"], value])
    errors = FileNotFoundError if use == "fit" and isinstance(value, str) else TypeError
    if use == "vectorizer" and isinstance(value, str):
        errors = ValueError
    with pytest.raises(errors, match=" must be "):
        USES[use](value)


@pytest.mark.parametrize("token", [None, 5, float("nan"), b"a", ["a"], np.bytes_(b"a")])
def test_tokens_that_are_not_strings(token):
    with pytest.raises(TypeError, match="token must be a string, got"):
        BigramCounts.from_sentences([["the", token]])


@pytest.mark.parametrize(
    "sentences",
    [
        (("a", "b") for _ in range(2)),
        np.array([["a", "b"], ["a", "b"]]),
        np.array([["a", "b"], ["a", "b"]], object),
        [np.array(["a", "b"]), iter(["a", "b"])],
        [Scalar(["a", "b"]), Scalar(["a", "b"], "to_pylist")],
        Scalar([["a", "b"]] * 2),
        Series([["a", "b"], ["a", "b"]], [0, 1]),
        [Series(["a", "b"], [0, 1]), Series(["a", "b"], range(2))],
        {"one": ["a", "b"], "other": ["a", "b"]}.values(),
    ],
    ids=range(9),
)
def test_sequences_of_any_kind(sentences):
    counts = BigramCounts.from_sentences(sentences)
    assert list(counts.vocabulary) == ["a", "b"]
    assert counts.unigram_counts.tolist() == [2, 2]


def test_the_column_of_lists_is_named():
    for row in ({"id": 7, "words": ["a"]}, {"words": "a b"}, Row(["a"], "x")):
        name = "tokens" if isinstance(row, Row) else "words"
        with pytest.raises(TypeError, match=rf"row\['{name}'\] for row in rows"):
            tokens_of(row)
    with pytest.raises(TypeError, match=r"table\['text'\], or row\['text'\] of each"):
        check_rows("sentences", Table(column_names=["text", "label"]))


class TestEstimator:
    @pytest.mark.parametrize("use", ["predict", "transform"])
    @pytest.mark.parametrize("table", [*TABLES, "the", b"the", 5], ids=range(8))
    def test_words_of_a_table(self, use, table):
        with pytest.raises(TypeError, match="X must be a list of words or of sent"):
            getattr(fitted(), use)(table)

    def test_rows(self):
        with pytest.raises(TypeError, match="sentence must be a list of tokens"):
            fitted().transform([{"tokens": ["the"]}])

    def test_sentences_that_can_be_read_once_only(self):
        sentences = [iter(["the", "cat"]), iter(["a", "cat"])]
        with pytest.raises(TypeError, match="X must be token lists that can be read t"):
            BrownClustering(1).fit_transform(sentences)


def test_documents_of_pyarrow():
    vectorizer = BrownVectorizer(CLUSTERS, [1]).fit()
    documents = [Scalar("the cat"), "the cat", ["the", "cat"], Scalar(["the", "cat"])]
    assert vectorizer.transform(documents).toarray().tolist() == [[1.0, 1.0]] * 4
    with pytest.raises(TypeError, match="document must be a string or a list of wor"):
        vectorizer.transform(["the cat", None])


def test_pairs_of_a_dict_or_table():
    with pytest.raises(TypeError, match=r"\(\(\*pair, count\) for pair, count in tab"):
        BigramCounts.from_pairs({("a", "b"): 3})
    with pytest.raises(TypeError, match="table must be a path or an iterable of"):
        BigramCounts.from_pairs(Table(columns=["left", "right", "count"]))
