"""Counts as text: equal counts come back, and damage is found."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.counting.counts import BigramCounts
from brownclust.counting.counts_text import (
    is_counts_text,
    read_counts_text,
    write_counts_text,
)

sentences = st.lists(st.lists(st.sampled_from("abcdeß"), max_size=6), min_size=1)
options = st.fixed_dictionaries(
    {"boundary": st.sampled_from(["break", "ignore", "mark"])},
    optional={"min_count": st.just(2), "max_vocabulary": st.just(2)},
) | st.just({"skip_grams": 2})


def assert_equal(found, counts):
    assert found.vocabulary == counts.vocabulary
    assert found.origin == counts.origin
    arrays = counts.table.arrays()
    for name, value in found.table.arrays().items():
        assert np.array_equal(value, arrays[name])
        if isinstance(value, np.ndarray):
            assert value.dtype == arrays[name].dtype


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("counts") / "counts.tsv"


@given(sentences, options)
def test_equal_counts_come_back(path, rows, chosen):
    try:
        counts = BigramCounts.from_sentences(rows, **chosen)
    except ValueError:  # no words, or none that is kept
        return
    write_counts_text(path, counts)
    assert is_counts_text(str(path))
    assert_equal(read_counts_text(path), counts)


def test_pairs_and_many_blocks(tmp_path):
    rng = np.random.default_rng(5)
    pairs = {(int(a), int(b)): 1 for a, b in rng.integers(0, 300, (40_000, 2))}
    table = [(f"left{a}", f"right{b}", 1 + a * b) for a, b in pairs]
    counts = BigramCounts.from_pairs(table)
    write_counts_text(tmp_path / "a", counts)
    assert (tmp_path / "a").stat().st_size > 1 << 19
    assert_equal(read_counts_text(tmp_path / "a"), counts)
    lines = (tmp_path / "a").read_bytes().split(b"\n")
    lines[30_000] = b"left1\tnobody\t1"
    (tmp_path / "b").write_bytes(b"\n".join(lines))
    with pytest.raises(ValueError, match=r"b:30001: expected left TAB right TAB count"):
        read_counts_text(tmp_path / "b")


def test_what_is_written(tmp_path):
    counts = BigramCounts.from_sentences([["a", "b", "a"]], boundary="mark")
    write_counts_text(tmp_path / "a", counts)
    header, *lines = (tmp_path / "a").read_text().splitlines()
    assert header == (
        '# brownclust counts {"format_version": 1, "boundary": "mark", "n_tokens": 3, '
        '"n_bigrams": 4, "n_lines": 1, "normalise": [], "skip_grams": 1, '
        '"from_pairs": false}'
    )
    assert lines == [
        "a\t2\t1\t1",
        "b\t1\t0\t0",
        "",
        "a\tb\t1",
        "b\ta\t1",
    ]


def test_bytes_that_are_not_utf8_and_compression(tmp_path):
    (tmp_path / "text").write_bytes(b"\xff a \xff\n")
    path = tmp_path / "text"
    counts = BigramCounts.from_text(path, encoding_errors="surrogateescape")
    write_counts_text(tmp_path / "a", counts)
    with gzip.open(tmp_path / "a.gz", "wb") as file:
        file.write((tmp_path / "a").read_bytes().replace(b"\n", b"\r\n"))
    assert is_counts_text(str(tmp_path / "a.gz"))
    assert_equal(read_counts_text(tmp_path / "a.gz"), counts)


def test_other_files_are_not_counts(tmp_path):
    (tmp_path / "text").write_text("the cat\n")
    (tmp_path / "bad.gz").write_text("the cat\n")
    assert not is_counts_text(str(tmp_path / "text"))
    assert not is_counts_text(str(tmp_path / "bad.gz"))
    with pytest.raises(ValueError, match=r"text:1: expected # brownclust counts \{"):
        read_counts_text(tmp_path / "text")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('"format_version": 1', '"format_version": 2', ":1: expected format_version 1"),
        ('{"format', "{format", ":1: expected # brownclust counts {...} with boundary"),
        ('"n_tokens": 5', '"n_tokens": 50', ": expected counts that fit together: n_b"),
        ('"n_tokens": 5', '"n_tokens": "x"', ": expected counts that fit together: "),
        (
            '"break"',
            '"line"',
            ": expected counts that fit together: boundary must be o",
        ),
        ("a\t2\n", "a\t1\n", ": expected counts that fit together: total of "),
        ("a\t2\n", "a\tx\n", ":2: expected word TAB count, got 'a\\tx'"),
        ("a\t2\n", "a\t2\t1\t1\n", ":2: expected word TAB count, got 'a\\t2\\t1\\t1'"),
        ("c\t1\n", "b\t1\n", ":4: expected each word once, got 'b'"),
        ("c\t1\n", "\t1\n", ":4: expected a word without whitespace, got ''"),
        ("a\tb\t2\n", "a\tb\t1\na\tb\t1\n", ": expected counts that fit together: pai"),
        ("a\tb\t2\n", "a\td\t1\n", ":6: expected left TAB right TAB count (words of"),
        ("a\tb\t2\n", "a\tb\t0\n", ":6: expected left TAB right TAB count (words of"),
        ("a\tb\t2\n", "a\tb\n", ":6: expected left TAB right TAB count (words of"),
        ("a\tb\t2\n", "", ": expected counts that fit together: sum of successor_coun"),
    ],
)
def test_damage(tmp_path, old, new, error):
    counts = BigramCounts.from_sentences([["a", "b", "a", "b", "c"]])
    path = tmp_path / "a"
    write_counts_text(path, counts)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ValueError, match="expected") as raised:
        read_counts_text(path)
    assert str(raised.value).startswith(f"{path}{error}")


def test_no_words(tmp_path):
    counts = BigramCounts.from_sentences([["a"]])
    write_counts_text(tmp_path / "a", counts)
    header = (tmp_path / "a").read_text().splitlines()[0]
    (tmp_path / "a").write_text(header)
    with pytest.raises(ValueError, match=r"a: expected words, got none$"):
        read_counts_text(tmp_path / "a")
