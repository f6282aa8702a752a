import gzip
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_counts import EXPECTED_OF_PAIRS, PAIRS, plain, words

from brownclust import BigramCounts


def test_pairs_by_hand():
    counts = BigramCounts.from_pairs(iter(PAIRS))
    # By bytes c is before ç, by count after.
    assert plain(counts) == EXPECTED_OF_PAIRS
    assert counts.boundary == "ignore"


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_pairs_from_a_file(write, compress, end):
    table = "\ufeff" + end.join(f"{left}\t{right}\t{n}" for left, right, n in PAIRS)
    name = "pairs.tsv" if compress is bytes else "pairs.tsv.gz"
    path = write(compress(table.encode()), name)
    counts = BigramCounts.from_pairs(path)
    assert plain(counts) == EXPECTED_OF_PAIRS
    assert counts.source == {"kind": "pairs", "file": str(path)}


@pytest.mark.parametrize(
    "row",
    [
        "a\tb",
        "a b 1",
        "a\tb\t1\t1",
        "a\tb\t0",
        "a\tb\t-1",
        "a\tb\t1.0",
        "a\tb\t+1",
        "a\tb\t ",
        "\tb\t1",
        "a\t\t1",
        "a c\tb\t1",
        "a\tb\t1 ",
        "a\tb\t٣",
        "a\tb\t1\rb",
        "a\tb\t9007199254740993",
        "a\tb\t99999999999999999999",
        " ",
    ],
)
def test_malformed_rows(write, row):
    path = write(f"a\tb\t1\n{row}\n", "pairs.tsv")
    message = rf"^{path}:2: expected left TAB right TAB count \(.*\), got '"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_pairs(path)


@pytest.mark.parametrize(
    ("pair", "error", "message"),
    [
        (("a", "b"), ValueError, "pair must be .left, right, count., got"),
        ("abc", ValueError, "pair must be .left, right, count., got 'abc'"),
        (("a", "b", 0), ValueError, "count must be at least 1, got 0"),
        (("a", "b", 1.0), TypeError, "count must be an integer, got 1.0"),
        (("a", b"b", 1), TypeError, "word must be a string, got b'b'"),
        (("a", "", 1), ValueError, "word must be non-empty and without whitespace"),
        (("a\n", "b", 1), ValueError, "word must be non-empty and without whitespace"),
        (
            ("a", "b", 2**52),
            ValueError,
            "total of counts must be at most 4503599627370496, got 4503599627370497",
        ),
        (5, ValueError, "pair must be .left, right, count., got 5"),
    ],
)
def test_malformed_tuples(pair, error, message):
    with pytest.raises(error, match=message):
        BigramCounts.from_pairs([("a", "b", 1), pair])


def test_a_table_of_a_wrong_type():
    with pytest.raises(TypeError, match="table must be a path or an iterable of"):
        BigramCounts.from_pairs(5)


def test_no_pairs(write):
    with pytest.raises(
        ValueError, match="table must be a table with at least one pair"
    ):
        BigramCounts.from_pairs([])
    path = write("\n")
    with pytest.raises(ValueError, match=f"^{path}: expected at least one pair, got n"):
        BigramCounts.from_pairs(path)


def test_large_counts_are_exact():
    counts = BigramCounts.from_pairs([("a", "b", 2**50), ("a", "b", 2**50 + 1)])
    assert counts.successors.counts.tolist() == [2**51 + 1]
    assert counts.n_tokens == 2**52 + 2


def test_the_largest_count(write, tmp_path):
    path = write("a\tb\t004503599627370496")
    BigramCounts.from_pairs(path).save(tmp_path / "counts.npz")
    counts = BigramCounts.load(tmp_path / "counts.npz")
    assert counts.successors.counts.tolist() == [2**52]


@given(st.lists(st.tuples(words, words, st.integers(1, 20)), min_size=1, max_size=30))
def test_pairs_from_a_file_equal_those_from_python(tmp_path_factory, pairs):
    path = tmp_path_factory.getbasetemp() / "pairs"
    rows = [f"{left}\t{right}\t{count}\n" for left, right, count in pairs]
    path.write_text("\ufeff" + "".join(rows), encoding="utf-8", newline="\n")
    counts = BigramCounts.from_pairs(path)
    assert plain(counts) == plain(BigramCounts.from_pairs(pairs))
    expected = Counter()
    for left, right, count in pairs:
        expected[left, right] += count
    assert plain(counts)["bigrams"] == dict(expected)
