"""Corpora of integers are counted as the same ids as text are."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_counts import counted_by_the_reference, plain
from strategies import examples

from brownclust import BigramCounts, BrownClustering
from brownclust.counting import grouped_pairs, pair_collector
from brownclust.counting.id_table import decimals
from brownclust.text import id_blocks
from brownclust.tree.fitting import cluster_counts

ids = st.integers(0, 12) | st.sampled_from([99, 100, 1000, 65535, id_blocks.MAX_ID])
corpora = st.lists(st.lists(ids, max_size=7), max_size=9).filter(any)
boundaries = st.sampled_from(["break", "ignore", "mark"])


def as_words(rows):
    return [[str(i) for i in row] for row in rows]


def offsets_of(rows):
    return np.cumsum([0, *map(len, rows)])


def flat(rows, dtype=np.int64):
    return np.array([i for row in rows for i in row], dtype)


def with_separator(rows, separator, dtype=np.int64):
    return np.array([i for row in rows for i in [*row, separator]], dtype)


@pytest.fixture
def small(monkeypatch):
    """Blocks of three ids, two frequent words, and room for few pairs."""
    monkeypatch.setattr(id_blocks, "BLOCK_IDS", 3)
    for module in (grouped_pairs, pair_collector):
        monkeypatch.setattr(module, "N_FREQUENT", 2)
    monkeypatch.setattr(grouped_pairs, "_MAX_KEYS", 5)
    monkeypatch.setattr(grouped_pairs, "_MIN_MERGED", 4)


@examples(60)
@given(
    rows=corpora,
    boundary=boundaries,
    min_count=st.integers(1, 2),
    threads=st.integers(1, 2),
    max_vocabulary=st.none() | st.integers(1, 4),
)
def test_counts_are_those_of_the_reference(rows, **options):
    options["min_count"] = min(options["min_count"], highest_count(rows))
    threads = options.pop("threads")
    expected = counted_by_the_reference(as_words(rows), **options)
    for given_ids, more in (
        (rows, {}),
        (flat(rows), {"offsets": offsets_of(rows)}),
        (with_separator(rows, -100), {"separator": -100}),
    ):
        counts = BigramCounts.from_ids(given_ids, threads=threads, **more, **options)
        assert plain(counts) == expected


def highest_count(rows):
    return int(np.unique(flat(rows), return_counts=True)[1].max())


@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
@pytest.mark.parametrize("threads", [1, 2])
def test_counts_do_not_depend_on_blocks_and_merging(small, boundary, threads):
    random = np.random.default_rng(7)
    for n_ids in (3, 30, 300):
        rows = [
            random.integers(0, n_ids, n).tolist() for n in random.integers(0, 9, 80)
        ]
        counts = BigramCounts.from_ids(rows, boundary=boundary, threads=threads)
        assert plain(counts) == counted_by_the_reference(as_words(rows), boundary)


@pytest.mark.parametrize(
    "options", [{"skip_grams": 3}, {"memory": 512 << 20}, {"boundary": "mark"}]
)
def test_other_ways_of_counting_are_those_of_text(options):
    random = np.random.default_rng(3)
    rows = [random.integers(0, 40, 20).tolist() for _ in range(50)]
    counts = BigramCounts.from_ids(rows, **options)
    text = BigramCounts.from_sentences(as_words(rows), **options)
    assert plain(counts) == plain(text)


def test_trees_are_those_of_the_ids_as_text():
    random = np.random.default_rng(5)
    rows = (random.zipf(1.3, (200, 9)) % 150).astype(np.uint16)
    counts = BigramCounts.from_ids(rows)
    text = BigramCounts.from_sentences(as_words(rows.tolist()))
    trees = [cluster_counts(each, n_clusters=8).dendrogram for each in (counts, text)]
    assert list(counts.vocabulary) == list(text.vocabulary)
    assert trees[0].children.tolist() == trees[1].children.tolist()
    assert trees[0].bit_strings(8) == trees[1].bit_strings(8)


@given(st.lists(st.integers(0, 2**31 - 1), max_size=20))
def test_the_words_of_ids_are_their_digits(numbers):
    words = decimals(np.array(numbers, np.int32))
    text = words.buffer.tobytes().decode("latin-1")
    bounds = words.offsets[1:].tolist()
    found = [text[start:end] for start, end in pairwise(bounds)]
    assert found == [str(number) for number in numbers]


@pytest.mark.parametrize(
    "dtype", ["u1", "i1", "u2", "i2", ">u2", "u4", "i4", ">i4", "u8", "i8"]
)
def test_all_integer_types_are_read(dtype, tmp_path):
    rows = [[1, 2, 1], [], [3, 100, 2]]
    expected = counted_by_the_reference(as_words(rows))
    array = with_separator(rows, 127, dtype)
    assert plain(BigramCounts.from_ids(array, separator=127)) == expected
    assert plain(BigramCounts.from_ids(array[::-1][::-1], separator=127)) == expected
    array.tofile(tmp_path / "ids.bin")
    counts = BigramCounts.from_ids(tmp_path / "ids.bin", dtype=dtype, separator=127)
    assert plain(counts) == expected
    np.save(tmp_path / "ids.npy", array)
    counts = BigramCounts.from_ids(tmp_path / "ids.npy", separator=127)
    assert plain(counts) == expected
    mapped = np.load(tmp_path / "ids.npy", mmap_mode="r")
    assert plain(BigramCounts.from_ids(mapped, separator=127)) == expected


def test_separators_may_be_out_of_range_of_ids():
    for dtype, separator in ((np.uint64, 2**64 - 1), (np.int64, -100), (np.int8, -1)):
        array = np.array([5, separator, 5, 6, separator], dtype)
        counts = BigramCounts.from_ids(array, separator=separator)
        assert (counts.n_lines, counts.n_tokens) == (2, 3)


def test_rows_of_a_matrix_are_lines_and_padding_is_a_separator(small):
    matrix = np.array([[1, 2, -1, -1], [2, 1, 2, 1], [-1, -1, -1, -1], [7, -1, -1, -1]])
    expected = counted_by_the_reference([["1", "2"], ["2", "1", "2", "1"], ["7"]])
    assert plain(BigramCounts.from_ids(matrix, separator=-1)) == expected


def test_lists_of_words_may_be_of_integers():
    rows = [[1, 2, 3, 1, 2]]
    counts = BigramCounts.from_ids(rows, stopwords=[3, np.int64(9)], vocabulary={1, 3})
    assert counts.ids_by_rank.tolist() == [1]
    assert counts.list_usage[1].n_found == 1
    assert BigramCounts.from_ids(rows, vocabulary=["x", 2]).ids_by_rank.tolist() == [2]


def test_counts_of_ids_are_known_as_such_after_saving(tmp_path):
    counts = BigramCounts.from_ids([[5, 6, 5]])
    counts.save(tmp_path / "ids.npz")
    loaded = BigramCounts.load(tmp_path / "ids.npz")
    assert loaded.are_ids
    assert loaded.select(min_count=2).ids_by_rank.tolist() == [5]
    text = BigramCounts.from_sentences([["5", "x"]])
    assert not text.are_ids
    assert loaded.merge(loaded).are_ids
    assert not loaded.merge(text).are_ids
    with pytest.raises(ValueError, match="vocabulary must be ids only, got 'x'"):
        _ = text.ids_by_rank


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        (np.ones(3), {}, TypeError, "ids must be integers, got 'an array of float64'"),
        (
            np.array([True]),
            {},
            TypeError,
            "ids must be integers, got 'an array of bool'",
        ),
        ([[1.0]], {}, TypeError, "id must be an integer, got 1.0"),
        ([[1], [True]], {}, TypeError, "id must be an integer, got True"),
        ([["5"]], {}, TypeError, "id must be an integer, got '5'"),
        (["5"], {"separator": 5}, FileNotFoundError, "5"),
        ([{"ids": [5]}], {}, TypeError, "row must be a list or an array of integers"),
        (np.array([1, -3]), {}, ValueError, r"\(at 1; if -3 is padding, .* got -3"),
        ([[2**27]], {}, ValueError, "integers from 0 to 134217727 .* got 134217728"),
        ([[2**70]], {}, ValueError, "integers from 0 to 134217727"),
        (np.zeros((1, 1, 1), int), {}, ValueError, "one or two dimensions"),
        (5, {}, TypeError, "ids must be an array of integers"),
        (np.array([], int), {}, ValueError, "at least one id"),
        ([[3, 3]], {"separator": 3}, ValueError, "at least one id"),
        (np.arange(3), {"offsets": [0, 2]}, ValueError, "ascending from 0 to 3"),
        (np.arange(3), {"offsets": [0, 2, 1, 3]}, ValueError, "ascending from 0 to 3"),
        (np.arange(3), {"offsets": [0.0, 3]}, TypeError, "an array of integers"),
        ([[1]], {"offsets": [0, 1]}, ValueError, "offsets must be left out for rows"),
        ([[1]], {"dtype": "u2"}, ValueError, "dtype must be left out for arrays"),
        ([[1]], {"field": "x"}, ValueError, "field must be left out for arrays"),
        ([[1]], {"separator": 1.5}, TypeError, "separator must be an integer"),
    ],
)
def test_what_is_no_corpus_of_integers(data, options, error, message):
    with pytest.raises(error, match=message):
        BigramCounts.from_ids(data, **options)


class TestEstimator:
    rows = ([1, 2, 3], [1, 4, 3], [2, 3], [4, 3, 1])

    @pytest.mark.parametrize(
        "of",
        [
            lambda rows: rows,
            iter,
            lambda rows: [np.array(row, np.uint16) for row in rows],
            lambda rows: with_separator(rows, 9),
        ],
    )
    def test_ids_come_back_as_ids(self, of):
        data = of(self.rows)
        separator = 9 if isinstance(data, np.ndarray) else None
        found = BrownClustering(3, separator=separator).fit(data)
        text = BrownClustering(3).fit(as_words(self.rows))
        expected = {int(word): bits for word, bits in text.bit_strings_.items()}
        assert found.bit_strings_ == expected
        assert found.ids_.tolist() == list(map(int, text.vocabulary_))
        matrix = np.array([[1, 4], [77, 3]])
        labels = found.predict(matrix)
        assert labels.shape == (2, 2)
        assert labels[1, 0] == -1
        assert labels[0].tolist() == text.predict(["1", "4"]).tolist()
        assert found.transform([[1], [77, 4]]) == text.transform([["1"], ["77", "4"]])
        with pytest.raises(TypeError, match="id must be an integer, got '1'"):
            found.transform(["1"])
        with pytest.raises(TypeError, match="X must be ids"):
            found.predict(["1"])

    def test_files_are_recognised(self, tmp_path):
        np.save(tmp_path / "ids.npy", with_separator(self.rows, 9))
        found = BrownClustering(3, separator=9).fit(tmp_path / "ids.npy")
        assert found.bit_strings_ == BrownClustering(3).fit(self.rows).bit_strings_

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"normalise": ["lowercase"]}, r"normalise must be \(\) for ids"),
            ({"lenient": True}, "lenient must be False for ids"),
        ],
    )
    def test_options_of_text_are_errors(self, options, message):
        with pytest.raises(ValueError, match=message):
            BrownClustering(2, **options).fit(self.rows)

    def test_options_of_ids_are_errors_for_text(self):
        with pytest.raises(ValueError, match="separator must be None for token lists"):
            BrownClustering(2, separator=5).fit([["a", "b"]])

    def test_text_after_ids(self):
        clustering = BrownClustering(2).fit(self.rows)
        assert hasattr(clustering, "ids_")
        assert not hasattr(clustering.fit([["a", "b"]]), "ids_")
