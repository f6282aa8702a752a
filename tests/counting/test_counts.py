# ruff: noqa: RUF001 - texts in many scripts
import bz2
import gzip
import io
import lzma
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_counts import (
    BOUNDARIES,
    EDGE,
    TWO_LINES,
    corpora,
    counted_by_the_reference,
    plain,
    selections,
)
from strategies import examples

from brownclust import BigramCounts

UNIGRAMS = [("the", 3), ("dog", 2), ("cat", 1), ("ran", 1), ("saw", 1)]
INSIDE = {
    ("the", "cat"): 1,
    ("cat", "saw"): 1,
    ("saw", "the"): 1,
    ("the", "dog"): 2,
    ("dog", "ran"): 1,
}
ACROSS = {("dog", "the"): 1}
EDGES = {(EDGE, "the"): 2, ("dog", EDGE): 1, ("ran", EDGE): 1}
BY_BOUNDARY = {
    "break": (INSIDE, 6),
    "ignore": (INSIDE | ACROSS, 7),
    "mark": (INSIDE | EDGES, 10),
}


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_two_lines_by_hand(write, boundary):
    bigrams, n_bigrams = BY_BOUNDARY[boundary]
    counts = BigramCounts.from_text(write(TWO_LINES), boundary=boundary)
    assert plain(counts) == {
        "unigrams": UNIGRAMS,
        "bigrams": bigrams,
        "n_tokens": 8,
        "n_bigrams": n_bigrams,
        "n_lines": 2,
    }


@pytest.mark.parametrize(
    ("removal", "unigrams", "bigrams"),
    [
        (
            {"min_count": 2},
            [("the", 3), ("dog", 2)],
            {
                "break": {("the", "dog"): 2},
                "ignore": {("the", "dog"): 2, ("dog", "the"): 1},
                "mark": {("the", "dog"): 2, (EDGE, "the"): 2, ("dog", EDGE): 1},
            },
        ),
        (
            {"max_vocabulary": 3},
            [("the", 3), ("dog", 2), ("cat", 1)],
            {
                "break": {("the", "cat"): 1, ("the", "dog"): 2},
                "ignore": {("the", "cat"): 1, ("the", "dog"): 2, ("dog", "the"): 1},
                "mark": {
                    ("the", "cat"): 1,
                    ("the", "dog"): 2,
                    (EDGE, "the"): 2,
                    ("dog", EDGE): 1,
                },
            },
        ),
        (
            {"stopwords": ["the", "bird", "saw"]},
            [("dog", 2), ("cat", 1), ("ran", 1)],
            {
                "break": {("dog", "ran"): 1},
                "ignore": {("dog", "ran"): 1},
                "mark": {("dog", "ran"): 1, ("dog", EDGE): 1, ("ran", EDGE): 1},
            },
        ),
        (
            {"vocabulary": ["ran", "the", "bird", "saw"]},
            [("the", 3), ("ran", 1), ("saw", 1)],
            {
                "break": {("saw", "the"): 1},
                "ignore": {("saw", "the"): 1},
                "mark": {("saw", "the"): 1, (EDGE, "the"): 2, ("ran", EDGE): 1},
            },
        ),
    ],
)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_removed_words_leave_gaps(write, boundary, removal, unigrams, bigrams):
    counts = BigramCounts.from_text(write(TWO_LINES), boundary=boundary, **removal)
    assert plain(counts) == {
        "unigrams": unigrams,
        "bigrams": bigrams[boundary],
        "n_tokens": 8,
        "n_bigrams": BY_BOUNDARY[boundary][1],
        "n_lines": 2,
    }


def test_arrays_by_hand(write):
    counts = BigramCounts.from_text(write(TWO_LINES), boundary="mark")
    # Ranks: the 0, dog 1, cat 2, ran 3, saw 4.
    assert counts.unigram_counts.tolist() == [3, 2, 1, 1, 1]
    assert counts.successors.offsets.tolist() == [0, 2, 3, 4, 4, 5]
    assert counts.successors.indices.tolist() == [1, 2, 3, 4, 0]
    assert counts.successors.counts.tolist() == [2, 1, 1, 1, 1]
    assert counts.predecessors.offsets.tolist() == [0, 1, 2, 3, 4, 5]
    assert counts.predecessors.indices.tolist() == [4, 0, 0, 1, 2]
    assert counts.predecessors.counts.tolist() == [1, 2, 1, 1, 1]
    assert counts.edge_starts.tolist() == [2, 0, 0, 0, 0]
    assert counts.edge_ends.tolist() == [0, 1, 0, 1, 0]
    assert counts.n_types == 5
    assert repr(counts) == "<BigramCounts of 5 words, 8 tokens, boundary 'mark'>"
    for array in (counts.unigram_counts, counts.successors.counts, counts.edge_ends):
        assert array.dtype == np.int64
    assert counts.successors.indices.dtype == np.int32


@examples(200)
@given(corpora, st.sampled_from(BOUNDARIES), selections, st.integers(1, 12), st.data())
def test_text_is_counted_as_by_the_reference(
    tmp_path_factory, lines, boundary, selection, block_size, data
):
    expected = counted_by_the_reference(lines, boundary, **selection)
    space = st.sampled_from([" ", "\t", "  ", " \v\f", "\r"])
    text = "\ufeff" + data.draw(st.sampled_from(["", "\n", " \n"]))
    text += "".join(
        data.draw(space).join(line) + data.draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
        for line in lines
    )
    path = tmp_path_factory.getbasetemp() / "text"
    path.write_bytes(text[: data.draw(st.sampled_from([-1, len(text)]))].encode())
    options = {"boundary": boundary, "block_size": block_size, **selection}
    if not expected["unigrams"]:
        with pytest.raises(ValueError, match=r"^(min_count|vocabulary|stopwords) must"):
            BigramCounts.from_text(path, **options)
        return
    assert plain(BigramCounts.from_text(path, **options)) == expected


@given(corpora, st.sampled_from(BOUNDARIES), selections, st.integers(1, 12))
def test_sentences_are_counted_as_by_the_reference(
    lines, boundary, selection, block_size
):
    expected = counted_by_the_reference(lines, boundary, **selection)
    if expected["unigrams"]:
        options = {"boundary": boundary, "block_size": block_size, **selection}
        counts = BigramCounts.from_sentences(lines, **options)
        assert plain(counts) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Iğdır'ın ılık İstanbul'a ığdır",
        "我 爱 北京 天安门 我",
        "السلام عليكم يا السلام",
        "e\u0301te\u0301 été e\u0301te\u0301",
        "a\0b a a\0 \0 a\0b",
        "नमस्ते दुनिया 👩‍👩‍👧 🇹🇷",
    ],
)
@pytest.mark.parametrize("block_size", [1, 2, 5, 1 << 18])
def test_scripts(write, line, block_size):
    path = write(f"{line}\n{line}")
    counts = BigramCounts.from_text(path, block_size=block_size)
    assert plain(counts) == counted_by_the_reference([line.split(" ")] * 2)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_ways_to_end_a_line(write, boundary):
    for text in (
        "the cat saw the dog\r\nthe dog ran\r\n",
        "the cat saw the dog\nthe dog ran",
        "\ufeff\n\nthe cat saw the dog \n \n\tthe dog ran\f",
    ):
        counts = BigramCounts.from_text(write(text), boundary=boundary)
        n_bigrams = BY_BOUNDARY[boundary][1]
        if "\ufeff" in text:
            assert counts.vocabulary[0] == "the"
        assert plain(counts)["bigrams"] == BY_BOUNDARY[boundary][0]
        assert (counts.n_bigrams, counts.n_lines) == (n_bigrams, 2)


def test_a_token_of_a_megabyte(write):
    long = "ü" * 500_000
    path = write(f"a {long} b {long}\n")
    counts = BigramCounts.from_text(path, block_size=1 << 12)
    assert plain(counts)["unigrams"] == [(long, 2), ("a", 1), ("b", 1)]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_several_files(write, boundary):
    """The end of a file ends a line; with "ignore" all files are one stream."""
    first, second = TWO_LINES.rstrip().split("\n")
    paths = [
        write(first, "first"),
        write("", "empty"),
        write(gzip.compress(second.encode()), "second.gz"),
    ]
    counts = BigramCounts.from_text(paths, boundary=boundary)
    assert plain(counts)["bigrams"] == BY_BOUNDARY[boundary][0]
    assert counts.n_bigrams == BY_BOUNDARY[boundary][1]
    assert counts.source["files"] == [str(path) for path in paths]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress, bz2.compress])
def test_compressed_files(write, compress):
    suffix = {gzip: "gz", lzma: "xz", bz2: "bz2"}[sys.modules[compress.__module__]]
    path = write(compress(TWO_LINES.encode()), f"text.{suffix}")
    assert plain(BigramCounts.from_text(path))["bigrams"] == INSIDE


def test_standard_input(monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(TWO_LINES.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert plain(BigramCounts.from_text("-"))["bigrams"] == INSIDE


def test_lower_case(write):
    path = write("The İ the Ğ\nΣΑΣ ğ")
    counts = BigramCounts.from_text(
        path, normalise=["lowercase"], vocabulary=["THE", "ğ", "σας"]
    )
    assert plain(counts)["unigrams"] == [("the", 2), ("ğ", 2), ("σας", 1)]


@pytest.mark.parametrize("block_size", [1, 3, 8, 1 << 18])
def test_all_normalisers(write, block_size):
    path = write("RT @Bob: see\n@bob http://x.org/1 E\u0301t\u00e9 19,5\n@Bob WWW.y\n")
    options = {
        "normalise": iter(["nfc", "urls=<WEB>", "users", "lowercase", "digits"]),
        "stopwords": ["See", "HTTP://never"],
    }
    counts = BigramCounts.from_text(path, block_size=block_size, **options)
    expected = [
        ["rt", "@bob:", "see"],
        ["<user>", "<web>", "\u00e9t\u00e9", "00,0"],
        ["<user>", "<web>"],
    ]
    stopwords = ["see", "<web>"]
    assert plain(counts) == counted_by_the_reference(expected, stopwords=stopwords)


@pytest.mark.parametrize("block_size", [1, 5, 1 << 18])
def test_other_formats(write, block_size):
    jsonl = write('{"tokens": ["a", "b"]}\n{"tokens": ["a"]}\n', "a.jsonl")
    counts = BigramCounts.from_text(
        jsonl, format="jsonl", field="tokens", block_size=block_size
    )
    assert plain(counts) == counted_by_the_reference([["a", "b"], ["a"]])
    assert (counts.source["format"], counts.source["field"]) == ("jsonl", "tokens")
    conll = write("A\tDT\nb\tNN\n\na\tDT\n", "a.conll")
    counts = BigramCounts.from_text(
        conll, format="conll", block_size=block_size, normalise=["lowercase"]
    )
    assert plain(counts) == counted_by_the_reference([["a", "b"], ["a"]])


def test_bytes_that_are_not_utf8(write):
    path = write(b"caf\xe9 caf\xe9 b")
    with pytest.raises(ValueError, match=r"text.txt:1: expected UTF-8, .* 0xe9"):
        BigramCounts.from_text(path)
    kept = BigramCounts.from_text(path, encoding_errors="surrogateescape")
    assert kept.vocabulary.word_bytes(0) == b"caf\xe9"
    sentences = [["caf\udce9", "caf\udce9", "b"]]
    same = BigramCounts.from_sentences(sentences, encoding_errors="surrogateescape")
    assert plain(same) == plain(kept)


@pytest.mark.parametrize("text", ["", "\n", " \r\n\t\n", "\ufeff"])
def test_text_without_words(write, text):
    path = write(text)
    message = rf"^text must be a text with at least one word, got '{path}'$"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_text(path)


@pytest.mark.parametrize("sentences", [[], [[]], iter([])])
def test_no_sentences(sentences):
    with pytest.raises(ValueError, match="text must be a text with at least one word"):
        BigramCounts.from_sentences(sentences)


def test_source_is_a_record(write):
    path = write(TWO_LINES)
    counts = BigramCounts.from_text(path, boundary="mark", vocabulary=["the"])
    assert counts.source == {
        "kind": "text",
        "files": [str(path)],
        "format": "text",
        "field": None,
        "n_bytes": 32,
        "sha256": "39006f93b800acc30319109e8e70402391bd4fdebeeb4511dd92d2a2f6fd199b",
        "options": {
            "boundary": "mark",
            "min_count": 1,
            "max_vocabulary": None,
            "vocabulary": "1 words",
            "stopwords": None,
            "skip_grams": 1,
            "normalise": [],
            "encoding_errors": "strict",
        },
    }


def test_vocabulary_file(write):
    """One word a line; words that do not occur are ignored."""
    words = write("dog\r\n\nbird\n the\t\nthe\n", "words.txt")
    counts = BigramCounts.from_text(write(TWO_LINES), vocabulary=words)
    assert plain(counts)["unigrams"] == [("the", 3), ("dog", 2)]
    assert counts.source["options"]["vocabulary"] == str(words)


@pytest.mark.parametrize("vocabulary", [[], ["bird"]])
def test_vocabulary_without_words_of_the_text(write, vocabulary):
    message = "vocabulary must be a list with at least one word that occurs in the"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_text(write(TWO_LINES), vocabulary=vocabulary)


def test_stopword_file(write):
    words = write("the\r\n\nbird\nDog\n", "words.txt")
    options = {"stopwords": words, "normalise": ["lowercase"]}
    counts = BigramCounts.from_text(write(TWO_LINES), **options)
    assert plain(counts)["unigrams"] == [("cat", 1), ("ran", 1), ("saw", 1)]
    assert counts.source["options"]["stopwords"] == str(words)
    both = BigramCounts.from_text(
        write(TWO_LINES), **options, vocabulary=["the", "saw"]
    )
    assert plain(both)["unigrams"] == [("saw", 1)]


def test_no_stopwords(write):
    path = write(TWO_LINES)
    counts = BigramCounts.from_text(path, stopwords=[])
    assert plain(counts) == plain(BigramCounts.from_text(path))


def test_stopwords_that_leave_no_words(write):
    message = "stopwords must be a list that leaves at least one word of the text, got"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_text(write(TWO_LINES), stopwords=set(TWO_LINES.split()))
    rule = "one word that occurs in the text and is not a stopword, got '1 words'"
    with pytest.raises(ValueError, match=rule):
        BigramCounts.from_text(write(TWO_LINES), vocabulary=["the"], stopwords=["the"])


def test_min_count_that_nothing_reaches(write):
    message = "min_count must be at most 3, the count of the most frequent word, got 4"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_text(write(TWO_LINES), min_count=4)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"boundary": "line"},
            ValueError,
            "boundary must be one of break, ignore, mark",
        ),
        ({"min_count": 0}, ValueError, "min_count must be at least 1, got 0"),
        ({"min_count": 1.5}, TypeError, "min_count must be an integer, got 1.5"),
        ({"max_vocabulary": 0}, ValueError, "max_vocabulary must be at least 1, got 0"),
        ({"encoding_errors": "x"}, ValueError, "encoding_errors must be one of strict"),
        ({"vocabulary": [3]}, TypeError, "vocabulary must be words, each a string"),
        ({"stopwords": [3]}, TypeError, "stopwords must be words, each a string"),
        ({"stopwords": 3}, TypeError, "stopwords must be a path or an iterable of wor"),
        (
            {"normalise": ["stem"]},
            ValueError,
            "normalise must be one of lowercase, dig",
        ),
        ({"normalise": "nfc"}, TypeError, "normalise must be a sequence of steps, got"),
        ({"block_size": 0}, ValueError, "block_size must be at least 1, got 0"),
    ],
)
def test_wrong_options(write, options, error, message):
    with pytest.raises(error, match=message):
        BigramCounts.from_text(write(TWO_LINES), **options)
    with pytest.raises(error, match=message):
        BigramCounts.from_sentences([["a"]], **options)


def test_missing_files(tmp_path, write):
    with pytest.raises(FileNotFoundError, match="nothing"):
        BigramCounts.from_text(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="nothing"):
        BigramCounts.from_text(write("a"), vocabulary=tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="nothing"):
        BigramCounts.from_pairs(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="nothing"):
        BigramCounts.load(tmp_path / "nothing")
