# ruff: noqa: RUF001 - texts in many scripts
import bz2
import gzip
import io
import json
import lzma
import sys
from collections import Counter

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from brownclust import BigramCounts
from brownclust._archive import ArchiveError, write_archive

BOUNDARIES = ["break", "ignore", "mark"]
EDGE = None


def plain(counts):
    """The counts as plain Python: words by rank, totals, and pairs of words."""
    counts.validate()
    words = list(counts.vocabulary)
    pairs = {}
    for rank, word in enumerate(words):
        row = slice(*counts.successors.offsets[rank : rank + 2])
        for right, count in zip(
            counts.successors.indices[row], counts.successors.counts[row], strict=True
        ):
            pairs[word, words[right]] = int(count)
        if counts.edge_starts[rank]:
            pairs[EDGE, word] = int(counts.edge_starts[rank])
        if counts.edge_ends[rank]:
            pairs[word, EDGE] = int(counts.edge_ends[rank])
    return {
        "unigrams": list(zip(words, counts.unigram_counts.tolist(), strict=True)),
        "bigrams": pairs,
        "n_tokens": counts.n_tokens,
        "n_bigrams": counts.n_bigrams,
        "n_lines": counts.n_lines,
    }


def counted_by_the_reference(
    lines, boundary="break", *, vocabulary=None, stopwords=None, **options
):
    """What `plain` should be, from lists of tokens."""
    if stopwords:
        every_word = {token for line in lines for token in line}
        allowed = every_word if vocabulary is None else set(vocabulary)
        vocabulary = allowed.difference(stopwords)
    if vocabulary is not None:
        options["vocabulary"] = [word.encode() for word in vocabulary]
    text = "\n".join(map(" ".join, lines)).encode()
    table = reference.count_text([text], boundary=boundary, **options)
    words = [word.decode() for word in table.words]
    pairs = {(words[v], words[w]): count for (v, w), count in table.c.items()}
    for word, starts, ends in zip(
        words, table.edge_starts, table.edge_ends, strict=True
    ):
        pairs |= {(EDGE, word): starts} if starts else {}
        pairs |= {(word, EDGE): ends} if ends else {}
    return {
        "unigrams": list(zip(words, table.n, strict=True)),
        "bigrams": pairs,
        "n_tokens": table.n_tokens,
        "n_bigrams": table.n_bigrams,
        "n_lines": table.n_lines,
    }


@pytest.fixture
def write(tmp_path):
    def write(data, name="text.txt"):
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


# -- By hand ---------------------------------------------------------------------------

#   the cat saw the dog
#   the dog ran
TWO_LINES = "the cat saw the dog\nthe dog ran\n"
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


# -- Against the reference -------------------------------------------------------------

words = st.text("abé猫\0\ufeff\u0301", min_size=1, max_size=3) | st.sampled_from("aab")
corpora = st.lists(st.lists(words, max_size=6), max_size=6).filter(any)
selections = st.fixed_dictionaries(
    {
        "min_count": st.integers(1, 2),
        "max_vocabulary": st.none() | st.integers(1, 4),
        "vocabulary": st.none() | st.sets(words, max_size=6).map(sorted),
        "stopwords": st.none() | st.sets(words, max_size=6).map(sorted),
    }
)


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


# -- Texts -----------------------------------------------------------------------------


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


# -- Options ---------------------------------------------------------------------------


def test_vocabulary_file(write):
    """One word a line; words that do not occur are ignored."""
    words = write("dog\r\n\nbird\nthe\nthe cat\nthe\n", "words.txt")
    counts = BigramCounts.from_text(write(TWO_LINES), vocabulary=words)
    assert plain(counts)["unigrams"] == [("the", 3), ("dog", 2)]
    assert counts.source["options"]["vocabulary"] == str(words)


@pytest.mark.parametrize("vocabulary", [[], ["bird"], ["the cat", ""]])
def test_vocabulary_without_words_of_the_text(write, vocabulary):
    message = "vocabulary must be a list with at least one word that occurs in the"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_text(write(TWO_LINES), vocabulary=vocabulary)


def test_stopword_file(write):
    words = write("the\r\n\nbird\nthe cat\nDog\n", "words.txt")
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


# -- Pairs -----------------------------------------------------------------------------

PAIRS = [("b", "a", 2), ("a", "ç", 3), ("b", "a", 1), ("c", "c", 1)]
EXPECTED_OF_PAIRS = {
    "unigrams": [("a", 6), ("b", 3), ("ç", 3), ("c", 2)],
    "bigrams": {("a", "ç"): 3, ("b", "a"): 3, ("c", "c"): 1},
    "n_tokens": 14,
    "n_bigrams": 7,
    "n_lines": 0,
}


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
        "a\tb\t4611686018427387904",
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
            ("a", "b", 2**61 - 1),
            ValueError,
            "total of counts must be at most 2305843009213693951, got 23058430092",
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
    message = "table must be a table with at least one pair, got"
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_pairs([])
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_pairs(write("\n"))


def test_large_counts_are_exact():
    counts = BigramCounts.from_pairs([("a", "b", 2**59), ("a", "b", 2**59 + 1)])
    assert counts.successors.counts.tolist() == [2**60 + 1]
    assert counts.n_tokens == 2**61 + 2


def test_the_largest_count(write, tmp_path):
    path = write("a\tb\t002305843009213693951")
    BigramCounts.from_pairs(path).save(tmp_path / "counts.npz")
    counts = BigramCounts.load(tmp_path / "counts.npz")
    assert counts.successors.counts.tolist() == [2**61 - 1]


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


# -- Merging ---------------------------------------------------------------------------


@given(corpora, corpora, st.sampled_from(BOUNDARIES))
def test_merge_equals_counting_both(first, second, boundary):
    parts = [
        BigramCounts.from_sentences(lines, boundary=boundary)
        for lines in (first, second)
    ]
    expected = counted_by_the_reference(first + second, boundary)
    if boundary == "ignore":  # two streams: not the bigram from one to the other
        last = [line for line in first if line][-1][-1]
        bridge = last, next(line for line in second if line)[0]
        expected["n_bigrams"] -= 1
        expected["bigrams"] = dict(+(Counter(expected["bigrams"]) - Counter([bridge])))
    assert plain(parts[0].merge(parts[1])) == expected


def test_merge_of_pairs():
    counts = [BigramCounts.from_pairs(part) for part in (PAIRS[:2], PAIRS[2:])]
    assert plain(counts[0].merge(counts[1])) == EXPECTED_OF_PAIRS


def test_merge_keeps_the_record():
    parts = [BigramCounts.from_sentences([[word]]) for word in "abc"]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    sources = [part.source for part in parts]
    assert merged.source == {"kind": "merge", "parts": sources}


def test_merge_of_different_boundaries():
    one = BigramCounts.from_sentences([["a"]])
    other = BigramCounts.from_sentences([["a"]], boundary="mark")
    message = "boundary must be 'break' in both counts, got 'mark'"
    with pytest.raises(ValueError, match=message):
        one.merge(other)


def test_merge_of_something_else():
    counts = BigramCounts.from_sentences([["a"]])
    with pytest.raises(TypeError, match="other must be BigramCounts, got 3"):
        counts.merge(3)


# -- Selecting -------------------------------------------------------------------------

WORDS = st.sampled_from(["a", "b", "c", "d", "é", "中"])


@given(
    st.lists(st.lists(WORDS, min_size=1), min_size=1),
    st.sampled_from(BOUNDARIES),
    st.integers(1, 4),
    st.none() | st.integers(1, 5),
    st.none() | st.lists(WORDS, unique=True),
    st.none() | st.lists(WORDS, unique=True),
)
def test_selecting_equals_counting_with_the_same_options(
    lines, boundary, min_count, max_vocabulary, vocabulary, stopwords
):
    options = {
        "min_count": min_count,
        "max_vocabulary": max_vocabulary,
        "vocabulary": vocabulary,
        "stopwords": stopwords,
    }
    counts = BigramCounts.from_sentences(lines, boundary=boundary)
    try:
        expected = BigramCounts.from_sentences(lines, boundary=boundary, **options)
    except ValueError as error:
        with pytest.raises(ValueError, match=r"must be") as caught:
            counts.select(**options)
        assert str(caught.value) == str(error)  # noqa: PT017
        return
    selected = counts.select(**options)
    assert plain(selected) == plain(expected)
    assert selected.vocabulary == expected.vocabulary


def test_selecting_words_of_a_file(write):
    counts = BigramCounts.from_text(
        write(b"caf\xe9 noir\n"), encoding_errors="surrogateescape"
    )
    selected = counts.select(vocabulary=write(b"caf\xe9\r\nnone\n", "words"))
    assert list(selected.vocabulary) == ["caf\udce9"]


def test_selecting_does_not_change_the_counts():
    counts = BigramCounts.from_sentences([["a", "b", "a"]])
    before = plain(counts)
    counts.select(max_vocabulary=1)
    assert plain(counts) == before


def test_selecting_keeps_the_record(tmp_path):
    counts = BigramCounts.from_sentences([["a", "b", "a"]], boundary="mark")
    selected = counts.select(min_count=2)
    assert selected.source == {
        "kind": "selection",
        "of": counts.source,
        "options": {
            "boundary": "mark",
            "min_count": 2,
            "max_vocabulary": None,
            "vocabulary": None,
            "stopwords": None,
        },
    }
    selected.save(tmp_path / "counts.npz")
    assert BigramCounts.load(tmp_path / "counts.npz").source == selected.source


def test_wrong_selections(tmp_path):
    counts = BigramCounts.from_sentences([["a", "b", "a"]])
    with pytest.raises(ValueError, match="min_count must be at least 1, got 0"):
        counts.select(min_count=0)
    with pytest.raises(ValueError, match="min_count must be at most 2, the count of"):
        counts.select(min_count=3)
    with pytest.raises(IsADirectoryError, match="is a folder"):
        counts.select(vocabulary=tmp_path)


# -- Files -----------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    lines = [line.split() for line in TWO_LINES.splitlines()]
    counts = BigramCounts.from_sentences([*lines, ["a\0", "ç"]], boundary="mark")
    path = tmp_path / "counts.npz"
    counts.save(path)
    return counts, path


def test_saved_counts_can_be_loaded(saved, tmp_path):
    counts, path = saved
    loaded = BigramCounts.load(path)
    assert plain(loaded) == plain(counts)
    assert loaded.vocabulary == counts.vocabulary
    assert loaded.boundary == "mark"
    assert loaded.source == counts.source
    assert [file.name for file in tmp_path.iterdir()] == ["counts.npz"]


def test_saving_twice_gives_the_same_bytes(saved, tmp_path):
    counts, path = saved
    counts.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_every_truncated_file_is_refused(saved):
    _, path = saved
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        with pytest.raises(
            ArchiveError, match=r"^[^\n]*counts.npz: expected a [^\n]*$"
        ):
            BigramCounts.load(path)


@pytest.mark.parametrize("data", [b"", b"the cat\n", b"PK\x03\x04", b"\x93NUMPY"])
def test_foreign_files(write, data):
    with pytest.raises(ArchiveError, match=r"expected a .*brownclust counts file"):
        BigramCounts.load(write(data))


def test_file_of_a_newer_version(write):
    file = io.BytesIO()
    write_archive(file, "counts file", 2, {})
    message = "format version up to 1, got 2: .* pip install --upgrade brownclust"
    with pytest.raises(ArchiveError, match=message):
        BigramCounts.load(write(file.getvalue()))


def test_unwritable_folder(saved, tmp_path):
    counts, _ = saved
    with pytest.raises(FileNotFoundError, match=r"nothing/counts.npz'$"):
        counts.save(tmp_path / "nothing" / "counts.npz")


ARRAYS = {
    "vocabulary": np.frombuffer(b"ab", np.uint8),
    "vocabulary_offsets": np.array([0, 1, 2]),
    "unigram_counts": np.array([3, 2]),
    "successor_offsets": np.array([0, 2, 3]),
    "successor_indices": np.array([0, 1, 0], np.int32),
    "successor_counts": np.array([1, 2, 1]),
    "edge_starts": np.array([1, 0]),
    "edge_ends": np.array([0, 1]),
    "n_tokens": 5,
    "n_bigrams": 6,
    "n_lines": 1,
    "boundary": "mark",
    "source": "{}",
}


def archive(arrays):
    file = io.BytesIO()
    write_archive(file, "counts file", 1, arrays)
    return file.getvalue()


def test_valid_arrays(write):
    counts = BigramCounts.load(write(archive(ARRAYS)))
    assert plain(counts) == counted_by_the_reference([list("aabab")], "mark")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vocabulary_offsets", np.array([0, 2, 1])),
        ("vocabulary_offsets", np.array([0, 2**63 - 1, 2])),
        ("unigram_counts", np.array([2, 3])),
        ("unigram_counts", np.array([3, 0])),
        ("unigram_counts", np.array([3.0, 2.0])),
        ("unigram_counts", np.array([-(2**63), 2])),
        ("unigram_counts", np.array([2**62, 2])),
        ("unigram_counts", np.array([3, 2, 1])),
        ("successor_offsets", np.array([0, 2, 4])),
        ("successor_offsets", np.array([0, 4, 3])),
        ("successor_offsets", np.array([1, 2, 3])),
        ("successor_indices", np.array([0, 2, 0], np.int32)),
        ("successor_indices", np.array([0, -1, 0], np.int32)),
        ("successor_indices", np.array([1, 0, 0], np.int32)),
        ("successor_indices", np.array([0, 0, 0], np.int32)),
        ("successor_indices", np.array([0, 1, 0])),
        ("successor_counts", np.array([0, 2, 1])),
        ("successor_counts", np.array([2, 2, 1])),
        ("successor_counts", np.array([1, 2**62, 1])),
        ("edge_starts", np.array([-1, 0])),
        ("edge_ends", np.array([0, 0, 1])),
        ("n_tokens", 4),
        ("n_tokens", np.array([5, 5])),
        ("n_bigrams", 3),
        ("n_lines", -1),
        ("boundary", "line"),
        ("n_tokens", np.inf),
        ("source", "{"),
        ("source", "[]"),
        ("source", None),
    ],
)
def test_invalid_arrays(write, name, value):
    arrays = {**ARRAYS, name: value}
    if value is None:
        del arrays[name]
    path = write(archive(arrays))
    message = "text.txt: expected a whole brownclust counts file, got a damaged file"
    with pytest.raises(ArchiveError, match=message):
        BigramCounts.load(path)


def test_source_is_json(saved):
    counts, path = saved
    with np.load(path, allow_pickle=False) as arrays:
        assert json.loads(str(arrays["source"])) == counts.source
        assert int(arrays["format_version"]) == 1
